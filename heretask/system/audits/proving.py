"""How somebody has proved who they are, for what they sign: read in the log, where the door wrote it."""

from __future__ import annotations

from heretask.kernel.identity.events import PROVED, SIGNED_IN
from heretask.kernel.log.models import Event
from heretask.kernel.log.trace import trace

UNKNOWN = "unknown"
WAYS = {"passkey": "passkey", "password": "password", "second factor": "sign-in", "vouched": "vouched"}


def how() -> str:
    """By what the session that signs came to be: each proof gives a new one, so that there is exactly one answer.

    'passkey', 'password', or 'sign-in' where it was password and code at the door.
    """
    born = Event.objects.filter(session=trace().session, action__in=[PROVED.name, SIGNED_IN.name])
    found = born.order_by("-at").values_list("outcome", flat=True).first()
    return WAYS.get(str(found), UNKNOWN)

"""How somebody has proved who they are, for what they sign: read in the log, where the door wrote it."""

from __future__ import annotations

from django.utils import timezone

from heretask.kernel.access.decide import Actor
from heretask.kernel.identity.events import PROVED
from heretask.kernel.identity.proving import FRESH
from heretask.kernel.log.models import Event

SIGN_IN = "sign-in"


def how(by: Actor) -> str:
    """'passkey' or 'password' of the newest proof within five minutes; 'sign-in' where that was the proof."""
    since = int((timezone.now() - FRESH).timestamp() * 1_000_000)
    own = Event.objects.filter(action=PROVED.name, actor=by.user_id, at__gte=since)
    found = own.order_by("-at").values_list("outcome", flat=True).first()
    return str(found)[:12] if found else SIGN_IN

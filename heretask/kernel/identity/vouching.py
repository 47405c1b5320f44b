"""Two colleagues stand in for a second factor that somebody has lost at night.

It is asked for at the door after the right password, and given by each colleague in a session of their own, for a
short code. It opens one session in that browser, until 9 in the morning. Going idle and switching persons interrupt
that session and do not end it; signing out does (docs/decisions/0024).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from .models import Session, User, Vouching

VOUCHED = "vouched"  # the purpose of such a session
WAITS = dt.timedelta(minutes=60)
LONGEST = dt.timedelta(hours=12)
MORNING = 9
INTERRUPTED = ("idle", "switched")
_DENMARK = ZoneInfo("Europe/Copenhagen")


def ends(now: dt.datetime) -> dt.datetime:
    """The next 9 o'clock in Denmark, and never more than 12 hours away."""
    local = now.astimezone(_DENMARK)
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if morning <= local:
        morning = (local + dt.timedelta(days=1)).replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return min(morning, now + LONGEST)


def hash_of(code: str) -> bytes:
    """How a code is kept; read as people type it."""
    plain = "".join(c for c in code.upper() if c.isalnum()).replace("0", "O").replace("1", "I").replace("8", "B")
    return hashlib.sha256(plain.encode()).digest()


def ask(user: User, browser_id: UUID) -> str:
    """A new code to be read aloud to two colleagues; an earlier one of this browser is worth nothing. At the gate."""
    code = base64.b32encode(secrets.token_bytes(5)).decode()  # 40 bits, for an hour, for those in the same customer
    _waiting(user.id, browser_id).update(until=Now())
    Vouching(
        customer_id=user.owner_id, user_id=user.id, browser=browser_id, code_hash=hash_of(code),
        until=timezone.now() + WAITS,
    ).save(using="gate", force_insert=True)  # fmt: skip
    return f"{code[:4]}-{code[4:]}"


def standing(user_id: UUID, browser_id: UUID) -> Vouching | None:
    """What has been asked for in this browser and is waited for."""
    return _waiting(user_id, browser_id).order_by("-made_at").first()


def use(user_id: UUID, browser_id: UUID) -> dt.datetime | None:
    """Use up what two have vouched for: until when it lasts; None where there is nothing. In a gate transaction."""
    until = ends(timezone.now())
    ready = _waiting(user_id, browser_id).exclude(first_by=None).exclude(second_by=None)
    return until if ready.update(used_at=Now(), lasts_until=until) else None


def goes_on(user_id: UUID, browser_id: UUID) -> dt.datetime | None:
    """Until when a vouched session that was interrupted in this browser goes on; None where none was."""
    used = Vouching.objects.using("gate").filter(user_id=user_id, browser=browser_id, lasts_until__gt=Now())
    vouching = used.exclude(used_at=None).order_by("-used_at").first()
    own = Session.objects.filter(user_id=user_id, kind="person")
    last = own.filter(browser_id=browser_id, purpose=VOUCHED).order_by("-made_at").first()
    if vouching is None or last is None or last.end_reason not in INTERRUPTED:
        return None
    return vouching.lasts_until


def _waiting(user_id: UUID, browser_id: UUID) -> QuerySet[Vouching]:
    live = Q(until__gt=Now(), used_at=None)
    return Vouching.objects.using("gate").filter(live, user_id=user_id, browser=browser_id)

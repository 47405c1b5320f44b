"""The way out where both managers are gone: a code that the board keeps sealed, 24 hours, and everyone told.

Each step is the operator's at the server, but stopping: that is a manager's who is not gone after all.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.approvals.managing import Refused
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log import record
from heretask.kernel.secrets.opening import open_text, seal
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer, CustomerKind

from . import events
from .models import RECOVERY_WAITS, Recovery


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who shall come in the place of both, and why."""

    first_user_name: str
    first_name: str
    second_user_name: str
    second_name: str
    why: str


def usable() -> Recovery | None:
    """The code that counts, whether it was asked with or not."""
    return Recovery.objects.filter(replaced_at=None, stopped_at=None, done_at=None).first()


def running() -> Recovery | None:
    """The recovery that is under way."""
    return Recovery.objects.filter(replaced_at=None, stopped_at=None, done_at=None).exclude(asked_at=None).first()


def make_code() -> str:
    """A new code of 160 bits, shown once; the one before is worth nothing then. Raises Refused while one is used."""
    before = usable()
    if before is not None:
        if before.asked_at is not None:
            raise Refused("A recovery is under way with the code that counts.")
        Recovery.objects.filter(id=before.id).update(replaced_at=Now())
    plain = base64.b32encode(secrets.token_bytes(20)).decode()
    code = "-".join(plain[i : i + 4] for i in range(0, 32, 4))
    made = Recovery(customer_id=current().customer_id, code_hash=_hash(code), made_at=timezone.now())
    made.save(force_insert=True)
    record(events.RECOVERY_CODE_MADE, on=("recovery", made.id))
    return code


def check_code(code: str) -> Recovery:
    """The recovery that this code is for. Raises Refused."""
    found = usable()
    if found is None or not hmac.compare_digest(bytes(found.code_hash), _hash(code)):
        raise Refused("This is not the recovery code that counts.")
    return found


def check_unasked(found: Recovery) -> None:
    """Raise Refused where it was asked for already."""
    if found.asked_at is not None:
        raise Refused("It is asked for already.")


def ask(found: Recovery, wanted: Wanted) -> dt.datetime:
    """Ask for it; the moment from which it can be finished. Raises Refused."""
    check_unasked(found)
    seal(found, words=json.dumps(asdict(wanted), ensure_ascii=False))
    Recovery.objects.filter(id=found.id).update(asked_at=Now(), words=found.words)
    record(events.RECOVERY_ASKED, on=("recovery", found.id), variables=_said(wanted))
    return timezone.now() + RECOVERY_WAITS


def wanted_of(found: Recovery) -> Wanted:
    """What was asked for."""
    return Wanted(**json.loads(open_text(found, "words")))


def check_time(found: Recovery) -> Wanted:
    """What is carried out now. Raises Refused before its time."""
    if found.asked_at is None:
        raise Refused("Nothing was asked for with this code yet.")
    if found.asked_at + RECOVERY_WAITS > timezone.now():
        ends = timezone.localtime(found.asked_at + RECOVERY_WAITS)
        raise Refused(f"The 24 hours are not over: from {ends:%Y-%m-%d %H:%M}.")
    return wanted_of(found)


def finished(found: Recovery, wanted: Wanted) -> None:
    """That it was carried out; the database refuses it before its time."""
    Recovery.objects.filter(id=found.id).update(done_at=Now())
    record(events.RECOVERY_DONE, on=("recovery", found.id), variables=_said(wanted))


def stop(found: Recovery) -> None:
    """A manager is not gone after all. Raises Refused where it is over."""
    wanted = wanted_of(found)
    if not Recovery.objects.filter(id=found.id, stopped_at=None, done_at=None).update(stopped_at=Now()):
        raise Refused(_("It is over already."))
    record(events.RECOVERY_STOPPED, on=("recovery", found.id), variables=_said(wanted))


def tell_everyone(wanted: Wanted, *, done: bool) -> None:
    """An event in each customer's own log."""
    action = events.MANAGERS_CHANGED if done else events.MANAGERS_CHANGE
    for customer in Customer.objects.using("owner").filter(active=True, kind=CustomerKind.PROVIDER).order_by("slug"):
        with operator(customer, "recovery"):
            record(action, variables=_said(wanted))


def _said(wanted: Wanted) -> dict[str, str]:
    return {"why": wanted.why, "by": f"{wanted.first_name}, {wanted.second_name}"}


def _hash(code: str) -> bytes:
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(plain.encode()).digest()

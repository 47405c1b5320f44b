"""One's own telephone: given, proven by a code that we send there, and what comes to it as an SMS."""

from __future__ import annotations

import datetime as dt
import hmac
import re
import secrets
from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.log import record
from heretask.kernel.secrets.opening import open_text, seal
from heretask.kernel.tenancy.base import current

from . import events, posting
from .addresses import Refused
from .letters import letter
from .models import OutgoingMail, PhoneNumber, Way

LASTS = dt.timedelta(minutes=10)
TRIES = 5  # at one code
CODES = ((dt.timedelta(hours=1), 3), (dt.timedelta(days=1), 6))  # SMS with a code that one person has sent
OF_ALL = 60  # such SMS of one customer in a day: each costs, and goes to a number that nobody has proven yet
_DANISH = re.compile(r"[2-9]\d{7}", re.ASCII)
_ABROAD = re.compile(r"[1-9]\d{6,14}", re.ASCII)


def _counts(user: UUID, given: Mapping[str, str]) -> bool:
    """Whether the code of an SMS that is about to go is the one that counts."""
    row = PhoneNumber.objects.filter(user_id=user, code_until__gt=timezone.now()).first()
    return row is not None and given["code"] == open_text(row, "code")


CODE = letter(
    "outbox.code",
    gettext_lazy("Your code for HereTask"),
    gettext_lazy("Your code for HereTask is %(code)s. Write it here: %(link)s\n"),
    route="platform.mailing",
    sms=gettext_lazy("%(code)s is your code for HereTask. Write it under My account: %(link)s"),
    still=_counts,
    code=int,
)


def own(by: Actor) -> PhoneNumber | None:
    """The telephone of `by`, closed."""
    return PhoneNumber.objects.filter(user_id=by.person_id).first()


def shown(row: PhoneNumber) -> str:
    """The number as its owner reads it."""
    number = open_text(row, "number")
    if number.startswith("45") and len(number) == 10:
        return "+45 " + " ".join(number[at : at + 2] for at in range(2, 10, 2))
    return f"+{number}"


def check_number(text: str) -> str:
    """The number as it is kept, with its country and without a plus; raises Refused for what is none."""
    kept = re.sub(r"[\s().\-–]", "", text)
    if kept.startswith("00"):
        kept = "+" + kept[2:]
    if not kept.startswith("+"):
        kept = f"+45{kept}"
    digits = kept[1:]
    fits = _DANISH.fullmatch(digits[2:]) if digits.startswith("45") else _ABROAD.fullmatch(digits)
    if not fits:
        raise Refused(_("Write eight figures, or + and the country's code before a number from abroad."))
    return digits


def set_number(text: str, *, by: Actor) -> PhoneNumber:
    """Keep a new number, which counts once it is proven, and send a code there. Raises Refused."""
    check(by, Permission.PLATFORM_ACCOUNT_OWN)
    kept = check_number(text)
    row = PhoneNumber.objects.select_for_update().filter(user_id=by.person_id).first()
    if not posting.goes_by_sms():
        raise Refused(_("Your house sends no SMS. An administrator can switch it on."))
    if row is None:
        row = PhoneNumber(user_id=by.person_id, customer_id=current().customer_id)
    elif row.proven_at and not row.bounced_at and open_text(row, "number") == kept:
        raise Refused(_("That is your number already, and it is proven."))
    _check_codes(by)
    code = str(100_000 + secrets.randbelow(900_000))
    row.proven_at, row.bounced_at, row.bounce = None, None, ""
    row.code_until, row.tries = timezone.now() + LASTS, 0
    seal(row, number=kept, code=code)
    row.save()
    record(events.NUMBER_SET, on=("user", by.person_id), changed=["number"])
    posting.put(CODE, row, code=int(code))
    return row


def _check_codes(by: Actor) -> None:
    """Raise Refused for who has had enough codes sent, whatever the numbers, also those they removed."""
    now = timezone.now()
    codes = OutgoingMail.objects.filter(way=Way.SMS, letter=CODE.key)
    for span, most in CODES:
        if codes.filter(user_id=by.person_id, made_at__gt=now - span).count() >= most:
            raise Refused(_("You have had several codes sent lately. Wait a while before the next one."))
    if codes.filter(made_at__gt=now - CODES[-1][0]).count() >= OF_ALL:
        raise Refused(_("Many codes were sent from your house today. Try again tomorrow."))


def prove(text: str, *, by: Actor) -> None:
    """Prove one's number by the code of the SMS. Raises Refused; the try is counted when the transaction ends well."""
    check(by, Permission.PLATFORM_ACCOUNT_OWN)
    row = PhoneNumber.objects.select_for_update().filter(user_id=by.person_id).first()
    if row is None or row.proven_at:
        raise Refused(_("No code waits for you. Give your number first."))
    if not takes_a_code(row):
        raise Refused(_("This code does not count any more. Give the number again, and a new one comes."))
    row.tries += 1
    given = re.sub(r"\s", "", text)
    if not hmac.compare_digest(given.encode(), open_text(row, "code").encode()):
        row.save(update_fields=["tries"])
        record(events.NUMBER_NOT_PROVEN, on=("user", by.person_id), outcome="wrong code")
        raise Refused(_("That is not the code. Look at the newest SMS."))
    row.proven_at, row.code_until = timezone.now(), None
    seal(row, code="")
    row.save()
    record(events.NUMBER_PROVEN, on=("user", by.person_id), changed=["proven_at"])


def takes_a_code(row: PhoneNumber) -> bool:
    """Whether there is a code to give back now."""
    return not row.proven_at and row.code_until is not None and row.code_until > timezone.now() and row.tries < TRIES


def choose(*, notices: bool, urgent: bool, by: Actor) -> None:
    """Choose what comes by SMS."""
    check(by, Permission.PLATFORM_ACCOUNT_OWN)
    row = PhoneNumber.objects.select_for_update().filter(user_id=by.person_id).first()
    if row is None:
        raise Refused(_("Give a telephone number first."))
    row.notices, row.urgent = notices, urgent
    row.save(update_fields=["notices", "urgent"])
    record(
        events.SMS_CHANGED, on=("user", by.person_id), changed=["notices", "urgent"],
        variables={"notices": "on" if notices else "off", "urgent": "on" if urgent else "off"},
    )  # fmt: skip


def remove(*, by: Actor) -> None:
    """Have no number any more; what waits for it is dropped when its turn comes."""
    check(by, Permission.PLATFORM_ACCOUNT_OWN)
    gone, _by_model = PhoneNumber.objects.filter(user_id=by.person_id).delete()
    if gone:
        record(events.NUMBER_REMOVED, on=("user", by.person_id))

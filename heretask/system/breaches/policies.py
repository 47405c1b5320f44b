"""What may be done in a case of a breach, and when. The database holds the same where it matters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from ipaddress import ip_address
from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.outbox import guard
from heretask.system.records.policies import Refused

from .models import ScopeKind, StepKind

__all__ = ["Refused"]
DEADLINE = dt.timedelta(hours=24)
ALARMS = (4, 12, 20)  # hours after the report, while not every customer is told
ALONE = dt.timedelta(hours=2)  # after which one manager may approve alone, with a reason
WAYS = ("phone", "letter", "post", "visit")  # in which a customer is told by hand
OWN_DEADLINE = dt.timedelta(hours=72)  # the customer's, to the supervisory authority (GDPR art. 33(1))
LONGEST, SHORTEST_REASON = 4000, 10
PARTS = ("nature", "consequences", "measures", "advice", "contact")  # GDPR art. 33(3)
LANGUAGES = ("da", "en")


def words_of(text: str, *, longest: int = LONGEST) -> str:
    """The text as it is kept. Raises Refused for none, for one too long, and for a CPR number in it."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", " ").strip()
    if not kept:
        raise Refused(_("Write something first."))
    if len(kept) > longest:
        raise Refused(
            _("The text has %(count)d characters; %(limit)d are allowed.") % {"count": len(kept), "limit": longest}
        )
    if guard.has_number(kept):
        raise Refused(_("This holds what reads like a CPR number. Take it out; the rest stands as you wrote it."))
    return kept


def check_reported_at(at: dt.datetime | None, now: dt.datetime) -> None:
    """Raise Refused for a report that is still to come."""
    if at is not None and at > now:
        raise Refused(_("It cannot have been reported later than now."))


def check_told_at(at: dt.datetime, reported_at: dt.datetime, now: dt.datetime) -> None:
    """Raise Refused for a moment at which a customer cannot have been told of it."""
    if at > now:
        raise Refused(_("This time has not been yet."))
    if at < reported_at.replace(second=0, microsecond=0):  # a form gives whole minutes
        raise Refused(_("It cannot have been told before it was reported."))


def check_open(kinds: Collection[str]) -> None:
    """Raise Refused in a case that is closed."""
    if StepKind.CLOSED in kinds:
        raise Refused(_("This case is closed. Begin a new one, if something more comes up."))


def check_span(since: dt.datetime, until: dt.datetime, now: dt.datetime) -> None:
    """Raise Refused for a time that ends before it begins, or that has not begun."""
    if until <= since:
        raise Refused(_("The end must be later than the beginning."))
    if since > now:
        raise Refused(_("This time has not been yet."))


def target_of(scope: str, given: str) -> str:
    """What is looked for in the log; raises Refused for what is no id and no address."""
    text = given.strip()
    try:
        if scope == ScopeKind.EVERYTHING:
            return ""
        return str(ip_address(text)) if scope == ScopeKind.ADDRESS else str(UUID(text))
    except ValueError:
        if scope == ScopeKind.ADDRESS:
            raise Refused(_("This is no network address.")) from None
        raise Refused(_("This is no id. Copy it from the log.")) from None


def parts_of(given: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The free parts of the notices in both languages; raises Refused where one is missing."""
    return {lang: {part: words_of(given[lang][part]) for part in PARTS} for lang in LANGUAGES}


def check_approval(*, drafted_by: UUID | None, drafted_at: dt.datetime, me: UUID, why: str, now: dt.datetime) -> None:
    """Raise Refused where somebody approves their own text, but for after two hours alone, with a reason."""
    if me != drafted_by:
        return
    if now < drafted_at + ALONE:
        raise Refused(
            _("You wrote this text. The other manager approves it; alone you can two hours after it was written.")
        )
    if len(" ".join(why.split())) < SHORTEST_REASON:
        raise Refused(_("Write why the other manager could not be reached. It stands with the approval."))


def check_may_close(
    kinds: Collection[str], *, dismissed: bool, exercise: bool, registered: bool, all_told: bool
) -> None:
    """Raise Refused for a case in which something is still to be done."""
    if dismissed:
        return
    if StepKind.SENT not in kinds or not all_told:
        raise Refused(_("Not every customer has been told. Send the notices; closed customers are told by hand."))
    if exercise:
        return
    if StepKind.POLICE not in kinds:
        raise Refused(_("Say first whether it was reported to the police, or why not."))
    if not registered:
        raise Refused(_("Write it in the register of breaches first: the facts, its effects and what was done."))


def check_decision(
    *, decided: bool, on: dt.date | None, known_on: dt.date, today: dt.date, needs_why: bool, why: str
) -> None:  # fmt: skip
    """Raise Refused for a customer's decision without its day, of a day that cannot be, or without its reason."""
    if decided and on is None:
        raise Refused(_("On which day was it decided?"))
    if on is not None and on > today:
        raise Refused(_("This day has not been yet."))
    if on is not None and on < known_on:
        raise Refused(_("It cannot have been decided before you were told."))
    if needs_why and not why:
        raise Refused(_("Write why it is not reported. The authority may ask for it."))

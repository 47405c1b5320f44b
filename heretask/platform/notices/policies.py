"""Who reads which notice, who may put one up for whom, and what one may look like.

Whoever leads a unit puts up notices for it and for roles in it; whoever may for the whole customer, for all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.addressed import Addresses, Kind, To
from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.rhythm import COPENHAGEN

from .models import Notice

LONGEST_TITLE, LONGEST_TEXT = 120, 4000
LASTS = dt.timedelta(days=366)


class Refused(Exception):
    """A rule says no to what stands in `field`; the message is a sentence for the person who asked."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Words:
    """What is sealed of a notice."""

    title: str
    text: str = ""


def today() -> dt.date:
    """The day by the clock in Denmark."""
    return timezone.localdate(timezone=COPENHAGEN)


def read_by(by: Actor) -> Q:
    """Notices that are for `by`, whenever they hold."""
    held = [g for g in by.given if not g.guest and P.PLATFORM_NOTICES_READ in g.may]
    units, roles = {g.unit_id for g in held if g.unit_id}, {g.role for g in held}
    found = Q(to_unit=None, to_role="") | Q(to_unit_id__in=units, to_role="") | Q(to_unit=None, to_role__in=roles)
    for role in roles:
        found |= Q(to_role=role, to_unit_id__in={g.unit_id for g in held if g.role == role and g.unit_id})
    return found


def holding(day: dt.date) -> Q:
    """Notices that hold on that day."""
    return Q(starts__lte=day, ends__gte=day, withdrawn_at=None)


def led_units(by: Actor) -> set[UUID]:
    """The units for which `by` may put up notices."""
    return {g.unit_id for g in by.given if g.unit_id and P.PLATFORM_NOTICES_PUT_UP in g.may}


def leads_all(by: Actor) -> bool:
    """Whether `by` may put up notices for everybody."""
    return any(g.unit_id is None and P.PLATFORM_NOTICES_PUT_UP in g.may for g in by.given)


def watched_by(by: Actor) -> Q:
    """Notices of which `by` sees who has acknowledged: their own, and those for what they lead."""
    if leads_all(by):
        return Q()
    return Q(made_by_id=by.user_id) | Q(to_unit_id__in=led_units(by))


def watches(by: Actor, row: Notice) -> bool:
    """Whether `by` sees who has acknowledged this one, and may withdraw it."""
    return leads_all(by) or row.made_by_id == by.user_id or row.to_unit_id in led_units(by)


def reads(by: Actor, row: Notice) -> bool:
    """Whether it is for `by` and has begun."""
    return row.starts <= today() and Notice.objects.filter(read_by(by), id=row.id).exists()


def check_sees(by: Actor, row: Notice | None) -> Notice:
    """The notice; raises Denied alike for one that is not for `by` and for one that is not there."""
    check(by, P.PLATFORM_NOTICES_READ)
    if row is None or not (watches(by, row) or reads(by, row)):
        raise Denied(permission=P.PLATFORM_NOTICES_READ)
    return row


def offered(found: Addresses, by: Actor) -> list[tuple[str, str]]:
    """For whom `by` may put one up: code and name; all first."""
    choices = [("all", _("Everybody"))] if leads_all(by) else []
    led = led_units(by)
    return choices + [
        (one.to.code, one.label) for one in (*found.units, *found.roles) if leads_all(by) or one.to.unit_id in led
    ]  # fmt: skip


def check_to(code: str, found: Addresses, by: Actor) -> To | None:
    """For whom; None for all. Raises Refused where `by` may not put up anything there."""
    if code not in {own for own, _label in offered(found, by)}:
        raise Refused(_("You cannot put up notices there. Choose from the list."), "to")
    to = To.read(code) if code != "all" else None
    if to is not None and to.kind == Kind.PERSON:
        raise Refused(_("A notice is for several. Write a message instead."), "to")
    return to


def check_words(words: Words) -> Words:
    """Tidied; raises Refused for none, or too many."""
    title, text = " ".join(words.title.split()), words.text.strip()
    if not title:
        raise Refused(_("Write a heading."), "title")
    if not text:
        raise Refused(_("Write the notice."), "text")
    if len(title) > LONGEST_TITLE or len(text) > LONGEST_TEXT:
        most = LONGEST_TITLE if len(title) > LONGEST_TITLE else LONGEST_TEXT
        raise Refused(
            _("That is too long: %(most)d characters at most.") % {"most": most},
            "title" if most == LONGEST_TITLE else "text",
        )
    return Words(title, text)


def check_days(starts: dt.date, ends: dt.date) -> None:
    """Raise Refused for days that cannot be."""
    if starts < today():
        raise Refused(_("It can begin today at the earliest."), "starts")
    if ends < starts:
        raise Refused(_("The last day cannot lie before the first."), "ends")
    if ends > today() + LASTS:
        raise Refused(_("It holds a year at most."), "ends")


def check_waits(row: Notice) -> None:
    """Raise Refused for one that nobody has to acknowledge, or that is over."""
    if not row.must:
        raise Refused(_("This one need not be acknowledged."))
    if row.withdrawn_at is not None or not row.starts <= today() <= row.ends:
        raise Refused(_("It does not hold any more."))

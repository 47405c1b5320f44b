"""The letter that tells a citizen who has opened their data, and why (GDPR article 15).

It holds days, purposes and roles. Names of staff stand in it only where the customer has chosen so: a citizen has a
right to them only where they cannot use their rights without (the Court of Justice in C-579/21). Nothing in it is text
that somebody wrote about others: what was done is told by its kind, never by its words.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connections
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import naming, record
from heretask.kernel.log.openings import Sight, sights_between
from heretask.kernel.log.searches import store_search, stored_search
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer

from . import events

KEPT = "admin.openings.letter"
MOST = 20_000  # events that one letter tells of
_LOCAL = ZoneInfo("Europe/Copenhagen")


class Refused(Exception):
    """A letter that cannot be made; the message is a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letter is wanted: about whom, from day to day (both included), for whom, why, and in which language."""

    citizen: UUID
    since: dt.date
    until: dt.date
    recipient: str
    why: str
    language: str

    def as_variables(self) -> dict[str, str]:
        """As the log and the kept wish have it."""
        return {f.name: str(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_variables(cls, kept: dict[str, str]) -> Wanted:
        """Out of what `as_variables` gave."""
        return cls(
            UUID(kept["citizen"]), dt.date.fromisoformat(kept["since"]), dt.date.fromisoformat(kept["until"]),
            kept["recipient"], kept["why"], kept["language"],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter is made of."""

    wanted: Wanted
    name: str
    customer: Customer
    sights: list[Sight]


def ask(wanted: Wanted, *, by: Actor) -> UUID:
    """Keep which letter is wanted, under an opaque id: recipient and reason stand in no address."""
    check(by, P.ADMIN_OPENINGS_HAND)
    return store_search(KEPT, wanted.as_variables())


def read(kept: UUID, *, by: Actor) -> Letter:
    """The letter, to be read first. Raises StoredSearch.DoesNotExist for anybody else's, and Refused."""
    check(by, P.ADMIN_OPENINGS_HAND)
    letter = _letter(Wanted.from_variables(stored_search(KEPT, kept)))
    _record(events.LETTER_READ, letter)
    return letter


def make(kept: UUID, *, by: Actor) -> Letter:
    """The letter, to be handed over. The event is committed before any byte of it leaves."""
    check(by, P.ADMIN_OPENINGS_HAND)
    letter = _letter(Wanted.from_variables(stored_search(KEPT, kept, answering=False)))
    _record(events.LETTER_MADE, letter)
    return letter


def choose_names(names: bool, why: str, *, by: Actor) -> None:
    """Choose whether letters name staff; the database asks once more who chooses."""
    check(by, P.ADMIN_OPENINGS_CHOOSE)
    before = customer().letter_names
    if names == before:
        raise Refused(_("Nothing was changed."))
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.name_staff_in_letters(%s)", [names])
    told = {True: "names", False: "roles"}
    record(
        events.NAMES_CHOSEN, changed=["letter_names"],
        variables={"before": told[before], "after": told[names], "why": why},
    )  # fmt: skip


def customer() -> Customer:
    """The customer of this session, with its choices."""
    return Customer.objects.get(id=current().customer_id)


def _letter(wanted: Wanted) -> Letter:
    after = wanted.until + dt.timedelta(days=1)
    found = sights_between(wanted.citizen, _midnight(wanted.since), _midnight(after), MOST)
    if found is None:
        raise Refused(_("There are more than %(most)d events in this period. Choose a shorter one.") % {"most": MOST})
    names = naming.names("citizen", [wanted.citizen])
    if not names:
        raise Refused(_("There is no such citizen, or their data has been erased."))
    return Letter(wanted, names[wanted.citizen], customer(), found)


def _record(action: events.Action, letter: Letter) -> None:
    wanted = letter.wanted
    record(
        action, citizen=wanted.citizen, on=("citizen", wanted.citizen), hits=len(letter.sights),
        variables=wanted.as_variables(), opened=[wanted.citizen],
    )  # fmt: skip


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), _LOCAL)

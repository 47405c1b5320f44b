"""Reading emergency openings, and finding a citizen one does not work with."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from heretask.kernel.access.decide import Actor, decide
from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import assignments_now
from heretask.kernel.log.models import Event
from heretask.kernel.log.openings import events_about
from heretask.kernel.secrets.opening import load_keys, open_text
from heretask.kernel.secrets.words import words_of
from heretask.social.citizens.models import EMERGENCY_LASTS, Citizen, EmergencyOpening
from heretask.social.citizens.policies import spoken
from heretask.social.citizens.queries import citizens, cpr_hash, may_begin

from . import events

MOST_FOUND = 5
_ASIDE = (events.SOUGHT.name, events.OWN_SEEN.name)  # looking for them before, and at one's own openings after
MOST_EVENTS = 500
KEPT = dt.timedelta(days=90)  # how long an opening stands on the pages; the log knows it longer


@dataclass(frozen=True, slots=True)
class Hit:
    """A citizen who was found: no more of them than name and unit."""

    id: UUID
    name: str
    unit_name: str
    reached: bool  # by the reader already, so that no emergency is needed


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found, and whose names were opened to find out."""

    hits: list[Hit]
    opened: set[UUID]


def by_cpr(number: str, by: Actor) -> Found:
    """The one citizen with this CPR number; nobody who is sealed, erased or moved out."""
    return _found(list(_there().filter(cpr_hash=cpr_hash(number))), by, lambda _name: True)


def by_name(words: str, by: Actor) -> Found:
    """Citizens of exactly this name; those whose names begin alike are opened to compare."""
    all_of_them = list(Citizen.objects.filter(active=True, sealed=False, erased_at=None).only("id"))
    fitting = may_begin(all_of_them, words_of(words))
    rows = list(_there().filter(id__in=[citizen.id for citizen in fitting]))
    return _found(rows, by, lambda name: spoken(name) == spoken(words))


def open_for(citizen_id: UUID, by: Actor) -> EmergencyOpening:
    """A new opening, not sealed and not stored yet: from now for three hours, by the database's clock."""
    return EmergencyOpening(citizen_id=citizen_id, user_id=by.person_id, until=Now() + EMERGENCY_LASTS)


def one(opening_id: UUID, *, held: bool = False) -> EmergencyOpening | None:
    """An opening with its citizen, closed."""
    rows = EmergencyOpening.objects.select_related("citizen__unit")
    if held:
        rows = rows.select_for_update(of=("self",))
    return rows.filter(id=opening_id).first()


def citizen_of(opening: EmergencyOpening) -> Citizen:
    """The citizen with what a decision about them needs."""
    return citizens().get(id=opening.citizen_id)


def own(by: Actor) -> list[EmergencyOpening]:
    """One's own openings, the newest first; closed."""
    return list(_recent().filter(user_id=by.person_id).order_by("-made_at"))


def waiting() -> list[EmergencyOpening]:
    """All of the customer that nobody has judged, the oldest first; closed."""
    rows = EmergencyOpening.objects.select_related("citizen__unit").filter(followed_at=None)
    return list(rows.order_by("made_at"))


def answered() -> list[EmergencyOpening]:
    """Those that somebody has judged lately, the newest first; closed."""
    return list(_recent().filter(followed_at__isnull=False).order_by("-followed_at"))


def answered_to(by: Actor, since: dt.datetime) -> list[EmergencyOpening]:
    """One's own that were judged since then; closed."""
    return list(_recent().filter(user_id=by.person_id, followed_at__gte=since).order_by("-followed_at"))


def leaders(units: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Who judges openings in each unit."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = assignments_now().filter(unit_id__in=set(units), user__active=True).select_related("own")
    for row in rows:
        if row.unit_id and row.is_role and Permission.SOCIAL_CITIZENS_FOLLOW_UP in row.is_role.may:
            found[row.unit_id].add(row.user_id)
    return found


def events_under(opening: EmergencyOpening) -> list[Event]:
    """What was done with the citizen under an opening, from the log, oldest first."""
    since = int(opening.made_at.timestamp() * 1_000_000) - 1_000_000  # the opening's own event may be a moment older
    until = int(opening.until.timestamp() * 1_000_000)
    found = events_about(opening.citizen_id, None, since, MOST_EVENTS)
    return [
        event for event in reversed(found)
        if event.actor == opening.user_id and event.at <= until and event.action not in _ASIDE
    ]  # fmt: skip


def _there() -> QuerySet[Citizen]:
    return citizens().filter(active=True, sealed=False, erased_at=None)


def _recent() -> QuerySet[EmergencyOpening]:
    rows = EmergencyOpening.objects.select_related("citizen__unit")
    return rows.filter(Q(made_at__gte=timezone.now() - KEPT))


def _found(rows: list[Citizen], by: Actor, fits: Callable[[str], bool]) -> Found:
    load_keys(citizen.id for citizen in rows)
    hits, opened = [], set()
    for citizen in rows:
        name = open_text(citizen, "name")
        opened.add(citizen.id)
        if fits(name):
            reached = decide(by, Permission.SOCIAL_CITIZENS_SEE, citizen).allowed
            hits.append(Hit(citizen.id, name, citizen.unit.name, reached))
    return Found(hits[:MOST_FOUND], opened)

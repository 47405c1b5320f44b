"""Reading the wheel: each rule with its duties of all periods, who answers for it, and how it stands on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from heretask.kernel.secrets.opening import open_text
from heretask.kernel.staff.eligibility import State
from heretask.system.records import queries as records
from heretask.system.records.models import Duty
from heretask.system.records.queries import Item, Standing
from heretask.system.records.rules import RULES, Rule
from heretask.system.staff.declarations import STAFF

from . import declarations as _own  # noqa: F401  (its rules are rules like any other feature's)
from .models import Assigned

TASK = "system.wheel.turn"
Due = tuple[UUID, str, dt.date, dt.datetime]  # duty, rule, due on, made
WORST = ("broken", "due", "ok")


@dataclass(frozen=True, slots=True)
class Spoke:
    """One rule of the wheel, with its duties, the newest first, and who answers for it; nobody: Management."""

    rule: Rule
    duties: list[Standing]
    person: Item | None

    @property
    def newest(self) -> Standing | None:
        """The duty that counts now; None before the year is planned."""
        return self.duties[0] if self.duties else None

    @property
    def open(self) -> Standing | None:
        """What is to be done; None where nothing is."""
        newest = self.newest
        return newest if newest is not None and newest.closing is None else None

    @property
    def state(self) -> str:
        """ok, due or broken; unknown before it is planned."""
        return self.newest.state if self.newest else "unknown"

    @property
    def due_on(self) -> dt.date:
        """By when it is to be done; far away where nothing is."""
        return self.open.duty.due_on if self.open else dt.date.max


@dataclass(frozen=True, slots=True)
class Handing:
    """That a duty changed hands."""

    at: dt.datetime
    by: UUID | None
    person: Item | None
    why: str


def rules() -> list[Rule]:
    """Every rule of the wheel, in the order of the year."""
    return sorted((rule for rule in RULES.values() if rule.season), key=lambda rule: (rule.season, rule.key))


def wheel(today: dt.date) -> list[Spoke]:
    """All of it, what is due first before the rest."""
    found: dict[str, list[Standing]] = {rule.key: [] for rule in rules()}
    for standing in records.general_standings(today):
        if standing.rule.key in found:
            found[standing.rule.key].append(standing)
    answers = _answering()
    spokes = [Spoke(rule, found[rule.key], answers.get(rule.key)) for rule in rules()]
    return sorted(spokes, key=lambda spoke: (spoke.due_on, spoke.rule.key))


def of_person(entry_id: UUID, today: dt.date) -> list[Spoke]:
    """What somebody of the staff register answers for, the most urgent first."""
    return [one for one in wheel(today) if one.person is not None and one.person.id == entry_id]


def spoke_of(duty_id: UUID, today: dt.date) -> Spoke:
    """The rule of a duty; raises Duty.DoesNotExist for one that is none of the wheel."""
    for spoke in wheel(today):
        if any(standing.duty.id == duty_id for standing in spoke.duties):
            return spoke
    raise Duty.DoesNotExist


def handings(rule: Rule) -> list[Handing]:
    """Who answered for a rule, and why it changed; the newest first."""
    people = {person.id: person for person in records.items(STAFF)}
    rows = Assigned.objects.filter(duty__rule=rule.key, duty__entry__isnull=True).order_by("-id")
    return [
        Handing(a.done_at, a.done_by, people.get(a.person_id) if a.person_id else None, open_text(a, "why"))
        for a in rows
    ]


def people() -> list[Item]:
    """Who may answer for a duty: everybody on the register who has not left."""
    here = [item for item in records.items(STAFF) if item.values["state"] != State.LEFT]
    return sorted(here, key=lambda item: item.values["name"].casefold())


def person(person_id: UUID) -> Item:
    """One of the register; raises Entry.DoesNotExist."""
    return records.item(STAFF, person_id)


def unplanned() -> list[Rule]:
    """Rules of which there never was a duty."""
    planned = set(Duty.objects.filter(entry__isnull=True).values_list("rule", flat=True))
    return [rule for rule in rules() if rule.key not in planned]


def hold() -> None:
    """Let nobody else plan until this transaction ends."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('wheel ' || ht.customer()::text))")


def sentences(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What duties are called, by their ids."""
    rows = Duty.objects.filter(id__in=set(ids), rule__in=RULES).values_list("id", "rule")
    return {id_: str(RULES[rule].sentence) for id_, rule in rows}


def feed_rows() -> list[Due]:
    """What a calendar program is given now: open duties about nobody."""
    rows = Duty.objects.filter(entry__isnull=True, closings__isnull=True).order_by("due_on")
    return list(rows.values_list("id", "rule", "due_on", "made_at"))


def by_promise(spokes: Iterable[Spoke]) -> dict[str, str]:
    """The worst of the duties on which each promise rests: broken, due or ok."""
    found: dict[str, str] = {}
    for spoke in spokes:
        for promise in spoke.rule.promises:
            if spoke.state in WORST:
                found[promise] = min(found.get(promise, "ok"), spoke.state, key=WORST.index)
    return found


def _answering() -> dict[str, Item]:
    """By rule, who answers for it; who has left answers for nothing any more."""
    here = {item.id: item for item in people()}
    rows = Assigned.objects.filter(duty__entry__isnull=True).order_by("id").values_list("duty__rule", "person_id")
    newest = dict(rows)
    return {rule: here[id_] for rule, id_ in newest.items() if id_ in here}

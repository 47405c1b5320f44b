"""Reading plans with their agreements, and exercises with all that happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from heretask.kernel.periods import months_after
from heretask.kernel.staff.eligibility import State
from heretask.system.backups import queries as backups
from heretask.system.records import queries as records
from heretask.system.records.models import Version
from heretask.system.records.queries import Item, Standing
from heretask.system.staff.declarations import STAFF

from .declarations import (
    ACTIONS,
    AGREE_WITHIN,
    AGREEMENTS,
    BEGUN,
    ENDED,
    EXERCISES,
    MANAGER,
    MANAGERS,
    PARTICIPANTS,
    PLANS,
    PROVIDER,
    STEPS,
    YEAR,
    Plan,
)  # fmt: skip
from .policies import Refused, check_again


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise, with its people, its steps in their order, and what must be done after it."""

    item: Item
    people: list[Item]
    steps: list[Item]
    actions: list[tuple[Item, Standing]]

    @property
    def phase(self) -> str:
        """prepared, begun, ended or concluded."""
        kinds = {step.values["kind"] for step in self.steps}
        if self.item.values["concluded_on"]:
            return "concluded"
        return "ended" if ENDED in kinds else "begun" if BEGUN in kinds else "prepared"

    @property
    def open_actions(self) -> list[Standing]:
        """What is not done yet."""
        return [standing for _item, standing in self.actions if standing.closing is None]


@dataclass(frozen=True, slots=True)
class Kept:
    """A plan as it stands on a day."""

    plan: Plan
    version: Version | None
    agreements: list[Item]  # of the newest version, the newest first
    last_exercise: dt.date | None
    today: dt.date

    @property
    def agreed_on(self) -> dt.date | None:
        """Since when all who must have agreed; None where somebody is missing."""
        return agreed_since([(a.values["party"], a.values["person"], a.date("agreed_on")) for a in self.agreements])

    @property
    def agree_by(self) -> dt.date | None:
        """By when all must agree, again or for the first time; None without a version."""
        if self.version is None:
            return None
        since = self.agreed_on
        return months_after(since, YEAR) if since else timezone.localdate(self.version.done_at) + AGREE_WITHIN

    @property
    def exercise_by(self) -> dt.date | None:
        """By when it must be tried again; None where it need not, or never was."""
        if not self.plan.exercised or self.last_exercise is None:
            return None
        return months_after(self.last_exercise, YEAR)

    @property
    def is_agreed(self) -> bool:
        """Whether the newest version is agreed to, within a year."""
        return self.agreed_on is not None and (self.agree_by or self.today) >= self.today

    @property
    def is_tried(self) -> bool:
        """Whether it was tried within a year, or need not be."""
        return not self.plan.exercised or (self.exercise_by is not None and self.exercise_by >= self.today)


def agreed_since(agreements: list[tuple[str, str, dt.date | None]]) -> dt.date | None:
    """The day since when both managers and the hosting provider have agreed: the oldest of their newest agreements."""
    newest: dict[tuple[str, str], dt.date] = {}
    for party, person, day in agreements:
        key = (party, person if party == MANAGER else "")
        if day is not None:
            newest[key] = max(day, newest.get(key, day))
    managers = sorted((day for (party, _p), day in newest.items() if party == MANAGER), reverse=True)
    provider = newest.get((PROVIDER, ""))
    if provider is None or len(managers) < MANAGERS:
        return None
    return min(provider, managers[MANAGERS - 1])


def all_kept(today: dt.date | None = None) -> list[Kept]:
    """Every plan as it stands."""
    day = today or timezone.localdate()
    newest, agreements = records.newest_versions(), list(reversed(records.items(AGREEMENTS)))
    held = last_held(
        [(e.values["plan"], e.date("held_on")) for e in records.items(EXERCISES) if e.values["concluded_on"]]
    )
    found = []
    for plan in PLANS.values():
        version = newest.get(plan.document)
        own = [a for a in agreements if version and a.values["version"] == str(version.id)]
        found.append(Kept(plan, version, own, held.get(plan.slug), day))
    return found


def last_held(exercises: list[tuple[str, dt.date | None]]) -> dict[str, dt.date]:
    """When each plan was tried last, by an exercise or by a restore on trial that passed."""
    passed = next((row for row in backups.facts().drills if row["outcome"] == "pass"), None)
    drilled = timezone.localdate(dt.datetime.fromisoformat(passed["ended_at"])) if passed else None
    held = [*exercises, *((plan.slug, drilled) for plan in PLANS.values() if plan.drills)]
    found: dict[str, dt.date] = {}
    for slug, day in held:
        if day is not None:
            found[slug] = max(day, found.get(slug, day))
    return found


def kept(plan: Plan) -> Kept:
    """One plan as it stands today."""
    return next(one for one in all_kept() if one.plan is plan)


def exercises(plan: Plan | None = None) -> list[Exercise]:
    """All exercises, or those of a plan, the newest first."""
    rows = [e for e in records.items(EXERCISES) if plan is None or e.values["plan"] == plan.slug]
    staff = {str(one.id): one for one in records.items(STAFF)}
    parts, steps, actions = records.items(PARTICIPANTS), records.items(STEPS), records.items(ACTIONS)
    duties = records.standings([one.id for one in actions], timezone.localdate())
    return [
        Exercise(
            row, [staff[p.values["person"]] for p in parts if _of(p, row) and p.values["person"] in staff],
            [s for s in steps if _of(s, row)],
            [(a, duties[a.id][0]) for a in actions if _of(a, row) and duties[a.id]],
        )
        for row in reversed(rows)
    ]  # fmt: skip


def exercise(exercise_id: UUID) -> Exercise:
    """One of them; raises Entry.DoesNotExist."""
    item = records.item(EXERCISES, exercise_id)
    return next(one for one in exercises() if one.item.id == item.id)


def exercises_of(case: UUID) -> list[Exercise]:
    """What was done by the plans in a case of a breach, the newest first."""
    if not any(row.values["case"] == str(case) for row in records.items(EXERCISES)):
        return []
    return [one for one in exercises() if one.item.values["case"] == str(case)]


def action(action_id: UUID) -> Item:
    """One action; raises Entry.DoesNotExist."""
    return records.item(ACTIONS, action_id)


def people() -> list[Item]:
    """Who works here and may take part."""
    today = timezone.localdate()
    return [
        one for one in records.items(STAFF)
        if one.values["state"] != State.LEFT and (one.date("hired_on") or dt.date.max) <= today
    ]  # fmt: skip


def everybody() -> list[Item]:
    """Everybody who is or was on the staff register."""
    return records.items(STAFF)


def may_agree_again(last: dt.date | None, today: dt.date) -> bool:
    """Whether a manager who agreed on a day may agree to the same version."""
    try:
        check_again(last, today)
    except Refused:
        return False
    return True


def person_of(user_id: UUID | None) -> Item | None:
    """Who of them has that login."""
    return next((one for one in people() if user_id and one.values["login"] == str(user_id)), None)


def own_actions(person_id: UUID) -> list[tuple[Item, Standing]]:
    """Open actions that somebody answers for."""
    return [
        (item, standing)
        for one in exercises()
        for item, standing in one.actions
        if item.values["person"] == str(person_id) and standing.closing is None
    ]


def last_agreement(version_id: UUID, person_id: UUID) -> dt.date | None:
    """When a manager agreed to that version last."""
    days = [
        a.date("agreed_on") for a in records.items(AGREEMENTS)
        if a.values["version"] == str(version_id) and a.values["person"] == str(person_id)
    ]  # fmt: skip
    return max((day for day in days if day), default=None)


def _of(part: Item, row: Item) -> bool:
    return part.values["exercise"] == str(row.id)

"""Measured: that backups are taken and lie where they were put, that they lie in Denmark, that a drill has passed.

Over the installation, and published to every customer: dates, outcomes and places, no names of people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.backup import manifest, target
from heretask.kernel.backup.target import COUNTRY, DUMP, Target
from heretask.kernel.evidence.measuring import INSTALLATION, Result, State, evidence

from . import queries

OLDEST = dt.timedelta(hours=26)  # nightly, and some time to work
FIRST = dt.timedelta(days=2)  # from the installation to its first backup
DECLARED = dt.timedelta(days=2)
MONTH = dt.timedelta(days=31)
REPORT_DUE, REPORT_LATE = dt.timedelta(days=35), dt.timedelta(days=45)
_WORST = (State.HOLDS, State.DUE, State.UNKNOWN, State.BROKEN)


def _worst(states: Iterable[State]) -> State:
    return max(states, key=_WORST.index)


def _moment(row: Mapping[str, Any]) -> dt.datetime:
    return dt.datetime.fromisoformat(row["ended_at"])


def _day(moment: dt.datetime) -> str:
    return timezone.localdate(moment).isoformat()


@evidence(
    "OPS-1",
    scope=INSTALLATION,
    counts=_("hours since the newest good backup"),
    how=_(
        "The newest good backup of each kind may be 26 hours old at most, and no newer one may have failed. It must "
        "still lie on the target, with the sizes and the authentic list of contents that it had when it was read "
        "back. The hosting provider's own report must have been received within 35 days and be good."
    ),
)
def ops_1() -> Result:
    """Age of the newest good backup of each kind, whether it is still there, and the provider's report."""
    facts = queries.facts()
    targets = {one.kind: one for one in target.all_declared()}
    taken = {kind: _taken(kind, targets.get(kind), facts) for kind in targets or (DUMP,)}
    reported, due_on = _report(facts)
    ages = [age for _state, age in taken.values() if age is not None]
    sample: dict[str, Any] = {
        "backup_kinds": sorted(taken),
        "backups_wrong": sorted(kind for kind, (state, _age) in taken.items() if state == State.BROKEN),
        "provider_report": facts.reported_on.isoformat() if facts.reported_on else None,
    }
    if due_on:
        sample["due_on"] = due_on
    state = _worst([reported, *(state for state, _age in taken.values())])
    return Result(state, f"{max(ages)} h" if len(ages) == len(taken) else "-", sample)


def _taken(kind: str, where: Target | None, facts: queries.Facts) -> tuple[State, int | None]:
    """The state of one kind, and how many hours old its newest good backup is."""
    runs = [row for row in facts.backups if row["kind"] == kind]  # the newest first
    good = next((row for row in runs if row["outcome"] == "good"), None)
    if good is None:
        waiting = not runs and timezone.now() - facts.installed_at < FIRST
        return (State.DUE if waiting else State.BROKEN), None
    age = timezone.now() - _moment(good)
    right = runs[0] is good and age < OLDEST and where is not None and _lies_there(where, good["name"])
    return (State.HOLDS if right else State.BROKEN), int(age.total_seconds() // 3600)


def _lies_there(where: Target, name: str) -> bool:
    """Whether the backup is on its target, as its own list of contents says; pgBackRest's is its own to read."""
    try:
        if where.kind != DUMP:
            return (where.path / "backup" / "heretask" / name).is_dir()
        folder = where.path / name
        told = manifest.read(folder)
        return all((folder / part).stat().st_size == found.size for part, found in told.parts.items())
    except PermissionError:  # the folder is the database's account's alone; what verifying said then decides
        return where.kind != DUMP
    except (manifest.NotAuthentic, manifest.OtherKey, OSError, ValueError):
        return False


def _report(facts: queries.Facts) -> tuple[State, str]:
    """The duty to receive the provider's report, and by which day it is due where it is."""
    if facts.reported_on is None:
        late = facts.installed_at + REPORT_LATE
        return (State.DUE if timezone.now() < late else State.BROKEN), _day(late)
    age = timezone.localdate() - facts.reported_on
    if not facts.report_good or age > REPORT_LATE:
        return State.BROKEN, ""
    due = age > REPORT_DUE
    return (State.DUE if due else State.HOLDS), (facts.reported_on + REPORT_LATE).isoformat() if due else ""


@evidence(
    "OPS-2",
    scope=INSTALLATION,
    counts=_("targets and kept backups that are not declared to lie in Denmark, of all targets"),
    how=_(
        "Each target must be declared: its site and country, by whom, under which contract and when; the country must "
        "be Denmark. The software refuses a target elsewhere. No backup that is still kept may have been put outside "
        "Denmark. That a site lies where it is said to lie is declared by people, not measured."
    ),
)
def ops_2() -> Result:
    """Targets, and what was declared of them."""
    facts = queries.facts()
    targets = target.all_declared()
    wrong = sum(one.country != COUNTRY or bool(one.missing) for one in targets) + facts.abroad
    sample: dict[str, Any] = {
        "sites": [f"{one.site or '?'} ({one.country or '?'})" for one in targets],
        "contracts": [f"{one.contract or '?'}, {one.declared_on or '?'}" for one in targets],
        "kept_abroad": facts.abroad,
    }
    if targets:
        return Result(State.BROKEN if wrong else State.HOLDS, f"{wrong} / {len(targets)}", sample)
    by = facts.installed_at + DECLARED
    waiting = timezone.now() < by and not wrong
    return Result(State.DUE if waiting else State.BROKEN, f"{wrong} / 0", {**sample, "due_on": _day(by)})


@evidence(
    "OPS-3",
    scope=INSTALLATION,
    counts=_("days since a backup was last restored on trial and passed"),
    how=_(
        "Every month the newest backup is restored into a scratch database. All of it is read, rows are counted, the "
        "walls between customers are checked, logs are compared with what was noted before, samples are "
        "decrypted, somebody signs in, and erased citizens must stay erased. Failed and could not verify count alike."
    ),
)
def ops_3() -> Result:
    """The last drill, and the last that passed."""
    facts = queries.facts()
    passed = next((row for row in facts.drills if row["outcome"] == "pass"), None)
    sample: dict[str, Any] = {"drills_last": bool(facts.drills) and facts.drills[0]["outcome"] == "pass"}
    if passed is None:
        by = facts.installed_at + MONTH
        waiting = not facts.drills and timezone.now() < by
        return Result(State.DUE if waiting else State.BROKEN, "-", {**sample, "due_on": _day(by)})
    age = timezone.now() - _moment(passed)
    sample |= {"drill_passed": _day(_moment(passed)), "drill_seconds": round(passed["seconds"])}
    right = facts.drills[0] is passed and age <= MONTH
    return Result(State.HOLDS if right else State.BROKEN, str(age.days), sample)

"""Backups and drills as their page shows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heretask.kernel.backup import target
from heretask.kernel.jobs.models import Job
from heretask.ui.templatetags.ht import day

from .models import Backup, Drill
from .queries import TASKS, Kept

KINDS: dict[str, Lazy] = {
    "dump": gettext_lazy("Dump, files and keys"),
    "pgbackrest": gettext_lazy("Physical copy"),
}
WHY: dict[str, Lazy] = {
    "no target": gettext_lazy("No target is declared."),
    "country": gettext_lazy("The target is not declared to lie in Denmark."),
    "undeclared": gettext_lazy("Site, contract, date or who declared it is missing for the target."),
    "folder": gettext_lazy("The target's folder is not there; it may not be mounted."),
    "full": gettext_lazy("The target is full. Nothing half was left there."),
    "target": gettext_lazy("The target could not be written."),
    "database": gettext_lazy("The database did not answer as it must."),
    "program": gettext_lazy("PostgreSQL's own program stopped with an error."),
    "programs": gettext_lazy("No program of PostgreSQL fits the server's version."),
    "pgbackrest": gettext_lazy("pgBackRest could not do its work; the server's output says why."),
    "read back": gettext_lazy("What was read back is not what was written."),
    "running": gettext_lazy("Another backup or drill was under way."),
    "ended": gettext_lazy("The process ended before it was done."),
}
STEPS: dict[str, Lazy] = {
    "snapshot": gettext_lazy("Count the rows"), "dump": gettext_lazy("Dump the database"),
    "files": gettext_lazy("Sealed files"), "keys": gettext_lazy("Wrapped keys"),
    "manifest": gettext_lazy("List of contents"), "read back": gettext_lazy("Read everything back"),
    "clearing up": gettext_lazy("Remove what is too old"), "find": gettext_lazy("Find the newest backup"),
    "integrity": gettext_lazy("Read every part"), "start": gettext_lazy("Start a scratch database"),
    "restore": gettext_lazy("Restore the rows"), "rows": gettext_lazy("Count the rows again"),
    "log": gettext_lazy("Compare the logs"), "rules": gettext_lazy("Check the walls between customers"),
    "erased": gettext_lazy("Erased citizens stay erased"), "samples": gettext_lazy("Decrypt samples"),
    "sign-in": gettext_lazy("Sign in"), "backup": gettext_lazy("Copy the database's files"),
    "check": gettext_lazy("Check the copy"),
}  # fmt: skip
COUNTED: dict[str, Lazy] = {  # what a step's finding counts where it found nothing wrong
    "snapshot": gettext_lazy("Rows"), "restore": gettext_lazy("Rows"), "rows": gettext_lazy("Rows"),
    "dump": gettext_lazy("Size"), "read back": gettext_lazy("Size"), "files": gettext_lazy("Files"),
    "keys": gettext_lazy("Keys"), "clearing up": gettext_lazy("Removed"),
    "erased": gettext_lazy("Keys destroyed again"), "samples": gettext_lazy("Texts opened"),
    "log": gettext_lazy("Logs compared"), "start": gettext_lazy("PostgreSQL"),
}  # fmt: skip
OUTCOMES: dict[str, tuple[str, Lazy]] = {
    "good": ("ok", gettext_lazy("Read back")), "failed": ("broken", gettext_lazy("Failed")),
    "pass": ("ok", gettext_lazy("Passed")), "fail": ("broken", gettext_lazy("Failed")),
    "unverified": ("unknown", gettext_lazy("Could not verify")),
}  # fmt: skip
STATES = {"ok": "ok", "fail": "broken", "unverified": "unknown"}


@dataclass(frozen=True, slots=True)
class Row:
    """A backup or a drill."""

    at: dt.datetime
    name: str
    what: str
    state: str
    word: str
    why: str
    size: str
    seconds: str
    site: str
    kept_until: dt.datetime | None
    keys_until: dt.datetime | None
    steps: tuple[tuple[str, str, str, str], ...]


def page_context(found: Kept) -> dict[str, Any]:
    """Everything that the page needs."""
    backups = [_backup(row) for row in found.backups]
    drills = [_drill(row) for row in found.drills]
    good = next((row for row in backups if row.state == "ok"), None)
    targets = target.all_declared()
    return {
        "backups": backups, "drills": drills, "good": good, "drill": drills[0] if drills else None,
        "targets": [(one, _day_of(one.declared_on)) for one in targets],
        "problems": {one.kind: WHY[one.problem[0]] for one in targets if one.problem},
        "reports": found.reports, "report": found.reports[0] if found.reports else None,
        "running": job_context(found.running) if found.running else None,
        "durations": [row.seconds for row in reversed(found.drills)], "durations_label": _durations(found.drills),
    }  # fmt: skip


def _day_of(kept: str) -> str:
    """A day as people write it; what the settings say where that is no day."""
    try:
        return day(dt.date.fromisoformat(kept))
    except ValueError:
        return kept


def _backup(row: Backup) -> Row:
    state, word = OUTCOMES[row.outcome]
    return Row(
        row.ended_at, row.name, str(KINDS.get(row.kind, row.kind)), state, str(word),
        str(WHY.get(row.code, row.why)) if state != "ok" else "",
        _size(row.size) if row.size else "", _duration(row.seconds), f"{row.site}, {row.country}" if row.site else "",
        row.kept_until, row.keys_until, _steps(row.steps),
    )  # fmt: skip


def _drill(row: Drill) -> Row:
    state, word = OUTCOMES[row.outcome]
    first = next((step for step in row.steps if step["state"] != "ok"), None)
    why = str(STEPS.get(first["name"], first["name"])) if first else str(WHY["no target"]) if row.why else ""
    return Row(
        row.ended_at, row.backup, row.backup, state, str(word), why if state != "ok" else "", "",
        _duration(row.seconds), "", None, None, _steps(row.steps),
    )  # fmt: skip


def _steps(steps: list[dict[str, Any]]) -> tuple[tuple[str, str, str, str], ...]:
    return tuple(
        (str(STEPS.get(s["name"], s["name"])), STATES.get(s["state"], "unknown"), _duration(s["seconds"]), _found(s))
        for s in steps
    )


def _found(step: dict[str, Any]) -> str:
    """What a step counted, in words; what was wrong, as the technical finding that it is."""
    said, counted = str(step["found"]), COUNTED.get(step["name"])
    if step["state"] != "ok" or counted is None or not said.isdecimal():
        return said
    many = formats.number_format(int(said), force_grouping=True)
    return f"{counted}: {_size(int(said)) if step['name'] in {'dump', 'read back'} else many}"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return _("%(seconds)s s") % {"seconds": formats.number_format(seconds, 1)}
    return _("%(minutes)d min. %(seconds)d s") % {"minutes": int(seconds // 60), "seconds": int(seconds % 60)}


def _size(count: int) -> str:
    figure, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if figure < 1000:
            break
        figure, unit = figure / 1000, larger
    return f"{figure:.0f} {unit}" if figure >= 10 or unit == "B" else f"{formats.number_format(figure, 1)} {unit}"


def _durations(drills: list[Drill]) -> str:
    if not drills:
        return ""
    said = ngettext("%(count)d drill", "%(count)d drills", len(drills)) % {"count": len(drills)}
    return _("%(said)s; the newest took %(duration)s") % {"said": said, "duration": _duration(drills[0].seconds)}


def job_context(job: Job) -> dict[str, Any]:
    """How far a run is, and once it has ended, what came of it."""
    state, word = OUTCOMES.get(str(job.outcome.get("outcome", "")), ("", ""))
    return {
        "job_id": job.id, "is_drill": job.task == TASKS[1], "done": job.done, "total": max(job.total, 1),
        "state": job.state, "ended": job.state in {"done", "failed"}, "failed": job.state == "failed",
        "outcome": state, "word": str(word), "step": str(STEPS.get(str(job.outcome.get("step", "")), "")),
        "since": timezone.localtime(job.made_at),
    }  # fmt: skip

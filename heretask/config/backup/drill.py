"""The drill (OPS-3): the newest backup is restored into a scratch cluster, and the copy is asked what it is worth.

Its outcome is one of three. Whatever keeps it from being found out is *could not verify*, which alarms like a failure.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from psycopg import Error

from heretask.config.cluster import NoPostgres
from heretask.kernel.backup import shelf
from heretask.kernel.backup.manifest import Manifest
from heretask.kernel.backup.target import Refused, Target
from heretask.kernel.log.faults import place_of
from heretask.kernel.log.merkle import Frontier
from heretask.kernel.secrets import providers
from heretask.kernel.secrets.keys import KeyFault

from .in_copy import CHECKS
from .restoring import restore
from .scratch import Copy, scratch
from .taking import count_rows
from .telling import Step, Steps
from .verifying import Bent, CannotVerify, check_lies_right, manifest_of

STEPS = ("find", "integrity", "start", "restore", "files", "keys", "rows", "log", *CHECKS)
PASS, FAIL, UNVERIFIED = "pass", "fail", "unverified"


@dataclass(slots=True)
class Drilled:
    """What came of a drill."""

    backup: str = ""
    steps: list[Step] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """Pass only where every step was done and found nothing."""
        states = {step.state for step in self.steps}
        if "fail" in states:
            return FAIL
        whole = [step.name for step in self.steps] == list(STEPS)
        return PASS if whole and states == {"ok"} else UNVERIFIED

    @property
    def why(self) -> str:
        """The first finding that kept it from passing."""
        bad = [step for step in self.steps if step.state != "ok"]
        return f"{bad[0].name}: {bad[0].found}" if bad else ""


def drill(target: Target, steps: Steps) -> Drilled:
    """Restore and compare; never raises but for being told to stop."""
    made = Drilled(steps=steps.done)
    try:
        with ExitStack() as afterwards:
            _drill(target, made, steps, afterwards)
    except _Stop:
        pass
    return made


def _drill(target: Target, made: Drilled, steps: Steps, afterwards: ExitStack) -> None:
    with _stopping(steps), steps.step("find"):
        backup = _newest(target)
        made.backup = backup.name
        told = manifest_of(backup)
    with _stopping(steps), steps.step("integrity"):
        check_lies_right(backup, told)
    with _stopping(steps), steps.step("start"):
        copy = afterwards.enter_context(scratch(int(told.server)))
    with _stopping(steps):
        restore(backup, told, copy.into, steps)
    _compare(copy, told, steps)


class _Stop(Exception):
    """The step before it failed; there is nothing to go on with."""


@contextmanager
def _stopping(steps: Steps) -> Iterator[None]:
    """What goes wrong becomes the state and finding of the step in which it did, and ends the drill."""
    try:
        yield
    except Exception as wrong:
        last = steps.done[-1]
        last.state, last.found = _meaning(wrong)
        raise _Stop from wrong


def _meaning(wrong: Exception) -> tuple[str, str]:
    if isinstance(wrong, Bent):
        return "fail", str(wrong)
    if isinstance(wrong, Refused):
        return ("fail" if wrong.code == "program" else "unverified"), str(wrong)
    if isinstance(wrong, CannotVerify | NoPostgres):
        return "unverified", str(wrong).splitlines()[0]
    if isinstance(wrong, Error):  # the copy's database refuses what was in the backup
        return "fail", place_of(wrong)
    return "unverified", place_of(wrong)


def _newest(target: Target) -> Path:
    try:
        providers.newest()
    except (OSError, ValueError, KeyFault):
        raise CannotVerify("the outermost key is not here")
    if not target.path.is_dir():
        raise CannotVerify("the target is not there; is it mounted?")
    found = shelf.names(target.path)
    if not found:
        raise CannotVerify("there is no backup on the target")
    return target.path / found[0]


def _compare(copy: Copy, told: Manifest, steps: Steps) -> None:
    """Every comparison is made, whatever the others found."""
    for name, ask in (("rows", _rows), ("log", _log)):
        with steps.step(name) as step:
            try:
                step.state, step.found = ask(copy, told)
            except Exception as wrong:  # noqa: BLE001  (as above)
                step.state, step.found = _meaning(wrong)
    ask_inside(copy, steps)


def _rows(copy: Copy, told: Manifest) -> tuple[str, str]:
    with copy.into.connect() as connection:
        found = count_rows(connection)
    wrong = sorted(t for t in found.keys() | told.rows.keys() if found.get(t) != told.rows.get(t))
    return ("fail", ", ".join(wrong[:5])) if wrong else ("ok", str(sum(found.values())))


def _log(copy: Copy, told: Manifest) -> tuple[str, str]:
    """Each customer's log has, up to the noted size, the root that was noted before the backup."""
    wrong = 0
    for customer, noted in told.checkpoints.items():
        tree = Frontier()
        with copy.into.connect() as connection, connection.transaction(), connection.cursor("leaves") as leaves:
            leaves.execute(
                "select leaf from kernel_leaf where customer_id = %s order by place limit %s", [customer, noted["size"]]
            )
            for (leaf,) in leaves:
                tree.append(bytes(leaf))
        wrong += tree.root().hex() != noted["root"] or tree.size != noted["size"]
    return ("fail", f"{wrong} / {len(told.checkpoints)}") if wrong else ("ok", str(len(told.checkpoints)))


def ask_inside(copy: Copy, steps: Steps, *names: str) -> None:
    """Have the copy examined by a process whose settings point at it and which holds the outermost key."""
    asked = names or tuple(CHECKS)
    environment: dict[str, str] = {k: v for k, v in os.environ.items() if k != "HERETASK_DATABASE"}
    environment |= {
        "HERETASK_HOME": str(copy.root), "HERETASK_KEY_FILE": str(settings.HERETASK_KEY_FILE),
        "HERETASK_TOMBSTONES": str(settings.HERETASK_TOMBSTONES),
        "HERETASK_SEAL_KEY_FILE": str(copy.root / "sealer" / "key"),
        "HERETASK_ROLE": "operator", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }  # fmt: skip
    command = [sys.executable, "-m", f"{__package__}.in_copy", *asked]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None  # noqa: S101  (asked for above)
        for name in asked:
            with steps.step(name) as step:
                step.state, step.found = _answer(process.stdout.readline(), name)


def _answer(line: bytes, name: str) -> tuple[str, str]:
    try:
        said: dict[str, Any] = json.loads(line)
    except ValueError:
        return "unverified", "the copy could not be examined"
    return (said["state"], said["found"]) if said["check"] == name else ("unverified", "out of order")

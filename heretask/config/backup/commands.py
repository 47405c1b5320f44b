"""`heretask backup …`: the operator's commands, and the same as the process that a job or the operator starts."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from heretask.config import installation
from heretask.config.operating import django, say, sorry

if TYPE_CHECKING:
    from heretask.kernel.backup.manifest import Manifest

ENGINE = "backup"


def run(arguments: argparse.Namespace) -> int:
    """Take a backup now: dump, sealed files and keys, sealed and read back from the target."""
    return _apart("run", arguments) if os.environ.get("HERETASK_ROLE") != ENGINE else _engine(arguments, _take)


def drill(arguments: argparse.Namespace) -> int:
    """Restore the newest backup into a scratch cluster and compare: pass, fail or could not verify."""
    return _apart("drill", arguments) if os.environ.get("HERETASK_ROLE") != ENGINE else _engine(arguments, _drill)


def target(arguments: argparse.Namespace) -> int:
    """Declare where backups lie, or print what is declared."""
    django()
    from heretask.kernel.backup import target as targets

    if not arguments.folder:
        found = targets.all_declared()
        for one in found:
            told = f" REFUSED: {one.problem[1]}" if one.problem else ""
            say(f"{one.kind}: {one.folder} ({one.site}, {one.country}); {one.declared_by}, {one.declared_on}{told}")
        return 0 if found and not any(one.problem for one in found) else sorry("No target that may be used.")
    names = ("kind", "country", "site", "declared_by", "contract", "declared_on", "days", "key_days")
    made = targets.Target(
        folder=str(Path(arguments.folder).absolute()), **{name: getattr(arguments, name) for name in names}
    )
    try:
        targets.declare(made)
    except targets.Refused as refused:
        return sorry(refused)
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Put a backup into this installation, which must be empty."""
    from .after_disaster import restore as carry_out

    return carry_out(arguments)


def _apart(what: str, arguments: argparse.Namespace) -> int:
    """As the operator: start the process that has the credentials, show its steps, and keep what came of it."""
    django()
    from django.db import Error

    from heretask.config import provision
    from heretask.kernel.backup import process
    from heretask.kernel.identity.sessions import operator
    from heretask.system.backups import actions

    told = _show if not arguments.json else (lambda _step, _done, _of: None)
    more = ("--kind", arguments.kind) if what == "run" else ()
    result = process.run(what, *more, told=told)
    try:
        supplier = provision.customer_called(provision.SUPPLIER)
        with operator(supplier, f"backup {what}"):
            keep = actions.keep_backup if what == "run" else actions.keep_drill
            keep(result, by=provision.operator_of(supplier))
    except Error:
        sorry("What came of it could not be kept: the database does not answer.")
    if arguments.json:
        say(json.dumps(result, indent=1))
    else:
        _print(result)
    return 0 if result["outcome"] in {"good", "pass"} else 1


def _show(step: str, done: int, of: int) -> None:
    say(f"{done + 1:>2} / {of}  {step} …")
    sys.stdout.flush()


def _print(result: dict[str, Any]) -> None:
    for step in result.get("steps", []):
        say(f"{step['state']:<10} {step['name']:<12} {step['seconds']:>7.1f} s  {step['found']}")
    words = {"pass": "PASS", "fail": "FAIL", "unverified": "COULD NOT VERIFY", "good": "GOOD", "failed": "FAILED"}
    say(f"{words[result['outcome']]} {result.get('name', '')} {result.get('why', '')}".rstrip())


def _engine(arguments: argparse.Namespace, act: Any) -> int:
    """As the process apart: a line of JSON for each step, and one with the result."""
    signal.signal(signal.SIGTERM, _stop)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    django(ENGINE)
    from heretask.kernel.backup.target import Refused

    try:
        with _alone():
            result = act(arguments)
    except Refused as refused:
        result = {"outcome": "failed", "code": refused.code, "why": str(refused)}
    say(json.dumps({"result": result}))
    return 0 if result["outcome"] in {"good", "pass"} else 1


def _take(arguments: argparse.Namespace) -> dict[str, Any]:
    from heretask.kernel.backup import target as targets

    from . import pgbackrest, taking
    from .telling import Steps
    from .verifying import Bent

    physical = arguments.kind == targets.PGBACKREST
    steps = Steps(pgbackrest.STEPS if physical else taking.STEPS, _line)
    started = time.monotonic()
    result: dict[str, Any] = {"kind": arguments.kind}
    try:
        chosen = targets.usable(arguments.kind)
        result |= {"country": chosen.country, "site": chosen.site}
        result |= pgbackrest.take(chosen, steps) if physical else _told(taking.take(chosen, steps))
        result["outcome"] = "good"
    except targets.Refused as refused:
        result |= {"outcome": "failed", "code": refused.code, "why": str(refused)}
    except Bent as bent:
        result |= {"outcome": "failed", "code": "read back", "why": str(bent)}
    return result | {"steps": [s.as_object() for s in steps.done], "seconds": round(time.monotonic() - started, 2)}


def _told(made: Manifest) -> dict[str, Any]:
    return {
        "name": made.name, "size": made.size, "rows": sum(made.rows.values()), "files": made.files,
        "version": made.software, "kept_until": made.kept_until, "keys_until": made.keys_until,
    }  # fmt: skip


def _drill(_arguments: argparse.Namespace) -> dict[str, Any]:
    from heretask.kernel.backup import target as targets

    from . import drill as drilling
    from .telling import Steps

    steps = Steps(drilling.STEPS, _line)
    started = time.monotonic()
    found = targets.declared()
    if found is None:
        return {"outcome": drilling.UNVERIFIED, "code": "no target", "why": "no target is declared", "steps": []}
    made = drilling.drill(found, steps)
    return {
        "outcome": made.outcome, "name": made.backup, "why": made.why,
        "steps": [s.as_object() for s in made.steps], "seconds": round(time.monotonic() - started, 2),
    }  # fmt: skip


def _line(step: str, done: int, of: int) -> None:
    say(json.dumps({"step": step, "done": done, "of": of}))
    sys.stdout.flush()


@contextmanager
def _alone() -> Iterator[None]:
    """One run at a time of one database; raises Refused for a second one."""
    from heretask.kernel.backup.target import Refused

    here = installation.load()
    with (here.path / "secrets" / f".backup-{here.database}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("running", "A backup or a drill is running already.")
        yield


def _stop(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(143)  # on the way out drafts and scratch clusters are removed


def _end_with_parent() -> None:
    """Where whoever started us was killed, nobody would end us."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)

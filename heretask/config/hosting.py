"""`heretask host …`: the server's own log read in, and the server asked how it is set up."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heretask.config.operating import django, say, sorry

if TYPE_CHECKING:
    from heretask.kernel.host.checking import Checks, Machine


def collect(arguments: argparse.Namespace) -> int:
    """Read sessions from the server's log (its journal, or the files named), from where the last time ended."""
    django()
    from heretask.config import provision
    from heretask.kernel.host import sources
    from heretask.kernel.identity.sessions import operator
    from heretask.system.servers import actions

    supplier = provision.customer_called(provision.SUPPLIER)

    @contextmanager
    def enter() -> Iterator[Any]:
        with operator(supplier, "host collect") as here:
            yield here

    try:
        named: list[sources.Source] = [sources.LogFile(Path(one).absolute()) for one in arguments.source]
        taken = actions.collect(named or sources.configured(), enter, by=provision.operator_of(supplier))
    except sources.CannotRead as failure:
        return sorry(failure)
    told = {
        "lines": taken.lines, "opened": taken.opened, "closed": taken.closed, "commands": taken.commands,
        "findings": taken.findings, "program": dict(taken.program),
    }  # fmt: skip
    say(
        json.dumps(told)
        if arguments.json
        else f"{taken.opened} sessions began, {taken.closed} ended, {taken.commands} commands; "
        f"{taken.findings} that nobody announced. {taken.program.total()} connections of the program itself."
    )
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Ask this server how it is set up, and keep the report. Exit status 0 only where every rule holds."""
    django()
    from heretask.config import provision
    from heretask.kernel.host import checking, sources
    from heretask.kernel.identity.sessions import operator
    from heretask.system.servers import actions, queries

    supplier = provision.customer_called(provision.SUPPLIER)
    with operator(supplier, "host check"):
        register = queries.register()
    found = checking.check(machine(), register)
    with operator(supplier, "host check"):
        actions.keep_report(sources.host_called(None), found, by=provision.operator_of(supplier))
    say(_as_json(found) if arguments.json else _as_lines(found))
    return 0 if found.hold else 1


def machine() -> Machine:
    """This machine: what may listen stands in HERETASK_HOST_PORTS, and our own port."""
    from django.conf import settings

    from heretask.kernel.host.checking import Machine

    named = os.environ.get("HERETASK_HOST_PORTS", "22,443").replace(",", " ").split()
    databases = [one for one in (Path("/var/lib/postgresql"),) if one.exists()]
    return Machine(
        ports=frozenset({*map(int, named), int(settings.HERETASK_PORT)}),
        data=(Path(settings.HERETASK_HOME), *databases),
    )


def _as_json(found: Checks) -> str:
    rules = {one.name: {"answer": str(one.answer), "how": one.how, "found": one.found} for one in found.found}
    return json.dumps({"holds": found.hold, "accounts": found.accounts, "strangers": found.strangers, "rules": rules})


def _as_lines(found: Checks) -> str:
    return "\n".join(f"{one.answer:<12} {one.name:<12} {one.how}: {one.found}" for one in found.found)

"""`heretask db open`: statements from standard input, one after another, each logged before it runs."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from heretask.config.operating import customer_called, django, say, sorry

if TYPE_CHECKING:
    from heretask.kernel.grants.database import Answer, Case, Everything

WIDEST = 60  # characters of a value


def open_database(arguments: argparse.Namespace) -> int:
    """One customer's rows, without keys, under a running grant; or, with --everything, what both managers approved."""
    django()
    from heretask.kernel.approvals.managing import Refused as NotApproved
    from heretask.kernel.grants import database

    try:
        if arguments.everything:
            return _everything(arguments)
        if not (arguments.customer and arguments.user_name):
            return sorry("Name a customer and who you are: --customer solsikken --as finn; or --everything.")
        customer = customer_called(arguments.customer)
        if customer is None:
            return sorry(f"There is no customer {arguments.customer}.")
        code = arguments.code or getpass.getpass("One-time code: ")
        case = database.open_case(customer, arguments.user_name, code)
    except (database.Refused, NotApproved) as refused:
        return sorry(refused)
    try:
        return _statements(case, f"{customer.name}, reading only, until {case.ends_at:%H:%M} UTC.")
    finally:
        case.close()


def _everything(arguments: argparse.Namespace) -> int:
    from heretask.config import cluster, installation
    from heretask.kernel.approvals import at_server
    from heretask.kernel.grants import database

    chosen = installation.load()
    superuser = cluster.Cluster(chosen.path).conninfo(chosen.database) if chosen.embedded else arguments.into
    if not superuser:
        return sorry("Name the superuser of your PostgreSQL: --into 'host=/run/postgresql user=postgres dbname=…'")
    if not arguments.approval:
        return sorry("Both of Management approve it in Admin, under Two people; then say --approval.")
    with at_server.carried_out(arguments.approval, database.EVERYTHING, {"slug": ""}) as agreed:
        pass
    with database.open_everything(superuser, agreed) as opened:
        return _statements(opened, f"Everything, until {opened.ends_at:%H:%M} UTC. Every customer has been told.")


def _statements(opened: Case | Everything, hello: str) -> int:
    """Until the input ends; the status says whether every statement answered."""
    import psycopg
    from django.db import DatabaseError

    from heretask.kernel.grants.database import Refused

    if sys.stdin.isatty():
        say(f"{hello} A statement ends with a semicolon; Ctrl-D leaves.")
    status = 0
    for statement in _read(sys.stdin):
        try:
            _show(opened.run(statement))
        except Refused as refused:
            status = sorry(refused)
        except (psycopg.Error, DatabaseError) as fault:
            status = sorry(str(fault).partition("\n")[0])
    return status


def _read(lines: Any) -> Iterator[str]:
    """Statements, each up to a semicolon at the end of a line."""
    kept: list[str] = []
    for line in lines:
        kept.append(line.rstrip())
        if kept[-1].endswith(";"):
            statement, kept = "\n".join(kept).strip(" ;\n"), []
            if statement:
                yield statement
    rest = "\n".join(kept).strip()
    if rest:
        yield rest


def _show(answer: Answer) -> None:
    """A table in plain text."""
    if not answer.columns:
        say("done")
        return
    rows = [[_plain(value) for value in row] for row in answer.rows]
    widths = [max(len(name), *(len(row[i]) for row in rows), 0) for i, name in enumerate(answer.columns)]
    for row in (list(answer.columns), *rows):
        say("  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip())
    say(f"({len(rows)}{' and more' if answer.more else ''})")


def _plain(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return f"<sealed, {len(bytes(value))} bytes>" if value else ""
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"

"""The command line: `heretask …`. Exit status 0 only on success."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

Command = Callable[[argparse.Namespace], int]


def _django(role: str = "operator") -> None:
    """Set Django up with the connections of `role`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heretask.config.settings")
    os.environ.setdefault("HERETASK_ROLE", role)
    import django

    django.setup()


def migrate(_arguments: argparse.Namespace) -> int:
    """Bring the database to this version, and refuse to go on where the catalogue is not as it must be."""
    _django()
    from django.core.management import call_command
    from django.db import connections

    from heretask.config import provision
    from heretask.kernel.db import catalogue
    from heretask.kernel.jobs.queue import TASKS

    call_command("migrate", database="owner", verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from ht.tasks")
        for name in TASKS:
            cursor.execute("insert into ht.tasks values (%s)", [name])
        cursor.execute("select ht.make_partitions((now() - interval '1 month')::date, 5)")
    provision.ensure_own_customers()
    catalogue.check("owner")
    return 0


def worker(_arguments: argparse.Namespace) -> int:
    """Run jobs until told to stop."""
    _django("worker")
    from heretask.config.jobs import run

    return run()


def clock(_arguments: argparse.Namespace) -> int:
    """Run the clock until told to stop."""
    _django("worker")
    from heretask.config.clock import run

    return run()


def serve(arguments: argparse.Namespace) -> int:
    """Run web, worker and clock of an installation whose database has been migrated."""
    from heretask.config.installation import load
    from heretask.config.server import Processes

    processes = Processes(load(), port=arguments.port)
    processes.start()
    return processes.wait()


def demo(arguments: argparse.Namespace) -> int:
    """Start a whole HereTask with invented people, making its data the first time."""
    from heretask.demo.running import people, run

    return people(as_json=arguments.json) if arguments.what == "people" else run(port=arguments.port)


def assess(arguments: argparse.Namespace) -> int:
    """Measure every promise now, at every customer, and print what was found."""
    _django()
    from heretask.config.assessing import assess_all, printed

    found = assess_all()
    print(printed(found, as_json=arguments.json))
    return 0


def log_export(arguments: argparse.Namespace) -> int:
    """Take a customer's whole log out into a file; its rows and its SHA-256 are printed."""
    _django()
    import json
    from pathlib import Path

    from heretask.admin.logs.exporting import export_to
    from heretask.config import provision
    from heretask.kernel.tenancy.models import Customer

    try:
        customer = provision.customer_called(arguments.customer)
    except Customer.DoesNotExist:
        print(f"there is no customer {arguments.customer}", file=sys.stderr)
        return 1
    made = export_to(Path(arguments.out), customer, by=provision.operator_of(customer))
    if arguments.json:
        print(json.dumps({"file": arguments.out, "rows": made.rows, "sha256": made.sha256, "until": made.until}))
    else:
        print(f"{made.rows} events in {arguments.out}\nSHA-256 {made.sha256}")
    return 0


def _port() -> int:
    return int(os.environ.get("HERETASK_PORT", "8443"))


def parser() -> argparse.ArgumentParser:
    """All commands."""
    top = argparse.ArgumentParser(prog="heretask", description="HereTask: Platform, Social, System and Admin.")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    one = commands.add_parser("migrate", help="bring the database to this version")
    one.set_defaults(run=migrate)
    one = commands.add_parser("worker", help="run jobs")
    one.set_defaults(run=worker)
    one = commands.add_parser("clock", help="run what happens by itself")
    one.set_defaults(run=clock)
    one = commands.add_parser("serve", help="run web, worker and clock")
    one.add_argument("--port", type=int, default=_port())
    one.set_defaults(run=serve)
    one = commands.add_parser("demo", help="run a demonstration with invented people")
    one.add_argument("what", nargs="?", choices=["people"], help="print the people instead")
    one.add_argument("--json", action="store_true")
    one.add_argument("--port", type=int, default=_port())
    one.set_defaults(run=demo)
    one = commands.add_parser("assess", help="measure every promise now")
    one.add_argument("--json", action="store_true", help="as a list of objects, for programs")
    one.set_defaults(run=assess)
    log = commands.add_parser("log", help="the log").add_subparsers(dest="what", required=True, metavar="what")
    one = log.add_parser("export", help="take a customer's log out as CSV")
    one.add_argument("--customer", required=True, help="the customer's short name")
    one.add_argument("--out", required=True, help="the file to write")
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=log_export)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    given = parser().parse_args(arguments)
    run: Command = given.run
    return run(given)


if __name__ == "__main__":
    sys.exit(main())

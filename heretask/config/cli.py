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


def parser() -> argparse.ArgumentParser:
    """All commands."""
    top = argparse.ArgumentParser(prog="heretask", description="HereTask: Platform, Social, System and Admin.")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    one = commands.add_parser("migrate", help="bring the database to this version")
    one.set_defaults(run=migrate)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    given = parser().parse_args(arguments)
    run: Command = given.run
    return run(given)


if __name__ == "__main__":
    sys.exit(main())

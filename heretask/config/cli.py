"""The command line: `heretask …`. Exit status 0 only on success."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from heretask.config import (
    beginning,
    casework,
    contacting,
    hosting,
    keyring,
    operating,
    releasing,
    sealing,
    staffing,
    taking,
)
from heretask.config.backup import commands as backup

Command = Callable[[argparse.Namespace], int]


def worker(_arguments: argparse.Namespace) -> int:
    """Run jobs until told to stop."""
    operating.django("worker")
    from heretask.config.jobs import run

    return run()


def sealer(_arguments: argparse.Namespace) -> int:
    """Run the sealer of the log until told to stop."""
    operating.django("sealer")
    from heretask.config.sealer import run

    return run()


def clock(_arguments: argparse.Namespace) -> int:
    """Run the clock until told to stop."""
    operating.django("worker")
    from heretask.config.clock import run

    return run()


def serve(arguments: argparse.Namespace) -> int:
    """Run web, worker and clock of an installation whose database has been migrated, if it was released."""
    from heretask.config import cluster
    from heretask.config.installation import load
    from heretask.config.server import Processes

    installation = load()
    installation.https_port = arguments.port
    try:
        with cluster.started(installation):
            installation.save()
            if not installation.demo and not releasing.may_start():
                return 1
            processes = Processes(installation, port=arguments.port)
            try:
                return processes.wait() if processes.start() else 1
            finally:
                processes.stop()
    except cluster.NoPostgres as missing:
        return operating.sorry(missing)


def demo(arguments: argparse.Namespace) -> int:
    """Start a whole HereTask with invented people, making its data the first time."""
    from heretask.demo.running import people, run

    return people(as_json=arguments.json) if arguments.what == "people" else run(port=arguments.port)


def parser() -> argparse.ArgumentParser:
    """All commands."""
    top = argparse.ArgumentParser(prog="heretask", description="HereTask: Platform, Social, System and Admin.")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    one = _command(commands, "demo", demo, "run a demonstration with invented people", json=True, port=True)
    one.add_argument("what", nargs="?", choices=["people"], help="print the people instead")
    _command(commands, "serve", serve, "run web, worker and clock", port=True)
    _command(commands, "worker", worker, "run jobs only")
    _command(commands, "clock", clock, "run what happens by itself only")
    _command(commands, "sealer", sealer, "seal the log only")
    one = _command(commands, "prepare", operating.prepare, "make roles and database in a PostgreSQL of your own")
    one.add_argument("superuser", help="how to connect as superuser, such as 'host=/run/postgresql user=postgres'")
    _command(commands, "migrate", operating.migrate, "bring the database to this version")
    _command(commands, "doctor", operating.doctor, "say whether the installation is as it must be", json=True)
    one = _command(commands, "assess", operating.assess, "measure every promise now", json=True)
    one.add_argument("--check", metavar="FILE", help="instead, read an assessment back (JSON or OSCAL)")
    one.add_argument("--signature", metavar="FILE", help="with --check: the signature that came with it")
    _beginning(commands)
    one = _command(commands, "import", operating.read_in, "read in users or citizens from CSV or XLSX", json=True)
    one.add_argument("what", choices=["users", "citizens"])
    one.add_argument("file")
    one.add_argument("--customer", required=True, help="the customer's short name")
    one.add_argument("--preview", action="store_true", help="say what would happen, and change nothing")
    one.add_argument("--make-units", action="store_true", help="make units that the file names and nobody knows")
    one.add_argument("--language", choices=["da", "en"], default="da")
    one = _command(commands, "index", operating.index, "make findable what search does not find yet", json=True)
    one.add_argument("--customer", help="the customer's short name; without it, every customer")
    log = commands.add_parser("log", help="the log").add_subparsers(required=True, metavar="what")
    one = _command(log, "export", taking.export, "take a customer's log out as CSV, with its proof", json=True)
    one.add_argument("--customer", required=True, help="the customer's short name")
    one.add_argument("--out", required=True, help="the file to write: a .zip with everything, or a CSV with FILE.proof")
    one.add_argument("--masked", action="store_true", help="without the words that were searched for")
    one.add_argument("--since", action="append", default=[], metavar="NOTED", help="a checkpoint to be comparable with")
    one = _command(log, "verify", taking.verify, "check an extract, or the log against what was noted", json=True)
    one.add_argument("file", nargs="?", help="an extract: a .zip, or a CSV with its proof beside it")
    one.add_argument("--customer", help="check this customer's log as it stands in the database")
    one.add_argument("--since", action="append", default=[], metavar="NOTED", help="a file with a noted checkpoint")
    one.add_argument("--language", choices=["da", "en"], default="en")
    one = _command(
        log, "checkpoint", taking.checkpoint, "the newest signed checkpoint, to be kept elsewhere", json=True
    )
    one.add_argument("--customer", required=True, help="the customer's short name")
    _command(log, "seal", sealing.seal, "give waiting events their place and sign now", json=True)
    one = _command(log, "rotate-key", sealing.rotate, "sign with a new key beside the old one", json=True)
    one.add_argument("--retire", action="store_true", help="sign with the newest key alone from now on")
    _backup(commands.add_parser("backup", help="backups and drills").add_subparsers(required=True, metavar="what"))
    _keys(commands)
    _host(commands.add_parser("host", help="the server itself").add_subparsers(required=True, metavar="what"))
    _staff(commands)
    _breach(commands)
    _release(commands)
    _database(commands.add_parser("db", help="the database").add_subparsers(required=True, metavar="what"))
    return top


def _database(commands: Any) -> None:
    """The command `heretask db open`."""
    one = _command(commands, "open", casework.open_database, "read a customer's rows under a grant")
    one.add_argument("--customer", default="", help="the customer's short name")
    one.add_argument("--as", dest="user_name", default="", help="whose grant it is: the user name before the @")
    one.add_argument("--code", default="", help="that person's one-time code; asked for where it is left out")
    one.add_argument("--everything", action="store_true", help="past the walls between customers, by two people")
    one.add_argument("--approval", default="", help="the request that both approved in Admin, under Two people")
    one.add_argument("--into", default="", help="with --everything: how to connect as superuser")


def _beginning(commands: Any) -> None:
    """The commands that make managers and customers."""
    one = _command(commands, "init", beginning.init, "the first start: both managers, made together", json=True)
    one.add_argument("first_user_name", nargs="?", help="user name of one manager, before the @")
    one.add_argument("first_name", nargs="?", help="that person's name")
    one.add_argument("second_user_name", nargs="?", help="user name of the other")
    one.add_argument("second_name", nargs="?", help="that person's name")
    one.add_argument("--renew", action="store_true", help="new links for managers who have never chosen a password")
    one.add_argument("--recovery-code", action="store_true", help="make a code for the board")
    one.add_argument("--approval", default="", help="with --recovery-code: the request that both managers approved")
    one.add_argument("--recover", action="store_true", help="replace both managers; asks for the code")
    one.add_argument("--why", default="", help="with --recover: the reason, which every customer reads")
    customer = commands.add_parser("customer", help="customers").add_subparsers(required=True, metavar="what")
    one = _command(customer, "create", operating.customer_create, "a customer and its first administrator", json=True)
    one.add_argument("slug", help="the short name after the @")
    one.add_argument("name", help="the customer's name")
    one.add_argument("--administrator", required=True, help="the first administrator's name")
    one.add_argument("--user-name", required=True, help="the first administrator's user name, before the @")


def _host(commands: Any) -> None:
    """The commands of `heretask host`."""
    one = _command(commands, "collect", hosting.collect, "read who was on the server from its own log", json=True)
    one.add_argument("--from", dest="source", action="append", default=[], metavar="FILE", help="a log file; none: all")
    _command(commands, "check", hosting.check, "say whether the server is set up as it must be", json=True)


def _backup(commands: Any) -> None:
    """The commands of `heretask backup`."""
    one = _command(commands, "run", backup.run, "take a backup now", json=True)
    one.add_argument("--kind", choices=["dump", "pgbackrest"], default="dump")
    _command(commands, "drill", backup.drill, "prove that the newest backup can be restored", json=True)
    one = _command(commands, "restore", backup.restore, "put a backup into an empty installation")
    one.add_argument("--from", dest="source", default="", help="a backup's name or folder, or the target's; the newest")
    one.add_argument("--into", default="", help="how to connect as superuser to a PostgreSQL of your own")
    one = _command(commands, "target", backup.target, "declare where backups lie, or print it")
    one.add_argument("--kind", choices=["dump", "pgbackrest"], default="dump")
    one.add_argument("--folder", default="", help="the folder, mounted")
    one.add_argument("--country", default="", help="two letters; backups must lie in Denmark (DK)")
    for name, sentence in (
        ("--site", "the data centre"), ("--declared-by", "who declares this"),
        ("--contract", "under which contract"), ("--declared-on", "when, as 2026-12-01"),
    ):  # fmt: skip
        one.add_argument(name, default="", help=sentence)
    one.add_argument("--days", type=int, default=90, help="how long a dump is kept")
    one.add_argument("--key-days", type=int, default=35, help="how long the keys beside it are kept")


def _keys(commands: Any) -> None:
    keys = commands.add_parser("keys", help="the keys that everything is sealed with")
    keys = keys.add_subparsers(required=True, metavar="what")
    one = _command(keys, "rotate", keyring.rotate, "replace keys by wrapping the others with new ones", json=True)
    one.add_argument("--outer", action="store_true", help="the outermost key; without it, customers' wrapping keys")
    one.add_argument("--customer", help="one customer's short name; without it, all")
    _two_people(one)
    one = _command(keys, "retire", keyring.retire, "destroy outermost keys that wrap nothing any more", json=True)
    one.add_argument("--backups-are-gone", action="store_true", help="no backup from before must ever be opened")
    _two_people(one)
    _command(keys, "status", keyring.status, "how keys stand", json=True)


def _breach(commands: Any) -> None:
    breach = commands.add_parser("breach", help="breaches").add_subparsers(required=True, metavar="what")
    one = _command(breach, "contacts", contacting.contacts, "emergency contacts, sealed, for when the systems are down")
    way = one.add_mutually_exclusive_group(required=True)
    way.add_argument("--out", help="the file to write")
    way.add_argument("--open", help="the file to open; needs the passphrase and nothing else")


def _staff(commands: Any) -> None:
    staff = commands.add_parser("staff", help="the supplier's staff").add_subparsers(required=True, metavar="what")
    one = _command(staff, "admit", staffing.admit, "put a login on the staff register, checked and signed", json=True)
    one.add_argument("user_name", help="the login's user name, before the @")
    for name, sentence in (
        ("--hired", "the hired date"), ("--checked", "the day of a criminal record check with nothing on it"),
        ("--signed", "the day on which the confidentiality rules were signed on paper"),
    ):  # fmt: skip
        one.add_argument(name, type=staffing.day, required=True, help=f"{sentence}, as 2026-12-01")
    one = _command(staff, "override", staffing.override, "let somebody go on though something is overdue")
    one.add_argument("user_name", help="the login's user name, before the @")
    one.add_argument("--what", choices=["check", "training"], required=True)
    one.add_argument("--until", type=staffing.day, required=True, help="the last day, 30 days ahead at most")
    _two_people(one)


def _release(commands: Any) -> None:
    release = commands.add_parser("release", help="releases").add_subparsers(required=True, metavar="what")
    one = _command(release, "make", releasing.make, "keep a clean checkout as a release that waits", json=True)
    one.add_argument("version", help="such as 1.4.0")
    one.add_argument("--checkout", default=".", help="the folder of the checkout; without it, this one")
    one.add_argument("--browsers", metavar="FILE", help="its browser tests, as make browsers wrote them there")
    one = _command(release, "browsers", releasing.browsers, "keep browser tests with their release", json=True)
    one.add_argument("file", help="as make browsers wrote it, in a checkout of that release")
    _command(release, "check", releasing.check, "say whether what is installed here may run in production")


def _two_people(one: argparse.ArgumentParser) -> None:
    """What reaches the whole database takes both of Management (ORG-1)."""
    one.add_argument("--approval", default="", help="the request that both approved in Admin, under Two people")
    one.add_argument("--asked-by", default="", help="on a fresh installation: who of Management asks for it")
    one.add_argument(
        "--approved-by", default="", help="on a fresh installation: the other one, who approved exactly this"
    )
    one.add_argument("--why", default="", help="on a fresh installation: the reason, for the log")


def _command(
    commands: Any, name: str, run: Command, sentence: str, *, json: bool = False, port: bool = False
) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=sentence, description=run.__doc__)
    made.set_defaults(run=run)
    if json:
        made.add_argument("--json", action="store_true", help="for programs")
    if port:
        made.add_argument("--port", type=int, default=int(os.environ.get("HERETASK_PORT", "8443")))
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    given = parser().parse_args(arguments)
    run: Command = given.run
    try:
        return run(given)
    except Exception as failure:
        from django.db import OperationalError

        if isinstance(failure, OperationalError) and getattr(failure.__cause__, "sqlstate", "") is None:
            return operating.sorry(f"The database does not answer: {failure}")  # no connection, so no SQLSTATE
        raise


if __name__ == "__main__":
    sys.exit(main())

"""What the operator does at the server, with the owner's credentials: each answers with an exit status."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from heretask.kernel.tenancy.models import Customer


def django(role: str = "operator") -> None:
    """Set Django up with the connections of `role`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heretask.config.settings")
    os.environ.setdefault("HERETASK_ROLE", role)
    import django

    django.setup()


def say(sentence: object) -> None:
    """To standard output."""
    print(sentence)  # noqa: T201


def sorry(sentence: object) -> int:
    """To standard error; the exit status of a failure."""
    print(sentence, file=sys.stderr)  # noqa: T201
    return 1


def prepare(arguments: argparse.Namespace) -> int:
    """Make the roles and the database in a PostgreSQL of one's own, as its superuser; `migrate` comes next."""
    import psycopg

    from heretask.config import cluster
    from heretask.config.installation import load

    chosen = load()
    if chosen.embedded:
        return sorry("Name your PostgreSQL first: HERETASK_DATABASE='host=… port=5432 dbname=heretask'")
    chosen.save()
    try:
        cluster.prepare(arguments.superuser, chosen.database, chosen.passwords)
    except psycopg.OperationalError as failure:
        return sorry(f"PostgreSQL does not let this superuser in: {failure}")
    return 0


def migrate(_arguments: argparse.Namespace) -> int:
    """Bring the database to this version, and refuse to go on where the catalogue is not as it must be."""
    from heretask.config import cluster, installation

    chosen = installation.load()
    try:
        with cluster.started(chosen) as base:
            if base is not None:  # roles that this version has and the last one had not
                cluster.prepare(base.conninfo(), chosen.database, chosen.passwords)
            return _migrate()
    except cluster.NoPostgres as missing:
        return sorry(missing)


def _migrate() -> int:
    django()
    from django.core.management import call_command
    from django.db import connections

    from heretask.config import provision
    from heretask.kernel.db import catalogue
    from heretask.kernel.jobs.queue import TASKS

    call_command("migrate", database="owner", verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from ht.tasks where not name = any(%s)", [list(TASKS)])
        cursor.execute("insert into ht.tasks select unnest(%s::text[]) on conflict do nothing", [list(TASKS)])
        cursor.execute("select ht.make_partitions((now() - interval '1 month')::date, 5)")
    provision.ensure_own_customers()
    catalogue.check("owner")
    return 0


def doctor(arguments: argparse.Namespace) -> int:
    """Whether this installation is as it must be, and what to do where it is not."""
    django()
    from heretask.config import health

    found = health.examine() | health.outside()
    if arguments.json:
        say(json.dumps(found))
    else:
        for name, well in found.items():
            say(f"{'well ' if well else 'NOT WELL'} {name}")
    return 0 if all(found.values()) else 1


def customer_create(arguments: argparse.Namespace) -> int:
    """A new customer, its first unit and its first administrator, who gets a one-time link."""
    django()
    from django.db import IntegrityError, transaction

    from heretask.admin.users import actions, policies
    from heretask.config import provision
    from heretask.kernel.identity.sessions import operator

    try:
        with transaction.atomic(using="owner"):
            customer = provision.create_customer(arguments.slug, arguments.name)
    except IntegrityError:
        return sorry(f"There is a customer {arguments.slug} already.")
    except ValueError as wrong:
        return sorry(wrong)
    try:
        with operator(customer, "customer create"):
            by = provision.operator_of(customer)
            user = actions.create_user(user_name=arguments.user_name, name=arguments.administrator, by=by)
            actions.give_role(user=user, role="administrator", unit=None, by=by)
            link = actions.give_link(user=user, by=by).link
    except policies.Refused as refused:
        customer.delete(using="owner")
        return sorry(refused)
    made = {"customer": customer.slug, "user_name": f"{user.user_name}@{customer.slug}", "code": link}
    say(
        json.dumps(made)
        if arguments.json
        else f"{made['user_name']} gets in once, within 72 hours, at /sign-in/link/#{link}"
    )
    return 0


def read_in(arguments: argparse.Namespace) -> int:
    """Read users or citizens in from a spreadsheet: all or nothing, and each bad row is named."""
    django()
    from django.utils import translation

    from heretask.kernel.identity.sessions import operator

    customer, path = customer_called(arguments.customer), Path(arguments.file)
    if customer is None:
        return sorry(f"There is no customer {arguments.customer}.")
    if not path.is_file():
        return sorry(f"There is no file {path}.")
    with translation.override(arguments.language), operator(customer, "import"):
        plan = _plan(arguments, customer, path)
        if plan.problems and not plan.ok:
            for problem in plan.problems:
                print(f"{problem.line}: {problem.column_heading}: {problem.reason}", file=sys.stderr)  # noqa: T201
            return sorry("Nothing was read in.")
        if not arguments.preview:
            _carry_out(arguments, customer, plan)
    counts = {state: plan.counts[state] for state in ("new", "changed", "unchanged")}
    say(json.dumps(counts) if arguments.json else ", ".join(f"{state}: {count}" for state, count in counts.items()))
    return 0


def _plan(arguments: argparse.Namespace, customer: Customer, path: Path) -> Any:
    from heretask.admin.users import importing as users
    from heretask.config import provision
    from heretask.social.citizens import importing as citizens

    by, data = provision.operator_of(customer), path.read_bytes()
    if arguments.what == "users":
        return users.plan_for(data, path.name, make_units=arguments.make_units, by=by)
    return citizens.plan_for(data, path.name, by=by)


def _carry_out(arguments: argparse.Namespace, customer: Customer, plan: Any) -> None:
    from heretask.admin.users import importing as users
    from heretask.config import provision
    from heretask.social.citizens import importing as citizens

    by = provision.operator_of(customer)
    told = _progress if sys.stderr.isatty() else lambda _done, _total: None
    if arguments.what == "users":
        users.carry_out(plan, by=by, told=told)
    else:
        citizens.carry_out(plan, by=by, told=told)


def _progress(done: int, total: int) -> None:
    print(f"\r{done} / {total}", end="", file=sys.stderr, flush=True)  # noqa: T201


def index(arguments: argparse.Namespace) -> int:
    """Make every note and name findable that waits for it; the clock has it done by itself, a little later."""
    django()
    from heretask.kernel.identity.sessions import operator
    from heretask.kernel.tenancy.models import Customer
    from heretask.social.search.actions import index_some

    chosen = Customer.objects.using("owner").filter(active=True).order_by("slug")
    if arguments.customer:
        chosen = chosen.filter(slug=arguments.customer)
        if not chosen:
            return sorry(f"There is no customer {arguments.customer}.")
    done: dict[str, int] = {}
    for customer in chosen:
        made = 1
        while made:  # each batch in a transaction of its own, so that nobody who writes has to wait
            with operator(customer, "index"):
                made = index_some()
            done[customer.slug] = done.get(customer.slug, 0) + made
            if made and sys.stderr.isatty():
                print(f"\r{customer.slug}: {done[customer.slug]}", end="", file=sys.stderr, flush=True)  # noqa: T201
    say(json.dumps(done) if arguments.json else f"{sum(done.values())} notes and names were made findable.")
    return 0


def assess(arguments: argparse.Namespace) -> int:
    """Measure every promise now, at every customer, and print what was found."""
    django()
    from heretask.config.assessing import assess_all, printed, read_back

    if arguments.check:
        try:
            say(read_back(arguments.check, arguments.signature, as_json=arguments.json))
        except (OSError, ValueError) as wrong:
            return sorry(f"This assessment is refused: {wrong}.")
        return 0
    say(printed(assess_all(), as_json=arguments.json))
    return 0


def customer_called(slug: str) -> Customer | None:
    """A customer by its short name, or None."""
    from heretask.config import provision
    from heretask.kernel.tenancy.models import Customer

    try:
        return provision.customer_called(slug)
    except Customer.DoesNotExist:
        return None

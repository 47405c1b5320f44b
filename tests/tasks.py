"""Jobs that only the tests know."""

from __future__ import annotations

from uuid import UUID

from heretask.kernel.jobs.queue import task


@task("tests.units")
def count_units(job: UUID) -> None:
    """Count the units of whoever asked."""
    from heretask.kernel.jobs.worker import ticket
    from heretask.kernel.tenancy.models import Unit

    with ticket().enter():
        ticket().progress(1, 2, units=sorted(Unit.objects.values_list("name", flat=True)))


@task("tests.fails")
def fails(job: UUID, word: str) -> None:
    """Fail each time, with a text that must not reach a log."""
    from heretask.kernel.jobs.worker import ticket
    from heretask.kernel.tenancy.models import Unit

    with ticket().enter():
        Unit.objects.create(name="Halvt")
        raise ValueError(f"never in a log: {word}")


@task("tests.forgets")
def forgets(job: UUID) -> None:
    """Try to read without entering."""
    from heretask.kernel.tenancy.models import Unit

    list(Unit.objects.all())


@task("tests.suspended_midway")
def suspended_midway(job: UUID) -> None:
    """Write a unit, let the login be closed by somebody else in between, and try to write another."""
    from heretask.kernel.jobs.worker import ticket
    from heretask.kernel.tenancy.models import Unit
    from tests import database

    with ticket().enter():
        Unit.objects.get_or_create(name="Før")
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            """update kernel_user set active = false, suspended_at = now() from kernel_job j
                where j.id = %s and kernel_user.id = j."user" """,
            [job],
        )
    with ticket().enter():
        Unit.objects.create(name="Efter")

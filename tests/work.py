"""Running queued jobs in this process, through the real queue."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from uuid import UUID

from django.db import connections
from procrastinate.contrib.django import app

from tests import database
from tests.cast import Member
from tests.sealing import sealer_at_work


def allow(*names: str) -> None:
    """Let tasks that only the tests know be queued."""
    with database.superuser() as admin:
        for name in names:
            admin.execute("insert into ht.tasks values (%s) on conflict do nothing", [name])


def work(*, sealed: bool = True) -> None:
    """Run everything that waits, retries included; with a sealer beside it, unless what is not sealed is the point."""
    with database.superuser() as admin:
        admin.execute("update procrastinate_jobs set scheduled_at = null where status = 'todo'")

    # a thread of its own: where a browser is driven, this one has a loop already
    with sealer_at_work() if sealed else nullcontext(), ThreadPoolExecutor(1) as thread:
        thread.submit(run_queue).result()


def run_queue() -> None:
    """Work on what may run now until nothing is left, and close the connections of this thread."""

    async def run() -> None:
        runnable = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with runnable.open_async():
            await runnable.run_worker_async(wait=False, install_signal_handlers=False, concurrency=1)

    asyncio.run(run())
    connections.close_all()


def state_of(member: Member, job: UUID) -> tuple[str, dict[str, object]]:
    """State and outcome of a job, as its owner sees it."""
    from heretask.kernel.jobs.models import Job

    with member.inside():
        found = Job.objects.get(id=job)
    return found.state, found.outcome

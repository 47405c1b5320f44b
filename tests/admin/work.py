"""A real worker's pass over the queue, in this process."""

from __future__ import annotations

import asyncio

from django.db import connections
from procrastinate.contrib.django import app


def run_jobs() -> None:
    """Do everything that waits in the queue, as the worker process does it, and stop when nothing is left."""

    async def work() -> None:
        runnable = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with runnable.open_async():
            await runnable.run_worker_async(
                wait=False, concurrency=1, install_signal_handlers=False, delete_jobs="never"
            )

    asyncio.run(work())
    connections.close_all()

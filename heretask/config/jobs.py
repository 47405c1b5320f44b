"""The worker process: takes jobs from the queue as they come."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from typing import cast

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from heretask.kernel.db import catalogue


def run() -> int:
    """Work until told to stop; a job under way may finish."""
    catalogue.check()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    connector = cast(DjangoConnector, app.connector)
    asyncio.run(_work(app.with_connector(connector.get_worker_connector())))
    return 0


async def _work(runnable: App) -> None:
    async with runnable.open_async():
        await runnable.run_worker_async(
            concurrency=2, install_signal_handlers=True, fetch_job_polling_interval=1, update_heartbeat_interval=5,
            stalled_worker_timeout=60, delete_jobs="never", shutdown_graceful_timeout=8,
        )  # fmt: skip


def _end_with_parent() -> None:
    """Where whoever started us was killed, nobody would end us."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(2)
    os.kill(os.getpid(), signal.SIGTERM)

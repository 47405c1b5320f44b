"""Figures of the watching for a collector on this machine (Prometheus), where HERETASK_METRICS names a port.

On loopback alone: whoever is on the machine may read them. They are counts and seconds, no names and no words.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from http.server import HTTPServer

from django.db import Error, connections
from prometheus_client import start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import CollectorRegistry

from heretask.system.monitoring import queries

logger = logging.getLogger("heretask.metrics")


class Watching:
    """Reads the newest round each time somebody asks."""

    def collect(self) -> Iterator[Metric]:
        """The figures; none where the database is gone, which a collector takes for a target that is down."""
        try:
            found = queries.facts("clock")
        except Error:
            connections["clock"].close()
            raise
        signal = GaugeMetricFamily(
            "heretask_signal", "A watched signal's figure in the newest round.", labels=["signal"]
        )
        for key, figure in found.figures.items():
            if figure is not None:
                signal.add_metric([key], figure)
        yield signal
        yield GaugeMetricFamily("heretask_alarms_waiting", "Alarms that nobody has taken on.", value=len(found.waiting))
        if found.round_at is not None:
            age = time.time() - found.round_at.timestamp()
            yield GaugeMetricFamily("heretask_round_age_seconds", "Since the newest round of watching.", value=age)


def serve() -> HTTPServer | None:
    """Begin to answer on loopback, in a thread of its own; a port that is taken is said and changes nothing else."""
    port = os.environ.get("HERETASK_METRICS", "")
    if not port:
        return None
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Watching())
    try:
        server, _thread = start_http_server(int(port), addr="127.0.0.1", registry=registry)
    except (OSError, ValueError) as failure:
        logger.error("metrics are not served: %s", type(failure).__name__)
        return None
    return server

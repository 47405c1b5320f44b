"""Watching in the tests: rounds as the clock's own work makes them, and a switch outside that has looked."""

from __future__ import annotations

from django.db import connections

from heretask.kernel.identity.sessions import operator
from heretask.system.monitoring import actions, queries, rounds
from heretask.system.monitoring.signals import SIGNALS, Figures
from tests import database
from tests.cast import Member, supplier

CALM: Figures = {
    "failed": 2, "denied": 3, "openings": 0, "sealing": 1.5, "backup": 6, "disk": 40, "certificate": 200, "jobs": 0,
}  # fmt: skip
TABLES = ("alarmstep", "alarm", "exerciseend", "planted", "exercise", "limit", "look", "watcher", "round")


def round_of(**figures: float | None) -> rounds.Seen:
    """A round that found these figures, and otherwise calm ones."""
    assert CALM.keys() == SIGNALS.keys()
    with operator(supplier(), "watching"):
        return rounds.go_round({**CALM, **figures})


def forget() -> None:
    """As before anybody watched."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        for table in TABLES:
            admin.execute(f"delete from system_monitoring_{table}")


def watched(manager: Member) -> str:
    """Everything that MON-1 asks for: a round, an exercise that found all, a switch that has looked; its token."""
    forget()
    round_of()
    with manager.inside() as by:
        token = actions.make_watcher(by=by)
        actions.plant(by=by)
    round_of(failed=1000, denied=1000, jobs=1000)  # the others by their limits
    round_of()
    with manager.inside() as by:
        for alarm in actions.waiting(by=by):
            actions.take(alarm.id, "Plantet til øvelsen", by=by)
    connections.close_all()
    assert queries.heartbeat(actions.hash_of(token)) is not None
    return token

"""Monday's three things: chosen by the written rule, with why, and what was done; one line on Management's start page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import timezone

from heretask.kernel.approvals import asking
from heretask.kernel.evidence.measuring import MEASURES, Result, State, keep
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.system.wheel import actions, monday, queries
from tests import database
from tests.cast import Cast, supplier
from tests.management import Two, two_managers
from tests.system.wheel import emptied, turned
from tests.system.world import sql

TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    emptied()
    yield
    emptied()
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("delete from kernel_evidence where promise = 'LOG-5'")


def due(rule: str, days: int) -> None:
    """A duty of the wheel is due in so many days."""
    sql(
        "update system_records_duty set opens_on = %s, due_on = %s where rule = %s and entry_id is null",
        TODAY - dt.timedelta(days=60), TODAY + dt.timedelta(days=days), rule,
    )  # fmt: skip


def far() -> None:
    """The year is planned, and everything lies far ahead."""
    turned(TODAY)
    for number, rule in enumerate(queries.rules()):
        due(rule.key, 100 + number)


def seen(two: Two) -> monday.Monday:
    """As Henrik sees it."""
    with two.henrik.inside() as by:
        return monday.see(TODAY, slug=two.own.slug, by=by)


def test_late_then_broken_then_due_then_what_waits(cast: Cast) -> None:
    with two_managers() as two:
        far()
        found = seen(two)
        assert found.things == []
        assert found.next is not None
        assert found.next[1] == TODAY + dt.timedelta(days=100)
        page = two.henrik.client().get("/system/monday/").content.decode()
        assert "Intet i denne uge" in page
        assert str(found.next[0])[:12] in page
        with two.grethe.inside():
            asking.ask("customer.close", {"customer": str(cast.fyrtaarnet.id)}, "Kontrakten er opsagt")
        assert [thing.lead for thing in seen(two).things] == ["ORG-1"]
        due("wheel.notices", 14)
        due("wheel.source", 15)  # not yet
        assert [thing.lead for thing in seen(two).things] == ["DATA-5", "ORG-1"]
        with operator(supplier(), "test"):
            keep(MEASURES["LOG-5"], Result(State.BROKEN, "1 / 2"), 0.1)
        assert [thing.lead for thing in seen(two).things] == ["LOG-5", "DATA-5", "ORG-1"]
        due("wheel.restore", -5)
        due("wheel.rights", -1)
        found = seen(two)
        assert [thing.lead for thing in found.things] == ["OPS-3", "ORG-1", "LOG-5"]
        assert found.rest == 2
        assert "5" in found.things[0].why
        page = two.henrik.client().get("/platform/today/").content.decode()
        assert "2 pligter er forsinkede" in page
        assert "/system/monday/" in page
        with two.henrik.inside() as by:
            late = next(spoke for spoke in queries.wheel(TODAY) if spoke.rule.key == "wheel.restore")
            assert late.open is not None
            actions.close(late.open.duty.id, done_on=TODAY, note="Genskabt", by=by)
        found = seen(two)
        assert [thing.lead for thing in found.things] == ["ORG-1", "LOG-5", "DATA-5"]
        assert [(str(what), day) for what, day in found.done] == [(str(late.rule.sentence), TODAY)]
        with two.henrik.inside():
            assert Event.objects.filter(action="system.wheel.monday_read", actor=two.henrik.user.id).count() >= 6

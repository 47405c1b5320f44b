"""An exercise over a hundred customers: who is touched equals what the test itself wrote, and a kill loses nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import connections

from heretask.kernel.evidence.measuring import MEASURES, State, measure
from heretask.system.breaches import actions, own, queries
from tests.management import Two, two_managers
from tests.system.breaches import PARTS, begun, boxed, by_phone, forget, suspected
from tests.system.houses import ADDRESS, houses, killed_in_the_middle
from tests.work import work

CUSTOMERS = 100


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    with two_managers() as both:
        yield both


def test_a_hundred_customers_are_told_and_have_received_it(two: Two) -> None:
    forget()
    boxed()
    made = houses(CUSTOMERS)
    truth = {house.eva.customer.id: (house.touched, len(house.citizens), house.events) for house in made}
    case = begun(two.grethe, exercise=True, title="Årets øvelse")
    found = suspected(two.grethe, case, "address", ADDRESS)
    told = {row.about: (row.touched, row.citizens, row.events) for row in found.rows if row.about in truth}
    assert told == truth
    assert {row.about for row in found.touched} == {own_id for own_id, (touched, *_n) in truth.items() if touched}
    with two.grethe.inside() as by:
        draft = actions.draft(queries.case(case), found, PARTS, by=by)
    with two.henrik.inside() as by:
        actions.approve(queries.case(case), draft.digest, "", by=by)
    with two.grethe.inside() as by:
        actions.send(queries.case(case), by=by)
    lay = killed_in_the_middle(case, CUSTOMERS)
    assert 0 < lay < CUSTOMERS, f"{lay} notices lay there when the worker was killed"
    with connections["clock"].cursor() as cursor:
        cursor.execute("select ht.requeue(interval '0 seconds', 3)")
    work()
    for house in made:
        with house.eva.inside() as by:
            notices = [notice for notice in queries.notices() if notice.of_case == case]
            assert len(notices) == 1, "told once, not twice and not never"
            assert (notices[0].touched, set(notices[0].citizens)) == (house.touched, house.citizens)
            assert [one.kind for one in queries.receipts([notices[0].id])] == ["posted"]
            own.read(notices[0].id, by=by)
            own.acknowledge(notices[0].id, by=by)
    with two.grethe.inside() as by:
        others = [row for row in queries.told(case) if row.received_at is None]
        for row in others:  # customers of other tests, whom nobody signs in for
            by_phone(queries.case(case), row.customer, by)
    with connections["clock"].cursor() as cursor:
        cursor.execute("select ht.tick_breaches(clock_timestamp())")
    work()
    with two.grethe.inside() as by:
        one = queries.case(case)
        assert {"sent", "received"} <= one.kinds
        actions.close(one, "Fire administratorer skulle ringes op.", by=by)
    _told_how_long(case, two)
    found_now = measure(MEASURES["NOTIFY-1"])[0]
    count, of = found_now.figure.split(" / ")
    assert found_now.state == State.HOLDS
    assert count == of


def _told_how_long(case: UUID, two: Two) -> None:
    """Minutes from the report to the last receipt, shown beside the test's name."""
    with two.grethe.inside():
        one, rows = queries.case(case), queries.told(case)
    last = max(row.received_at for row in rows if row.received_at)
    sys.stdout.write(f"\n{len(rows)} customers, {(last - one.reported_at).total_seconds() / 60:.1f} minutes\n")

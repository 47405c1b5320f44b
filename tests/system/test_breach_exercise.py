"""An exercise over a hundred customers: who is touched equals what the test itself wrote, and a kill loses nothing."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.utils import timezone

from heretask.config import provision
from heretask.kernel.evidence.measuring import MEASURES, State, measure
from heretask.kernel.identity.sessions import operator
from heretask.kernel.tenancy.base import uuid7
from heretask.system.breaches import actions, own, queries
from tests import database
from tests.cast import Member, make_member
from tests.management import Two, two_managers
from tests.system.breaches import PARTS, begun, boxed, by_phone, forget, suspected
from tests.work import run_queue, work

CUSTOMERS, ADDRESS = 100, "203.0.113.77"
_numbers = itertools.count(1)


@dataclass
class House:
    """One customer of the exercise, and what the test wrote into its log: the truth that is held against the finding."""

    eva: Member
    citizens: set[UUID] = field(default_factory=set)
    touched: bool = False
    events: int = 0


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    with two_managers() as both:
        yield both


def houses(count: int) -> list[House]:
    """Customers with an administrator each; some were looked into from one address, and much else happened."""
    made, chance, mark = [], random.Random(61), f"{os.environ.get('PYTEST_XDIST_WORKER', '')}{next(_numbers)}"
    for number in range(count):
        customer = provision.create_customer(f"hus{mark}x{number}", f"Hus {number}")
        with operator(customer, "test"):
            by = provision.operator_of(customer)
            made.append(House(make_member(customer, "eva", "Eva Lund", "administrator", None, by)))
    rows: list[tuple[Any, ...]] = []
    for house in made:
        customer_id, house.touched = house.eva.customer.id, chance.random() < 0.4
        for _number in range(chance.randint(1, 6) if house.touched else 0):
            citizen = uuid4()
            house.citizens.add(citizen)
            for _time in range(chance.randint(1, 3)):
                rows.append(_row(customer_id, citizen, "social.note.opened", ADDRESS, minutes=chance.randint(1, 600)))
                house.events += 1
        rows += [
            _row(customer_id, uuid4(), "social.note.opened", "198.51.100.9", minutes=30),  # somebody else
            _row(customer_id, uuid4(), "social.note.opened", ADDRESS, minutes=3 * 1440),  # long before
            _row(customer_id, None, "identity.signed_in", ADDRESS, minutes=20),  # nothing was seen by it
        ]
    with database.superuser() as admin, admin.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.executemany(
            "insert into kernel_event (customer_id, at, id, action, citizen, outcome, address, salt, leaf) "
            "values (%s, %s, %s, %s, %s, 'done', %s, '', '')", rows,
        )  # fmt: skip
    return made


def _row(customer: UUID, citizen: UUID | None, action: str, address: str, *, minutes: int) -> tuple[Any, ...]:
    at = timezone.now() - dt.timedelta(minutes=minutes)
    return customer, int(at.timestamp() * 1_000_000), uuid7(), action, citizen, address


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
    lay = killed_in_the_middle(case)
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


def killed_in_the_middle(case: UUID) -> int:
    """Let a worker of its own begin to send and end it with SIGKILL; how many notices lay there then."""
    child = os.fork()
    if child == 0:
        kept = [connection.connection for connection in connections.all(initialized_only=True)]  # the parent's own
        try:
            for connection in connections.all(initialized_only=True):
                connection.connection = None
            run_queue()
        except BaseException:  # noqa: BLE001  (said, and never on into the parent's code)
            traceback.print_exc()
        finally:
            os._exit(len(kept) and 1)
    count, until = 0, time.monotonic() + 30
    with database.superuser() as admin:
        while count < CUSTOMERS // 4 and time.monotonic() < until:
            row = admin.execute("select count(*) from system_breaches_notice where of_case = %s", [case]).fetchone()
            count = int(str(row[0])) if row else 0
        os.kill(child, signal.SIGKILL)
        _pid, state = os.waitpid(child, 0)
        assert os.WIFSIGNALED(state)
        row = admin.execute("select count(*) from system_breaches_notice where of_case = %s", [case]).fetchone()
    return int(str(row[0])) if row else 0


def _told_how_long(case: UUID, two: Two) -> None:
    """Minutes from the report to the last receipt, shown beside the test's name."""
    with two.grethe.inside():
        one, rows = queries.case(case), queries.told(case)
    last = max(row.received_at for row in rows if row.received_at)
    sys.stdout.write(f"\n{len(rows)} customers, {(last - one.reported_at).total_seconds() / 60:.1f} minutes\n")

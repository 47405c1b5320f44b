"""Many customers with an administrator each and a log that the test itself wrote; and a worker that is killed."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import random
import signal
import time
import traceback
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import connections
from django.utils import timezone

from heretask.config import provision
from heretask.kernel.identity.sessions import operator
from heretask.kernel.tenancy.base import uuid7
from tests import database
from tests.cast import Member, make_member
from tests.work import run_queue

ADDRESS = "203.0.113.77"  # from where some of them were looked into
_numbers = itertools.count(1)


@dataclass
class House:
    """One customer of the exercise, and what the test wrote into its log: the truth that is held against the finding."""

    eva: Member
    citizens: set[UUID] = field(default_factory=set)
    touched: bool = False
    events: int = 0


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


def killed_in_the_middle(case: UUID, customers: int) -> int:
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
        while count < customers // 4 and time.monotonic() < until:
            row = admin.execute("select count(*) from system_breaches_notice where of_case = %s", [case]).fetchone()
            count = int(str(row[0])) if row else 0
        os.kill(child, signal.SIGKILL)
        _pid, state = os.waitpid(child, 0)
        assert os.WIFSIGNALED(state)
        row = admin.execute("select count(*) from system_breaches_notice where of_case = %s", [case]).fetchone()
    return int(str(row[0])) if row else 0

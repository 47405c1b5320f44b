"""What a case costs with many customers: so many statements for each notice, and a page that does not grow."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.db.backends.signals import connection_created
from django.test.utils import CaptureQueriesContext

from heretask.system.breaches import actions, customers, queries
from tests.management import Two, two_managers
from tests.system.breaches import approved, forget
from tests.system.houses import ADDRESS, houses
from tests.work import run_queue, work

MOST, MOST_TOLD = (
    12,
    20,
)  # statements for each notice, BEGIN and COMMIT too: to put it there, and to tell its administrators


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    with two_managers() as both:
        yield both


class Heard(logging.Handler):
    """Statements as they are sent, of whatever thread."""

    def __init__(self) -> None:
        super().__init__()
        self.statements: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.statements.append(str(getattr(record, "sql", "")))


@contextmanager
def heard() -> Iterator[list[str]]:
    """Everything that connections made from now on send."""
    handler, logger = Heard(), logging.getLogger("django.db.backends")

    def listen(connection: Any, **_more: object) -> None:
        connection.force_debug_cursor = True

    before, logger.propagate = logger.level, False
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    connection_created.connect(listen)
    try:
        yield handler.statements
    finally:
        connection_created.disconnect(listen)
        logger.removeHandler(handler)
        logger.setLevel(before)
        logger.propagate = True


def sent(two: Two) -> tuple[UUID, int, int, int]:
    """A case that is told to all: its id, how many they are, and the statements until all were told, and of the rest."""
    case, _found = approved(two, "address", ADDRESS, exercise=True)
    with two.grethe.inside() as by:
        actions.send(queries.case(case), by=by)
    with heard() as statements, ThreadPoolExecutor(1) as thread:
        thread.submit(run_queue).result()
    with two.grethe.inside():
        rows = queries.told(case)
    assert all(row.made_at for row in rows)
    last = max(n for n, one in enumerate(statements) if one.startswith('INSERT INTO "system_breaches_step"'))
    return case, len(rows), last, len(statements) - last


def looked_at(two: Two, path: str) -> tuple[int, str]:
    """How many statements a page takes, and the page."""
    client = two.grethe.client()
    client.get(path)  # the first one touches the session
    with CaptureQueriesContext(connections["default"]) as web, CaptureQueriesContext(connections["gate"]) as gate:
        answer = client.get(path)
    assert answer.status_code == 200
    return len(web) + len(gate), answer.content.decode()


def test_a_notice_takes_so_many_statements_and_pages_do_not_grow(two: Two) -> None:
    forget()
    houses(10)
    work()
    case, few, sending, telling = sent(two)
    paths = (f"/system/breaches/{case}/", f"/system/breaches/{case}/customers/", "/system/breaches/")
    before = [looked_at(two, path)[0] for path in paths]
    houses(30)
    work()
    forget()
    case, many, sending_more, telling_more = sent(two)
    assert many == few + 30
    each, told = (sending_more - sending) / 30, (telling_more - telling) / 30
    assert 0 < each <= MOST
    assert 0 < told <= MOST_TOLD
    paths = (f"/system/breaches/{case}/", f"/system/breaches/{case}/customers/", "/system/breaches/")
    after = [looked_at(two, path) for path in paths]
    assert [count for count, _page in after] == before
    line = "/customers/0"  # ids of version 7 begin with a nought
    assert after[0][1].count(f"/system/breaches/{case}{line}") <= 2 * customers.FIRST
    assert after[1][1].count(f"/system/breaches/{case}{line}") == customers.SHOWN
    assert "page=2" in after[1][1]
    second = looked_at(two, f"/system/breaches/{case}/customers/?page=2")[1]
    assert second.count(f"/system/breaches/{case}{line}") == min(many - customers.SHOWN, customers.SHOWN)
    for odd in ("0", "-1", "x", "9" * 40, "99999"):
        assert two.grethe.client().get(f"/system/breaches/{case}/customers/?page={odd}&show=nobody").status_code == 200

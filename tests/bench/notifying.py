"""G18: telling a thousand customers of a breach. Does one customer cost as much among a thousand as among a hundred?

The same exercise among ever more customers, each with an administrator and a log of its own. The worker that tells them
is killed in the middle, and the next one goes on: where anybody was told twice or not at all, nothing is measured.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import cast
from uuid import UUID

from django.db import connections

from heretask.system.breaches import actions, own, queries, telling
from tests import database
from tests.management import Two, two_managers
from tests.system.breaches import PARTS, begun, forget, suspected
from tests.system.houses import ADDRESS, House, houses, killed_in_the_middle
from tests.work import work

from .figures import Figure, Goal, Row, of_times
from .stage import Browser

KINDS = {
    "computing": "looking through one customer's log",
    "telling": "telling one customer, with its events and its work",
    "receiving": "an administrator's receipt, opened and acknowledged",
    "page": "the page of the case",
    "list": "the first page of its customers",
}
LIMITS = {"page": 3.0, "list": 3.0}  # a page reads every customer in one statement, and draws as many lines as before


@dataclass
class Taken:
    """Seconds of each kind among so many customers."""

    customers: int
    times: dict[str, list[float]] = field(default_factory=dict)


def measure(*, quick: bool) -> list[Row]:
    """The middle time of each kind, against the same among the fewest customers."""
    sizes = (8, 12, 16) if quick else (100, 300, 1_000)
    taken: list[Taken] = []
    made: list[House] = []
    with two_managers() as two:
        for size in sizes:
            made += houses(size - len(made))
            _known()
            forget()
            taken.append(_exercise(two, made, looks=3 if quick else 25))
    return [
        Row(
            "G18", f"{what}: against the same among the fewest", Goal(LIMITS.get(kind, 1.5), at_least=False), "customers",
            [_figure(one, taken[0], kind) for one in taken],
        )
        for kind, what in KINDS.items()
    ]  # fmt: skip


def _known() -> None:
    """The statistics of what was there before the breach, as an installation has them; of the notices nothing is known."""
    with database.superuser() as admin:
        admin.execute("vacuum (analyze)")


def _figure(one: Taken, fewest: Taken, kind: str) -> Figure:
    return of_times(f"{one.customers:,}", one.times[kind], fewest.times[kind], 0.5)


def _exercise(two: Two, made: list[House], looks: int) -> Taken:
    """From the report to the last receipt."""
    case = begun(two.grethe, exercise=True, title="Årets øvelse")
    found = suspected(two.grethe, case, "address", ADDRESS, sealed=False)
    with two.grethe.inside() as by:
        draft = actions.draft(queries.case(case), found, PARTS, by=by)
    with two.henrik.inside() as by:
        actions.approve(queries.case(case), draft.digest, "", by=by)
    with two.grethe.inside() as by:
        job = actions.send(queries.case(case), by=by)
    if not 0 < killed_in_the_middle(case, len(made)) < len(made):
        raise RuntimeError("the worker was not killed in the middle")
    with two.grethe.inside():
        half = queries.job(job)
    with connections["clock"].cursor() as cursor:
        cursor.execute("select ht.requeue(interval '0 seconds', 3)")
    work(sealed=False)
    if not 0 < half.done < half.total:
        raise RuntimeError(f"its progress was not seen: {half.done} of {half.total}")
    taken = Taken(
        len(made),
        {
            "computing": _between("system_breaches_touched", "done_at", "finding_id", found.id),
            "telling": _between("system_breaches_notice", "made_at", "of_case", case),
            "receiving": [_received(house, case) for house in made],
        },
    )
    with two.grethe.inside() as by:
        telling.check_received(queries.case(case))
    with two.grethe.inside():
        if not {"sent", "received"} <= queries.case(case).kinds:
            raise RuntimeError("somebody was not told")
    browser = Browser(two.grethe.token())
    for kind, path in (("page", f"/system/breaches/{case}/"), ("list", f"/system/breaches/{case}/customers/")):
        taken.times[kind] = [_looked_at(browser, path) for _look in range(looks)]
    return taken


def _between(table: str, column: str, about: str, own_id: UUID) -> list[float]:
    """The seconds from each row to the next, by the clock of the database; the pause of the kill is not in the middle."""
    with database.superuser() as admin:
        moments: list[dt.datetime] = [
            cast("dt.datetime", row[0])
            for row in admin.execute(f"select {column} from {table} where {about} = %s order by {column}", [own_id])
        ]
    return [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]


def _received(house: House, case: UUID) -> float:
    """What an administrator's two acts take, in a session of their own, and that they were told just once and truly."""
    begun_at = time.perf_counter()
    with house.eva.inside() as by:
        notices = [notice for notice in queries.notices() if notice.of_case == case]
        own.read(notices[0].id, by=by)
        own.acknowledge(notices[0].id, by=by)
    took = time.perf_counter() - begun_at
    if len(notices) != 1 or (notices[0].touched, set(notices[0].citizens)) != (house.touched, house.citizens):
        raise RuntimeError("a customer was told twice, or not what its log says")
    return took


def _looked_at(browser: Browser, path: str) -> float:
    begun_at = time.perf_counter()
    status, page = browser.get(path)
    if status != 200:
        raise RuntimeError(f"answered {status}: {page[:200]!r}")
    return time.perf_counter() - begun_at

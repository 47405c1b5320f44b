"""'Who has opened' gives exactly what a scan of everything would, whatever the shape of the log, a page at a time."""

from __future__ import annotations

import datetime as dt
import random
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connections
from django.utils import timezone

from heretask.admin.logs.actions import read_log
from heretask.admin.users import events as users_events
from heretask.config import provision
from heretask.kernel.identity.sessions import h1_of, operator
from heretask.kernel.log import record
from heretask.kernel.log.openings import LOOK, events_about, sights_between, who_opened
from heretask.kernel.log.queries import Filters, events_for, microseconds
from heretask.kernel.tenancy.base import uuid7
from heretask.social.citizens import actions as citizens
from heretask.social.citizens import events as citizens_events
from heretask.social.journal import actions as journal
from heretask.social.journal import events as journal_events
from tests import database
from tests.adversarial.test_rows import code_of, web
from tests.cast import Cast
from tests.social.people import make_citizen

__all__ = ["web"]
Place = tuple[int, UUID]
MONTH = 30 * 24 * 3600 * 1_000_000
NOW = microseconds(timezone.now())


def scanned(customer: UUID, citizen: UUID) -> list[Place]:
    """The places of all events in which a citizen stands, newest first: looked for one by one."""
    with database.superuser() as admin:
        rows = admin.execute(
            "select at, id, citizen, shown from kernel_event where customer_id = %s", [customer]
        ).fetchall()
    return sorted(((at, i) for at, i, about, shown in rows if about == citizen or citizen in shown), reverse=True)  # type: ignore[misc, operator]


def paged(cast: Cast, citizen: UUID, most: int) -> list[Place]:
    """The same through the function, page by page."""
    found: list[Place] = []
    before: Place | None = None
    with operator(cast.solsikken, "test"):
        while True:
            part = [(e.at, e.id) for e in events_about(citizen, before, 0, most)]
            assert len(part) <= most
            found += part
            if len(part) < most:
                return found
            before = part[-1]


def many(cast: Cast, count: int, *, since: int, until: int, citizen: UUID | None = None, every: int = 1) -> None:
    """Events written in bulk, evenly spread; each `every`th shows the citizen among three others."""
    with database.superuser() as admin:
        admin.execute(
            """insert into kernel_event (customer_id, at, id, actor, action, outcome, shown, salt, leaf)
               select %(c)s, %(since)s + n * ((%(until)s - %(since)s)::numeric / %(count)s)::bigint, gen_random_uuid(), %(a)s,
                      'social.citizens.listed', 'done',
                      array[gen_random_uuid(), gen_random_uuid()] || case when n %% %(every)s = 0 and %(x)s::uuid is not null
                        then array[%(x)s::uuid] else '{}' end || gen_random_uuid(), '\\x00', '\\x00'
                 from generate_series(0, %(count)s - 1) n""",
            {"c": cast.solsikken.id, "a": cast.anna.user.id, "since": since, "until": until, "count": count, "x": citizen, "every": every},
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_random_logs_are_answered_as_a_scan_would(cast: Cast, seed: int) -> None:
    """Alone, among others, both, neither; several events of one moment; months apart; another customer's as well."""
    chance = random.Random(seed)
    people = [uuid7() for _ in range(4)]
    with cast.anna.inside() as by:
        for _n in range(chance.randint(20, 120)):
            at = NOW - chance.randint(0, 40) * 10 - chance.choice([0, 0, 1, 2, 5, 14]) * MONTH
            about = chance.choice([None, *people])
            on = ("citizen", about) if about and chance.random() < 0.5 else ("", None)
            shown = [uuid7() for _ in range(3)] if on[1] else chance.sample(people, k=chance.randint(0, 4))
            record(users_events.USERS_LISTED, citizen=about, on=on, shown=shown, at=at)
        assert by.user_id
    with cast.dan.inside():
        record(users_events.USERS_LISTED, shown=people)
        record(users_events.USERS_LISTED, citizen=people[0])
    for citizen in people:
        expected = scanned(cast.solsikken.id, citizen)
        for most in (1, 3, 50):
            assert paged(cast, citizen, most) == expected, most


def test_somebody_who_stands_in_many_lists(cast: Cast) -> None:
    """More hits in a month than the index is asked for: then the log itself is walked, and the answer stays whole."""
    citizen = uuid7()
    many(cast, 9_000, since=NOW - MONTH // 4, until=NOW - 1_000_000, citizen=citizen, every=3)
    with cast.anna.inside():
        ids = [record(citizens_events.CREATED, citizen=citizen, at=NOW - n * MONTH // 300) for n in range(20)]
    expected = scanned(cast.solsikken.id, citizen)
    assert len(expected) == 3_020
    assert {i for _at, i in expected} >= set(ids)
    assert paged(cast, citizen, 700) == expected


def test_somebody_who_stood_in_many_lists_once(cast: Cast) -> None:
    """Many hits, then 25,000 events without any: walking gives up, and all of the month's hits are taken."""
    citizen = uuid7()
    first = microseconds(timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)) - MONTH
    first = microseconds(
        dt.datetime.fromtimestamp(first / 1e6, dt.UTC).replace(day=2, hour=0, minute=0, second=0, microsecond=0)
    )
    day = 24 * 3600 * 1_000_000
    many(cast, 2_500, since=first, until=first + day, citizen=citizen)
    many(cast, 25_000, since=first + 2 * day, until=first + 20 * day)
    expected = scanned(cast.solsikken.id, citizen)
    assert len(expected) == 2_500
    with operator(cast.solsikken, "test"):
        found = events_about(citizen, None, 0, 60)
    assert [(e.at, e.id) for e in found] == expected[:60]
    assert paged(cast, citizen, 1_000) == expected


def test_openings_are_grouped_by_person_with_role_and_reason_then(cast: Cast) -> None:
    citizen = make_citizen(cast, "Tove Lind").id
    for member in (cast.anna, cast.anna, cast.bo):
        with member.inside() as by:
            citizens.open_citizen(citizen, by)
    with cast.anna.inside() as by:
        citizens.list_citizens(by)
    with cast.anna.inside() as by:
        journal.see_day(by)
    with operator(cast.solsikken, "test"):
        found = who_opened(citizen, None, 0)
    assert found.rest is None
    people = {one.actor: one for one in found.openers}
    anna, bo = people[cast.anna.user.id], people[cast.bo.user.id]
    assert (anna.times, bo.times) == (3, 1)  # nothing was new on Anna's start page: it showed nobody
    assert anna.among == 1
    assert anna.first < anna.last
    assert dict(anna.purposes) == {f"unit:carer:{cast.nord.id.hex}": 2, "role:carer": 1}
    assert dict(bo.purposes) == {f"unit:team_leader:{cast.nord.id.hex}": 1}
    assert people[None].agent == "operator"


def test_the_start_page_counts_as_having_seen_the_citizens_on_it(cast: Cast) -> None:
    citizen = make_citizen(cast, "Tove Lind").id
    with cast.bo.inside() as by:
        journal.write_and_sign(citizen_id=citizen, kind="diary", text="Sov roligt.", by=by)
    with cast.anna.inside() as by:
        assert journal.see_day(by).news
    with operator(cast.solsikken, "test"):
        found = events_about(citizen, None, 0, 1)
    assert [(e.action, e.actor) for e in found] == [(journal_events.TODAY_SEEN.name, cast.anna.user.id)]


def test_no_more_than_a_bounded_number_is_counted_at_once(cast: Cast) -> None:
    citizen = uuid7()
    many(cast, LOOK + 300, since=NOW - MONTH, until=NOW, citizen=citizen)
    with operator(cast.solsikken, "test"):
        first = who_opened(citizen, None, 0)
        second = who_opened(citizen, first.rest, 0)
        whole = sights_between(citizen, timezone.now() - dt.timedelta(days=90), timezone.now(), 10_000)
        assert sights_between(citizen, timezone.now() - dt.timedelta(days=90), timezone.now(), LOOK) is None
    assert (first.events, second.events, second.rest) == (LOOK, 300, None)
    assert whole is not None
    assert len(whole) == LOOK + 300


def test_kind_person_and_days_narrow_what_is_shown_of_a_citizen(cast: Cast) -> None:
    citizen = make_citizen(cast, "Tove Lind").id
    for member in (cast.anna, cast.bo):
        with member.inside() as by:
            citizens.open_citizen(citizen, by)
        with member.inside() as by:
            citizens.search_citizens("tove", by)
    today = timezone.localdate()
    with operator(cast.solsikken, "test"):
        of_anna = events_for(Filters(citizen=citizen, person=cast.anna.user.id))
        searched = events_for(Filters(citizen=citizen, kind="searched"))
        yesterday = events_for(Filters(citizen=citizen, until=today - dt.timedelta(days=1)))
        operator_here = provision.operator_of(cast.solsikken)
        words = read_log(Filters(citizen=citizen, q="bo friis"), None, by=operator_here)
    assert {entry.event.actor for entry in of_anna.entries} == {cast.anna.user.id}
    assert len(of_anna.entries) == 2
    assert {entry.event.action for entry in searched.entries} == {"social.citizens.searched"}
    assert yesterday.entries == []
    assert {entry.event.actor for entry in words.entries} == {cast.bo.user.id}


def test_an_event_about_one_citizen_may_not_show_another(cast: Cast) -> None:
    """Else the index, which leaves such events out, would miss somebody."""
    one, other = uuid7(), uuid7()
    with pytest.raises(ValueError, match="shows others"), cast.anna.inside():
        record(citizens_events.OPENED, citizen=one, on=("citizen", one), opened=[one, other])


def test_a_stranger_is_told_nothing(cast: Cast, web: psycopg.Connection[tuple[object, ...]]) -> None:
    citizen = make_citizen(cast, "Tove Lind").id
    with cast.anna.inside() as by:
        citizens.open_citizen(citizen, by)
    asked = f"select * from ht.events_about('{citizen}', {2**62}, '{uuid4()}', 0, 50)"

    def rows(h1: str) -> int:
        with web.transaction():
            web.execute("select set_config('ht.session', %s, true)", [h1])
            return len(web.execute(asked).fetchall())

    assert rows(h1_of(cast.eva.token())) > 0
    assert rows(h1_of(cast.dan.token())) == 0
    assert code_of(web, asked) == "28000"
    assert code_of(web, asked.replace(", 50)", ", 5001)"), h1_of(cast.eva.token())) == "22023"
    for forbidden in ("set role ht_log_reader", "select ht.tidy_log()"):
        assert code_of(web, forbidden, h1_of(cast.eva.token())) == "42501"


def test_the_clock_empties_the_waiting_list_of_the_index(cast: Cast) -> None:
    citizen = uuid7()
    many(cast, 200, since=NOW - 1_000_000, until=NOW, citizen=citizen)
    with connections["clock"].cursor() as cursor:
        cursor.execute("select ht.tidy_log()")
        assert cursor.fetchone()[0] > 0
        cursor.execute("select ht.tidy_log()")
        assert cursor.fetchone()[0] == 0
    assert len(paged(cast, citizen, 50)) == 200

"""The walk through the index, as SQL: whose notes, in which order, at every boundary of its steps."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from heretask.kernel.identity.sessions import h1_of
from heretask.kernel.tenancy.base import uuid7
from heretask.social.citizens.models import Citizen
from tests import database
from tests.cast import Cast, make_cast
from tests.social.people import make_citizen

MANY = 7_300
PAGE = 20
SETS: dict[str, list[int]] = {
    "nowhere": [],
    "one in the first step": [99],
    "one just after it": [100],
    "one more": [101],
    "a page in the first step": list(range(80, 100)),
    "a page that ends after it": list(range(81, 101)),
    "one in the first step, then few": [90, 3_000],
    "two in the first step, then few": [3, 99, 3_000, 6_999],
    "three in the first step, then few": [3, 98, 99, 3_000, 6_999],
    "two in the first step, then many": [3, 99, *range(1_000, 2_000)],
    "three in the first step, then many": [3, 98, 99, *range(1_000, 2_000)],
    "three in the first step, then many very late": [3, 98, 99, *range(6_100, 7_100)],
    "one below the cap": list(range(200, 999)),
    "at the cap": list(range(200, 1_000)),
    "one above the cap": list(range(200, 1_001)),
    **{
        f"{first} in the first step, the twentieth at {last}, very many after it": [
            *range(first),
            *range(300, 319 - first),
            last,
            *range(6_402, 7_220),
        ]
        for first in (0, 2, 3)
        for last in (6_399, 6_400, 6_401)
    },
    "nineteen, then the last of the long step": [*range(300, 319), 6_399],
    "nineteen, then the first beyond it": [*range(300, 319), 6_400],
    "all of them late": list(range(6_100, 7_200)),
    "all of them beyond the long step": [*range(6_400, 7_300)],
    "everywhere": list(range(MANY)),
    "every third": list(range(0, MANY, 3)),
    "every twentieth": list(range(1, MANY, 20)),
    "every seventh": list(range(6, MANY, 7)),
}
NUMBERS = {name: number for number, name in enumerate(SETS, start=1_000)}


@dataclass
class World:
    """A customer with very many notes of two citizens, in the order in which a search must find them."""

    cast: Cast
    citizens: tuple[Citizen, Citizen]
    notes: list[tuple[UUID, int]]  # newest first; of which of the two

    def expected(self, place: Sequence[int], whose: set[int]) -> list[UUID]:
        """What a search for all that stands at these places must find."""
        return [self.notes[n][0] for n in sorted(place) if self.notes[n][1] in whose]


@pytest.fixture(scope="module")
def world() -> World:
    """Notes straight into the tables: nobody opens them here. Seven at a time have the same moment."""
    cast = make_cast()
    citizens = (make_citizen(cast, "Birthe Holm"), make_citizen(cast, "Carl Juhl"))
    chance = random.Random(3)
    made = [(uuid7(), n // 7, chance.randrange(2)) for n in range(MANY)]
    made.sort(key=lambda row: (-row[1], row[0].int), reverse=True)
    words: list[list[int]] = [[] for _ in made]
    for name, places in SETS.items():
        for place in places:
            words[place].append(NUMBERS[name])
    with database.superuser() as admin:
        with admin.cursor() as cursor:
            cursor.executemany(
                """insert into social_journal_note (id, customer_id, citizen_id, author_id, kind, text, happened_at, written_at, signed_at)
                   select %s, %s, %s, %s, 'diary', '', t.moment - make_interval(mins => %s), t.moment, t.moment
                     from (values (timestamptz '2026-11-20 12:00Z')) t(moment)""",
                [
                    (note, cast.solsikken.id, citizens[whose].id, cast.anna.user.id, minutes)
                    for note, minutes, whose in made
                ],
            )
            cursor.executemany(
                "update social_journal_notewords set words = %s where customer_id = %s and id = %s",
                [(hashed, cast.solsikken.id, note) for (note, _m, _w), hashed in zip(made, words, strict=True)],
            )
        admin.execute("analyze social_journal_notewords")
    return World(cast, citizens, [(note, whose) for note, _minutes, whose in made])


def ask(words: Sequence[int], citizens: Sequence[UUID], n: int = PAGE, after: tuple[object, object] | None = None) -> list[tuple[UUID, object]]:  # fmt: skip
    more = ", %s::timestamptz, %s::uuid" if after else ""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"select * from ht.find_notes(%s::bigint[], %s::uuid[], %s{more})",
            [list(words), list(citizens), n, *(after or ())],
        )
        return list(cursor.fetchall())


@pytest.mark.parametrize("whose", [{0, 1}, {0}, set()], ids=["both", "one", "none"])
@pytest.mark.parametrize("name", SETS)
def test_the_first_page_is_the_newest_wherever_the_words_stand(world: World, name: str, whose: set[int]) -> None:
    citizens = [world.citizens[n].id for n in whose]
    with world.cast.anna.inside():
        found = [note for note, _at in ask([NUMBERS[name]], citizens)]
    assert found == world.expected(SETS[name], whose)[:PAGE]


@pytest.mark.parametrize("name", ["every twentieth", "3 in the first step, the twentieth at 6400, very many after it", "two in the first step, then few", "at the cap"])  # fmt: skip
@pytest.mark.parametrize("size", [1, 7, 20, 159])
def test_page_after_page_gives_each_note_once(world: World, name: str, size: int) -> None:
    expected = world.expected(SETS[name], {0})[: 12 * size]
    found: list[UUID] = []
    with world.cast.anna.inside():
        after = None
        while len(found) < len(expected):
            page = ask([NUMBERS[name]], [world.citizens[0].id], size, after)
            assert 0 < len(page) <= size
            found += [note for note, _at in page]
            after = (page[-1][1], page[-1][0])
    assert found[: len(expected)] == expected


@pytest.mark.parametrize("pair", [("every third", "every twentieth"), ("at the cap", "every third"), ("everywhere", "all of them late"), ("nowhere", "everywhere")])  # fmt: skip
def test_all_words_must_stand_in_the_note(world: World, pair: tuple[str, str]) -> None:
    both = set(SETS[pair[0]]) & set(SETS[pair[1]])
    with world.cast.anna.inside():
        found = [note for note, _at in ask([NUMBERS[one] for one in pair], [c.id for c in world.citizens])]
    assert found == world.expected(sorted(both), {0, 1})[:PAGE]


def test_another_customer_finds_nothing_with_the_very_hashes(world: World) -> None:
    with world.cast.dan.inside():
        for name in ("one just after it", "everywhere", "at the cap", "all of them late"):
            assert ask([NUMBERS[name]], [c.id for c in world.citizens]) == []


def test_a_colleagues_unsigned_note_is_found_by_its_author_alone(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    note = uuid7()
    with database.superuser() as admin:
        admin.execute(
            """insert into social_journal_note (id, customer_id, citizen_id, author_id, kind, text, happened_at, written_at)
               values (%s, %s, %s, %s, 'diary', '', now(), now())""",
            [note, cast.solsikken.id, citizen.id, cast.anna.user.id],
        )
        admin.execute("update social_journal_notewords set words = '{5}' where id = %s", [note])
    with cast.anna.inside():
        assert [found for found, _at in ask([5], [citizen.id])] == [note]
    with cast.bo.inside():
        assert ask([5], [citizen.id]) == []
    with database.superuser() as admin:
        admin.execute("update social_journal_note set signed_at = now() where id = %s", [note])
    with cast.bo.inside():
        assert [found for found, _at in ask([5], [citizen.id])] == [note]


@pytest.fixture
def web() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection as the web's own role, outside all our code."""
    chosen = settings.DATABASES["default"]
    with psycopg.connect(
        host=chosen["HOST"], port=chosen["PORT"], dbname=chosen["NAME"], user=chosen["USER"], password=chosen["PASSWORD"],
        autocommit=True,
    ) as connection:  # fmt: skip
        yield connection


@pytest.mark.parametrize("table", ["social_journal_notewords", "social_citizens_citizenwords"])
def test_the_web_reaches_the_index_through_functions_alone(cast: Cast, web: psycopg.Connection[tuple[object, ...]], table: str) -> None:  # fmt: skip
    h1 = h1_of(cast.anna.token())
    for statement in (
        f"select count(*) from {table}", f"select words from {table}", f"update {table} set words = null", f"delete from {table}",
        f"insert into {table} (customer_id, id) values (gen_random_uuid(), gen_random_uuid())", f"truncate {table}",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction():
            web.execute("select set_config('ht.session', %s, true)", [h1])
            web.execute(statement)


def test_without_a_session_nothing_is_found_or_kept(web: psycopg.Connection[tuple[object, ...]]) -> None:
    for statement in (
        "select * from ht.find_notes('{1}', '{}', 20)", "select ht.index_notes('{}', '{}', '{}')", "select * from ht.notes_to_index(5)",
        "select ht.notes_not_indexed(null, 5)", "select * from ht.find_citizens('{1}', '{}')", "select * from ht.citizens_to_index(5)",
        "select ht.index_citizens('{}', '{}', '{}')",
    ):  # fmt: skip
        with pytest.raises(psycopg.Error) as refused:
            web.execute(statement)
        assert refused.value.sqlstate == "28000", statement
    for statement in ("select * from ht.customers_to_index()", "select ht.tick_index()", "select ht.clean_words()"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(statement)

"""G8 and G9: finding words across journals in what is sealed, against plain text with PostgreSQL's own search."""

from __future__ import annotations

import os
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import psycopg

from heretask.kernel.access.decide import Actor
from heretask.kernel.log.trace import trace
from heretask.kernel.secrets.opening import load_keys, open_text, open_texts
from heretask.kernel.secrets.words import stem, words_of
from heretask.social import indexing
from heretask.social.journal import queries as journal
from heretask.social.matching import terms_of
from heretask.social.search import queries
from tests import database
from tests.cast import make_cast

from .figures import Figure, Goal, Row, of_times, quantile
from .library import CUSTOMERS, OWN, House, Library
from .stage import journal as make_journal

SIZES = (50_000, 200_000, 1_000_000)
HUGE = 4_000_000  # only where HERETASK_BENCH_HUGE=1 asks for it: 20 minutes and 15 GB
SHARES = {"rare": (0.0, 0.0), "medium": (0.007, 0.015), "frequent": (0.03, 0.2), "common": (0.3, 1.0)}
KINDS: dict[str, tuple[str, ...]] = {
    "rare": ("rare",), "medium": ("medium",), "frequent": ("frequent",), "common": ("common",),
    "rare and common": ("rare", "common"), "medium and medium": ("medium", "medium"), "common and common": ("common", "common"),
}  # fmt: skip
WARM = 12
PART = ("frequent", "common")  # also asked by somebody who works with a quarter of the customer's citizens
_PLAIN = """select id, body from bench_plain where customer_id = %s and tsv @@ plainto_tsquery('danish', %s)
  order by at desc, id desc limit 20"""
_PLAIN_PART = _PLAIN.replace("order by", "and citizen = any(%s) order by")
Answer = list[tuple[UUID, str]]
Side = Callable[[str, House, list[UUID]], Answer]


@dataclass
class Times:
    """How long each draw took, on both sides."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)


def measure(*, quick: bool) -> list[Row]:
    """Words of every kind in libraries of three sizes, and one long journal."""
    sizes: tuple[int, ...] = (6_000, 9_000, 15_000) if quick else SIZES
    if os.environ.get("HERETASK_BENCH_HUGE") == "1" and not quick:
        sizes = (*sizes, HUGE)
    one_journal = _one_journal(quick=quick)  # first: later its notes would fill the gaps between the library's
    library, figures = Library(sizes[-1] // CUSTOMERS), defaultdict[str, list[Figure]](list)
    level = []
    for size in sizes:
        library.grow(size)
        taken = _at(library, draws=24 if quick else 400)
        for kind, times in taken.items():
            usual = quantile(times.ours, 0.5) / quantile(times.theirs, 0.5)
            figures[kind].append(of_times(f"{size:,}", times.ours, times.theirs, 0.99, p50_ratio=round(usual, 3)))
        level.append(of_times(f"{size:,}", taken["common"].ours, taken["rare"].ours, 0.99))
    rows = [
        Row("G8", f"search across journals, {kind}, against plain text, p99", Goal(1.0, at_least=False), "notes", found)
        for kind, found in figures.items()
    ]
    common = Row("G9", "a common word against a rare one, p99", Goal(2.0, at_least=False), "notes", level)
    return [*rows, common, one_journal]


def _at(library: Library, draws: int) -> dict[str, Times]:
    """Every kind of question, both sides in turns: each answers with the same twenty notes, opened."""
    of_kind = {name: library.words_standing_in(*_share(name, library)) for name in SHARES}
    taken: dict[str, Times] = defaultdict(Times)
    with database.superuser() as plain:
        plain.execute("set plan_cache_mode = force_custom_plan")  # its best: a plan for each word's own rate
        for number, house in enumerate(library.measured):
            chance = random.Random(number)
            assert house.cast is not None
            with house.cast.anna.inside() as by:
                sides = (_ours(by), _theirs(plain))
                for kind, words in KINDS.items():
                    for _ in range(WARM + draws // len(library.measured)):
                        asked = " ".join(library.vocabulary[chance.choice(of_kind[word])] for word in words)
                        _once(chance, sides, (asked, house, house.citizens), taken[kind])
                        if kind in PART:
                            _once(chance, sides, (asked, house, house.citizens[:OWN]), taken[f"{kind}, a quarter"])
                trace().logged |= trace().opened  # the search is measured; what its event costs is G1's
    return {kind: Times(times.ours[WARM:], times.theirs[WARM:]) for kind, times in taken.items()}


def _share(name: str, library: Library) -> tuple[float, float]:
    per_customer = library.count // CUSTOMERS
    return (2 / per_customer, 9 / per_customer) if name == "rare" else SHARES[name]


def _once(chance: random.Random, sides: Sequence[Side], question: tuple[str, House, list[UUID]], taken: Times) -> None:
    answers = in_turn(chance, [lambda side=side: side(*question) for side in sides])  # type: ignore[misc]
    if answers[0][1] != answers[1][1]:
        raise RuntimeError("the two sides found different notes")
    taken.ours.append(answers[0][0])
    taken.theirs.append(answers[1][0])


def in_turn(chance: random.Random, sides: Sequence[Callable[[], Any]]) -> list[tuple[float, Any]]:
    """What each side answered and how long it took, in an order drawn anew."""
    answers: list[tuple[float, Any]] = [(0.0, None)] * len(sides)
    for at in chance.sample(range(len(sides)), k=len(sides)):
        begun = time.perf_counter()
        found = sides[at]()
        answers[at] = (time.perf_counter() - begun, found)
    return answers


def _ours(by: Actor) -> Side:
    """As the page does: hash, walk, back through row-level security, open."""

    def ask(asked: str, house: House, citizens: list[UUID]) -> Answer:
        hashed = indexing.hashes_of_stems(stem(word) for word in words_of(asked))
        notes = queries.candidates(hashed, house.reach(citizens), by, 20)
        load_keys(note.citizen_id for note in notes)
        return [(note.id, text) for note, text in zip(notes, open_texts(notes, "text"), strict=True)]

    return ask


def _theirs(plain: psycopg.Connection[Any]) -> Side:
    """The customer by name, no row-level security; the citizens only where they are not all."""

    def ask(asked: str, house: House, citizens: list[UUID]) -> Answer:
        if len(citizens) < len(house.citizens):
            return plain.execute(_PLAIN_PART, [house.id, asked, citizens]).fetchall()
        return plain.execute(_PLAIN, [house.id, asked]).fetchall()

    return ask


def _one_journal(*, quick: bool) -> Row:
    """Parts of words inside one citizen's journal: everything opened and looked through, against ILIKE on plain text."""
    found = []
    for size in (100, 200, 400) if quick else (1_000, 5_000, 20_000):
        cast = make_cast()
        citizen = make_journal(cast, size)
        ours: list[float] = []
        theirs: list[float] = []
        with database.superuser() as plain, cast.anna.inside() as by:
            _in_the_clear(plain, citizen)
            chance = random.Random(size)
            for n in range(5 if quick else 33):
                part = chance.choice(["rolig", "tur", "søst", "medicin", "xyz", "aftn", "dag"])
                sides = (partial(_scan, citizen, by, part), partial(_ilike, plain, citizen, part))
                one, other = in_turn(chance, sides)
                if one[1] != other[1]:
                    raise RuntimeError("the two sides found different notes in one journal")
                if n >= 3:
                    ours.append(one[0])
                    theirs.append(other[0])
            trace().logged |= trace().opened
        found.append(of_times(f"{size:,}", ours, theirs, 0.5))
    what = "search inside one journal, against ILIKE, p50"
    return Row("G9", what, Goal(1.5, at_least=False), "notes of one citizen", found, judged=found[-1].size)


def _scan(citizen: UUID, by: Actor, part: str) -> list[Any]:
    hits = journal.hits_for(citizen, by, terms=terms_of(part), kind=None, since=None)
    return [hits.total, [note.id for note in hits.notes]]


def _ilike(plain: psycopg.Connection[Any], citizen: UUID, part: str) -> list[Any]:
    """The number, and the same page of notes with their authors."""
    where, pattern = "citizen = %s and body ilike %s", f"%{part}%"
    total = plain.execute(f"select count(*) from bench_one where {where}", [citizen, pattern]).fetchone()
    rows = plain.execute(
        f"select id, body, author from bench_one where {where} order by at desc, id desc limit 50", [citizen, pattern]
    ).fetchall()
    assert total is not None
    return [total[0], [row[0] for row in rows]]


def _in_the_clear(plain: psycopg.Connection[Any], citizen: UUID) -> None:
    """The same notes as plain text, with the index that a journal needs."""
    from heretask.social.journal.models import Note

    plain.execute("create unlogged table if not exists bench_one (id uuid primary key, citizen uuid not null, author uuid, at timestamptz not null, body text not null)")  # fmt: skip
    plain.execute("create index if not exists bench_one_newest on bench_one (citizen, at desc, id desc)")
    load_keys([citizen])
    with plain.cursor() as cursor, cursor.copy("copy bench_one (id, citizen, author, at, body) from stdin") as out:
        for note in Note.objects.filter(citizen_id=citizen):
            out.write_row((note.id, citizen, note.author_id, note.happened_at, open_text(note, "text")))
    plain.execute("vacuum analyze bench_one")

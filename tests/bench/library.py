"""A million notes in a minute: what search is measured on, sealed and indexed as ours, and in the clear beside it.

Texts are drawn once (as many as a customer has at most) and given to every customer anew: each has the same words at the
same rate under keys of its own. Only the measured customers' texts are really sealed; those of the others are as long.
"""

from __future__ import annotations

import os
import random
import time
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from uuid import UUID, uuid4

from heretask.config import provision
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.trace import trace
from heretask.kernel.secrets import keys, words
from heretask.kernel.secrets.opening import load_keys
from heretask.social import indexing
from heretask.social.citizens.models import Citizen
from tests import database
from tests.cast import Cast, make_cast

CUSTOMERS, MEASURED = 50, 4
CITIZENS, OWN = 100, 25  # of a customer; and of those in the unit of the person who searches
VOCABULARY, TOKENS, SMALL = 30_000, 48, 32  # words to draw from; how many in a note; and small words besides
SMALL_WORDS = [
    "og",
    "i",
    "jeg",
    "det",
    "at",
    "en",
    "den",
    "til",
    "er",
    "som",
    "på",
    "de",
    "med",
    "han",
    "af",
    "for",
    "ikke",
    "der",
    "var",
    "mig",
    "sig",
    "men",
    "et",
    "har",
    "om",
    "vi",
    "min",
    "havde",
    "ham",
    "hun",
    "nu",
    "over",
    "da",
    "fra",
    "du",
    "ud",
    "sin",
    "dem",
    "os",
    "op",
    "man",
    "hans",
    "hvor",
    "eller",
    "hvad",
    "skal",
    "selv",
    "her",
    "alle",
    "vil",
    "blev",
    "kunne",
    "ind",
    "når",
    "være",
    "dog",
    "noget",
]
SECONDS_APART = 20
HEAD = "customer_id, id"
PLAIN = """
create unlogged table bench_plain (customer_id uuid not null, id uuid not null, citizen uuid not null, at timestamptz not null, body text not null, tsv tsvector not null);
"""
PLAIN_INDEXES = (
    "create index bench_plain_words on bench_plain using gin (tsv)",
    "create index if not exists bench_plain_newest on bench_plain (customer_id, at desc, id desc)",
    "create index if not exists bench_plain_citizen on bench_plain (customer_id, citizen, at desc)",
)
OUR_INDEX = """create index notewords_words on social_journal_notewords using gin (words)
  with (fastupdate = on, gin_pending_list_limit = 65536) where words is not null"""


@dataclass
class House:
    """One customer as the loader needs it."""

    id: UUID
    citizens: list[UUID]
    author: UUID
    numbers: list[str]  # of each word: its hash here
    cast: Cast | None = None
    ciphers: dict[UUID, bytes] = field(default_factory=dict)  # keys of its citizens, where texts are really sealed
    reaches: dict[int, frozenset[UUID]] = field(default_factory=dict)

    def reach(self, citizens: list[UUID]) -> frozenset[UUID]:
        """The same as a set, made once, as a page has it from its list of citizens."""
        if len(citizens) not in self.reaches:
            self.reaches[len(citizens)] = frozenset(citizens)
        return self.reaches[len(citizens)]


@dataclass(frozen=True, slots=True)
class Place:
    """One note to be: whose, which of the drawn texts, and when."""

    house: House
    which: int
    note: UUID
    citizen: UUID
    moment: str


class Library:
    """Customers and their notes, which grow in steps."""

    def __init__(self, per_customer: int) -> None:
        self.chance = random.Random(8)
        self.vocabulary = _vocabulary(self.chance) + SMALL_WORDS
        self.stems = [words.stem(word) for word in self.vocabulary]
        self.drawn = list(self._draw(per_customer))  # indices into the vocabulary
        self.texts = [" ".join(self.vocabulary[n] for n in note) for note in self.drawn]
        self.sets = [sorted(set(note)) for note in self.drawn]
        self.vectors = _vectors(self.texts)
        self.houses = [self._house(measured=n < MEASURED) for n in range(CUSTOMERS)]
        self.count, self.start = 0, int(time.time()) - 400 * 86_400
        self._noise = os.urandom(1 << 20)
        with database.superuser() as admin:
            admin.execute(PLAIN)

    @property
    def measured(self) -> list[House]:
        """Those in whom a person searches."""
        return self.houses[:MEASURED]

    def grow(self, count: int) -> None:
        """Bring the whole to that many notes, and the indexes and statistics with it."""
        with database.superuser() as admin, admin.cursor() as cursor:
            cursor.execute("set session_replication_role = replica")  # no triggers: 'words' comes along
            cursor.execute("set maintenance_work_mem = '256MB'")
            cursor.execute("set statement_timeout = 0")
            cursor.execute("drop index if exists notewords_words, bench_plain_words")
            for table, columns, line in (
                ("social_journal_note", f"{HEAD}, citizen_id, author_id, kind, text, happened_at, written_at, signed_at", self._note),
                ("social_journal_notewords", f"{HEAD}, citizen, at, words", self._words),
                ("bench_plain", f"{HEAD}, citizen, at, body, tsv", self._plain),
            ):  # fmt: skip
                with cursor.copy(f"copy {table} ({columns}) from stdin") as out:
                    for place in self._places(self.count, count):
                        out.write(line(place))
            cursor.execute(OUR_INDEX)
            for statement in PLAIN_INDEXES:
                cursor.execute(statement)
            for table in ("social_journal_note", "social_journal_notewords", "bench_plain"):
                cursor.execute(f"vacuum analyze {table}")
        self.count = count

    def words_standing_in(self, at_least: float, at_most: float) -> list[int]:
        """The words that stand in such a share of a customer's notes; small words are not asked for."""
        per_customer = self.count // CUSTOMERS
        counts = Counter(n for note in self.sets[:per_customer] for n in note)
        lowest, highest = at_least * per_customer, at_most * per_customer
        return [n for n, times in counts.items() if lowest <= times <= highest and n < VOCABULARY]

    def _places(self, first: int, last: int) -> Iterator[Place]:
        """The same each time they are asked for: in the order of time, the customers in turn."""
        chance = random.Random(first)
        for n in range(first, last):
            house, at = self.houses[n % CUSTOMERS], self.start + n * SECONDS_APART
            citizen = house.citizens[chance.randrange(CITIZENS)]
            moment = time.strftime("%Y-%m-%d %H:%M:%S+00", time.gmtime(at))
            yield Place(house, n // CUSTOMERS, _id(at, chance), citizen, moment)

    def _note(self, at: Place) -> str:
        sealed, moments = self._sealed(at), f"{at.moment}\t{at.moment}\t{at.moment}"
        return f"{at.house.id}\t{at.note}\t{at.citizen}\t{at.house.author}\tdiary\t{sealed}\t{moments}\n"

    def _words(self, at: Place) -> str:
        numbers = ",".join([at.house.numbers[word] for word in self.sets[at.which]])
        return f"{at.house.id}\t{at.note}\t{at.citizen}\t{at.moment}\t{{{numbers}}}\n"

    def _plain(self, at: Place) -> str:
        text, vector = self.texts[at.which], self.vectors[at.which]
        return f"{at.house.id}\t{at.note}\t{at.citizen}\t{at.moment}\t{text}\t{vector}\n"

    def _sealed(self, at: Place) -> str:
        plain = self.texts[at.which].encode()
        if not at.house.ciphers:
            begin = at.which * 499 % (len(self._noise) - 4_000)
            return "\\\\x" + self._noise[begin : begin + len(plain) + 29].hex()
        bound = b"social_journal_note|text|" + at.house.id.bytes + at.note.bytes
        return "\\\\x" + keys.seal_bytes(at.house.ciphers[at.citizen], plain, bound).hex()

    def _house(self, *, measured: bool) -> House:
        if not measured:
            hashes = [str(self.chance.getrandbits(63)) for _ in self.vocabulary]
            return House(uuid4(), [uuid4() for _ in range(CITIZENS)], uuid4(), hashes)
        cast = make_cast()
        from heretask.social.citizens import actions

        with operator(cast.solsikken, "bench"):
            by = provision.operator_of(cast.solsikken)
            made: list[Citizen] = [
                actions.create_citizen(unit_id=(cast.nord if n < OWN else cast.syd).id, name=f"Borger {n}", by=by)
                for n in range(CITIZENS)
            ]
            load_keys(citizen.id for citizen in made)
            of_word = {stem: str(indexing.hashes_of_stems([stem])[0]) for stem in set(self.stems)}
            ciphers = dict(trace().data_keys)
        numbers = [of_word[stem] for stem in self.stems]
        return House(cast.solsikken.id, [c.id for c in made], cast.anna.user.id, numbers, cast, ciphers)

    def _draw(self, count: int) -> Iterator[list[int]]:
        """Words by Zipf's law, and small words between them."""
        weights = list(accumulate(1 / (rank + 2.7) ** 1.07 for rank in range(VOCABULARY)))
        small = range(VOCABULARY, VOCABULARY + len(SMALL_WORDS))
        for _ in range(count):
            note = [bisect(weights, self.chance.random() * weights[-1]) for _ in range(TOKENS)]
            note = [min(n, VOCABULARY - 1) for n in note] + self.chance.choices(small, k=SMALL)
            self.chance.shuffle(note)
            yield note


def _vocabulary(chance: random.Random) -> list[str]:
    """Words that could be Danish, long enough to be none of its small words, no two with the same stem."""
    first, vowel, last = ["b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "bl", "fr", "gr", "kl", "sk", "st", "tr"], ["a", "e", "i", "o", "u", "y", "æ", "ø", "å"], ["b", "d", "f", "k", "l", "m", "n", "p", "v"]  # fmt: skip
    found: dict[str, str] = {}
    while len(found) < VOCABULARY:
        word = "".join(chance.choice(first) + chance.choice(vowel) for _ in range(chance.randint(2, 3)))
        word += chance.choice(last)
        found.setdefault(words.stem(word), word)
    return list(found.values())


def _vectors(texts: list[str]) -> list[str]:
    """As PostgreSQL makes them, its stop words left out."""
    with database.superuser() as admin:
        rows = admin.execute(
            "select to_tsvector('danish', t)::text from unnest(%s::text[]) with ordinality x(t, n) order by n", [texts]
        ).fetchall()
    return [str(row[0]) for row in rows]


def _id(at: int, chance: random.Random) -> UUID:
    """As `uuid7_at`, from chance that repeats itself."""
    return UUID(int=(at * 1000) << 80 | 0x7 << 76 | chance.getrandbits(12) << 64 | 0x2 << 62 | chance.getrandbits(62))

"""Searching across journals: what is found equals a scan of everything that may be seen, and everything is logged."""

from __future__ import annotations

import datetime as dt
import random
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone

from heretask.config import provision
from heretask.config.cli import main
from heretask.kernel.access.decide import Actor, Denied
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.log.trace import NotLogged
from heretask.kernel.secrets.models import DataKey
from heretask.kernel.tenancy.base import uuid7
from heretask.social import indexing
from heretask.social.citizens.models import Citizen, RelationKind
from heretask.social.journal import actions as journal
from heretask.social.journal.models import Note
from heretask.social.matching import asked_for, holds, term_pieces
from heretask.social.search import actions, queries
from tests import database
from tests.cast import Cast, Member
from tests.social.people import make_citizen, new_events, opened_by, relate
from tests.work import work

NOW = timezone.now()


def note(member: Member, citizen: Citizen, text: str, *, minutes: int = 5, signed: bool = True) -> UUID:
    with member.inside() as by:
        write = journal.write_and_sign if signed else journal.write_note
        return write(
            citizen_id=citizen.id, kind="diary", text=text, by=by, happened_at=NOW - dt.timedelta(minutes=minutes)
        ).id


def correct(member: Member, of: UUID, text: str, reason: str = "Forkert ord") -> None:
    with member.inside() as by:
        journal.correct_note(note_id=of, text=text, reason=reason, by=by)


def found(member: Member, words: str) -> list[UUID]:
    """Every page of an answer, one after the other."""
    ids: list[UUID] = []
    before = None
    while True:
        with member.inside() as by:
            answer = actions.search_journals(words, by, before=before)
        ids += [note.id for note, _citizen in answer.notes]
        before = answer.older
        if before is None:
            return ids


@contextmanager
def as_operator(cast: Cast) -> Iterator[Actor]:
    with operator(cast.solsikken, "test"):
        yield provision.operator_of(cast.solsikken)


# What is found


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("medicin", True), ("MEDICINEN", True), ("medicinens", True), ("medi", False), ("medicin søvn", True), ("medicin hund", False),
        ('"sov uroligt"', True), ('"uroligt sov"', False), ('"sov urolig"', False), ('"medicin"', False), ('"medicinen"', True),
        ("37,5", True), ("37", True), ("5,37", False), ("og", True), ("p-pille", True), ("”sov uroligt” 37", True), ("søvn", True),
        ("idé", True), ("ide\u0301", True), ("ukendt", False), ("natten medicin uroligt søvnen", True),
    ],
)  # fmt: skip
def test_words_in_all_their_forms_and_phrases_exactly(cast: Cast, words: str, hits: bool) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    one = note(cast.anna, citizen, "Fik medicinen kl. 22, sov uroligt.\nSøvnen bedre mod morgen; 37,5 i feber. God idé og en p-pille. Natten.")  # fmt: skip
    note(cast.anna, citizen, "Helt andre ting.")
    assert found(cast.bo, words) == ([one] if hits else [])


def test_newest_first_across_citizens_with_names_and_units(cast: Cast) -> None:
    birthe, carl = make_citizen(cast, "Birthe Holm"), make_citizen(cast, "Carl Juhl")
    ids = [note(cast.anna, (birthe, carl)[n % 2], f"Faldt i dag, gang {n}.", minutes=90 - n) for n in range(45)]
    note(cast.anna, birthe, "Ingen fare.", minutes=1)
    with cast.bo.inside() as by:
        first = actions.search_journals("fald", by)
        second = actions.search_journals("fald", by, before=first.older)
        third = actions.search_journals("fald", by, before=second.older)
    pages = [[note.id for note, _c in page.notes] for page in (first, second, third)]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert [*pages[0], *pages[1], *pages[2]] == ids[::-1]
    assert (first.first_page, second.first_page, third.older) == (True, False, None)
    assert {(c.name, c.unit_name) for _n, c in first.notes} == {("Birthe Holm", "Nord"), ("Carl Juhl", "Nord")}
    assert first.among == 2


def test_nobody_finds_a_note_of_another_unit_or_customer(cast: Cast) -> None:
    birthe = make_citizen(cast, "Birthe Holm")
    sara = make_citizen(cast, "Sara Dam", unit=cast.syd)
    one = note(cast.anna, birthe, "Faldt ved døren.")
    other = note(cast.clara, sara, "Faldt på trappen.", minutes=4)
    far = make_citizen(cast, "Else Vig", unit=cast.fyr)
    theirs = note(cast.dan, far, "Faldt ved fyret.", minutes=3)
    assert found(cast.anna, "fald") == found(cast.bo, "fald") == [one]
    assert found(cast.clara, "fald") == [other]
    assert found(cast.dan, "fald") == [theirs]
    with cast.eva.inside() as by, pytest.raises(Denied):
        actions.search_journals("fald", by)
    relate(cast, sara, cast.anna, RelationKind.SUBSTITUTE, until=timezone.localdate())
    assert found(cast.anna, "fald") == [other, one]
    relate(cast, sara, cast.anna, RelationKind.SUBSTITUTE, until=timezone.localdate() - dt.timedelta(days=1))
    assert found(cast.anna, "fald") == [one]
    with cast.anna.inside() as by:
        answer = actions.search_journals("fald", by)
    assert (answer.among, answer.not_indexed, answer.older) == (1, 0, None), "nothing is said of others"


def test_an_unsigned_note_is_its_authors_alone_until_it_is_signed(cast: Cast) -> None:
    birthe = make_citizen(cast, "Birthe Holm")
    one = note(cast.anna, birthe, "Faldt måske.", signed=False)
    assert found(cast.anna, "fald") == [one]
    assert found(cast.bo, "fald") == []
    with cast.anna.inside() as by:
        journal.change_note(note_id=one, kind="diary", text="Snublede kun.", by=by)
    assert found(cast.anna, "fald") == []
    assert found(cast.anna, "snublede") == [one]
    with cast.anna.inside() as by:
        journal.sign_note(one, by)
    assert found(cast.bo, "snublede") == [one]
    two = note(cast.anna, birthe, "Kladde om regnvejr.", signed=False)
    with cast.anna.inside() as by:
        journal.discard_note(two, by)
    assert found(cast.anna, "regnvejr") == []


def test_a_corrected_note_is_found_by_old_and_new_words_and_by_its_reason(cast: Cast) -> None:
    birthe = make_citizen(cast, "Birthe Holm")
    one = note(cast.anna, birthe, "Sov roligt hele natten.")
    correct(cast.bo, one, "Vågnede af mareridt.", "Nattevagten huskede forkert")
    correct(cast.anna, one, "Vågnede to gange.", "Præcisering")
    for words in ("rolig", "mareridt", "nattevagt", "gange", "roligt mareridt præcisering"):
        assert found(cast.bo, words) == [one], words
    assert found(cast.bo, '"natten vågnede"') == [], "a phrase never runs over from one text into the next"


# Against a scan of everything


VOCABULARY = [
    "fald",
    "faldt",
    "falder",
    "medicin",
    "medicinen",
    "søvn",
    "søvnen",
    "sov",
    "sove",
    "uro",
    "urolig",
    "uroligt",
    "smerte",
    "smerter",
    "smerterne",
    "nat",
    "natten",
    "og",
    "i",
    "på",
    "ikke",
    "besøg",
    "besøget",
    "datter",
    "datteren",
    "spiste",
    "spise",
    "måltid",
    "måltidet",
    "glad",
    "ked",
    "trist",
    "vred",
    "rolig",
    "roligt",
    "gå",
    "gik",
    "tur",
    "turen",
]


@dataclass
class Written:
    """A note as a scan of everything sees it."""

    id: UUID
    at: dt.datetime
    unit: str
    author: str
    signed: bool
    texts: list[str] = field(default_factory=list)


def stems(words: list[str]) -> list[str]:
    """As PostgreSQL cuts them: not by our own code."""
    with database.superuser() as admin:
        rows = admin.execute("select coalesce((ts_lexize('danish_stem', w))[1], w) from unnest(%s::text[]) with ordinality t(w, n) order by n", [words])  # fmt: skip
        return [str(row[0]) for row in rows.fetchall()]


def scanned(everything: list[Written], words: str, unit: str, who: str) -> list[UUID]:
    """What a reader would find who opened and read every note."""
    hits = []
    for one in everything:
        if one.unit != unit or not (one.signed or one.author == who):
            continue
        split = [re.findall(r"\w+", text.lower()) for text in one.texts]
        fits = True
        for phrase, word in re.findall(r'"([^"]+)"|(\S+)', words):
            wanted = phrase.split() if phrase else [word]
            if phrase:
                fits &= any(wanted == text[n : n + len(wanted)] for text in split for n in range(len(text)))
            else:
                fits &= any(STEM[wanted[0]] == STEM[other] for text in split for other in text)
        if fits:
            hits.append((one.at, one.id))
    return [key for _at, key in sorted(hits, key=lambda hit: (hit[0], hit[1].int), reverse=True)]


STEM: dict[str, str] = {}


@pytest.mark.parametrize("seed", range(2))
def test_what_is_found_equals_a_scan_of_everything(cast: Cast, seed: int) -> None:
    STEM.update(zip(VOCABULARY, stems(VOCABULARY), strict=True))
    chance, everything = random.Random(seed), []
    people = {"nord": (cast.anna, cast.bo), "syd": (cast.clara,)}
    citizens = {"nord": [make_citizen(cast, f"Nord {n}") for n in range(3)], "syd": [make_citizen(cast, "Syd", unit=cast.syd)]}  # fmt: skip
    for _number in range(110):
        unit = chance.choice(["nord", "nord", "nord", "syd"])
        author = chance.choice(people[unit])
        text = " ".join(chance.choices(VOCABULARY, k=chance.randint(2, 9)))
        signed, minutes = chance.random() < 0.85, chance.randint(5, 25)  # many at one moment
        key = note(author, chance.choice(citizens[unit]), text, minutes=minutes, signed=signed)
        everything.append(
            Written(key, NOW - dt.timedelta(minutes=minutes), unit, author.user.user_name, signed, [text])
        )
    for one in chance.sample([w for w in everything if w.signed], 25):
        for _time in range(chance.randint(1, 2)):
            text, reason = (" ".join(chance.choices(VOCABULARY, k=chance.randint(2, 6))) for _ in range(2))
            correct(chance.choice(people[one.unit]), one.id, text, reason)
            one.texts += [text, reason]
    asked = [" ".join(chance.sample(VOCABULARY, k)) for k in (1, 1, 1, 1, 2, 2, 2, 3) for _ in range(2)]
    asked += [f'"{chance.choice(VOCABULARY)} {chance.choice(VOCABULARY)}"' for _ in range(8)]
    asked += [f'{chance.choice(VOCABULARY)} "{chance.choice(VOCABULARY)}"' for _ in range(4)]
    total = 0
    for words in asked:
        for member, unit in ((cast.anna, "nord"), (cast.bo, "nord"), (cast.clara, "syd")):
            expected = scanned(everything, words, unit, member.user.user_name)
            assert found(member, words) == expected, (words, member.name)
            total += len(expected)
    assert total > 300, "the scan must find something, or nothing was compared"


# What stands in the log


def test_every_search_is_an_event_with_all_it_showed(cast: Cast) -> None:
    birthe, carl = make_citizen(cast, "Birthe Holm"), make_citizen(cast, "Carl Juhl")
    make_citizen(cast, "Dora Lind")
    ids = {note(cast.anna, birthe, "Faldt i badet."), note(cast.anna, carl, "Faldt i haven.", minutes=3)}
    events: list[Event] = []
    with new_events(cast.solsikken, events), cast.bo.inside() as by:
        search = actions.begin_search('fald "i badet"', by)
        actions.search_journals("fald", by)
    with new_events(cast.solsikken, events), cast.bo.inside() as by:
        answer = actions.resume_search(search, by)
    assert [n.citizen_id for n, _c in answer.notes] == [birthe.id]
    assert [(e.action, e.hits, set(e.shown)) for e in events] == [
        ("social.search.searched", 2, ids | {birthe.id, carl.id}),
        ("social.search.searched", 1, {answer.notes[0][0].id, birthe.id}),
    ]
    assert opened_by(cast.bo, events[1]) == {"q": 'fald "i badet"'}


def test_a_search_is_answered_to_its_owner_alone(cast: Cast) -> None:
    with cast.anna.inside() as by:
        search = actions.begin_search("fald", by)
    for member in (cast.bo, cast.dan, cast.eva):
        with pytest.raises(Denied), member.inside() as by:
            actions.resume_search(search, by)
    with pytest.raises(Denied), cast.anna.inside() as by:
        actions.resume_search(uuid7(), by)


def test_a_note_opened_on_the_way_is_logged_or_nothing_is_answered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    birthe = make_citizen(cast, "Birthe Holm")
    note(cast.anna, birthe, "Faldt i badet.")
    monkeypatch.setattr(actions, "record", lambda *_a, **_k: None)
    with pytest.raises(NotLogged), cast.bo.inside() as by:
        actions.search_journals('"badet faldt"', by)


def test_an_index_that_answers_beyond_reach_is_a_fault(cast: Cast) -> None:
    sara = make_citizen(cast, "Sara Dam", unit=cast.syd)
    other = note(cast.clara, sara, "Faldt på trappen.")
    mine = make_citizen(cast, "Birthe Holm")
    with database.superuser() as admin:
        admin.execute("update social_journal_notewords set citizen = %s where id = %s", [mine.id, other])
    with pytest.raises(RuntimeError), cast.anna.inside() as by:
        actions.search_journals("fald", by)


# What is not in the index


def lose_words(cast: Cast) -> None:
    with database.superuser() as admin:
        for table in ("social_journal_notewords", "social_citizens_citizenwords"):
            admin.execute(f"update {table} set words = null where customer_id = %s", [cast.solsikken.id])


def test_what_is_not_indexed_is_said_and_comes_by_itself(cast: Cast) -> None:
    birthe, sara = make_citizen(cast, "Birthe Holm"), make_citizen(cast, "Sara Dam", unit=cast.syd)
    one = note(cast.anna, birthe, "Faldt i badet.")
    correct(cast.anna, one, "Gled i badet.")
    note(cast.anna, birthe, "Annas egen kladde.", signed=False)
    other = note(cast.clara, sara, "Faldt på trappen.")
    lose_words(cast)
    for member, count in ((cast.anna, 2), (cast.bo, 1), (cast.clara, 1)):
        with member.inside() as by:
            answer = actions.search_journals("fald", by)
        assert (answer.notes, answer.not_indexed) == ((), count), member.name
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        with connections["clock"].cursor() as cursor:
            cursor.execute("select ht.tick_index()")
            assert cursor.fetchone()[0] >= 1
            cursor.execute("select ht.tick_index()")
            assert cursor.fetchone()[0] == 0, "one job at a time"
        work()
    indexed = [e for e in events if e.action == "social.search.indexed"]
    assert [(e.actor, e.hits, set(e.shown)) for e in indexed] == [(None, 5, {birthe.id, sara.id})]
    assert found(cast.bo, "fald") == found(cast.bo, "gled") == [one]
    assert found(cast.clara, "fald") == [other]
    with cast.anna.inside() as by:
        assert queries.not_indexed(None) == 0
    with database.superuser() as admin:
        states = admin.execute(
            "select state, done, total from kernel_job where customer_id = %s and task = 'social.index'",
            [cast.solsikken.id],
        ).fetchall()
    assert states == [("done", 5, 5)]


def test_the_operator_can_have_it_done_at_once(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    birthe = make_citizen(cast, "Birthe Holm")
    one = note(cast.anna, birthe, "Faldt i badet.")
    lose_words(cast)
    assert main(["index", "--customer", cast.solsikken.slug, "--json"]) == 0
    assert capsys.readouterr().out == f'{{"{cast.solsikken.slug}": 2}}\n'
    assert found(cast.bo, "fald") == [one]
    assert main(["index", "--customer", "nobody"]) == 1


def test_what_is_written_past_our_code_waits_to_be_indexed(cast: Cast) -> None:
    """Nobody can forget the index: not a bulk insert, not a correction, not a change of the text."""
    birthe = make_citizen(cast, "Birthe Holm")
    one = note(cast.anna, birthe, "Faldt i badet.")
    with as_operator(cast):
        bulk = journal.build_note(citizen_id=birthe.id, author_id=cast.anna.user.id, kind="diary", text="Faldt igen.", happened_at=NOW, written_at=NOW)  # fmt: skip
        Note.objects.bulk_create([bulk])
        assert queries.not_indexed(None) == 1
    with database.superuser() as admin:
        admin.execute(
            """insert into social_journal_correction (id, customer_id, citizen_id, note_id, author_id, text, reason, made_at)
               values (gen_random_uuid(), %s, %s, %s, %s, '', '', now())""",
            [cast.solsikken.id, birthe.id, one, cast.anna.user.id],
        )
        admin.execute("update social_citizens_citizen set name = name where id = %s", [birthe.id])
    with as_operator(cast):
        assert queries.not_indexed(None) == 2
        assert actions.index_some() == 3
        assert actions.index_some() == 0
    assert found(cast.bo, "fald") == [bulk.id, one]


def test_two_who_index_take_different_notes_and_no_correction_slips_between(cast: Cast) -> None:
    birthe = make_citizen(cast, "Birthe Holm")
    one = note(cast.anna, birthe, "Faldt i badet.")
    lose_words(cast)
    corrected = threading.Event()

    def beside() -> None:
        try:
            with as_operator(cast):
                assert indexing.waiting("notes_to_index", 5) == [], "what another holds is left to them"
            correct(cast.anna, one, "Gled i badet.")
            corrected.set()
        finally:
            connections.close_all()

    other = threading.Thread(target=beside)
    with as_operator(cast):
        assert [n.id for n in queries.notes_to_index(5)] == [one]
        other.start()
        other.join(1)
        assert not corrected.is_set(), "the correction waits for the index"
        indexing.put_notes([(one, ["Faldt i badet."])])
    other.join(20)
    assert corrected.is_set()
    assert found(cast.bo, "gled faldt") == [one]


def test_a_destroyed_key_takes_its_words_along(cast: Cast) -> None:
    birthe, carl = make_citizen(cast, "Birthe Holm"), make_citizen(cast, "Carl Juhl")
    note(cast.anna, birthe, "Faldt i badet.")
    kept = note(cast.anna, carl, "Faldt i haven.")
    with as_operator(cast):
        DataKey.objects.filter(subject=birthe.id).delete()
    with database.superuser() as admin:
        rows = admin.execute("select cardinality(words) from social_journal_notewords where citizen = %s", [birthe.id]).fetchall()  # fmt: skip
        assert rows == [(0,)]
        assert admin.execute("select cardinality(words) from social_citizens_citizenwords where id = %s", [birthe.id]).fetchall() == [(0,)]  # fmt: skip
    with cast.bo.inside() as by:
        gone = {birthe.id: None}
        with as_rows(cast, gone):
            answer = queries.find(asked_for("fald"), {birthe.id, carl.id}, by)
            assert [n.id for n in answer.notes] == [kept]
            assert answer.opened == {carl.id}
            from heretask.kernel.log import record
            from heretask.social.search import events

            record(events.SEARCHED, opened=answer.opened)
    lose_words(cast)
    with as_operator(cast):
        actions.index_some()
        assert queries.not_indexed(None) == 0, "nothing waits for ever"


@contextmanager
def as_rows(cast: Cast, _gone: dict[UUID, None]) -> Iterator[None]:
    """As if the words had stayed behind: the search itself must bear a note whose key is gone."""
    from heretask.kernel.secrets import words

    with database.superuser() as admin:
        hashed = words.hashes(indexing.NOTES, {words.stem("fald")})
        for citizen in _gone:
            admin.execute("update social_journal_notewords set words = %s where citizen = %s", [hashed, citizen])
    yield


# A phrase that many notes nearly have


def test_a_page_opens_a_bounded_number_of_notes_and_says_so(cast: Cast) -> None:
    birthe = make_citizen(cast, "Birthe Holm")
    moment = NOW - dt.timedelta(minutes=10)
    with as_operator(cast):
        notes = [
            journal.build_note(
                citizen_id=birthe.id, author_id=cast.anna.user.id, kind="diary", happened_at=moment - dt.timedelta(minutes=n),
                written_at=NOW, text="sov roligt" if n in (450, 470) else "roligt sov",
            )
            for n in range(500)
        ]  # fmt: skip
        Note.objects.bulk_create(notes)
        indexing.put_notes((n.id, ["roligt sov"]) for n in notes)
    with cast.bo.inside() as by:
        first = actions.search_journals('"sov roligt"', by)
        assert (first.notes, first.stopped) == ((), True)
        assert first.older is not None
        second = actions.search_journals('"sov roligt"', by, before=first.older)
    assert [n.id for n, _c in second.notes] == [notes[450].id, notes[470].id]
    assert (second.stopped, second.older) == (False, None)


# Marking


def test_hits_are_marked_as_they_were_found() -> None:
    def marked(text: str, words: str) -> list[str]:
        return [piece.text for piece in term_pieces(text, asked_for(words)) if piece.kind == "hit"]

    text = "Medicinen hjalp. Fik medicin, så MEDICINER igen; sov\nuroligt."
    assert marked(text, "medicin") == ["Medicinen", "medicin", "MEDICINER"]
    assert marked(text, '"sov uroligt" hjælp') == ["sov\nuroligt"]
    assert marked(text, "hjalp fik") == ["hjalp", "Fik"]
    assert "".join(piece.text for piece in term_pieces(text, asked_for("sov"))) == text
    assert term_pieces("", asked_for("sov")) == []
    assert not holds(["sov", "uroligt"], asked_for('"sov uroligt"'))
    assert asked_for(' "" - … ') == ()

"""The journal: each act writes exactly its event, nobody else gets in, and what is signed stands."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from heretask.kernel.access.decide import Actor, Denied
from heretask.kernel.identity.sessions import h1_of, operator
from heretask.kernel.log.models import Event
from heretask.kernel.tenancy.base import entered, uuid7
from heretask.social.citizens.models import Citizen
from heretask.social.journal import actions
from heretask.social.journal.models import Correction, Note
from heretask.social.journal.policies import LONGEST, Refused
from tests.cast import Cast, Member
from tests.social.people import make_citizen, new_events, opened_by

TEXT = "Vågnede 01.50 og kaldte på sin datter. Faldt i søvn igen."


@contextmanager
def acting(member: Member) -> Iterator[tuple[Actor, list[Event]]]:
    """A session of `member`; the events of it are there afterwards."""
    events: list[Event] = []
    with new_events(member.customer, events), member.inside() as by:
        yield by, events


def sign(member: Member, citizen: UUID, text: str = TEXT, **more: object) -> Note:
    with member.inside() as by:
        return actions.write_and_sign(citizen_id=citizen, kind="diary", text=text, by=by, **more)  # type: ignore[arg-type]


@pytest.fixture
def birthe(cast: Cast) -> UUID:
    return make_citizen(cast, "Birthe Holm", room="1").id


def test_writing_and_signing_is_one_event(cast: Cast, birthe: UUID) -> None:
    with acting(cast.anna) as (by, events):
        note = actions.write_and_sign(citizen_id=birthe, kind="health", text=TEXT, by=by)
    assert [(e.action, e.citizen, e.object_id, e.changed) for e in events] == [
        ("social.note.signed", birthe, note.id, ["text", "kind", "happened_at", "signed_at"])
    ]
    assert note.signed_by_id == cast.anna.user.id


def test_an_unsigned_note_is_its_authors_alone(cast: Cast, birthe: UUID) -> None:
    with acting(cast.anna) as (by, events):
        note = actions.write_note(citizen_id=birthe, kind="diary", text=TEXT, by=by)
    assert [e.action for e in events] == ["social.note.saved"]
    with cast.bo.inside() as bo:
        assert actions.read_journal(birthe, bo).stretch.notes == ()
        assert actions.search_journal(citizen_id=birthe, words="datter", by=bo).hits.total == 0
    for act in (actions.sign_note, actions.discard_note, actions.open_unsigned, actions.open_signed):
        with pytest.raises(Denied), cast.bo.inside() as bo:
            act(note.id, bo)
    with cast.anna.inside() as anna:
        assert [n.text for n in actions.read_journal(birthe, anna).stretch.notes] == [TEXT]


def test_signing_later_is_one_event_and_closes_the_note(cast: Cast, birthe: UUID) -> None:
    with cast.anna.inside() as by:
        note = actions.write_note(citizen_id=birthe, kind="diary", text=TEXT, by=by)
    with acting(cast.anna) as (by, events):
        actions.sign_note(note.id, by)
    assert [(e.action, e.changed) for e in events] == [("social.note.signed", ["signed_at"])]
    for again in (actions.sign_note, actions.discard_note, actions.open_unsigned):
        with pytest.raises(Refused), cast.anna.inside() as by:
            again(note.id, by)
    with pytest.raises(Refused), cast.anna.inside() as by:
        actions.change_note(note_id=note.id, kind="diary", text="noget andet", by=by)


def test_an_unsigned_note_can_be_changed_and_thrown_away(cast: Cast, birthe: UUID) -> None:
    with cast.anna.inside() as by:
        note = actions.write_note(citizen_id=birthe, kind="diary", text=TEXT, by=by)
        actions.change_note(note_id=note.id, kind="talk", text="Kortere.", by=by)
        shown = actions.read_journal(birthe, by).stretch.notes
    assert [(n.kind, n.text) for n in shown] == [("talk", "Kortere.")]
    with acting(cast.anna) as (by, events):
        assert actions.discard_note(note.id, by) == birthe
    assert [e.action for e in events] == ["social.note.discarded"]
    with cast.anna.inside() as by:
        assert actions.read_journal(birthe, by).stretch.total == 0


def test_reading_says_what_was_shown(cast: Cast, birthe: UUID) -> None:
    note = sign(cast.anna, birthe)
    with acting(cast.bo) as (by, events):
        journal = actions.read_journal(birthe, by)
    assert [n.author_name for n in journal.stretch.notes] == ["Anna Skov"]
    assert [(e.action, e.citizen, e.shown, e.hits, e.actor) for e in events] == [
        ("social.journal.read", birthe, [note.id], 1, cast.bo.user.id)
    ]


@pytest.mark.parametrize("who", ["clara", "eva", "dan"])
def test_nobody_else_gets_in(cast: Cast, birthe: UUID, who: str) -> None:
    note = sign(cast.anna, birthe)
    stranger: Member = getattr(cast, who)
    tries: list[Callable[[Actor], object]] = [
        lambda by: actions.read_journal(birthe, by),
        lambda by: actions.write_and_sign(citizen_id=birthe, kind="diary", text=TEXT, by=by),
        lambda by: actions.write_note(citizen_id=birthe, kind="diary", text=TEXT, by=by),
        lambda by: actions.search_journal(citizen_id=birthe, words="datter", by=by),
        lambda by: actions.begin_search(citizen_id=birthe, words="datter", kind="", period="", by=by),
        lambda by: actions.correct_note(note_id=note.id, text="Andet.", reason="Fordi.", by=by),
        lambda by: actions.open_signed(note.id, by),
        lambda by: actions.sign_note(note.id, by),
        lambda by: actions.discard_note(note.id, by),
        lambda by: actions.discard_draft(birthe, by),
    ]
    for attempt in tries:
        with pytest.raises(Denied), stranger.inside() as by:
            attempt(by)


def test_a_signed_note_cannot_be_changed_by_sql(cast: Cast, birthe: UUID) -> None:
    note = sign(cast.anna, birthe)
    for statement in (
        "update social_journal_note set text = '\\x00' where id = %s",
        "update social_journal_note set happened_at = now() where id = %s",
        "update social_journal_note set signed_at = null where id = %s",
        "update social_journal_note set author_id = author_id where id = %s",
        "delete from social_journal_note where id = %s",
    ):
        for alias, inside in (("default", cast.anna.inside()), ("owner", operator_on_owner(cast))):
            with pytest.raises(DatabaseError, match="signed note stands"), inside:
                connections[alias].cursor().execute(statement, [note.id])
    with pytest.raises(DatabaseError), transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("truncate social_journal_note cascade")
    with cast.anna.inside() as by:
        assert actions.read_journal(birthe, by).stretch.notes[0].text == TEXT


@contextmanager
def operator_on_owner(cast: Cast) -> Iterator[None]:
    """The owner's own connection, entered under a ticket, so that it meets the trigger and not row-level security."""
    token = cast.anna.token()
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("select * from ht.enter(%s)", [h1_of(token)])
        yield


def test_an_unsigned_note_keeps_its_author(cast: Cast, birthe: UUID) -> None:
    with cast.anna.inside() as by:
        note = actions.write_note(citizen_id=birthe, kind="diary", text=TEXT, by=by)
    with pytest.raises(DatabaseError, match="keeps its citizen and its author"), cast.anna.inside():
        Note.objects.filter(id=note.id).update(author_id=cast.bo.user.id)


def test_a_correction_stands_beside_the_original(cast: Cast, birthe: UUID) -> None:
    note = sign(cast.anna, birthe, "Hun havde ondt i venstre knæ.")
    with acting(cast.bo) as (by, events):
        actions.correct_note(note_id=note.id, text="Hun havde ondt i højre knæ.", reason="Forkert side.", by=by)
    assert [(e.action, e.citizen, e.object_id, e.changed) for e in events] == [
        ("social.note.corrected", birthe, note.id, ["text"])
    ]
    with cast.anna.inside() as by:
        shown = actions.read_journal(birthe, by).stretch.notes[0]
    assert shown.text == "Hun havde ondt i venstre knæ."
    assert [(c.text, c.reason, c.author_name) for c in shown.corrections] == [
        ("Hun havde ondt i højre knæ.", "Forkert side.", "Bo Friis")
    ]
    with pytest.raises(DatabaseError), cast.bo.inside():
        Correction.objects.filter(note_id=note.id).update(reason=b"")


def test_a_correction_needs_a_reason_a_change_and_a_signed_note(cast: Cast, birthe: UUID) -> None:
    note = sign(cast.anna, birthe)
    for text, reason in ((TEXT, "Fordi."), ("Andet.", "  "), (" ", "Fordi."), ("x" * (LONGEST + 1), "Fordi.")):
        with pytest.raises(Refused), cast.anna.inside() as by:
            actions.correct_note(note_id=note.id, text=text, reason=reason, by=by)
    with cast.anna.inside() as by:
        mine = actions.write_note(citizen_id=birthe, kind="diary", text=TEXT, by=by)
    with pytest.raises(Refused), cast.anna.inside() as by:
        actions.correct_note(note_id=mine.id, text="Andet.", reason="Fordi.", by=by)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("", 0), ("   \n", 0), ("a\x00b", 0), ("x" * (LONGEST + 1), 0), (TEXT, 6), (TEXT, -60 * 24 * 366 * 60)],
)
def test_bad_notes_are_refused_with_a_sentence(cast: Cast, birthe: UUID, text: str, minutes: int) -> None:
    at = timezone.now() + dt.timedelta(minutes=minutes)
    with pytest.raises(Refused) as refusal, cast.anna.inside() as by:
        actions.write_and_sign(citizen_id=birthe, kind="diary", text=text, by=by, happened_at=at)
    assert str(refusal.value).endswith(".")


def test_the_longest_text_and_a_clock_a_little_ahead_are_kept(cast: Cast, birthe: UUID) -> None:
    text = "ø" * LONGEST
    sign(cast.anna, birthe, text, happened_at=timezone.now() + dt.timedelta(minutes=4))
    with cast.anna.inside() as by:
        assert actions.read_journal(birthe, by).stretch.notes[0].text == text


def test_pages_follow_each_other_without_gap_or_double(cast: Cast, birthe: UUID) -> None:
    start = timezone.now() - dt.timedelta(days=40)
    with cast.anna.inside() as by:
        moments = [start + dt.timedelta(hours=n // 3) for n in range(60)]  # three notes share each moment
        made = [
            actions.write_and_sign(citizen_id=birthe, kind="diary", text=f"Notat {n}", by=by, happened_at=at)
            for n, at in enumerate(moments)
        ]
    seen: list[UUID] = []
    before: UUID | None = None
    sizes = []
    while True:
        with cast.anna.inside() as by:
            stretch = actions.read_journal(birthe, by, before=before).stretch
        seen += [n.id for n in stretch.notes]
        sizes.append(len(stretch.notes))
        before = stretch.older
        if before is None:
            break
    assert sizes == [25, 25, 10]
    assert stretch.total == 60
    assert seen == [n.id for n in sorted(made, key=lambda n: (n.happened_at, n.id), reverse=True)]


def test_a_note_written_a_day_later_says_so(cast: Cast, birthe: UUID) -> None:
    sign(cast.anna, birthe, happened_at=timezone.now() - dt.timedelta(hours=25))
    sign(cast.anna, birthe, happened_at=timezone.now() - dt.timedelta(hours=2))
    with cast.anna.inside() as by:
        assert [n.late for n in actions.read_journal(birthe, by).stretch.notes] == [False, True]


def test_searching_one_journal_finds_words_parts_and_phrases(cast: Cast, birthe: UUID) -> None:
    other = make_citizen(cast, "Karl Bæk").id
    sign(cast.anna, birthe, "Sov uroligt. Talte om SØVN og sin datter Lis.")
    sign(cast.anna, birthe, "Datterens besøg gik godt.")
    sign(cast.anna, other, "Sov som en sten, ingen søvnproblemer.")
    note = sign(cast.anna, birthe, "Spiste venstrehåndet.")
    with cast.bo.inside() as by:
        actions.correct_note(note_id=note.id, text="Spiste højrehåndet.", reason="Tastefejl", by=by)
    expected = {
        "søvn": 1, "DATTER": 2, "datter søvn": 1, '"sin datter"': 1, '"datter sin"': 0, "højrehånd": 1, "tastefejl": 1,
        "sten": 0, "": 3,
    }  # fmt: skip
    for words, count in expected.items():
        with acting(cast.anna) as (by, events):
            answer = actions.search_journal(citizen_id=birthe, words=words, by=by)
        assert (words, answer.hits.total) == (words, count)
        assert [(e.action, e.citizen, e.hits, set(e.shown)) for e in events] == [
            ("social.journal.searched", birthe, count, {n.id for n in answer.hits.notes})
        ]


def test_the_events_variables_are_all_there(cast: Cast, birthe: UUID) -> None:
    sign(cast.anna, birthe)
    with cast.anna.inside() as by:
        search = actions.begin_search(citizen_id=birthe, words='"sin datter" søv', kind="diary", period="14", by=by)
    with acting(cast.anna) as (by, events):
        answer = actions.resume_search(birthe, search, by)
    assert answer.hits.total == 1
    assert opened_by(cast.anna, events[0]) == {"q": '"sin datter" søv', "kind": "diary", "period": "14"}


def test_kind_and_period_narrow_the_search(cast: Cast, birthe: UUID) -> None:
    sign(cast.anna, birthe, happened_at=timezone.now() - dt.timedelta(days=30))
    sign(cast.anna, birthe)
    with cast.anna.inside() as by:
        actions.write_and_sign(citizen_id=birthe, kind="health", text=TEXT, by=by)
        found = [
            actions.search_journal(citizen_id=birthe, words="datter", by=by, kind=kind, period=period).hits.total
            for kind, period in (("", ""), ("", "14"), ("health", ""), ("diary", "14"), ("talk", ""))
        ]
    assert found == [3, 2, 1, 1, 0]


def test_a_search_is_answered_to_its_owner_alone(cast: Cast, birthe: UUID) -> None:
    other = make_citizen(cast, "Karl Bæk").id
    with cast.anna.inside() as by:
        search = actions.begin_search(citizen_id=birthe, words="datter", kind="", period="", by=by)
    with pytest.raises(Denied), cast.bo.inside() as by:
        actions.resume_search(birthe, search, by)
    with pytest.raises(Denied), cast.anna.inside() as by:
        actions.resume_search(other, search, by)
    with pytest.raises(Denied), cast.anna.inside() as by:
        actions.resume_search(birthe, uuid7(), by)


def test_a_word_is_in_no_column_in_the_clear(cast: Cast) -> None:
    from tests.database import superuser

    word = f"sjælden{secrets.token_hex(6)}"
    citizen = make_citizen(cast, f"Ane {word}", cpr="310299-0000", room=f"stue {word}", warning=f"pas på {word}").id
    note = sign(cast.anna, citizen, f"Hun sagde {word} to gange.")
    with cast.anna.inside() as by:
        actions.correct_note(note_id=note.id, text=f"Hun sagde {word} tre gange.", reason=f"Talte {word} igen.", by=by)
        search = actions.begin_search(citizen_id=citizen, words=word, kind="", period="", by=by)
    with cast.anna.inside() as by:
        assert actions.resume_search(citizen, search, by).hits.total == 1
    looked, found = 0, []
    with superuser() as admin:
        columns = admin.execute(
            """select c.table_schema, c.table_name, c.column_name from information_schema.columns c
                 join information_schema.tables t using (table_schema, table_name)
                where t.table_type = 'BASE TABLE' and c.table_schema in ('public', 'ht')
                  and c.data_type in ('text', 'character varying', 'bytea', 'jsonb', 'ARRAY')"""
        ).fetchall()
        for schema, table, column in columns:
            for sought in (word, "3102990000", "310299-0000"):
                row = admin.execute(
                    f"""select count(*) filter (
                          where strpos(encode(convert_to("{column}"::text, 'UTF8'), 'hex'), %s) > 0
                             or strpos("{column}"::text, %s) > 0), count(*) from {schema}.{table}""",
                    [sought.encode().hex(), sought.encode().hex()],
                ).fetchone()
                assert row is not None
                looked += int(str(row[1]))
                if row[0]:
                    found.append(f"{table}.{column}")
    assert found == []
    assert looked > 100
    with cast.anna.inside():
        assert Citizen.objects.filter(id=citizen).exists()


def test_the_operator_writes_in_nobodys_name(cast: Cast, birthe: UUID) -> None:
    from heretask.config.provision import operator_of

    with pytest.raises(Denied), operator(cast.solsikken, "test"):
        actions.write_and_sign(citizen_id=birthe, kind="diary", text=TEXT, by=operator_of(cast.solsikken))


def test_entering_is_needed(cast: Cast, birthe: UUID) -> None:
    with pytest.raises(DatabaseError), entered("0" * 64):
        Note.objects.count()

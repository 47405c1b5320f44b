"""The hand-over: what carries a mark, whom it shows, what taking over proves and what not."""

from __future__ import annotations

import datetime as dt
import re
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from heretask.admin.users import actions as users
from heretask.config import provision
from heretask.kernel.access.decide import Denied
from heretask.kernel.identity import events as identity
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log import record
from heretask.kernel.log.models import Event
from heretask.kernel.rhythm import COPENHAGEN
from heretask.kernel.undo import undoing
from heretask.kernel.undo.models import Undoable
from heretask.platform.today import cards
from heretask.social.citizens.models import Citizen, RelationKind
from heretask.social.handover import actions, policies
from heretask.social.handover.actions import Screen
from heretask.social.handover.models import Covered, Mark, Takeover
from heretask.social.handover.policies import Refused
from heretask.social.journal import actions as journal
from heretask.social.journal.models import Note
from heretask.social.people import actions as people
from tests.cast import Cast, Member, make_member
from tests.database import superuser
from tests.social.people import make_citizen, new_events, relate

TEXT = "Sov uroligt og var oppe to gange. Hold øje med væske i dag."
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def birthe(cast: Cast) -> UUID:
    return make_citizen(cast, "Birthe Holm", room="4").id


def marked(member: Member, citizen: UUID, text: str = TEXT) -> Note:
    """A note signed and marked at once."""
    with member.inside() as by:
        return journal.write_and_sign(citizen_id=citizen, kind="diary", text=text, by=by, hand_over=True)


def look(member: Member, unit_id: UUID, period: str = "") -> Screen:
    with member.inside() as by:
        return actions.see_unit(unit_id, by=by, period=period)


def take(member: Member, screen: Screen) -> Takeover:
    with member.inside() as by:
        return actions.take_over(screen.unit_id, screen.showing, by=by)


def lines(screen: Screen) -> list[tuple[str, str, bool]]:
    """Citizen, text, and whether it is new to the reader."""
    return [(g.citizen.name, line.note.text, line.unread) for g in screen.groups for line in g.lines]


def earlier(table: str, by: dt.timedelta, column: str = "made_at") -> None:
    with superuser() as admin:
        admin.execute(f"update {table} set {column} = {column} - %s", [by])


def test_a_mark_is_a_row_of_its_own_with_its_event(cast: Cast, birthe: UUID) -> None:
    with cast.anna.inside() as by:
        note = journal.write_and_sign(citizen_id=birthe, kind="diary", text=TEXT, by=by)
    before = _row(cast, note.id)
    events: list[Event] = []
    with new_events(cast.solsikken, events), cast.bo.inside() as by:
        actions.mark_note(note.id, by=by)
        actions.mark_note(note.id, by=by)
    assert [(e.action, e.citizen, e.object_id) for e in events] == [("social.handover.marked", birthe, note.id)]
    assert _row(cast, note.id) == before
    assert lines(look(cast.anna, cast.nord.id)) == [("Birthe Holm", TEXT, True)]


def _row(cast: Cast, note_id: UUID) -> object:
    with superuser() as admin:
        return admin.execute("select n::text from social_journal_note n where id = %s", [note_id]).fetchone()


def test_what_is_not_signed_is_not_marked(cast: Cast, birthe: UUID) -> None:
    with cast.anna.inside() as by:
        note = journal.write_note(citizen_id=birthe, kind="diary", text=TEXT, by=by)
    with cast.anna.inside() as by, pytest.raises(Refused):
        actions.mark_note(note.id, by=by)
    with pytest.raises(Denied), cast.bo.inside() as by:
        actions.mark_note(note.id, by=by)


def test_only_who_may_write_there_marks(cast: Cast, birthe: UUID) -> None:
    note = marked(cast.anna, birthe)
    for member in (cast.clara, cast.eva, cast.dan):
        for act in (actions.mark_note, actions.unmark_note):
            with pytest.raises(Denied), member.inside() as by:
                act(note.id, by=by)
    relate(cast, row_of(cast, birthe), cast.clara)
    with cast.clara.inside() as by:
        actions.unmark_note(note.id, by=by)


def row_of(cast: Cast, citizen: UUID) -> Citizen:
    with cast.bo.inside():
        return Citizen.objects.get(id=citizen)


def test_taking_the_mark_away_can_be_undone_by_who_did_it(cast: Cast, birthe: UUID) -> None:
    note = marked(cast.anna, birthe)
    with cast.bo.inside() as by:
        actions.unmark_note(note.id, by=by)
        offer = undoing.offered("note", note.id, by)
    assert lines(look(cast.bo, cast.nord.id)) == []
    assert offer is not None
    with pytest.raises(Denied), cast.anna.inside() as by:
        actions.put_back(note.id, offer.id, by=by)
    with cast.bo.inside() as by:
        actions.put_back(note.id, offer.id, by=by)
    assert lines(look(cast.bo, cast.nord.id)) == [("Birthe Holm", TEXT, True)]
    with pytest.raises(Refused), cast.bo.inside() as by:
        actions.put_back(note.id, offer.id, by=by)
    with cast.bo.inside():
        assert Mark.objects.filter(note_id=note.id).count() == 1


def test_the_screen_groups_by_citizen_newest_first_and_logs_whom_it_showed(cast: Cast, birthe: UUID) -> None:
    holger = make_citizen(cast, "Holger Vind", room="5").id
    marked(cast.anna, birthe, "Først")
    marked(cast.anna, holger, "Så")
    marked(cast.bo, birthe, "Sidst")
    make_citizen(cast, "Tove Lind")  # of whom nothing is marked: not opened
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        screen = look(cast.bo, cast.nord.id)
    assert lines(screen) == [
        ("Birthe Holm", "Sidst", False), ("Birthe Holm", "Først", True), ("Holger Vind", "Så", True),
    ]  # fmt: skip
    assert [g.citizen.room[-1] for g in screen.groups] == ["4", "5"]
    (event,) = events
    assert (event.action, event.object_id, event.hits) == ("social.handover.seen", cast.nord.id, 3)
    assert {birthe, holger} <= set(event.shown)
    assert event.id == screen.showing


def test_a_corrected_note_is_handed_over_as_it_reads_now(cast: Cast, birthe: UUID) -> None:
    note = marked(cast.anna, birthe)
    with cast.bo.inside() as by:
        journal.correct_note(note_id=note.id, text="Var oppe én gang.", reason="Talt forkert", by=by)
    (group,) = look(cast.bo, cast.nord.id).groups
    assert group.lines[0].note.newest_text == "Var oppe én gang."


def test_a_unit_of_others_is_refused(cast: Cast, birthe: UUID) -> None:
    marked(cast.anna, birthe)
    for member in (cast.clara, cast.eva, cast.dan):
        with pytest.raises(Denied):
            look(member, cast.nord.id)
    showing = look(cast.anna, cast.nord.id).showing
    with pytest.raises(Denied), cast.clara.inside() as by:
        actions.take_over(cast.nord.id, showing, by=by)


def test_who_is_sealed_appears_to_those_who_are_named_alone(cast: Cast, birthe: UUID) -> None:
    relate(cast, row_of(cast, birthe), cast.anna)
    marked(cast.anna, birthe)
    assert len(lines(look(cast.bo, cast.nord.id))) == 1
    with cast.bo.inside() as by:
        people.seal_citizen(birthe, reason="Trusler fra en pårørende", by=by)
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        assert lines(look(cast.bo, cast.nord.id)) == []
    assert events[0].shown == []
    assert waiting(cast.bo) == []
    assert lines(look(cast.anna, cast.nord.id)) == [("Birthe Holm", TEXT, False)]
    page = cast.bo.client().get(reverse("social.handover_unit", args=[cast.nord.id])).content.decode()
    assert "Birthe" not in page
    # what somebody named has taken over is counted among what the reader sees, so that it tells nothing
    take(cast.anna, look(cast.anna, cast.nord.id))
    assert [(t.name, t.covered) for t in look(cast.bo, cast.nord.id).took] == [("Anna Skov", 0)]


def test_a_relation_elsewhere_brings_no_hand_over_with_it(cast: Cast, birthe: UUID) -> None:
    syd = make_citizen(cast, "Sofie Syd", unit=cast.syd)
    marked(cast.clara, syd.id)
    relate(cast, syd, cast.anna, RelationKind.SUBSTITUTE, until=timezone.localdate())
    assert lines(look(cast.anna, cast.nord.id)) == []
    with pytest.raises(Denied):
        look(cast.anna, cast.syd.id)


def test_taking_over_covers_what_stood_there_and_nothing_later(cast: Cast, birthe: UUID) -> None:
    marked(cast.anna, birthe, "Før")
    screen = look(cast.bo, cast.nord.id)
    marked(cast.anna, birthe, "Efter")
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        taken = take(cast.bo, screen)
        assert take(cast.bo, screen).id == taken.id  # pressed twice
    assert [(e.action, e.object_id, e.hits) for e in events] == [("social.handover.taken", cast.nord.id, 1)]
    with pytest.raises(Refused), cast.bo.inside() as by:
        actions.take_over(cast.nord.id, events[0].id, by=by)  # an event of that unit, but no screen
    assert lines(look(cast.bo, cast.nord.id)) == [("Birthe Holm", "Efter", True), ("Birthe Holm", "Før", False)]
    seen = look(cast.anna, cast.nord.id)
    assert [(t.name, t.covered, t.own) for t in seen.took] == [("Bo Friis", 1, False)]
    assert [[name for name, _at in line.taken_by] for line in seen.groups[0].lines] == [[], ["Bo Friis"]]


def test_only_ones_own_fresh_screen_of_that_unit_is_taken_over(cast: Cast, birthe: UUID) -> None:
    marked(cast.anna, birthe)
    theirs = look(cast.bo, cast.nord.id)
    for showing in (None, uuid4(), theirs.showing):
        with pytest.raises(Refused), cast.anna.inside() as by:
            actions.take_over(cast.nord.id, showing, by=by)
    with superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update kernel_event set at = at - %s where id = %s", [13 * 3600 * 1_000_000, theirs.showing])
    with pytest.raises(Refused):
        take(cast.bo, theirs)
    with cast.bo.inside():
        assert not Takeover.objects.exists()


def test_the_screen_of_another_unit_is_not_taken_over(cast: Cast, birthe: UUID) -> None:
    marked(cast.anna, birthe)
    with operator(cast.solsikken, "test"):
        users.give_role(
            user=cast.anna.user, role="carer", unit=cast.syd, by=provision.operator_of(cast.solsikken)
        )  # fmt: skip
    nord = look(cast.anna, cast.nord.id)
    assert set(nord.units.values()) == {"Nord", "Syd"}
    with pytest.raises(Refused), cast.anna.inside() as by:
        actions.take_over(cast.syd.id, nord.showing, by=by)
    take(cast.anna, nord)
    assert look(cast.anna, cast.syd.id).took == []


def test_a_takeover_can_be_taken_back_by_its_owner_for_a_short_while(cast: Cast, birthe: UUID) -> None:
    marked(cast.anna, birthe)
    take(cast.bo, look(cast.bo, cast.nord.id))
    offer = look(cast.bo, cast.nord.id).undo
    assert offer is not None
    assert look(cast.anna, cast.nord.id).undo is None
    with cast.bo.inside():
        note = Mark.objects.get().note_id
    with pytest.raises(Denied), cast.bo.inside() as by:
        actions.put_back(note, offer.id, by=by)  # another act of one's own
    with pytest.raises(Denied), cast.anna.inside() as by:
        actions.undo_takeover(cast.nord.id, offer.id, by=by)
    with cast.bo.inside() as by:
        actions.undo_takeover(cast.nord.id, offer.id, by=by)
    again = look(cast.bo, cast.nord.id)
    assert lines(again) == [("Birthe Holm", TEXT, True)]
    assert again.took == []
    late = take(cast.bo, again)
    earlier("kernel_undoable", dt.timedelta(minutes=11))
    with cast.bo.inside():
        row = Undoable.objects.latest("made_at").id
    with pytest.raises(Refused), cast.bo.inside() as by:
        actions.undo_takeover(cast.nord.id, row, by=by)
    with cast.bo.inside():
        assert Takeover.objects.get(id=late.id).undone_at is None


def test_the_proof_cannot_be_changed_by_the_web(cast: Cast, birthe: UUID) -> None:
    marked(cast.anna, birthe)
    take(cast.bo, look(cast.bo, cast.nord.id))
    for statement in ("update social_handover_covered set mark_id = mark_id", "delete from social_handover_covered"):
        with pytest.raises(DatabaseError, match="denied"), cast.bo.inside(), connections["default"].cursor() as cursor:
            cursor.execute(statement)


def test_since_when(cast: Cast, birthe: UUID) -> None:
    now = timezone.now()
    day = dt.timedelta(hours=24)
    near = dt.timedelta(minutes=1)
    assert abs(policies.since_of("", None) - (now - day)) < near
    assert abs(policies.since_of("", now - HOUR) - (now - day)) < near  # a day at least
    assert policies.since_of("", now - 3 * day) == now - 3 * day  # what one has missed is carried on
    assert abs(policies.since_of("", now - 60 * day) - (now - 14 * day)) < near
    for period, time in policies.SHIFTS.items():
        begun = policies.since_of(period, None)
        assert now - day < begun <= now
        assert begun.astimezone(COPENHAGEN).time() == time
    marked(cast.anna, birthe)
    earlier("social_handover_mark", 25 * HOUR)
    assert lines(look(cast.bo, cast.nord.id)) == []


def test_what_was_missed_is_carried_on(cast: Cast, birthe: UUID) -> None:
    take(cast.bo, look(cast.bo, cast.nord.id))
    marked(cast.anna, birthe)
    earlier("social_handover_takeover", 60 * HOUR)
    earlier("social_handover_mark", 40 * HOUR)
    assert lines(look(cast.bo, cast.nord.id)) == [("Birthe Holm", TEXT, True)]
    assert lines(look(cast.anna, cast.nord.id)) == []  # who never took over reads a day back
    assert waiting(cast.bo) == [("Birthe Holm", 1)]


def waiting(member: Member) -> list[tuple[str, int]]:
    with member.inside() as by:
        return [(one.citizen.name, one.count) for one in actions.see_waiting(by=by)[0]]


def test_the_start_page_tells_what_is_new_and_then_no_more(cast: Cast, birthe: UUID) -> None:
    assert "handover" in {source.function.__module__.split(".")[-2] for source in cards.SOURCES}
    marked(cast.anna, birthe)
    marked(cast.anna, birthe)
    assert waiting(cast.bo) == [("Birthe Holm", 2)]
    assert waiting(cast.anna) == []  # one's own are known
    assert waiting(cast.clara) == []
    take(cast.bo, look(cast.bo, cast.nord.id))
    assert waiting(cast.bo) == []
    marked(cast.anna, birthe)
    assert waiting(cast.bo) == [("Birthe Holm", 1)]


def test_a_leader_sees_who_signed_in_and_has_not_taken_over(cast: Cast, birthe: UUID) -> None:
    with operator(cast.solsikken, "test"):
        iben = make_member(
            cast.solsikken, "iben", "Iben Fyr", "carer", cast.nord, provision.operator_of(cast.solsikken)
        )
    _signed_in(cast, cast.anna)
    screen = look(cast.bo, cast.nord.id)
    assert screen.not_taken is not None
    assert [name for name, _at in screen.not_taken] == ["Anna Skov"]  # Iben was not here
    assert look(iben, cast.nord.id).not_taken is None  # it is for who leads there
    take(cast.anna, look(cast.anna, cast.nord.id))
    assert look(cast.bo, cast.nord.id).not_taken == []
    earlier("social_handover_takeover", 25 * HOUR)
    again = look(cast.bo, cast.nord.id).not_taken
    assert again is not None
    assert [name for name, _at in again] == ["Anna Skov"]


def _signed_in(cast: Cast, member: Member) -> None:
    with member.inside():
        record(identity.SIGNED_IN, on=("session", uuid4()))


def test_the_pages_without_scripts(cast: Cast, birthe: UUID) -> None:
    bo = cast.bo.client()
    url = reverse("social.handover_unit", args=[cast.nord.id])
    assert "Intet er mærket" in bo.get(reverse("social.handover")).content.decode()
    wrote = cast.anna.client().post(
        reverse("social.journal_write", args=[birthe]),
        {"act": "sign", "kind": "diary", "text": TEXT, "hand_over": "on"},
    )
    assert wrote.status_code == 302
    assert "Overlevering i min enhed" in bo.get("/platform/today/").content.decode()
    page = bo.get(url).content.decode()
    assert "Birthe Holm" in page
    assert "Ny for dig" in page
    showing = re.search(r'name="showing" value="([^"]+)"', page)
    assert showing is not None
    taken = bo.post(reverse("social.handover_take", args=[cast.nord.id]), {"showing": showing[1]})
    assert taken.status_code == 302
    page = bo.get(taken["Location"]).content.decode()
    assert "Ny for dig" not in page
    assert "Overtaget af Bo Friis" in page
    assert "/undo/" in page
    assert "Overlevering i min enhed" not in bo.get("/platform/today/").content.decode()
    refused = bo.post(reverse("social.handover_take", args=[cast.nord.id]), {"showing": "x"})
    assert refused.status_code == 422
    assert "Læs overleveringen først" in refused.content.decode()


def test_the_journal_carries_the_mark_and_takes_it_away_again(cast: Cast, birthe: UUID) -> None:
    note = marked(cast.anna, birthe)
    anna = cast.anna.client()
    page = anna.get(reverse("social.journal", args=[birthe])).content.decode()
    assert 'id="marked"' in page
    assert reverse("social.handover_unmark", args=[note.id]) in page
    gone = anna.post(reverse("social.handover_unmark", args=[note.id]))
    page = anna.get(gone["Location"]).content.decode()
    assert 'id="marked"' not in page
    back = re.search(r'action="([^"]+/undo/[^"]+)"', page)
    assert back is not None
    put = anna.post(back[1])
    assert 'id="marked"' in anna.get(put["Location"]).content.decode()
    saved = anna.post(
        reverse("social.journal_write", args=[birthe]), {"act": "save", "kind": "diary", "text": "x", "hand_over": "on"}
    )
    assert "note_saved_unmarked" in saved["Location"]


def test_queries_do_not_grow_with_marks(cast: Cast) -> None:
    citizens = [make_citizen(cast, f"Borger {n}").id for n in range(6)]
    urls = [
        reverse("social.handover"),
        reverse("social.handover_unit", args=[cast.nord.id]) + "?since=night",
        "/platform/today/",
        reverse("social.journal", args=[citizens[0]]),
    ]

    def fill(count: int) -> None:
        with cast.anna.inside() as by:
            made = [
                journal.build_note(
                    citizen_id=citizens[n % 6], author_id=by.person_id, kind="diary", text=f"Nr. {n}",
                    happened_at=timezone.now(), written_at=timezone.now(),
                )
                for n in range(count)
            ]  # fmt: skip
            Note.objects.bulk_create(made)
            Mark.objects.bulk_create(
                Mark(note_id=n.id, citizen_id=n.citizen_id, made_by_id=by.person_id, customer_id=by.customer_id)
                for n in made
            )
        take(cast.anna, look(cast.anna, cast.nord.id))

    def counted() -> dict[str, int]:
        client, found = cast.bo.client(), {}
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connections["default"]) as taken:
                assert client.get(url).status_code == 200
            found[url] = len(taken)
        return found

    fill(30)
    few = counted()
    fill(170)
    assert counted() == few
    screen = look(cast.bo, cast.nord.id)
    assert screen.cut
    assert sum(len(g.lines) for g in screen.groups) == 100
    take(cast.bo, screen)
    with cast.bo.inside():
        assert Covered.objects.filter(takeover__user_id=cast.bo.user.id).count() == 100

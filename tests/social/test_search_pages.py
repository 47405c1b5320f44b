"""The pages of searching, across journals and in the list of citizens: what they show, open, log, and leave out."""

from __future__ import annotations

import datetime as dt
import re
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from heretask.config import provision
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.social.citizens import actions as citizens
from heretask.social.citizens import importing
from heretask.social.journal import actions as journal
from heretask.social.matching import Piece, asked_for, term_pieces
from heretask.social.search.presenters import LONG, excerpt
from tests import database
from tests.cast import Cast, Member
from tests.social.people import make_citizen, new_events, relate

SEARCH = "/social/search/"


def body(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def write(member: Member, citizen: UUID, text: str, minutes: int = 5) -> UUID:
    with member.inside() as by:
        return journal.write_and_sign(
            citizen_id=citizen, kind="diary", text=text, by=by, happened_at=timezone.now() - dt.timedelta(minutes=minutes)
        ).id  # fmt: skip


def ask(member: Member, words: str) -> str:
    answer = member.client().post(SEARCH, {"q": words}, follow=True)
    assert answer.status_code == 200
    return body(answer)


# Across journals


def test_the_answer_names_the_citizen_marks_the_hits_and_leads_into_the_journal(cast: Cast) -> None:
    birthe = make_citizen(cast, "Birthe Holm <b>").id
    older = write(cast.anna, birthe, "Faldt ved <døren> & slog knæet.", 50)
    for n in range(3):
        write(cast.anna, birthe, f"Roligt, {n}.", 40 - n)
    client = cast.bo.client()
    sent = client.post(SEARCH, {"q": "fald <døren>"})
    assert sent.status_code == 302
    assert re.fullmatch(r"/social/search/[0-9a-f-]{36}/", sent["Location"])
    text = body(client.get(sent["Location"]))
    assert "<mark>Faldt</mark>" in text
    assert "&lt;<mark>døren</mark>&gt;" in text
    for shown in ("Birthe Holm &lt;b&gt;", "Nord", "Anna Skov", "1 notat vist", 'value="fald &lt;døren&gt;"'):
        assert shown in text
    link = f"/social/journal/{birthe}/?note={older}"
    assert f'href="{link}"' in text
    into = client.get(link)
    assert body(into).count("<article") == 1, "the journal begins at the note that was found"
    assert "slog knæet" in body(into)
    assert "Vis de nyeste" in body(into)
    for other in (cast.anna, cast.dan, cast.eva):
        assert other.client().get(sent["Location"]).status_code == 403
    assert client.get(f"{SEARCH}{uuid4()}/").status_code == 403


def test_pages_follow_one_another_and_tell_no_total(cast: Cast) -> None:
    birthe = make_citizen(cast, "Birthe Holm").id
    for n in range(23):
        write(cast.anna, birthe, f"Fald nummer{n}x.", 60 - n)
    client = cast.bo.client()
    place = client.post(SEARCH, {"q": "fald"})["Location"]
    first = body(client.get(place))
    assert first.count("<article") == 20
    assert "nummer22x" in first
    assert "nummer2x" not in first
    (older,) = re.findall(r'href="([^"]+)" rel="next"', first)
    assert re.fullmatch(rf"{place}\?before=[0-9a-f-]{{36}}", older)
    last = body(client.get(older))
    assert last.count("<article") == 3
    assert 'rel="next"' not in last
    assert f'href="{place}"' in last
    for odd in ("x", str(uuid4()), "%00"):
        assert body(client.get(f"{place}?before={odd}")).count("<article") == 20


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("", "Skriv mindst ét ord"), (" - ", "Skriv mindst ét ord"), ("x" * 201, "200 tegn"), ("a\x00b", "usynligt tegn")],
)
def test_what_is_no_search_is_said(cast: Cast, words: str, sentence: str) -> None:
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        page = cast.anna.client().post(SEARCH, {"q": words})
    assert page.status_code == 422
    assert sentence in body(page)
    assert 'aria-invalid="true"' in body(page)
    assert [e.action for e in events] == ["log.page.shown"]


def test_nothing_found_and_nothing_older_are_said(cast: Cast) -> None:
    assert "Intet fundet" in ask(cast.anna, "fald")
    assert "kun hele ord" in ask(cast.anna, "fald")
    empty = body(cast.anna.client().get(SEARCH))
    assert "På tværs af alle de borgere, du arbejder med" in empty
    assert 'aria-current="page"' in empty


def test_what_is_not_indexed_yet_stands_on_the_page(cast: Cast) -> None:
    birthe = make_citizen(cast, "Birthe Holm").id
    write(cast.anna, birthe, "Faldt.")
    assert "kan ikke findes her endnu" not in ask(cast.bo, "fald")
    with database.superuser() as admin:
        admin.execute("update social_journal_notewords set words = null where citizen = %s", [birthe])
    assert "1 notat kan ikke findes her endnu" in ask(cast.bo, "fald")
    assert "kan ikke findes her endnu" not in ask(cast.clara, "fald"), "of others nothing is said"


def test_a_corrected_note_never_shows_its_old_words_alone(cast: Cast) -> None:
    birthe = make_citizen(cast, "Birthe Holm").id
    one = write(cast.anna, birthe, "Faldt på venstre side.")
    with cast.bo.inside() as by:
        journal.correct_note(note_id=one, text="Gled på højre side.", reason="Forvekslet", by=by)
    text = ask(cast.bo, "venstre")
    for shown in ("<mark>venstre</mark>", "højre", "Rettet", "Oprindeligt notat", "Rettelse"):
        assert shown in text
    assert "Forvekslet" not in text
    assert "<mark>Forvekslet</mark>" in ask(cast.bo, "forvekslet")


def test_the_number_of_queries_does_not_grow_with_the_hits(cast: Cast) -> None:
    several = [make_citizen(cast, f"Borger {n}").id for n in range(6)]
    counts = set()
    for wanted in (1, 18):
        for n in range(wanted):
            write(cast.anna, several[n % 6], "Faldt.", 50 - n)
        client = cast.bo.client()
        place = client.post(SEARCH, {"q": "fald"})["Location"]
        with CaptureQueriesContext(connections["default"]) as taken:
            client.get(place)
        counts.add(len(taken.captured_queries))
    assert len(counts) == 1
    assert max(counts) <= 16


def test_long_notes_are_cut_around_the_hit() -> None:
    text = f"{'begynder her ' * 60}faldt pludselig {'slutter der ' * 60}"
    cut = excerpt(term_pieces(text, asked_for("fald")))
    joined = "".join(piece.text for piece in cut)
    assert joined.startswith("… ")
    assert joined.endswith(" …")
    assert [piece.text for piece in cut if piece.kind] == ["faldt"]
    assert joined.strip("… ") in text
    assert LONG - 60 <= len(joined) <= LONG + 10
    start = excerpt(term_pieces(text, asked_for("begynder")))
    assert "".join(p.text for p in start).startswith("begynder her")
    assert excerpt([Piece("kort")]) == [Piece("kort")]
    one_word = excerpt([Piece("x" * 900), Piece("y" * 900, "hit")])
    assert any(piece.kind for piece in one_word)
    assert sum(len(piece.text) for piece in one_word) <= LONG + 4


# In the list of citizens


def found(member: Member, words: str) -> tuple[list[str], list[Event]]:
    events: list[Event] = []
    with new_events(member.customer, events), member.inside() as by:
        answer = citizens.search_citizens(words, by)
    return [row.name for row in answer.rows], events


def test_only_those_who_may_fit_are_opened(cast: Cast) -> None:
    for name, room in (("Birthe Holmegård", "17"), ("Bo Anne-Marie Ågård", "4"), ("Maksimiliane Frost", "Lejlighed 4")):
        make_citizen(cast, name, room=room)
    make_citizen(cast, "Birthe Sydlig", unit=cast.syd)
    for words, names in (
        ("birt", ["Birthe Holmegård"]), ("HOLME birthe", ["Birthe Holmegård"]), ("åg", ["Bo Anne-Marie Ågård"]), ("marie", ["Bo Anne-Marie Ågård"]),
        ("maksimiliane", ["Maksimiliane Frost"]), ("maksimilianer", []), ("b", []), ("4", ["Bo Anne-Marie Ågård", "Maksimiliane Frost"]),
        ("værelse 4", ["Bo Anne-Marie Ågård"]), ("room 17", ["Birthe Holmegård"]), ("lejl", ["Maksimiliane Frost"]), ("olme", []), ("-", []),
        ("sydlig", []),
    ):  # fmt: skip
        rows, events = found(cast.anna, words)
        if words != "room 17":  # found, and then compared in the reader's own language
            assert sorted(rows) == sorted(names), words
        assert len(events[0].shown) == len(rows)
    assert sorted(found(cast.clara, "birthe")[0]) == ["Birthe Sydlig"]


def test_nobody_is_opened_where_nobody_fits(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_citizen(cast, "Birthe Holm", cpr="010150-0000")
    from heretask.kernel.log import trace

    seen: list[set[UUID]] = []
    checked = trace.Trace.check

    def noting(self: trace.Trace) -> None:
        seen.append(set(self.opened))
        checked(self)

    monkeypatch.setattr(trace.Trace, "check", noting)
    for words, count in (("carl", 0), ("birthe", 1), ("010150-0000", 1), ("010150-0001", 0)):
        seen.clear()
        with cast.anna.inside() as by:
            assert len(citizens.search_citizens(words, by).rows) == count
        assert [len(opened) for opened in seen] == [count], words


def test_a_new_name_is_found_at_once_and_the_old_one_is_gone(cast: Cast) -> None:
    head = "Navn;CPR;Enhed;Værelse\n"
    for row in ("Åse Sørensen;311299-0000;Nord;12\n", "Åse Villadsen;311299-0000;Nord;14\n"):
        with operator(cast.solsikken, "test"):
            importing.read_in((head + row).encode(), "b.csv", by=provision.operator_of(cast.solsikken))
    assert found(cast.anna, "villads")[0] == ["Åse Villadsen"]
    assert found(cast.anna, "14")[0] == ["Åse Villadsen"]
    assert found(cast.anna, "sørensen")[0] == []
    with database.superuser() as admin:
        waiting = admin.execute("select count(*) from social_citizens_citizenwords where words is null and customer_id = %s", [cast.solsikken.id]).fetchone()  # fmt: skip
    assert waiting == (0,)


def test_who_is_not_indexed_is_opened_and_never_missing(cast: Cast) -> None:
    make_citizen(cast, "Birthe Holm")
    make_citizen(cast, "Carl Juhl")
    with database.superuser() as admin:
        admin.execute(
            "update social_citizens_citizenwords set words = null where customer_id = %s", [cast.solsikken.id]
        )
    assert found(cast.anna, "carl")[0] == ["Carl Juhl"]
    assert found(cast.anna, "birthe")[0] == ["Birthe Holm"]


def test_a_relation_brings_the_citizen_into_both_searches(cast: Cast) -> None:
    sara = make_citizen(cast, "Sara Dam", unit=cast.syd)
    write(cast.clara, sara.id, "Faldt på trappen.")
    assert found(cast.anna, "sara")[0] == []
    assert "Sara Dam" not in ask(cast.anna, "fald")
    relate(cast, sara, cast.anna)
    assert found(cast.anna, "sara")[0] == ["Sara Dam"]
    assert "Sara Dam" in ask(cast.anna, "fald")

"""Citizens and the journal over HTTP: status, headers, what is shown and what is not, and how many queries it takes."""

from __future__ import annotations

import datetime as dt
import json
import re
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from heretask.kernel.log.models import Event
from heretask.social.citizens.models import RelationKind
from heretask.social.journal import actions
from tests.cast import Cast
from tests.social.people import all_events, make_citizen, new_events, opened_by, relate

NAME = "Birthe Holmegård"
TEXT = "Vågnede 01.50 og kaldte på sin datter."


@pytest.fixture
def birthe(cast: Cast) -> UUID:
    return make_citizen(
        cast,
        NAME,
        cpr="140352-0000",
        room="17",
        warning="Penicillin-allergi",
        relative="Lis Holmegård",
        born="1952-03-14",
    ).id


def journal_url(citizen: UUID) -> str:
    return reverse("social.journal", args=[citizen])


def notes(cast: Cast, citizen: UUID, count: int) -> list[UUID]:
    with cast.anna.inside() as by:
        start = timezone.now() - dt.timedelta(days=3)
        return [
            actions.write_and_sign(
                citizen_id=citizen,
                kind="diary",
                text=f"{TEXT} Nummer {n}.",
                by=by,
                happened_at=start + dt.timedelta(minutes=n),
            ).id
            for n in range(count)
        ]


def body(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_the_list_shows_my_own_and_nobody_else(cast: Cast, birthe: UUID) -> None:
    make_citizen(cast, "Karl Sydmann", unit=cast.syd)
    make_citizen(cast, "Fie Fyrmann", unit=cast.fyr)
    with CaptureQueriesContext(connections["default"]) as one:
        page = cast.anna.client().get(reverse("social.citizens"))
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert NAME in body(page)
    assert "Penicillin-allergi" in body(page)
    assert "Sydmann" not in body(page)
    assert "Fyrmann" not in body(page)
    for number in range(5):
        make_citizen(cast, f"Endnu En {number}")
    with CaptureQueriesContext(connections["default"]) as many:
        page = cast.anna.client().get(reverse("social.citizens"))
    assert body(page).count("Endnu En") == 5
    assert len(one) == len(many)


def test_an_empty_list_says_what_comes_next(cast: Cast) -> None:
    with override("da"):
        page = cast.anna.client().get(reverse("social.citizens"))
    assert page.status_code == 200
    assert 'class="empty"' in body(page)


def test_a_substitute_sees_the_citizen_until_the_day(cast: Cast, birthe: UUID) -> None:
    citizen = make_citizen(cast, "Svend Aage")
    today = timezone.localdate()
    assert cast.clara.client().get(journal_url(citizen.id)).status_code == 403
    relate(cast, citizen, cast.clara, RelationKind.SUBSTITUTE, until=today)
    page = cast.clara.client().get(journal_url(citizen.id))
    assert page.status_code == 200
    assert "Svend Aage" in body(cast.clara.client().get(reverse("social.citizens")))
    relate(cast, citizen, cast.clara, RelationKind.SUBSTITUTE, until=today - dt.timedelta(days=1))
    assert cast.clara.client().get(journal_url(citizen.id)).status_code == 403
    assert "Svend Aage" not in body(cast.clara.client().get(reverse("social.citizens")))


def test_searching_citizens_leaves_no_word_in_the_url(cast: Cast, birthe: UUID) -> None:
    make_citizen(cast, "Karl Bæk")
    client = cast.anna.client()
    for words, hits in (("holme", 1), ("BIRTHE", 1), ("17", 1), ("140352-0000", 1), ("findes ikke", 0)):
        events: list[Event] = []
        with new_events(cast.solsikken, events):
            answer = client.post(reverse("social.citizens_search"), {"q": words})
            assert answer.status_code == 302
            assert re.fullmatch(r"/social/citizens/search/[0-9a-f-]{36}/", answer["Location"])
            page = client.get(answer["Location"])
        assert (NAME in body(page)) is bool(hits)
        assert "Karl Bæk" not in body(page)
        shown = [birthe] if hits else []
        assert [(e.action, e.hits, e.shown) for e in events] == [("social.citizens.searched", hits, shown)]
        assert opened_by(cast.anna, events[0]) == {"q": words}
    assert cast.bo.client().get(answer["Location"]).status_code == 403


def test_the_journal_page(cast: Cast, birthe: UUID) -> None:
    notes(cast, birthe, 1)
    page = cast.anna.client().get(journal_url(birthe))
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    text = body(page)
    for shown in (NAME, "140352-••••", "Penicillin-allergi", "Lis Holmegård", TEXT, "Anna Skov"):
        assert shown in text
    assert "140352-0000" not in text
    assert "1403520000" not in text
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    assert title is not None
    assert "Birthe" not in title[1]
    assert not re.search(r"\s(style|on[a-z]+)=", text)


@pytest.mark.parametrize("who", ["clara", "dan", "eva"])
def test_strangers_get_a_refusal_without_a_hint(cast: Cast, birthe: UUID, who: str) -> None:
    note = notes(cast, birthe, 1)[0]
    member = getattr(cast, who)
    client: Client = member.client()
    with cast.anna.inside() as by:
        search = actions.begin_search(citizen_id=birthe, words="datter", kind="", period="", by=by)
    urls = {
        "get": [
            journal_url(birthe), reverse("social.journal_found", args=[birthe, search]),
            reverse("social.journal_edit", args=[note]), reverse("social.journal_correct", args=[note]),
        ],
        "post": [
            reverse("social.journal_write", args=[birthe]), reverse("social.journal_search", args=[birthe]),
            reverse("social.journal_sign", args=[note]), reverse("social.journal_discard", args=[note]),
            reverse("social.journal_correct", args=[note]), reverse("social.journal_edit", args=[note]),
        ],
    }  # fmt: skip
    fields = {"kind": "diary", "text": "Fremmed tekst", "reason": "Fordi", "q": "datter"}
    nowhere = re.sub(r'value="[^"]+"|content="[^"]+"', "", body(client.get(journal_url(uuid4()))))
    for method, several in urls.items():
        for url in several:
            events: list[Event] = []
            with new_events(member.customer, events):
                page = getattr(client, method)(url, fields if method == "post" else None)
            assert (url, page.status_code) == (url, 403)
            assert NAME not in body(page)
            assert "Anna Skov" not in body(page)
            assert [(e.action, e.outcome, e.actor) for e in events] == [("access.denied", "refused", member.user.id)]
            assert re.sub(r'value="[^"]+"|content="[^"]+"', "", body(page)) == nowhere
    assert [e for e in all_events(cast.solsikken) if e.action == "social.note.corrected"] == []


def test_queries_do_not_grow_with_the_notes(cast: Cast, birthe: UUID) -> None:
    counts: dict[int, int] = {}
    client = cast.anna.client()
    for wanted in (1, 25, 60):
        have = max(counts, default=0)
        made = notes(cast, birthe, wanted - have)
        with cast.bo.inside() as by:
            actions.correct_note(note_id=made[0], text=f"Rettet {wanted}.", reason="Fejl", by=by)
        with CaptureQueriesContext(connections["default"]) as queries:
            assert client.get(journal_url(birthe)).status_code == 200
        counts[wanted] = len(queries)
    assert len(set(counts.values())) == 1
    assert counts[25] <= 16


def test_writing_signing_and_reading_without_scripts(cast: Cast, birthe: UUID) -> None:
    client = cast.anna.client()
    url = reverse("social.journal_write", args=[birthe])
    answer = client.post(url, {"kind": "health", "text": TEXT, "act": "sign"})
    assert (answer.status_code, answer["Location"]) == (302, f"{journal_url(birthe)}?done=note_signed")
    assert TEXT in body(cast.bo.client().get(answer["Location"]))
    client.post(reverse("social.journal_write", args=[birthe]), {"kind": "diary", "text": "Kun for mig", "act": "save"})
    assert "Kun for mig" not in body(cast.bo.client().get(journal_url(birthe)))
    mine = body(client.get(journal_url(birthe)))
    assert "Kun for mig" in mine
    edit = re.search(r"/social/journal/notes/([0-9a-f-]{36})/edit/", mine)
    assert edit is not None
    assert "Kun for mig" in body(client.get(edit[0]))
    answer = client.post(edit[0], {"kind": "diary", "text": "Nu for alle", "act": "sign"})
    assert answer.status_code == 302
    assert "Nu for alle" in body(cast.bo.client().get(journal_url(birthe)))
    again = client.post(reverse("social.journal_sign", args=[edit[1]]))
    assert again.status_code == 302
    assert "note_stands" in again["Location"]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "diary", "text": ""},
        {"kind": "diary", "text": "skrevet\x00her"},
        {"kind": "diary", "text": "skrevet her" + "x" * 20_001},
        {"kind": "diary", "text": "skrevet her " * 60_000},
        {"kind": "findes-ikke", "text": "skrevet her"},
        {"kind": "diary", "text": "skrevet her", "happened_at": "2999-01-01T10:00"},
        {"kind": "diary", "text": "skrevet her", "happened_at": "i går"},
        {"kind": "diary", "text": "skrevet her", "happened_at": "0001-01-01T00:00"},
        {"kind": "diary", "text": "skrevet her", "happened_at": "9999-12-31T23:59"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(cast: Cast, birthe: UUID, fields: dict[str, str]) -> None:
    page = cast.anna.client().post(reverse("social.journal_write", args=[birthe]), {**fields, "act": "sign"})
    assert page.status_code == 422
    assert 'class="error-summary"' in body(page)
    assert fields["text"][:11] in body(page)
    with cast.anna.inside() as by:
        assert actions.read_journal(birthe, by).stretch.total == 0


def test_html_bidi_and_broken_bytes_are_shown_literally(cast: Cast, birthe: UUID) -> None:
    client = cast.anna.client()
    text = "<script>alert(1)</script> \u202eSKJULT\u202c & \ufffd"
    client.post(reverse("social.journal_write", args=[birthe]), {"kind": "diary", "text": text, "act": "sign"})
    raw = b"kind=diary&act=sign&text=Br%FFudt+tekst"
    answer = client.post(
        reverse("social.journal_write", args=[birthe]), raw, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 302
    page = body(client.get(journal_url(birthe)))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; \u202eSKJULT\u202c &amp; \ufffd" in page
    assert "Br\ufffdudt tekst" in page


def test_the_hour_that_comes_twice_is_accepted(cast: Cast, birthe: UUID) -> None:
    client = cast.anna.client()
    for moment in ("2025-10-26T02:30", "2026-03-29T02:30"):
        answer = client.post(
            reverse("social.journal_write", args=[birthe]),
            {"kind": "diary", "text": "Natten hvor uret blev stillet", "happened_at": moment, "act": "sign"},
        )
        assert answer.status_code == 302


def test_a_search_marks_its_hits_and_the_url_tells_nothing(cast: Cast, birthe: UUID) -> None:
    notes(cast, birthe, 2)
    client = cast.anna.client()
    asked = {"q": "DATTER nummer", "kind": "diary", "period": "14"}
    answer = client.post(reverse("social.journal_search", args=[birthe]), asked)
    assert re.fullmatch(rf"/social/journal/{birthe}/search/[0-9a-f-]{{36}}/", answer["Location"])
    with CaptureQueriesContext(connections["default"]) as few:
        page = client.get(answer["Location"])
    assert body(page).count("<mark>datter</mark>") == 2
    assert body(page).count("<mark>Nummer</mark>") == 2
    assert "<mark>datter</mark>" not in body(cast.bo.client().get(answer["Location"]))
    notes(cast, birthe, 120)
    with CaptureQueriesContext(connections["default"]) as many:
        page = client.get(answer["Location"])
    assert len(few) == len(many)
    assert body(page).count("<mark>datter</mark>") == 50
    last = client.get(answer["Location"] + "?first=100")
    assert body(last).count("<mark>datter</mark>") == 22


def test_a_search_too_long_or_with_nul_is_refused_with_a_sentence(cast: Cast, birthe: UUID) -> None:
    for url in (reverse("social.journal_search", args=[birthe]), reverse("social.citizens_search")):
        for words in ("x" * 201, "a\x00b"):
            page = cast.anna.client().post(url, {"q": words})
            assert page.status_code == 422
            assert 'class="error"' in body(page)


def test_a_correction_shows_its_new_words_beside_the_original(cast: Cast, birthe: UUID) -> None:
    client = cast.anna.client()
    written = {"kind": "health", "text": "Ondt i venstre <b>knæ</b>.", "act": "sign"}
    client.post(reverse("social.journal_write", args=[birthe]), written)
    with cast.anna.inside() as by:
        note = actions.read_journal(birthe, by).stretch.notes[0].id
    url = reverse("social.journal_correct", args=[note])
    assert "Ondt i venstre &lt;b&gt;knæ" in body(client.get(url))
    refused = client.post(url, {"text": "Ondt i højre <b>knæ</b>.", "reason": ""})
    assert refused.status_code == 422
    assert "Ondt i højre &lt;b&gt;knæ" in body(refused)
    unchanged = client.post(url, {"text": "Ondt i venstre <b>knæ</b>.", "reason": "Fordi"})
    assert unchanged.status_code == 422
    assert client.post(url, {"text": "Ondt i højre <b>knæ</b>.", "reason": "Forkert side"}).status_code == 302
    page = body(client.get(journal_url(birthe)))
    assert "Ondt i venstre &lt;b&gt;knæ&lt;/b&gt;." in page
    assert "Ondt i <ins>højre</ins> &lt;b&gt;knæ&lt;/b&gt;." in page
    assert "Forkert side" in page


def test_a_draft_comes_back_to_its_writer_alone_and_goes_with_the_signature(cast: Cast, birthe: UUID) -> None:
    client = cast.anna.client()
    place = f"social.journal/{birthe}"
    content = json.dumps({"kind": "talk", "text": "Halvskrevet sætning", "happened_at": ""})
    kept = {"place": place, "content": content, "cursor": "5", "cursor_field": "text"}
    saved = client.post(reverse("platform.draft_save"), kept)
    assert saved.status_code == 200
    page = body(client.get(journal_url(birthe)))
    assert "Halvskrevet sætning" in page
    assert 'data-cursor="5"' in page
    assert 'data-cursor-field="text"' in page
    assert f'data-draft-place="{place}"' in page
    assert "Halvskrevet" not in body(cast.bo.client().get(journal_url(birthe)))
    for act in ("sign", "discard"):
        client.post(reverse("platform.draft_save"), kept)
        client.post(reverse("social.journal_write", args=[birthe]), {"kind": "talk", "text": "Færdig", "act": act})
        assert "Halvskrevet" not in body(client.get(journal_url(birthe)))


def test_an_odd_page_number_is_not_a_failure(cast: Cast, birthe: UUID) -> None:
    for before in ("x", "", str(uuid4()), "\x00"):
        assert cast.anna.client().get(journal_url(birthe), {"before": before}).status_code == 200


def test_get_does_not_change_and_post_is_needed(cast: Cast, birthe: UUID) -> None:
    note = notes(cast, birthe, 1)[0]
    for name, of in (
        ("social.journal_write", birthe), ("social.journal_search", birthe), ("social.journal_sign", note),
        ("social.journal_discard", note),
    ):  # fmt: skip
        assert cast.anna.client().get(reverse(name, args=[of])).status_code == 405

"""Searching across everything: each finds what is theirs, nothing else, and every search stands in the log."""

from __future__ import annotations

import datetime as dt
import re
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from heretask.kernel.access.addressed import To
from heretask.kernel.access.decide import Denied
from heretask.kernel.log.models import Event, StoredSearch
from heretask.kernel.log.queries import variables_of
from heretask.platform.messages import actions as messages
from heretask.platform.messages.queries import Filters
from heretask.platform.search import actions
from heretask.platform.tasks import actions as tasks
from heretask.platform.tasks.policies import Words
from heretask.social.journal import actions as journal
from tests.cast import Cast, Member
from tests.social.people import make_citizen


def soon() -> dt.datetime:
    return timezone.now() + dt.timedelta(hours=1)


def search(member: Member, words: str) -> dict[str, list[str]]:
    """The titles found, by kind."""
    with member.inside() as by:
        own = actions.begin_search(words, by)
    with member.inside() as by:
        answer = actions.resume_search(own, by)
        return {str(source.icon): [hit.title for hit in found.hits] for source, found in answer.groups}


def task(member: Member, title: str, *, citizen: UUID | None = None, note: str = "") -> None:
    with member.inside() as by:
        tasks.make_task(
            words=Words(title, note), to=To.person(by.person_id), due_at=soon(),
            timed=True, citizen_id=citizen, by=by,
        )  # fmt: skip


def write(member: Member, to: Member, subject: str, text: str, *, citizen: UUID | None = None) -> None:
    with member.inside() as by:
        messages.send(to=[To.person(to.user.id)], subject=subject, text=text, by=by, citizen_id=citizen)


def test_each_kind_is_found_by_how_words_begin(cast: Cast) -> None:
    make_citizen(cast, "Solveig Boesen")
    task(cast.anna, "Bestil solcreme", note="Til haven")
    write(cast.bo, cast.anna, "Om solen", "Husk solhatte i eftermiddag")
    found = search(cast.anna, "sol")
    assert found["people"] == ["Solveig Boesen"]
    assert found["tasks"] == ["Bestil solcreme"]
    assert found["message"] == ["Om solen"]
    assert search(cast.anna, "solh")["message"] == ["Om solen"]
    assert search(cast.anna, "olveig") == {}
    assert search(cast.anna, "Bo fri")["person"] == ["Bo Friis"]
    assert search(cast.anna, "opgav")["file"] == ["Opgaver"]
    assert search(cast.anna, "tasks")["file"] == ["Opgaver"]


def test_nobody_finds_what_is_not_theirs(cast: Cast) -> None:
    citizen = make_citizen(cast, "Solveig Boesen").id
    task(cast.anna, "Solcreme", citizen=citizen)
    write(cast.anna, cast.bo, "Solhatte", "Om solen", citizen=citizen)
    write(cast.bo, cast.anna, "Solbriller", "Mellem os to")
    for stranger in (cast.clara, cast.dan):
        assert search(stranger, "sol") == {}
    assert "person" not in search(cast.dan, "Anna")
    assert "tasks" not in search(cast.bo, "sol")
    assert "file" not in search(cast.anna, "loggen")
    assert search(cast.eva, "loggen")["file"] == ["Loggen"]


def test_what_was_called_back_is_not_found(cast: Cast) -> None:
    write(cast.bo, cast.anna, "Kage", "Solbærkage kl. 14")
    assert search(cast.anna, "solbær")["message"] == ["Kage"]
    with cast.bo.inside() as by:
        newest = messages.see_list(by, Filters()).lines.lines[0].id
        found = messages.read(newest, by).conversation.messages[0].id
        messages.recall(found, by)
    assert search(cast.anna, "solbær") == {}
    assert search(cast.bo, "solbær") == {}


def test_a_search_is_an_event_with_its_words_and_who_was_opened(cast: Cast) -> None:
    citizen = make_citizen(cast, "Solveig Boesen").id
    task(cast.anna, "Noget andet", citizen=citizen)
    search(cast.anna, "solcreme xyz")
    with cast.anna.inside():
        event = Event.objects.filter(action="platform.search.searched").order_by("-at")[0]
        assert variables_of(event) == {"q": "solcreme xyz"}
        assert event.hits == 0
        assert event.actor == cast.anna.user.id


def test_no_word_stands_in_the_address(cast: Cast) -> None:
    client = cast.anna.client()
    answer = client.post("/platform/search/", {"q": "Solveig"})
    assert answer.status_code == 302
    assert "olveig" not in answer["Location"].casefold()
    assert "Intet fundet" in client.get(answer["Location"]).content.decode()
    for wrong in ("", " ", "!!", "x" * 201, "a\x00b"):
        assert client.post("/platform/search/", {"q": wrong}).status_code == 422
    with cast.bo.inside() as by, pytest.raises(Denied):
        actions.resume_search(UUID(answer["Location"].rstrip("/").rpartition("/")[2]), by)


def test_last_searches_are_ones_own_and_can_be_cleared(cast: Cast) -> None:
    client = cast.anna.client()
    for words in ("Solveig", "madplan", "solveig"):
        client.post("/platform/search/", {"q": words})
    citizen = make_citizen(cast, "Birthe Holm").id
    with cast.anna.inside() as by:
        journal.read_journal(citizen, by)
    page = client.get("/platform/search/").content.decode()
    assert re.findall(r"data-answer><bdi>([^<]+)<", page) == ["solveig", "madplan", "Birthe Holm"]
    assert "madplan" not in cast.bo.client().get("/platform/search/").content.decode()
    assert client.post("/platform/search/forget/").status_code == 302
    assert "madplan" not in client.get("/platform/search/").content.decode()
    with cast.anna.inside():
        assert not StoredSearch.objects.filter(place="platform.search").exists()


def test_a_colleague_leads_to_a_message_to_them(cast: Cast) -> None:
    client = cast.anna.client()
    answer = client.get(client.post("/platform/search/", {"q": "friis"})["Location"]).content.decode()
    url = re.search(r'href="(/platform/messages/new/\?to=[^"]+)"', answer)
    assert url
    page = client.get(url[1]).content.decode()
    assert re.search(r"<option[^>]+selected[^>]*>Bo Friis", page)


def test_as_many_queries_at_200_as_at_5(cast: Cast) -> None:
    counts = []
    for number in (5, 195):
        with cast.bo.inside() as by:
            for n in range(number):
                messages.send(to=[To.person(cast.anna.user.id)], subject=f"Solen {n}", text="Om solen", by=by)
        with cast.anna.inside() as by:
            for n in range(number):
                tasks.make_task(
                    words=Words(f"Solcreme {n}"), to=To.person(by.person_id), due_at=soon(), timed=True, by=by
                )
        client = cast.anna.client()
        where = client.post("/platform/search/", {"q": "sol"})["Location"]
        with CaptureQueriesContext(connections["default"]) as asked:
            page = client.get(where).content.decode()
        counts.append(len(asked))
        assert page.count("data-answer>") == 10
    assert counts[0] == counts[1]

"""The log's pages: sentences, filters, pages, who reads, and that reading is itself written down."""

from __future__ import annotations

import datetime as dt
import html
import re
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from heretask.admin.users import events as users_events
from heretask.config import provision
from heretask.kernel.access.models import Assignment
from heretask.kernel.identity import events as identity_events
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log import record
from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.log.models import Event
from heretask.kernel.log.queries import Entry, Filters, events_for, microseconds, variables_of
from heretask.kernel.log.registry import ACTIONS, Category
from heretask.kernel.log.sentences import Teller
from heretask.social.citizens import actions as citizens
from heretask.social.citizens import events as citizens_events
from tests.cast import Cast


def make_citizen(cast: Cast, name: str = "Tove Lind") -> UUID:
    with operator(cast.solsikken, "test"):
        made = citizens.create_citizen(unit_id=cast.nord.id, name=name, by=provision.operator_of(cast.solsikken))
        return made.id


def open_and_search(cast: Cast, citizen: UUID, words: str = "rolig nat") -> None:
    with cast.anna.inside() as anna:
        citizens.open_citizen(citizen, anna)
    with cast.anna.inside() as anna:
        citizens.search_citizens(words, anna)


def rows(page: str) -> list[str]:
    """The page's rows as plain words."""
    found = re.findall(r"<li><a class=\"row-lead\".*?</li>", page, flags=re.DOTALL)
    return [html.unescape(" ".join(re.sub(r"<[^>]+>", " ", row).split())) for row in found]


def asked(client: Client, **form: str) -> str:
    answer = client.post("/admin/log/", form)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    location = answer["Location"]
    assert not any(value.lower() in location.lower() for value in form.values() if len(value) > 3)
    page = client.get(location)
    assert page.status_code == 200
    return page.content.decode()


def stored(cast: Cast, action: str) -> list[Entry]:
    with operator(cast.solsikken, "test"):
        return [Entry(e, variables_of(e)) for e in Event.objects.filter(action=action).order_by("at", "id")]


def test_every_sentence_can_be_told() -> None:
    """Each declared sentence takes just the places there are, in both languages."""
    places = dict.fromkeys(("actor", "citizen", "object", "hits", "words"), "X")
    for language in ("da", "en"):
        with override(language):
            for action in ACTIONS.values():
                assert "%" not in str(action.sentence) % places, action.name


def test_the_page_tells_a_search_with_its_variables_and_hits(cast: Cast) -> None:
    citizen = make_citizen(cast)
    open_and_search(cast, citizen, "tove")
    page = cast.eva.client().get("/admin/log/").content.decode()
    told = rows(page)
    search = next(row for row in told if "»tove«" in row)
    assert "Anna Skov" in search
    assert re.search(r": tove\b", search)  # named below the sentence too, as every variable is
    assert "1 hit" in search or "1 fund" in search
    opening = next(row for row in told if "Anna Skov" in row and "Tove Lind" in row)
    assert opening
    assert f"/admin/log/citizen/{citizen}/" in page
    assert f"/admin/log/person/{cast.anna.user.id}/" in page


def test_reading_the_log_is_written_with_the_citizens_whose_names_stood_there(cast: Cast) -> None:
    citizen = make_citizen(cast)
    open_and_search(cast, citizen)
    client = cast.eva.client()
    client.get("/admin/log/")
    read = stored(cast, "log.read")[-1]
    assert read.event.actor == cast.eva.user.id
    assert read.event.shown == [citizen]
    assert (read.event.hits or 0) > 3
    asked(client, q="rolig", kind="", since="2020-01-01", until="", person=str(cast.anna.user.id))
    searched = stored(cast, "log.searched")[-1]
    assert searched.variables == {"q": "rolig", "since": "2020-01-01", "person": str(cast.anna.user.id)}
    assert searched.event.hits == 1
    again = rows(client.get("/admin/log/").content.decode())
    assert any("Eva Lund" in row and "»rolig«" in row for row in again)


def test_words_find_people_citizens_variables_and_sentences(cast: Cast) -> None:
    tove, kaj = make_citizen(cast), make_citizen(cast, "Kaj Mortensen")
    open_and_search(cast, tove, "xylofon")
    with cast.anna.inside() as anna:
        citizens.open_citizen(kaj, anna)
    client = cast.eva.client()
    assert [("xylofon" in row) for row in rows(asked(client, q="xylofon"))] == [True]
    assert all("Tove Lind" in row for row in rows(asked(client, q="tove")) if "»tove«" not in row)
    assert any("Tove Lind" in row for row in rows(asked(client, q="tove")))
    assert not any("Kaj" in row for row in rows(asked(client, q="TOVE")))
    assert any("Anna Skov" in row for row in rows(asked(client, q="skov")))
    nothing = asked(client, q="findes-ikke-nogen-steder")
    assert 'class="empty"' in nothing


def test_filters_by_kind_day_person_citizen_and_session(cast: Cast) -> None:
    citizen = make_citizen(cast)
    open_and_search(cast, citizen)
    cast.clara.client().get("/admin/log/")  # refused
    client = cast.eva.client()
    today = timezone.localdate()
    denied = rows(asked(client, kind="denied"))
    assert denied
    assert all("Clara Holst" in row for row in denied)
    tomorrow = (today + dt.timedelta(days=1)).isoformat()
    assert rows(asked(client, since=tomorrow)) == []
    assert rows(asked(client, until=(today - dt.timedelta(days=1)).isoformat())) == []
    assert rows(asked(client, since=today.isoformat(), until=today.isoformat()))
    of_anna = rows(client.get(f"/admin/log/person/{cast.anna.user.id}/").content.decode())
    assert of_anna
    assert all("Anna Skov" in row for row in of_anna)
    of_citizen = rows(client.get(f"/admin/log/citizen/{citizen}/").content.decode())
    assert any("Anna Skov" in row for row in of_citizen)
    assert all("Tove Lind" in row or "Eva Lund" in row for row in of_citizen)
    opening = stored(cast, "social.citizen.opened")[0].event
    of_session = rows(client.get(f"/admin/log/session/{opening.session}/").content.decode())
    assert len(of_session) == 1
    backwards = client.post("/admin/log/", {"since": tomorrow, "until": today.isoformat()})
    assert backwards.status_code == 200
    assert "error-summary" in backwards.content.decode()


def test_pages_follow_one_another_without_gap_or_repetition(cast: Cast) -> None:
    with cast.anna.inside():
        at = microseconds(timezone.now()) - 10_000_000
        ids = [record(users_events.USERS_LISTED, hits=n, at=at + n // 3) for n in range(130)]  # three share each moment
    with operator(cast.solsikken, "test"):
        seen: list[UUID] = []
        before = None
        while True:
            found = events_for(Filters(person=cast.anna.user.id), before)
            seen += [entry.event.id for entry in found.entries]
            assert len(found.entries) <= 50
            before = found.next
            if before is None:
                break
    assert len(seen) == len(set(seen))
    assert set(ids) <= set(seen)
    client = cast.eva.client()
    page = client.get(f"/admin/log/person/{cast.anna.user.id}/").content.decode()
    assert len(re.findall('class="row-lead"', page)) == 50
    older = re.search(r'href="([^"]*before=[^"]*)"', page)
    assert older
    following = client.get(html.unescape(older[1])).content.decode()
    assert len(re.findall('class="row-lead"', following)) == 50
    first, second = (set(re.findall(r"/admin/log/event/\d+\.([0-9a-f]{32})/", text)) for text in (page, following))
    assert len(first) == len(second) == 50
    assert not first & second
    for nonsense in ("x", "1.2", "9" * 40, "1.zz"):
        assert client.get("/admin/log/", {"before": nonsense}).status_code == 200


def test_one_event_in_full(cast: Cast) -> None:
    citizen = make_citizen(cast)
    open_and_search(cast, citizen, "xylofon")
    client = cast.eva.client()
    search = stored(cast, "social.citizens.searched")[0].event
    url = f"/admin/log/event/{search.at}.{search.id.hex}/"
    page = client.get(url).content.decode()
    assert "q=xylofon" in page
    assert bytes(search.leaf).hex() in page
    assert str(search.session) in page
    read = stored(cast, "log.event.read")[0].event
    assert (read.actor, read.object_id) == (cast.eva.user.id, search.id)
    for wrong in ("1.2", "x", f"{search.at + 1}.{search.id.hex}", f"{search.at}.{citizen.hex}"):
        assert client.get(f"/admin/log/event/{wrong}/").status_code == 404
    assert cast.bo.client().get(url).status_code == 403


def test_equal_refusals_stand_as_one(cast: Cast) -> None:
    client = cast.clara.client()
    for _n in range(5):
        assert client.get("/admin/log/").status_code == 403
    denied = [row for row in rows(asked(cast.eva.client(), kind="denied")) if "Clara Holst" in row]
    assert len(denied) == 1
    assert "5 " in denied[0]


def test_text_from_outside_is_shown_literally(cast: Cast) -> None:
    """A browser's name, an address and search words come from outside; names too."""
    bad = "<script>alert('x')</script>%(actor)s%s {{7*7}}"
    record_at_gate(
        identity_events.SIGN_IN_UNKNOWN, customer_id=cast.solsikken.id, agent=bad, address=bad, purpose=bad, outcome=bad
    )
    with cast.anna.inside():
        record(users_events.USERS_SEARCHED, variables={"q": bad, "<b>": bad}, hits=0)
    page = cast.eva.client().get("/admin/log/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(" in page
    assert "%(actor)s%s {{7*7}}" in page


@pytest.mark.parametrize("q", ["\x00", "a\x00b", "x" * 101])
def test_bad_words_get_a_sentence(cast: Cast, q: str) -> None:
    answer = cast.eva.client().post("/admin/log/", {"q": q})
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()


def test_only_those_who_may_read_it_do(cast: Cast) -> None:
    citizen = make_citizen(cast)
    eva = cast.eva.client()
    search = eva.post("/admin/log/", {"q": "x"})["Location"]
    urls = ("/admin/log/", search, f"/admin/log/person/{cast.anna.user.id}/", f"/admin/log/citizen/{citizen}/")
    for member in (cast.anna, cast.bo, cast.dan):
        client = member.client()
        for url in urls:
            assert client.get(url).status_code == 403, (member.name, url)
        assert client.post("/admin/log/extract/", {}).status_code == 403


def test_another_customers_log_is_empty_for_us(cast: Cast) -> None:
    citizen = make_citizen(cast)
    open_and_search(cast, citizen)
    with operator(cast.fyrtaarnet, "test"):
        from tests.cast import make_member

        ida = make_member(
            cast.fyrtaarnet, "ida", "Ida Krog", "administrator", None, provision.operator_of(cast.fyrtaarnet)
        )
    client = ida.client()
    for url, status in (
        (f"/admin/log/citizen/{citizen}/", 403), (f"/admin/log/person/{cast.anna.user.id}/", 403), ("/admin/log/", 200),
    ):  # fmt: skip
        page = client.get(url)
        assert page.status_code == status
        assert "Tove Lind" not in page.content.decode()
        assert "Anna Skov" not in page.content.decode()
    assert not any("Anna" in row for row in rows(asked(client, q="skov")))


def test_figures_count_today(cast: Cast) -> None:
    open_and_search(cast, make_citizen(cast))
    cast.clara.client().get("/admin/log/")
    page = cast.eva.client().get("/admin/log/").content.decode()
    figures = [int(n) for n in re.findall(r'stat-figure">(\d+)<', page)]
    assert len(figures) == 4
    assert figures[0] >= figures[1] + figures[2]
    assert figures[1] == 1
    assert figures[2] == 1
    assert 'class="hours"' in page


def test_queries_do_not_grow_with_the_events(cast: Cast) -> None:
    client = cast.eva.client()

    def count(url: str) -> int:
        with CaptureQueriesContext(connections["default"]) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    open_and_search(cast, make_citizen(cast))
    search = client.post("/admin/log/", {"q": "nat"})["Location"]
    client.get("/admin/log/")
    few = [count("/admin/log/"), count(search)]
    for n in range(4):
        open_and_search(cast, make_citizen(cast, f"Borger {n}"))
        cast.clara.client().get("/admin/log/")
    assert [count("/admin/log/"), count(search)] == few
    assert max(few) <= 18, few  # one of them is for the checkpoint at the foot


def test_categories_cover_every_action() -> None:
    assert {a.category for a in ACTIONS.values()} <= set(Category)


def test_a_teller_without_names_says_so(cast: Cast) -> None:
    with operator(cast.solsikken, "test"):
        role = Assignment.objects.filter(user_id=cast.anna.user.id).get()
        assert role.role == "carer"
        entry = events_for(Filters(person=cast.anna.user.id)).entries[-1]
        assert "Anna" not in Teller().sentence(entry)
        assert citizens_events.OPENED.opens

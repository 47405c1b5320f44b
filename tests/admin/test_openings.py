"""The three questions of the log's page, and the answer to 'who has opened this citizen'."""

from __future__ import annotations

import datetime as dt
import html
import re
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from heretask.admin.users import events as users_events
from heretask.config import provision
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log import record
from heretask.kernel.log.queries import Filters, events_for, microseconds
from heretask.kernel.log.walking import WALK
from heretask.social.citizens import actions as citizens
from tests import database
from tests.admin.test_log_pages import asked, make_citizen, open_and_search, rows, stored
from tests.cast import Cast, Member, make_member
from tests.kernel.test_openings import NOW, many


def table(page: str) -> list[list[str]]:
    """The rows of the answer as plain words."""
    body = page.partition("<tbody")[2].partition("</tbody>")[0]
    cells = [
        re.findall(r"<td.*?</td>", row, flags=re.DOTALL) for row in re.findall(r"<tr.*?</tr>", body, flags=re.DOTALL)
    ]
    return [[html.unescape(" ".join(re.sub(r"<[^>]+>", " ", cell).split())) for cell in row] for row in cells]


def test_from_a_name_to_everybody_who_has_opened(cast: Cast) -> None:
    citizen = make_citizen(cast)
    make_citizen(cast, "Kaj Mortensen")
    open_and_search(cast, citizen)
    with cast.bo.inside() as by:
        citizens.list_citizens(by)
    client = cast.eva.client()
    found = client.post("/admin/openings/", {"q": "lind to"})
    assert found.status_code == 302
    assert "lind" not in found["Location"]
    page = client.get(found["Location"]).content.decode()
    assert re.findall(r"/admin/openings/citizen/([0-9a-f-]{36})/", page) == [str(citizen)]
    assert "Nord" in page
    sought = stored(cast, "admin.openings.sought")[-1]
    assert (sought.variables, sought.event.hits, sought.event.shown) == ({"q": "lind to"}, 1, [citizen])
    answer = client.get(f"/admin/openings/citizen/{citizen}/").content.decode()
    told = {row[0]: row for row in table(answer)}
    assert set(told) == {"Anna Skov", "Bo Friis", "Eva Lund", "Driften på serveren"}
    assert told["Anna Skov"][1:3] == ["Medarbejder, Nord", "Arbejder i Nord"]
    assert told["Anna Skov"][3].startswith("1 ")
    assert told["Bo Friis"][1] == "Teamleder"
    assert told["Bo Friis"][2] == "I kraft af rollen"
    assert "1" in told["Bo Friis"][3]
    assert "liste" in told["Bo Friis"][3]
    read = stored(cast, "admin.openings.read")[-1]
    assert (read.event.actor, read.event.citizen, read.variables) == (cast.eva.user.id, citizen, {"days": "30"})
    assert read.event.hits == sum(int(row[3].split()[0]) for row in told.values())


def test_from_the_answer_to_the_events_themselves(cast: Cast) -> None:
    citizen = make_citizen(cast)
    open_and_search(cast, citizen, "tove")
    with cast.bo.inside() as by:
        citizens.list_citizens(by)
    client = cast.eva.client()
    answer = client.get(f"/admin/openings/citizen/{citizen}/").content.decode()
    assert f"/admin/log/citizen/{citizen}/person/{cast.bo.user.id}/" in answer
    of_bo = rows(client.get(f"/admin/log/citizen/{citizen}/person/{cast.bo.user.id}/").content.decode())
    assert len(of_bo) == 1
    assert "Bo Friis" in of_bo[0]
    everything = rows(client.get(f"/admin/log/citizen/{citizen}/").content.decode())
    assert sum("Anna Skov" in row for row in everything) == 2, "the opening, and the search that found her"


def test_a_role_from_before_is_told_where_the_event_does_not_say_it(cast: Cast) -> None:
    citizen = make_citizen(cast)
    now = microseconds(timezone.now())
    many(cast, 3, since=now, until=now + 3, citizen=citizen)  # as events were before they said by what right
    told = {row[0]: row for row in table(cast.eva.client().get(f"/admin/openings/citizen/{citizen}/").content.decode())}
    assert told["Anna Skov"][1:3] == ["Medarbejder, Nord", "–"]


def test_a_long_answer_goes_on(cast: Cast) -> None:
    citizen = make_citizen(cast)
    many(cast, 2_500, since=NOW - 5_000_000, until=NOW - 1_000_000, citizen=citizen)
    client = cast.eva.client()
    page = client.get(f"/admin/openings/citizen/{citizen}/").content.decode()
    further = re.search(r'href="([^"]*before=[^"]*)" rel="next"', page)
    assert further
    following = client.get(html.unescape(further[1])).content.decode()
    assert 'rel="next"' not in following
    counts = [sum(int(row[3].split()[0]) for row in table(text)) for text in (page, following)]
    assert counts[0] == 2_000
    assert counts[1] >= 500
    assert stored(cast, "admin.openings.read")[-1].variables.keys() == {"days", "older_than"}


def test_the_period_narrows_the_answer(cast: Cast) -> None:
    citizen = make_citizen(cast)
    with cast.bo.inside():
        record(users_events.USERS_LISTED, citizen=citizen, at=microseconds(timezone.now() - dt.timedelta(days=50)))
    client = cast.eva.client()
    for days, seen in (("7", False), ("30", False), ("90", True), ("400", True), ("x", False), ("9999", False)):
        page = client.get(f"/admin/openings/citizen/{citizen}/", {"days": days}).content.decode()
        assert ("Bo Friis" in page) is seen, days


def test_from_a_name_to_what_a_person_did(cast: Cast) -> None:
    citizen = make_citizen(cast)
    open_and_search(cast, citizen)
    client = cast.eva.client()
    found = client.post("/admin/log/people/", {"q": "SKOV an"})
    assert "skov" not in found["Location"].lower()
    page = client.get(found["Location"]).content.decode()
    assert re.findall(r"/admin/log/person/([0-9a-f-]{36})/", page) == [str(cast.anna.user.id)]
    did = client.get(f"/admin/log/person/{cast.anna.user.id}/").content.decode()
    assert "Hvad gjorde Anna Skov?" in did
    assert len(rows(did)) >= 2
    assert "Medarbejder, Nord · Arbejder i Nord" in did
    assert stored(cast, "log.person.sought")[-1].variables == {"q": "SKOV an"}
    nobody = client.get(client.post("/admin/log/people/", {"q": "nogen"})["Location"]).content.decode()
    assert 'class="empty"' in nobody


def test_everything_in_one_hour(cast: Cast) -> None:
    with cast.anna.inside():
        for hour, count in ((10, 2), (11, 3), (12, 1)):
            for n in range(count):
                at = dt.datetime(2026, 3, 2, hour, 59 if n else 0, tzinfo=dt.UTC)
                record(users_events.USERS_LISTED, hits=hour, at=microseconds(at))
    client = cast.eva.client()
    number = int(dt.datetime(2026, 3, 2, 11, tzinfo=dt.UTC).timestamp()) // 3600
    page = client.get(f"/admin/log/hour/{number}/").content.decode()
    assert len(rows(page)) == 3
    assert "02-03-2026, 12.00-13.00" in page
    assert f"/admin/log/hour/{number - 1}/" in page
    chosen = client.post("/admin/log/hour/", {"day": "2026-03-02", "clock": "12"})
    assert chosen["Location"] == f"/admin/log/hour/{number}/"
    hidden = re.search(r'name="hour" value="([^"]+)"', page)
    assert hidden
    narrowed = asked(client, hour=html.unescape(hidden[1]), kind="opened")
    assert len(rows(narrowed)) == 3
    assert rows(asked(client, hour=html.unescape(hidden[1]), kind="denied")) == []
    assert client.get("/admin/log/hour/99999999999/").status_code == 404
    assert client.post("/admin/log/hour/", {"day": "x", "clock": "12"}).status_code == 200


def test_each_of_the_last_hours_is_a_link(cast: Cast) -> None:
    open_and_search(cast, make_citizen(cast))
    client = cast.eva.client()
    page = client.get("/admin/log/").content.decode()
    links = re.findall(r'<a href="(/admin/log/hour/\d+/)" aria-label="([^"]+)"', page)
    assert len(links) == 24
    assert links[-1][0] == f"/admin/log/hour/{int(timezone.now().timestamp()) // 3600}/"
    counted = int(re.search(r": (\d+) ", links[-1][1])[1])  # type: ignore[index]
    assert counted > 3
    assert rows(client.get(links[-1][0]).content.decode())


def test_a_rare_kind_is_looked_for_in_bounded_steps(cast: Cast) -> None:
    day = 24 * 3600 * 1_000_000
    cast.clara.client().get("/admin/log/")  # refused, before all the rest
    many(cast, WALK + 500, since=NOW + day, until=NOW + 2 * day)
    with operator(cast.solsikken, "test"):
        first = events_for(Filters(kind="denied"))
        assert (first.entries, first.looked) == ([], WALK)
        second = events_for(Filters(kind="denied"), first.next)
    assert [entry.event.actor for entry in second.entries] == [cast.clara.user.id]
    assert second.next is None


def test_a_session_is_found_around_the_hour_of_its_event(cast: Cast) -> None:
    citizen = make_citizen(cast)
    open_and_search(cast, citizen)
    opening = stored(cast, "social.citizen.opened")[0].event
    client = cast.eva.client()
    place = f"{opening.at}.{opening.id.hex}"
    page = client.get(f"/admin/log/event/{place}/").content.decode()
    link = re.search(rf'/admin/log/session/{opening.session}/\?near=(\d+)"', page)
    assert link
    assert len(rows(client.get(f"/admin/log/session/{opening.session}/?near={link[1]}").content.decode())) == 1
    long_ago = client.get(f"/admin/log/session/{opening.session}/?near=100").content.decode()
    assert rows(long_ago) == []


def administrator_elsewhere(cast: Cast) -> Member:
    with operator(cast.fyrtaarnet, "test"):
        by = provision.operator_of(cast.fyrtaarnet)
        return make_member(cast.fyrtaarnet, "ida", "Ida Krog", "administrator", None, by)


def test_strangers_are_told_nothing(cast: Cast) -> None:
    citizen = make_citizen(cast)
    open_and_search(cast, citizen)
    search = cast.eva.client().post("/admin/openings/", {"q": "tove"})["Location"]
    urls = [
        "/admin/openings/",
        search,
        f"/admin/openings/citizen/{citizen}/",
        "/admin/log/people/",
        "/admin/log/hour/1/",
    ]
    for member in (cast.anna, cast.bo, cast.dan):
        assert {member.client().get(url).status_code for url in urls} == {403}
    ida = administrator_elsewhere(cast).client()
    assert ida.get(search).status_code == 404
    page = ida.get(f"/admin/openings/citizen/{citizen}/")
    assert page.status_code == 403
    assert table(page.content.decode()) == []
    for word in ("Tove", "Anna Skov"):
        assert word not in page.content.decode()
    nothing = ida.get(ida.post("/admin/openings/", {"q": "tove"})["Location"]).content.decode()
    assert "/admin/openings/citizen/" not in nothing


def test_the_journal_leads_there_for_those_who_may(cast: Cast) -> None:
    citizen = make_citizen(cast)
    link = f"/admin/openings/citizen/{citizen}/"
    assert link not in cast.anna.client().get(f"/social/journal/{citizen}/").content.decode()
    with operator(cast.solsikken, "test"):
        from heretask.admin.users import actions as users

        users.give_role(user=cast.anna.user, role="administrator", unit=None, by=provision.operator_of(cast.solsikken))
    assert link in cast.anna.client().get(f"/social/journal/{citizen}/").content.decode()


@pytest.mark.parametrize("q", ["", " ", "\x00", "x" * 101])
def test_bad_names_get_a_sentence(cast: Cast, q: str) -> None:
    for url in ("/admin/openings/", "/admin/log/people/"):
        answer = cast.eva.client().post(url, {"q": q})
        assert answer.status_code == 200
        assert "error-summary" in answer.content.decode()


def test_queries_do_not_grow_with_people_or_events(cast: Cast) -> None:
    citizen = make_citizen(cast)
    client = cast.eva.client()

    def count() -> int:
        with CaptureQueriesContext(connections["default"]) as captured:
            assert client.get(f"/admin/openings/citizen/{citizen}/").status_code == 200
        return len(captured)

    open_and_search(cast, citizen)
    count()
    few = count()
    for member in (cast.anna, cast.bo, cast.anna):
        with member.inside() as by:
            citizens.open_citizen(citizen, by)
    assert count() == few
    assert few <= 14


def test_an_id_that_names_nobody_is_refused(cast: Cast) -> None:
    client = cast.eva.client()
    nobody = UUID(int=7)
    for url in (f"/admin/openings/citizen/{nobody}/", f"/admin/log/citizen/{nobody}/", f"/admin/log/person/{nobody}/"):
        assert client.get(url).status_code == 403


def test_a_citizen_whose_key_is_gone_is_told_by_nothing(cast: Cast) -> None:
    citizen = make_citizen(cast)
    with database.superuser() as admin:
        assert admin.execute("delete from kernel_datakey where subject = %s", [citizen]).rowcount == 1
    page = cast.eva.client().get(f"/admin/openings/citizen/{citizen}/")
    assert page.status_code == 200
    assert "Tove Lind" not in page.content.decode()
    assert stored(cast, "admin.openings.read")[-1].event.citizen == citizen

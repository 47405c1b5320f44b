"""Units: made, renamed, closed when nobody is there, and found."""

from __future__ import annotations

import pytest

from heretask.admin.units import actions, policies
from heretask.config import provision
from heretask.kernel.identity.sessions import operator
from heretask.kernel.tenancy.models import Unit
from heretask.social.citizens import actions as citizens
from tests.admin.test_users_pages import users_events
from tests.cast import Cast


def test_made_renamed_and_closed_each_with_its_event(cast: Cast) -> None:
    eva = cast.eva.client()
    answer = eva.post("/admin/units/new/", {"name": " Øst  huset ", "kind": "bosted"})
    assert answer.status_code == 302
    path = answer["Location"].partition("?")[0]
    assert "Øst huset" in eva.get(path).content.decode()
    assert eva.post(f"{path}change/", {"name": "Vest", "kind": "plejehjem"}).status_code == 302
    told = users_events(cast.solsikken, "admin.unit.changed")[-1]
    assert told.variables["before"].startswith("Øst huset")
    assert told.variables["after"].startswith("Vest")
    assert sorted(told.event.changed) == ["kind", "name"]
    assert eva.post(f"{path}close/").status_code == 302
    assert eva.post(f"{path}close/").status_code == 200
    assert eva.post(f"{path}open/").status_code == 302
    assert [len(users_events(cast.solsikken, f"admin.unit.{w}")) for w in ("made", "closed", "opened")] == [1, 1, 1]


@pytest.mark.parametrize("name", ["nord", "NORD ", "", "   ", "Nord\u202e", "x" * 81])
def test_a_name_that_is_taken_or_none_is_refused(cast: Cast, name: str) -> None:
    with cast.eva.inside() as by, pytest.raises(policies.Refused):
        actions.make_unit(name=name, kind="bosted", by=by)


def test_closing_is_refused_while_anybody_is_there_and_says_what_must_move(cast: Cast) -> None:
    eva, path = cast.eva.client(), f"/admin/units/{cast.syd.id}/"
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        for number in range(2):
            citizens.create_citizen(unit_id=cast.syd.id, name=f"Birthe {number}", by=by)
    page = eva.post(f"{path}close/").content.decode()
    assert "2 borgere" in page
    assert "1 rolle" in page
    assert "close/" not in page.split('id="closing"')[1]  # the button is not even there
    with operator(cast.solsikken, "test"):
        assert Unit.objects.get(id=cast.syd.id).active


def test_found_by_a_stored_search(cast: Cast) -> None:
    eva = cast.eva.client()
    answer = eva.post("/admin/units/", {"q": "nor"})
    assert "nor" not in answer["Location"].rpartition("search/")[2]
    page = eva.get(answer["Location"]).content.decode()
    assert "Nord" in page
    assert ">Syd<" not in page
    told = users_events(cast.solsikken, "admin.units.searched")[-1]
    assert (told.variables["q"], told.event.hits) == ("nor", 1)


def test_others_do_not_reach_them(cast: Cast) -> None:
    for client in (cast.anna.client(), cast.bo.client()):
        assert client.get("/admin/units/").status_code == 403
        assert client.post(f"/admin/units/{cast.nord.id}/close/").status_code == 403
    assert cast.eva.client().get(f"/admin/units/{cast.fyr.id}/").status_code == 404
    assert cast.eva.client().post(f"/admin/units/{cast.fyr.id}/close/").status_code == 404

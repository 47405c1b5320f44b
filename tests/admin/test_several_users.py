"""Several users at once, and taking back what one has just done: the very rules, all or nothing, ten minutes."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from heretask.config import provision
from heretask.kernel.access.models import Assignment
from heretask.kernel.identity.models import ReservedName, User
from heretask.kernel.identity.sessions import operator
from heretask.kernel.undo.models import Undoable
from tests import database
from tests.admin.test_users_pages import users_events
from tests.cast import Cast, Member, make_member


def bulk(client: Client, *members: Member, sure: bool = False, **form: Any) -> Any:
    given = {"user": [str(m.user.id) for m in members], "role": "", "unit": "", "until": "", **form}
    return client.post("/admin/users/bulk/", {**given, **({"sure": "1"} if sure else {})})


def running(cast: Cast, member: Member) -> list[tuple[str, UUID | None]]:
    with operator(cast.solsikken, "test"):
        rows = Assignment.objects.filter(user_id=member.user.id, ended_at=None)
        return sorted((row.role, row.unit_id) for row in rows)


def second(cast: Cast) -> Member:
    """Ida, another administrator."""
    with operator(cast.solsikken, "test"):
        return make_member(
            cast.solsikken, "ida", "Ida Krog", "administrator", None, provision.operator_of(cast.solsikken)
        )


def undo_of(client: Client, path: str) -> str:
    found = re.search(r'action="(/admin/[^"]*undo/[^"]*)"', client.get(path).content.decode())
    assert found, "nothing can be taken back"
    return found[1]


def test_the_preview_says_for_each_and_changes_nothing(cast: Cast) -> None:
    eva = cast.eva.client()
    before = {m.user_name: running(cast, m) for m in (cast.anna, cast.clara, cast.eva)}
    page = bulk(eva, cast.anna, cast.clara, cast.eva, act="give", role="carer", unit=str(cast.syd.id)).content.decode()
    will, wont = page.split('id="wont"')
    assert "Anna Skov" in will.split('id="will"')[1]
    assert "Clara Holst" in wont  # has it there already
    assert "Eva Lund" in wont  # oneself
    assert {m.user_name: running(cast, m) for m in (cast.anna, cast.clara, cast.eva)} == before
    assert users_events(cast.solsikken, "admin.users.bulk_looked")[-1].event.hits == 3
    given = len(users_events(cast.solsikken, "access.role.given"))
    with operator(cast.solsikken, "test"):
        assert not Undoable.objects.exists()
    bulk(eva, cast.anna, cast.clara, cast.eva, sure=True, act="give", role="carer", unit=str(cast.syd.id))
    assert ("carer", cast.syd.id) in running(cast, cast.anna)
    assert len(users_events(cast.solsikken, "access.role.given")) == given + 1


def test_a_preview_of_closing_leaves_sessions_alive(cast: Cast) -> None:
    anna, eva = cast.anna.client(), cast.eva.client()
    assert "Anna Skov" in bulk(eva, cast.anna, act="close").content.decode()
    assert anna.get("/platform/today/").status_code == 200
    assert users_events(cast.solsikken, "identity.session.ended") == []
    bulk(eva, cast.anna, cast.clara, sure=True, act="close")
    assert anna.get("/platform/today/").status_code == 302
    assert len(users_events(cast.solsikken, "admin.user.deactivated")) == 2


def test_the_whole_is_taken_back_or_nothing_of_it(cast: Cast) -> None:
    eva = cast.eva.client()
    bulk(eva, cast.anna, cast.bo, sure=True, act="give", role="carer", unit=str(cast.syd.id), until="2099-01-31")
    path = undo_of(eva, "/admin/users/")
    assert second(cast).client().post(path).status_code == 404
    assert eva.post(path).status_code == 302
    assert ("carer", cast.syd.id) not in running(cast, cast.anna) + running(cast, cast.bo)
    bulk(eva, cast.anna, cast.bo, sure=True, act="end", role="carer")
    assert running(cast, cast.anna) == []
    path = undo_of(eva, "/admin/users/")
    assert eva.post(path).status_code == 302
    assert running(cast, cast.anna) == [("carer", cast.nord.id)]
    bulk(eva, cast.anna, cast.clara, sure=True, act="close")
    path = undo_of(eva, "/admin/users/")
    assert eva.post(f"/admin/users/{cast.clara.user.id}/open/").status_code == 302  # something else, meanwhile
    events = len(users_events(cast.solsikken, "admin.user.reactivated"))
    assert "data-error-summary" in eva.post(path).content.decode()
    with operator(cast.solsikken, "test"):
        assert not User.objects.get(id=cast.anna.user.id).active  # nothing of it
    assert len(users_events(cast.solsikken, "admin.user.reactivated")) == events


@pytest.mark.parametrize("act", ["close", "end"])
def test_the_last_administrator_stays(cast: Cast, act: str) -> None:
    """Three administrators, chosen all at once by a user's manager: the last in the row is refused, and said so before."""
    ida = second(cast)
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        kim = make_member(cast.solsikken, "kim", "Kim Dal", "administrator", None, by)
    page = bulk(kim.client(), cast.eva, ida, act=act, role="administrator").content.decode()
    assert 'id="wont"' not in page
    page = bulk(ida.client(), cast.eva, ida, kim, act=act, role="administrator").content.decode()
    assert "Ida Krog" in page.split('id="wont"')[1]
    bulk(ida.client(), cast.eva, ida, kim, sure=True, act=act, role="administrator")
    assert running(cast, ida) == [("administrator", None)]


def test_nobody_chosen_or_no_role_loses_nothing(cast: Cast) -> None:
    eva = cast.eva.client()
    assert "error-summary" in bulk(eva, act="close").content.decode()
    page = bulk(eva, cast.anna, act="give").content.decode()
    assert "error-summary" in page
    assert re.search(rf'value="{cast.anna.user.id}" form="several" checked', page)
    assert bulk(eva, cast.dan, act="close", sure=True).status_code == 302
    with operator(cast.fyrtaarnet, "test"):
        assert User.objects.get(id=cast.dan.user.id).active
    for client in (cast.bo.client(), cast.anna.client()):
        assert bulk(client, cast.clara, act="close", sure=True).status_code == 403


def test_a_role_given_and_one_ended_are_taken_back(cast: Cast) -> None:
    eva, path = cast.eva.client(), f"/admin/users/{cast.anna.user.id}/"
    eva.post(f"{path}role/", {"role-role": "carer", "role-unit": str(cast.syd.id), "role-until": "2099-12-31"})
    assert eva.post(undo_of(eva, path)).status_code == 302
    assert running(cast, cast.anna) == [("carer", cast.nord.id)]
    with operator(cast.solsikken, "test"):
        held = Assignment.objects.get(user_id=cast.anna.user.id, ended_at=None)
    eva.post(f"{path}role/{held.id}/end/")
    undo = undo_of(eva, path)
    assert eva.post(undo).status_code == 302
    assert running(cast, cast.anna) == [("carer", cast.nord.id)]
    assert "data-error-summary" in eva.post(undo).content.decode()  # once
    assert [e.event.object_id for e in users_events(cast.solsikken, "undo.done")] == [cast.anna.user.id] * 2


def test_a_new_name_is_taken_back_and_both_stay_reserved(cast: Cast) -> None:
    eva, path = cast.eva.client(), f"/admin/users/{cast.anna.user.id}/"
    eva.post(f"{path}rename/", {"rename-user_name": "anna.skov"})
    assert eva.post(undo_of(eva, path)).status_code == 302
    with operator(cast.solsikken, "test"):
        assert User.objects.get(id=cast.anna.user.id).user_name == "anna"
        reserved = ReservedName.objects.filter(user=cast.anna.user.id).values_list("user_name", flat=True)
        assert sorted(reserved) == ["anna", "anna.skov"]
    assert eva.post(f"/admin/users/{cast.clara.user.id}/rename/", {"rename-user_name": "anna.skov"}).status_code == 200


def test_a_name_that_somebody_else_has_changed_since_is_left_alone(cast: Cast) -> None:
    """The ordinary action would go through: only the comparison with how the act left it stands in the way."""
    eva, path = cast.eva.client(), f"/admin/users/{cast.anna.user.id}/"
    eva.post(f"{path}rename/", {"rename-user_name": "anna.skov"})
    undo = undo_of(eva, path)
    assert second(cast).client().post(f"{path}rename/", {"rename-user_name": "anna.s"}).status_code == 302
    assert "data-error-summary" in eva.post(undo).content.decode()
    with operator(cast.solsikken, "test"):
        assert User.objects.get(id=cast.anna.user.id).user_name == "anna.s"


def test_a_closed_login_is_opened_again_its_sessions_stay_ended(cast: Cast) -> None:
    anna, eva, path = cast.anna.client(), cast.eva.client(), f"/admin/users/{cast.anna.user.id}/"
    eva.post(f"{path}close/")
    assert eva.post(undo_of(eva, path)).status_code == 302
    assert anna.get("/platform/today/").status_code == 302
    assert cast.anna.client().get("/platform/today/").status_code == 200


def test_after_ten_minutes_by_the_databases_clock_it_is_over(cast: Cast) -> None:
    eva, path = cast.eva.client(), f"/admin/users/{cast.anna.user.id}/"
    eva.post(f"{path}close/")
    undo = undo_of(eva, path)
    with database.superuser() as admin:
        admin.execute(
            "update kernel_undoable set made_at = made_at - interval '10 minutes' where customer_id = %s",
            [cast.solsikken.id],
        )
    assert "/undo/" not in eva.get(path).content.decode()
    assert "data-error-summary" in eva.post(undo).content.decode()
    with operator(cast.solsikken, "test"):
        assert not User.objects.get(id=cast.anna.user.id).active


def test_undoing_asks_for_the_rights_of_now(cast: Cast) -> None:
    """Whoever has lost the right to manage users takes nothing back either, nor around the last administrator's rule."""
    ida, path = second(cast), f"/admin/users/{cast.eva.user.id}/"
    client = ida.client()
    client.post(f"{path}close/")
    undo = undo_of(client, path)
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update kernel_assignment set role = 'carer' where user_id = %s", [ida.user.id])
    assert client.post(undo).status_code == 403
    with operator(cast.solsikken, "test"):
        assert not User.objects.get(id=cast.eva.user.id).active

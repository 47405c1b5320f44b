"""Roles that a customer makes itself: what they allow at once, what they can never allow, and who may change them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heretask.admin.roles import actions, policies
from heretask.admin.roles.actions import Wanted
from heretask.config import provision
from heretask.kernel.access.models import Assignment, OwnRole
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.access.roles import OFFERED, ROLES
from heretask.kernel.identity import factors
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import operator
from tests import database
from tests.admin.test_users_pages import users_events
from tests.cast import Cast, Member, make_member


def made(client: Client, **changed: Any) -> str:
    """Make a role on the page; the path of its own page."""
    form = {"label": "Natvagt", "sentence": "Læser om natten.", "units": "on",
            "social": ["social.citizens:see", "social.journal:read"], **changed}  # fmt: skip
    answer = client.post("/admin/roles/new/", form)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"].partition("?")[0])


def only_role(cast: Cast) -> OwnRole:
    with operator(cast.solsikken, "test"):
        return OwnRole.objects.get()


def given(cast: Cast, member: Member, role: OwnRole, unit: str = "") -> None:
    """Give somebody a role, by Eva, on the page."""
    answer = cast.eva.client().post(f"/admin/users/{member.user.id}/role/", {"role-role": role.key, "role-unit": unit})
    assert answer.status_code == 302, answer.content.decode()


def limited(cast: Cast, *rights: P) -> Member:
    """Gry, who has a role of the customer's own with these rights."""
    made(cast.eva.client(), label="Hjælper", units="", social=[], admin=[p.value for p in rights])
    with operator(cast.solsikken, "test"):
        role = OwnRole.objects.get(label="Hjælper")
        return make_member(cast.solsikken, "gry", "Gry Toft", role.key, None, provision.operator_of(cast.solsikken))


def test_a_role_is_made_given_and_works_at_once(cast: Cast) -> None:
    path = made(cast.eva.client(), social=[], admin=["admin.log:read"], units="")
    clara = cast.clara.client()
    assert clara.get("/admin/log/").status_code == 403
    given(cast, cast.clara, only_role(cast))
    assert clara.get("/admin/log/").status_code == 200
    page = cast.eva.client().get(path).content.decode()
    assert "Clara Holst" in page
    assert str(P.ADMIN_LOG_READ.sentence) in page
    told = users_events(cast.solsikken, "access.own_role.made")[-1]
    assert "admin.log:read" in told.variables["after"]
    assert told.variables["label"] == "Natvagt"


def test_a_change_has_before_and_after_and_effect_at_the_next_click(cast: Cast) -> None:
    eva = cast.eva.client()
    path = made(eva, social=[], admin=["admin.log:read", "admin.users:see"], units="")
    given(cast, cast.clara, only_role(cast))
    clara = cast.clara.client()
    assert clara.get("/admin/log/").status_code == 200
    form = {"label": "Natvagt", "sentence": "Læser om natten.", "admin": ["admin.users:see"]}
    assert eva.post(f"{path}change/", form).status_code == 302
    assert clara.get("/admin/log/").status_code == 403
    assert clara.get("/admin/users/").status_code == 200
    told = users_events(cast.solsikken, "access.own_role.changed")[-1]
    assert set(told.variables["before"]) - set(told.variables["after"]) == {"admin.log:read"}
    assert told.event.changed == ["permissions"]
    assert eva.post(f"{path}change/", form).status_code == 200  # nothing is changed: no event
    assert len(users_events(cast.solsikken, "access.own_role.changed")) == 1


def test_only_what_a_customers_own_roles_hold_is_offered_or_taken(cast: Cast) -> None:
    supplier_only = set().union(*(r.may for r in ROLES.values() if r.supplier)) - OFFERED
    assert P.SYSTEM_BACKUPS_RUN in supplier_only
    page = cast.eva.client().get("/admin/roles/new/").content.decode()
    for right in P:
        assert (f'value="{right.value}"' in page) == (right in OFFERED), right
    answer = cast.eva.client().post(
        "/admin/roles/new/", {"label": "X", "system": ["system.backups:run"], "admin": ["admin.users:see"]}
    )
    assert answer.status_code == 200
    with cast.eva.inside() as by, pytest.raises(policies.Refused):
        actions.make_role(Wanted("X", "", False, ("admin.users:see", "system.backups:run")), by=by)
    with operator(cast.solsikken, "test"):
        assert not OwnRole.objects.exists()


@pytest.mark.parametrize("label", ["Medarbejder", "ADMINISTRATOR", "carer", " ", "Nat\u202evagt", "x" * 61])
def test_a_name_that_is_taken_or_none_is_refused(cast: Cast, label: str) -> None:
    with cast.eva.inside() as by, pytest.raises(policies.Refused):
        actions.make_role(Wanted(label, "", True, ("social.journal:read",)), by=by)


def test_a_role_that_rules_others_sets_the_second_factor_by_itself(cast: Cast) -> None:
    gry = limited(cast, P.ADMIN_USERS_SEE, P.ADMIN_UNITS_CHANGE)
    role = only_role(cast)
    assert role.second_factor
    with database.superuser() as admin:
        admin.execute("update kernel_customer set second_factor = false where id = %s", [cast.solsikken.id])
    user = User.objects.using("gate").select_related("customer").get(id=gry.user.id)
    assert factors.needs_second_factor(user, user.customer)
    form = {"label": "Hjælper", "admin": ["admin.users:see"]}
    assert cast.eva.client().post(f"/admin/roles/{role.id}/change/", form).status_code == 302
    assert not only_role(cast).second_factor
    assert not factors.needs_second_factor(user, user.customer)


def test_nobody_changes_a_role_that_they_have(cast: Cast) -> None:
    gry = limited(cast, P.ADMIN_ROLES_SEE, P.ADMIN_ROLES_CHANGE)
    role = only_role(cast)
    client = gry.client()
    page = client.post(f"/admin/roles/{role.id}/change/", {"label": "Hjælper", "admin": ["admin.roles:see"]})
    assert page.status_code == 200
    assert "data-error-summary" in page.content.decode()
    assert "change/" not in client.get(f"/admin/roles/{role.id}/").content.decode()
    assert only_role(cast).may == role.may


def test_nobody_makes_gives_or_takes_over_more_than_they_hold(cast: Cast) -> None:
    """An accomplice, a second login, a colleague's start password: no path leads to more rights (B25)."""
    gry = limited(cast, P.ADMIN_ROLES_SEE, P.ADMIN_ROLES_CHANGE, P.ADMIN_USERS_SEE, P.ADMIN_USERS_CHANGE)
    client = gry.client()
    more = {"label": "Mere", "admin": ["admin.users:change", "admin.log:export_plain"]}
    assert client.post("/admin/roles/new/", more).status_code == 200
    fewer = {"label": "Mindre", "admin": ["admin.users:change", "admin.users:see"]}
    assert client.post("/admin/roles/new/", fewer).status_code == 302
    new = {"name": "Gry To", "user_name": "gry2", "role": "administrator", "unit": "", "until": "", "start": "password"}
    assert "way-password" not in client.post("/admin/users/new/", new).content.decode()
    give = {"role-role": "administrator", "role-unit": ""}
    assert client.post(f"/admin/users/{cast.anna.user.id}/role/", give).status_code == 200
    for way in ("start-password", "link"):
        assert "way-" not in client.post(f"/admin/users/{cast.eva.user.id}/{way}/").content.decode()
    care = {**new, "role": "carer", "unit": str(cast.nord.id)}
    assert "way-password" in client.post("/admin/users/new/", care).content.decode()  # daily work is theirs to give
    with operator(cast.solsikken, "test"):
        assert Assignment.objects.filter(role="administrator").count() == 1
        assert not OwnRole.objects.filter(label="Mere").exists()


def test_a_role_is_retired_when_nobody_has_it_and_cannot_be_given_again(cast: Cast) -> None:
    eva = cast.eva.client()
    path = made(eva)
    role = only_role(cast)
    given(cast, cast.clara, role, str(cast.nord.id))
    assert "1 person" in eva.post(f"{path}retire/").content.decode()
    with operator(cast.solsikken, "test"):
        held = Assignment.objects.get(own_id=role.id)
    assert eva.post(f"/admin/users/{cast.clara.user.id}/role/{held.id}/end/").status_code == 302
    assert eva.post(f"{path}retire/").status_code == 302
    assert not only_role(cast).active
    assert eva.post(f"/admin/users/{cast.clara.user.id}/role/", {"role-role": role.key}).status_code == 200
    assert eva.post(f"{path}change/", {"label": "Y", "social": ["social.journal:read"]}).status_code == 200
    with cast.eva.inside() as by, pytest.raises(policies.Refused):
        actions.make_role(Wanted("natvagt", "", True, ("social.journal:read",)), by=by)  # its name stays


def test_nobody_left_who_manages_users_is_refused(cast: Cast) -> None:
    gry = limited(cast, P.ADMIN_USERS_SEE, P.ADMIN_USERS_CHANGE)
    role = only_role(cast)
    with database.superuser() as admin:  # there is no administrator any more, past every lock
        admin.execute("set session_replication_role = replica")
        admin.execute("update kernel_user set active = false where id = %s", [cast.eva.user.id])
    with operator(cast.solsikken, "test"), pytest.raises(policies.Refused):
        actions.change_role(
            role.id, Wanted("Hjælper", "", False, ("admin.users:see",)), by=provision.operator_of(cast.solsikken)
        )
    assert gry.client().get("/admin/users/new/").status_code == 200


def test_a_change_is_taken_back_by_who_made_it_and_only_if_nothing_else_happened(cast: Cast) -> None:
    eva = cast.eva.client()
    path = made(eva)
    change = {"label": "Nattevagt", "units": "on", "social": ["social.citizens:see"]}
    assert eva.post(f"{path}change/", change).status_code == 302
    page = eva.get(path).content.decode()
    undo = page.split(f'action="{path}undo/')[1].split('"')[0]
    with operator(cast.solsikken, "test"):
        ida = make_member(
            cast.solsikken, "ida", "Ida Krog", "administrator", None, provision.operator_of(cast.solsikken)
        )
    assert ida.client().post(f"{path}undo/{undo}").status_code == 404
    assert eva.post(f"{path}undo/{undo}").status_code == 302
    back = only_role(cast)
    assert (back.label, P.SOCIAL_JOURNAL_READ in back.may) == ("Natvagt", True)
    assert users_events(cast.solsikken, "undo.done")[-1].event.object_id == back.id
    assert eva.post(f"{path}undo/{undo}").status_code == 200  # once
    assert eva.post(f"{path}change/", change).status_code == 302
    undo = eva.get(path).content.decode().split(f'action="{path}undo/')[1].split('"')[0]
    assert ida.client().post(f"{path}change/", {**change, "label": "Nattens folk"}).status_code == 302
    assert "data-error-summary" in eva.post(f"{path}undo/{undo}").content.decode()
    assert only_role(cast).label == "Nattens folk"


def test_roles_read_as_sentences_and_nobody_else_reaches_them(cast: Cast) -> None:
    eva = cast.eva.client()
    assert "Eva Lund" in eva.get("/admin/roles/built-in/administrator/").content.decode()
    assert eva.get("/admin/roles/built-in/management/").status_code == 404  # the supplier's
    path = made(eva)
    for client in (cast.anna.client(), cast.bo.client()):
        for url in ("/admin/roles/", "/admin/roles/new/", path, f"{path}change/", "/admin/roles/built-in/carer/"):
            assert client.get(url).status_code == 403, url
        assert client.post(f"{path}retire/").status_code == 403
    with operator(cast.fyrtaarnet, "test"):
        other = make_member(
            cast.fyrtaarnet, "ida", "Ida Krog", "administrator", None, provision.operator_of(cast.fyrtaarnet)
        )
    assert other.client().get(path).status_code == 404
    assert other.client().post(f"{path}change/", {"label": "Y"}).status_code == 404


def test_queries_do_not_grow_with_the_roles(cast: Cast) -> None:
    eva = cast.eva.client()
    path = made(eva)

    def count(url: str) -> int:
        with CaptureQueriesContext(connections["default"]) as captured:
            assert eva.get(url).status_code == 200
        return len(captured)

    eva.get("/admin/roles/")
    few = [count(url) for url in ("/admin/roles/", path)]
    for number in range(5):
        made(eva, label=f"Rolle {number}")
    given(cast, cast.clara, first(cast), str(cast.nord.id))
    given(cast, cast.anna, first(cast), str(cast.nord.id))
    assert count("/admin/roles/") == few[0]
    assert count(path) <= few[1] + 1  # names are asked for where there are any


def first(cast: Cast) -> OwnRole:
    with operator(cast.solsikken, "test"):
        return OwnRole.objects.get(label="Natvagt")

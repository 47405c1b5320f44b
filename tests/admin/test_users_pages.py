"""The pages of users: each act, its event, its refusals; and who reaches them."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from heretask.admin.users import actions, policies, queries
from heretask.kernel.access.models import Assignment
from heretask.kernel.identity import signing_in
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import NOWHERE, operator
from heretask.kernel.identity.whence import From
from heretask.kernel.log.models import Event
from heretask.kernel.log.queries import Entry, variables_of
from heretask.kernel.tenancy.models import Customer
from tests.cast import Cast, Member, make_member, supplier

FROM = From("127.0.0.1", "tests")


def new_user(client: Client, cast: Cast, **changed: str) -> str:
    form = {
        "name": "Gry Toft", "user_name": "gry", "role": "carer", "unit": str(cast.nord.id), "until": "",
        "start": "password",
        **changed,
    }  # fmt: skip
    answer = client.post("/admin/users/new/", form)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def shown_value(page: str, field: str) -> str:
    found = re.search(rf'id="{field}" type="text" value="([^"]*)"', page)
    assert found, f"no field {field}"
    return found[1]


def users_events(customer: Customer, action: str) -> list[Entry]:
    with operator(customer, "test"):
        return [Entry(e, variables_of(e)) for e in Event.objects.filter(action=action).order_by("at", "id")]


def user_called(customer: Customer, user_name: str) -> User:
    with operator(customer, "test"):
        return User.objects.get(user_name=user_name)


def test_created_with_a_start_password_that_opens_the_door(cast: Cast) -> None:
    page = new_user(cast.eva.client(), cast)
    password = shown_value(page, "way-password")
    assert shown_value(page, "way-user") == f"gry@{cast.solsikken.slug}"
    outcome = signing_in.by_password(f"gry@{cast.solsikken.slug}", password, at=NOWHERE, whence=FROM)
    assert outcome.kind == "password"  # must be changed at the first sign-in
    gry = user_called(cast.solsikken, "gry")
    for action in ("admin.user.created", "access.role.given", "admin.user.start_given"):
        assert [e.event.object_id for e in users_events(cast.solsikken, action)].count(gry.id) == 1, action
    assert password not in str([e.variables for e in users_events(cast.solsikken, "admin.user.start_given")])


def test_created_with_a_link_whose_secret_stands_behind_the_fragment(cast: Cast) -> None:
    page = new_user(cast.eva.client(), cast, start="link")
    code = shown_value(page, "way-code")
    assert shown_value(page, "way-link").endswith(f"/sign-in/link/#{code}")
    assert signing_in.by_link(code, at=NOWHERE, whence=FROM).kind == "password"
    assert signing_in.by_link(code, at=NOWHERE, whence=FROM).kind == "refused"  # once


def test_user_name_is_suggested_from_the_name(cast: Cast) -> None:
    client = cast.eva.client()
    assert shown_value(new_user(client, cast, name="Åse Öberg", user_name=""), "way-user").startswith("åse@")
    assert shown_value(new_user(client, cast, name="Åse Öberg", user_name=""), "way-user").startswith("åse.oberg@")
    assert shown_value(new_user(client, cast, name="Åse Öberg", user_name=""), "way-user").startswith("åse.oberg2@")
    suggestion = client.post("/admin/users/suggest/", {"name": "Anna Skov"}).content.decode()
    assert 'value="anna.skov"' in suggestion


@pytest.mark.parametrize("look_alike", ["anna", "ANNA", " Anna ", "ａｎｎａ", "Ａnna"])
def test_names_in_use_and_their_look_alikes_are_refused(cast: Cast, look_alike: str) -> None:
    page = new_user(cast.eva.client(), cast, user_name=look_alike)
    assert "way-password" not in page
    assert "anna is or has been in use" in page or "anna er" in page
    assert 'value="Gry Toft"' in page  # nothing lost


@pytest.mark.parametrize("bad", ["а" + "nna", "gry\u202ex", "gry toft", "-gry", "<b>gry</b>", "g" * 41, "gry\x00"])
def test_names_that_cannot_be_one_are_refused_with_a_sentence(cast: Cast, bad: str) -> None:
    page = new_user(cast.eva.client(), cast, user_name=bad)
    assert "error-summary" in page
    assert "way-password" not in page
    assert "<b>gry</b>" not in page


def test_html_and_direction_marks_in_names(cast: Cast) -> None:
    client = cast.eva.client()
    page = new_user(client, cast, name="<script>alert(1)</script>")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "error-summary" in new_user(client, cast, name="Gry \u202e Toft", user_name="gry2")
    assert client.post("/admin/users/new/", {"name": "x" * 1_100_000}).status_code == 400


def test_a_reserved_name_is_never_given_again(cast: Cast) -> None:
    client = cast.eva.client()
    anna = cast.anna.user
    answer = client.post(f"/admin/users/{anna.id}/rename/", {"rename-user_name": "Anna.Skov"})
    assert answer.status_code == 302, answer.content.decode()
    renamed = users_events(cast.solsikken, "admin.user.renamed")
    assert [(e.event.object_id, e.variables) for e in renamed] == [(anna.id, {"before": "anna", "after": "anna.skov"})]
    for name in ("anna", "ANNA", "anna.skov"):
        assert "way-password" not in new_user(client, cast, user_name=name)
        other = client.post(f"/admin/users/{cast.clara.user.id}/rename/", {"rename-user_name": name})
        assert other.status_code == 200
        assert f'value="{name}"' in other.content.decode()
    assert (
        signing_in.by_password(f"anna.skov@{cast.solsikken.slug}", cast.anna.password, at=NOWHERE, whence=FROM).kind
        == "code"
    )


def test_two_at_once_cannot_get_the_same_name(cast: Cast) -> None:
    answers: list[str] = []

    def create() -> None:
        try:
            answers.append("made" if "way-password" in new_user(cast.eva.client(), cast) else "refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=create) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["made", "refused", "refused", "refused"]


def test_roles_are_given_and_ended(cast: Cast) -> None:
    client, anna = cast.eva.client(), cast.anna.user
    give = {"role-role": "carer", "role-unit": str(cast.syd.id), "role-until": "2099-12-31"}
    assert client.post(f"/admin/users/{anna.id}/role/", give).status_code == 302
    given = users_events(cast.solsikken, "access.role.given")[-1].variables
    assert (given["role"], given["unit"], given["until"]) == ("carer", "Syd", "2099-12-31")
    again = client.post(f"/admin/users/{anna.id}/role/", give)
    assert again.status_code == 200  # held already
    without = client.post(f"/admin/users/{anna.id}/role/", {"role-role": "carer", "role-unit": ""})
    assert without.status_code == 200
    assert "error-summary" in without.content.decode()
    end = f"/admin/users/{anna.id}/role/{given['assignment']}/end/"
    assert client.post(end).status_code == 302
    assert users_events(cast.solsikken, "access.role.ended")[-1].variables["assignment"] == given["assignment"]
    assert client.post(end).status_code == 200  # has ended already, with a sentence
    assert client.post(f"/admin/users/{anna.id}/role/", {"role-role": "management"}).status_code == 200
    with operator(cast.solsikken, "test"):
        assert not Assignment.objects.filter(role="management").exists()


def test_a_deactivated_person_is_out_at_the_next_request(cast: Cast) -> None:
    bo, eva = cast.bo.client(), cast.eva.client()
    urls = ("/admin/users/", f"/admin/users/{cast.anna.user.id}/", reverse("platform.today"), "/admin/users/?show=all")
    assert bo.get("/admin/users/").status_code == 200
    assert eva.post(f"/admin/users/{cast.bo.user.id}/close/").status_code == 302
    for url in urls:
        answer = bo.get(url)
        assert answer.status_code == 302, url
        assert answer["Location"].startswith("/sign-in/"), url
    assert bo.post("/admin/users/", {"q": "Anna"}).status_code == 302
    assert signing_in.by_password(cast.bo.user_name, cast.bo.password, at=NOWHERE, whence=FROM).kind == "refused"
    ended = users_events(cast.solsikken, "admin.user.deactivated")
    assert [(e.event.object_id, e.event.hits) for e in ended] == [(cast.bo.user.id, 1)]
    told = eva.get("/admin/log/").content.decode()
    assert re.search(r"Bo Friis</a> (was ended|blev afsluttet)", told)
    assert eva.post(f"/admin/users/{cast.bo.user.id}/open/").status_code == 302
    assert bo.get("/admin/users/").status_code == 302  # the old session stays ended
    assert signing_in.by_password(cast.bo.user_name, cast.bo.password, at=NOWHERE, whence=FROM).kind == "code"


def test_a_closed_login_gets_no_way_in(cast: Cast) -> None:
    eva = cast.eva.client()
    eva.post(f"/admin/users/{cast.bo.user.id}/close/")
    for way in ("start-password", "link"):
        page = eva.post(f"/admin/users/{cast.bo.user.id}/{way}/").content.decode()
        assert "data-error-summary" in page
        assert "way-" not in page


def test_a_new_start_password_ends_sessions_and_the_old_password(cast: Cast) -> None:
    anna, eva = cast.anna.client(), cast.eva.client()
    page = eva.post(f"/admin/users/{cast.anna.user.id}/start-password/").content.decode()
    assert signing_in.by_password(cast.anna.user_name, cast.anna.password, at=NOWHERE, whence=FROM).kind == "refused"
    fresh = shown_value(page, "way-password")
    assert signing_in.by_password(cast.anna.user_name, fresh, at=NOWHERE, whence=FROM).kind == "password"
    assert anna.get(reverse("platform.today"))["Location"].startswith("/sign-in/")


def test_nobody_changes_their_own_login(cast: Cast) -> None:
    eva, own = cast.eva.client(), cast.eva.user.id
    with operator(cast.solsikken, "test"):
        role = Assignment.objects.get(user_id=own).id
    acts = {
        "rename/": {"rename-user_name": "eva2"}, "name/": {"name-name": "Eva Ny"},
        "role/": {"role-role": "carer", "role-unit": str(cast.nord.id)}, f"role/{role}/end/": {}, "start-password/": {},
        "link/": {}, "close/": {}, "open/": {},
    }  # fmt: skip
    for act, form in acts.items():
        answer = eva.post(f"/admin/users/{own}/{act}", form)
        assert answer.status_code == 200, act
        assert "data-error-summary" in answer.content.decode(), act
    with operator(cast.solsikken, "test"):
        there = User.objects.get(id=own)
        assert (there.user_name, there.active, queries.name_of(there)) == ("eva", True, "Eva Lund")
        assert Assignment.objects.filter(user_id=own, ended_at=None).count() == 1
    assert eva.get("/admin/users/").status_code == 200


def test_the_last_administrator_stays(cast: Cast) -> None:
    with operator(cast.solsikken, "test"):
        from heretask.config import provision

        by = provision.operator_of(cast.solsikken)
        with pytest.raises(policies.Refused):
            actions.deactivate_user(user=queries.get_user(cast.eva.user.id), by=by)
        only = Assignment.objects.select_related("user", "unit").get(user_id=cast.eva.user.id)
        with pytest.raises(policies.Refused):
            actions.end_role(assignment=only, by=by)
        gry = make_member(cast.solsikken, "gry", "Gry Toft", "administrator", None, by)
    assert gry.client().post(f"/admin/users/{cast.eva.user.id}/close/").status_code == 302
    with operator(cast.solsikken, "test"), pytest.raises(policies.Refused):
        actions.deactivate_user(user=queries.get_user(gry.user.id), by=by)


def test_two_administrators_cannot_close_each_other_at_once(cast: Cast) -> None:
    """While one is being closed, and not yet committed, the closing of the other waits, and is then refused."""
    from heretask.config import provision

    by = provision.operator_of(cast.solsikken)
    with operator(cast.solsikken, "test"):
        gry = make_member(cast.solsikken, "gry", "Gry Toft", "administrator", None, by)
    refused: list[bool] = []

    def close_the_other() -> None:
        try:
            with operator(cast.solsikken, "test"):
                actions.deactivate_user(user=queries.get_user(gry.user.id), by=by)
            refused.append(False)
        except policies.Refused:
            refused.append(True)
        finally:
            connections.close_all()

    other = threading.Thread(target=close_the_other)
    with operator(cast.solsikken, "test"):
        actions.deactivate_user(user=queries.get_user(cast.eva.user.id), by=by)
        other.start()
        other.join(timeout=1)
        assert refused == []  # it waits
    other.join()
    assert refused == [True]
    with operator(cast.solsikken, "test"):
        assert User.objects.filter(id__in=[cast.eva.user.id, gry.user.id], active=True).count() == 1


CHANGING = (
    "rename/", "name/", "role/", "start-password/", "link/", "close/", "open/",
)  # fmt: skip


def test_others_are_refused_and_nothing_changes(cast: Cast) -> None:
    """A carer sees nothing; a team leader sees the list and changes nothing; each try is a denial in the log."""
    target = cast.clara.user.id
    bo, anna = cast.bo.client(), cast.anna.client()
    assert bo.get("/admin/users/").status_code == 200
    seen = bo.get(f"/admin/users/{target}/").content.decode()
    assert "Clara Holst" in seen
    assert "<form" not in seen.split('id="main"')[1].split("</main>")[0]
    before = len(users_events(cast.solsikken, "access.denied"))
    tries = 0
    for client in (bo, anna):
        for act in CHANGING:
            assert (
                client.post(f"/admin/users/{target}/{act}", {"name-name": "X", "rename-user_name": "x"}).status_code
                == 403
            )
            tries += 1
        for url in ("/admin/users/new/", "/admin/users/import/"):
            assert client.get(url).status_code == 403
            tries += 1
    for url in ("/admin/users/", f"/admin/users/{target}/"):
        assert anna.get(url).status_code == 403
        tries += 1
    assert len(users_events(cast.solsikken, "access.denied")) == before + tries
    with operator(cast.solsikken, "test"):
        assert queries.name_of(User.objects.get(id=target)) == "Clara Holst"


def test_another_customers_users_are_not_there(cast: Cast) -> None:
    """Neither another customer's administrator nor the supplier's management reaches a user (ACCESS-1)."""
    from heretask.config import provision

    with operator(supplier(), "test"):
        name = f"grethe{cast.solsikken.slug.removeprefix('solsikken')}"
        heretask = supplier()
        with connections["default"].cursor():
            grethe = _manager(heretask, name, provision.operator_of(heretask))
    with operator(cast.fyrtaarnet, "test"):
        admin = make_member(
            cast.fyrtaarnet, "ida", "Ida Krog", "administrator", None, provision.operator_of(cast.fyrtaarnet)
        )
    target = cast.clara.user.id
    for member in (grethe, admin):
        client = member.client()
        page = client.get("/admin/users/?show=all").content.decode()
        assert "Clara Holst" not in page
        assert client.get(f"/admin/users/{target}/").status_code == 404
        for act in CHANGING:
            form = {"name-name": "X", "rename-user_name": "x", "role-role": "carer", "role-unit": str(cast.syd.id)}
            assert client.post(f"/admin/users/{target}/{act}", form).status_code == 404, act
    with operator(cast.solsikken, "test"):
        clara = User.objects.get(id=target)
        assert (clara.user_name, clara.active, queries.name_of(clara)) == ("clara", True, "Clara Holst")


def _manager(heretask: Customer, name: str, by: object) -> Member:
    """A manager; where two from earlier tests hold the role already, one of them steps back first."""
    held = list(Assignment.objects.filter(role="management", ended_at=None).order_by("made_at"))
    if len(held) >= 2:
        Assignment.objects.filter(id=held[0].id).update(ended_at="2020-01-01T00:00:00Z")
    return make_member(heretask, name, "Grethe Lund", "management", None, by)  # type: ignore[arg-type]


def test_the_list_searches_filters_and_says_so_in_the_log(cast: Cast) -> None:
    client = cast.eva.client()
    page = client.get("/admin/users/").content.decode()
    assert all(name in page for name in ("Anna Skov", "Bo Friis", "Clara Holst", "Eva Lund"))
    assert "Nord" in page
    answer = client.post("/admin/users/", {"q": "holst"})
    assert "holst" not in answer["Location"].lower()
    found = client.get(answer["Location"]).content.decode()
    rows = found.split("<tbody")[1]
    assert "Clara Holst" in rows
    assert "Anna Skov" not in rows
    searched = users_events(cast.solsikken, "admin.users.searched")[-1]
    assert searched.variables["q"] == "holst"
    assert searched.event.hits == 1
    assert searched.event.shown == [cast.clara.user.id]
    assert cast.bo.client().get(answer["Location"]).status_code == 404  # another's search
    empty = client.get(client.post("/admin/users/", {"q": "findes ikke"})["Location"]).content.decode()
    assert 'class="empty"' in empty
    client.post(f"/admin/users/{cast.clara.user.id}/close/")
    assert "Clara Holst" not in client.get("/admin/users/").content.decode()
    assert "Clara Holst" in client.get("/admin/users/?show=closed").content.decode()
    assert client.get("/admin/users/?show=';--&page=99999999999").status_code == 200


def test_the_user_page_tells_reach_and_history(cast: Cast) -> None:
    client, anna = cast.eva.client(), cast.anna.user
    client.post(f"/admin/users/{anna.id}/name/", {"name-name": "Anna Skov Lind"})
    page = client.get(f"/admin/users/{anna.id}/").content.decode()
    assert "Anna Skov Lind" in page
    from django.utils.translation import override

    from heretask.kernel.access.permissions import SENTENCES, Permission

    with override("da"):
        assert str(SENTENCES[Permission.SOCIAL_JOURNAL_SIGN]) in page
        assert str(SENTENCES[Permission.ADMIN_USERS_CHANGE]) not in page
    history = page.split('id="history"')[1]
    assert "Eva Lund" in history
    assert users_events(cast.solsikken, "admin.user.seen")[-1].event.object_id == anna.id


def test_queries_do_not_grow_with_the_users(cast: Cast) -> None:
    client = cast.eva.client()

    def count(url: str) -> int:
        with CaptureQueriesContext(connections["default"]) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    client.get("/admin/users/")
    urls = ("/admin/users/?show=all", f"/admin/users/{cast.anna.user.id}/")
    few = [count(url) for url in urls]
    from heretask.config import provision

    with operator(cast.solsikken, "test"):
        for n in range(8):
            make_member(
                cast.solsikken, f"p{n}", f"Person {n}", "carer", cast.syd, provision.operator_of(cast.solsikken)
            )
    for n in range(3):
        client.post(f"/admin/users/{cast.anna.user.id}/name/", {"name-name": f"Anna {n}"})
    assert [count(url) for url in urls] == few
    assert max(few) <= 16, few


@pytest.mark.parametrize("role", ["inspector", "auditor"])
def test_a_guests_role_is_never_simply_given(cast: Cast, role: str) -> None:
    with cast.eva.inside() as eva, pytest.raises(policies.Refused):
        actions.give_role(user=User.objects.get(id=cast.bo.user.id), role=role, unit=None, by=eva)
    page = cast.eva.client().get(f"/admin/users/{cast.bo.user.id}/").content.decode()
    assert f'value="{role}"' not in page
    assert 'value="carer"' in page

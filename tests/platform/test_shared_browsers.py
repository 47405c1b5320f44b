"""A browser that a unit shares: marked by its leader, tiles at the door, switching, and nothing more than that."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from heretask.admin.browsers.actions import share
from heretask.admin.browsers.policies import Refused
from heretask.kernel.identity.models import BrowserPerson, Session, SharedBrowser, User
from heretask.kernel.identity.sessions import h1_of, stored_hash
from tests.cast import Cast, Member
from tests.door import browser, events, give_password, make_passkey, sign_in, where
from tests.passkey import Device


def shared(cast: Cast, *, by: Member | None = None) -> Client:
    """The browser of Nord, marked by its leader and left."""
    client = sign_in(browser(), by or cast.bo)
    answer = client.post("/admin/browsers/", {"unit": str(cast.nord.id), "label": "Vagtstue"})
    assert "done=browser_shared" in where(answer)
    client.post("/switch-person/")
    return client


def door(client: Client, more: str = "") -> str:
    return client.get(f"/sign-in/{more}").content.decode()


def test_tiles_show_first_name_and_initial_of_those_who_were_here(cast: Cast) -> None:
    client = shared(cast)
    sign_in(client, cast.anna)
    client.post("/switch-person/")
    page = door(client)
    assert "Anna S." in page
    assert "Bo F." in page
    assert "Skov" not in page
    assert "Friis" not in page
    assert cast.anna.user_name not in page
    assert page.index("Anna S.") < page.index("Bo F.")  # who was here last comes first
    assert ("identity.tiles.shown", "done") in events(cast.solsikken.id)


def test_only_people_of_the_unit_are_shown(cast: Cast) -> None:
    client = shared(cast)
    sign_in(client, cast.clara)
    client.post("/switch-person/")
    sign_in(client, cast.eva)
    client.post("/switch-person/")
    assert "Clara" not in door(client)
    assert "Eva" not in door(client)


def test_names_go_after_twelve_hours(cast: Cast) -> None:
    client = shared(cast)
    BrowserPerson.objects.filter(user_id=cast.bo.user.id).update(
        signed_in_at=timezone.now() - dt.timedelta(hours=12, minutes=1)
    )
    assert "Bo F." not in door(client)


def test_closed_logins_are_not_shown(cast: Cast) -> None:
    client = shared(cast)
    with cast.eva.inside():
        User.objects.filter(id=cast.bo.user.id).update(active=False)
    assert "Bo F." not in door(client)


def test_other_browsers_show_nobody(cast: Cast) -> None:
    shared(cast)
    for client in (browser(), sign_in(browser(), cast.bo)):
        client.post("/sign-out/")
        assert "Bo F." not in door(client)
    stranger = browser()
    stranger.cookies["__Host-ht-browser"] = "guessed"
    stranger.cookies["__Host-shared"] = "1"
    assert "Bo F." not in door(stranger)


def test_mark_expires_and_can_be_ended(cast: Cast) -> None:
    client = shared(cast)
    mark = SharedBrowser.objects.using("gate").get(customer_id=cast.solsikken.id)
    assert dt.timedelta(days=89) < mark.until - timezone.now() <= dt.timedelta(days=90)
    with cast.eva.inside():
        SharedBrowser.objects.filter(id=mark.id).update(until=timezone.now() - dt.timedelta(seconds=1))
    assert "Bo F." not in door(client)
    with cast.eva.inside():
        SharedBrowser.objects.filter(id=mark.id).update(until=timezone.now() + dt.timedelta(days=1))
    assert "Bo F." in door(client)
    assert "done=browser_unshared" in where(cast.eva.client().post(f"/admin/browsers/{mark.id}/end/"))
    assert "Bo F." not in door(client)
    assert [name for name, _ in events(cast.solsikken.id, "admin.browser.%")] == [
        "admin.browser.shared",
        "admin.browser.unshared",
    ]


def test_a_tile_fills_in_the_name_and_asks_for_the_password(cast: Cast) -> None:
    client = shared(cast)
    page = door(client, f"?who={cast.bo.user.id}")
    assert f'value="{cast.bo.user_name}"' in page
    assert (
        where(
            client.post(
                "/sign-in/", {"username": cast.bo.user_name, "password": "Wrong-word-9", "who": str(cast.bo.user.id)}
            )
        )
        == "422"
    )
    assert give_password(client, cast.bo, who=str(cast.bo.user.id)) == "/platform/today/"


@pytest.mark.parametrize("who", ["clara", "dan", "eva"])
def test_the_door_tells_no_name_that_is_not_a_tile(cast: Cast, who: str) -> None:
    client, member = shared(cast), getattr(cast, who)
    assert member.user_name not in door(client, f"?who={member.user.id}")


@pytest.mark.parametrize("who", ["x", "", "00000000-0000-0000-0000-000000000000", "%00", "a" * 2000])
def test_hostile_tiles_are_the_plain_door(cast: Cast, who: str) -> None:
    assert shared(cast).get(f"/sign-in/?who={who}").status_code == 200


def test_next_is_kept_for_who_was_here_last_alone(cast: Cast) -> None:
    client = shared(cast)
    sign_in(client, cast.anna)
    client.post("/switch-person/")
    page = door(client, "?next=/social/citizens/")
    page = page.partition("<main")[2]
    assert page.count("/social/citizens/") == 1
    assert page.index("/social/citizens/") < page.index("Bo F.")


def test_switching_ends_the_session_and_offers_itself_on_shared_browsers_alone(cast: Cast) -> None:
    client = shared(cast)
    door(client)
    sign_in(client, cast.anna)
    token = client.cookies["__Host-ht"].value
    assert "/switch-person/" in client.get("/platform/today/").content.decode()
    assert where(client.post("/switch-person/")) == "/sign-in/?why=switched"
    ended = Session.objects.get(token_hash=stored_hash(h1_of(token)))
    assert ended.end_reason == "switched"
    client.cookies["__Host-ht"] = token
    assert client.get("/platform/today/").status_code == 302
    assert "/switch-person/" not in sign_in(browser(), cast.anna).get("/platform/today/").content.decode()


def test_a_leader_shares_for_their_own_unit_alone(cast: Cast) -> None:
    client = sign_in(browser(), cast.bo)
    page = client.get("/admin/browsers/").content.decode()
    assert str(cast.nord.id) in page
    assert str(cast.syd.id) not in page
    assert client.post("/admin/browsers/", {"unit": str(cast.syd.id), "label": "x"}).status_code == 422
    with cast.bo.inside() as bo, pytest.raises(Refused):
        share(browser_id=cast.bo.user.id, unit=cast.syd, label="x", by=bo)


def test_a_leader_sees_and_ends_those_of_their_own_unit_alone(cast: Cast) -> None:
    client = sign_in(browser(), cast.eva)
    client.post("/admin/browsers/", {"unit": str(cast.syd.id), "label": "Kontoret"})
    mark = SharedBrowser.objects.using("gate").get(customer_id=cast.solsikken.id)
    bo = cast.bo.client()
    assert "Kontoret" not in bo.get("/admin/browsers/").content.decode()
    assert bo.post(f"/admin/browsers/{mark.id}/end/").status_code == 404
    assert "Kontoret" in cast.eva.client().get("/admin/browsers/").content.decode()


def test_carers_cannot_share(cast: Cast) -> None:
    assert cast.anna.client().get("/admin/browsers/").status_code == 403
    assert cast.anna.client().post("/admin/browsers/", {"unit": str(cast.nord.id), "label": "x"}).status_code == 403


def test_another_customer_reaches_no_mark(cast: Cast) -> None:
    shared(cast)
    with cast.dan.inside():
        assert list(SharedBrowser.objects.all()) == []


def test_marking_anew_takes_the_place_of_the_old_mark(cast: Cast) -> None:
    client = shared(cast)
    sign_in(client, cast.bo)
    client.post("/admin/browsers/", {"unit": str(cast.nord.id), "label": "Stuen"})
    live = SharedBrowser.objects.using("gate").filter(customer_id=cast.solsikken.id, ended_at=None)
    assert [mark.label for mark in live] == ["Stuen"]


def test_no_passkey_lives_in_a_shared_browser(cast: Cast) -> None:
    client = shared(cast)
    sign_in(client, cast.anna)
    options = client.post("/platform/account/passkey/begin/").json()["publicKey"]
    assert options["authenticatorSelection"]["authenticatorAttachment"] == "cross-platform"
    assert make_passkey(client, Device(attachment="platform")) == "422"
    assert "done=passkey_added" in make_passkey(client, Device(attachment="cross-platform"))
    own = sign_in(browser(), cast.anna)
    assert (
        "authenticatorAttachment"
        not in own.post("/platform/account/passkey/begin/").json()["publicKey"]["authenticatorSelection"]
    )

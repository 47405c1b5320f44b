"""Signing in through the real pages: password, code, first password, first factor, links, throttle."""

from __future__ import annotations

import hashlib
import re
import threading
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client

from heretask.admin.users import actions
from heretask.kernel.identity import codes, passwords, signing_in
from heretask.kernel.identity.models import BrowserPerson, Credential, Session, User
from heretask.kernel.identity.sessions import NOWHERE, h1_of, stored_hash
from tests import database
from tests.cast import PASSWORD, SECRET, Cast, Member


def browser() -> Client:
    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    client.defaults["wsgi.url_scheme"] = "https"
    return client


def give_password(client: Client, member: Member, password: str = PASSWORD) -> str:
    answer = client.post("/sign-in/", {"username": member.user_name, "password": password})
    return answer.headers.get("Location", str(answer.status_code))


def give_code(client: Client, secret: bytes = SECRET) -> str:
    answer = client.post("/sign-in/code/", {"code": codes.code_now(secret)})
    return answer.headers.get("Location", str(answer.status_code))


def events_of(customer_id: UUID) -> list[str]:
    with database.superuser() as admin:
        rows = admin.execute("select action from kernel_event where customer_id = %s order by at", [customer_id])
        return [str(row[0]) for row in rows.fetchall()]


def test_password_then_code_leads_to_today(cast: Cast) -> None:
    client = browser()
    assert give_password(client, cast.anna) == "/sign-in/code/"
    assert give_code(client) == "/platform/today/"
    page = client.get("/platform/today/")
    assert page.status_code == 200
    assert "Anna" in page.content.decode()
    assert events_of(cast.solsikken.id)[-3:-1] == ["identity.code.asked", "identity.signed_in"]


def test_door_is_not_a_session(cast: Cast) -> None:
    client = browser()
    give_password(client, cast.anna)
    assert client.get("/platform/today/").headers["Location"].startswith("/sign-in/")


def test_each_step_has_a_new_token_and_the_old_one_is_dead(cast: Cast) -> None:
    client = browser()
    give_password(client, cast.anna)
    first = client.cookies["__Host-ht"].value
    give_code(client)
    assert client.cookies["__Host-ht"].value != first
    assert Session.objects.get(token_hash=stored_hash(h1_of(first))).end_reason == "replaced"


def test_known_browser_is_not_asked_again_within_twelve_hours(cast: Cast) -> None:
    client = browser()
    give_password(client, cast.anna)
    give_code(client)
    client.post("/sign-out/")
    assert give_password(client, cast.anna) == "/platform/today/"
    BrowserPerson.objects.filter(user_id=cast.anna.user.id).update(second_factor_at="2020-01-01T00:00Z")
    client.post("/sign-out/")
    assert give_password(client, cast.anna) == "/sign-in/code/"


def test_a_code_is_accepted_once(cast: Cast) -> None:
    one, other = browser(), browser()
    give_password(one, cast.anna)
    give_password(other, cast.anna)
    assert give_code(one) == "/platform/today/"
    assert give_code(other) == "422"


def test_unknown_name_and_wrong_password_answer_alike(cast: Cast) -> None:
    pages = []
    for name in (cast.anna.user_name, f"nobody@{cast.solsikken.slug}", "anna@nowhere", "anna", ""):
        answer = browser().post("/sign-in/", {"username": name or "x", "password": "Wrong-word-9"})
        text = re.sub(r'name="(username|csrfmiddlewaretoken)" value="[^"]*"|value="[^"]*"', "", answer.content.decode())
        text = re.sub(r'content="[^"]*"', "", text)
        pages.append((answer.status_code, text))
    assert len(set(pages)) == 1
    assert pages[0][0] == 422


def test_unknown_name_costs_one_hash_as_well(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    verify = passwords.Argon2id.verify

    def counting(self: passwords.Argon2id, password: str, encoded: str) -> bool:
        counted.append(1)
        return verify(self, password, encoded)

    monkeypatch.setattr(passwords.Argon2id, "verify", counting)
    for name in (cast.anna.user_name, "nobody@nowhere"):
        counted.clear()
        signing_in.by_password(name, "Wrong-word-9", at=NOWHERE, whence=signing_in.From("127.0.0.9", ""))
        assert counted == [1]


def test_unknown_name_is_logged_as_a_keyed_hash_only(cast: Cast) -> None:
    browser().post("/sign-in/", {"username": f"Karlsson@{cast.solsikken.slug}", "password": "x"})
    with database.superuser() as admin:
        row = admin.execute(
            "select to_jsonb(e)::text from kernel_event e where customer_id = %s and action = 'identity.sign_in.unknown'",
            [cast.solsikken.id],
        ).fetchone()
    assert row is not None
    assert "karlsson" not in str(row[0]).lower()


def test_parallel_tries_pass_the_limit_exactly(cast: Cast) -> None:
    outcomes: list[str] = []

    def attempt() -> None:
        outcomes.append(
            signing_in.by_password(
                cast.anna.user_name, "Wrong-word-9", at=NOWHERE, whence=signing_in.From("127.0.0.2", "")
            ).kind
        )
        connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * signing_in.TRIES_STRANGER + ["wait"] * (24 - signing_in.TRIES_STRANGER)


def test_strangers_cannot_lock_out_a_known_browser(cast: Cast) -> None:
    own = browser()
    give_password(own, cast.anna)
    give_code(own)
    own.post("/sign-out/")
    for _ in range(signing_in.TRIES_STRANGER + 1):
        browser().post("/sign-in/", {"username": cast.anna.user_name, "password": "Wrong-word-9"})
    assert give_password(browser(), cast.anna) == "429"
    assert give_password(own, cast.anna) == "/platform/today/"


def test_start_password_must_be_changed_and_a_factor_set_up(cast: Cast) -> None:
    start = passwords.start_password()
    with cast.eva.inside() as eva:
        user = actions.create_user(user_name="freja", name="Freja Birk", by=eva)
        actions.give_role(user=user, role="carer", unit=cast.nord, by=eva)
        actions.give_start_password(user=user, by=eva, hashed=(start, passwords.hash_of(start)))
    freja, client = Member(user, cast.solsikken, "Freja Birk"), browser()
    assert give_password(client, freja, start) == "/sign-in/password/"
    same = client.post("/sign-in/password/", {"password": start, "again": start})
    assert same.status_code == 422
    for bad in ("kort", "Freja-Birk-2031", "Sommer2026!"):
        assert client.post("/sign-in/password/", {"password": bad, "again": bad}).status_code == 422
    changed = client.post("/sign-in/password/", {"password": "Blå-Cykel-31", "again": "Blå-Cykel-31"})
    assert changed.headers["Location"] == "/sign-in/factor/"
    shown = client.get("/sign-in/factor/").content.decode()
    secret = signing_in.pending_secret(User.objects.using("gate").select_related("customer").get(id=user.id))
    assert codes.as_text(secret)[:4] in shown
    done = client.post("/sign-in/factor/", {"code": codes.code_now(secret)})
    recovery = re.findall(r"<li>([A-Z2-7]{5}-[A-Z2-7]{5})</li>", done.content.decode())
    assert len(recovery) == 8
    assert client.get("/platform/today/").status_code == 200
    other = browser()
    give_password(other, freja, "Blå-Cykel-31")
    assert other.post("/sign-in/code/", {"code": recovery[0]}).headers["Location"] == "/platform/today/"
    again = browser()
    give_password(again, freja, "Blå-Cykel-31")
    assert again.post("/sign-in/code/", {"code": recovery[0]}).status_code == 422


def test_start_password_dies_after_72_hours(cast: Cast) -> None:
    start = passwords.start_password()
    with cast.eva.inside() as eva:
        user = actions.create_user(user_name="emil", name="Emil Toft", by=eva)
        actions.give_start_password(user=user, by=eva, hashed=(start, passwords.hash_of(start)))
    Credential.objects.filter(user_id=user.id).update(start_until="2026-01-01T00:00Z")
    assert give_password(browser(), Member(user, cast.solsikken, ""), start) == "422"


def test_link_works_once(cast: Cast) -> None:
    with cast.eva.inside() as eva:
        user = actions.create_user(user_name="jonas", name="Jonas Friis", by=eva)
        link = actions.give_link(user=user, by=eva).link
    assert Credential.objects.get(user_id=user.id).link_hash == hashlib.sha256(link.encode()).digest()
    assert browser().post("/sign-in/link/", {"link": link}).headers["Location"] == "/sign-in/password/"
    assert browser().post("/sign-in/link/", {"link": link}).status_code == 422


@pytest.mark.parametrize(
    "password",
    ["kort-A1", "kunsmåbogstaver1", "KUNSTORE1", "IngenCifre", "Sommer2026!", "Password1", "Å" * 300 + "a1" * 101],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(passwords.WeakPassword):
        passwords.check_password_is_strong(password)


@pytest.mark.parametrize("password", ["Blåbærgrød7", "ØllebrødÆ9å", "Nattevagt-7"])
def test_danish_letters_count(password: str) -> None:
    passwords.check_password_is_strong(password)


def test_code_of_rfc_6238() -> None:
    """RFC 6238, appendix B, SHA-1 (the last six of the eight digits)."""
    assert [codes.code_at(SECRET, t // 30) for t in (59, 1111111109, 1234567890, 20000000000)] == [
        "287082",
        "081804",
        "005924",
        "353130",
    ]


@pytest.mark.parametrize(
    "name", ["anna\x00@solsikken", "a" * 100_000, "anna@sol\u202esikken", "<b>anna</b>@x", "' or 1=1 --"]
)
def test_hostile_names_are_answered_with_a_sentence(cast: Cast, name: str) -> None:
    answer = browser().post("/sign-in/", {"username": name, "password": "x"})
    assert answer.status_code == 422
    assert "<b>anna</b>" not in answer.content.decode()


def test_next_leads_only_to_our_own_pages(cast: Cast) -> None:
    client = browser()
    answer = client.post(
        "/sign-in/", {"username": cast.anna.user_name, "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer.headers["Location"] == "/sign-in/code/"
    answer = client.post("/sign-in/code/", {"code": codes.code_now(SECRET), "next": "//evil.example/"})
    assert answer.headers["Location"] == "/platform/today/"


def test_changing_the_password_ends_other_sessions(cast: Cast) -> None:
    one, other = cast.anna.client(), cast.anna.client()
    answer = one.post(
        "/platform/account/password/", {"current": PASSWORD, "password": "Blå-Cykel-31", "again": "Blå-Cykel-31"}
    )
    assert answer.headers["Location"].startswith("/platform/account/")
    assert one.get("/platform/today/").status_code == 200
    assert other.get("/platform/today/").status_code == 302


def test_own_sessions_are_listed_and_can_be_ended(cast: Cast) -> None:
    one, other = cast.anna.client(), cast.anna.client()
    sessions = Session.objects.filter(user_id=cast.anna.user.id, ended_at=None).order_by("made_at")
    assert one.get("/platform/account/").content.decode().count("/end/") >= 1
    one.post(f"/platform/account/sessions/{sessions.last().id}/end/")  # type: ignore[union-attr]
    assert other.get("/platform/today/").status_code == 302
    assert one.get("/platform/today/").status_code == 200


def test_nobody_ends_anothers_session(cast: Cast) -> None:
    clara = cast.clara.client()
    cast.anna.client().post(
        f"/platform/account/sessions/{Session.objects.get(user_id=cast.clara.user.id, ended_at=None).id}/end/"
    )
    assert clara.get("/platform/today/").status_code == 200

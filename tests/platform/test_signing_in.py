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
from heretask.kernel.identity import codes, factors, passwords, signing_in, tries
from heretask.kernel.identity.models import BrowserPerson, Credential, Session, User
from heretask.kernel.identity.sessions import NOWHERE, h1_of, stored_hash
from heretask.kernel.identity.whence import From
from tests import database
from tests.cast import PASSWORD, SECRET, Cast, Member
from tests.door import make_passkey, sign_in, use_passkey
from tests.passkey import Device


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
    told = events_of(cast.solsikken.id)
    let_in = told.index("identity.signed_in")
    assert told[let_in - 1] == "identity.code.asked"
    assert "identity.signed_in" not in told[let_in + 1 :]  # after it, only what stands on the page was opened


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


def test_a_token_chosen_by_somebody_else_is_never_taken_over(cast: Cast) -> None:
    client = browser()
    client.cookies["__Host-ht"] = "chosen-by-somebody-else"
    seen = ["chosen-by-somebody-else"]
    give_password(client, cast.anna)
    seen.append(client.cookies["__Host-ht"].value)
    give_code(client)
    seen.append(client.cookies["__Host-ht"].value)
    assert len(set(seen)) == 3
    for old in seen[:2]:
        thief = browser()
        thief.cookies["__Host-ht"] = old
        assert thief.get("/platform/today/").status_code == 302
        assert thief.post("/sign-in/code/", {"code": codes.code_now(SECRET)}).headers["Location"] == "/sign-in/"


def test_signing_in_as_another_ends_the_session_before(cast: Cast) -> None:
    client = sign_in(browser(), cast.anna)
    token = client.cookies["__Host-ht"].value
    sign_in(client, cast.bo)
    assert Session.objects.get(token_hash=stored_hash(h1_of(token))).end_reason == "replaced"


@pytest.mark.parametrize("step", ["code", "passkey", "password"])
def test_login_closed_between_the_steps_stays_out(cast: Cast, step: str) -> None:
    device, client = Device(), browser()
    make_passkey(cast.anna.client(), device)
    if step == "password":
        with cast.eva.inside() as eva:
            link = actions.give_link(user=cast.anna.user, by=eva).link
        client.post("/sign-in/link/", {"link": link})
    else:
        give_password(client, cast.anna)
    with cast.eva.inside() as eva:
        actions.deactivate_user(user=cast.anna.user, by=eva)
    if step == "passkey":
        use_passkey(client, device)
    elif step == "code":
        give_code(client)
    else:
        client.post("/sign-in/password/", {"password": "Blå-Cykel-31", "again": "Blå-Cykel-31"})
    assert client.get("/platform/today/").status_code == 302


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
        signing_in.by_password(name, "Wrong-word-9", at=NOWHERE, whence=From("127.0.0.9", ""))
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


def test_of_64_parallel_tries_exactly_the_limit_is_checked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    own = sign_in(browser(), cast.anna)
    own.post("/sign-out/")
    outcomes: list[str] = []
    hashed: list[int] = []
    verify = passwords.Argon2id.verify

    def counting(self: passwords.Argon2id, password: str, encoded: str) -> bool:
        hashed.append(1)
        return verify(self, password, encoded)

    monkeypatch.setattr(passwords.Argon2id, "verify", counting)
    together = threading.Barrier(64)

    def attempt(number: int) -> None:
        together.wait()
        whence = From(f"127.0.2.{number}", "")
        outcomes.append(
            signing_in.by_password(cast.anna.user_name.upper(), "Wrong-word-9", at=NOWHERE, whence=whence).kind
        )
        connections.close_all()

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    limit = tries.TRIES_STRANGER
    assert sorted(outcomes) == ["refused"] * limit + ["wait"] * (64 - limit)
    assert len(hashed) == limit
    assert give_password(own, cast.anna) == "/platform/today/"


def test_strangers_cannot_lock_out_a_known_browser(cast: Cast) -> None:
    own = browser()
    give_password(own, cast.anna)
    give_code(own)
    own.post("/sign-out/")
    for _ in range(tries.TRIES_STRANGER + 1):
        browser().post("/sign-in/", {"username": cast.anna.user_name, "password": "Wrong-word-9"})
    assert give_password(browser(), cast.anna) == "429"
    assert give_password(own, cast.anna) == "/platform/today/"


@pytest.mark.parametrize(
    "written",
    ["{0}", " {0} ", "\t{0}\n", "{1}", "{2}", "\u3000{0}"],
)  # fmt: skip
def test_names_in_any_way_of_writing_are_the_same_person(cast: Cast, written: str) -> None:
    name = cast.anna.user_name
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)  # as some keyboards write them
    given = written.format(name, wide, name.upper())
    answer = browser().post("/sign-in/", {"username": given, "password": PASSWORD})
    assert answer.headers.get("Location") == "/sign-in/code/"


@pytest.mark.parametrize("alike", ["аnna", "annа", "αnna", "anna\u200b", "an\u00adna", "ànna", "anna "])
def test_letters_that_only_look_alike_are_nobody(cast: Cast, alike: str) -> None:
    """Cyrillic, Greek, hidden characters and accents; a space inside the name as well."""
    answer = browser().post("/sign-in/", {"username": f"{alike}@{cast.solsikken.slug}", "password": PASSWORD})
    assert answer.status_code == 422


def test_all_ways_of_writing_share_one_counter(cast: Cast) -> None:
    for n in range(tries.TRIES_STRANGER):
        name = cast.anna.user_name.upper() if n % 2 else f" {cast.anna.user_name} "
        browser().post("/sign-in/", {"username": name, "password": "Wrong-word-9"})
    assert give_password(browser(), cast.anna) == "429"


@pytest.mark.parametrize(
    "password",
    [
        "Blåbærgrød 7",
        "ØLLEBRØDæ9å",
        "  Mellemrum-7  ",
        "Æ" * 249 + "ø" * 250 + "1",
        "Ålborg-Å\u030a-7",
        "Emoji-🌻-Sol7",
        "Tab\t-Ord-77",
    ],
)
def test_passwords_are_taken_letter_for_letter(cast: Cast, password: str) -> None:
    client = cast.anna.client()
    changed = client.post("/platform/account/password/", {"current": PASSWORD, "password": password, "again": password})
    assert changed.headers["Location"].startswith("/platform/account/")
    assert give_password(browser(), cast.anna, password) == "/sign-in/code/"
    for other in (password.strip() + "x", password.swapcase(), password + " ", password[:-1]):
        assert give_password(browser(), cast.anna, other) == "422"


@pytest.mark.parametrize("password", ["", " ", "x" * 501, "x" * 1001, "\x00", "Nattevagt-7\x00", "\ud83d"])
def test_impossible_passwords_are_refused_with_a_sentence(cast: Cast, password: str) -> None:
    sent = password.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    assert give_password(browser(), cast.anna, sent) == "422"


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
    secret = factors.pending_secret(User.objects.using("gate").select_related("customer").get(id=user.id))
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


def test_link_dies_after_72_hours_and_when_a_new_one_is_made(cast: Cast) -> None:
    with cast.eva.inside() as eva:
        user = actions.create_user(user_name="karla", name="Karla Munk", by=eva)
        first = actions.give_link(user=user, by=eva).link
        second = actions.give_link(user=user, by=eva).link
    assert browser().post("/sign-in/link/", {"link": first}).status_code == 422
    Credential.objects.filter(user_id=user.id).update(link_until="2026-01-01T00:00Z")
    assert browser().post("/sign-in/link/", {"link": second}).status_code == 422


def test_of_parallel_uses_of_a_link_one_wins(cast: Cast) -> None:
    with cast.eva.inside() as eva:
        user = actions.create_user(user_name="mads", name="Mads Ravn", by=eva)
        link = actions.give_link(user=user, by=eva).link
    outcomes: list[str] = []

    def attempt() -> None:
        outcomes.append(signing_in.by_link(link, at=NOWHERE, whence=From("127.0.0.8", "")).kind)
        connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["password"] + ["refused"] * 11


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

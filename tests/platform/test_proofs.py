"""Proving again who one is before what is dangerous: asked in time, losing nothing, with a new token each time."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from heretask.kernel.access.models import Assignment
from heretask.kernel.identity import proving, tries
from heretask.kernel.identity.models import Credential, Session
from heretask.kernel.identity.sessions import h1_of, stored_hash
from heretask.kernel.identity.whence import From
from tests.cast import PASSWORD, Cast, Member
from tests.door import browser, events, make_passkey, sign_in, where
from tests.passkey import Device


def stale(member: Member, seconds: int = 301) -> None:
    """As if this person had proved who they are so long ago."""
    Session.objects.filter(user_id=member.user.id, ended_at=None).update(
        proved_at=timezone.now() - dt.timedelta(seconds=seconds)
    )


def hidden(page: str) -> list[tuple[str, str]]:
    """The fields that the question carries through."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.partition("proof_name")[0])
    return [(unescape(n), unescape(v)) for n, v in found if n not in {"csrfmiddlewaretoken", "next"}]


def session_of(client: Client) -> Session:
    return Session.objects.get(token_hash=stored_hash(h1_of(client.cookies["__Host-ht"].value)))


def test_a_fresh_proof_is_not_asked_for_again(cast: Cast) -> None:
    client = cast.anna.client()
    stale(cast.anna, 295)
    assert "/platform/account/factor/" not in where(client.get("/platform/account/factor/"))
    assert "proof_password" not in client.get("/platform/account/factor/").content.decode()


def test_a_page_asks_and_is_shown_after_the_proof(cast: Cast) -> None:
    client = cast.anna.client()
    stale(cast.anna)
    asked = client.get("/platform/account/factor/").content.decode()
    assert "proof_password" in asked
    assert "otpauth" not in asked
    assert '<svg class="qr' not in asked
    answer = client.post("/platform/account/factor/", {"proof_asked": "1", "proof_password": PASSWORD})
    assert where(answer) == "/platform/account/factor/"
    assert "proof_password" not in client.get("/platform/account/factor/").content.decode()


def test_what_was_sent_is_carried_through_and_done_after_the_proof(cast: Cast) -> None:
    client, url = cast.eva.client(), f"/admin/users/{cast.clara.user.id}/role/"
    stale(cast.eva)
    sent = {"role-role": "carer", "role-unit": str(cast.nord.id), "role-until": ""}
    asked = client.post(url, sent)
    assert asked.status_code == 200
    carried = hidden(asked.content.decode())
    assert dict(carried) == sent
    with cast.eva.inside():
        assert not Assignment.objects.filter(user_id=cast.clara.user.id, unit=cast.nord).exists()
    done = client.post(url, {**dict(carried), "proof_password": PASSWORD})
    assert "done=role_given" in where(done)
    with cast.eva.inside():
        assert Assignment.objects.filter(user_id=cast.clara.user.id, unit=cast.nord).exists()


def test_letters_that_matter_to_html_come_through_unchanged(cast: Cast) -> None:
    client = cast.eva.client()
    stale(cast.eva)
    given = {"name": "Åse \"<b>\" & 'Ø'", "start": "link"}
    assert dict(hidden(client.post("/admin/users/new/", given).content.decode())) == given


def test_wrong_password_does_nothing_and_keeps_the_form(cast: Cast) -> None:
    client, url = cast.eva.client(), f"/admin/users/{cast.clara.user.id}/link/"
    stale(cast.eva)
    before = Credential.objects.get(user_id=cast.clara.user.id).link_hash
    asked = client.post(url, {"kept": "yes", "proof_password": "Wrong-word-9"})
    assert asked.status_code == 422
    assert hidden(asked.content.decode()) == [("kept", "yes")]
    assert "Wrong-word-9" not in asked.content.decode()
    assert Credential.objects.get(user_id=cast.clara.user.id).link_hash == before
    assert ("identity.proof.failed", "password") in events(cast.solsikken.id)


def test_tries_are_limited(cast: Cast) -> None:
    client, url = cast.eva.client(), f"/admin/users/{cast.clara.user.id}/link/"
    stale(cast.eva)
    for _ in range(tries.TRIES_KNOWN):
        client.post(url, {"proof_password": "Wrong-word-9"})
    assert client.post(url, {"proof_password": PASSWORD}).status_code == 422
    assert ("identity.proof.failed", "wait") in events(cast.solsikken.id)


def test_each_proof_gives_a_new_token_and_no_longer_life(cast: Cast) -> None:
    client = sign_in(browser(), cast.eva)
    before = session_of(client)
    stale(cast.eva)
    Session.objects.filter(id=before.id).update(ends_at=F("ends_at") - dt.timedelta(hours=3))
    before.refresh_from_db()
    client.post("/platform/account/factor/", {"proof_asked": "1", "proof_password": PASSWORD})
    after = session_of(client)
    assert after.id != before.id
    assert (after.ends_at, after.browser_id, after.second_factor_at) == (
        before.ends_at, before.browser_id, before.second_factor_at,
    )  # fmt: skip
    assert Session.objects.get(id=before.id).end_reason == "replaced"
    old = browser()
    old.cookies["__Host-ht"] = "unused"
    assert client.get("/platform/today/").status_code == 200


def test_a_passkey_proves_it_too(cast: Cast) -> None:
    client, device = cast.eva.client(), Device()
    make_passkey(client, device)
    stale(cast.eva)
    assert 'name="proof_passkey"' in client.get("/platform/account/factor/").content.decode()
    answer = device.use(client.post("/platform/proof/begin/").json())
    assert where(client.post(f"/admin/users/{cast.clara.user.id}/link/", {"proof_passkey": answer})) == "200"
    assert Credential.objects.get(user_id=cast.clara.user.id).link_hash is not None


def test_a_colleagues_passkey_proves_nothing(cast: Cast) -> None:
    client, other = cast.eva.client(), Device()
    make_passkey(cast.bo.client(), other)
    stale(cast.eva)
    answer = other.use(client.post("/platform/proof/begin/").json())
    refused = client.post(f"/admin/users/{cast.clara.user.id}/link/", {"proof_passkey": answer})
    assert refused.status_code == 422
    assert Credential.objects.get(user_id=cast.clara.user.id).link_hash is None


def test_challenge_of_another_session_proves_nothing(cast: Cast) -> None:
    client, elsewhere, device = cast.eva.client(), cast.eva.client(), Device(counts=False)
    make_passkey(client, device)
    stale(cast.eva)
    answer = device.use(elsewhere.post("/platform/proof/begin/").json())
    assert client.post(f"/admin/users/{cast.clara.user.id}/link/", {"proof_passkey": answer}).status_code == 422


def test_whoever_may_not_is_refused_and_not_asked(cast: Cast) -> None:
    client = cast.anna.client()
    stale(cast.anna)
    answer = client.post(f"/admin/users/{cast.clara.user.id}/link/")
    assert answer.status_code == 403
    assert "proof_password" not in answer.content.decode()


@pytest.mark.parametrize("plain", [True, False])
def test_extract_asks_for_a_proof_only_where_it_is_plain(cast: Cast, plain: bool) -> None:
    client = cast.eva.client()
    url = where(client.post("/admin/log/extract/", {"q": ""}))
    if not url.startswith("/admin/log/"):
        pytest.fail(url)
    stale(cast.eva)
    given: dict[str, Any] = {"why": "Stikprøve", **({"plain": "on"} if plain else {})}
    assert ("proof_password" in client.post(url, given).content.decode()) is plain


def test_a_password_changed_meanwhile_proves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at, whence = cast.eva.at(), From("127.0.0.6", "")
    check = proving.check_password

    def slow(*args: Any, **more: Any) -> Credential:
        found = check(*args, **more)
        Credential.objects.filter(id=found.id).update(password="changed")
        return found

    monkeypatch.setattr(proving, "check_password", slow)
    with pytest.raises(proving.NotProved):
        proving.by_password(PASSWORD, at=at, whence=whence)


def test_forms_sent_after_a_proof_carry_a_token_that_fits(cast: Cast) -> None:
    """The token against forged requests changes with the session's; the page that is answered carries the new one."""
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost", "origin": "https://localhost"})
    client.defaults["wsgi.url_scheme"] = "https"
    client.cookies["__Host-ht"] = cast.eva.token()
    stale(cast.eva)

    def token(page: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found
        return found[1]

    asked = client.get("/platform/account/factor/", secure=True).content.decode()
    before = client.cookies["__Host-csrf"].value
    url = f"/admin/users/{cast.clara.user.id}/start-password/"
    shown = client.post(url, {"csrfmiddlewaretoken": token(asked), "proof_password": PASSWORD}, secure=True)
    assert shown.status_code == 200
    assert client.cookies["__Host-csrf"].value != before
    given = {"csrfmiddlewaretoken": token(shown.content.decode())}
    again = client.post("/platform/account/recovery/", given, secure=True)
    assert again.status_code == 200
    forged = client.post(url, {"proof_password": PASSWORD}, secure=True)
    assert forged.status_code == 403

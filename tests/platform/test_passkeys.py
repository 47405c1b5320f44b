"""Passkeys: made, used, renamed and removed; and every answer that must not be accepted."""

from __future__ import annotations

import copy
import json
import threading
from typing import Any

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heretask.kernel.identity import passkeys
from heretask.kernel.identity.models import Challenge, Credential, Factor, Session, User
from heretask.kernel.identity.sessions import NOWHERE, h1_of, stored_hash
from heretask.kernel.identity.signing_in import by_passkey
from heretask.kernel.identity.whence import From
from tests import database
from tests.cast import Cast, Member, supplier
from tests.door import browser, events, give_password, make_passkey, use_passkey, where
from tests.passkey import Device

ACCOUNT = "/platform/account/?done=passkey_added"


def with_passkey(member: Member, **kind: Any) -> Device:
    """A device whose passkey this person has made."""
    device = Device(**kind)
    assert make_passkey(member.client(), device) == ACCOUNT
    return device


def test_passkey_signs_in_without_name_password_or_code(cast: Cast) -> None:
    device, client = with_passkey(cast.anna), browser()
    assert use_passkey(client, device) == "/platform/today/"
    assert "Anna" in client.get("/platform/today/").content.decode()
    made = Session.objects.get(token_hash=stored_hash(h1_of(client.cookies["__Host-ht"].value)))
    assert made.second_factor_at is not None
    assert ("identity.signed_in", "passkey") in events(cast.solsikken.id)
    assert ("identity.passkey.added", "done") in events(cast.solsikken.id)


def test_passkey_stands_in_for_the_code(cast: Cast) -> None:
    device, client = with_passkey(cast.anna), browser()
    assert give_password(client, cast.anna) == "/sign-in/code/"
    assert "data-passkey" in client.get("/sign-in/code/").content.decode()
    assert use_passkey(client, device) == "/platform/today/"


def test_passkey_of_another_does_not_stand_in_for_the_code(cast: Cast) -> None:
    device, client = with_passkey(cast.bo), browser()
    give_password(client, cast.anna)
    assert use_passkey(client, device) == "422"
    assert client.get("/platform/today/").status_code == 302


def test_with_a_passkey_alone_the_password_still_asks_for_more(cast: Cast) -> None:
    device, client = with_passkey(cast.anna), browser()
    Factor.objects.filter(user_id=cast.anna.user.id, kind="totp").delete()
    assert give_password(client, cast.anna) == "/sign-in/code/"
    assert use_passkey(client, device) == "/platform/today/"


def test_cloned_passkey_is_refused(cast: Cast) -> None:
    device = with_passkey(cast.anna)
    clone = copy.copy(device)
    assert use_passkey(browser(), device) == "/platform/today/"
    assert use_passkey(browser(), clone) == "422"
    assert ("identity.passkey.refused", "counter") in events(cast.solsikken.id)


def test_shared_passkey_that_never_counts_works_again_and_again(cast: Cast) -> None:
    device = with_passkey(cast.anna, counts=False)
    assert [use_passkey(browser(), device) for _ in range(3)] == ["/platform/today/"] * 3


def test_challenge_works_once(cast: Cast) -> None:
    device = with_passkey(cast.anna, counts=False)
    answer = device.use(dict(passkeys.begin_use(passkeys.ENTER, b"once")))
    outcomes = [by_passkey(answer, bound=b"once", at=NOWHERE, whence=From("127.0.0.3", "")).kind for _ in range(2)]
    assert outcomes == ["in", "refused"]
    assert ("identity.passkey.unknown", "challenge") in events(supplier().id)


def test_challenge_is_used_up_by_an_answer_that_is_refused(cast: Cast) -> None:
    device = with_passkey(cast.anna, counts=False)
    options = dict(passkeys.begin_use(passkeys.ENTER, b"spent"))
    key, device.key = device.key, Device().key
    whence = From("127.0.0.3", "")
    assert by_passkey(device.use(options), bound=b"spent", at=NOWHERE, whence=whence).kind == "refused"
    device.key = key
    assert by_passkey(device.use(options), bound=b"spent", at=NOWHERE, whence=whence).kind == "refused"


def test_of_parallel_answers_to_one_challenge_one_wins(cast: Cast) -> None:
    device = with_passkey(cast.anna, counts=False)
    answer = device.use(dict(passkeys.begin_use(passkeys.ENTER, b"here")))
    outcomes: list[str] = []

    def attempt() -> None:
        outcomes.append(by_passkey(answer, bound=b"here", at=NOWHERE, whence=From("127.0.0.3", "")).kind)
        connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in"] + ["refused"] * 11


@pytest.mark.parametrize(("purpose", "bound"), [(passkeys.AGAIN, b"here"), (passkeys.ENTER, b"elsewhere")])
def test_challenge_belongs_to_its_purpose_and_its_browser(cast: Cast, purpose: str, bound: bytes) -> None:
    device = with_passkey(cast.anna)
    answer = device.use(dict(passkeys.begin_use(purpose, bound)))
    assert by_passkey(answer, bound=b"here", at=NOWHERE, whence=From("127.0.0.4", "")).kind == "refused"


def test_old_challenge_is_refused(cast: Cast) -> None:
    device = with_passkey(cast.anna)
    options = dict(passkeys.begin_use(passkeys.ENTER, b"here"))
    Challenge.objects.filter(bound=b"here").update(until="2026-01-01T00:00Z")
    assert by_passkey(device.use(options), bound=b"here", at=NOWHERE, whence=From("127.0.0.5", "")).kind == "refused"


@pytest.mark.parametrize(
    "bad",
    [
        {"verifies": False}, {"origin": "https://heretask.evil.example"}, {"origin": "https://localhost:1"},
        {"handle": b"somebody else"},
    ],
)  # fmt: skip
def test_device_that_misbehaves_is_refused(cast: Cast, bad: dict[str, Any]) -> None:
    device = with_passkey(cast.anna)
    for name, value in bad.items():
        setattr(device, name, value)
    assert use_passkey(browser(), device) == "422"


def test_signature_of_another_key_is_refused(cast: Cast) -> None:
    device = with_passkey(cast.anna)
    device.key = Device().key
    assert use_passkey(browser(), device) == "422"
    assert ("identity.passkey.refused", "signature") in events(cast.solsikken.id)


def test_passkey_without_the_owner_checked_is_not_kept(cast: Cast) -> None:
    assert make_passkey(cast.anna.client(), Device(verifies=False)) == "422"
    assert not passkeys.has_passkey(cast.anna.user.id)


def test_unknown_passkey_is_refused_and_logged_without_a_person(cast: Cast) -> None:
    assert use_passkey(browser(), Device(handle=b"x")) == "422"


def test_passkey_lets_in_its_owner_at_their_own_customer_alone(cast: Cast) -> None:
    device, client = with_passkey(cast.dan), browser()
    assert use_passkey(client, device) == "/platform/today/"
    made = Session.objects.get(token_hash=stored_hash(h1_of(client.cookies["__Host-ht"].value)))
    assert (made.customer_id, made.user_id) == (cast.fyrtaarnet.id, cast.dan.user.id)


def test_closed_login_is_refused(cast: Cast) -> None:
    device = with_passkey(cast.anna)
    with cast.eva.inside():
        User.objects.filter(id=cast.anna.user.id).update(active=False)
    assert use_passkey(browser(), device) == "422"
    assert ("identity.passkey.refused", "closed") in events(cast.solsikken.id)


def test_same_passkey_is_not_kept_twice(cast: Cast) -> None:
    device = with_passkey(cast.anna)
    assert make_passkey(cast.bo.client(), device) == "422"


def test_handle_is_random_and_not_the_id(cast: Cast) -> None:
    device = with_passkey(cast.anna)
    handle = bytes(Credential.objects.get(user_id=cast.anna.user.id).handle or b"")
    assert len(handle) == 32
    assert device.handle == handle
    assert cast.anna.user.id.bytes not in handle
    second = Device()
    make_passkey(cast.anna.client(), second)
    assert second.handle == handle


def test_each_passkey_step_gives_a_new_token(cast: Cast) -> None:
    device, client = with_passkey(cast.anna), browser()
    client.cookies["__Host-ht"] = "chosen-by-somebody-else"
    use_passkey(client, device)
    assert client.cookies["__Host-ht"].value != "chosen-by-somebody-else"


def test_rename_and_remove(cast: Cast) -> None:
    with_passkey(cast.anna)
    client = cast.anna.client()
    factor = Factor.objects.get(user_id=cast.anna.user.id, kind="passkey")
    assert "Telefon" in client.get("/platform/account/").content.decode()
    client.post(f"/platform/account/passkey/{factor.id}/name/", {"label": "Nøglering"})
    assert "Nøglering" in client.get("/platform/account/").content.decode()
    assert b"N\xc3\xb8glering" not in bytes(Factor.objects.get(id=factor.id).label)
    assert "done=passkey_removed" in where(client.post(f"/platform/account/passkey/{factor.id}/remove/"))
    assert not passkeys.has_passkey(cast.anna.user.id)
    names = [name for name, _outcome in events(cast.solsikken.id, "identity.passkey.%")]
    assert names == ["identity.passkey.added", "identity.passkey.renamed", "identity.passkey.removed"]


def test_nobody_touches_anothers_passkey(cast: Cast) -> None:
    with_passkey(cast.anna)
    factor = Factor.objects.get(user_id=cast.anna.user.id, kind="passkey")
    for member in (cast.bo, cast.eva, cast.dan):
        client = member.client()
        assert client.post(f"/platform/account/passkey/{factor.id}/name/", {"label": "Min"}).status_code == 409
        assert client.post(f"/platform/account/passkey/{factor.id}/remove/").status_code == 409
    assert Factor.objects.filter(id=factor.id).exists()


def test_the_last_second_factor_is_never_removed(cast: Cast) -> None:
    with_passkey(cast.anna)
    client = cast.anna.client()
    factor = Factor.objects.get(user_id=cast.anna.user.id, kind="passkey")
    assert "done=codes_removed" in where(client.post("/platform/account/factor/remove/"))
    refused = client.post(f"/platform/account/passkey/{factor.id}/remove/")
    assert refused.status_code == 409
    assert "sidste ekstra faktor" in refused.content.decode()
    assert passkeys.has_passkey(cast.anna.user.id)


def test_of_two_removals_at_once_the_second_sees_the_first(cast: Cast) -> None:
    with_passkey(cast.anna)
    client = cast.anna.client()
    own = Factor.objects.filter(user_id=cast.anna.user.id, kind__in=["totp", "passkey"])
    passkey = own.get(kind="passkey")
    answers: list[int] = []

    def remove() -> None:
        answers.append(client.post(f"/platform/account/passkey/{passkey.id}/remove/").status_code)
        connections.close_all()

    second = threading.Thread(target=remove)
    with transaction.atomic(using="gate"):
        own.select_for_update().get(kind="totp")
        own.filter(kind="totp").delete()
        second.start()
        waits_or_ends(second)
    second.join()
    assert answers == [409]
    assert own.count() == 1


def waits_or_ends(thread: threading.Thread) -> None:
    """Until the thread's statement stands in line behind a lock, or the thread has ended without one."""
    with database.superuser() as admin:
        while thread.is_alive():
            row = admin.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            ).fetchone()
            if row != (0,):
                return


@pytest.mark.parametrize(
    "answer",
    ["", "{", "[]", "null", '"x"', "{}", '{"id": 1}', "[" * 5000, '{"rawId": "\\u0000", "response": 7}', "9" * 30_000],
)
def test_unreadable_answers_are_refused(cast: Cast, answer: str) -> None:
    client = browser()
    client.post("/sign-in/passkey/begin/")
    assert client.post("/sign-in/passkey/", {"credential": answer}).status_code == 422
    assert (
        cast.anna.client().post("/platform/account/passkey/", {"label": "x", "credential": answer}).status_code == 422
    )


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.binary(max_size=40).map(lambda b: b.hex()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6,
)  # fmt: skip


@pytest.mark.parametrize("field", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
def test_a_number_in_the_place_of_bytes_makes_no_bytes(field: str) -> None:
    said = json.loads(Device(handle=b"x").use(dict(passkeys.begin_use(passkeys.ENTER, b"fuzz"))))
    said["response"][field] = 10**13
    with pytest.raises(passkeys.Refused):
        passkeys.use(json.dumps(said), passkeys.ENTER, b"fuzz")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    field=st.sampled_from(
        ["id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature", "userHandle"]
    ),
    value=_json,
)
def test_no_answer_brings_the_door_down(field: str, value: Any) -> None:
    said = json.loads(Device(handle=b"x").use(dict(passkeys.begin_use(passkeys.ENTER, b"fuzz"))))
    (said["response"] if field in said["response"] else said)[field] = value
    with pytest.raises(passkeys.Refused):
        passkeys.use(json.dumps(said), passkeys.ENTER, b"fuzz")

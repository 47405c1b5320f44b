"""What stands under minutes and self-audits: how each proved who they are, and that two signatures are of one version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from heretask.kernel.evidence.promises import SECTIONS
from heretask.kernel.tenancy.base import uuid7
from heretask.system.audits import actions, holding, minutes, proving
from heretask.system.audits.actions import Mend
from heretask.system.audits.models import Step
from heretask.system.audits.policies import Refused
from heretask.system.audits.presenters import HOW
from heretask.system.records.models import Signature, Version
from tests.cast import Member
from tests.door import browser, make_passkey, sign_in, use_passkey
from tests.management import Two, two_managers
from tests.passkey import Device
from tests.platform.test_proofs import stale
from tests.system.audits import begun_by, concluded, filled, forget, to_mend


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    with two_managers() as found:
        yield found


@pytest.fixture
def version(two: Two) -> Version:
    """Minutes that nobody has signed."""
    forget()
    with two.grethe.inside() as by:
        return holding.begin(meeting_on=timezone.localdate(), by=by)


def device_of(member: Member) -> Device:
    """This person's own, with a passkey on it."""
    device = Device()
    assert "passkey_added" in make_passkey(sign_in(browser(), member), device)
    return device


def signed(client: Client, member: Member, version: Version, **proof: str) -> Any:
    """Sign by the page, with everything that stands on it."""
    with member.inside():
        content = minutes.one(version.document_id).content()
    given = {"base": str(version.id), "participants": "\n".join(content.participants), **proof}
    return client.post(f"/system/audits/minutes/{version.document_id}/sign/", given)


def how_of(member: Member, version: Version) -> list[str]:
    with member.inside():
        return list(Signature.objects.filter(version=version, done_by=member.user.id).values_list("how", flat=True))


def proof_of(client: Client, device: Device) -> dict[str, str]:
    return {"proof_passkey": device.use(client.post(reverse("platform.proof_begin")).json())}


@pytest.mark.parametrize("way", ["passkey", "password", "sign-in", "passkey at the door"])
def test_it_stands_there_how_the_one_who_signed_proved_who_they_are(two: Two, version: Version, way: str) -> None:
    client = browser()
    if way == "passkey at the door":
        assert use_passkey(client, device_of(two.grethe)) == "/platform/today/"
        answer = signed(client, two.grethe, version)
    else:
        device = device_of(two.grethe)
        sign_in(client, two.grethe)
        proof = {
            "passkey": lambda: proof_of(client, device),
            "password": lambda: {"proof_password": two.grethe.password},
        }
        if way in proof:
            stale(two.grethe)
            assert "proof_password" in signed(client, two.grethe, version).content.decode(), "asked first"
            assert how_of(two.grethe, version) == []
        answer = signed(client, two.grethe, version, **(proof[way]() if way in proof else {}))
    assert answer.status_code == 302
    assert how_of(two.grethe, version) == [way.partition(" ")[0]]
    page = two.henrik.client().get(f"/system/audits/minutes/{version.document_id}/").content.decode()
    with override("da"):
        assert str(HOW[way.partition(" ")[0]]) in page


def test_what_was_proved_in_another_session_says_nothing_of_this_one(two: Two, version: Version) -> None:
    """At the computer at home with a passkey a minute ago; here by password and code."""
    device = device_of(two.grethe)
    here = sign_in(browser(), two.grethe)
    assert use_passkey(browser(), device) == "/platform/today/"
    assert signed(here, two.grethe, version).status_code == 302
    assert how_of(two.grethe, version) == ["sign-in"]


def test_nobody_signs_with_the_passkey_of_the_other(two: Two, version: Version) -> None:
    his = device_of(two.henrik)
    hers = sign_in(browser(), two.grethe)
    stale(two.grethe)
    answer = signed(hers, two.grethe, version, **proof_of(hers, his))
    assert answer.status_code == 422
    assert "proof_password" in answer.content.decode()
    assert how_of(two.grethe, version) == how_of(two.henrik, version) == []


def test_two_managers_who_sign_different_versions_have_signed_nothing_together(two: Two, version: Version) -> None:
    assert signed(two.grethe.client(), two.grethe, version).status_code == 302
    with two.grethe.inside() as by:
        given = filled(two.grethe, two.henrik, remarks={"promises": "Tilføjet bagefter"})
        newer = holding.save(version.document_id, given, base=version.id, by=by)
    answer = signed(two.henrik.client(), two.henrik, version)
    assert answer.status_code == 422
    assert "nyere version" in answer.content.decode()
    with two.henrik.inside() as by, pytest.raises(Refused, match="nyere version"):
        other = filled(two.grethe, two.henrik, remarks={"promises": "Skrevet oven på den første"})
        holding.save(version.document_id, other, base=version.id, by=by)
    with two.henrik.inside() as by:
        holding.sign(version.document_id, version_id=newer.id, by=by)
        kept = minutes.one(version.document_id)
        assert (kept.signers, kept.signed) == ({two.henrik.user.id}, False), "hers was of the other"
    with two.grethe.inside() as by:
        holding.sign(version.document_id, version_id=newer.id, by=by)
        assert minutes.one(version.document_id).signed


def test_minutes_begin_where_the_last_ended_and_say_who_took_part_and_by_when(two: Two, version: Version) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    held = [to_mend(two.henrik), Mend("Ring til hosteren", two.henrik.user.id, None), Mend("x", uuid7(), tomorrow)]
    with two.grethe.inside() as by:
        alone = filled(two.grethe)
        for given in (alone, *(filled(two.grethe, two.henrik, decisions={"backups": [one]}) for one in held[1:])):
            with pytest.raises(Refused):
                holding.save(version.document_id, given, base=version.id, by=by)
        assert minutes.one(version.document_id).version.id == version.id
    for member in (two.grethe, two.henrik):
        assert signed(member.client(), member, version).status_code == 302
    with two.grethe.inside() as by:
        with pytest.raises(Refused):
            holding.begin(meeting_on=tomorrow, by=by)
        again = holding.begin(meeting_on=timezone.localdate(), by=by)
        content = minutes.one(again.document_id).content()
        assert content.since == timezone.localdate().isoformat(), "since the last meeting, not for a year"
        assert content.participants == [two.grethe.name, two.henrik.name]


def test_what_is_not_saved_is_not_signed_and_lines_are_lines_however_a_browser_sends_them(
    two: Two, version: Version
) -> None:
    with two.grethe.inside() as by:
        given = filled(two.grethe, two.henrik, remarks={"promises": "Et roligt år.\nVi fortsætter."})
        saved = holding.save(version.document_id, given, base=version.id, by=by)
    client = two.grethe.client()
    for words, status in (("Et andet år.", 422), ("Et roligt år.\r\nVi fortsætter.", 302)):
        answer = signed(client, two.grethe, saved, **{"promises-remark": words})
        assert answer.status_code == status, words
        assert len(how_of(two.grethe, saved)) == (status == 302)


def test_a_version_that_is_saved_while_one_signs_is_not_the_one_that_is_signed(
    two: Two, version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = proving.how

    def meanwhile() -> str:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(save).result(30)
        return real()

    def save() -> None:
        with two.henrik.inside() as by:
            given = filled(two.grethe, two.henrik, remarks={"promises": "Tilføjet imens"})
            holding.save(version.document_id, given, base=version.id, by=by)
        connections.close_all()

    monkeypatch.setattr(proving, "how", meanwhile)
    answer = signed(two.grethe.client(), two.grethe, version)
    assert answer.status_code == 422
    assert how_of(two.grethe, version) == []


def test_a_self_audit_is_finished_and_countersigned_with_a_passkey_each(two: Two) -> None:
    forget()
    audit = begun_by(two.grethe)
    for number in range(len(SECTIONS)):
        concluded(two.grethe, audit, number)
    for member, act in ((two.grethe, "finish"), (two.henrik, "countersign")):
        device, client = device_of(member), sign_in(browser(), member)
        stale(member)
        url = f"/system/audits/{audit}/{act}/"
        assert "proof_password" in client.post(url).content.decode()
        assert client.post(url, proof_of(client, device)).status_code == 302
    with two.grethe.inside() as by:
        assert {(s.what, s.how) for s in Step.objects.filter(audit_id=audit)} == {
            ("finished", "passkey"), ("read", "passkey"),
        }  # fmt: skip
        assert len({s.digest for s in actions.see(audit, by=by).steps.values()}) == 1

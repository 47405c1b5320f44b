"""Handing over by a link: to somebody named, on a basis, once, with a code; and nothing that we keep opens it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from heretask.kernel.access.decide import Denied
from heretask.kernel.identity import passwords
from heretask.kernel.identity.models import Throttle
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.secrets import erasing
from heretask.kernel.secrets.files import SealedFileReader, place_of
from heretask.kernel.secrets.keys import CannotOpen, unwrap_customer_key
from heretask.platform.handing import actions, jobs, locking, presenters
from heretask.platform.handing.models import Handing
from heretask.platform.handing.policies import Refused, State, To
from heretask.platform.printing.sheets import Sheet
from heretask.social.citizens.models import Citizen
from heretask.social.journal import actions as journal
from tests import database
from tests.cast import Cast, Member
from tests.social.people import make_citizen, new_events, opened_by

DOCTOR = To("Lone Lund", "egen læge", "Skal bruge ugens notater")
CLOSED = "Det kan ikke åbnes"


def outside() -> Client:
    """A browser that nobody is signed in with."""
    Throttle.objects.filter(scope="network").delete()
    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    client.defaults["wsgi.url_scheme"] = "https"
    return client


def noted(cast: Cast) -> Citizen:
    citizen = make_citizen(cast, "Birthe Holm", cpr="010150-0000")
    with cast.anna.inside() as by:
        journal.write_and_sign(
            citizen_id=citizen.id, kind="diary", text="Sov roligt", happened_at=timezone.now(), by=by
        )
    return citizen


def given(member: Member, about: UUID, **more: object) -> actions.Given:
    wanted: dict[str, Any] = {
        "to": DOCTOR, "basis": "treatment", "last_day": timezone.localdate() + dt.timedelta(days=7), "days": 7, **more,
    }  # fmt: skip
    with member.inside() as by:
        return actions.give(key="journal", about=about, by=by, paper=lambda sheet, _row: repr(sheet).encode(), **wanted)


def stored(cast: Cast, made: actions.Given) -> Handing:
    with operator(cast.solsikken, "test"):
        return Handing.objects.get(id=made.handing.id)


def path_of(made: actions.Given) -> Path:
    return place_of(made.handing.owner_id, made.handing.file, kept=True)


def fetched(client: Client, token: str, code: str) -> tuple[int, bytes]:
    answer = client.post("/handed/", {"link": token, "code": code})
    return answer.status_code, answer.content


def moved(made: actions.Given, days: int) -> None:
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update platform_handing_handing set made_at = made_at - make_interval(days => %s),"
            " ends_at = ends_at - make_interval(days => %s) where id = %s", [days, days, made.handing.id],
        )  # fmt: skip


def test_a_leader_gives_and_a_receiver_fetches_once(cast: Cast) -> None:
    citizen = noted(cast)
    leader = cast.bo.client()
    assert "/platform/handing/journal/" in leader.get(f"/platform/papers/print/journal/{citizen.id}/").content.decode()
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        page = leader.post(
            f"/platform/handing/journal/{citizen.id}/",
            {
                "name": "Lone Lund", "relation": "egen læge", "basis": "treatment", "why": "Skal bruge ugens notater",
                "last_day": str(timezone.localdate() + dt.timedelta(days=3)), "days": "7",
            },
        ).content.decode()  # fmt: skip
        link, code = re.findall(r'id="way-(?:link|code)" type="text" value="([^"]+)"', page)
        address, token = link.split("#")
        receiver = outside()
        asked = receiver.get("/handed/").content.decode()
        assert "Solsikken" not in asked
        told = receiver.post("/handed/", {"link": token}).content.decode()
        assert "Et dokument fra Solsikken" in told
        assert not [name for name in ("Birthe", "Lone", "Bo Friis") if name in told]
        answer = receiver.post("/handed/", {"link": token, "code": code.lower().replace("-", " ")})
    assert address == f"{settings.HERETASK_ADDRESS}/handed/"
    assert answer.content.startswith(b"%PDF-")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    assert "attachment" in answer["Content-Disposition"]
    names = [e.action for e in events]
    assert names.count("platform.handing.given") == names.count("platform.handing.opened") == 1
    (event,) = [e for e in events if e.action == "platform.handing.given"]
    assert event.citizen == citizen.id
    assert opened_by(cast.eva, event)["why"].startswith("Lone Lund, egen læge: Skal bruge ugens notater (Behandling")
    with operator(cast.solsikken, "test"):
        (row,) = Handing.objects.all()
    assert not place_of(row.owner_id, row.file, kept=True).exists()
    status, again = fetched(receiver, token, code)
    assert (status, CLOSED in again.decode()) == (410, True)
    mine = leader.get("/platform/handing/").content.decode()
    assert "Lone Lund" in mine
    assert "Åbnet i dag" in mine


def test_one_and_the_same_sentence_for_whatever_does_not_open(cast: Cast) -> None:
    citizen = noted(cast)
    expired, withdrawn, used = (given(cast.bo, citizen.id) for _n in range(3))
    moved(expired, 8)
    with cast.bo.inside() as by:
        actions.withdraw(withdrawn.handing.id, by=by)
    client = outside()
    assert fetched(client, used.token, used.code)[0] == 200
    clean = re.compile(r"csrf[^>]+>|value=\"[^\"]+\"")
    said = {
        (status, clean.sub("", body.decode()))
        for one in (expired, withdrawn, used)
        for status, body in (fetched(client, one.token, one.code),)
    }
    said.add((410, clean.sub("", fetched(client, "no-such-link", "AAAA-AAAA")[1].decode())))
    said.add((410, clean.sub("", client.post("/handed/", {"link": expired.token}).content.decode())))
    assert len(said) == 1
    assert CLOSED in said.pop()[1]


def test_five_wrong_codes_and_it_is_dead(cast: Cast) -> None:
    made = given(cast.bo, noted(cast).id)
    client = outside()
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        for left in (4, 3, 2, 1):
            status, body = fetched(client, made.token, "AAAA-AAAA")
            assert (status, f"Forsøg tilbage: {left}." in body.decode()) == (422, True)
        assert fetched(client, made.token, "AAAA-AAAA")[0] == 410
        assert fetched(client, made.token, made.code)[0] == 410
    row = stored(cast, made)
    assert (row.tries, bool(row.dead_at), path_of(made).exists()) == (5, True, False)
    assert [e.action for e in events].count("platform.handing.wrong") == 5
    assert [e.action for e in events].count("platform.handing.dead") == 1
    with cast.bo.inside() as by:
        assert actions.see_own(by=by)[0].state == State.DEAD


def test_the_last_try_still_opens(cast: Cast) -> None:
    made, client = given(cast.bo, noted(cast).id), outside()
    for _n in range(4):
        fetched(client, made.token, "AAAA-AAAA")
    assert fetched(client, made.token, made.code)[0] == 200


def test_no_document_without_its_event(cast: Cast) -> None:
    made, client = given(cast.bo, noted(cast).id), outside()
    with database.superuser() as admin:
        admin.execute("revoke insert on kernel_event from heretask_gate")
    try:
        status, body = fetched(client, made.token, made.code)
    finally:
        with database.superuser() as admin:
            admin.execute("grant insert on kernel_event to heretask_gate")
    assert status >= 500
    assert b"Sheet(" not in body
    assert path_of(made).exists()
    assert stored(cast, made).opened_at is None


def test_nothing_that_we_keep_opens_the_file(cast: Cast) -> None:
    made = given(cast.bo, noted(cast).id)
    row = stored(cast, made)
    sealed = path_of(made).read_bytes()
    assert b"Sov roligt" not in sealed
    kept = b"|".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for value in (getattr(row, field.attname) for field in Handing._meta.fields)
    )
    assert made.token.encode() not in kept
    assert made.code.encode() not in kept
    assert locking.tidied(made.code).encode() not in kept
    ours = [
        unwrap_customer_key(row.owner_id, bytes(cast.solsikken.wrapped_key)), bytes(row.link_hash), bytes(row.check_hash),
    ]  # fmt: skip
    # neither the link alone nor the code alone makes the key
    for token, code in ((made.token, "AAAA-AAAA"), (locking.new_token(), made.code)):
        raw = passwords.derived(locking.tidied(code), bytes(row.salt), 64)
        ours.append(locking._key(token, raw, row.id))
    for key in ours:
        with pytest.raises(CannotOpen):
            list(SealedFileReader(key, row.owner_id, row.file, kept=True))
    right = locking.key_for(made.token, made.code, row.id, salt=bytes(row.salt), check_hash=bytes(row.check_hash))
    assert right is not None
    assert b"Sov roligt" in b"".join(SealedFileReader(right, row.owner_id, row.file, kept=True))


@pytest.mark.parametrize(
    "wrong", [{"to": To("", "læge", "Til brug")}, {"to": To("Lone Lund", "", "Til brug")}, {"to": To("Lone Lund", "læge", "")}, {"basis": ""},
              {"basis": "because"}, {"days": 8}, {"last_day": dt.date(2020, 1, 1)}, {"last_day": dt.date(2099, 1, 1)}],
)  # fmt: skip
def test_nothing_is_given_without_receiver_basis_and_end(cast: Cast, wrong: dict[str, object]) -> None:
    citizen = noted(cast)
    with pytest.raises(Refused):
        given(cast.bo, citizen.id, **wrong)
    with operator(cast.solsikken, "test"):
        assert not Handing.objects.exists()


def test_only_who_may_gives_and_only_the_giver_withdraws(cast: Cast) -> None:
    citizen = noted(cast)
    for member in (cast.anna, cast.clara, cast.eva, cast.dan):
        with pytest.raises(Denied):
            given(member, citizen.id)
        assert member.client().get("/platform/handing/").status_code == 403
    made = given(cast.bo, citizen.id)
    url = f"/platform/handing/{made.handing.id}/withdraw/"
    for member in (cast.anna, cast.eva, cast.dan):
        assert member.client().post(url).status_code == 403
    cast.bo.client().post(url)
    assert not path_of(made).exists()
    assert "handing_over" in cast.bo.client().post(url)["Location"]  # it is over already


@pytest.mark.parametrize(
    "change",
    ["ends_at = ends_at + interval '1 day'", "tries = 0", "link_hash = 'x'", "check_hash = 'x'", "basis = 'consent'", "opened_at = null", "emptied_at = null", "number = 'x'"],
)  # fmt: skip
def test_what_was_handed_over_stands(cast: Cast, change: str) -> None:
    made = given(cast.bo, noted(cast).id)
    fetched(outside(), made.token, made.code)
    for statement in (f"update platform_handing_handing set {change}", "delete from platform_handing_handing"):
        with (
            cast.bo.inside(),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_door_reads_no_row_and_the_web_has_no_door(cast: Cast) -> None:
    given(cast.bo, noted(cast).id)
    with pytest.raises(DatabaseError), transaction.atomic(using="gate"), connections["gate"].cursor() as cursor:
        cursor.execute("select * from platform_handing_handing")
    with (
        cast.bo.inside(),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute("select * from ht.handing_try('x')")


def test_what_nobody_fetched_is_destroyed_at_night_and_goes_long_after(cast: Cast) -> None:
    citizen = noted(cast)
    late, old, waiting = (given(cast.bo, citizen.id) for _n in range(3))
    moved(late, 8)
    moved(old, 420)
    with cast.bo.inside():
        assert jobs.over(100) == 2
        assert jobs.old(100) == 1
        assert set(Handing.objects.values_list("id", flat=True)) == {late.handing.id, waiting.handing.id}
    assert [path_of(one).exists() for one in (late, old, waiting)] == [False, False, True]


def test_an_erasure_destroys_what_waits(cast: Cast) -> None:
    citizen = noted(cast)
    made = given(cast.bo, citizen.id)
    with operator(cast.solsikken, "test"):
        erasing.erase(citizen.id, "prøve")
    assert not path_of(made).exists()
    assert bytes(stored(cast, made).to) == b""
    assert fetched(outside(), made.token, made.code)[0] == 410
    with cast.bo.inside() as by:
        (line,) = actions.see_own(by=by)
        assert (line.citizen, line.to) == ("", None)


def test_the_list_asks_as_much_for_many_as_for_few(cast: Cast) -> None:
    citizen = noted(cast)

    def asked() -> int:
        with cast.bo.inside() as by, CaptureQueriesContext(connections["default"]) as found:
            actions.see_own(by=by)
        return len(found)

    for _n in range(2):
        given(cast.bo, citizen.id)
    few = asked()
    for _n in range(8):
        given(cast.bo, citizen.id)
    assert asked() == few


def test_tries_from_one_address_are_counted_with_those_of_the_door(cast: Cast) -> None:
    made, client = given(cast.bo, noted(cast).id), outside()
    Throttle.objects.filter(scope="network").delete()
    client.post("/handed/", {"link": made.token})
    Throttle.objects.filter(scope="network").update(tries=300)
    assert client.post("/handed/", {"link": made.token}).status_code == 410
    Throttle.objects.filter(scope="network").delete()
    assert client.post("/handed/", {"link": made.token}).status_code == 200


def test_the_paper_says_who_has_it_and_takes_whatever_is_written(cast: Cast) -> None:
    from heretask.kernel.identity.people import person_of_session
    from heretask.platform.printing.sheets import Block

    made = given(cast.bo, noted(cast).id)
    with cast.bo.inside():
        person = person_of_session()
        for hostile in ("#panic()", "= Overskrift", "*fed* $x$ 🙂", ""):
            sheet = Sheet(hostile or "T", hostile, (Block(hostile or "T", f"{hostile}\n\n{hostile}", hostile),))
            assert presenters.document(sheet, made.handing, DOCTOR, person).startswith(b"%PDF-")

"""An erased citizen: nobody opens them any more, by no URL and no old key; the log stays provable and says so."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from heretask.config import clock, provision
from heretask.kernel.access.decide import Denied, Gone
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.encoding import leaf_of
from heretask.kernel.log.models import Event, StoredSearch
from heretask.kernel.log.queries import detail_of, variables_of
from heretask.kernel.log.trace import trace
from heretask.kernel.secrets import tombstones
from heretask.kernel.secrets.keys import CannotOpen
from heretask.kernel.secrets.models import DataKey, Erasure
from heretask.kernel.secrets.opening import load_keys, make_data_key, open_text
from heretask.platform.drafts import actions as drafts
from heretask.platform.drafts.models import Draft
from heretask.social.citizens import actions, importing
from heretask.social.citizens.evidence import prot_1
from heretask.social.citizens.models import Citizen
from heretask.social.citizens.policies import Refused
from heretask.social.journal import actions as journal
from heretask.social.journal.models import Correction, Note
from tests import database
from tests.architecture.test_urls import patterns
from tests.cast import Cast
from tests.filled import write
from tests.social.people import make_citizen, relate

NAME, CPR, WHY = "Ane Marie Vind", "010150-0000", "Opbevaringstiden er gået"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> object:
    with override_settings(HERETASK_TOMBSTONES=tmp_path / "stones"):
        yield tmp_path / "stones"


@pytest.fixture
def ane(cast: Cast) -> Citizen:
    """A citizen with everything that there can be of one."""
    citizen = make_citizen(cast, NAME, cpr=CPR, warning="Nødder", light="red")
    relate(cast, citizen, cast.anna)
    with cast.anna.inside() as by:
        note = write(by, citizen, "Ane sov roligt.")
        journal.correct_note(note_id=note, text="Ane sov uroligt.", reason="Forkert", by=by)
        journal.write_note(citizen_id=citizen.id, kind="diary", text="Ikke færdig", by=by)
        drafts.save_draft(
            place=f"social.journal/{citizen.id}", citizen_id=citizen.id, fields={"text": "Halvt"}, cursor=1,
            cursor_field="text", by=by,
        )  # fmt: skip
        journal.begin_search(citizen_id=citizen.id, words="roligt", kind="", period="", by=by)
    return citizen


def erase(cast: Cast, citizen: Citizen) -> None:
    with cast.eva.inside() as by:
        actions.erase_citizen(citizen.id, typed=NAME, reason=WHY, by=by)


def test_what_goes_is_gone_and_what_stays_is_provable(cast: Cast, ane: Citizen, folder: Path) -> None:
    assert not folder.exists()
    erase(cast, ane)
    with operator(cast.solsikken, "test"):
        row = Citizen.objects.get(id=ane.id)
        assert (bytes(row.name), bytes(row.cpr), bytes(row.facts)) == (b"", b"", b"")
        assert (row.cpr_hash, row.import_hash, row.active, row.light) == (None, None, False, "green")
        assert not DataKey.objects.filter(subject=ane.id).exists()
        told = Erasure.objects.get(subject=ane.id)
        assert (told.at, told.by) == (row.erased_at, cast.eva.user.id)
        assert not Draft.objects.filter(subject=ane.id).exists()
        assert not StoredSearch.objects.filter(place=f"social.journal/{ane.id}").exists()
        assert [note.signed_at is not None for note in Note.objects.filter(citizen_id=ane.id)] == [True]
        for kept in [*Note.objects.filter(citizen_id=ane.id), *Correction.objects.filter(citizen_id=ane.id)]:
            with pytest.raises(CannotOpen):
                open_text(kept, "text")
        trace().opened.clear()
        for event in Event.objects.filter(citizen=ane.id):
            assert bytes(event.leaf) == leaf_of(bytes(event.salt), plain_of(event))
        last = Event.objects.get(action="social.citizen.erased")
        assert variables_of(last) == {"why": WHY}
    assert list(tombstones.read()) == [cast.solsikken.id]
    assert tombstones.read()[cast.solsikken.id] == {ane.id: told.at}
    line = (folder / cast.solsikken.id.hex).read_text()
    assert line.count("\n") == 1
    assert "Ane" not in line
    assert WHY not in line


def plain_of(event: Event) -> dict[str, object]:
    """An event as it was hashed."""
    values = {
        name: getattr(event, name)
        for name in (
            "id", "at", "actor", "session", "grant", "action", "object_kind", "object_id", "citizen", "purpose", "hits",
            "outcome", "address", "agent", "times",
        )
    }  # fmt: skip
    return values | {
        "customer": event.customer_id, "detail": detail_of(event) or None, "shown": tuple(event.shown),
        "changed": tuple(event.changed),
    }  # fmt: skip


def test_no_url_opens_them_and_those_who_had_access_are_told(cast: Cast, ane: Citizen) -> None:
    with operator(cast.solsikken, "test"):
        note = Note.objects.get(citizen_id=ane.id, signed_at__isnull=False).id
        unsigned = Note.objects.get(citizen_id=ane.id, signed_at=None).id
    erase(cast, ane)
    clients = {"anna": cast.anna.client(), "eva": cast.eva.client(), "clara": cast.clara.client()}
    gone = tried = 0
    for pattern in patterns():
        for id_ in (ane.id, note, unsigned) if str(pattern.name).startswith("social.journal") else (ane.id,):
            kinds = pattern.pattern.converters
            if not kinds.keys() & {"citizen_id", "note_id"}:
                continue  # what is named by other ids is the matter of the matrix of rights
            url = reverse(str(pattern.name), args=[id_] * len(kinds))
            for who, client in clients.items():
                for answer in (client.get(url), client.post(url, {"text": "x", "kind": "diary", "act": "save"})):
                    page = answer.content.decode()
                    assert answer.status_code < 500, (url, who)
                    found = [
                        word for word in ("Ane ", "Vind", "roligt", "Nødder", "Halvt", "Ikke færdig") if word in page
                    ]
                    assert found == [], (url, who)
                    if answer.status_code == 410:
                        assert WHY in page
                        assert "Eva Lund" in page
                        assert who != "clara"
                        gone += 1
                    tried += 1
    assert gone >= 6
    assert tried > 80
    told = clients["anna"].get(f"/social/journal/{ane.id}/")
    assert told.status_code == 410
    assert "Slettet" in told.content.decode()
    assert clients["clara"].get(f"/social/journal/{ane.id}/").status_code == 403


def test_lists_and_the_start_page_cope(cast: Cast, ane: Citizen) -> None:
    make_citizen(cast, "Bo Dam")
    erase(cast, ane)
    for url in ("/social/citizens/", "/"):
        answer = cast.anna.client().get(url, follow=True)
        assert answer.status_code == 200
        assert "Ane" not in answer.content.decode()
    with cast.anna.inside() as by:
        assert [row.name for row in actions.list_citizens(by)] == ["Bo Dam"]
        assert actions.search_citizens(CPR, by).rows == []
        assert journal.see_day(by).unfinished == []


def test_the_log_says_an_erased_citizen(cast: Cast, ane: Citizen) -> None:
    erase(cast, ane)
    client = cast.eva.client()
    page = client.get("/admin/log/").content.decode()
    assert "en slettet borger" in page
    assert str(ane.id) in page  # the link to all events of this citizen
    assert NAME not in page
    one = client.get(reverse("admin.log_citizen", args=[ane.id]), follow=True)
    assert one.status_code == 200
    assert "en slettet borger" in one.content.decode()


@pytest.mark.parametrize("way", ["plain", "past the triggers"])
def test_an_old_key_that_is_put_back_opens_nothing(cast: Cast, ane: Citizen, way: str) -> None:
    with database.superuser() as admin:
        old = admin.execute("select * from kernel_datakey where subject = %s", [ane.id]).fetchone()
    erase(cast, ane)
    assert old is not None
    with database.superuser() as admin:
        places = ", ".join("%s" for _value in old)
        if way == "plain":
            with pytest.raises(psycopg.Error, match="erased"):
                admin.execute(f"insert into kernel_datakey values ({places})", old)
            return
        admin.execute("set session_replication_role = replica")
        admin.execute(f"insert into kernel_datakey values ({places})", old)
    with operator(cast.solsikken, "test"):
        load_keys([ane.id])
        with pytest.raises(CannotOpen, match="gone"):
            open_text(Note.objects.get(citizen_id=ane.id), "text")
        trace().opened.clear()
    assert cast.anna.client().get(f"/social/journal/{ane.id}/").status_code == 410
    assert tombstones.pending() == 1
    assert tombstones.replay() == 1
    assert (tombstones.pending(), tombstones.replay()) == (0, 0)


def test_an_erased_citizen_gets_no_new_key(cast: Cast, ane: Citizen) -> None:
    erase(cast, ane)
    with pytest.raises(DatabaseError, match="erased"), operator(cast.solsikken, "test"):
        make_data_key(ane.id).save(force_insert=True)


@pytest.mark.parametrize(
    ("typed", "reason", "field"),
    [
        ("Ane Vind", WHY, "name"),
        ("", WHY, "name"),
        (NAME, "nej", "reason"),
        (NAME, f"Sagen om {NAME} er slut", "reason"),
        (NAME, "Sag om MARIE", "reason"),
        (NAME, "CPR 010150-0000", "reason"),
        (NAME, "Ring 12345678", "reason"),
    ],
)
def test_a_wrong_name_or_a_reason_that_keeps_the_person_is_refused(
    cast: Cast, ane: Citizen, typed: str, reason: str, field: str
) -> None:
    with pytest.raises(Refused) as refused, cast.eva.inside() as by:
        actions.erase_citizen(ane.id, typed=typed, reason=reason, by=by)
    assert refused.value.field == field
    page = cast.eva.client().post(
        reverse("social.citizens_erase_one", args=[ane.id]), {"name": typed, "reason": reason}
    )
    assert page.status_code == 422
    assert 'class="error"' in page.content.decode()
    with operator(cast.solsikken, "test"):
        assert Citizen.objects.get(id=ane.id).erased_at is None
        assert DataKey.objects.filter(subject=ane.id).exists()


def test_the_pages_lead_from_the_search_to_the_end(cast: Cast, ane: Citizen) -> None:
    make_citizen(cast, "Bo Dam")
    client = cast.eva.client()
    start = reverse("social.citizens_erase")
    assert "Ingen er slettet" in client.get(start).content.decode()
    assert client.post(start + "search/", {"q": "a"}).status_code == 422
    answer = client.post(start + "search/", {"q": "marie"})
    assert "marie" not in answer["Location"]
    found = client.get(answer["Location"]).content.decode()
    assert NAME in found
    assert "Bo Dam" not in found
    by_number = client.get(client.post(start + "search/", {"q": CPR})["Location"]).content.decode()
    assert NAME in by_number
    with operator(cast.solsikken, "test"):
        by_name, by_cpr = Event.objects.filter(action="social.citizens.erase_searched").order_by("at")
        assert (by_name.hits, by_cpr.hits, by_cpr.shown) == (1, 1, [ane.id])
    url = reverse("social.citizens_erase_one", args=[ane.id])
    preview = client.get(url).content.decode()
    assert "1 underskrevet notat" in preview
    assert "bor her nu" in preview
    done = client.post(url, {"name": " ane  marie VIND ", "reason": WHY}, follow=True)
    assert "Borgeren er slettet" in done.content.decode()
    assert WHY in done.content.decode()
    assert NAME not in done.content.decode()
    assert client.get(url).status_code == 410
    assert client.post(url, {"name": NAME, "reason": WHY}).status_code == 410


def test_only_an_administrator_may(cast: Cast, ane: Citizen) -> None:
    urls = [reverse("social.citizens_erase"), reverse("social.citizens_erase_one", args=[ane.id])]
    for member in (cast.anna, cast.bo, cast.dan):
        for url in urls:
            assert member.client().get(url).status_code == 403
        with member.inside() as by, pytest.raises(Denied):
            actions.erase_citizen(ane.id, typed=NAME, reason=WHY, by=by)
    elsewhere = make_citizen(cast, "Finn", unit=cast.fyr)
    with cast.eva.inside() as by:
        for stranger in (UUID(int=1), elsewhere.id):
            with pytest.raises(Denied) as denied:
                actions.look_at_erasing(stranger, by)
            assert not isinstance(denied.value, Gone)


def test_erasing_is_no_opening_without_a_reason(cast: Cast, ane: Citizen) -> None:
    with cast.eva.inside() as by:
        actions.look_at_erasing(ane.id, by)
    erase(cast, ane)
    with operator(cast.solsikken, "test"):
        assert str(prot_1().state) == "ok"


def test_they_can_be_read_in_anew_as_somebody_else(cast: Cast, ane: Citizen) -> None:
    erase(cast, ane)
    with operator(cast.solsikken, "test"):
        plan = importing.read_in(
            f"Navn;CPR;Enhed\n{NAME};{CPR};Nord\n".encode(), "x.csv", by=provision.operator_of(cast.solsikken)
        )
    assert plan.counts == {"new": 1}
    with cast.anna.inside() as by:
        (again,) = actions.list_citizens(by)
    assert again.id != ane.id


def test_a_crash_before_the_tombstone_is_healed_by_the_clock(
    cast: Cast, ane: Citizen, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(tombstones, "write", broken)
        erase(cast, ane)
        patched.setattr(clock, "_written_until", clock._written_until)
        clock.write_tombstones(timezone.now())
    assert tombstones.read() == {}
    clock.write_tombstones(timezone.now())
    assert list(tombstones.read()[cast.solsikken.id]) == [ane.id]
    before = (folder / cast.solsikken.id.hex).read_bytes()
    clock.write_tombstones(timezone.now())
    assert (folder / cast.solsikken.id.hex).read_bytes() == before

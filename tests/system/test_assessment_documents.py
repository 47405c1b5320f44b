"""The assessment as it leaves: PDF, JSON and OSCAL, signed; and what is refused when it comes back."""

from __future__ import annotations

import argparse
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from trestle.oscal.assessment_results import Model as AssessmentResults
from trestle.oscal.catalog import Model as Catalog

from heretask.config import operating
from heretask.kernel.evidence import running
from heretask.kernel.evidence.measuring import keep, measure
from heretask.kernel.evidence.promises import PROMISES
from heretask.kernel.jobs import worker
from heretask.kernel.log import attesting, verify
from heretask.kernel.log.models import Event
from heretask.kernel.log.notes import NotANote
from heretask.system.assessment import documents, oscal, queries
from heretask.system.assessment.models import Taken
from tests import database
from tests.cast import Cast
from tests.management import Two, two_managers
from tests.sealing import seal
from tests.system import structure
from tests.work import work as run_jobs


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    with two_managers() as found:
        yield found


@pytest.fixture(scope="module")
def told(two: Two) -> dict[str, Any]:
    """An assessment in which something was measured and something was not."""
    with two.grethe.inside():
        for one in running.of_scope("installation")[:6]:
            keep(one, *measure(one))
        found = queries.assessment(everywhere=True, slug=two.own.slug)
        return documents.document(found, customer="HereTask", minutes={"digest": "0" * 64, "signed_on": "2026-11-02"})


def taken(two: Two, kind: str) -> tuple[Taken, bytes]:
    """Asked for on the page, made by the worker, signed by the sealer, and fetched."""
    client = two.grethe.client()
    page = client.post("/system/assessment/documents/take/", {"kind": kind})["Location"]
    assert "Venter på sin tur" in client.get("/system/assessment/documents/").content.decode()
    run_jobs()
    assert client.get(page)["Location"].startswith("/system/assessment/documents/?")
    with two.grethe.inside():
        made = Taken.objects.filter(kind=kind).order_by("-done_at")[0]
    seal()
    answer = client.post(f"/system/assessment/documents/{made.id}/file/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/octet-stream"
    return made, answer.content


def signature_of(two: Two, made: Taken) -> bytes:
    answer = two.grethe.client().post(f"/system/assessment/documents/{made.id}/signature/")
    assert answer.status_code == 200
    return bytes(answer.content)


def test_oscal_is_valid_and_comes_round_the_same(told: dict[str, Any]) -> None:
    results, catalog = oscal.results(told), oscal.catalog(told)
    for made, model in ((results, AssessmentResults), (catalog, Catalog)):
        read = model.model_validate(json.loads(json.dumps(made)))
        again = json.loads(read.model_dump_json(by_alias=True, exclude_none=True))
        assert sorted_times(again) == sorted_times(made)
    assert oscal.results(told) == results  # every id is the same each time
    states = {one["id"]: one["state"] for section in told["sections"] for one in section["promises"]}
    assert oscal.read(json.dumps(results)) == states
    controls = [c["id"] for group in catalog["catalog"]["groups"] for c in group["controls"]]
    assert controls == [id_.lower() for id_ in PROMISES]
    result = results["assessment-results"]["results"][0]
    assert len(result["findings"]) == len(PROMISES)
    assert {
        f["target"]["status"]["state"] for f in result["findings"] if f["target"]["status"]["remarks"] != "holds"
    } == {"not-satisfied"}
    assert len(result["observations"]) == sum(state != oscal.NOT_DONE for state in states.values())
    assert result["attestations"][0]["parts"][0]["props"][0]["value"] == "0" * 64


def sorted_times(thing: Any) -> Any:
    """The same with times written one way."""
    if isinstance(thing, dict):
        return {name: sorted_times(part) for name, part in thing.items()}
    if isinstance(thing, list):
        return [sorted_times(part) for part in thing]
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|\+00:00)", str(thing))
    return found[1] if found else thing


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_pdf_is_tagged_and_whole(two: Two, language: str) -> None:
    client = two.grethe.client()
    client.cookies["__Host-language"] = language
    client.post("/system/assessment/documents/take/", {"kind": "pdf"})
    run_jobs()
    with two.grethe.inside():
        made = Taken.objects.filter(kind="pdf").order_by("-done_at")[0]
    content = client.post(f"/system/assessment/documents/{made.id}/file/").content
    assert content.startswith(b"%PDF-1.")
    assert made.language == language
    for part in (
        b"/MarkInfo",
        b"/StructTreeRoot",
        b"pdfuaid:part",
        b"pdfaid:part",
        f"/Lang({language}".encode(),
        b"/DisplayDocTitle true",
        b"/S/TOC",
    ):
        assert part in content
    tags = structure.tags(content)
    headings = [int(tag.name[1]) for tag in tags if re.fullmatch(r"H\d", tag.name)]
    assert headings.count(1) == 1 == headings[0]
    assert headings.count(3) == len(PROMISES)
    assert all(after <= before + 1 for before, after in itertools.pairwise(headings))  # none is skipped
    heads = [tag for tag in tags if tag.name == "TH"]
    assert heads
    assert all(b"/Scope/Column" in tag.body for tag in heads)
    assert sum(tag.name == "Table" for tag in tags) == sum(tag.name == "THead" for tag in tags) > 1


def test_a_job_that_was_killed_after_keeping_makes_no_second(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever goes on with the job finds its document; and the database would refuse another."""
    with two.grethe.inside():
        before = Taken.objects.count()
    client = two.grethe.client()
    page = client.post("/system/assessment/documents/take/", {"kind": "json"})["Location"]
    told = worker._stop_if_lost

    def die_once(*_given: Any) -> None:
        """As kill -9 between what is kept and what the queue is told of it."""
        monkeypatch.setattr(worker, "_stop_if_lost", told)
        raise RuntimeError("killed")

    monkeypatch.setattr(worker, "_stop_if_lost", die_once)
    run_jobs()
    assert client.get(page).status_code == 200  # not told yet: it goes on
    run_jobs()
    assert client.get(page)["Location"].startswith("/system/assessment/documents/?")
    with two.grethe.inside():
        made = Taken.objects.order_by("-done_at")[0]
        assert Taken.objects.count() == before + 1
    with database.superuser() as admin, pytest.raises(psycopg.errors.UniqueViolation):
        admin.execute(
            "insert into system_assessment_taken (id, customer_id, kind, language, digest, size, content, job)"
            " select gen_random_uuid(), customer_id, kind, language, digest, size, content, job"
            " from system_assessment_taken where id = %s",
            [made.id],
        )


def test_a_job_that_fails_says_so_and_keeps_nothing(two: Two, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with two.grethe.inside():
        before = Taken.objects.count()
    client = two.grethe.client()
    page = client.post("/system/assessment/documents/take/", {"kind": "oscal"})["Location"]
    monkeypatch.setattr(oscal, "results", lambda _told: 1 / 0)
    for _try in range(worker.TRIES):
        run_jobs()
    shown = client.get(page).content.decode()
    assert "Dokumentet kunne ikke laves" in shown
    assert "Kunne ikke laves" in client.get("/system/assessment/documents/").content.decode()
    with two.grethe.inside():
        assert Taken.objects.count() == before
    assert two.henrik.client().get(page).status_code == 404  # somebody else's job
    assert cast.eva.client().get(page).status_code == 404


def test_a_signature_is_checked_anywhere_and_a_changed_byte_is_refused(
    two: Two, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, content = taken(two, "json")
    signed = signature_of(two, made)
    assert len(json.loads(content)["sections"]) == 11
    file, sig = tmp_path / "a.json", tmp_path / "a.json.sig"
    file.write_bytes(content)
    sig.write_bytes(signed)
    assert verify.main(["assessment", str(file), str(sig), "--language", "en"]) == 0
    assert documents.signed_at(content, signed.decode())
    assert checked(file, sig) == 0
    for at in (0, len(content) // 2, len(content) - 2):
        bent = bytearray(content)
        bent[at] ^= 1
        file.write_bytes(bytes(bent))
        assert verify.main(["assessment", str(file), str(sig), "--json"]) == 1
        assert checked(file, sig) != 0
    file.write_bytes(content)
    sig.write_text(signed.decode().replace(made.digest[:8], "0" * 8))
    assert verify.main(["assessment", str(file), str(sig)]) == 1
    others = tmp_path / "known.txt"
    others.write_text("heretask/log/x+00000000+AAAA\n")
    sig.write_bytes(signed)
    with pytest.raises(NotANote):
        attesting.check(made.digest, signed.decode(), ["heretask/log/x+00000000+AAAA"])
    capsys.readouterr()


def checked(file: Path, sig: Path | None = None) -> int:
    return operating.assess(argparse.Namespace(check=str(file), signature=str(sig) if sig else None, json=True))


def test_rubbish_is_refused_with_a_sentence(
    two: Two, told: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.json"
    results = oscal.results(told)
    less = json.loads(json.dumps(results))
    less["assessment-results"]["results"][0]["findings"].pop()
    loose = json.loads(json.dumps(results))
    loose["assessment-results"]["results"][0]["observations"] = []
    odd = json.loads(json.dumps(told))
    odd["sections"][0]["promises"][0]["state"] = "splendid"
    for rubbish in (b"", b"\xff\xfe", b"[]", b"{}", b"null", b'{"assessment-results": 3}', b'{"sections": [1]}',
                    json.dumps(less).encode(), json.dumps(loose).encode(), json.dumps(odd).encode()):  # fmt: skip
        file.write_bytes(rubbish)
        assert checked(file) != 0, rubbish[:40]
    file.write_text(json.dumps(results))
    capsys.readouterr()
    assert checked(file) == 0
    assert len(json.loads(capsys.readouterr().out)["promises"]) == len(PROMISES)


def test_the_web_asks_for_signatures_and_writes_none(two: Two) -> None:
    with two.grethe.inside(), pytest.raises(Exception, match="permission denied"), database_error():
        from django.db import connections

        connections["default"].cursor().execute("update ht.attested set note = 'x'")
    with two.grethe.inside(), pytest.raises(Exception, match="violates check"), database_error():
        attesting.ask("../../etc")


def database_error() -> Any:
    from django.db import transaction

    return transaction.atomic()


def test_another_customer_reaches_none_of_it_and_the_log_names_who_fetched(two: Two, cast: Cast) -> None:
    made, _content = taken(two, "oscal")
    assert cast.eva.client().post(f"/system/assessment/documents/{made.id}/file/").status_code == 404
    with cast.eva.inside():
        assert attesting.signature_of(made.digest) is None
    with two.grethe.inside():
        told = Event.objects.get(action="system.assessment.fetched", object_id=made.id)
        assert told.actor == two.grethe.user.id
        stored = Event.objects.get(action="system.assessment.taken", object_id=made.id)
        assert stored is not None
    with database.superuser() as admin, pytest.raises(psycopg.Error):
        admin.execute("update system_assessment_taken set digest = 'x' where id = %s", [made.id])

"""The log as CSV: asked for, made by a real worker, handed over once, and checked against the events themselves."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import re
import secrets
import subprocess
import sys
import zipfile
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from heretask.admin.logs import exporting
from heretask.admin.logs.models import FetchRight
from heretask.admin.users import events as users_events
from heretask.config import provision
from heretask.kernel.access.models import Assignment
from heretask.kernel.evidence import exports
from heretask.kernel.identity.sessions import operator
from heretask.kernel.jobs.models import Job
from heretask.kernel.log import record
from heretask.kernel.log.covering import cover
from heretask.kernel.log.encoding import leaf_of
from heretask.kernel.log.models import Event, Leaf
from heretask.kernel.log.queries import Filters, newest_export
from heretask.kernel.secrets.files import place_of
from heretask.kernel.spreadsheet import restore
from tests.admin.test_log_pages import make_citizen, open_and_search
from tests.cast import Cast, make_member
from tests.sealing import sealer_at_work
from tests.work import work as run_jobs

ROOT = Path(__file__).resolve().parent.parent.parent
RISKY = '=HYPERLINK("http://example.invalid");+1|cmd\'!A1'


def read_csv(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def ask(client: Client, *, plain: bool = True, noted: str = "", **filters: str) -> str:
    confirm = client.post("/admin/log/extract/", filters)["Location"]
    page = client.get(confirm)
    assert page.status_code == 200
    answer = client.post(confirm, {"why": "stikprøve, november", "noted": noted, **({"plain": "on"} if plain else {})})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def fetched(client: Client, job_url: str) -> bytes:
    answer = client.post(f"{job_url}fetch/")
    assert answer.status_code == 302, answer.content.decode()
    file = client.get(answer["Location"])
    assert file.status_code == 200
    assert file["Cache-Control"] == "no-store"
    return file.getvalue()


def environment() -> dict[str, str]:
    """That of the operator's command."""
    return {**os.environ, "HERETASK_ROLE": "operator", "PYTHONPATH": str(ROOT)}


def unpacked(data: bytes) -> bytes:
    """The CSV in a bundle."""
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        (name,) = [name for name in bundle.namelist() if name.endswith(".csv")]
        assert sorted(bundle.namelist()) == sorted([name, f"{name}.proof", "verify.py", "README.txt"])
        return bundle.read(name)


def leaf_from(row: dict[str, str]) -> str:
    """What `leaf` must be, from nothing but the row: as somebody outside would compute it."""

    def an_id(name: str) -> UUID | None:
        return UUID(row[name]) if row[name] else None

    values = {
        "id": UUID(row["id"]), "at": int(row["at"]), "customer": UUID(row["customer"]), "actor": an_id("actor"),
        "session": an_id("session"), "grant": an_id("grant"), "action": row["action"],
        "object_kind": row["object_kind"],
        "object_id": an_id("object_id"), "citizen": an_id("citizen"), "purpose": restore(row["purpose"]),
        "detail": restore(row["detail"]).encode() or None, "hits": int(row["hits"]) if row["hits"] else None,
        "shown": tuple(UUID(i) for i in row["shown"].split()), "outcome": restore(row["outcome"]),
        "address": restore(row["address"]), "agent": restore(row["agent"]),
        "changed": tuple(row["changed"].split()), "times": int(row["times"]),
    }  # fmt: skip
    return leaf_of(bytes.fromhex(row["salt"]), values).hex()


def test_from_the_button_to_the_file(cast: Cast) -> None:
    word = "ord" + secrets.token_hex(8)
    citizen = make_citizen(cast)
    open_and_search(cast, citizen, word)
    with cast.anna.inside():
        record(users_events.USERS_SEARCHED, variables={"q": RISKY}, hits=0)
        from heretask.kernel.log.trace import trace

        trace().agent = RISKY
        record(users_events.USERS_SEARCHED, variables={"q": 'a\r\nb;"c"'}, hits=0)
    client = cast.eva.client()
    job_url = ask(client)
    waiting = client.get(job_url)
    assert waiting.status_code == 200
    assert "data-poll-url" in waiting.content.decode()
    assert "X-Done" not in client.get(f"{job_url}state/")
    assert client.post(f"{job_url}fetch/").status_code == 409  # not before it is made
    run_jobs()
    state = client.get(f"{job_url}state/")
    assert state["X-Done"] == "1"
    data = fetched(client, job_url)
    rows = read_csv(unpacked(data))
    with operator(cast.solsikken, "test"):
        job = Job.objects.get(id=UUID(job_url.rstrip("/").rsplit("/", 1)[1]))
        assert job.state == "done"
        assert job.done == job.total
        assert job.outcome["sha256"] == hashlib.sha256(data).hexdigest()
        assert job.outcome["rows"] == len(rows)
        by_place = Leaf.objects.filter(place__lt=job.outcome["size"]).order_by("place").values_list("event", flat=True)
        events = {event.id: event for event in Event.objects.all()}
        there = [events[event] for event in by_place]
        made = newest_export()
        assert made is not None
        assert (made.job, made.rows) == (job.id, len(rows))
        assert exports.newest() == exports.Export(True, "holds")
        assert exports.count() == 1
    assert [row["id"] for row in rows] == [str(event.id) for event in there]
    assert [row["leaf"] for row in rows] == [leaf_from(row) for row in rows]
    assert [row["leaf"] for row in rows] == [bytes(event.leaf).hex() for event in there]
    search = next(row for row in rows if word in row["detail"])
    assert json.loads(search["detail"])["q"] == word
    assert (search["actor_user_name"], search["actor_name"], search["hits"]) == ("anna", "Anna Skov", "0")
    assert "Anna Skov" in search["sentence"]
    assert "Tove Lind" not in unpacked(data).decode()  # citizens stand by their id
    assert any(row["citizen"] == str(citizen) and str(citizen) in row["sentence"] for row in rows)
    risky = next(row for row in rows if row["agent"].endswith(RISKY))
    assert risky["agent"] == "'" + RISKY
    assert restore(risky["agent"]) == RISKY
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell[:1] in "=+@\t\r" and cell[:1]]
    assert not [cell for cell in cells if re.match(r"-(?!\d+$)", cell)]
    for action, times in (("log.export.asked", 1), ("log.exported", 1), ("log.handed_out", 1)):
        with operator(cast.solsikken, "test"):
            assert Event.objects.filter(action=action).count() == times, action


def test_the_file_on_disk_cannot_be_read(cast: Cast) -> None:
    word = "ord" + secrets.token_hex(8)
    open_and_search(cast, make_citizen(cast), word)
    client = cast.eva.client()
    job_url = ask(client)
    run_jobs()
    assert word.encode() in unpacked(fetched(client, job_url))
    file = place_of(cast.solsikken.id, UUID(job_url.rstrip("/").rsplit("/", 1)[1]))
    assert file.is_file()
    found = [
        path for path in Path(settings.HERETASK_HOME, "files").rglob("*")
        if path.is_file() and (word.encode() in path.read_bytes() or b"Anna Skov" in path.read_bytes())
    ]  # fmt: skip
    assert found == []


def test_a_right_to_fetch_works_once_for_one_person_within_minutes(cast: Cast) -> None:
    client = cast.eva.client()
    job_url = ask(client)
    run_jobs()
    right = client.post(f"{job_url}fetch/")["Location"]
    with operator(cast.solsikken, "test"):
        gry = make_member(
            cast.solsikken, "gry", "Gry Toft", "administrator", None, provision.operator_of(cast.solsikken)
        )
    other = gry.client()
    assert other.get(right).status_code == 409
    assert other.get(job_url).status_code == 404
    assert other.post(f"{job_url}fetch/").status_code == 404
    assert client.get(right).status_code == 200
    assert client.get(right).status_code == 409
    late = client.post(f"{job_url}fetch/")["Location"]
    with operator(cast.solsikken, "test"):
        FetchRight.objects.filter(used_at=None).update(until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert client.get(late).status_code == 409


def test_the_handing_over_is_committed_before_the_first_byte(cast: Cast) -> None:
    """When the answer is there and not one byte was asked for, the event and the used right are in the database."""
    client = cast.eva.client()
    job_url = ask(client)
    run_jobs()
    answer = client.get(client.post(f"{job_url}fetch/")["Location"])
    with operator(cast.solsikken, "test"):
        assert Event.objects.filter(action="log.handed_out").count() == 1
        assert FetchRight.objects.filter(used_at=None).count() == 0
    default = connections["default"]
    with default.execute_wrapper(_no_query):
        assert answer.getvalue()


def _no_query(*_arguments: object) -> None:
    raise AssertionError("the pieces asked the database")


def test_parts_are_consistent_and_filters_hold(cast: Cast) -> None:
    citizen = make_citizen(cast)
    open_and_search(cast, citizen, "xylofon")
    with cast.bo.inside():
        for n in range(40):
            record(users_events.USERS_LISTED, hits=n)
    with operator(cast.solsikken, "test"):
        begun = exporting.begin(Filters(person=cast.bo.user.id), by=provision.operator_of(cast.solsikken))

    from heretask.kernel.log.exporting import Export

    parts = 0

    def enter() -> object:
        nonlocal parts
        parts += 1
        if parts == 2:  # what happens while the export runs is not in it
            with cast.bo.inside():
                record(users_events.USERS_LISTED, hits=1000)
        return operator(cast.solsikken, "test")

    out = io.BytesIO()
    with sealer_at_work():
        assert cover(lambda: operator(cast.solsikken, "test"), begun.until)
    export = Export(begun.filters, begun.until, enter, part=7, masked=False)  # type: ignore[arg-type]
    export.write_to(out, io.BytesIO())
    rows = read_csv(out.getvalue())
    assert parts > 5
    assert export.rows == len(rows) == begun.total
    assert [row["hits"] for row in rows if row["action"] == "admin.users.listed"] == [str(n) for n in range(40)]
    client = cast.eva.client()
    job_url = ask(client, q="xylofon")
    run_jobs()
    rows = read_csv(unpacked(fetched(client, job_url)))
    assert rows
    assert all("xylofon" in row["detail"] for row in rows)
    by_name = ask(client, q="tove lind")
    run_jobs()
    rows = read_csv(unpacked(fetched(client, by_name)))
    assert str(citizen) in {row["citizen"] for row in rows}


def test_a_job_of_somebody_who_lost_the_right_makes_nothing(cast: Cast) -> None:
    with operator(cast.solsikken, "test"):
        gry = make_member(
            cast.solsikken, "gry", "Gry Toft", "administrator", None, provision.operator_of(cast.solsikken)
        )
    job_url = ask(gry.client())
    with operator(cast.solsikken, "test"):
        Assignment.objects.filter(user_id=gry.user.id).update(ended_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    run_jobs()
    job = UUID(job_url.rstrip("/").rsplit("/", 1)[1])
    with operator(cast.solsikken, "test"):
        assert Job.objects.get(id=job).state != "done"
    assert not place_of(cast.solsikken.id, job).exists()


def test_a_changed_file_breaks_the_evidence_and_the_fetching(cast: Cast) -> None:
    client = cast.eva.client()
    job_url = ask(client)
    run_jobs()
    file = place_of(cast.solsikken.id, UUID(job_url.rstrip("/").rsplit("/", 1)[1]))
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with operator(cast.solsikken, "test"):
        assert exports.newest() == exports.Export(False)
    file.unlink()
    with operator(cast.solsikken, "test"):
        assert exports.newest() == exports.Export(False)
    assert client.post(f"{job_url}fetch/").status_code == 409
    assert client.get(job_url).status_code == 200
    file.write_bytes(whole)
    with operator(cast.solsikken, "test"):
        assert exports.newest() == exports.Export(True, "holds")


def test_the_operators_command(cast: Cast, tmp_path: Path) -> None:
    word = "ord" + secrets.token_hex(8)
    open_and_search(cast, make_citizen(cast), word)
    out = tmp_path / "log.csv"
    command = [
        sys.executable,
        "-m",
        "heretask.config.cli",
        "log",
        "export",
        "--customer",
        cast.solsikken.slug,
        "--out",
        str(out),
    ]
    done = subprocess.run(
        [*command, "--json"], capture_output=True, text=True, env=environment(), cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    data = out.read_bytes()
    assert told["sha256"] == hashlib.sha256(data).hexdigest()
    rows = read_csv(data)
    assert told["rows"] == len(rows)
    assert any(word in row["detail"] for row in rows)
    assert [row["leaf"] for row in rows] == [leaf_from(row) for row in rows]
    assert out.stat().st_mode & 0o077 == 0
    with operator(cast.solsikken, "test"):
        assert Event.objects.filter(action="log.exported", agent="operator: log export").count() == 1
    for wrong in (
        ["--customer", "findes-ikke", "--out", str(tmp_path / "x")],
        ["--customer", cast.solsikken.slug, "--out", "/nonexistent/x"],
    ):
        failed = subprocess.run(
            [*command[:5], *wrong], capture_output=True, text=True, env=environment(), cwd=tmp_path, check=False
        )
        assert failed.returncode != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "log.csv.proof"]


@pytest.mark.parametrize("nonsense", ["", "x" * 201, "a\x00b"])
def test_a_reason_is_asked_for(cast: Cast, nonsense: str) -> None:
    client = cast.eva.client()
    confirm = client.post("/admin/log/extract/", {"kind": "denied"})["Location"]
    answer = client.post(confirm, {"why": nonsense})
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    with operator(cast.solsikken, "test"):
        assert Job.objects.count() == 0

"""Checkpoints in Admin: shown, kept, compared; and extracts that are masked, or plain for those who may."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import re
import resource
import secrets
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils.translation import override

from heretask.admin.logs import exporting
from heretask.admin.users import events as users
from heretask.config import provision
from heretask.kernel.access.decide import Denied
from heretask.kernel.evidence import exports
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import operator
from heretask.kernel.jobs.models import Job
from heretask.kernel.log import bundle, record, verify
from heretask.kernel.log.covering import cover
from heretask.kernel.log.exporting import Export
from heretask.kernel.log.lines import COLUMNS, MASKED
from heretask.kernel.log.models import Event, Leaf
from heretask.kernel.log.queries import Entry, Filters, moment, variables_of
from heretask.kernel.log.sentences import Teller
from heretask.kernel.log.trace import trace
from heretask.kernel.log.witness import newest_line
from heretask.kernel.secrets.files import place_of
from heretask.kernel.spreadsheet import csv_chunks
from tests.admin.test_export import ask, environment, fetched, read_csv, unpacked
from tests.admin.test_log_pages import make_citizen, open_and_search, stored
from tests.cast import Cast, supplier
from tests.sealing import seal
from tests.system.test_assessment import manager
from tests.work import work as run_jobs

PAGE = "/admin/log/checkpoint/"


def words_on(page: str) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def job_of(url: str) -> UUID:
    return UUID(url.rstrip("/").rsplit("/", 1)[1])


def proof_in(data: bytes) -> verify.Report:
    return verify.check_zip(io.BytesIO(data))


# -- checkpoints
def test_the_newest_checkpoint_is_kept_and_compared(cast: Cast) -> None:
    client = cast.eva.client()
    assert "Intet af jeres log er underskrevet" in words_on(client.get(PAGE).content.decode())
    assert client.get(f"{PAGE}file/").status_code == 404
    seal()
    kept = client.get(f"{PAGE}file/")
    assert kept["Content-Disposition"].startswith('attachment; filename="heretask-checkpoint-')
    (note,) = verify.notes_from(kept.content.decode())
    assert note.keys and verify.signers(note, note.keys)  # noqa: PT018
    with cast.bo.inside():
        record(users.USERS_LISTED)
    seal()
    page = words_on(client.get(PAGE).content.decode())
    assert "Det nyeste kontrolpunkt" in page
    told = words_on(client.post(PAGE, {"noted": kept.content.decode()}).content.decode())
    assert f"vokset: {note.size} hændelser dengang" in told
    bent = kept.content.decode().replace(note.at, "2020-01-01T00:00:00Z")
    assert "underskrift holder ikke" in words_on(client.post(PAGE, {"noted": bent}).content.decode())
    assert "er blevet kortere" in words_on(
        client.post(PAGE, {"noted": f"{note.size + 5000} {'ab' * 8}"}).content.decode()
    )
    assert "er ikke den, du noterede" in words_on(
        client.post(PAGE, {"noted": f"{note.size} {'ab' * 8}"}).content.decode()
    )
    for nonsense in ("", "hej", "x" * 20_001):
        assert "error-summary" in client.post(PAGE, {"noted": nonsense}).content.decode()
    asked = [entry.variables["answer"] for entry in stored(cast, "log.checkpoint.compared")]
    assert asked == ["grown", "forged", "shrunk", "rewritten"]
    assert len(stored(cast, "log.checkpoint.taken")) == 1


def test_the_foot_of_every_page_of_admin_names_it_for_those_who_may_read_the_log(cast: Cast) -> None:
    with operator(cast.solsikken, "test"):
        assert newest_line() == ""
    seal()
    with operator(cast.solsikken, "test"):
        line = newest_line()
    assert re.fullmatch(r"\d+ [0-9a-f]{16} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line)
    for url in ("/admin/users/", "/admin/log/", PAGE):
        assert line in cast.eva.client().get(url).content.decode(), url
    assert line not in cast.bo.client().get("/admin/users/").content.decode()
    assert line not in cast.eva.client().get("/platform/today/").content.decode()


def test_the_verifier_is_handed_out_as_it_is(cast: Cast) -> None:
    answer = cast.eva.client().get("/admin/log/verify.py")
    assert answer.content == Path(verify.__file__).read_bytes()
    assert answer["Content-Disposition"] == 'attachment; filename="verify.py"'
    assert len(stored(cast, "log.verifier.taken")) == 1


def test_strangers_get_none_of_it(cast: Cast) -> None:
    for url in (PAGE, f"{PAGE}file/", "/admin/log/verify.py"):
        for stranger in (cast.anna, cast.bo, cast.dan):
            assert stranger.client().get(url).status_code == 403, url


# -- masked and plain
def test_an_extract_is_masked_unless_asked_for(cast: Cast) -> None:
    word = "ord" + secrets.token_hex(8)
    open_and_search(cast, make_citizen(cast), word)
    client = cast.eva.client()
    job_url = ask(client, plain=False)
    run_jobs()
    data = fetched(client, job_url)
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        assert not [name for name in made.namelist() if word.encode() in made.read(name)]
    rows = read_csv(unpacked(data))
    assert {len(row["salt"]) for row in rows} == {64}
    searched = [row for row in rows if row["commitment"]]
    assert searched
    assert {row["detail"] for row in rows} == {""}
    assert any(MASKED in row["sentence"] for row in searched)
    report = proof_in(data)
    assert (report.status, report.masked, report.as_data()["complete"]) == (0, True, True)
    page = words_on(client.get(job_url).content.decode())
    assert "De ord, der blev søgt efter, er maskeret." in page
    with operator(cast.solsikken, "test"):
        exported = variables_of(Event.objects.get(action="log.exported"))
        assert (exported["masked"], exported["without_place"]) == (True, 0)


def test_words_come_along_only_for_those_who_may(cast: Cast) -> None:
    customer = supplier()
    member = manager()
    client = member.client()
    confirm = client.post("/admin/log/extract/", {})["Location"]
    assert 'name="plain"' not in client.get(confirm).content.decode()
    client.post(confirm, {"why": "prøve", "plain": "on"})
    with operator(customer, "test"):
        extract = UUID(confirm.rstrip("/").rsplit("/", 1)[1])
    with member.inside() as actor:
        assert exporting.kept(extract, by=actor).plain is False
        with pytest.raises(Denied):
            exporting.ask(extract, "prøve", plain=True, by=actor)


def test_lines_are_those_that_the_plain_way_writes(cast: Cast) -> None:
    """What the exporter remembers and joins must be, byte for byte, what one would write event by event."""
    citizen = make_citizen(cast)
    open_and_search(cast, citizen, 'tove; "lind"')
    with cast.anna.inside():
        trace().agent = "=cmd|' /C calc'!A1"
        for n in range(12):
            record(
                users.USERS_LISTED,
                hits=n,
                changed=[["name"], ["a b", "c,d"], ["to\nlinjer", 'x"y'], []][n % 4],
                shown=[citizen] * (n % 3),
            )
            record(users.USERS_SEARCHED, variables={"q": ["=1+1", "a\r\nb", "-", "»æ«"][n % 4], "first": n}, hits=n)
        record(users.USER_SEEN, on=("user", cast.bo.user.id), variables={"role": "carer", "unit": "Nord"})
    for masked in (False, True):
        for language in ("da", "en"):
            out = io.BytesIO()
            with override(language):
                made = exporting.prepared(
                    cast.solsikken, by=provision.operator_of(cast.solsikken), masked=masked, seal_now=seal
                )
                made.part = 7
                made.write_to(out, io.BytesIO())
                with operator(cast.solsikken, "test"):
                    plain = b"".join(csv_chunks([COLUMNS, *plainly(made)]))
            assert out.getvalue() == plain


def plainly(made: Export) -> Iterator[list[object]]:
    """The rows of an export, each made by itself."""
    teller, names = Teller(made.places), dict(User.objects.values_list("id", "user_name"))
    for leaf in Leaf.objects.filter(place__lt=made.base.size).order_by("place"):
        event = Event.objects.get(id=leaf.event)
        said = variables_of(event)
        teller.learn([event], citizens=False)
        hidden = made.masked and bool(said)
        at = moment(event.at)
        local = at.astimezone(ZoneInfo("Europe/Copenhagen"))
        salt = bytes(event.salt)
        detail = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False) if said else ""
        changed = list(event.changed)
        yield [
            at.isoformat(timespec="microseconds"), local.isoformat(timespec="microseconds"), event.at, event.id,
            event.customer_id, names.get(event.actor, "") if event.actor else "", teller.users.get(event.actor, "") if event.actor else "",
            event.actor, event.session, event.grant, event.action,
            html.unescape(teller.sentence(Entry(event, {"q": MASKED} if hidden else said))), event.object_kind,
            event.object_id, event.citizen, event.purpose, "" if hidden else detail, event.hits,
            " ".join(map(str, event.shown)), event.outcome, event.address, event.agent,
            " ".join(changed) if all(re.fullmatch(r"[\w.-]+", name, re.ASCII) for name in changed) else json.dumps(changed, ensure_ascii=False),
            event.times, leaf.place, salt[:32].hex() if hidden else salt.hex(),
            hashlib.sha256(salt[32:] + detail.encode()).hexdigest() if hidden else "", bytes(leaf.leaf).hex(),
        ]  # fmt: skip


# -- what may go wrong on the way
def test_memory_does_not_grow_with_the_log(cast: Cast) -> None:
    peaks = []
    for count in (600, 5_400):
        with operator(cast.solsikken, "test"):
            for n in range(count):
                record(users.USERS_SEARCHED, variables={"q": f"ord {n}"}, hits=n % 30, shown=[cast.nord.id] * (n % 9))
        made = exporting.prepared(cast.solsikken, by=provision.operator_of(cast.solsikken), masked=False, seal_now=seal)
        made.part = 300
        with operator(cast.solsikken, "test") as here:
            made.enter, made.ahead = lambda here=here: nullcontext(here), False  # type: ignore[misc]
            tracemalloc.start()
            bundle.write_zip(made, Nowhere(), "log.csv", customer_key=here.customer_key, customer_id=here.customer_id)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert made.rows > 6_000
    assert peaks[1] < peaks[0] + 3_000_000, peaks


class Nowhere:
    def write(self, plain: bytes, /) -> int:
        return len(plain)


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """No file may become larger than this: what a full disk looks like from inside."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_nothing_half_and_says_so(cast: Cast) -> None:
    open_and_search(cast, make_citizen(cast), "ord")
    client = cast.eva.client()
    job_url = ask(client)
    with at_most(3_000):
        for _try in range(3):
            run_jobs()
    with operator(cast.solsikken, "test"):
        assert Job.objects.get(id=job_of(job_url)).state == "failed"
    folder = place_of(cast.solsikken.id, job_of(job_url)).parent
    assert list(folder.iterdir()) == []
    assert "ikke plads på serverens disk" in words_on(client.get(job_url).content.decode())
    again = ask(client)
    run_jobs()
    assert proof_in(fetched(client, again)).status == 0
    assert [path.name for path in folder.iterdir()] == [job_of(again).hex]


@pytest.mark.parametrize("name", ["log.csv", "log.zip"])
def test_a_full_disk_under_the_operators_command(cast: Cast, tmp_path: Path, name: str) -> None:
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2500, 2500)); sys.dont_write_bytecode = True; "
        "from heretask.config.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    seal()
    given = ["log", "export", "--customer", cast.solsikken.slug, "--out", str(tmp_path / name)]
    done = subprocess.run(
        [sys.executable, "-c", program, *given],
        capture_output=True,
        text=True,
        env=environment(),
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 1
    assert "could not be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_download_that_breaks_off_can_be_fetched_again(cast: Cast) -> None:
    client = cast.eva.client()
    job_url = ask(client)
    run_jobs()
    answer = client.get(client.post(f"{job_url}fetch/")["Location"])
    first = next(iter(answer.streaming_content))  # type: ignore[attr-defined]
    answer.close()
    cut = bytes(first)[:-100]
    assert [fault.name for fault in proof_in(cut).faults] == ["truncated"]
    assert proof_in(fetched(client, job_url)).status == 0


def test_an_extract_is_comparable_with_what_was_pasted(cast: Cast) -> None:
    seal()
    client = cast.eva.client()
    with operator(cast.solsikken, "test"):
        size = Leaf.objects.count() - 2
    noted = f"{size} {'00' * 8}"
    job_url = ask(client, noted=noted, kind="handed")
    run_jobs()
    data = fetched(client, job_url)
    report = verify.check_zip(io.BytesIO(data), verify.notes_from(noted))
    assert [fault.name for fault in report.faults] == ["rewritten"]  # it could be compared, and is not that log


def test_without_a_sealer_the_extract_says_what_is_not_proven(cast: Cast, tmp_path: Path) -> None:
    made = exporting.prepared(cast.solsikken, by=provision.operator_of(cast.solsikken), patience=0)
    exporting.write_to(tmp_path / "log.csv", made)
    assert made.without_place == made.rows > 0
    assert {fault.name for fault in verify.check_file(tmp_path / "log.csv").faults} == {"unsigned", "unsealed"}
    with operator(cast.solsikken, "test"):
        until = Event.objects.order_by("-at").values_list("at", flat=True)[0]
    assert not cover(lambda: operator(cast.solsikken, "test"), until, patience=0)
    assert cover(lambda: operator(cast.solsikken, "test"), until, seal=seal)


def test_events_of_other_times_are_found_in_the_order_of_the_tree(cast: Cast) -> None:
    """Read in afterwards, committed late: the tree's order is not that of time, and nothing is passed over."""
    seal()
    with operator(cast.solsikken, "test"):
        for n in range(60):
            record(users.USERS_LISTED, hits=n, at=1_700_000_000_000_000 + (n * 7919 % 60) * 86_400_000_000)
    seal()
    with operator(cast.solsikken, "test"):
        record(users.USERS_LISTED, hits=61)
    for filters in (Filters(), Filters(kind="opened")):
        made = exporting.prepared(
            cast.solsikken, by=provision.operator_of(cast.solsikken), filters=filters, seal_now=seal
        )
        made.part = 9
        out, proof = io.BytesIO(), io.BytesIO()
        made.write_to(out, proof)
        rows = list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline=""), delimiter=";"))
        assert [int(row["place"]) for row in rows] == sorted(int(row["place"]) for row in rows)
        assert {row["hits"] for row in rows if row["action"] == "admin.users.listed"} == {
            str(n) for n in (*range(60), 61)
        }
        out.seek(0)
        proof.seek(0)
        assert verify.Check(out, proof).run().status == 0


def test_the_evidence_runs_the_verification_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = cast.eva.client()
    ask(client, plain=False)
    run_jobs()
    with operator(cast.solsikken, "test"):
        assert exports.newest() == exports.Export(True, "holds")
        monkeypatch.setattr(verify.Edge, "root", lambda *_given: b"")
        assert exports.newest() == exports.Export(True, "root")
    assert Path(settings.HERETASK_HOME).is_dir()

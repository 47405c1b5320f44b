"""Releases: made from a clean checkout, approved by Management alone, fetched by the employed, and nothing else runs."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from django.db import DatabaseError, connections, transaction

from heretask.config import cli, installation, provision
from heretask.kernel.access.decide import Denied
from heretask.kernel.evidence.measuring import MEASURES, Result, State, measure
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.release import bom, running, source
from heretask.kernel.secrets.files import place_of, remove_older
from heretask.system.releases import actions, queries
from heretask.system.releases.models import Approval, Release
from heretask.system.releases.policies import Refused
from tests import database
from tests.cast import Cast, Member, make_member, supplier
from tests.management import Two, two_managers
from tests.releases import LOCKED, checkout, forget_releases, git, newest, released
from tests.system.breakers.breaking import changed
from tests.system.servers import free_port

PAGE = "/system/releases/"


@pytest.fixture(autouse=True)
def _nothing_released() -> Iterator[None]:
    forget_releases()
    yield
    forget_releases()


@pytest.fixture
def two() -> Iterator[Two]:
    with two_managers() as both:
        yield both


def on_probation(member: Member) -> None:
    """Not employed yet, as the register says."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update system_records_value v set plain = 'probation' from system_records_value l where l.field = 'login' "
            "and l.plain = %s and v.entry_id = l.entry_id and v.field = 'state'", [str(member.user.id)],
        )  # fmt: skip


def said(action: str) -> int:
    with operator(supplier(), "test"):
        return Event.objects.filter(action=f"system.releases.{action}").count()


def result() -> Result:
    return measure(MEASURES["SOURCE-1"])[0]


def body(answer: object) -> bytes:
    return bytes(answer.content)  # type: ignore[attr-defined]


# --- made ---


def test_a_release_is_made_of_a_clean_checkout_and_of_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = checkout(tmp_path / "one", **{"heretask/a.py": "A = 1\n"})
    assert cli.main(["release", "make", "1.0.0", "--checkout", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    made = newest()
    assert told["commit"] == made.commit == git(folder, "rev-parse", "HEAD")
    assert told["sha256"] == made.archive_sha256
    assert made.components == told["components"] > 20
    assert place_of(supplier().id, made.id, kept=True).is_file()
    for change, wrong in (("changed", "heretask/a.py"), ("not committed", "heretask/new.py")):
        (folder / wrong).write_text("B = 2\n")
        assert cli.main(["release", "make", "1.0.1", "--checkout", str(folder)]) == 1, change
        assert "not clean" in capsys.readouterr().err
        git(folder, "stash", "--include-untracked", "--quiet") if change == "changed" else (folder / wrong).unlink()
    assert cli.main(["release", "make", "1.0.1", "--checkout", str(folder)]) == 1  # this commit is one already
    assert (
        cli.main(["release", "make", "1.0.0", "--checkout", str(checkout(tmp_path / "two"))]) == 1
    )  # so is the version
    assert cli.main(["release", "make", "abc", "--checkout", str(tmp_path / "two")]) == 1
    assert cli.main(["release", "make", "1.0.1", "--checkout", str(tmp_path / "nowhere")]) == 1


def test_an_archive_must_say_its_commit(tmp_path: Path) -> None:
    silent = checkout(tmp_path, **{".gitattributes": "\n"})
    with pytest.raises(source.CannotRelease, match="which commit"):
        source.made(silent, "x")
    unlocked = checkout(tmp_path / "other", **{"requirements/base.txt": ""})
    with pytest.raises(source.CannotRelease, match=r"base\.txt"):
        source.made(unlocked, "x")


def test_an_unpacked_archive_knows_its_commit_and_has_the_fingerprint_of_the_checkout(tmp_path: Path) -> None:
    folder = checkout(tmp_path / "repo", **{"heretask/a.py": "A = 1\n", "heretask/b/c.html": "<p>ø</p>\n"})
    made = source.made(folder, "heretask-1.0.0")
    with tarfile.open(fileobj=io.BytesIO(made.archive)) as tar:
        tar.extractall(tmp_path, filter="data")
    package = tmp_path / "heretask-1.0.0" / "heretask"
    assert running.commit_of(package) == running.commit_of(folder / "heretask") == made.commit
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"x")  # what Python and the build make is no change
    (package / "django.mo").write_bytes(b"x")
    assert running.fingerprint(running._files(package)) == made.code
    assert running.fingerprint(running._files(folder / "heretask")) == made.code
    (package / "a.py").write_text("A = 2\n")
    assert running.fingerprint(running._files(package)) != made.code


def test_a_package_inside_another_projects_checkout_is_not_of_its_commit(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    inside = folder / "venv" / "lib" / "heretask"
    inside.mkdir(parents=True)
    (inside / "_commit").write_text("$Format:%H$\n")
    assert running.commit_of(inside) == ""
    (inside / "_commit").unlink()
    assert running.commit_of(inside) == ""
    assert running.commit_of(folder / "heretask") != ""


def test_the_bill_of_materials_is_valid_and_names_every_locked_package() -> None:
    locked = LOCKED.read_text()
    bill = bom.made("1.0.0", "a" * 40, locked)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill.decode()) is None
    listed = {one.name: one for one in bom.parts(bill)}
    pinned = [line for line in locked.splitlines() if line[:1].isalnum()]
    assert len(listed) == len(pinned)
    assert listed["django"].purl == f"pkg:pypi/django@{listed['django'].version}"
    assert sum(len(one.hashes) for one in listed.values()) == locked.count("--hash=sha256:")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill.decode().replace('"bomFormat"', '"x"', 1))


# --- approved ---


def test_management_approves_what_it_saw_once(two: Two) -> None:
    release, client = released(None), two.grethe.client()
    page = body(client.get(f"{PAGE}{release}/")).decode()
    assert running.commit() in page
    assert "django" in page
    before = said("approved")
    assert client.post(f"{PAGE}{release}/approve/", {"commit": "0" * 40}).status_code == 409
    assert said("approved") == before
    answer = client.post(f"{PAGE}{release}/approve/", {"commit": running.commit()})
    assert answer.status_code == 302
    assert said("approved") == before + 1
    with two.grethe.inside():
        approval = Approval.objects.get(release_id=release)
    assert approval.approved_by_id == two.grethe.user.id
    assert client.post(f"{PAGE}{release}/approve/", {"commit": running.commit()}).status_code == 409
    assert "Grethe Vang" in body(client.get(PAGE)).decode()


def test_approving_asks_who_one_is(two: Two) -> None:
    release, client = released(None), two.henrik.client()
    with database.superuser() as admin:
        admin.execute(
            "update kernel_session set proved_at = now() - interval '6 minutes' where user_id = %s",
            [two.henrik.user.id],
        )
    answer = client.post(f"{PAGE}{release}/approve/", {"commit": running.commit()})
    assert not was_approved(two, release), answer.status_code


def was_approved(two: Two, release: UUID) -> bool:
    with two.grethe.inside():
        return Approval.objects.filter(release_id=release).exists()


def test_a_developer_approves_nothing_neither_by_the_page_nor_in_the_database(two: Two) -> None:
    release = released(None)
    client = two.finn.client()
    assert client.post(f"{PAGE}{release}/approve/", {"commit": running.commit()}).status_code == 403
    assert "approve-it" not in body(client.get(f"{PAGE}{release}/")).decode()
    with two.finn.inside() as by, pytest.raises(Denied):
        actions.approve(release, seen=running.commit(), by=by)
    for who, whose in ((two.finn, two.finn), (two.finn, two.grethe), (two.grethe, two.henrik)):
        with pytest.raises(DatabaseError, match="only Management releases"), who.inside():
            Approval.objects.create(release_id=release, approved_by_id=whose.user.id)
    with pytest.raises(DatabaseError, match="only Management releases"), operator(supplier(), "test"):
        Approval.objects.create(release_id=release, approved_by_id=two.grethe.user.id)
    assert not was_approved(two, release)


@pytest.mark.parametrize("table", ["release", "approval", "browsertest"])
def test_the_web_changes_and_removes_nothing(two: Two, table: str) -> None:
    released(two.grethe)
    name = f"system_releases_{table}"
    for statement in (f"update {name} set id = id", f"delete from {name}", f"truncate {name} cascade"):
        with pytest.raises(DatabaseError), two.grethe.inside(), connections["default"].cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(f"truncate {name} cascade")


def test_no_customer_sees_a_release(cast: Cast, two: Two) -> None:
    release = released(two.grethe)
    with cast.eva.inside() as by:
        assert not Release.objects.exists()
        with pytest.raises(Denied):
            actions.fetch_source(release, by=by)
    assert cast.eva.client().get(PAGE).status_code == 403


# --- fetched ---


def test_employed_developers_and_management_fetch_what_was_released(tmp_path: Path, two: Two) -> None:
    folder = checkout(tmp_path)
    assert cli.main(["release", "make", "2.0.0", "--checkout", str(folder)]) == 0
    made = newest()
    before = (said("source_handed"), said("bill_handed"))
    for member in (two.finn, two.henrik):
        client = member.client()
        archive = client.post(f"{PAGE}{made.id}/source/")
        assert archive["Content-Disposition"] == 'attachment; filename="heretask-2.0.0.tar.gz"'
        assert hashlib.sha256(body(archive)).hexdigest() == made.archive_sha256
        with tarfile.open(fileobj=io.BytesIO(body(archive))) as tar:
            file = tar.extractfile("heretask-2.0.0/heretask/_commit")
            assert file is not None
            assert file.read().decode().strip() == made.commit
        bill = body(client.post(f"{PAGE}{made.id}/bill/"))
        assert hashlib.sha256(bill).hexdigest() == made.bill_sha256
        assert json.loads(bill)["metadata"]["component"]["version"] == "2.0.0"
    assert (said("source_handed"), said("bill_handed")) == (before[0] + 2, before[1] + 2)


def test_whoever_is_on_probation_sees_the_page_and_fetches_nothing(two: Two) -> None:
    release, client = released(two.grethe), two.finn.client()
    on_probation(two.finn)
    before = said("source_handed")
    page = body(client.get(f"{PAGE}{release}/")).decode()
    assert f"{PAGE}{release}/source/" not in page
    for what in ("source", "bill"):
        answer = client.post(f"{PAGE}{release}/{what}/")
        assert answer.status_code == 409
        assert b"an archive" not in body(answer)
    assert said("source_handed") == before
    with two.finn.inside() as by, pytest.raises(Refused):
        actions.fetch_source(release, by=by)


def test_the_files_stay_and_one_that_is_gone_is_said_to_be(two: Two) -> None:
    release, own = released(two.grethe), supplier().id
    remove_older(own, -1)
    path = place_of(own, release, kept=True)
    assert b"an archive" not in path.read_bytes()
    path.unlink()
    assert two.finn.client().post(f"{PAGE}{release}/source/").status_code == 409
    place_of(own, newest().bill_file, kept=True).unlink()
    assert two.finn.client().get(f"{PAGE}{release}/").status_code == 200
    assert result().state == State.BROKEN


def test_what_is_not_there_is_not_there(two: Two) -> None:
    client = two.grethe.client()
    assert client.get(f"{PAGE}{uuid4()}/").status_code == 404
    for what in ("approve", "source", "bill"):
        assert client.post(f"{PAGE}{uuid4()}/{what}/").status_code == 404
    assert "heretask release make" in body(client.get(PAGE)).decode()


# --- runs ---


def test_the_first_release_is_due_for_thirty_days(two: Two) -> None:
    released(None)
    for days, state in ((0, State.DUE), (29, State.DUE), (31, State.BROKEN)):
        with changed("django_migrations", "app = 'system_releases'", [], applied=f"=now() - interval '{days} days'"):
            assert result().state == state, days
            assert cli.main(["release", "check"]) == 0  # else nobody could get in to approve the first
    forget_releases()
    released(two.grethe)
    assert queries.facts().may_run


def test_employees_are_counted_with_their_right(two: Two) -> None:
    released(two.grethe)
    before = queries.facts()
    on_probation(two.finn)
    after = queries.facts()
    assert len(after.employees) == len(before.employees) - 1
    own = supplier()
    with operator(own, "test"):
        by = provision.operator_of(own)
        make_member(own, f"dev-{uuid4().hex[:8]}", "Rie Falk", "developer", None, by)
    now = queries.facts()
    assert (len(now.employees), now.with_access) == (len(after.employees) + 1, after.with_access + 1)
    assert queries.mixed_roles() == []


def test_production_starts_what_was_released_and_refuses_the_rest(two: Two) -> None:
    """Real processes: nothing approved yet starts with a warning, an approved commit starts, another does not."""
    released(two.grethe)
    assert "approved" in checked(0)
    with changed("system_releases_release", "true", [], commit="0" * 40):
        said = served()
        assert "no approved release" in said
        assert running.commit() in said
    with changed("system_releases_release", "true", [], code="0" * 64):
        assert "not those of release 1.0.0" in served()
    forget_releases()
    released(None)
    assert "WARNING" in checked(0)


def checked(status: int) -> str:
    """What `heretask release check` says, with that exit status."""
    done = run("release", "check")
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


def served() -> str:
    """What `heretask serve` says where it starts nothing and ends with status 1."""
    done = run("serve", "--port", str(free_port()))
    assert done.returncode == 1, done.stderr
    return done.stderr


def run(*command: str) -> subprocess.CompletedProcess[str]:
    assert not installation.load().demo
    environment = {k: v for k, v in os.environ.items() if k != "HERETASK_ROLE"}
    environment |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, "-m", "heretask.config.cli", *command],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

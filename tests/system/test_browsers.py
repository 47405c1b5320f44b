"""Browser tests of releases: kept with exactly their files, shown to Management, and what WEB-1 makes of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from heretask.config import cli
from heretask.kernel.evidence.measuring import MEASURES, Result, State, measure
from heretask.kernel.release import running
from heretask.kernel.release.browsers import STEPS, written
from heretask.system.releases import evidence, presenters
from heretask.system.releases.evidence import engine_of
from heretask.system.releases.models import BrowserTest
from tests import database
from tests.management import Two, two_managers
from tests.releases import checkout, forget_releases, git, newest, released, walked
from tests.system.servers import serving
from tests.system.world import at_address

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1"


@pytest.fixture(autouse=True)
def _nothing_released() -> Iterator[None]:
    forget_releases()
    yield
    forget_releases()


@pytest.fixture
def two() -> Iterator[Two]:
    with two_managers() as both:
        yield both


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with serving() as address:
        yield address


def result(address: str) -> Result:
    with at_address(address):
        return measure(MEASURES["WEB-1"])[0]


def test_it_counts_for_sixty_days() -> None:
    for days, state in ((59, State.HOLDS), (61, State.DUE), (89, State.DUE), (91, State.BROKEN)):
        sample: dict[str, Any] = {}
        assert evidence._state(walked("a" * 64, days=days), sample) == state
        assert ("due_on" in sample) == (state == State.DUE)
    assert evidence._state(walked("a" * 64, firefox="note: it broke"), {}) == State.BROKEN


def test_the_release_that_runs_promises_what_was_walked_through_and_nothing_else_does(two: Two, served: str) -> None:
    none = result(served)
    assert (none.state, none.figure, none.sample["browser_release"]) == (State.UNKNOWN, "-", False)
    assert none.sample["pages"] == len(evidence.INSIDE) + len(evidence.OUTSIDE)
    released(two.grethe)
    found = result(served)
    assert (found.state, found.figure) == (State.HOLDS, "3 / 3")
    assert found.sample["browser_engines"] == ["chromium 1.2", "firefox 1.2", "webkit 1.2"]
    assert found.sample["browser_widths"] == [390, 1280]
    assert found.sample["browser_days"] == 0
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("delete from system_releases_browsertest")
    found = result(served)
    assert (found.state, found.figure) == (State.BROKEN, "0 / 3")
    assert result("https://localhost:1").state == State.UNKNOWN


def test_browser_tests_are_kept_with_the_release_of_their_files_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = checkout(tmp_path / "one", **{"heretask/a.py": "A = 1\n"})
    code = running.fingerprint(running._files(folder / "heretask"))
    file = tmp_path / "browsers.json"
    make = ["release", "make", "1.0.0", "--checkout", str(folder), "--browsers", str(file)]
    assert cli.main(make) == 1
    assert "no such file" in capsys.readouterr().err
    for wrong, why in (
        ("{}", "no result"), (written(walked("0" * 64)), "andre filer"), (written(walked(code, days=-1)), "senere"),
    ):  # fmt: skip
        file.write_text(wrong)
        assert cli.main(make) == 1
        assert why in capsys.readouterr().err
    file.write_text(written(walked(code, firefox="note: it broke")))
    assert cli.main(make) == 0
    assert "firefox 1.2 NOT PASSED" in capsys.readouterr().err
    file.write_text(written(walked(code)))
    assert cli.main(["release", "browsers", str(file)]) == 0
    assert "webkit 1.2 passed; walked through" in capsys.readouterr().out
    assert newest().version == "1.0.0"
    (folder / "heretask" / "a.py").write_text("A = 2\n")
    git(
        folder, "-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "--quiet", "--all", "-m", "Go on"
    )
    file.write_text(written(walked(running.fingerprint(running._files(folder / "heretask")))))
    assert cli.main(["release", "browsers", str(file)]) == 1
    assert "Ingen udgivelse har de filer" in capsys.readouterr().err
    assert cli.main(["release", "make", "1.0.1", "--checkout", str(folder)]) == 0
    assert "WEB-1 is not held" in capsys.readouterr().err
    assert cli.main(["release", "browsers", str(file), "--json"]) == 0
    assert '"version": "1.0.1"' in capsys.readouterr().out


def test_whoever_starts_a_release_hears_of_its_browsers(two: Two, capsys: pytest.CaptureFixture[str]) -> None:
    released(two.grethe)
    assert cli.main(["release", "check"]) == 0
    assert "0 days ago" in capsys.readouterr().out
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("delete from system_releases_browsertest")
    assert cli.main(["release", "check"]) == 0  # it may run; what is not held is said, and stands in the assessment
    assert "WEB-1 is not held" in capsys.readouterr().err


def test_management_sees_each_engine_at_each_width(two: Two) -> None:
    release = released(None)
    path = f"/system/releases/{release}/"
    client = two.grethe.client()
    page = client.get(path).content.decode()
    assert page.count("Bestod") == 6
    assert "WEB-1 brudt" not in page
    found = walked(running.running().code, webkit="note: the console says x")
    with two.grethe.inside():
        one = BrowserTest.objects.get()
        BrowserTest.objects.create(
            release=one.release, code=one.code, walked_at=timezone.now() + dt.timedelta(minutes=1),
            result=json.loads(written(found)),
        )  # fmt: skip
    page = client.get(path).content.decode()
    assert (page.count("Bestod"), page.count("at underskrive et notat")) == (4, 2)
    assert "WEB-1 brudt" in page
    assert "the console says" not in page  # what a machine said is in the file, not on the page
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("delete from system_releases_browsertest")
    page = client.get(path).content.decode()
    assert "Der er ikke gemt browsertest" in page
    assert 'btn btn-small" href="/system/releases' not in page  # nothing to press where nothing is
    assert "WEB-1 brudt" in page


def test_each_step_and_engine_has_a_word() -> None:
    assert set(presenters.STEP_WORDS) == set(STEPS)
    assert [engine_of(one) for one in (CHROME, FIREFOX, PHONE, "curl/8")] == [
        ("chromium", 156), ("firefox", 153), ("webkit", 26), None,
    ]  # fmt: skip

"""Samples by an auditor's own seed: drawn out of what they may see, kept for good, and drawn anew by anybody."""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as some

from heretask.kernel.access.decide import Denied
from heretask.kernel.evidence.populations import POPULATIONS, Period
from heretask.kernel.log import verify
from heretask.kernel.log.models import Event
from heretask.system.assessment import policies, sampling
from heretask.system.assessment.models import Sample
from tests import database
from tests.admin.test_guests import invite
from tests.cast import Cast
from tests.social.people import make_citizen, relate
from tests.system.test_assessment import manager

PAGE = "/system/assessment/samples/"


def today() -> dt.date:
    return timezone.localdate()


def ask(client: Client, population: str, seed: str = "Regnen i Randers", wanted: int = 5, **more: str) -> str:
    """Draw on the page; where it leads."""
    asked = {"first": today().isoformat(), "last": today().isoformat(), **more}
    answer = client.post(PAGE, {"population": population, "seed": seed, "wanted": wanted, **asked})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def open_some(cast: Cast, times: int = 7) -> None:
    """Anna opens a citizen's journal, again and again."""
    citizen = make_citizen(cast, "Birthe Holm", cpr="010150-0000", room="4")
    relate(cast, citizen, cast.anna)
    client = cast.anna.client()
    for _time in range(times):
        assert client.get(f"/social/journal/{citizen.id}/").status_code == 200


@given(
    population=some.lists(some.uuids(), unique=True, max_size=80),
    seed=some.text(min_size=3, max_size=40).filter(lambda words: len(" ".join(words.split())) > 2),
    wanted=some.integers(1, 60),
)
@settings(max_examples=60, deadline=None)
def test_a_draw_is_what_it_says_whoever_makes_it(population: list[UUID], seed: str, wanted: int) -> None:
    """Ours, the auditor's program's, and the definition itself, in whatever order the rows come."""
    plain = policies.check_seed(seed)
    chosen = policies.draw(plain, population, wanted)
    assert chosen == policies.draw(plain, reversed(population), wanted)
    assert len(set(chosen)) == len(chosen) == min(wanted, len(population))
    assert list(map(str, chosen)) == verify.drawn([str(own) for own in population], seed, wanted)
    left_out = set(population) - set(chosen)
    luck = {own: hashlib.sha256((plain + str(own)).encode()).hexdigest() for own in population}
    assert all(luck[kept] < luck[left] for kept in chosen for left in left_out)


def test_an_administrator_draws_openings_and_reads_each_in_the_log(cast: Cast) -> None:
    open_some(cast)
    client = cast.eva.client()
    assert f"{PAGE}?of=openings" in client.get("/system/assessment/").content.decode()
    page = ask(client, "openings", wanted=3)
    shown = client.get(page).content.decode()
    with cast.eva.inside():
        sample = Sample.objects.get()
        log = Event.objects.filter(action="system.assessment.drawn").get()
    assert "De samme rækker" in shown
    assert "Anna Skov" in shown
    assert "Birthe Holm" in shown
    assert len(sample.drawn) == 3 < sample.size
    assert b"Regnen" not in bytes(sample.seed)
    assert (log.object_id, log.hits) == (sample.id, 3)
    links = [part.split('"')[0] for part in shown.split('href="')[1:] if part.startswith("/admin/log/event/")]
    assert len(links) == 3
    assert client.get(links[0]).status_code == 200
    with cast.eva.inside():  # the names that the page told are logged as opened
        read = Event.objects.filter(action="log.read").order_by("-at")[0]
        assert read.hits == 3
        assert len(read.shown) == 1
    assert page in client.get(PAGE).content.decode()


def test_anybody_draws_it_anew_from_the_list(cast: Cast, tmp_path: Path) -> None:
    open_some(cast)
    client = cast.eva.client()
    page = ask(client, "openings", seed="Det  blæser  ' i dag", wanted=4)
    handed = client.post(page + "list/").content
    with cast.eva.inside() as by:
        sample = Sample.objects.get()
        seen = sampling.see(sample.id, by=by)
    assert hashlib.sha256(handed).hexdigest() == sample.digest
    (tmp_path / "heretask-population.txt").write_bytes(handed)
    expected = [str(own) for own in sample.drawn]
    program = Path(verify.__file__)
    asked = ["sample", "heretask-population.txt", "--seed", seen.seed, "--number", "4", "--language", "en"]
    ran = subprocess.run([sys.executable, program, *asked], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert sample.digest in ran.stdout
    assert ran.stdout.split()[-4:] == expected
    from heretask.system.assessment import drawn

    shell = subprocess.run(
        ["/bin/sh", "-c", drawn._commands(seen)[1]], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert [line.split()[1] for line in shell.stdout.splitlines()] == expected
    (tmp_path / "heretask-population.txt").write_bytes(b"\n".join(reversed(handed.split())))
    assert verify.main(["sample", str(tmp_path / "heretask-population.txt"), "--seed", "x"]) == 2
    assert verify.main(["sample", str(tmp_path / "nowhere.txt"), "--seed", "x"]) == 2
    assert verify.main(["sample", str(tmp_path / "nowhere.txt")]) == 2


def test_rows_that_have_gone_and_rows_that_were_exchanged_are_told(cast: Cast) -> None:
    client = cast.eva.client()
    page = ask(client, "logins", wanted=2, last=today().isoformat())
    assert "De samme rækker" in client.get(page).content.decode()
    with cast.eva.inside():
        sample = Sample.objects.get()
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update system_assessment_sample set drawn = drawn[2:2] || drawn[1:1]")
    assert "Andre rækker" in client.get(page).content.decode()
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update system_assessment_sample set drawn = drawn[2:2] || drawn[1:1]")
        admin.execute("update kernel_user set made_at = now() - interval '2 days' where id = %s", [sample.drawn[0]])
    told = client.get(page).content.decode()
    assert "En anden mængde" in told
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update kernel_user set made_at = now() where id = %s", [sample.drawn[0]])


def test_a_guest_auditor_draws_from_the_log_and_from_nothing_else(cast: Cast) -> None:
    open_some(cast, 2)
    _guest, una = invite(cast, "auditor", name="Una Revision")
    client = una.client()
    offered = client.get(PAGE).content.decode()
    assert 'value="openings"' in offered
    assert 'value="logins"' not in offered
    page = ask(client, "openings", wanted=1)
    assert client.get(page).status_code == 200
    assert client.post(page + "list/").status_code == 200
    assert client.post(PAGE, {"population": "logins", "seed": "abc", "wanted": 1}).status_code == 422
    with una.inside() as by, pytest.raises(Denied):
        sampling.draw("logins", today(), today(), seed="abc", wanted=1, by=by)
    theirs = ask(cast.eva.client(), "logins", wanted=1)
    assert theirs not in client.get(PAGE).content.decode()
    assert client.get(theirs).status_code == 403
    assert client.post(theirs + "list/").status_code == 403


def test_nobody_sees_what_another_customer_drew_and_a_developer_sees_no_rows(cast: Cast) -> None:
    page = ask(cast.eva.client(), "logins", wanted=1)
    grethe = manager()
    assert grethe.client().get(page).status_code == 404
    assert grethe.client().post(page + "list/").status_code == 404
    assert cast.anna.client().get(page).status_code == 403
    assert 'value="logins"' in grethe.client().get(PAGE).content.decode()
    finn = manager("finn", "developer")
    assert "Der er intet, du må trække af" in finn.client().get(PAGE).content.decode()
    for known in POPULATIONS.values():  # a population is the session's customer's alone
        with cast.dan.inside():
            theirs = set(known.find(Period(timezone.now() - dt.timedelta(days=1), timezone.now()), 10_000))
        with cast.eva.inside():
            ours = set(known.find(Period(timezone.now() - dt.timedelta(days=1), timezone.now()), 10_000))
        assert not theirs & ours


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"seed": " a "}, "Skriv dit eget frø"),
        ({"first": "2099-01-02", "last": "2099-01-03"}, "ikke kommet endnu"),
        ({"last": "2020-01-01"}, "ligger før den første"),
        ({"first": "2020-01-01"}, "Højst et år"),
        ({"population": "grants"}, "ingen af den slags rækker"),
        ({"wanted": "61"}, "61"),
        ({"population": "letters"}, "letters"),
    ],
)
def test_what_cannot_be_drawn_is_said_and_nothing_is_lost(cast: Cast, wrong: dict[str, str], sentence: str) -> None:
    asked = {
        "population": "logins",
        "first": today().isoformat(),
        "last": today().isoformat(),
        "seed": "Tåge",
        "wanted": "5",
    }
    answer = cast.eva.client().post(PAGE, {**asked, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert f'value="{wrong.get("wanted", "5")}"' in answer.content.decode()
    with cast.eva.inside():
        assert not Sample.objects.exists()


def test_a_sample_says_who_drew_it_and_stays(cast: Cast) -> None:
    with cast.eva.inside() as by:
        made = sampling.draw("logins", today(), today(), seed="Tåge", wanted=2, by=by)
        forged = Sample(
            population="logins", since=made.since, until=made.until, wanted=1, size=1, digest="0" * 64, drawn=[uuid4()],
            seed=made.seed, done_by=cast.anna.user.id, customer_id=made.customer_id,
        )  # fmt: skip
        forged.save(force_insert=True)
        forged.refresh_from_db()
        assert forged.done_by == cast.eva.user.id  # as the database knows it
        with pytest.raises(Exception, match=r"permission denied|only ever grows"), transaction.atomic():
            Sample.objects.filter(id=made.id).update(wanted=1)
        with pytest.raises(Exception, match="sample_wanted"), transaction.atomic():
            Sample.objects.create(population="logins", since=made.since, until=made.until, wanted=61, size=1, drawn=[])
    with database.superuser() as admin, pytest.raises(psycopg.Error):
        admin.execute("delete from system_assessment_sample where id = %s", [made.id])

"""Who was on the servers: a real sshd and a real PostgreSQL tell, Management announces and explains, pages show it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from heretask.config import clock, provision
from heretask.config.backup.taking import SEALED_FILE
from heretask.kernel.access.decide import Denied
from heretask.kernel.evidence.measuring import MEASURES, Result, State, measure
from heretask.kernel.host.sources import LogFile
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.secrets.files import place_of, remove_older
from heretask.kernel.tenancy.models import Customer
from heretask.system.servers import actions, policies, queries
from heretask.system.servers.models import Account, Announcement, Command, PortalLog, Reading, Report, Visit
from heretask.system.servers.policies import Refused
from tests import database
from tests.cast import Cast, Member
from tests.machines import PASSWD
from tests.sshd import running
from tests.system.test_assessment import manager
from tests.system.world import checked, forget_servers, in_management, sign_in_line, sign_out_line, sql, taken_in
from tests.work import work

PAGE = "/system/servers/"
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    forget_servers()
    yield
    forget_servers()


@pytest.fixture
def grethe() -> Member:
    return in_management("grethe")


@pytest.fixture
def henrik() -> Member:
    return in_management("henrik")


def supplier() -> Customer:
    return provision.customer_called(provision.SUPPLIER)


def account(member: Member, name: str, kind: str = "server", key: str = "") -> None:
    """An account that has been the person's for a while."""
    with member.inside() as by:
        actions.add_account(kind=kind, name=name, user=member.user.id, key=key, by=by)
    sql("update system_servers_account set since = now() - interval '30 days' where until is null")


def announced(member: Member, since: dt.datetime, until: dt.datetime) -> None:
    """Work that was announced an hour before it began, whenever that was."""
    with member.inside() as by:
        now = timezone.now()
        made = actions.announce(user=member.user.id, starts=now, ends=now + HOUR, why="to update the server", by=by)
    sql(
        "update system_servers_announcement set starts = %s, ends = %s, made_at = %s where id = %s",
        since,
        until,
        since - HOUR,
        made.id,
    )


def visits() -> list[tuple[str, str]]:
    """Account and match of each."""
    with operator(supplier(), "test"):
        return list(Visit.objects.order_by("opened_at").values_list("account", "matched"))


def said(action: str) -> int:
    """How many events of an action there are."""
    with operator(supplier(), "test"):
        return Event.objects.filter(action=f"system.servers.{action}").count()


def result(promise: str) -> Result:
    return measure(MEASURES[promise])[0]


def collected(path: Path) -> actions.Taken:
    own = supplier()
    return actions.collect([LogFile(path)], lambda: operator(own, "test"), by=provision.operator_of(own))


def test_a_real_sign_in_is_a_finding_unless_it_was_announced(tmp_path: Path, grethe: Member) -> None:
    before, unmatched = said("session.opened"), said("unmatched")
    with running(tmp_path) as server:
        with operator(supplier(), "test"):  # whoever runs the tests, root as well, whom the register refuses
            Account.objects.create(
                kind="server", name=server.account, user=grethe.user, key=server.fingerprint,
                since=timezone.now() - HOUR,
            )  # fmt: skip
        server.visit()
        first = collected(server.log)
        assert (first.opened, first.closed, first.findings) == (1, 1, 1)
        assert visits() == [(server.account, "")]
        assert result("LOG-5").state == State.BROKEN
        with grethe.inside() as by:
            actions.announce(
                user=grethe.user.id, starts=timezone.now(), ends=timezone.now() + HOUR, why="to look at the log", by=by
            )
        server.visit()
        second = collected(server.log)
    assert (second.opened, second.closed, second.findings) == (1, 1, 0)
    assert visits() == [(server.account, ""), (server.account, "announced")]  # what is announced later changes nothing
    assert (said("session.opened"), said("unmatched")) == (before + 2, unmatched + 1)
    with operator(supplier(), "test"):
        newest = Visit.objects.order_by("-opened_at")[0]
    assert (newest.address, newest.key, newest.how, newest.user) == (
        "127.0.0.1", server.fingerprint, "publickey", grethe.user.id,
    )  # fmt: skip
    assert newest.closed_at is not None


def test_the_same_lines_twice_change_nothing(grethe: Member) -> None:
    came = timezone.now() - HOUR
    lines = (
        sign_in_line(came),
        f"{came.isoformat()} web1 sudo[5]:   grethe : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/apt-get upgrade",
        sign_out_line(came + HOUR / 2),
    )
    once = taken_in(*lines)
    events = [said(name) for name in ("session.opened", "session.closed", "command", "unmatched")]
    again = taken_in(*lines)
    assert (once.opened, once.closed, once.commands, once.findings) == (1, 1, 1, 1)
    assert (again.opened, again.closed, again.commands, again.findings) == (0, 0, 0, 0)
    assert events == [said(name) for name in ("session.opened", "session.closed", "command", "unmatched")]


def test_killed_in_the_middle_it_goes_on_where_it_was(tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    came = timezone.now() - HOUR
    log.write_text("".join(
        sign_in_line(came + dt.timedelta(milliseconds=n), f"p{n}", 1000 + n, 20000 + n) + "\n" for n in range(1200)
    ))  # fmt: skip
    environment = {**os.environ, "HERETASK_ROLE": "operator", "PYTHONPATH": str(database.ROOT)}
    command = [sys.executable, "-m", "heretask.config.cli", "host", "collect", "--from", str(log), "--json"]
    process = subprocess.Popen(command, env=environment, cwd=database.ROOT, stdout=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            with operator(supplier(), "test"):
                if Visit.objects.exists():
                    break
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = subprocess.run(command, env=environment, cwd=database.ROOT, check=True, capture_output=True)
    told = json.loads(done.stdout)
    assert 0 < told["lines"] < 1200  # not from the beginning, and not nothing
    assert len(visits()) == 1200
    with operator(supplier(), "test"):
        assert Visit.objects.values("account").distinct().count() == 1200


def test_who_stays_longer_than_announced_is_a_finding_while_still_there(grethe: Member) -> None:
    account(grethe, "grethe")
    came = timezone.now() - 3 * HOUR
    announced(grethe, came - HOUR, came + HOUR)
    assert taken_in(sign_in_line(came)).findings == 1  # matched at first, and no longer: it lasts
    assert visits() == [("grethe", "")]


def test_some_minutes_over_are_forgiven(grethe: Member) -> None:
    account(grethe, "grethe")
    came = timezone.now() - 5 * HOUR
    announced(grethe, came - HOUR, came + HOUR)
    over = came + HOUR + policies.GRACE
    taken_in(sign_in_line(came), sign_out_line(over - dt.timedelta(minutes=1)))
    taken_in(sign_in_line(came, port=2, pid=2), sign_out_line(over + dt.timedelta(minutes=1), port=2, pid=2))
    assert sorted(visits()) == [("grethe", ""), ("grethe", "announced")]


def test_what_is_not_covered(grethe: Member, henrik: Member) -> None:
    account(grethe, "grethe", key="SHA256:" + "B" * 43)
    account(henrik, "henrik")
    came = timezone.now() - 5 * HOUR
    announced(henrik, came - HOUR, came + HOUR)
    taken_in(sign_in_line(came, "henrik", 1, 1), sign_out_line(came + HOUR / 2, "henrik", 1, 1))
    assert visits() == [("henrik", "announced")]
    announced(grethe, came - HOUR, came + HOUR)
    taken_in(
        sign_in_line(came, "grethe", 2, 2),  # with another key than hers
        sign_in_line(came, "finn", 3, 3),  # an account that nobody wrote down
        sign_in_line(came - 2 * HOUR, "henrik", 4, 4),  # too early
        f"{came.isoformat()} web1 sshd[5]: Accepted publickey for hen rik from 192.0.2.7 port 5 ssh2",  # unreadable
    )
    assert {(name, match) for name, match in visits() if not match} == {
        ("grethe", ""), ("finn", ""), ("henrik", ""), ("", ""),
    }  # fmt: skip


def test_an_announcement_after_the_beginning_covers_nothing(grethe: Member) -> None:
    account(grethe, "grethe")
    came = timezone.now() - HOUR
    announced(grethe, came - HOUR, came + 5 * HOUR)
    sql("update system_servers_announcement set made_at = %s", came + dt.timedelta(seconds=1))
    taken_in(sign_in_line(came))
    assert visits() == [("grethe", "")]


def test_sudo_belongs_to_the_visit_or_is_one(grethe: Member) -> None:
    account(grethe, "grethe")
    came = timezone.now() - HOUR
    announced(grethe, came - HOUR, came + 3 * HOUR)
    sudo = "TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/systemctl restart 010150-0000"
    taken_in(
        sign_in_line(came),
        f"{(came + HOUR / 4).isoformat()} web1 sudo[9]:   grethe : {sudo}",
        f"{(came + HOUR / 4).isoformat()} web1 sudo[9]:   finn : user NOT in sudoers ; {sudo}",
    )
    assert sorted(visits()) == [("finn", ""), ("grethe", "announced")]
    with operator(supplier(), "test"):
        found = {c.visit.account: (c.name, c.target, c.refused) for c in Command.objects.select_related("visit")}
    assert found == {"grethe": ("systemctl", "root", False), "finn": ("systemctl", "root", True)}
    with database.superuser() as admin:  # arguments are nowhere
        rows = admin.execute(
            "select c::text from system_servers_command c union all select v::text from system_servers_visit v"
        )
        assert "010150" not in str(rows.fetchall())


def at_the_end_of(log: Path) -> None:
    """What stands in a log already was read."""
    head = log.read_bytes()[:512]
    place = json.dumps({"head": hashlib.sha256(head).hexdigest(), "of": len(head), "at": log.stat().st_size})
    with operator(supplier(), "test"):
        actions.take_in([], 0, LogFile(log).name, place, by=provision.operator_of(supplier()))


def test_real_connections_to_the_database(grethe: Member) -> None:
    cluster = database.the_cluster()
    account(grethe, cluster_user(), "database")
    came = timezone.now()
    at_the_end_of(cluster.log)
    with psycopg.connect(cluster.conninfo(), options="-c log_disconnections=on") as connection:
        connection.execute("select 1")
    taken = collected(cluster.log)
    assert taken.program["heretask_app"] >= 0
    with operator(supplier(), "test"):
        found = list(Visit.objects.filter(kind="database", account=cluster_user(), opened_at__gte=came - HOUR))
    assert found
    newest = max(found, key=lambda one: one.opened_at)
    assert (newest.database, newest.address, newest.user) == ("postgres", "local", grethe.user.id)
    assert newest.closed_at is not None
    assert newest.matched == ""


def cluster_user() -> str:
    from heretask.config.cluster import SUPERUSER

    return SUPERUSER


def test_the_owner_is_covered_by_a_command_and_by_nothing_else() -> None:
    now = dt.datetime.now(dt.UTC)
    line = "{} UTC [{}] LOG:  connection authorized: user={} database=heretask"
    with operator(supplier(), "assess"):
        pass
    taken_in(
        line.format(f"{now:%Y-%m-%d %H:%M:%S.%f}", 1, "heretask_owner"),
        line.format(f"{now - 20 * HOUR:%Y-%m-%d %H:%M:%S.%f}", 2, "heretask_owner"),
        line.format(f"{now:%Y-%m-%d %H:%M:%S.%f}", 3, "postgres"),
        line.format(f"{now:%Y-%m-%d %H:%M:%S.%f}", 4, "heretask_app"),
    )
    with operator(supplier(), "test"):
        found = dict(Visit.objects.values_list("pid", "matched"))
    assert (found[1], found[3]) == ("command", "")
    assert 4 not in found


def test_the_job_reads_what_is_configured_and_the_clock_asks_only_where_it_is_told(tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    log.write_text(sign_in_line(timezone.now() - HOUR) + "\n")
    sql("update procrastinate_jobs set status = 'cancelled' where status = 'todo'")
    sql("delete from ht.ticks where task = %s", queries.TASK)
    clock.tick(timezone.now())
    assert waiting() == 0
    with patch.dict(os.environ, {"HERETASK_HOST_COLLECT": "1", "HERETASK_HOST_LOGS": str(log)}):
        clock.tick(timezone.now())
        clock.tick(timezone.now())
        assert waiting() == 1
        sql(
            "update procrastinate_jobs set status = 'cancelled' where status = 'todo' and task_name <> %s", queries.TASK
        )
        work(sealed=False)
    assert visits() == [("grethe", "")]


def waiting() -> int:
    with database.superuser() as admin:
        row = admin.execute("select count(*) from procrastinate_jobs where task_name = %s and status = 'todo'", [queries.TASK]).fetchone()  # fmt: skip
    assert row is not None
    return int(str(row[0]))


def test_only_another_of_management_explains(cast: Cast, grethe: Member, henrik: Member) -> None:
    account(grethe, "grethe")
    taken_in(sign_in_line(timezone.now() - HOUR), sign_out_line(timezone.now()))
    with operator(supplier(), "test"):
        visit = Visit.objects.get()
    with grethe.inside() as by, pytest.raises(Refused, match="anden i ledelsen"):
        actions.explain(visit.id, why="I was there myself", by=by)
    with henrik.inside() as by:
        with pytest.raises(Refused):
            actions.explain(visit.id, why=" ", by=by)
        actions.explain(visit.id, why="She mended the mail", by=by)
        with pytest.raises(Refused):
            actions.explain(visit.id, why="once more, please", by=by)
    with cast.eva.inside() as by, pytest.raises(Denied):
        actions.explain(visit.id, why="not mine to say", by=by)
    found = result("LOG-5")
    assert (found.figure, found.sample["visits_open"], found.sample["visits_explained"]) == ("1 / 1", 0, 1)


def test_announcing_has_rules(grethe: Member, henrik: Member) -> None:
    account(grethe, "grethe")
    now = timezone.now()
    wrong = [
        (now - HOUR, now + HOUR, "good reason"), (now + HOUR, now + 14 * HOUR, "good reason"),
        (now + HOUR, now + HOUR, "good reason"), (now + HOUR, now + 2 * HOUR, "x"),
        (now + dt.timedelta(days=40), now + dt.timedelta(days=40, hours=1), "good reason"),
    ]  # fmt: skip
    with grethe.inside() as by:
        for starts, ends, why in wrong:
            with pytest.raises(Refused):
                actions.announce(user=grethe.user.id, starts=starts, ends=ends, why=why, by=by)
        with pytest.raises(Refused, match="ingen konto"):
            actions.announce(user=henrik.user.id, starts=now, ends=now + HOUR, why="good reason", by=by)
        assert not Announcement.objects.exists()


def test_the_register_has_rules(grethe: Member, henrik: Member) -> None:
    account(grethe, "grethe")
    with grethe.inside() as by:
        for kind, name, whose, key in (
            ("server", "grethe", henrik, ""), ("server", "gre2", grethe, ""), ("server", "root", henrik, ""),
            ("database", "heretask_app", henrik, ""), ("server", "hen rik", henrik, ""), ("server", "h", henrik, "MD5:x"),
        ):  # fmt: skip
            with pytest.raises(Refused):
                actions.add_account(kind=kind, name=name, user=whose.user.id, key=key, by=by)
        actions.end_account(Account.objects.get().id, by=by)
        assert queries.register() == {}
        actions.add_account(kind="server", name="grethe", user=henrik.user.id, by=by)
        assert queries.register() == {"grethe": henrik.user.id}


def test_whoever_has_left_has_no_account() -> None:
    gone = manager("finn", "developer")
    with operator(supplier(), "test"):
        actions.add_account(kind="server", name="finn", user=gone.user.id, by=provision.operator_of(supplier()))
        assert queries.register() == {"finn": gone.user.id}
        gone.user.active = False
        gone.user.save(update_fields=["active"])
        assert queries.register() == {}
        gone.user.active = True
        gone.user.save(update_fields=["active"])


def test_reports_are_evidence_as_they_are() -> None:
    assert result("COMM-1").state == State.UNKNOWN
    checked(register={"grethe": uuid4()})
    found = result("COMM-1")
    assert (found.state, found.figure) == (State.HOLDS, "0 / 1")
    assert "grethe" not in str(found.sample)
    checked(register={"grethe": uuid4()}, timedatectl=None)
    assert (result("COMM-1").state, result("COMM-1").sample["rules_unclear"]) == (State.UNKNOWN, ["time"])
    checked(PASSWD + "finn:x:1001:1001::/home/finn:/bin/sh\n", register={"grethe": uuid4()})
    assert (result("COMM-1").state, result("COMM-1").figure) == (State.BROKEN, "1 / 2")
    checked(register={"grethe": uuid4()})
    for days, expected in ((30, State.HOLDS), (32, State.DUE), (46, State.BROKEN)):
        sql(
            "update system_servers_report set made_at = now() - make_interval(days => %s, hours => 1) where id = (select id from system_servers_report order by made_at desc limit 1)",
            days,
        )
        sql("delete from system_servers_report where made_at > now() - interval '29 days'")
        assert result("COMM-1").state == expected


def test_what_log_5_says_at_each_age(grethe: Member) -> None:
    assert result("LOG-5").state == State.UNKNOWN
    taken_in()
    found = result("LOG-5")
    assert (found.state, found.figure) == (State.DUE, "0 / 0")  # the portal's log has still time
    keep_portal(grethe)
    assert result("LOG-5").state == State.HOLDS
    for days, expected in ((36, State.DUE), (46, State.BROKEN)):
        sql("update system_servers_portallog set until = current_date - %s", days)
        assert result("LOG-5").state == expected
    sql("update system_servers_portallog set until = current_date")
    with operator(supplier(), "test"):
        Reading.objects.create(source="other.log", read_at=timezone.now() - dt.timedelta(days=2))
    assert (result("LOG-5").state, result("LOG-5").sample["log_sources"]) == (State.DUE, "1 / 2")
    sql("update system_servers_reading set read_at = now() - interval '27 hours'")
    assert result("LOG-5").state == State.BROKEN


def keep_portal(member: Member, content: bytes = b"2026-11-02;grethe;console") -> PortalLog:
    today = timezone.localdate()
    with member.inside() as by:
        return actions.keep_portal_log(
            since=today - dt.timedelta(days=30), until=today, only_ours=True, findings="", content=content,
            name="portal.CSV", by=by,
        )  # fmt: skip


def test_the_portals_log_is_kept_sealed_and_no_cleaning_takes_it(grethe: Member) -> None:
    kept = keep_portal(grethe)
    path = place_of(grethe.customer.id, kept.id, kept=True)
    assert b"console" not in path.read_bytes()
    assert SEALED_FILE.fullmatch(f"{path.parent.name}/{path.name}")  # backups take it along
    os.utime(path, (0, 0))
    remove_older(grethe.customer.id, 1)
    fetched = grethe.client().post(f"{PAGE}portal/{kept.id}/file/")
    assert fetched.status_code == 200
    assert fetched.content == b"2026-11-02;grethe;console"
    assert fetched["Content-Type"] == "application/octet-stream"
    assert fetched["Content-Disposition"].endswith('.csv"')
    assert said("portal.handed") >= 1
    path.unlink()
    assert grethe.client().post(f"{PAGE}portal/{kept.id}/file/").status_code == 404


def test_a_portals_log_has_rules(grethe: Member) -> None:
    today = timezone.localdate()
    client = grethe.client()
    good = {"since": today.isoformat(), "until": today.isoformat(), "result": "clean", "findings": ""}
    for wrong in ({"until": "2999-01-01"}, {"since": "2999-01-01"}, {"result": "findings"}, {"since": ""}):
        sent = client.post(PAGE + "portal/keep/", {**good, **wrong, "file": SimpleUploadedFile("p.csv", b"x")})
        assert sent.status_code == 422, wrong
    assert client.post(PAGE + "portal/keep/", good).status_code == 422  # no file
    sent = client.post(PAGE + "portal/keep/", {**good, "file": SimpleUploadedFile("p.c%0d", b"x")})
    assert sent.status_code == 302
    with operator(supplier(), "test"):
        assert PortalLog.objects.get().ending == "bin"


def test_only_management_sees_the_servers(cast: Cast) -> None:
    for client in (cast.eva.client(), cast.anna.client(), manager("finn", "developer").client()):
        for path in ("", "accounts/", "setup/", "portal/"):
            assert client.get(PAGE + path).status_code == 403
        for path in ("announce/", "accounts/add/", "portal/keep/"):
            assert client.post(PAGE + path).status_code == 403


def test_from_the_register_to_the_explanation_on_the_pages(grethe: Member, henrik: Member) -> None:
    client = grethe.client()
    assert "aldrig læst" in text(client.get(PAGE))
    given = {"user": str(grethe.user.id), "kind": "server", "name": "grethe", "key": ""}
    assert client.post(PAGE + "accounts/add/", given).status_code == 302
    assert client.post(PAGE + "accounts/add/", given).status_code == 422
    assert "grethe" in text(client.get(PAGE + "accounts/"))
    local = timezone.localtime() + HOUR
    work_ = {
        "user": str(grethe.user.id), "day": f"{local:%Y-%m-%d}", "begins": f"{local:%H:%M}",
        "ends": f"{local + HOUR:%H:%M}", "why": "nye sikkerhedsopdateringer",
    }  # fmt: skip
    assert client.post(PAGE + "announce/", work_).status_code == 302
    assert client.post(PAGE + "announce/", {**work_, "day": "2020-01-01"}).status_code == 422
    assert "nye sikkerhedsopdateringer" in text(client.get(PAGE))
    sql("update system_servers_account set since = now() - interval '3 days'")
    taken_in(sign_in_line(timezone.now() - HOUR), sign_out_line(timezone.now()))
    with operator(supplier(), "test"):
        visit = Visit.objects.get()
    explain = f"{PAGE}visits/{visit.id}/explain/"
    page = text(client.get(PAGE))
    assert "Det har ingen varslet" in page
    assert explain not in page  # she was there herself
    assert "Du var der selv" in text(client.get(explain))
    assert client.post(explain, {"why": "det var mig selv"}).status_code == 422
    other = henrik.client()
    assert explain in text(other.get(PAGE))
    assert other.post(explain, {"why": "hun rettede mailen"}).status_code == 302
    page = text(other.get(PAGE))
    assert "hun rettede mailen" in page
    assert "Det har ingen varslet" not in page
    checked(register={"grethe": grethe.user.id}, timedatectl="no\n")
    page = text(client.get(PAGE + "setup/"))
    assert "NTPSynchronized=no" in page
    assert "1 brudt" in page
    with operator(supplier(), "test"):
        kept = Account.objects.get()
    assert client.post(f"{PAGE}accounts/{kept.id}/end/").status_code == 302
    assert client.post(f"{PAGE}accounts/{kept.id}/end/").status_code == 404
    assert client.get(f"{PAGE}visits/{uuid4()}/explain/").status_code == 404


def text(answer: object) -> str:
    assert getattr(answer, "status_code", 0) == 200
    return bytes(getattr(answer, "content", b"")).decode()


def test_the_log_tells_of_the_servers_by_name(grethe: Member) -> None:
    taken_in(sign_in_line(timezone.now() - HOUR, "mallory", 5, 5))
    page = text(grethe.client().get("/admin/log/"))
    assert "mallory · web1" in page


@contextmanager
def environment(**changes: str) -> Iterator[dict[str, str]]:
    yield {**os.environ, "HERETASK_ROLE": "operator", "PYTHONPATH": str(database.ROOT), **changes}


def test_the_commands(tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    log.write_text(sign_in_line(timezone.now() - HOUR) + "\n")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        with environment() as variables:
            return subprocess.run(
                [sys.executable, "-m", "heretask.config.cli", "host", *words], env=variables, cwd=database.ROOT,
                capture_output=True, text=True, check=False,
            )  # fmt: skip

    done = run("collect", "--from", str(log), "--json")
    assert (done.returncode, json.loads(done.stdout)["findings"]) == (0, 1)
    missing = run("collect", "--from", str(tmp_path / "none"))
    assert missing.returncode == 1
    assert "none" in missing.stderr
    check = run("check", "--json")
    told = json.loads(check.stdout)
    assert check.returncode == (0 if told["holds"] else 1)
    assert set(told["rules"]) >= {
        "keys only",
        "no root",
        "accounts",
        "firewall",
        "updates",
        "encryption",
        "time",
        "ports",
    }
    with operator(supplier(), "test"):
        assert Report.objects.get().answers == {name: one["answer"] for name, one in told["rules"].items()}

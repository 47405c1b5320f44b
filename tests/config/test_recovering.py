"""Both managers gone: the board's code, 24 hours, everyone told; and a manager who is there after all stops it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connections, transaction

from heretask.config import cli
from heretask.kernel.approvals.queries import managers
from heretask.kernel.identity.models import Credential
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.supplier.models import Recovery
from tests import database
from tests.cast import Cast, supplier
from tests.management import Two, two_managers

NAMES = ["kirsten", "Kirsten Lund", "lars", "Lars Bang"]


@pytest.fixture
def two() -> Iterator[Two]:
    with two_managers() as found:
        yield found
        with database.superuser() as admin:
            admin.execute("set session_replication_role = replica")
            admin.execute("delete from kernel_recovery")
            admin.execute("update kernel_reservedname set user_name = id::text where user_name in ('kirsten', 'lars')")
            admin.execute("update kernel_user set user_name = id::text where user_name in ('kirsten', 'lars')")


def code(capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """A new one, as it is printed."""
    capsys.readouterr()
    assert cli.main(["init", "--recovery-code", "--json", *more]) == 0
    return str(json.loads(capsys.readouterr().out)["code"])


def asked(given: str, *names: str) -> int:
    """Ask with it; the code comes by a pipe, and stands in no command line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(f"{given}\n"))
        return cli.main(["init", *names, "--recover", "--why", "Both drowned"] if names else ["init", "--recover"])


def a_day_later() -> None:
    """As if it had been asked for a day earlier."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update kernel_recovery set asked_at = asked_at - interval '24 hours', made_at = made_at - interval '24 hours'"
        )


def events(cast: Cast, action: str) -> int:
    """How often a customer's log has it."""
    with operator(cast.solsikken, "test"):
        return Event.objects.filter(action=action).count()


def test_both_are_replaced_a_day_later_and_everyone_is_told(
    cast: Cast, two: Two, capsys: pytest.CaptureFixture[str]
) -> None:
    given = code(capsys)
    with operator(two.own, "test"):
        kept = Recovery.objects.latest("made_at")
    assert given.encode() not in bytes(kept.code_hash)
    assert asked("AAAA-BBBB", *NAMES) == 1
    assert asked(given) == 1  # nothing was asked for yet
    assert asked(given, "kirsten", "Kirsten Lund", "kirsten", "Kirsten Lund") == 1  # two people
    assert asked(given, *NAMES) == 0
    assert asked(given, *NAMES) == 1  # once
    assert events(cast, "supplier.managers.change") == 1
    assert asked(given) == 1  # the hours are not over
    grethe = two.grethe.client()
    assert "Kirsten Lund" in grethe.get("/platform/today/").content.decode()
    a_day_later()
    capsys.readouterr()
    assert asked(given) == 0
    assert "kirsten@" in capsys.readouterr().out
    with operator(two.own, "test"):
        assert {user.user_name for user in managers()} == {"kirsten", "lars"}
    assert grethe.get("/platform/today/").status_code == 302  # out at the next request
    assert events(cast, "supplier.managers.changed") == 1
    assert asked(given) == 1  # used


def test_a_manager_who_is_there_stops_it(cast: Cast, two: Two, capsys: pytest.CaptureFixture[str]) -> None:
    given = code(capsys)
    henrik, dan = two.henrik.client(), cast.dan.client()
    assert henrik.post("/admin/approvals/keep/").status_code == 409
    assert asked(given, *NAMES) == 0
    assert dan.post("/admin/approvals/keep/").status_code == 403
    assert "Kirsten Lund" in henrik.get("/admin/approvals/").content.decode()
    assert henrik.post("/admin/approvals/keep/").status_code == 302
    a_day_later()
    assert asked(given) == 1
    with operator(two.own, "test"):
        assert Recovery.objects.latest("made_at").stopped_by_id == two.henrik.user.id
        assert {user.id for user in managers()} == {two.grethe.user.id, two.henrik.user.id}


def test_a_new_code_takes_both_once_they_sign_in_and_ends_the_old(two: Two, capsys: pytest.CaptureFixture[str]) -> None:
    old = code(capsys)
    new = code(capsys)
    assert asked(old, *NAMES) == 1
    Credential.objects.filter(user_id__in=[two.grethe.user.id, two.henrik.user.id]).update(
        first_used_at="2026-01-01T00:00Z"
    )
    assert cli.main(["init", "--recovery-code"]) == 1
    said = {"server-act": "management.code", "server-slug": "", "server-why": "The envelope was opened by mistake"}
    url = two.grethe.client().post("/admin/approvals/ask/", said)["Location"].partition("?")[0]
    henrik = two.henrik.client()
    digest = henrik.get(url).content.decode().partition('name="digest" value="')[2].partition('"')[0]
    assert henrik.post(f"{url}approve/", {"digest": digest}).status_code == 302
    own = url.rstrip("/").rpartition("/")[2]
    newest = code(capsys, "--approval", own)
    assert asked(new, *NAMES) == 1
    assert asked(newest, *NAMES) == 0
    assert cli.main(["init", "--recovery-code", "--approval", own]) == 1


@pytest.mark.parametrize(
    "change",
    [
        "done_at = now()", "asked_at = asked_at - interval '2 days'", "stopped_at = now()", "code_hash = ''", "words = ''",
        "replaced_at = now()",
    ],
)  # fmt: skip
def test_the_web_can_do_none_of_it(cast: Cast, two: Two, change: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A developer's page, with whatever SQL; the operator, too, cannot finish before the time."""
    assert asked(code(capsys), *NAMES) == 0
    with two.finn.inside():
        refused(f"update kernel_recovery set {change}")
        refused("delete from kernel_recovery")
        refused(
            "insert into kernel_recovery (id, customer_id, code_hash, made_at, words) "
            "select gen_random_uuid(), customer_id, '', now(), '' from kernel_recovery limit 1"
        )
    if change in {"done_at = now()", "asked_at = asked_at - interval '2 days'"}:
        with operator(two.own, "test"):
            refused(f"update kernel_recovery set {change}")


def refused(sql: str) -> None:
    """By the database."""
    with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(sql)


def test_the_constraint_holds_the_hours_past_every_trigger(two: Two, capsys: pytest.CaptureFixture[str]) -> None:
    import psycopg

    assert asked(code(capsys), *NAMES) == 0
    with database.superuser() as admin, pytest.raises(psycopg.errors.CheckViolation):
        admin.execute("set session_replication_role = replica")
        admin.execute("update kernel_recovery set done_at = asked_at + interval '23 hours'")


def test_supplier_has_one_code_at_most(two: Two, capsys: pytest.CaptureFixture[str]) -> None:
    code(capsys)
    code(capsys)
    with operator(supplier(), "test"):
        assert Recovery.objects.filter(replaced_at=None, stopped_at=None, done_at=None).count() == 1

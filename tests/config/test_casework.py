"""`heretask db open`: one customer without keys under a grant that runs, each statement in its log; everything by two."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.urls import reverse

from heretask.config import cli
from heretask.kernel.grants import database as opening
from heretask.kernel.identity.models import Session
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.log.queries import variables_of
from tests import database
from tests.admin.test_grants import Case, page
from tests.cast import Cast, supplier
from tests.filled import fill
from tests.management import two_managers


@pytest.fixture
def case(cast: Cast) -> Iterator[Case]:
    citizen = fill(cast)[cast.solsikken.slug]
    with two_managers() as two:
        yield Case(cast, two, citizen.id, two.finn.client())


def given(case: Case) -> None:
    """Access to the structure, which is enough."""
    assert case.answer(case.ask("structure")).status_code == 302


def opened(case: Case, monkeypatch: pytest.MonkeyPatch, *statements: str, code: str = "") -> int:
    """What Finn types at the server."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{one};\n" for one in statements)))
    finn = case.two.finn.user.user_name
    return cli.main(["db", "open", "--customer", case.cast.solsikken.slug, "--as", finn, "--code", code or case.code()])


def statements(case: Case) -> list[str]:
    """What the customer's log has of it, oldest first."""
    with operator(case.cast.solsikken, "test"):
        found = Event.objects.filter(action="grant.statement").order_by("at")
        return [str(variables_of(event)["statement"]) for event in found]


def test_one_customer_without_keys_each_statement_logged(
    case: Case, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given(case)
    asked = ("select user_name, name from kernel_user order by 1", "select slug from kernel_customer")
    assert opened(case, monkeypatch, *asked) == 0
    told = capsys.readouterr().out
    assert "anna" in told
    assert "<sealed, " in told
    assert case.cast.solsikken.slug in told
    assert case.cast.fyrtaarnet.slug not in told
    assert "dan" not in told.split()
    assert [name for name in ("Anna Skov", "Eva Lund") if name in told] == []
    assert statements(case) == list(asked)
    assert "user_name, name from kernel_user" in page(case.cast.eva.client(), f"/admin/grants/{case.grant().id}/")
    assert not Session.objects.filter(grant_id=case.grant().id, ended_at=None).exists()  # over with the input


@pytest.mark.parametrize(
    "statement",
    [
        "update kernel_user set language = 'en'",
        "with gone as (delete from kernel_draft returning 1) select * from gone",
        "select 1; commit; delete from kernel_draft",
        "commit",
        "select * from kernel_user for update",
        "copy kernel_user to stdout",
        "set role heretask_owner",
    ],
)
def test_nothing_is_written_and_no_second_statement_rides_along(
    case: Case, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    given(case)
    assert opened(case, monkeypatch, statement) == 1
    assert opened(case, monkeypatch, "select 1") == 0  # by which the first one harmed nothing


def test_without_a_running_grant_or_the_right_code_nobody_gets_in(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened(case, monkeypatch, "select 1") == 1
    grant = case.ask("structure")
    assert opened(case, monkeypatch, "select 1") == 1  # asked for, not given
    case.answer(grant)
    assert opened(case, monkeypatch, "select 1", code="000000") == 1
    assert statements(case) == []


def test_cut_off_in_the_middle_the_next_statement_is_refused(case: Case) -> None:
    given(case)
    login = opening.open_case(case.cast.solsikken, case.two.finn.user.user_name, case.code())
    assert login.run("select 1").rows == [(1,)]
    assert case.answer(case.grant(), "cut").status_code == 302
    with pytest.raises(opening.Refused, match="cut"):
        login.run("select 2")
    assert statements(case) == ["select 1"]


def test_an_hour_at_most(case: Case) -> None:
    assert case.answer(case.ask("structure", minutes=480)).status_code == 302
    login = opening.open_case(case.cast.solsikken, case.two.finn.user.user_name, case.code())
    assert (login.ends_at - case.grant().starts).total_seconds() < 3700  # type: ignore[operator]
    with database.superuser() as admin:
        admin.execute("update kernel_session set ends_at = now() where grant_id = %s", [case.grant().id])
    with pytest.raises(opening.Refused):
        login.run("select 1")


def test_everything_takes_both_managers_and_every_customer_is_told(
    case: Case, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    superuser = database.the_cluster().conninfo(database.clone_name())
    asked = "select count(distinct customer_id) from kernel_unit"
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{asked};\n"))
    assert cli.main(["db", "open", "--everything", "--into", superuser]) == 1
    grethe, henrik = case.two.grethe.client(), case.two.henrik.client()
    said = {"server-act": opening.EVERYTHING, "server-slug": "", "server-why": "A broken index at two customers"}
    answer = grethe.post(reverse("admin.approvals_ask"), said)
    assert answer.status_code == 302, answer.content.decode()
    url = answer["Location"].partition("?")[0]
    own = url.rstrip("/").rpartition("/")[2]
    assert (
        cli.main(["db", "open", "--everything", "--approval", own, "--into", superuser]) == 1
    )  # the other has not approved it
    digest = page(henrik, url).partition('name="digest" value="')[2].partition('"')[0]
    assert henrik.post(f"{url}approve/", {"digest": digest}).status_code == 302
    capsys.readouterr()
    assert cli.main(["db", "open", "--everything", "--approval", own, "--into", superuser]) == 0
    assert int(capsys.readouterr().out.splitlines()[1]) >= 2
    for customer in (case.cast.solsikken, case.cast.fyrtaarnet):
        with operator(customer, "test"):
            assert Event.objects.filter(action="grant.everything_opened").count() == 1
    with operator(supplier(), "test"):
        event = Event.objects.filter(action="grant.everything_statement").latest("at")
        assert variables_of(event) == {"statement": asked}
    monkeypatch.setattr("sys.stdin", io.StringIO("select 1;\n"))
    assert cli.main(["db", "open", "--everything", "--approval", own, "--into", superuser]) == 1  # once

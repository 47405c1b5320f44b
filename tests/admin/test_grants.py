"""A grant's life: asked, answered, entered, watched, cut off; and what no path can do (ORG-2, ACCESS-3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from heretask.kernel.access.decide import Denied
from heretask.kernel.grants.inside import only_reading
from heretask.kernel.grants.models import Grant, PreApproval
from heretask.kernel.identity import codes
from heretask.kernel.identity.models import Factor, Session
from heretask.kernel.identity.sessions import begin, h1_of, operator
from heretask.kernel.log.models import Event
from heretask.kernel.tenancy.base import entered
from tests import database
from tests.cast import Cast, supplier
from tests.filled import fill
from tests.management import Two, two_managers

NAMES = ("Birthe", "Holm", "Sov roligt", "Sov uroligt", "Anna Skov", "Bo Friis", "Eva Lund", "Clara Holst")


@dataclass
class Case:
    """A customer with a citizen, the supplier's people, and Finn's browser."""

    cast: Cast
    two: Two
    citizen: UUID
    finn: Client

    def ask(self, scope: str = "content", *, minutes: int = 60, citizens: str = "", who: Client | None = None) -> Grant:
        """Finn asks Solsikken."""
        answer = (who or self.finn).post("/system/access/ask/", self.wanted(scope, minutes=minutes, citizens=citizens))
        assert answer.status_code == 302, answer.content.decode()
        return self.grant()

    def wanted(self, scope: str = "content", *, minutes: int = 60, citizens: str = "") -> dict[str, Any]:
        """What he sends."""
        return {
            "customer": str(self.cast.solsikken.id), "scope": scope, "citizens": citizens, "minutes": minutes,
            "purpose": "Notes of last night do not show", "case_number": "SAG-77",
        }  # fmt: skip

    def grant(self) -> Grant:
        """The newest of Solsikken's."""
        with operator(self.cast.solsikken, "test"):
            return Grant.objects.order_by("-asked_at")[0]

    def answer(self, grant: Grant, what: str = "approve") -> Any:
        """Eva answers."""
        return self.cast.eva.client().post(f"/admin/grants/{grant.id}/{what}/")

    def code(self) -> str:
        """The code that Finn's device shows."""
        Factor.objects.filter(user_id=self.two.finn.user.id).update(last_step=0)
        return codes.code_now(self.two.finn.secret)

    def enter(self, grant: Grant) -> Any:
        """Finn enters with a code."""
        return self.finn.post(f"/system/access/{grant.id}/enter/", {"code": self.code()})

    def inside(self, scope: str = "content", citizens: str = "") -> Grant:
        """Asked, given and entered."""
        grant = self.ask(scope, citizens=citizens)
        assert self.answer(grant).status_code == 302
        answer = self.enter(grant)
        assert answer.status_code == 302, answer.content.decode()
        return self.grant()

    def events(self, grant: Grant) -> list[Event]:
        """What the customer's log has under it."""
        with operator(self.cast.solsikken, "test"):
            return list(Event.objects.filter(grant=grant.id).order_by("at"))


@pytest.fixture
def case(cast: Cast) -> Iterator[Case]:
    citizen = fill(cast)[cast.solsikken.slug]
    with two_managers() as two:
        yield Case(cast, two, citizen.id, two.finn.client())


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code, answer.content.decode()[:600])
    return answer.content.decode()


def moved(grant: Grant, by: str) -> None:
    """Move all the moments of a grant into the past."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            f"""update kernel_grant set asked_at = asked_at - interval '{by}', answer_until = answer_until - interval '{by}',
                  approved_at = approved_at - interval '{by}', starts = starts - interval '{by}', ends_at = ends_at - interval '{by}'
                where id = %s""",
            [grant.id],
        )


def test_a_grant_from_question_to_cut(case: Case) -> None:
    grant = case.ask()
    assert page(case.cast.eva.client(), "/platform/today/").count("finn") > 0
    assert case.enter(grant).status_code == 422  # nobody has answered
    assert case.answer(grant).status_code == 302
    assert case.enter(grant).status_code == 302
    inside = page(case.finn, f"/social/journal/{case.citizen}/")
    assert "Birthe" in inside
    assert "Solsikken" in inside
    seen = [e for e in case.events(grant) if e.action == "social.journal.opened" or e.citizen == case.citizen]
    assert seen
    assert {e.purpose for e in seen} == {"grant:content"}
    assert {e.actor for e in seen} == {case.two.finn.user.id}
    watching = page(case.cast.eva.client(), f"/admin/grants/{grant.id}/")
    assert grant.asked_name in watching
    assert case.answer(grant, "cut").status_code == 302
    cookie = case.finn.cookies["__Host-ht-grant"].value
    refused = case.finn.get(f"/social/journal/{case.citizen}/")
    assert refused.status_code == 403
    assert "Birthe" not in refused.content.decode()
    case.finn.cookies["__Host-ht-grant"] = cookie
    assert case.finn.get("/social/citizens/").status_code == 403
    assert case.enter(grant).status_code in {403, 422}
    assert str(grant.id) in page(case.cast.eva.client(), "/platform/today/")  # the report, until it is read
    assert case.answer(grant, "seen").status_code == 302
    assert str(grant.id) not in page(case.cast.eva.client(), "/platform/today/")


def test_structure_opens_no_key(case: Case) -> None:
    grant = case.inside("structure")
    for url in (
        "/social/citizens/",
        f"/social/journal/{case.citizen}/",
        "/admin/users/",
        f"/admin/users/{case.cast.anna.user.id}/",
        "/admin/units/",
        "/admin/roles/",
    ):
        said = page(case.finn, url)
        assert [name for name in NAMES if name in said] == [], url
    assert [e for e in case.events(grant) if e.shown] == []


def test_named_citizens_are_those_alone(case: Case) -> None:
    case.inside("citizens", f"https://x/social/citizens/{case.citizen}/")
    assert "Birthe" in page(case.finn, f"/social/journal/{case.citizen}/")
    page(case.finn, "/admin/users/", 403)
    case.finn.post("/system/access/inside/leave/")
    case.inside("citizens", str(UUID(int=5)))
    page(case.finn, f"/social/journal/{case.citizen}/", 403)
    assert "Birthe" not in page(case.finn, "/social/citizens/")


def test_inside_nothing_is_written(case: Case) -> None:
    case.inside()
    for url in (f"/social/journal/{case.citizen}/write/", "/platform/drafts/", "/admin/users/new/"):
        assert case.finn.post(url, {"text": "x"}).status_code in {403, 404}, url


def test_the_database_refuses_to_write_inside() -> None:
    """Whatever a page does meanwhile; and what was read only once is not made to write again from within."""
    with operator(supplier(), "test"):
        for forbidden in (
            "insert into kernel_storedsearch (id) values (gen_random_uuid())",
            "update kernel_user set language = 'da'",
            "create temp sequence counting",
        ):
            with pytest.raises(Denied), only_reading(), connections["default"].cursor() as cursor:
                cursor.execute(forbidden)
        with only_reading():
            refused_by_database("set transaction read write")
        with connections["default"].cursor() as cursor:
            cursor.execute("show transaction_read_only")
            assert cursor.fetchone() == ("off",)  # for the events, afterwards


def test_leaving_ends_the_second_session_alone(case: Case) -> None:
    grant = case.inside()
    assert case.finn.post("/system/access/inside/leave/").status_code == 302
    assert Session.objects.filter(grant_id=grant.id, ended_at=None).count() == 0
    assert "SAG-77" in page(case.finn, "/system/access/")


def test_an_hour_without_an_answer(case: Case) -> None:
    grant = case.ask()
    moved(grant, "61 minutes")
    assert case.answer(grant).status_code == 409
    assert case.enter(grant).status_code == 422


def test_it_ends_by_itself(case: Case) -> None:
    grant = case.inside()
    moved(grant, "61 minutes")
    page(case.finn, "/social/citizens/", 403)
    assert case.enter(grant).status_code == 422


def test_refused_is_refused(case: Case) -> None:
    grant = case.ask()
    assert case.answer(grant, "refuse").status_code == 302
    assert case.answer(grant).status_code == 409
    assert case.enter(grant).status_code == 422


def test_approved_beforehand(case: Case) -> None:
    day = (timezone.localdate() + dt.timedelta(days=3)).isoformat()
    said = {"scope": "structure", "minutes": 60, "until": day}
    assert case.cast.eva.client().post("/admin/grants/standing/", said).status_code == 302
    assert case.ask("content").approved_at is None  # another scope
    assert case.ask("structure", minutes=120).approved_at is None  # longer
    grant = case.ask("structure")
    assert grant.approved_by == case.cast.eva.user.id
    assert case.enter(grant).status_code == 302
    with operator(case.cast.solsikken, "test"):
        standing = PreApproval.objects.order_by("-made_at")[0]
    assert case.cast.eva.client().post(f"/admin/grants/standing/{standing.id}/withdraw/").status_code == 302
    case.finn.cookies.pop("__Host-ht-grant")
    assert case.ask("structure").approved_at is None


def test_a_closed_customer_is_not_asked(case: Case) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("update kernel_customer set active = false where id = %s", [case.cast.solsikken.id])
    try:
        answer = case.finn.post("/system/access/ask/", case.wanted())
        assert answer.status_code == 422
        assert "Solsikken" in answer.content.decode()
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("update kernel_customer set active = true where id = %s", [case.cast.solsikken.id])


def test_who_is_on_probation_may_not_even_if_it_was_given(case: Case) -> None:
    """Asked while Finn was employed, given, and then his employment turns out to be younger: the entry asks again."""
    grant = case.ask()
    case.answer(grant)
    with employed_for(case.two.finn.user.id, days=10):
        answer = case.enter(grant)
        assert answer.status_code == 422
        assert Session.objects.filter(grant_id=grant.id).count() == 0
        again = case.finn.post("/system/access/ask/", case.wanted())
        assert again.status_code == 422
        assert "Der er ikke gået tre måneder" in again.content.decode()
        assert case.finn.post("/system/access/ask/", case.wanted("structure")).status_code == 302
    case.finn.cookies.pop("__Host-ht-grant", None)
    assert case.enter(grant).status_code == 302


@contextmanager
def employed_for(user_id: UUID, *, days: int) -> Iterator[None]:
    """Somebody of staff who was hired and employed only so many days ago."""
    where = (
        "field in ('hired_on', 'employed_on') and entry_id = "
        "(select entry_id from system_records_value where field = 'login' and plain = %s)"
    )
    day = timezone.localdate() - dt.timedelta(days=days)
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            f"create temp table kept as select id, plain from system_records_value where {where}", [str(user_id)]
        )
        moved = admin.execute(
            f"update system_records_value set plain = %s where {where}", [day.isoformat(), str(user_id)]
        )
        assert moved.rowcount == 2
        try:
            yield
        finally:
            admin.execute("update system_records_value v set plain = kept.plain from kept where kept.id = v.id")


def test_a_wrong_code_lets_nobody_in(case: Case) -> None:
    grant = case.ask()
    case.answer(grant)
    assert case.finn.post(f"/system/access/{grant.id}/enter/", {"code": "000000"}).status_code == 422
    assert Session.objects.filter(grant_id=grant.id).count() == 0


def refused_by_database(sql: str, *params: Any, alias: str = "default") -> None:
    with pytest.raises(DatabaseError), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(sql, params)


def test_nothing_of_it_changes_afterwards(case: Case) -> None:
    """As the web's role, inside the customer, with every column."""
    grant = case.inside()
    with case.cast.eva.inside():
        for change in (
            "ends_at = ends_at + interval '1 hour'", "scope = 'structure'", "minutes = 480", "cut_at = now()", "purpose = ''",
            "citizens = '{}'", "approved_by = asked_user",
        ):  # fmt: skip
            refused_by_database(f"update kernel_grant set {change} where id = %s", grant.id)
        refused_by_database("delete from kernel_grant where id = %s", grant.id)
        refused_by_database("insert into kernel_grant select * from kernel_grant where id = %s", grant.id)


@pytest.mark.parametrize(
    "change",
    ["ends_at = starts + interval '8 hours 1 second'", "approved_by = asked_user", "minutes = 481", "scope = 'all'"],
)
def test_the_database_holds_the_limits(case: Case, change: str) -> None:
    """Even a superuser's statement, with the triggers off, meets the constraints."""
    grant = case.inside()
    with database.superuser() as admin, pytest.raises(psycopg.errors.CheckViolation):
        admin.execute("set session_replication_role = replica")
        admin.execute(f"update kernel_grant set {change} where id = %s", [grant.id])


def test_who_asks_never_approves(case: Case) -> None:
    """By the page, by the function, from inside under a grant, and by the gate."""
    grant = case.ask()
    assert case.finn.post(f"/admin/grants/{grant.id}/approve/").status_code == 403
    assert case.two.grethe.client().post(f"/admin/grants/{grant.id}/approve/").status_code == 403
    with case.two.finn.inside():
        refused_by_database("select ht.answer_grant(%s, true)", grant.id)
    other = case.inside("content")
    again = case.two.finn.client()
    assert again.post("/system/access/ask/", case.wanted()).status_code == 302
    waiting = case.grant()
    token = case.finn.cookies["__Host-ht-grant"].value
    assert case.finn.post(f"/admin/grants/{waiting.id}/approve/").status_code == 403
    with entered(h1_of(token)):
        refused_by_database("select ht.answer_grant(%s, true)", waiting.id)
        refused_by_database("select ht.pre_approve(gen_random_uuid(), 'content', 60, now() + interval '1 day')")
    refused_by_database("update kernel_grant set approved_by = asked_user where id = %s", waiting.id, alias="gate")
    assert other.id != waiting.id
    assert case.grant().approved_at is None


def test_no_session_begins_without_a_running_grant(case: Case) -> None:
    grant = case.ask()
    ends = timezone.now() + dt.timedelta(minutes=10)
    with pytest.raises(DatabaseError), transaction.atomic(using="gate"):
        begin(
            "grant", customer_id=case.cast.solsikken.id, user_id=case.two.finn.user.id, ends_at=ends, grant_id=grant.id
        )
    case.answer(grant)
    with pytest.raises(DatabaseError), transaction.atomic(using="gate"):
        begin(
            "grant", customer_id=case.cast.fyrtaarnet.id, user_id=case.two.finn.user.id, ends_at=ends, grant_id=grant.id
        )
    with pytest.raises(DatabaseError), transaction.atomic(using="gate"):
        begin(
            "grant",
            customer_id=case.cast.solsikken.id,
            user_id=case.two.henrik.user.id,
            ends_at=ends,
            grant_id=grant.id,
        )


def test_watching_never_prolongs(case: Case) -> None:
    grant = case.inside()
    client = case.cast.eva.client()
    first = client.get(f"/admin/grants/{grant.id}/live/")
    assert first.status_code == 200
    since = first.content.decode().partition("since=")[2].partition('"')[0]
    assert client.get(f"/admin/grants/{grant.id}/live/?since={since}").status_code == 204
    page(case.finn, "/social/citizens/")
    assert client.get(f"/admin/grants/{grant.id}/live/?since={since}").status_code == 200


def test_glass_takes_both_managers_and_is_judged(case: Case) -> None:
    grethe, henrik = case.two.grethe.client(), case.two.henrik.client()
    said = {f"glass-{k}": v for k, v in case.wanted("content").items()}
    asked = grethe.post("/system/access/glass/", said)
    assert asked.status_code == 302, asked.content.decode()
    url = asked["Location"].partition("?")[0]
    assert grethe.post(f"{url}carry-out/").status_code in {409, 404}
    digest = page(henrik, url).partition('name="digest" value="')[2].partition('"')[0]
    assert henrik.post(f"{url}approve/", {"digest": digest}).status_code == 302
    own = UUID(url.rstrip("/").rpartition("/")[2])
    assert grethe.post(reverse("admin.approvals_carry_out", args=[own])).status_code == 302
    grant = case.grant()
    assert grant.broken_glass
    assert grant.approved_by == case.two.henrik.user.id
    assert str(grant.id) in page(case.cast.eva.client(), "/platform/today/")
    with operator(case.cast.solsikken, "test"):
        assert Event.objects.filter(action="grant.supplier_broke_glass").exists()
    assert case.cast.eva.client().post(f"/admin/grants/{grant.id}/judge/", {"words": "It was right"}).status_code == 302
    assert case.cast.eva.client().post(f"/admin/grants/{grant.id}/judge/", {"words": "It was wrong"}).status_code == 409
    assert case.grant().judged_by_id == case.cast.eva.user.id

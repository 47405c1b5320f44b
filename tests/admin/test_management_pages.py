"""Management's pages: two people, customers, suspended logins, a manager who is replaced (ORG-1, ORG-3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.utils.html import escape

from heretask.admin.users import actions as users
from heretask.admin.users.policies import Refused as UserRefused
from heretask.config import provision
from heretask.kernel.access.models import Assignment
from heretask.kernel.approvals import queries
from heretask.kernel.approvals.models import Approval
from heretask.kernel.identity import signing_in
from heretask.kernel.identity.models import Session, User
from heretask.kernel.identity.sessions import NOWHERE, h1_of, operator, touch
from heretask.kernel.identity.whence import From
from heretask.kernel.jobs import queue
from heretask.kernel.jobs.models import Job
from heretask.kernel.log.models import Event
from heretask.kernel.log.queries import variables_of
from heretask.kernel.supplier.models import Suspension
from heretask.kernel.tenancy.models import Customer
from tests import database
from tests.cast import PASSWORD, Cast, Member
from tests.management import Two, give_factor, moved, two_managers
from tests.work import work

WHENCE = From("192.0.2.9", "Mozilla/5.0 (tests)")
WHY = "Kontrakten er opsagt skriftligt"
_numbers = count(1)


@pytest.fixture
def two() -> Iterator[Two]:
    with two_managers() as made:
        yield made


def text(answer: Any) -> str:
    return str(answer.content.decode())


def gate(sql: str, *params: Any) -> None:
    with transaction.atomic(using="gate"), connections["gate"].cursor() as cursor:
        cursor.execute(sql, params)


def newest(two: Two) -> Approval:
    with operator(two.own, "test"):
        return Approval.objects.order_by("-asked_at")[0]


def events(customer: Customer, action: str) -> list[Event]:
    with operator(customer, "test"):
        return list(Event.objects.filter(action=action).order_by("at"))


def said(customer: Customer, action: str) -> list[dict[str, str]]:
    with operator(customer, "test"):
        return [variables_of(e) for e in Event.objects.filter(action=action).order_by("at")]


def approve(client: Client, approval: Approval) -> None:
    page = text(client.get(f"/admin/approvals/{approval.id}/"))
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert digest, page
    answer = client.post(f"/admin/approvals/{approval.id}/approve/", {"digest": digest[1]})
    assert answer.status_code == 302, text(answer)


def closed(two: Two, customer: Customer) -> Approval:
    """Grethe asks, Henrik approves, Grethe carries it out."""
    grethe = two.grethe.client()
    assert grethe.post(f"/admin/customers/{customer.id}/ask/", {"why": WHY}).status_code == 302
    approval = newest(two)
    approve(two.henrik.client(), approval)
    assert grethe.post(f"/admin/approvals/{approval.id}/carry-out/").status_code == 302
    return approval


def find(client: Client, full_name: str) -> str:
    """Look for a login; the address of what was found."""
    answer = client.post("/admin/suspensions/", {"q": full_name})
    assert answer.status_code == 302
    place: str = answer["Location"]
    assert not any(part in place for part in full_name.split("@") if part)
    return place


def suspend(two: Two, member: Member, why: str = "Loginnet er brugt fra udlandet") -> None:
    client = two.grethe.client()
    answer = client.post(f"{find(client, member.user_name)}suspend/", {"why": why})
    assert answer.status_code == 302, text(answer)


def test_only_management_sees_these_pages(two: Two, cast: Cast) -> None:
    for place in ("/admin/approvals/", "/admin/customers/", "/admin/customers/new/", "/admin/suspensions/"):
        for member in (two.finn, cast.eva, cast.anna):
            assert member.client().get(place).status_code == 403, place
        assert two.grethe.client().get(place).status_code == 200, place


def test_closing_a_customer_takes_two_and_ends_every_session_there(two: Two, cast: Cast) -> None:
    dan = cast.dan.client()
    assert dan.get("/platform/today/").status_code == 200
    grethe = two.grethe.client()
    grethe.post(f"/admin/customers/{cast.fyrtaarnet.id}/ask/", {"why": WHY})
    approval = newest(two)
    assert grethe.post(f"/admin/approvals/{approval.id}/carry-out/").status_code == 409  # not approved yet
    own = text(grethe.get(f"/admin/approvals/{approval.id}/"))
    assert "/approve/" not in own
    assert (
        grethe.post(f"/admin/approvals/{approval.id}/approve/", {"digest": bytes(approval.digest).hex()}).status_code
        == 409
    )
    henrik = two.henrik.client()
    assert escape("Fyrtårnet") in text(henrik.get("/platform/today/"))
    shown = text(henrik.get(f"/admin/approvals/{approval.id}/"))
    assert WHY in shown
    assert bytes(approval.digest).hex() in shown
    assert dan.get("/platform/today/").status_code == 200
    approve(henrik, approval)
    assert grethe.post(f"/admin/approvals/{approval.id}/carry-out/").status_code == 302
    assert dan.get("/platform/today/").status_code == 302
    assert signing_in.by_password(cast.dan.user_name, PASSWORD, at=NOWHERE, whence=WHENCE).kind == "refused"
    assert grethe.post(f"/admin/approvals/{approval.id}/carry-out/").status_code == 409  # once
    with database.superuser() as admin:
        admin.execute("update kernel_customer set active = true where id = %s", [cast.fyrtaarnet.id])
    assert said(cast.fyrtaarnet, "supplier.closed") == [{"why": WHY, "by": "Grethe Vang"}]
    assert said(two.own, "supplier.customer.closed")[-1] == {"customer": cast.fyrtaarnet.slug, "why": WHY}
    assert "Henrik Dahl" in text(grethe.get(f"/admin/approvals/{approval.id}/"))


def test_a_closed_customer_is_opened_again_by_both(two: Two, cast: Cast) -> None:
    closed(two, cast.fyrtaarnet)
    page = text(two.henrik.client().get(f"/admin/customers/{cast.fyrtaarnet.id}/"))
    assert "Åbn" in page or "Open" in page
    two.henrik.client().post(f"/admin/customers/{cast.fyrtaarnet.id}/ask/", {"why": "Kontrakten er fornyet"})
    approval = newest(two)
    assert approval.act == "customer.reopen"
    approve(two.grethe.client(), approval)
    assert two.grethe.client().post(f"/admin/approvals/{approval.id}/carry-out/").status_code == 302
    assert signing_in.by_password(cast.dan.user_name, PASSWORD, at=NOWHERE, whence=WHENCE).kind == "code"


def test_the_supplier_itself_is_never_closed(two: Two) -> None:
    with operator(two.own, "test"):
        before = queries.alive()
    answer = two.grethe.client().post(f"/admin/customers/{two.own.id}/ask/", {"why": WHY})
    assert answer.status_code == 422
    with operator(two.own, "test"):
        assert queries.alive() == before


def test_management_creates_a_customer_and_its_first_administrator(two: Two) -> None:
    slug = f"ny-{next(_numbers)}"
    form = {"name": "Ny Omsorg", "slug": slug, "person": "Rikke Sand", "user_name": "Rikke"}
    client = two.grethe.client()
    answer = client.post("/admin/customers/new/", form)
    assert answer.status_code == 200
    password = re.search(r'id="way-password"[^>]*value="([^"]+)"', text(answer))
    assert password, text(answer)
    customer = provision.customer_called(slug)
    assert signing_in.by_password(f"rikke@{slug}", password[1], at=NOWHERE, whence=WHENCE).kind == "password"
    with operator(customer, "test"):
        rikke = User.objects.get()
        assert [(a.role, a.user_id) for a in Assignment.objects.all()] == [("administrator", rikke.id)]
        assert rikke.user_name == "rikke"
    assert said(customer, "supplier.made") == [{"by": "Grethe Vang"}]
    assert len(said(customer, "access.role.given")) == 1
    with database.superuser() as admin:
        row = admin.execute("select name from kernel_user where id = %s", [rikke.id]).fetchone()
    assert row is not None
    assert b"Rikke" not in bytes(row[0])  # type: ignore[call-overload]
    again = text(client.post("/admin/customers/new/", form))
    assert slug in again
    assert "way-password" not in again
    for wrong in ({"slug": "Stort Navn"}, {"slug": "x"}, {"user_name": "ikke et navn"}, {"person": " "}):
        page = client.post("/admin/customers/new/", {**form, "slug": f"{slug}a", **wrong})
        assert "way-password" not in text(page)
    assert password[1] not in text(client.get("/admin/customers/"))


def test_the_list_has_numbers_and_no_names(two: Two, cast: Cast) -> None:
    page = text(two.grethe.client().get("/admin/customers/"))
    assert cast.solsikken.slug in page
    for member in cast.everybody:
        assert member.name not in page
    assert len(said(two.own, "supplier.customers.seen")) >= 1


def test_a_suspended_login_is_out_at_once_and_its_customer_is_told(two: Two, cast: Cast) -> None:
    anna, eva = cast.anna.client(), cast.eva.client()
    assert anna.get("/platform/today/").status_code == 200
    suspend(two, cast.anna)
    assert "why=suspended" in anna.get("/platform/today/")["Location"]
    assert signing_in.by_password(cast.anna.user_name, PASSWORD, at=NOWHERE, whence=WHENCE).kind == "refused"
    today = text(eva.get("/platform/today/"))
    assert "Loginnet er brugt fra udlandet" in today
    assert "Grethe Vang" in today
    page = text(eva.get(f"/admin/users/{cast.anna.user.id}/"))
    assert "Loginnet er brugt fra udlandet" in page
    assert f"/admin/users/{cast.anna.user.id}/open/" not in page
    told = said(cast.solsikken, "supplier.suspended")
    assert told == [{"why": "Loginnet er brugt fra udlandet", "by": "Grethe Vang"}]
    log = text(eva.get("/admin/log/"))
    assert "HereTask" in log
    assert [e.shown for e in events(cast.solsikken, "identity.session.ended") if e.outcome == "suspended"] == [
        [cast.anna.user.id]
    ]


def test_the_customer_cannot_open_a_suspended_login(two: Two, cast: Cast) -> None:
    suspend(two, cast.anna)
    answer = cast.eva.client().post(f"/admin/users/{cast.anna.user.id}/open/")
    assert answer.status_code == 200
    with pytest.raises(UserRefused), cast.eva.inside() as by:
        users.give_link(user=User.objects.select_related("customer").get(id=cast.anna.user.id), by=by)
    for change in ({"active": True}, {"suspended_at": None}, {"active": True, "suspended_at": None}):
        with pytest.raises(DatabaseError, match="suspended"), cast.eva.inside():
            User.objects.filter(id=cast.anna.user.id).update(**change)
    for act in (
        lambda: Suspension.objects.update(lifted_at="2026-01-01T00:00:00Z"),
        lambda: Suspension.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), cast.eva.inside():
            act()
    with operator(cast.solsikken, "test"):
        assert not User.objects.get(id=cast.anna.user.id).active


def test_management_lifts_it_and_the_login_is_what_it_was(two: Two, cast: Cast) -> None:
    with cast.eva.inside() as by:
        users.deactivate_user(user=User.objects.select_related("customer").get(id=cast.clara.user.id), by=by)
    for member, was in ((cast.anna, True), (cast.clara, False)):
        suspend(two, member)
        with operator(cast.solsikken, "test"):
            row = Suspension.objects.get(user=member.user.id, lifted_at=None)
        client = two.henrik.client()
        assert member.user_name in text(client.get("/admin/suspensions/"))
        answer = client.post(f"/admin/suspensions/{row.id}/lift/", {f"{row.id.hex}-why": "Telefonen er fundet igen"})
        assert answer.status_code == 302, text(answer)
        with operator(cast.solsikken, "test"):
            assert User.objects.get(id=member.user.id).active is was
    assert said(cast.solsikken, "supplier.lifted")[0] == {"why": "Telefonen er fundet igen", "by": "Henrik Dahl"}


def test_a_login_is_found_by_its_whole_name_alone(two: Two, cast: Cast) -> None:
    client = two.grethe.client()
    for part in (
        "ann",
        f"@{cast.solsikken.slug}",
        "anna",
        f"ann%@{cast.solsikken.slug}",
        f"anna@{cast.solsikken.slug[:-1]}x",
    ):
        page = text(client.get(find(client, part)))
        assert "Solsikken" not in page, part
    page = text(client.get(find(client, cast.anna.user_name.upper())))
    assert "Solsikken" in page
    assert "Anna Skov" not in page
    assert said(two.own, "supplier.login.sought")[-1] == {"q": cast.anna.user_name.upper()}
    assert cast.anna.client().get("/platform/today/").status_code == 200


def test_managers_suspend_each_other_but_never_both_and_never_themselves(two: Two) -> None:
    client = two.grethe.client()
    answer = client.post(f"{find(client, two.grethe.user_name)}suspend/", {"why": "Min egen konto er stjålet"})
    assert answer.status_code == 422
    henrik = two.henrik.client()
    suspend(two, two.henrik)
    assert henrik.get("/platform/today/").status_code == 302
    assert henrik.post("/admin/suspensions/", {"q": two.grethe.user_name}).status_code == 302
    assert "/sign-in/" in henrik.post("/admin/suspensions/", {"q": two.grethe.user_name})["Location"]
    assert "Henrik Dahl" in text(client.get("/platform/today/"))  # told, and it stays there
    assert client.post(f"/admin/customers/{two.own.id}/ask/", {"why": WHY}).status_code == 422


def test_the_supplier_changes_no_customers_user_by_any_path(two: Two, cast: Cast) -> None:
    """It may suspend; it cannot create, rename, or change rights (ORG-3, ACCESS-1)."""
    anna = cast.anna.user
    acts: tuple[Callable[[], int], ...] = (
        lambda: User.objects.filter(id=anna.id).update(user_name="x"),
        lambda: Assignment.objects.filter(user_id=anna.id).update(role="administrator"),
    )
    for act in acts:
        with two.grethe.inside():
            assert act() == 0  # row-level security: there is nobody there
    for sql, params in (
        ("insert into kernel_user (id, customer_id, user_name, name, active, language, theme) values (gen_random_uuid(), %s, 'x', '', true, 'da', '')", [cast.solsikken.id]),
        ("insert into kernel_assignment (id, customer_id, user_id, role) values (gen_random_uuid(), %s, %s, 'administrator')", [cast.solsikken.id, anna.id]),
        ("select ht.give_link(%s, sha256('x'), now() + interval '1 hour')", [anna.id]),
        ("select ht.suspend(current_setting('ht.session'), gen_random_uuid(), %s, %s, 'x')", [cast.solsikken.id, anna.id]),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), two.grethe.inside(), connections["default"].cursor() as cursor:
            cursor.execute(sql, params)
    key = h1_of(two.grethe.token())
    found = (
        "select ht.found_customer(%s, %s, %s, 'X', %s, %s, 'x', 'x', gen_random_uuid(), 'argon2$x', 1::smallint, now())"
    )
    wrapped = bytes(cast.solsikken.wrapped_key)
    for given in (  # the one that makes a user makes a customer too: never into one that is there
        [key, cast.solsikken.id, cast.solsikken.slug, wrapped, UUID(int=9)],
        [key, cast.solsikken.id, "andet-navn", wrapped, UUID(int=9)],
        [key, UUID(int=8), cast.solsikken.slug, wrapped, UUID(int=9)],
    ):
        with pytest.raises(DatabaseError, match=r"duplicate|unique"):
            gate(found, *given)
    with operator(cast.solsikken, "test"):
        assert User.objects.count() == 4


def newcomer(two: Two, *, factor: bool = True) -> Member:
    if not factor:
        with database.superuser() as admin:
            admin.execute("delete from kernel_factor where user_id = %s", [two.finn.user.id])
    return two.finn


def ask_replacement(two: Two) -> Approval:
    client = two.grethe.client()
    answer = client.post(
        "/admin/approvals/replace/",
        {"replace-incoming": str(two.finn.user.id), "replace-minutes_on": "2026-11-20", "replace-decision": "beslutning 4",
         "replace-why": "Bestyrelsen har valgt ny direktør"},
    )  # fmt: skip
    assert answer.status_code == 302, text(answer)
    return newest(two)


def test_a_manager_is_replaced_after_24_hours_and_everybody_is_told(two: Two, cast: Cast) -> None:
    approval = ask_replacement(two)
    grethe = two.grethe.client()
    assert grethe.post(f"/admin/approvals/{approval.id}/carry-out/").status_code == 409
    with pytest.raises(DatabaseError, match="not approved"):
        gate("select ht.replace_manager(%s, %s, gen_random_uuid())", h1_of(two.grethe.token()), approval.id)
    for customer in (cast.solsikken, cast.fyrtaarnet):
        told = said(customer, "supplier.manager.changes")[-1]
        assert told["before"] == two.henrik.user_name
        assert told["minutes"] == "20-11-2026, beslutning 4"
    today = text(cast.eva.client().get("/platform/today/"))
    assert two.henrik.user_name in today
    assert "beslutning 4" in today
    assert two.henrik.user_name not in text(cast.anna.client().get("/platform/today/"))
    assert "/admin/approvals/" in text(two.henrik.client().get("/platform/today/"))
    henrik = two.henrik.client()
    moved(approval.id, 24)
    assert henrik.post(f"/admin/approvals/{approval.id}/carry-out/").status_code == 409  # not by whom it is about
    assert grethe.post(f"/admin/approvals/{approval.id}/carry-out/").status_code == 302
    assert henrik.get("/platform/today/").status_code == 302
    with operator(two.own, "test"):
        assert {user.id for user in queries.managers()} == {two.grethe.user.id, two.finn.user.id}
    assert two.finn.client().get("/admin/approvals/").status_code == 200
    assert said(cast.solsikken, "supplier.manager.changed")


def test_who_is_to_go_may_stop_it(two: Two, cast: Cast) -> None:
    approval = ask_replacement(two)
    assert two.henrik.client().post(f"/admin/approvals/{approval.id}/refuse/").status_code == 302
    moved(approval.id, 24)
    assert two.grethe.client().post(f"/admin/approvals/{approval.id}/carry-out/").status_code == 409
    assert said(cast.solsikken, "supplier.manager.stays")
    with operator(two.own, "test"):
        assert {user.id for user in queries.managers()} == {two.grethe.user.id, two.henrik.user.id}


def test_who_comes_has_a_second_factor_first(two: Two) -> None:
    newcomer(two, factor=False)
    approval = ask_replacement(two)
    moved(approval.id, 24)
    assert two.grethe.client().post(f"/admin/approvals/{approval.id}/carry-out/").status_code == 409
    give_factor(two.finn)
    assert two.grethe.client().post(f"/admin/approvals/{approval.id}/carry-out/").status_code == 302


def test_one_replacement_at_a_time_with_minutes_of_a_day_that_was(two: Two) -> None:
    ask_replacement(two)
    form = {"replace-incoming": str(two.finn.user.id), "replace-minutes_on": "2026-11-20", "replace-decision": "5",
            "replace-why": "Bestyrelsen har valgt igen"}  # fmt: skip
    client = two.grethe.client()
    assert client.post("/admin/approvals/replace/", form).status_code == 422
    two.henrik.client().post(f"/admin/approvals/{newest(two).id}/refuse/")
    for wrong in (
        {"replace-minutes_on": "2099-01-01"},
        {"replace-incoming": str(two.henrik.user.id)},
        {"replace-decision": ""},
    ):
        assert client.post("/admin/approvals/replace/", {**form, **wrong}).status_code == 422


def test_a_job_of_a_suspended_login_stops(two: Two, cast: Cast) -> None:
    with cast.eva.inside():
        job = queue.defer("admin.users_import", file=str(UUID(int=1)))
    suspend(two, cast.eva)
    for _try in range(3):
        work()
    with operator(cast.solsikken, "test"):
        assert Job.objects.get(id=job).state == "failed"
    assert Session.objects.filter(user_id=cast.eva.user.id, kind="person", ended_at=None).count() == 0
    assert touch(cast.anna.token(), acted=True).signed_in

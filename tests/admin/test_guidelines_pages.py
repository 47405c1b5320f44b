"""The customer's own guidelines: tried dry, never below the floor, enforced at the door and at the next click."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client

from heretask.admin.guidelines import actions, policies
from heretask.config import provision
from heretask.kernel.identity import codes, passwords, signing_in
from heretask.kernel.identity.models import Credential, Factor, Session
from heretask.kernel.identity.sessions import NOWHERE, At, operator, touch
from heretask.kernel.identity.whence import From
from heretask.kernel.tenancy.guidelines import Guidelines
from heretask.kernel.tenancy.models import Customer, GuidelineChange
from tests import database
from tests.admin.test_users_pages import users_events
from tests.cast import PASSWORD, SECRET, Cast, Member, make_member

HOME = "127.0.0.1"
FROM = From(HOME, "tests")
BELOW = {"accepted_by": "Grit Bo, forstander", "reason": "Alle sidder i et aflåst hus."}


def form(**changed: Any) -> dict[str, Any]:
    given = {
        "second_factor": "on", "password_length": "8", "idle_minutes": "5", "work_from": "", "work_until": "",
        "work_days": list("1234567"), "networks": "", "accepted_by": "", "reason": "", **changed,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value is not None}


def tried(client: Client, **changed: Any) -> str:
    answer = client.post("/admin/guidelines/change/", form(**changed))
    assert answer.status_code == 200, answer
    return answer.content.decode()


def changed(client: Client, **values: Any) -> int:
    return client.post("/admin/guidelines/change/", {**form(**values), "sure": "1"}).status_code


def now(cast: Cast) -> Guidelines:
    return Guidelines.of(Customer.objects.using("owner").get(id=cast.solsikken.id))


def history(cast: Cast) -> list[tuple[str, str, str, bool]]:
    with operator(cast.solsikken, "test"):
        rows = GuidelineChange.objects.order_by("made_at", "id")
        return [(row.setting, row.before, row.after, row.deviation) for row in rows]


def hours_without_now(cast: Cast) -> dict[str, str]:
    """Working hours that begin in an hour and end in two, by the database's clock in Copenhagen."""
    with database.superuser() as admin:
        row = admin.execute("select now() at time zone 'Europe/Copenhagen'").fetchone()
    assert row is not None
    moment = row[0]
    assert isinstance(moment, dt.datetime)
    return {
        "work_from": f"{moment + dt.timedelta(hours=1):%H:%M}",
        "work_until": f"{moment + dt.timedelta(hours=2):%H:%M}",
    }


def set_by_owner(cast: Cast, **columns: Any) -> None:
    """As an earlier choice would have left it, past the rule of the last administrator."""
    with database.superuser() as admin:
        sets = ", ".join(f"{name} = %s" for name in columns)
        admin.execute(f"update kernel_customer set {sets} where id = %s", [*columns.values(), cast.solsikken.id])


def with_password(member: Member, at: At = NOWHERE, whence: From = FROM) -> signing_in.Outcome:
    Factor.objects.filter(user_id=member.user.id).update(last_step=0)
    return signing_in.by_password(member.user_name, PASSWORD, at=at, whence=whence)


def let_in(member: Member, whence: From = FROM) -> str:
    asked = with_password(member, whence=whence)
    if asked.kind != "code":
        return asked.kind
    return signing_in.by_code(codes.code_now(SECRET), at=touch(asked.token, acted=True), whence=whence).kind


def test_each_stands_beside_floor_and_default(cast: Cast) -> None:
    page = cast.eva.client().get("/admin/guidelines/").content.decode()
    assert page.count('data-state="ok"') >= 5
    assert "/admin/retention/" in page
    assert "/admin/openings/names/" in page


def test_trying_says_whom_it_would_shut_out_and_changes_nothing(cast: Cast) -> None:
    """Anna and Clara are signed in from elsewhere; Bo has not signed in at all; Eva sits in the network."""
    eva = cast.eva.client()
    for member in (cast.anna, cast.clara):
        member.client()
        Session.objects.filter(user_id=member.user.id).update(address="198.51.100.7")
    page = tried(eva, networks="127.0.0.0/8")
    assert '<span class="stat-figure">2</span>' in page
    out = page.split('id="out"')[1]
    assert "Anna Skov" in out
    assert "Clara Holst" in out
    assert "Bo Friis" not in out
    assert now(cast) == Guidelines()
    assert users_events(cast.solsikken, "admin.guidelines.tried")[-1].event.hits == 2
    assert history(cast) == []


def test_a_change_is_an_event_and_stands_in_a_history_that_nobody_changes(cast: Cast) -> None:
    eva = cast.eva.client()
    assert changed(eva, password_length="12", idle_minutes="3") == 302
    assert (now(cast).password_length, now(cast).idle_seconds) == (12, 180)
    assert history(cast) == [("password_length", "8", "12", False), ("idle_seconds", "300", "180", False)]
    told = users_events(cast.solsikken, "admin.guideline.changed")
    assert [e.variables["setting"] for e in told] == ["password_length", "idle_seconds"]
    with operator(cast.solsikken, "test"):
        row = GuidelineChange.objects.first()
        assert row is not None
        with pytest.raises(DatabaseError), transaction.atomic():
            GuidelineChange.objects.filter(id=row.id).update(after="9")
    assert "error-summary" in tried(eva, password_length="12", idle_minutes="3")  # nothing is changed


@pytest.mark.parametrize(
    "below",
    [
        {"password_length": "7"}, {"idle_minutes": "6"}, {"idle_minutes": "0"}, {"work_from": "08:00"},
        {"work_from": "08:00", "work_until": "08:00"}, {"work_from": "08:00", "work_until": "09:00", "work_days": None},
        {"networks": "0.0.0.0/0"}, {"networks": "::/0"}, {"networks": "husets wifi"}, {"networks": "10.0.0.0/33"},
    ],
)  # fmt: skip
def test_nothing_below_the_floor_and_nothing_that_makes_no_sense(cast: Cast, below: dict[str, Any]) -> None:
    eva = cast.eva.client()
    assert changed(eva, **below) == 200
    assert now(cast) == Guidelines()


def test_the_database_holds_the_floor_whoever_asks(cast: Cast) -> None:
    call = "select ht.set_guidelines(%s, %s, %s, null, null, '1234567', '{}')"
    for values in ([7, True, 300], [8, True, 301], [8, False, 300], [15, False, 300], [8, True, 30]):
        with pytest.raises(DatabaseError), cast.eva.inside(), connections["default"].cursor() as cursor:
            cursor.execute(call, values)
    for member in (cast.anna, cast.bo):
        with pytest.raises(DatabaseError), member.inside(), connections["default"].cursor() as cursor:
            cursor.execute(call, [20, True, 300])
    with pytest.raises(DatabaseError), cast.eva.inside():
        Customer.objects.filter(id=cast.solsikken.id).update(password_length=9)
    assert now(cast) == Guidelines()


def test_below_a_default_takes_a_name_and_a_reason_and_shows_as_a_deviation(cast: Cast) -> None:
    eva = cast.eva.client()
    assert changed(eva, second_factor=None) == 200
    assert changed(eva, second_factor=None, accepted_by="Grit Bo") == 200
    assert changed(eva, second_factor=None, accepted_by="Grit Bo", reason="fordi") == 200
    assert now(cast).second_factor
    assert "Grit Bo" in tried(eva, second_factor=None, **BELOW)
    assert changed(eva, second_factor=None, **BELOW) == 302
    assert (now(cast).second_factor, now(cast).password_length) == (False, 15)  # the default without one
    page = eva.get("/admin/guidelines/").content.decode()
    assert page.count("Grit Bo, forstander") == 2  # beside the guideline, and in the history
    assert changed(eva, second_factor=None, password_length="10") == 200
    assert changed(eva, second_factor=None, password_length="10", **BELOW) == 302
    assert [row for row in history(cast) if row[3]] == [
        ("second_factor", "on", "off", True),
        ("password_length", "15", "10", True),
    ]
    assert changed(eva, second_factor=None, password_length="10", idle_minutes="4") == 302  # what stands is accepted
    with database.superuser() as admin:
        rows = admin.execute(
            "select accepted_by from kernel_guidelinechange where customer_id = %s", [cast.solsikken.id]
        )
        assert "Grit" not in str([bytes(row[0]) for row in rows if isinstance(row[0], bytes)])


def test_administrators_always_have_a_second_factor(cast: Cast) -> None:
    assert changed(cast.eva.client(), second_factor=None, **BELOW) == 302
    Factor.objects.filter(user_id__in=[cast.anna.user.id, cast.eva.user.id]).delete()
    Credential.objects.filter(user_id__in=[cast.anna.user.id, cast.eva.user.id]).update(length=15)
    assert with_password(cast.anna).kind == "in"
    assert with_password(cast.eva).kind == "factor"


def test_no_change_shuts_out_the_last_administrator(cast: Cast) -> None:
    eva = cast.eva.client()
    assert changed(eva, **hours_without_now(cast)) == 200
    assert changed(eva, networks="203.0.113.0/24") == 200
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        ida = make_member(cast.solsikken, "ida", "Ida Krog", "administrator", None, by)
    assert changed(eva, networks="203.0.113.0/24") == 200  # nobody knows from where Ida signs in
    with pytest.raises(DatabaseError), cast.eva.inside(), connections["default"].cursor() as cursor:
        cursor.execute("select ht.set_guidelines(8, true, 300, null, null, '1234567', '{203.0.113.0/24}')")
    ida.client()
    Session.objects.filter(user_id=ida.user.id).update(address="203.0.113.9")
    page = tried(eva, networks="203.0.113.0/24")
    assert "Eva Lund" in page.split('id="out"')[1]  # oneself, and told so
    assert 'name="sure"' in page
    assert "btn-danger" not in page.split('name="sure"')[1]  # and no button: nobody shuts themselves out
    assert changed(eva, networks="203.0.113.0/24") == 200
    assert now(cast) == Guidelines()
    client = ida.client()
    client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    Session.objects.filter(user_id=ida.user.id).update(address="203.0.113.9")
    assert changed(client, networks="203.0.113.0/24") == 302  # who stays inside may
    assert eva.get("/admin/guidelines/").status_code == 302


def test_outside_the_hours_nobody_gets_in_and_who_is_in_is_out_at_the_next_click(cast: Cast) -> None:
    anna, token = cast.anna.client(), cast.anna.token()
    assert anna.get("/platform/today/").status_code == 200
    hours = hours_without_now(cast)
    set_by_owner(cast, work_from=hours["work_from"], work_until=hours["work_until"])
    answer = anna.get("/platform/today/")
    assert answer["Location"].endswith("why=hours")
    assert anna.get(answer["Location"]).status_code == 200
    with pytest.raises(DatabaseError), cast.anna.inside():
        pass  # the key to the rows says so, too
    session = touch(token, acted=True, address=HOME)
    assert session.state == "hours"
    assert touch(token, acted=True, address=HOME).state == "ended"
    assert with_password(cast.anna).kind == "hours"
    shut = users_events_unlocked(cast, "identity.shut_out")
    assert shut == [(cast.anna.user.id, "hours")]
    assert session.id
    assert Session.objects.get(id=session.id).end_reason == "hours"


def users_events_unlocked(cast: Cast, action: str) -> list[tuple[UUID | None, str]]:
    with operator(cast.solsikken, "test"):
        from heretask.kernel.log.models import Event

        return [(e.actor, e.outcome) for e in Event.objects.filter(action=action)]


def test_outside_the_networks_likewise_whatever_the_address_looks_like(cast: Cast) -> None:
    anna = cast.anna.client()
    set_by_owner(cast, networks=["127.0.0.0/8", "2001:db8::/32"])
    assert anna.get("/platform/today/").status_code == 200
    assert let_in(cast.anna, From("2001:db8::17", "tests")) == "in"
    for elsewhere in ("198.51.100.7", "2001:db9::1", "", "unknown", "127.0.0.1.evil", "999.1.1.1", "::ffff"):
        assert with_password(cast.anna, whence=From(elsewhere, "tests")).kind == "network", elsewhere
        token = cast.anna.token()
        assert touch(token, acted=True, address=elsewhere).state == "network", elsewhere
    answer = anna.get("/platform/today/", REMOTE_ADDR="198.51.100.7")
    assert answer["Location"].endswith("why=network")
    assert anna.get("/platform/today/").status_code == 302  # it has ended
    Session.objects.filter(user_id=cast.bo.user.id).delete()
    bo = cast.bo.client()
    Session.objects.filter(user_id=cast.bo.user.id).update(address="198.51.100.7")
    assert bo.get("/platform/today/").status_code == 302  # began elsewhere: the key to the rows is dead


def test_a_longer_password_is_asked_for_only_of_those_whose_own_is_shorter(cast: Cast) -> None:
    eva = cast.eva.client()
    page = tried(eva, password_length=str(len(PASSWORD)))
    assert "stat-figure" in page
    assert changed(eva, password_length=str(len(PASSWORD))) == 302
    assert with_password(cast.anna).kind == "code"  # long enough, and remembered as such
    assert Credential.objects.get(user_id=cast.anna.user.id).length == len(PASSWORD)
    assert changed(eva, password_length=str(len(PASSWORD) + 1)) == 302
    asked = with_password(cast.anna)
    assert asked.kind == "password"
    at = touch(asked.token, acted=True)
    with pytest.raises(passwords.WeakPassword):
        signing_in.choose_password("Nattevag-7", at=at, whence=FROM)
    assert signing_in.choose_password("Nattevagten-77", at=at, whence=FROM).kind == "code"
    assert Credential.objects.get(user_id=cast.anna.user.id).length == len(PASSWORD) + 1


@pytest.mark.parametrize(
    ("at", "begin", "end", "days", "within"),
    [
        ("2026-11-25 12:00", "08:00", "16:00", "12345", True), ("2026-11-25 07:59", "08:00", "16:00", "12345", False),
        ("2026-11-25 16:00", "08:00", "16:00", "12345", False), ("2026-11-28 12:00", "08:00", "16:00", "12345", False),
        ("2026-11-25 23:30", "22:00", "06:00", "3", True), ("2026-11-26 05:59", "22:00", "06:00", "3", True),
        ("2026-11-26 23:30", "22:00", "06:00", "3", False), ("2026-11-30 01:00", "22:00", "06:00", "7", True),
        ("2026-11-25 12:00", None, None, "1", True),
    ],
)  # fmt: skip
def test_hours_in_copenhagen_also_over_midnight(
    at: str, begin: str | None, end: str | None, days: str, within: bool
) -> None:
    with database.superuser() as admin:
        row = admin.execute("select pg_get_functiondef('ht.within_hours'::regproc)").fetchone()
        assert row is not None
        copy = (
            str(row[0])
            .replace("ht.within_hours", "pg_temp.at_that_time")
            .replace("(statement_timestamp() AT TIME ZONE 'Europe/Copenhagen'::text)", f"timestamp '{at}'")
            .replace("statement_timestamp() at time zone 'Europe/Copenhagen'", f"timestamp '{at}'")
        )
        assert at in copy
        admin.execute(copy)
        got = admin.execute("select pg_temp.at_that_time(%s::time, %s::time, %s)", [begin, end, days]).fetchone()
    assert got == (within,)


def test_others_see_or_change_nothing(cast: Cast) -> None:
    for client in (cast.anna.client(), cast.bo.client()):
        assert client.get("/admin/guidelines/").status_code == 403
        assert changed(client, password_length="12") == 403
    with cast.eva.inside() as by, pytest.raises(policies.Refused):
        actions.try_guidelines(Guidelines(networks=("203.0.113.0/24",)), "", "", by=by)


def test_a_role_of_the_customers_own_may_be_given_it(cast: Cast) -> None:
    from tests.admin.test_roles_pages import limited

    gry = limited(cast, policies_right("change"), policies_right("see"))
    with operator(cast.solsikken, "test"):
        pass
    cast.eva.client()  # one administrator whose place is known
    assert changed(gry.client(), password_length="12") == 302
    assert now(cast).password_length == 12


def policies_right(verb: str) -> Any:
    from heretask.kernel.access.permissions import Permission

    return Permission(f"admin.guidelines:{verb}")

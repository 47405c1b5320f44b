"""A factor lost at night: two colleagues vouch, for one session, until the morning; and everything that must not do."""

from __future__ import annotations

import datetime as dt
import re
import threading
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import DatabaseError, connections
from django.test import Client
from django.utils import timezone

from heretask.admin.users import actions
from heretask.kernel.identity import factors, signing_in, vouching
from heretask.kernel.identity.models import Session, Vouching
from heretask.kernel.identity.sessions import h1_of, operator, stored_hash
from heretask.kernel.identity.whence import From
from tests import database
from tests.cast import PASSWORD, Cast, Member, make_member, supplier
from tests.door import browser, events, give_password, sign_in, where

DENMARK = ZoneInfo("Europe/Copenhagen")


@pytest.fixture
def jens(cast: Cast) -> Member:
    """A second carer of Nord."""
    return colleague(cast, "jens", "Jens Dahl")


def colleague(cast: Cast, name: str, full: str) -> Member:
    with cast.eva.inside() as eva:
        return make_member(cast.solsikken, name, full, "carer", cast.nord, eva)


def asking(member: Member) -> tuple[Client, str]:
    """At the door with the password given; the code to be read aloud."""
    client = browser()
    assert give_password(client, member) == "/sign-in/code/"
    return client, ask(client)


def ask(client: Client) -> str:
    found = re.search(r'code-now">([A-Z2-7]{4}-[A-Z2-7]{4})<', client.post("/sign-in/colleagues/").content.decode())
    return found[1] if found else ""


def vouch(member: Member, code: str, password: str = PASSWORD) -> str:
    client = member.client()
    page = client.post("/platform/account/colleague/", {"code": code})
    if page.status_code != 200:
        return str(page.status_code)
    return where(client.post("/platform/account/colleague/", {"code": code, "current": password}))


def go_on(client: Client) -> str:
    return where(client.post("/sign-in/colleagues/", {"go": "1"}))


DONE = "/platform/account/?done=vouched"


def test_two_colleagues_let_somebody_in_until_the_morning(cast: Cast, jens: Member) -> None:
    client, code = asking(cast.anna)
    assert go_on(client) == "422"
    assert vouch(cast.bo, code) == DONE
    assert go_on(client) == "422"
    assert "1 af 2" in client.get("/sign-in/colleagues/state/").content.decode()
    assert vouch(jens, code.lower().replace("-", " ")) == DONE
    assert client.get("/sign-in/colleagues/state/").headers["X-Done"] == "1"
    assert go_on(client) == "/platform/today/"
    made = Session.objects.get(token_hash=stored_hash(h1_of(client.cookies["__Host-ht"].value)))
    assert made.second_factor_at is None
    assert made.ends_at - made.made_at <= dt.timedelta(hours=12)
    assert made.ends_at.astimezone(DENMARK).hour == 9 or made.ends_at - made.made_at > dt.timedelta(
        hours=11, minutes=59
    )
    names = [name for name, _outcome in events(cast.solsikken.id, "identity.vouch.%")]
    assert names == ["identity.vouch.asked", "identity.vouch.given", "identity.vouch.given", "identity.vouch.used"]


@pytest.mark.parametrize(
    ("asked", "until"),
    [("2026-01-10 23:30", "2026-01-11 09:00"), ("2026-01-10 08:59", "2026-01-10 09:00"),
     ("2026-01-10 09:00", "2026-01-10 21:00"), ("2026-01-10 15:00", "2026-01-11 03:00"),
     ("2026-03-28 22:30", "2026-03-29 09:00"), ("2026-10-24 22:00", "2026-10-25 09:00")],
)  # fmt: skip
def test_it_ends_at_nine_and_after_twelve_hours_at_most(asked: str, until: str) -> None:
    when = dt.datetime.fromisoformat(asked).replace(tzinfo=DENMARK)
    assert vouching.ends(when.astimezone(dt.UTC)).astimezone(DENMARK) == dt.datetime.fromisoformat(until).replace(
        tzinfo=DENMARK
    )


def test_it_works_once(cast: Cast, jens: Member) -> None:
    client, code = asking(cast.anna)
    vouch(cast.bo, code)
    vouch(jens, code)
    assert go_on(client) == "/platform/today/"
    client.post("/sign-out/")
    assert give_password(client, cast.anna) == "/sign-in/code/"
    assert go_on(client) == "422"


def test_of_parallel_uses_one_wins(cast: Cast, jens: Member) -> None:
    client, code = asking(cast.anna)
    vouch(cast.bo, code)
    vouch(jens, code)
    from heretask.kernel.identity.sessions import touch

    at = touch(client.cookies["__Host-ht"].value, acted=True)
    outcomes: list[str] = []

    def attempt() -> None:
        outcomes.append(signing_in.by_colleagues(at=at, whence=From("127.0.0.7", "")).kind)
        connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in"] + ["refused"] * 7


@pytest.mark.parametrize("reason", ["idle", "switched"])
def test_idling_and_switching_interrupt_it_and_do_not_end_it(cast: Cast, jens: Member, reason: str) -> None:
    client, code = asking(cast.anna)
    vouch(cast.bo, code)
    vouch(jens, code)
    go_on(client)
    first = Session.objects.get(token_hash=stored_hash(h1_of(client.cookies["__Host-ht"].value)))
    if reason == "idle":
        Session.objects.filter(id=first.id).update(last_act=timezone.now() - dt.timedelta(seconds=301))
        client.get("/platform/today/")
    else:
        client.post("/switch-person/")
    assert Session.objects.get(id=first.id).end_reason == reason
    assert give_password(client, cast.anna) == "/platform/today/"
    second = Session.objects.get(token_hash=stored_hash(h1_of(client.cookies["__Host-ht"].value)))
    assert abs(second.ends_at - first.ends_at) < dt.timedelta(seconds=2)
    assert second.second_factor_at is None
    elsewhere = browser()
    assert give_password(elsewhere, cast.anna) == "/sign-in/code/"


@pytest.mark.parametrize("reason", ["signed out", "ended by oneself", "new start password", "password changed"])
def test_every_other_end_is_the_end_of_it(cast: Cast, jens: Member, reason: str) -> None:
    client, code = asking(cast.anna)
    vouch(cast.bo, code)
    vouch(jens, code)
    go_on(client)
    Session.objects.filter(user_id=cast.anna.user.id, ended_at=None).update(ended_at=timezone.now(), end_reason=reason)
    assert give_password(client, cast.anna) == "/sign-in/code/"


def test_on_one_shared_computer_the_asking_waits_for_the_colleagues(cast: Cast, jens: Member) -> None:
    client, code = asking(cast.anna)
    for member in (cast.bo, jens):
        sign_in(client, member) if member is cast.bo else client.cookies.__setitem__("__Host-ht", member.token())
        answer = client.post("/platform/account/colleague/", {"code": code, "current": PASSWORD})
        assert where(answer) == DONE
        client.post("/sign-out/")
    assert give_password(client, cast.anna) == "/sign-in/code/"
    assert "2 af 2" in client.get("/sign-in/code/").content.decode()
    assert go_on(client) == "/platform/today/"


def test_one_colleague_counts_once(cast: Cast) -> None:
    client, code = asking(cast.anna)
    assert vouch(cast.bo, code) == DONE
    assert vouch(cast.bo, code) == "422"
    assert go_on(client) == "422"


def test_nobody_vouches_for_themselves(cast: Cast, jens: Member) -> None:
    client, code = asking(cast.anna)
    refused = cast.anna.client().post("/platform/account/colleague/", {"code": code})
    assert refused.status_code == 422
    assert "ikke stå inde for dig selv" in refused.content.decode()
    vouch(jens, code)
    assert go_on(client) == "422"


def test_wrong_password_vouches_for_nobody(cast: Cast) -> None:
    _client, code = asking(cast.anna)
    assert vouch(cast.bo, code, "Wrong-word-9") == "422"
    assert Vouching.objects.using("gate").get(customer_id=cast.solsikken.id).first_by is None


def test_colleagues_of_another_unit_and_customer_cannot(cast: Cast) -> None:
    _client, code = asking(cast.anna)
    assert vouch(cast.clara, code) == "422"
    assert vouch(cast.eva, code) == "422"
    assert vouch(cast.dan, code) == "422"
    assert Vouching.objects.using("gate").get(customer_id=cast.solsikken.id).first_by is None
    assert ("identity.vouch.refused", "may not") in events(cast.solsikken.id)


def test_guests_cannot(cast: Cast) -> None:
    from heretask.kernel.access.models import Assignment

    with cast.eva.inside() as eva:
        user = actions.create_user(user_name="gitte", name="Gitte Krag", by=eva)
        Assignment.objects.create(user_id=user.id, role="inspector", unit=cast.nord)
    _client, code = asking(cast.anna)
    refused = Member(user, cast.solsikken, "Gitte Krag").client().post("/platform/account/colleague/", {"code": code})
    assert refused.status_code == 403  # a guest sends no form but questions and those of their own login


def test_whoever_was_vouched_for_cannot_vouch_and_cannot_change_their_factors(cast: Cast, jens: Member) -> None:
    client, code = asking(cast.anna)
    vouch(cast.bo, code)
    vouch(jens, code)
    go_on(client)
    freja = colleague(cast, "freja", "Freja Birk")
    with_factor(freja)
    _other, second = asking(freja)
    assert client.post("/platform/account/colleague/", {"code": second, "current": PASSWORD}).status_code == 422
    assert client.post("/platform/account/passkey/begin/").status_code == 409
    assert client.post("/platform/account/recovery/").status_code == 409
    assert client.post("/platform/account/factor/remove/").status_code == 409
    assert client.post("/platform/account/factor/", {"code": "123456"}).status_code == 422


def with_factor(member: Member) -> None:
    from django.db import transaction

    from heretask.kernel.identity.models import User

    with transaction.atomic(using="gate"):
        user = User.objects.using("gate").select_related("customer").get(id=member.user.id)
        factors.add_factor(user, member.secret, confirmed=True)


def test_administrators_and_supplier_cannot_be_vouched_for(cast: Cast) -> None:
    client = browser()
    give_password(client, cast.eva)
    assert "/sign-in/colleagues/" not in client.get("/sign-in/code/").content.decode()
    assert ask(client) == ""
    own = supplier()
    with operator(own, "test"):
        from heretask.config import provision

        number = cast.solsikken.slug[-4:]
        gerd = make_member(own, f"gerd{number}", "Gerd Lind", "developer", None, provision.operator_of(own))
    with_factor(gerd)
    client = browser()
    assert give_password(client, gerd) == "/sign-in/code/"
    assert ask(client) == ""


def test_a_role_given_meanwhile_counts(cast: Cast, jens: Member) -> None:
    client, code = asking(cast.anna)
    vouch(cast.bo, code)
    vouch(jens, code)
    with cast.eva.inside() as eva:
        actions.give_role(user=cast.anna.user, role="administrator", unit=None, by=eva)
    assert go_on(client) == "422"


def test_login_closed_meanwhile_stays_out(cast: Cast, jens: Member) -> None:
    client, code = asking(cast.anna)
    vouch(cast.bo, code)
    vouch(jens, code)
    with cast.eva.inside() as eva:
        actions.deactivate_user(user=cast.anna.user, by=eva)
    assert go_on(client) == "/sign-in/"


def test_it_waits_for_an_hour(cast: Cast) -> None:
    _client, code = asking(cast.anna)
    Vouching.objects.using("gate").filter(customer_id=cast.solsikken.id).update(until=timezone.now())
    assert vouch(cast.bo, code) == "422"


def test_it_belongs_to_the_browser_that_asked(cast: Cast, jens: Member) -> None:
    _client, code = asking(cast.anna)
    vouch(cast.bo, code)
    vouch(jens, code)
    other = browser()
    give_password(other, cast.anna)
    assert go_on(other) == "422"


def test_without_the_password_nothing_is_asked(cast: Cast) -> None:
    client = browser()
    assert where(client.post("/sign-in/colleagues/")) == "/sign-in/"
    assert where(client.get("/sign-in/colleagues/")) == "/sign-in/"
    assert "0 af 2" not in client.get("/sign-in/colleagues/state/").content.decode()


def test_the_web_cannot_write_what_colleagues_vouch(cast: Cast) -> None:
    _client, _code = asking(cast.anna)
    for statement in (
        "update kernel_vouching set first_by = gen_random_uuid()",
        "insert into kernel_vouching select * from kernel_vouching",
        "delete from kernel_vouching",
    ):
        with cast.bo.inside(), pytest.raises(DatabaseError) as refused, connections["default"].cursor() as cursor:
            cursor.execute(statement)
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_the_database_itself_counts_a_colleague_once_and_nobody_for_themselves(cast: Cast) -> None:
    _client, _code = asking(cast.anna)
    waits = Vouching.objects.using("gate").get(customer_id=cast.solsikken.id)

    def count(member: Member) -> int:
        with member.inside(), connections["default"].cursor() as cursor:
            cursor.execute("select ht.vouch(%s)", [waits.id])
            return int(cursor.fetchone()[0])

    assert [count(cast.anna), count(cast.bo), count(cast.bo), count(cast.dan)] == [0, 1, 0, 0]


def test_the_leader_is_told_and_leaders_of_other_units_are_not(cast: Cast, jens: Member) -> None:
    client, code = asking(cast.anna)
    vouch(cast.bo, code)
    vouch(jens, code)
    go_on(client)
    with cast.eva.inside() as eva:
        other = make_member(cast.solsikken, "lis", "Lis Toft", "team_leader", cast.syd, eva)
    told = cast.bo.client().get("/platform/today/").content.decode()
    assert "Lukket ind uden ekstra faktor" in told
    assert "Jens Dahl" in told
    assert "Lukket ind uden ekstra faktor" in cast.eva.client().get("/platform/today/").content.decode()
    assert "Lukket ind uden ekstra faktor" not in other.client().get("/platform/today/").content.decode()
    assert "Lukket ind uden ekstra faktor" not in jens.client().get("/platform/today/").content.decode()
    with database.superuser() as admin:
        row = admin.execute(
            "select count(*) from kernel_vouching where customer_id = %s", [cast.solsikken.id]
        ).fetchone()
    assert row == (1,)

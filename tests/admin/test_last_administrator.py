"""The last administrator stays, by whatever path: each refused by a rule, and by the database behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from heretask.admin.users import actions, bulk, importing, policies
from heretask.admin.users.bulk import Wanted
from heretask.config import provision
from heretask.kernel.access.decide import Actor
from heretask.kernel.access.models import Assignment
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import operator
from tests.admin.test_users_pages import user_called
from tests.cast import Cast, Member, make_member

TOMORROW = timezone.localdate() + dt.timedelta(days=1)


def by_operator(cast: Cast) -> Actor:
    return provision.operator_of(cast.solsikken)


def role_of(member: Member) -> Assignment:
    return Assignment.objects.select_related("user", "unit", "own").get(
        user_id=member.user.id, role="administrator", ended_at=None
    )


def sheet(*rows: str) -> bytes:
    return "\n".join(["Navn;Brugernavn;Rolle;Enhed;Slutdato", *rows]).encode()


def a_last_day_by_a_file(cast: Cast, by: Actor) -> None:
    plan = importing.plan_for(
        sheet(f"Eva Lund;eva;Administrator;;{TOMORROW:%d-%m-%Y}"), "x.csv", make_units=False, by=by
    )
    assert plan.ok
    assert plan.changes
    importing.carry_out(plan, by=by)


PATHS: dict[str, Callable[[Cast, Actor], object]] = {
    "the role ended": lambda cast, by: actions.end_role(assignment=role_of(cast.eva), by=by),
    "the login closed": lambda cast, by: actions.deactivate_user(
        user=User.objects.select_related("customer").get(id=cast.eva.user.id), by=by
    ),
    "a last day by a file": a_last_day_by_a_file,
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("other", ["nobody else", "another until tomorrow"])
def test_each_path_is_refused_by_its_rule(cast: Cast, path: str, other: str) -> None:
    """An administrator whose role ends tomorrow is none to rely on: the last one without a last day stays."""
    with operator(cast.solsikken, "test"):
        by = by_operator(cast)
        if other != "nobody else":
            gry = actions.create_user(user_name="gry", name="Gry Toft", by=by)
            actions.give_role(user=gry, role="administrator", unit=None, by=by, until=TOMORROW)
        with pytest.raises(policies.Refused):
            PATHS[path](cast, by)
    with operator(cast.solsikken, "test"):
        assert role_of(cast.eva).until is None
        assert User.objects.get(id=cast.eva.user.id).active
    assert cast.eva.client().get("/admin/users/").status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_each_path_is_open_where_another_stays(cast: Cast, path: str) -> None:
    with operator(cast.solsikken, "test"):
        make_member(cast.solsikken, "ida", "Ida Krog", "administrator", None, by_operator(cast))
    with operator(cast.solsikken, "test"):
        PATHS[path](cast, by_operator(cast))
    assert user_called(cast.solsikken, "ida").active


def test_a_file_that_exchanges_them_is_carried_out(cast: Cast) -> None:
    with operator(cast.solsikken, "test"):
        by = by_operator(cast)
        rows = sheet(f"Eva Lund;eva;Administrator;;{TOMORROW:%d-%m-%Y}", "Ida Krog;ida;Administrator;;")
        plan = importing.plan_for(rows, "x.csv", make_units=False, by=by)
        importing.carry_out(plan, by=by)
    with operator(cast.solsikken, "test"):
        assert role_of(cast.eva).until == TOMORROW


def test_several_at_once_stop_before_the_last(cast: Cast) -> None:
    with operator(cast.solsikken, "test"):
        by = by_operator(cast)
        ida = make_member(cast.solsikken, "ida", "Ida Krog", "administrator", None, by)
        everybody = [cast.eva.user.id, ida.user.id]
        for act in (bulk.CLOSE, bulk.END):
            outcomes = bulk.preview(everybody, Wanted(act, "administrator"), by=by)
            assert [bool(one.refused) for one in outcomes] == [False, True]
        outcomes = bulk.carry_out(everybody, Wanted(bulk.CLOSE), by=by)
        assert [bool(one.refused) for one in outcomes] == [False, True]


def closes(user: Any) -> int:
    return User.objects.filter(id=user.id).update(active=False)


BEHIND: dict[str, Callable[[Member], object]] = {
    "ended": lambda m: Assignment.objects.filter(user_id=m.user.id).update(ended_at=timezone.now()),
    "a last day": lambda m: Assignment.objects.filter(user_id=m.user.id).update(until=TOMORROW),
    "another role": lambda m: Assignment.objects.filter(user_id=m.user.id).update(role="team_leader"),
    "deleted": lambda m: Assignment.objects.filter(user_id=m.user.id).delete(),
    "closed": lambda m: closes(m.user),
    "closed, then ended": lambda m: (
        closes(m.user), Assignment.objects.filter(user_id=m.user.id).update(ended_at=timezone.now())
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", BEHIND)
def test_the_database_refuses_what_no_rule_has_asked_about(cast: Cast, way: str) -> None:
    """The second lock: a path that forgets the rule (a suspension, a script, somebody with the web's credentials)."""
    with pytest.raises(DatabaseError, match="last administrator"), operator(cast.solsikken, "test"):
        BEHIND[way](cast.eva)
    assert cast.eva.client().get("/admin/users/").status_code == 200
    with operator(cast.solsikken, "test"):
        make_member(cast.solsikken, "ida", "Ida Krog", "administrator", None, by_operator(cast))
        BEHIND[way](cast.eva)  # in one transaction with the one who follows


def test_an_own_role_never_stands_in_for_an_administrator(cast: Cast) -> None:
    from heretask.admin.roles import actions as roles

    with operator(cast.solsikken, "test"):
        by = by_operator(cast)
        made = roles.make_role(roles.Wanted("Brugeradmin", "", False, ("admin.users:see", "admin.users:change")), by=by)
        make_member(cast.solsikken, "ida", "Ida Krog", made.key, None, by)
        with pytest.raises(policies.Refused):
            actions.end_role(assignment=role_of(cast.eva), by=by)

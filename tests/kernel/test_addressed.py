"""To whom something is: whose it is, whom one may choose, how it is called, and the field of a form."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django import forms
from django.db.models import UUIDField, Value
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from heretask.config import provision
from heretask.kernel.access.addressed import (
    NobodyThere,
    To,
    addressed_to,
    addresses,
    check_address,
    in_words,
)
from heretask.kernel.access.decide import Actor, Given
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.access.roles import ROLES
from heretask.kernel.identity.sessions import operator
from heretask.ui.addressing import AddressField
from tests.cast import Cast, make_member
from tests.database import superuser

NORD, SYD, ME, OTHER = (UUID(int=number) for number in range(1, 5))  # the same in every worker

# An address -> is it a carer's in Nord, a leader's of Syd, an administrator's, an inspector's (a guest)? By hand.
TABLE = {
    To.person(ME): (True, True, True, True), To.person(OTHER): (False, False, False, False),
    To.unit(NORD): (True, False, False, False), To.unit(SYD): (False, True, False, False),
    To.having("carer"): (True, False, False, False), To.having("carer", NORD): (True, False, False, False),
    To.having("carer", SYD): (False, False, False, False), To.having("team_leader", SYD): (False, True, False, False),
    To.having("administrator"): (False, False, True, False), To.having("inspector"): (False, False, False, False),
}  # fmt: skip
PEOPLE = [("carer", NORD), ("team_leader", SYD), ("administrator", None), ("inspector", None)]


def actor(role: str, unit: UUID | None) -> Actor:
    return Actor(uuid4(), ME, "anna", (Given.of(ROLES[role], unit, "Nord"),))


@pytest.mark.parametrize(("to", "expected"), TABLE.items(), ids=lambda one: getattr(one, "code", "")[:24])
def test_what_is_addressed_to_whom_in_words_and_in_rows(
    cast: Cast, to: To, expected: tuple[bool, bool, bool, bool]
) -> None:
    row = {
        "to_kind": Value(str(to.kind)), "to_user_id": Value(to.user_id, output_field=UUIDField()),
        "to_unit_id": Value(to.unit_id, output_field=UUIDField()), "to_role": Value(to.role),
    }  # fmt: skip
    for (role, unit), wanted in zip(PEOPLE, expected, strict=True):
        by = actor(role, unit)
        assert to.reaches(by) is wanted, role
        assert addressed_to(by).check(row) is wanted, role


def test_nothing_is_to_nobody() -> None:
    assert "pk__in" in str(addressed_to(Actor(uuid4(), None)))


@pytest.mark.parametrize("to", TABLE, ids=lambda one: one.code[:24])
def test_a_code_reads_back(to: To) -> None:
    assert To.read(to.code) == to


@pytest.mark.parametrize("code", ["", "person", "person:", "person:x", "unit:", "role:", "role:carer:x", "house:1"])
def test_what_is_no_code_is_no_address(code: str) -> None:
    assert To.read(code) is None


def test_whom_one_may_choose(cast: Cast) -> None:
    with cast.anna.inside() as by, override("en"):
        found = addresses(by, P.SOCIAL_CITIZENS_SEE)
    assert [one.label for one in found.people] == [
        "Anna Skov, Carer, Nord", "Bo Friis, Team leader, Nord", "Clara Holst, Carer, Syd",
    ]  # fmt: skip
    assert [one.name for one in found.units] == ["Everybody in Nord", "Everybody in Syd"]
    assert "Carer, all units" in [one.name for one in found.roles]
    assert To.having("administrator") not in found  # she does not hold it
    assert To.person(cast.dan.user.id) not in found  # of another customer
    with cast.anna.inside() as by:
        assert To.having("administrator") in addresses(by, P.PLATFORM_TODAY_SEE)


@pytest.mark.parametrize("closed", ["active = false", "suspended_at = now()"])
def test_nobody_whose_login_is_closed_can_be_chosen(cast: Cast, closed: str) -> None:
    clara = To.person(cast.clara.user.id)
    with cast.anna.inside() as by:
        check_address(clara, by, P.SOCIAL_CITIZENS_SEE)
    with superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(f"update kernel_user set {closed} where id = %s", [clara.user_id])
    with cast.anna.inside() as by, override("en"):
        found = addresses(by, P.SOCIAL_CITIZENS_SEE)
        assert clara not in found
        assert To.unit(cast.syd.id) not in found  # nobody is left there
        with pytest.raises(NobodyThere, match="no login here any more"):
            check_address(clara, by, P.SOCIAL_CITIZENS_SEE)
        with pytest.raises(NobodyThere, match="Nobody is there"):
            check_address(To.unit(cast.syd.id), by, P.SOCIAL_CITIZENS_SEE)
        assert in_words([clara])[clara] == "Clara Holst"  # what was to her still says so


def test_guests_choose_nobody(cast: Cast) -> None:
    with cast.anna.inside() as by:
        guest = Actor(by.customer_id, by.user_id, by.user_name, (Given.of(ROLES["inspector"], None),))
        assert not addresses(guest, P.PLATFORM_TODAY_SEE).people


def test_how_addresses_are_called(cast: Cast) -> None:
    wanted = {
        To.person(cast.bo.user.id): "Bo Friis", To.unit(cast.nord.id): "Everybody in Nord",
        To.having("carer", cast.nord.id): "Carer, Nord", To.having("carer"): "Carer, all units",
        To.having("administrator"): "Administrator",
    }  # fmt: skip
    with cast.anna.inside(), override("en"):
        assert in_words(wanted) == wanted


def test_choosing_takes_one_query_however_many_there_are(cast: Cast) -> None:
    from django.db import connections

    def count() -> int:
        with cast.anna.inside() as by, CaptureQueriesContext(connections["default"]) as taken:
            addresses(by, P.SOCIAL_CITIZENS_SEE)
        return len(taken)

    few = count()
    with operator(cast.solsikken, "test"):
        for number in range(20):
            make_member(
                cast.solsikken, f"n{number}", f"N {number}", "carer", cast.syd, provision.operator_of(cast.solsikken)
            )
    assert count() == few == 1


def test_the_field_gives_an_address_and_refuses_who_is_not_offered(cast: Cast) -> None:
    class Form(forms.Form):
        to = AddressField()

    def asked(code: str) -> Form:
        form = Form({"to": code})
        with cast.anna.inside() as by:
            form.fields["to"].offer(addresses(by, P.SOCIAL_CITIZENS_SEE))  # type: ignore[attr-defined]
        return form

    chosen = asked(To.person(cast.bo.user.id).code)
    assert chosen.is_valid()
    assert chosen.cleaned_data["to"] == To.person(cast.bo.user.id)
    with override("en"):
        assert "data-finds=" in str(chosen["to"])
        assert '<optgroup label="People">' in str(chosen["to"])
        assert "Nobody can be reached" in str(asked(To.person(cast.dan.user.id).code).errors)
        assert "Choose a person" in str(asked("").errors)

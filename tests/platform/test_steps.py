"""The first days of a customer: what is left to do stands on the start page, found and never ticked off by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from heretask.admin.guidelines import actions as guidelines
from heretask.config import provision
from heretask.kernel.identity.sessions import operator
from heretask.kernel.tenancy.guidelines import Guidelines
from heretask.kernel.tenancy.models import Customer, Unit
from heretask.platform.today.steps import DAYS, STEPS
from heretask.social.citizens import actions as citizens
from tests import database
from tests.cast import Cast, Member, make_member
from tests.management import two_managers

HEAD = "Kom godt i gang"


def first_of(slug: str) -> tuple[Customer, Member]:
    """A customer with nobody but its first administrator."""
    made = provision.create_customer(slug, "Fyrholm")
    with operator(made, "test"):
        return made, make_member(made, "iben", "Iben Fyr", "administrator", None, provision.operator_of(made))


def today(member: Member) -> str:
    """The start page as that person gets it."""
    return member.client().get("/platform/today/").content.decode()


def test_every_step_is_done_by_doing_it_and_then_the_card_is_gone(cast: Cast) -> None:
    fyrholm, iben = first_of(f"fyrholm-{cast.solsikken.slug}")
    expected = ["Lav jeres enheder", "Giv jeres folk logins", "Hent borgerne ind", "Bestem, hvordan folk kommer ind"]
    assert len(STEPS) == len(expected)
    page = today(iben)
    assert HEAD in page
    assert [page.count(title) > 0 for title in expected] == [True] * 4
    assert "0 af 4" in page
    with operator(fyrholm, "test"):
        unit = Unit.objects.create(name="Skov")
    assert "1 af 4" in today(iben)
    with iben.inside() as by:
        make_member(fyrholm, "ole", "Ole Bo", "carer", unit, by)
    assert "2 af 4" in today(iben)
    with iben.inside() as by:
        citizens.create_citizen(unit_id=unit.id, name="Birthe Holm", cpr="010150-0000", facts={}, by=by)
    assert "3 af 4" in today(iben)
    with iben.inside() as by:
        guidelines.change_guidelines(replace(Guidelines.of(fyrholm), password_length=12), "", "", by=by)
    assert HEAD not in today(iben)


def test_a_customer_is_new_for_a_month(cast: Cast) -> None:
    fyrholm, iben = first_of(f"gammelby-{cast.solsikken.slug}")
    assert HEAD in today(iben)
    with database.superuser() as admin:
        admin.execute(
            "update kernel_customer set made_at = made_at - %s where id = %s", [dt.timedelta(days=DAYS), fyrholm.id]
        )
    assert HEAD not in today(iben)


def test_only_those_who_do_the_steps_see_them(cast: Cast) -> None:
    for member in (cast.anna, cast.bo):
        assert HEAD not in today(member)
    assert HEAD in today(cast.eva)
    with two_managers() as two:
        assert HEAD not in today(two.grethe)

"""The page of who may reach what is made from the roles and addresses themselves."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from heretask.config import provision
from heretask.kernel.access.models import OwnRole
from heretask.kernel.access.roles import ROLES
from heretask.kernel.identity.sessions import operator
from heretask.ui.marks import addresses
from tests.adversarial.matrix import MATRIX
from tests.architecture.test_urls import patterns
from tests.cast import Cast, make_member
from tests.system.test_assessment import manager

PAGE = "/system/rights/"


def label(role: str) -> str:
    """The role's name in Danish."""
    with translation.override("da"):
        return str(ROLES[role].label)


def line_of(page: str, sentence: str) -> dict[str, str]:
    """How far each role reaches by one right, as the page says."""
    found = re.search(rf"<tr role=\"row\">(?:(?!</tr>).)*{re.escape(sentence)}.*?</tr>", page, re.DOTALL)
    assert found, sentence
    return dict(re.findall(r'data-label="([^"]+)" data-reach="([a-z]+)"', found[0]))


def test_every_address_stands_on_the_page(cast: Cast) -> None:
    assert {one.name for one in addresses()} == {str(p.name) for p in patterns()}
    page = cast.eva.client().get(PAGE).content.decode()
    for one in addresses():
        supplier_only = set("LCAIU").isdisjoint(MATRIX.get(one.name, "*").split()[0]) and one.name in MATRIX
        if not supplier_only and MATRIX.get(one.name, "").split()[:1] != ["*"]:
            assert f">{one.route}<" in page, one.name


def test_cells_say_how_far_a_role_reaches(cast: Cast) -> None:
    page = cast.eva.client().get(PAGE).content.decode()
    journal = line_of(page, "Må læse journalen")
    assert journal[label("carer")] == journal[label("team_leader")] == "unit"
    assert journal[label("administrator")] == "none"
    assert journal[label("inspector")] == "list"
    users = line_of(page, "Må se, hvem der har et login")
    assert users[label("administrator")] == "all"
    assert label("developer") not in users


def test_a_role_of_the_customers_own_has_its_column(cast: Cast) -> None:
    with operator(cast.solsikken, "test"):
        own = OwnRole.objects.create(label="Nattevagt i huset", permissions=["social.journal:read", "no.such:right"])
        by = provision.operator_of(cast.solsikken)
        make_member(cast.solsikken, "nat", "Nat Vagt", own.key, cast.nord, by)
    page = cast.eva.client().get(PAGE).content.decode()
    assert line_of(page, "Må læse journalen")["Nattevagt i huset"] == "unit"
    assert line_of(page, "Må skrive notater")["Nattevagt i huset"] == "none"


def test_the_supplier_sees_its_own_roles() -> None:
    line = line_of(manager().client().get(PAGE).content.decode(), "Kan se backupper")
    assert line[label("management")] == "all"
    assert label("carer") not in line


@pytest.mark.parametrize("who", ["anna", "bo", "dan"])
def test_others_do_not_see_it(cast: Cast, who: str) -> None:
    assert getattr(cast, who).client().get(PAGE).status_code == 403

"""Management begins with risks, looks at one, takes one in hand, keeps a subcontractor; a customer reads who helps."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from heretask.system.registers import declarations as d
from tests.cast import Cast, Member
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import looked_at
from tests.system.registers import day, forget_registers, planned
from tests.system.test_assessment import manager
from tests.system.test_staff import with_factor


def filled(page: Page, button: str, **fields: str) -> None:
    """The page's form filled in and sent; a value `!x` chooses x, `+x` ticks it."""
    for name, value in fields.items():
        if value.startswith("!"):
            page.locator(f"select[name={name}]").select_option(value[1:])
        elif value.startswith("+"):
            page.locator(f"[name={name}][value='{value[1:]}']").check()
        else:
            page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name=button).last.click()


def test_risks_and_subcontractors_on_a_phone_and_wide(cast: Cast, visit: Callable[..., Visit]) -> None:
    forget_registers()
    grethe: Member = with_factor(manager())
    with grethe.inside():
        planned(d.REVIEW)

    night = visit(phone=True, dark=True)
    night.sign_in(grethe)
    page = night.go("/system/registers/risks/")
    looked_at(night)
    night.follow(page.get_by_role("link", name="Se på dem"))
    looked_at(night)
    for box in page.locator("[name=risks]").all()[2:]:
        box.uncheck()
    page.get_by_role("button", name="Sæt dem i registret").click()
    expect(page.get_by_text("De står i registret.")).to_be_visible()
    looked_at(night)
    page.locator("svg.riskmap a").first.click()
    filled(page, "Jeg har gennemgået den", words="Står stadig sådan")
    expect(page.get_by_text("Det er noteret.")).to_be_visible()
    page.get_by_role("link", name="Ændr det", exact=True).or_(
        page.get_by_role("link", name="Ændr", exact=True)
    ).first.click()
    filled(page, "Gem ændringen", citizen="+2", why="")
    expect(page.locator("[name=citizen][value='2']")).to_be_checked()  # nothing that was written is lost
    filled(page, "Gem ændringen", why="Mindre slemt end vi troede")
    expect(page.get_by_text("Det er ændret.")).to_be_visible()
    looked_at(night)
    page.get_by_role("link", name="Sæt tilbage").first.click()
    expect(page.locator("[name=why]")).to_have_value("Sat tilbage, som det var.")
    page.get_by_role("button", name="Gem ændringen").click()
    expect(page.get_by_text("Det er ændret.")).to_be_visible()
    page = night.go("/system/registers/risks/review/")
    expect(page.get_by_text("Aldrig gennemgået")).to_be_visible()
    looked_at(night)

    wide = visit()
    wide.sign_in(grethe)
    page = wide.go("/system/registers/subcontractors/new/")
    looked_at(wide)
    common = {
        "name": "Nordhus Drift A/S", "kind": "!hosting", "service": "Servere i to datacentre", "data": "+sealed",
        "country": "!DK", "processor": "!yes", "agreed_on": day(-20).isoformat(), "announced_on": day(0).isoformat(),
    }  # fmt: skip
    filled(page, "Tilføj en underleverandør", begins_on=day(5).isoformat(), **common)
    expect(page.get_by_role("alert")).to_contain_text("Kunder har 30 dage til indsigelse")
    filled(page, "Tilføj en underleverandør", begins_on=day(35).isoformat())
    expect(page.get_by_text("Det står i registret.")).to_be_visible()
    page = wide.go("/system/registers/requirements/grid/")
    looked_at(wide)
    page.get_by_role("link", name=re.compile("CONF-1")).click()
    filled(page, "Skriv det ned", answer="!differs", term="I to år efter", control="Vores egen aftale gælder for altid")
    filled(page, "Beslut", accepted="+yes", why="Deres folk ser ingen data")
    expect(page.get_by_text("Det er noteret.")).to_be_visible()
    looked_at(wide)
    for path in (
        "",
        "risks/",
        "subcontractors/",
        "physical/",
        "physical/new/",
        "processing/",
        "reports/new/",
        "consultations/",
        "risks/export/",
    ):
        wide.go(f"/system/registers/{path}")
        looked_at(wide)

    theirs = visit(phone=True, dark=True, english=True)
    theirs.sign_in(cast.eva)
    page = theirs.go("/system/helpers/")
    expect(page.locator("main")).to_contain_text("Nordhus Drift A/S")
    looked_at(theirs)

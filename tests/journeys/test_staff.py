"""Somebody new at the supplier: refused, put on the register by Management, let in, and doing their duties on a phone."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.cast import Member
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import looked_at
from tests.system.test_assessment import manager
from tests.system.test_staff import newcomer, with_factor


def fold(page: Page, name: str, **fields: str) -> None:
    """Open a folded form, fill it in, and send it."""
    form = page.locator("details", has=page.get_by_text(name, exact=True)).last
    form.locator("summary").click()
    for field, value in fields.items():
        form.locator(f"[name={field}]").fill(value)
    form.get_by_role("button", name=name).click()


def test_from_the_first_refusal_to_ones_own_duties(visit: Callable[..., Visit]) -> None:
    grethe: Member = with_factor(manager())
    nik = newcomer(admitted=False)
    today = timezone.localdate().isoformat()

    theirs = visit(phone=True, dark=True)
    page = theirs.sign_in(nik)
    expect(page.get_by_role("alert")).to_contain_text("Står ikke i personaleregistret.")
    looked_at(theirs)

    hers = visit(phone=True, dark=True)
    page = hers.sign_in(grethe)
    page = hers.go("/system/staff/documents/confidentiality/")
    page.locator("[name=text]").fill(f"1. Tavshed om alt. ({nik.user.user_name})")
    hers.follow(page.get_by_role("button", name="Udgiv"))
    page = hers.go("/system/staff/")
    looked_at(hers)
    page = hers.go(f"/system/staff/new/?login={nik.user.id}")
    page.locator("[name=name]").fill(f"Nik {nik.user.user_name}")
    looked_at(hers)
    page.get_by_role("button", name="Sæt i registret").click()
    fold(page, "Notér underskriften på papir", day=today)
    check = page.locator("details", has=page.get_by_text("Notér straffeattesten")).last
    check.locator("summary").click()
    check.locator("[name=day]").fill(today)
    check.get_by_text("Ren", exact=True).click()
    looked_at(hers)
    check.get_by_role("button", name="Notér straffeattesten").click()
    expect(page.get_by_text("Det er noteret.")).to_be_visible()
    expect(page.get_by_text("Er på prøve: ledelsen har ikke fastansat endnu.")).to_be_visible()

    page = theirs.sign_in(nik)
    page = theirs.go("/system/staff/mine/")
    looked_at(theirs)
    page.locator("[name=what]").fill("Introduktion til it-sikkerhed")
    page.get_by_role("button", name="Notér kurset").click()
    expect(page.get_by_text("Det er noteret.")).to_be_visible()
    looked_at(theirs)

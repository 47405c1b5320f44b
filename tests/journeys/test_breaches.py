"""A breach, from Anna's report to Eva's decision: Grethe runs the case, Henrik approves, every customer is told."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from heretask.platform.incidents import actions as incidents
from heretask.social.citizens import actions as citizens
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import looked_at
from tests.management import two_managers
from tests.work import work


def fold(page: Page, act: str, **fields: str) -> None:
    """Open the folded form of an act, fill it in, and send it."""
    form = page.locator("details", has=page.locator(f"form[action$='/{act}/']")).last
    form.locator("summary").click()
    for field, value in fields.items():
        if field == "scope":
            form.locator(f"[name={field}]").select_option(value)
        elif field in {"risk", "reported"}:
            form.locator(f"[name={field}][value={value}]").check()
        else:
            form.locator(f"[name={field}]").fill(value)
    form.locator("button[type=submit]").click()


def test_from_a_report_to_every_customer(cast: Cast, visit: Callable[..., Visit]) -> None:
    with cast.eva.inside() as by:
        birthe = citizens.create_citizen(unit_id=cast.nord.id, name="Birthe Holm", by=by)
    with cast.anna.inside() as by:
        citizens.open_citizen(birthe.id, by)
    with cast.anna.inside() as by:
        report = incidents.report(what="En fremmed havde min telefon", noticed="I nat", page="", by=by)
    with two_managers() as two:
        hers = visit()
        page = hers.sign_in(two.grethe)
        page = hers.go(f"/platform/incidents/all/{report.id}/")
        page.get_by_role("link", name="Begynd en sag om et sikkerhedsbrud").click()
        page.locator("[name=title]").fill("En fremmed havde en telefon med adgang")
        looked_at(hers)
        page.get_by_role("button", name="Begynd").click()
        expect(page.get_by_text("Uret går, fra det blev indberettet.")).to_be_visible()
        fold(page, "assess", risk="yes", text="Telefonen var ikke låst.")
        fold(page, "sessions", of=cast.anna.user_name)
        fold(page, "suspect", scope="user", given=cast.anna.user_name)
        work()
        expect(page.get_by_text("Alle logge er gennemgået")).to_be_visible()
        page.get_by_role("link", name="Tilbage til sagen").click()
        expect(page.get_by_text("1 kunde er berørt, 1 borgere.")).to_be_visible()
        hers.follow(page.get_by_role("link", name="Skriv beskederne"))
        looked_at(hers, "breach-draft")
        page.get_by_role("button", name="Gem den til den anden leder").click()
        expect(page.get_by_text("Beskederne er skrevet.")).to_be_visible()
        case = page.url
        looked_at(hers)

        his = visit(phone=True, dark=True)
        page = his.sign_in(two.henrik)
        page.goto(case)
        looked_at(his)
        page.get_by_role("button", name="Godkend netop denne tekst").click()
        page.get_by_role("button", name="Giv alle kunder besked").click()
        work()
        expect(page.get_by_text("Alle kunder har deres besked")).to_be_visible()
        page.get_by_role("link", name="Tilbage til sagen").click()
        expect(page.get_by_text("Alle fik besked efter").first).to_be_visible()
        looked_at(his, "breach-case")

    theirs = visit(phone=True, dark=True)
    page = theirs.sign_in(cast.eva)
    page = theirs.go("/system/breaches/notices/")
    looked_at(theirs)
    page.get_by_role("link", name="Et sikkerhedsbrud, der berører jeres data").click()
    expect(page.get_by_text("Birthe Holm")).to_be_visible()
    page.get_by_role("button", name="Jeg har læst det").click()
    page.locator("[name=decision][value=not_reported]").check()
    page.locator("[name=decided_on]").fill(timezone.localdate().isoformat())
    page.locator("[name=why]").fill("Telefonen blev fundet samme dag.")
    looked_at(theirs, "breach-notice")
    page.get_by_role("button", name="Gem i vores fortegnelse").click()
    expect(page.get_by_text("Det står i jeres fortegnelse.")).to_be_visible()

    english = visit(english=True)
    page = english.sign_in(cast.eva)
    page = english.go("/admin/contacts/")
    looked_at(english)

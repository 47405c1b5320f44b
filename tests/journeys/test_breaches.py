"""A breach, from Anna's report to Eva's decision: Grethe runs the case, Henrik approves, every customer is told."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from heretask.platform.incidents import actions as incidents
from heretask.social.citizens import actions as citizens
from heretask.system.breaches import actions, queries
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import looked_at
from tests.management import two_managers
from tests.system.breaches import PARTS, forget, suspected
from tests.system.world import sql
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
        expect(page.get_by_text("Alle kunder, der kan logge ind, har deres besked")).to_be_visible()
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


def test_a_second_report_the_plan_and_a_customer_told_by_hand(cast: Cast, visit: Callable[..., Visit]) -> None:
    forget()
    reports = []
    for member in (cast.anna, cast.dan):
        with member.inside() as by:
            reports.append(incidents.report(what="En fremmed havde min telefon", noticed="I nat", page="", by=by).id)
    sql("update kernel_customer set active = false where id = %s", cast.fyrtaarnet.id)
    with two_managers() as two:
        with two.grethe.inside() as by:
            case = actions.begin(title="En telefon med adgang er væk", exercise=False, report=reports[0], by=by).id
            actions.assess(queries.case(case), risk=True, text="Den var ikke låst", by=by)
        hers = visit()
        hers.sign_in(two.grethe)
        page = hers.go(f"/platform/incidents/all/{reports[1]}/")
        hers.follow(page.get_by_role("link", name="Begynd en sag om et sikkerhedsbrud"))
        expect(page.get_by_text("Er det det samme som en åben sag?")).to_be_visible()
        looked_at(hers, "breach-second-report")
        page.get_by_role("button", name="Den hører til denne sag").click()
        expect(page.get_by_text("Indberetningen hører til sagen.")).to_be_visible()
        form = page.locator("details", has=page.locator("form[action$='/handle/']")).last
        form.locator("summary").click()
        form.get_by_label("Finn Toft").last.check()
        looked_at(hers)
        form.locator("button[type=submit]").click()
        expect(page.get_by_role("heading", name="I alvor: ")).to_be_visible()
        looked_at(hers)
        hers.follow(page.get_by_role("link", name="Åbn sagen om sikkerhedsbruddet"))
        found = suspected(two.grethe, case, "everything", "")
        with two.grethe.inside() as by:
            made = actions.draft(queries.case(case), found, PARTS, by=by)
        with two.henrik.inside() as by:
            actions.approve(queries.case(case), made.digest, "", by=by)
        with two.henrik.inside() as by:
            actions.send(queries.case(case), by=by)
        work()

        his = visit(phone=True, dark=True)
        his.sign_in(two.henrik)
        page = his.go(f"/system/breaches/{case}/customers/")
        looked_at(his, "breach-customers")
        his.follow(page.locator(f"a[href$='/customers/{cast.fyrtaarnet.id}/']"))
        looked_at(his)
        page.locator("[name=how]").select_option("phone")
        page.locator("[name=heard]").fill("Ida Holm, bestyrer")
        page.get_by_role("button", name="Skriv det ned").click()
        expect(page.get_by_text("Det er skrevet ned, at de fik besked.")).to_be_visible()
        expect(page.get_by_text("Modtaget af Ida Holm, bestyrer")).to_be_visible()
        looked_at(his, "breach-by-hand")

        english = visit(english=True)
        english.sign_in(two.grethe)
        for path in (f"/system/breaches/{case}/", f"/system/breaches/{case}/customers/", "/system/breaches/"):
            english.go(path)
            looked_at(english)

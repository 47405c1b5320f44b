"""A carer's round with a phone at night, and her leader's desk: ticking off, undoing, a list, handing over, recurring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import expect

from heretask.kernel.access.addressed import To
from heretask.platform.tasks import actions, queries
from heretask.platform.tasks.models import Task
from heretask.platform.tasks.policies import Words
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits
from tests.social.people import make_citizen

Visitor = Callable[..., Visit]


def make(cast: Cast, title: str, **more: object) -> Task:
    given = {"to": To.person(cast.anna.user.id), "due_at": queries.end_of_day(queries.today()), "timed": False} | more
    with cast.bo.inside() as by:
        return actions.make_task(words=Words(title, "", ("Skab", "Skema")), by=by, **given)  # type: ignore[arg-type]


def test_a_round_on_a_phone_at_night_with_and_without_scripts(cast: Cast, visit: Visitor) -> None:
    citizen = make_citizen(cast, "Birthe Holm", room="4")
    make(cast, "Medicinrunde", citizen_id=citizen.id)
    late = make(cast, "Ring til lægen")
    with cast.bo.inside():
        Task.objects.filter(id=late.id).update(due_at=timezone.now() - dt.timedelta(hours=2), timed=True)
    for scripts in (True, False):
        anna = visit(phone=True, dark=True, scripts=scripts)
        page = anna.sign_in(cast.anna)
        card = page.locator(".card", has_text="Mine opgaver")
        expect(card.locator("li")).to_have_count(2)
        expect(card.locator("li").first).to_contain_text("Over tid")
        if scripts:
            accessible(anna)
            fits(anna)
            anna.picture("tasks-today-phone-dark")
        card.locator("button", has_text="Udført: Ring til lægen").click()  # one tap
        page.wait_for_url("**/platform/today/**")
        card.locator("button", has_text="Fortryd: Ring til lægen").click()
        page.wait_for_url("**/platform/today/**")
        expect(card.locator("button", has_text="Udført: Ring til lægen")).to_be_visible()
    anna = visit(phone=True, dark=True)
    page = anna.sign_in(cast.anna)
    anna.go("/platform/tasks/")
    accessible(anna)
    fits(anna)
    anna.picture("tasks-mine-phone-dark")
    page.get_by_role("link", name="Medicinrunde").click()
    page.locator("button", has_text="Udført: Skab").click()
    expect(page.locator("main")).to_contain_text("1 af 2")
    page.get_by_label("Skriv en kommentar").fill("Hun sov, jeg prøver igen.")
    page.get_by_role("button", name="Skriv kommentar").click()
    expect(page.locator("main")).to_contain_text("Hun sov, jeg prøver igen.")
    accessible(anna)
    fits(anna)
    anna.picture("tasks-one-phone-dark")
    page.get_by_label("Skriv for at finde et navn, en enhed eller en rolle").fill("bo fri")
    page.get_by_role("button", name="Giv videre").click()
    page.wait_for_url("**/platform/tasks/?done=**")
    expect(page.locator("main")).not_to_contain_text("Medicinrunde")
    bo = visit()
    page = bo.sign_in(cast.bo)
    expect(page.locator(".card", has_text="Over tid i enheden")).to_contain_text("Nord")
    bo.go(f"/social/journal/{citizen.id}/")
    page.get_by_role("link", name="Opgaver", exact=True).last.click()
    expect(page.locator("main")).to_contain_text("Medicinrunde")
    accessible(bo)
    bo.picture("tasks-citizen-wide-light")


def test_a_leader_plans_what_recurs_and_sees_the_unit(cast: Cast, visit: Visitor) -> None:
    bo = visit()
    page = bo.sign_in(cast.bo)
    bo.go("/platform/tasks/new/")
    accessible(bo)
    bo.picture("tasks-new-wide-light")
    page.get_by_label("Hvad skal der gøres?").fill("Medicinrunde")
    page.get_by_label("Skriv for at finde et navn, en enhed eller en rolle").fill("alle nord")
    page.get_by_label("Klokkeslæt").fill("8, 20")
    page.get_by_label("Hvor ofte?").select_option(label="På bestemte ugedage")
    page.get_by_role("button", name="Opret opgaven").click()
    expect(page.locator("main .error-summary")).to_contain_text("Vælg mindst én ugedag")
    page.get_by_label("Mandag").check()
    page.get_by_label("Fredag").check()
    page.get_by_role("button", name="Opret opgaven").click()
    expect(page.locator("main .error-summary")).to_contain_text("kan ikke gentages for evigt")
    page.get_by_label("Eller: på hvor mange dage?").fill("10")
    page.get_by_role("button", name="Opret opgaven").click()
    expect(page.locator("main")).to_contain_text("Hver mandag, fredag, kl. 08.00, 20.00, 10 dage")
    accessible(bo)
    fits(bo)
    bo.picture("tasks-plan-wide-light")
    page.get_by_role("button", name="Ja, opret den").click()
    page.wait_for_url("**/platform/tasks/?done=**")
    expect(page.locator("main")).to_contain_text("Medicinrunde")
    bo.go("/platform/tasks/unit/")
    expect(page.locator("main")).to_contain_text("Alle i Nord")
    accessible(bo)
    fits(bo)
    bo.picture("tasks-unit-wide-light")
    page.get_by_role("link", name="Medicinrunde").first.click()
    page.get_by_role("button", name="Stop gentagelsen").first.click()
    accessible(bo)
    bo.picture("tasks-end-wide-light")
    page.locator("[popover]:popover-open").get_by_role("button", name="Stop gentagelsen").click()
    page.wait_for_url("**/platform/tasks/?done=**")
    expect(page.locator("main")).not_to_contain_text("Medicinrunde")

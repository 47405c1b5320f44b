"""Calendar and notices on a carer's phone at night and at her leader's desk: making, taking back, acknowledging."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from playwright.sync_api import expect

from heretask.kernel.rhythm import Rule, moment
from heretask.platform.calendar import actions
from heretask.platform.calendar.policies import Span, Words
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits
from tests.social.people import make_citizen

Visitor = Callable[..., Visit]


def plan(cast: Cast) -> None:
    """A citizen's appointment tomorrow, and a meeting of Nord each day for a week."""
    citizen = make_citizen(cast, "Birthe Holm", room="4")
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    span = Span(moment(tomorrow, dt.time(10)), moment(tomorrow, dt.time(11)))
    with cast.bo.inside() as by:
        given: dict[str, Any] = {"people": [cast.anna.user.id], "by": by}
        actions.make(words=Words("Tandlæge", "Torvet 4"), span=span, citizen_id=citizen.id, **given)
        later = Span(moment(tomorrow, dt.time(14)), moment(tomorrow, dt.time(15)))
        rule = Rule("daily", (dt.time(14),), tomorrow, count=7)
        actions.make_recurring(words=Words("Husmøde", "Stuen"), span=later, rule=rule, unit_id=cast.nord.id, **given)


def test_a_phone_at_night_and_a_desk_by_day(cast: Cast, visit: Visitor) -> None:
    plan(cast)
    anna = visit(phone=True, dark=True)
    page = anna.sign_in(cast.anna)
    anna.go("/platform/calendar/")
    expect(page.locator(".cal-narrow")).to_contain_text("Tandlæge")
    expect(page.locator("table.cal")).to_be_hidden()
    accessible(anna)
    fits(anna)
    anna.picture("calendar-week-phone-dark")
    page.get_by_role("link", name="Tandlæge").first.click()
    page.get_by_role("button", name="Aflys denne aftale").click()
    expect(page.locator("main")).to_contain_text("Anna Skov aflyste den")
    accessible(anna)
    fits(anna)
    anna.picture("calendar-cancelled-phone-dark")
    page.get_by_role("button", name="Fortryd").click()
    expect(page.get_by_role("button", name="Aflys denne aftale")).to_be_visible()
    bo = visit()
    page = bo.sign_in(cast.bo)
    bo.go("/platform/calendar/unit/")
    page.get_by_role("link", name="Ugen efter").click()
    page.get_by_role("link", name="I dag", exact=True).last.click()
    page.get_by_role("link", name="Måned", exact=True).click()
    expect(page.locator("table.cal")).to_be_visible()
    accessible(bo)
    fits(bo)
    bo.picture("calendar-month-wide-light")
    bo.go("/platform/calendar/new/")
    page.get_by_label("Hvad er det?").fill("Møde med tilsynet")
    page.get_by_label("Dag", exact=True).fill((timezone.localdate() + dt.timedelta(days=1)).isoformat())
    page.get_by_label("Fra", exact=True).fill("10.30")
    page.get_by_label("Til", exact=True).fill("9")
    page.get_by_label("Anna Skov").check()
    accessible(bo)
    fits(bo)
    bo.picture("calendar-new-wide-light")
    page.get_by_role("button", name="Lav aftalen").click()
    expect(page.locator("main")).to_contain_text("Anna Skov har noget andet på det tidspunkt")
    page.get_by_role("link", name="Ret aftalen").click()
    page.get_by_label("Til", exact=True).fill("11.30")
    page.get_by_role("button", name="Gem").click()
    expect(page.locator("main")).to_contain_text("10.30–11.30")
    accessible(bo)
    fits(bo)
    bo.picture("calendar-one-wide-light")


def test_a_notice_is_put_up_at_a_desk_and_acknowledged_on_a_phone(cast: Cast, visit: Visitor) -> None:
    bo = visit()
    page = bo.sign_in(cast.bo)
    bo.go("/platform/notices/")
    page.get_by_role("link", name="Nyt opslag").click()
    page.get_by_label("Overskrift").fill("Brandøvelse på onsdag")
    page.get_by_label("Opslag", exact=True).fill("Mød op i haven.\n\nHusk:\n- nøgler\n- lister")
    page.get_by_label("Til hvem?").select_option(label="Alle i Nord")
    page.get_by_label("Alle skal kvittere for det").check()
    accessible(bo)
    fits(bo)
    bo.picture("notices-new-wide-light")
    page.get_by_role("button", name="Sæt det op").click()
    expect(page.locator("main")).to_contain_text("Anna Skov")
    accessible(bo)
    bo.picture("notices-one-wide-light")
    anna = visit(phone=True, dark=True)
    page = anna.sign_in(cast.anna)
    card = page.locator(".card", has_text="Brandøvelse på onsdag")
    expect(card).to_contain_text("1 at kvittere for")
    accessible(anna)
    fits(anna)
    anna.picture("notices-today-phone-dark")
    card.locator("button", has_text="Jeg har læst det").click()
    page.wait_for_url("**/platform/today/**")
    expect(page.locator(".card", has_text="Brandøvelse på onsdag")).to_have_count(0)
    anna.go("/platform/notices/")
    expect(page.locator("main")).to_contain_text("Kvitteret")
    accessible(anna)
    fits(anna)
    anna.picture("notices-board-phone-dark")

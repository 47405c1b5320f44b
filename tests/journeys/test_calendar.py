"""A carer's calendar on a phone at night, and her leader's at the desk: making, who is busy, cancelling and taking it back."""

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

"""Management's year: planned, handed over, refused and closed, and Monday's three things; read by who answers for a duty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits, looked_at
from tests.system.test_assessment import manager
from tests.system.test_staff import newcomer, with_factor
from tests.system.test_wheel import entry_of
from tests.system.wheel import emptied, moved


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    emptied()
    yield
    emptied()


def test_a_year_is_planned_handed_over_and_closed(visit: Callable[..., Visit]) -> None:
    grethe, nik = with_factor(manager()), newcomer()
    today = timezone.localdate()
    hers = visit()
    page = hers.sign_in(grethe)
    page = hers.go("/system/wheel/")
    looked_at(hers)
    page.get_by_role("button", name="Planlæg året").click()
    expect(page.get_by_text("Året er planlagt.")).to_be_visible()
    moved(330)  # most of it comes near, and some of it late
    page = hers.go("/system/wheel/")
    looked_at(hers, "wheel")
    drawn = page.locator("svg.wheel a.wheel-link")
    assert drawn.count() == page.locator("section.card ol.rows li").count()
    drawn.filter(has_text="Genskab en backup").first.click()
    expect(page.get_by_role("heading", name="Genskab en backup på anden hardware")).to_be_visible()
    looked_at(hers, "wheel-duty")

    page.locator("summary", has_text="Overdrag den").click()
    page.locator("[name=person]").select_option(value=str(entry_of(nik).id))  # others may bear the name
    page.locator("[name=why]").fill("Nik har maskinen")
    page.get_by_role("button", name="Overdrag den").click()
    expect(page.get_by_text("Den er overdraget.")).to_be_visible()

    theirs = visit(phone=True, dark=True)
    other = theirs.sign_in(nik)
    other = theirs.go("/system/staff/mine/")
    looked_at(theirs)
    other.get_by_role("link", name="Genskab en backup på anden hardware").click()
    expect(other.get_by_role("button", name="Luk pligten")).to_have_count(0)
    looked_at(theirs)

    page.locator("[name=day]").fill((today - dt.timedelta(days=500)).isoformat())
    page.locator("[name=note]").fill("Genskabt på 41 minutter")
    page.get_by_role("button", name="Luk pligten").click()
    expect(page.get_by_role("alert")).to_contain_text("tidligere periode")
    expect(page.locator("[name=note]")).to_have_value("Genskabt på 41 minutter")
    accessible(hers)
    page.locator("[name=day]").fill(today.isoformat())
    page.get_by_role("button", name="Luk pligten").click()
    expect(page.get_by_text("Den er lukket, og den næste er planlagt.")).to_be_visible()
    expect(page.get_by_text("Genskabt på 41 minutter")).to_be_visible()
    looked_at(hers)

    page = hers.go("/system/monday/")
    assert page.locator("main section.card h2").count() >= 3
    expect(page.get_by_text("Genskab en backup på anden hardware")).to_be_visible()  # done in the last week
    looked_at(hers, "monday")
    hers.follow(page.locator("main section.card a.btn-primary"))
    assert "/system/wheel/" in page.url or "/system/staff/" in page.url

    english = visit(phone=True, english=True, scripts=False)
    english.sign_in(grethe)
    read = english.go("/system/wheel/")
    expect(read.get_by_role("heading", name="The annual wheel")).to_be_visible()
    for path in ("/system/wheel/", "/system/monday/"):
        english.go(path)
        fits(english)

"""A notice of the supplier to its customers: written once, read on the start page in either language, acknowledged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from heretask.platform.announcements import actions, queries
from heretask.platform.announcements.policies import today
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits
from tests.management import Two, two_managers

Visitor = Callable[..., Visit]


@pytest.fixture
def two() -> Iterator[Two]:
    """Management; what they put up is taken down again."""
    with two_managers() as found:
        yield found
        with found.grethe.inside() as by:
            for one in queries.written():
                if one.withdrawn_at is None and one.row.ends >= today():
                    actions.withdraw(one.row.id, by=by)


def test_management_tells_everybody_and_anna_has_read_it(cast: Cast, two: Two, visit: Visitor) -> None:
    grethe = visit()
    page = grethe.sign_in(two.grethe)
    grethe.go("/platform/announcements/")
    accessible(grethe)
    grethe.follow(page.get_by_role("link", name="Fortæl kunderne noget"))
    page.get_by_label("Overskrift på dansk").fill("Lukket en time i nat")
    page.get_by_label("Tekst på dansk").fill("Fra kl. 2 til 3. Print dagens opgaver forinden.")
    page.get_by_label("Overskrift på engelsk").fill("Closed for an hour tonight")
    page.get_by_role("button", name="Sæt det op").click()
    expect(page.locator("main .error-summary")).to_be_visible()  # one language alone is none
    expect(page.get_by_label("Overskrift på dansk")).to_have_value("Lukket en time i nat")
    page.get_by_label("Tekst på engelsk").fill("From 2:00 to 3:00. Print the day's tasks before.")
    page.get_by_label("Til og med").fill((today() + dt.timedelta(days=3)).isoformat())
    page.get_by_label("Alle skal kvittere for det").check()
    accessible(grethe)
    fits(grethe)
    grethe.picture("announcement-new-wide")
    page.get_by_role("button", name="Sæt det op").click()
    expect(page.locator("main")).to_contain_text("Vises nu")
    accessible(grethe)
    fits(grethe)
    grethe.picture("announcements-wide")

    anna = visit(phone=True, dark=True)
    phone = anna.sign_in(cast.anna)
    card = phone.locator(".card", has_text="Fra HereTask")
    expect(card).to_contain_text("Lukket en time i nat")
    accessible(anna)
    fits(anna)
    anna.picture("announcement-today-phone-dark")
    anna.follow(card.get_by_role("button", name="Jeg har læst det"))
    expect(phone.locator(".card", has_text="Fra HereTask")).to_have_count(0)

    grethe.go("/platform/announcements/")
    expect(page.locator("main")).to_contain_text("1 person har kvitteret hos 1 kunde")
    page.get_by_role("button", name="Træk opslaget tilbage").click()
    expect(page.locator("main")).to_contain_text("Tidligere")

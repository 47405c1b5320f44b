"""One field for everything: by the keyboard at a desk, and on a phone at night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import expect

from heretask.kernel.access.addressed import To
from heretask.platform.messages import actions as messages
from heretask.platform.tasks import actions as tasks
from heretask.platform.tasks.policies import Words
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits
from tests.social.people import make_citizen

Visitor = Callable[..., Visit]


def test_everything_is_found_by_the_keyboard_and_on_a_phone(cast: Cast, visit: Visitor) -> None:
    make_citizen(cast, "Solveig Boesen", room="7")
    with cast.bo.inside() as by:
        messages.send(to=[To.person(cast.anna.user.id)], subject="Haven", text="Husk solhatte til turen", by=by)
    with cast.anna.inside() as by:
        due = timezone.now() + dt.timedelta(hours=2)
        tasks.make_task(words=Words("Bestil solcreme"), to=To.person(by.person_id), due_at=due, timed=True, by=by)
    anna = visit()
    page = anna.sign_in(cast.anna)
    page.keyboard.press("/")
    page.wait_for_url("**/platform/search/")
    field = page.locator("main input[type=search]")
    expect(field).to_be_focused()
    accessible(anna)
    page.keyboard.type("sol/")  # a slash that is written stays one
    expect(field).to_have_value("sol/")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Solveig Boesen")
    assert "sol" not in page.url.rpartition("/search/")[2]
    expect(page.locator("main")).to_contain_text("Bestil solcreme")
    expect(page.locator("main")).to_contain_text("Husk solhatte")
    accessible(anna)
    anna.picture("search-wide")
    field.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-answer]").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1, h2").filter(has_text="Solveig Boesen").first).to_be_visible()

    bo = visit(phone=True, dark=True)
    phone = bo.sign_in(cast.bo)
    bo.follow(phone.get_by_role("link", name="Søg i alt"))
    accessible(bo)
    fits(bo)
    phone.locator("main input[type=search]").fill("anna")
    phone.get_by_role("button", name="Søg", exact=True).click()
    expect(phone.locator("main")).to_contain_text("Anna Skov")
    accessible(bo)
    fits(bo)
    bo.picture("search-phone-dark")
    bo.go("/platform/search/")
    expect(phone.locator("main")).to_contain_text("Dine seneste søgninger")
    fits(bo)
    bo.picture("search-start-phone-dark")

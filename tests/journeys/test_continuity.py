"""Both managers agree to a plan, it is tried at a table, and a developer mends on a phone what it showed."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from heretask.system.continuity.declarations import PLANS
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import looked_at
from tests.management import two_managers
from tests.system.continuity import plans_hold, written
from tests.system.test_wheel import entry_of


def test_a_plan_is_agreed_to_and_tried(visit: Callable[..., Visit]) -> None:
    plans_hold()
    with two_managers() as two:
        with two.grethe.inside() as by:
            written(PLANS["key"], by)
        hers = visit()
        hers.sign_in(two.grethe)
        page = hers.go("/system/continuity/")
        looked_at(hers)
        page.get_by_role("link", name="Tab af nøglen").first.click()
        page.get_by_role("button", name="Jeg siger ja til denne udgave").click()
        expect(page.get_by_text("Det er noteret, at du siger ja.")).to_be_visible()
        expect(page.get_by_role("button", name="Jeg siger ja til denne udgave")).to_have_count(0)
        looked_at(hers)
        hers.picture("plan")
        page.get_by_role("link", name="Forbered en øvelse").click()
        page.locator("[name=scenario]").fill("Kuverten i boksen er tom, og begge er på ferie.")
        page.get_by_label("Finn Toft").last.check()
        looked_at(hers)
        page.get_by_role("button", name="Forbered den").click()
        page.get_by_role("button", name="Begynd").click()
        page.get_by_label("Hvad skete der?").fill("Ringet til Henrik")
        page.get_by_role("button", name="Notér trinnet").click()
        page.get_by_role("button", name="Afslut").click()
        page.get_by_text("Planen holder ikke").click()
        page.get_by_label("Hvad viste den?").fill("Uden kuverten kommer vi ingen vegne.")
        page.get_by_role("button", name="Konkludér øvelsen").click()
        expect(page.get_by_role("alert")).to_contain_text("skal først have en handling")
        expect(page.get_by_label("Hvad viste den?")).to_have_value("Uden kuverten kommer vi ingen vegne.")
        looked_at(hers)
        hers.picture("exercise")
        page.get_by_text("Nogen skal rette noget").click()
        page.get_by_label("Hvad skal der gøres?").fill("Læg en ny kuvert i boksen")
        page.locator("[name=person]").select_option(value=str(entry_of(two.finn).id))  # others bear the name
        page.get_by_role("button", name="Giv handlingen").click()
        expect(page.get_by_text("Læg en ny kuvert i boksen")).to_be_visible()

        his = visit(phone=True, dark=True)
        his.sign_in(two.finn)
        page = his.go("/system/staff/mine/")
        his.follow(page.get_by_role("link", name="Læg en ny kuvert i boksen"))
        looked_at(his)
        his.picture("action")
        page.get_by_text("Det er gjort").first.click()
        page.get_by_label("Hvad blev gjort?").fill("Den ligger der")
        page.get_by_role("button", name="Det er gjort").click()
        expect(page.get_by_text("Den ligger der")).to_be_visible()
        english = visit(english=True)
        english.sign_in(two.finn)
        page = english.go("/system/continuity/plans/key/")
        expect(page.get_by_role("heading", name="Loss of the key").first).to_be_visible()
        looked_at(english)

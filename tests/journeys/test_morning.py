"""A leader's morning, by the keyboard alone: what the night handed over, a late task, notices, the day, paper in the unit, a search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import expect

from heretask.config import provision
from heretask.kernel.access.addressed import To
from heretask.kernel.identity.sessions import operator
from heretask.kernel.rhythm import moment
from heretask.platform.calendar import actions as calendar
from heretask.platform.calendar.policies import Span
from heretask.platform.calendar.policies import Words as Meeting
from heretask.platform.notices import actions as notices
from heretask.platform.notices.policies import Words as Notice
from heretask.platform.printing import actions as printing
from heretask.platform.tasks import actions as tasks
from heretask.platform.tasks.models import Task
from heretask.platform.tasks.policies import Words
from heretask.social.handover.models import Covered
from heretask.social.journal import actions as journal
from tests.cast import Cast, make_member
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import press, reach, write
from tests.journeys.test_working_day import accessible, fits, looks
from tests.social.people import make_citizen

NIGHT = "Var varm og sov uroligt. Mål temperaturen kl. 8, og skriv den op."


def night(cast: Cast) -> None:
    """What lies there when Bo comes in."""
    birthe, holger = make_citizen(cast, "Birthe Holm", room="4"), make_citizen(cast, "Holger Vind", room="7")
    with operator(cast.solsikken, "test"):
        make_member(cast.solsikken, "iben", "Iben Fyr", "carer", cast.nord, provision.operator_of(cast.solsikken))
    with cast.anna.inside() as by:
        for citizen, text in ((birthe, NIGHT), (holger, "Søsteren kommer på besøg kl. 14.")):
            journal.write_and_sign(citizen_id=citizen.id, kind="health", text=text, by=by, hand_over=True)
    with cast.anna.inside() as by:
        printing.print_sheet(
            key="journal", about=birthe.id, form=printing.new_form(), reason="care", words="", days=7, by=by
        )
    today = timezone.localdate()
    with cast.bo.inside() as by:
        late = tasks.make_task(
            words=Words("Følg op på faldet"), to=To.person(by.person_id), due_at=timezone.now() + dt.timedelta(hours=1),
            timed=True, by=by,
        )  # fmt: skip
        Task.objects.filter(id=late.id).update(due_at=timezone.now() - dt.timedelta(hours=2))
        notices.put_up(
            words=Notice("Ny nøgle til medicinrummet", "Den ligger i nøgleskabet."), to=To.unit(cast.nord.id).code,
            starts=today, ends=today, must=True, by=by,
        )  # fmt: skip
        calendar.make(
            words=Meeting("Statusmøde", "Torvet"), people=[by.person_id], by=by,
            span=Span(moment(today, dt.time(23)), moment(today, dt.time(23, 45))),
        )  # fmt: skip
    with cast.eva.inside() as by:
        notices.put_up(
            words=Notice("Vandet er lukket", "Fra klokken ti."), to="all", starts=today, ends=today, must=True, by=by
        )


def test_a_leaders_morning_by_the_keyboard_alone(cast: Cast, visit: Callable[..., Visit]) -> None:
    night(cast)
    bo = visit()
    page = bo.sign_in(cast.bo)

    def seen(name: str) -> None:
        for look in looks(bo):
            accessible(bo)
            fits(bo)
            bo.picture(f"morning-{name}-{look}")

    seen("today")
    card = page.locator(".card", has_text="Overlevering i min enhed")
    expect(card).to_contain_text("Holger Vind")
    press(page, card.get_by_role("link", name="Læs den, og overtag vagten"))
    expect(page.locator("main")).to_contain_text("Mål temperaturen kl. 8")
    expect(page.locator("main .state", has_text="Ny for dig")).to_have_count(2)
    seen("hand-over")
    press(page, page.get_by_role("button", name="Jeg har overtaget vagten"))
    expect(page.locator("main")).to_contain_text("Overtaget af Bo Friis")
    expect(page.locator("main .state", has_text="Ny for dig")).to_have_count(0)
    seen("taken-over")
    with cast.bo.inside():
        assert Covered.objects.count() == 2

    press(page, page.locator("nav.systems a[href^='/platform/']"))
    expect(page.locator("main")).not_to_contain_text("Overlevering i min enhed")
    press(page, page.locator(".card", has_text="Mine opgaver").get_by_role("link", name="Følg op på faldet"))
    to = page.get_by_label("Skriv for at finde et navn, en enhed eller en rolle")
    write(page, to, "iben")
    press(page, page.get_by_role("button", name="Giv videre"))
    expect(page.locator("main")).not_to_contain_text("Følg op på faldet")

    press(page, page.locator("nav.sidenav a[href='/platform/today/']"))
    press(page, page.locator("button", has_text="Jeg har læst det: Vandet er lukket"))
    expect(page.locator("main button", has_text="Vandet er lukket")).to_have_count(0)
    press(page, page.locator("nav.sidenav a[href='/platform/notices/']"))
    press(page, page.get_by_role("link", name="Ny nøgle til medicinrummet"))
    expect(page.locator("#watch").locator("xpath=ancestor::section")).to_contain_text("Anna Skov")
    seen("notice")

    press(page, page.locator("nav.sidenav a[href='/platform/calendar/']"))
    press(page, page.locator("main").get_by_role("link", name="Dag", exact=True))
    expect(page.locator("main")).to_contain_text("Statusmøde")
    seen("calendar")

    press(page, page.locator("nav.sidenav a[href='/platform/papers/']"))
    press(page, page.locator("main .tabs").get_by_role("link", name="Enhedens"))
    expect(page.locator("main")).to_contain_text("Anna Skov")
    seen("papers")

    reach(page, page.locator("nav.sidenav a").first)  # out of every field
    with page.expect_navigation():
        page.keyboard.press("/")
    expect(page.locator("main input[type=search]")).to_be_focused()
    page.keyboard.type("holger")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    found = page.locator("main").get_by_role("link", name="Holger Vind").first
    expect(found).to_be_visible()
    seen("search")
    press(page, found)
    expect(page.locator(".note .state", has_text="Til næste vagt")).to_have_count(1)

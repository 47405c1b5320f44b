"""Management's year with a keyboard and no mouse: a duty closed, a risk added, a policy, a breach, an audit, minutes, an alarm."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from heretask.platform.incidents import actions as incidents
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import choose, date, even_day, pick, press, reach, skip, tick, unfold, write
from tests.journeys.test_signing_in import device, proved_long_ago
from tests.journeys.test_signing_minutes import with_a_passkey
from tests.management import Two, two_managers
from tests.system import audits, breaches, monitoring, registers
from tests.system.policies import policies_hold
from tests.system.wheel import emptied, turned
from tests.work import work

Visitor = Callable[..., Visit]


@pytest.fixture(scope="module")
def two(address: str) -> Iterator[Two]:
    with two_managers() as found:
        yield found


def button(page: Page, name: str) -> None:
    """Go to a button and press it; the page that follows is there."""
    press(page, page.get_by_role("button", name=name).last)


def test_a_duty_of_the_wheel_is_closed_from_the_drawing(two: Two, visit: Visitor) -> None:
    emptied()
    turned(timezone.localdate())
    hers = visit()
    page = hers.sign_in(two.grethe)
    hers.go("/system/wheel/")
    skip(page)
    press(page, page.locator("svg.wheel a.wheel-link").filter(has_text="Genskab en backup"))
    skip(page)
    write(page, page.locator("[name=note]"), "Genskabt på 41 minutter")
    button(page, "Luk pligten")
    expect(page.get_by_text("Den er lukket, og den næste er planlagt.")).to_be_visible()
    emptied()


def step(page: Page, name: str, value: str) -> None:
    """Along a scale to the step that is wanted."""
    choose(page, page.locator(f"#id_{name}"), page.locator(f"[name={name}][value='{value}']"))


def test_a_risk_is_added_and_found_in_the_matrix(two: Two, visit: Visitor) -> None:
    registers.forget_registers()
    hers = visit()
    page = hers.sign_in(two.grethe)
    hers.go("/system/registers/risks/")
    skip(page)
    press(page, page.get_by_role("link", name="Tilføj en risiko").first)
    skip(page)
    write(page, page.locator("[name=what]"), "Strømmen går i et døgn")
    tick(page, page.locator("[name=whom][value=citizens]"))
    for name, value in (("likely", "3"), ("citizen", "4"), ("us", "3")):
        step(page, name, value)
    pick(page, page.locator("select[name=treatment]"), "reduce")
    write(page, page.locator("[name=measures]"), "Nødgenerator, prøvet hvert halve år")
    step(page, "left_likely", "2")
    date(page, page.locator("[name=review_on]"), even_day(timezone.localdate()))
    button(page, "Tilføj en risiko")
    expect(page.get_by_text("Det står i registret.")).to_be_visible()
    hers.go("/system/registers/risks/")
    skip(page)
    press(page, page.locator("svg.riskmap a").first)
    expect(page.get_by_role("heading", name="Strømmen går i et døgn")).to_be_visible()


def test_a_policy_is_written_published_and_acknowledged(two: Two, visit: Visitor) -> None:
    policies_hold()
    hers = visit()
    page = hers.sign_in(two.grethe)
    hers.go("/system/policies/")
    skip(page)
    press(page, page.get_by_role("link", name="Hvad vi gør ved et brud"))
    skip(page)
    press(page, page.get_by_role("link", name="Skriv en ny udgave"))
    skip(page)
    text = page.locator("[name=text]")
    reach(page, text)
    page.keyboard.press("Control+End")
    page.keyboard.type(f"\n6. Ring først til Ledelsen. {timezone.now():%f}")
    button(page, "Udgiv")
    expect(page.get_by_text("Alle bliver bedt om at bekræfte den.")).to_be_visible()
    hers.go("/system/policies/breach/acknowledge/")
    skip(page)
    group = page.locator("fieldset", has=page.locator("[type=radio]")).first
    choose(page, group, page.get_by_role("radio", name=re.compile("Melder det med det samme")))
    for box in page.locator("main [type=checkbox]").all():
        tick(page, box)
    button(page, "Bekræft denne udgave")
    expect(page.get_by_text("Du har bekræftet den. Tak.")).to_be_visible()


def act(page: Page, name: str, **fields: str) -> None:
    """Unfold the form of an act in a case, fill it in, and send it."""
    form = page.locator("details", has=page.locator(f"form[action$='/{name}/']")).last
    unfold(page, form.locator("summary"))
    for field, value in fields.items():
        one = form.locator(f"[name={field}]")
        if one.first.evaluate("one => one.type") == "radio":
            choose(
                page,
                form.locator("fieldset").filter(has=page.locator(f"[name={field}]")),
                form.locator(f"[name={field}][value={value}]"),
            )
        elif one.evaluate("one => one.tagName") == "SELECT":
            pick(page, one, value)
        else:
            write(page, one, value)
    press(page, form.locator("button[type=submit]"))


def test_a_breach_from_the_report_to_the_approval(cast: Cast, two: Two, visit: Visitor) -> None:
    breaches.forget()
    with cast.anna.inside() as by:
        report = incidents.report(what="En fremmed havde min telefon", noticed="I nat", page="", by=by)
    hers = visit()
    page = hers.sign_in(two.grethe)
    hers.go(f"/platform/incidents/all/{report.id}/")
    skip(page)
    press(page, page.get_by_role("link", name="Begynd en sag om et sikkerhedsbrud"))
    skip(page)
    write(page, page.locator("[name=title]"), "En fremmed havde en telefon med adgang")
    button(page, "Begynd")
    act(page, "assess", risk="yes", text="Telefonen var ikke låst.")
    act(page, "suspect", scope="user", given=cast.anna.user_name)
    work()
    expect(page.get_by_text("Alle logge er gennemgået")).to_be_visible()
    press(page, page.get_by_role("link", name="Tilbage til sagen"))
    skip(page)
    press(page, page.get_by_role("link", name="Skriv beskederne"))
    skip(page)
    button(page, "Gem den til den anden leder")
    expect(page.get_by_text("Beskederne er skrevet.")).to_be_visible()
    his = visit()
    other = his.sign_in(two.henrik)
    his.go(page.url.removeprefix(hers.address).split("?")[0])
    skip(other)
    button(other, "Godkend netop denne tekst")
    expect(other.get_by_role("button", name="Giv alle kunder besked")).to_be_visible()
    breaches.forget()


def test_a_conclusion_a_decision_and_a_signature_with_a_passkey(two: Two, visit: Visitor) -> None:
    audits.forget()
    hers = visit()
    with device(hers.page):
        page = with_a_passkey(hers, two.grethe)
        hers.go("/system/audits/")
        skip(page)
        button(page, "Begynd en egenkontrol")
        skip(page)
        press(page, page.get_by_role("link", name="Gå videre, hvor noget mangler"))
        skip(page)
        first = page.locator("section.card").first
        choose(page, first.locator("fieldset").first, first.locator("input[value=remark]"))
        write(page, first.locator("textarea"), "Set efter; se referatet")
        button(page, "Gem konklusionerne")
        expect(page.get_by_text("Dine konklusioner er gemt.")).to_be_visible()

        hers.go("/system/audits/")
        skip(page)
        button(page, "Begynd referatet")
        skip(page)
        write(page, page.get_by_label("Hvad blev der sagt").first, "Et roligt år.")
        point = page.locator("section.card", has=page.locator("details.fold")).first
        unfold(page, point.locator("summary"))
        write(page, point.locator("[name$=what]"), "Indhent tilbud på en server til")
        pick(page, point.locator("select"), str(two.henrik.user.id))
        date(page, point.locator("[type=date]"), even_day(timezone.localdate()))
        button(page, "Gem som ny version")
        proved_long_ago(two.grethe)
        skip(page)
        press(page, page.get_by_role("button", name="Underskriv version 2"))
        expect(page.locator("[name=proof_password]")).to_be_focused()
        press(page, page.get_by_role("button", name="Brug din adgangsnøgle"))
        expect(page.get_by_text("Du har underskrevet netop denne version.")).to_be_visible()
        expect(page.get_by_text("med en adgangsnøgle")).to_be_visible()


def test_an_alarm_is_taken_on(two: Two, visit: Visitor) -> None:
    monitoring.forget()
    monitoring.round_of(disk=91)
    his = visit()
    page = his.sign_in(two.henrik)
    his.go("/system/monitoring/")
    skip(page)
    write(page, page.get_by_label("Hvad var det, eller hvad gør du ved det?"), "Gamle logfiler er slettet")
    button(page, "Tag den")
    expect(page.get_by_text("Alarmen er taget")).to_be_visible()
    monitoring.forget()

"""A newcomer's first self-audit by the pages alone, and the minutes after it, with both managers."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from heretask.kernel.evidence import running
from heretask.kernel.evidence.measuring import keep, measure
from heretask.kernel.evidence.promises import PROMISES
from tests.cast import Member
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import looked_at
from tests.management import two_managers
from tests.system.audits import forget


def measured(grethe: Member) -> None:
    """A day after the beginning, much of the installation has been measured."""
    found = [(one, *measure(one)) for one in running.of_scope("installation")[:12]]
    with grethe.inside():
        for one in found:
            keep(*one)


def conclude_on_a_section(page: Page) -> None:
    """With the keyboard: what was measured to hold is taken together, the rest is chosen and explained."""
    for card in page.locator("section.card").all():
        if card.get_by_text("Vælg igen").count():
            continue  # it has a conclusion
        word = card.locator(".state").first.inner_text()
        if word == "Holder":
            continue
        card.locator("input[value=unassessed]").focus()
        page.keyboard.press("Space")
        card.locator("textarea").fill("Er ikke målt endnu")
    rest = page.get_by_role("button", name=re.compile("…og de"))
    (rest if rest.count() else page.get_by_role("button", name="Gem konklusionerne")).click()
    expect(page.get_by_text("Dine konklusioner er gemt.")).to_be_visible()


def prove(page: Page, member: Member) -> None:
    """Who one is, where the page asks for it."""
    field = page.locator("[name=proof_password]")
    if field.count():
        field.fill(member.password)
        page.get_by_role("button", name=re.compile("Bekræft|Fortsæt")).click()


def test_from_nothing_to_the_first_self_audit_and_signed_minutes(visit: Callable[..., Visit]) -> None:
    forget()
    with two_managers() as two:
        measured(two.grethe)
        hers = visit()
        page = hers.sign_in(two.grethe)
        page = hers.go("/system/audits/")
        expect(page.get_by_text("Ingen egenkontrol endnu")).to_be_visible()
        looked_at(hers)
        hers.picture("self-audit-empty")
        hers.follow(page.get_by_role("button", name="Begynd en egenkontrol"))
        looked_at(hers)
        hers.follow(page.get_by_role("link", name="Gå videre, hvor noget mangler"))
        looked_at(hers)
        hers.picture("self-audit-section")
        first = page.locator("section.card").first  # what does not keep needs somebody and a day
        first.get_by_label("Holder ikke", exact=True).check()
        first.locator("textarea").fill("Tre personer har adgang")
        page.get_by_role("button", name="Gem konklusionerne").click()
        expect(page.get_by_role("alert")).to_contain_text("Vælg, hvem der er ansvarlig.")
        expect(first.locator("textarea")).to_have_value("Tre personer har adgang")
        first.locator("[name$=what]").fill("Luk den tredje adgang")
        first.locator("select").select_option(label=two.henrik.name)
        first.locator("[type=date]").fill((timezone.localdate()).isoformat())
        page.get_by_role("button", name="Gem konklusionerne").click()
        while page.get_by_role(
            "button", name="Gem konklusionerne"
        ).count():  # each leads on to the next that lacks some
            conclude_on_a_section(page)
        expect(page.get_by_role("button", name="Afslut og lås")).to_be_visible()
        expect(page.get_by_text(f"{len(PROMISES)} af {len(PROMISES)}")).to_be_visible()
        page.get_by_role("button", name="Afslut og lås").click()
        prove(page, two.grethe)
        expect(page.get_by_text("Den er afsluttet og låst.")).to_be_visible()
        looked_at(hers)
        hers.picture("self-audit-finished")
        path = page.url.removeprefix(hers.address).split("?")[0]

        his = visit(phone=True, dark=True)
        his.sign_in(two.henrik)
        page = his.go(path)
        looked_at(his)
        his.picture("self-audit-phone")
        page.get_by_role("button", name="Underskriv som den anden").click()
        prove(page, two.henrik)
        expect(page.get_by_text("Årets egenkontrol er gjort.")).to_be_visible()
        page = his.go(f"{path}1/")
        looked_at(his)

        page = hers.go("/system/audits/")
        page.get_by_role("button", name="Begynd referatet").click()
        expect(page.get_by_text("Luk den tredje adgang").first).to_be_visible()
        page.get_by_label("Hvad blev der sagt").first.fill("Et roligt år.")
        looked_at(hers)
        hers.picture("minutes")
        page.get_by_role("button", name="Underskriv version 1").click()
        prove(page, two.grethe)
        expect(page.get_by_role("alert")).to_contain_text("Gem det først")
        expect(page.get_by_label("Hvad blev der sagt").first).to_have_value("Et roligt år.")
        page.get_by_role("button", name="Gem som ny version").click()
        page.get_by_role("button", name="Underskriv version 2").click()
        prove(page, two.grethe)
        expect(page.get_by_text("Du har underskrevet netop denne version.")).to_be_visible()
        minutes = page.url.removeprefix(hers.address).split("?")[0]
        page = his.go(minutes)
        looked_at(his)
        his.picture("minutes-phone")
        page.get_by_role("button", name="Underskriv version 2").click()
        prove(page, two.henrik)
        expect(page.get_by_text("Begge i ledelsen har underskrevet.")).to_be_visible()
        looked_at(his)

        english = visit(english=True)
        english.sign_in(two.grethe)
        for place in ("/system/audits/", path, minutes, "/system/assessment/documents/"):
            english.go(place)
            looked_at(english)
        english.picture("self-audit-english")

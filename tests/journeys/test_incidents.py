"""On a phone at night, at a desk, and without signing in: an incident is reported, opened, answered, and looked up."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits
from tests.management import two_managers

Visitor = Callable[..., Visit]


def test_an_incident_from_a_phone_and_from_outside_to_management_and_back(cast: Cast, visit: Visitor) -> None:
    anna = visit(phone=True, dark=True)
    phone = anna.sign_in(cast.anna)
    anna.go("/social/citizens/")
    phone.locator("footer").get_by_role("link", name="Anmeld en sikkerhedshændelse").click()
    expect(phone.locator("main")).to_contain_text("at du kom fra Borgere")
    accessible(anna)
    fits(anna)
    anna.picture("incidents-report-phone-dark")
    phone.get_by_label("Hvad skete der?").fill("Min telefon er væk, hun hedder 010150-0000")
    phone.get_by_label("Hvornår og hvor").fill("I bussen kl. 15")
    phone.get_by_role("button", name="Send anmeldelsen").click()
    expect(phone.locator("main .error-summary")).to_contain_text("ligner et CPR-nummer")
    expect(phone.get_by_label("Hvad skete der?")).to_have_value("Min telefon er væk, hun hedder 010150-0000")
    accessible(anna)
    fits(anna)
    phone.get_by_label("Hvad skete der?").fill("Min telefon er væk")
    phone.get_by_role("button", name="Send anmeldelsen").click()
    expect(phone.locator("main")).to_contain_text("Min telefon er væk")
    expect(phone.locator(".toasts")).to_contain_text("Ledelsen har fået besked")
    accessible(anna)
    fits(anna)

    stranger = visit(scripts=False)
    stranger.go("/sign-in/")
    page = stranger.page
    stranger.follow(page.locator("footer").get_by_role("link", name="Anmeld en sikkerhedshændelse"))
    stranger.picture("incidents-outside-wide")
    page.get_by_label("Hvad skete der?").fill("En mappe lå i bussen")
    page.get_by_label("Hvornår og hvor").fill("Linje 5A, i morges")
    page.get_by_role("button", name="Send anmeldelsen").click()
    number, word = (page.locator(f"[data-kept={name}]").inner_text() for name in ("number", "word"))
    stranger.picture("incidents-kept-wide")

    with two_managers() as two:
        grethe = visit()
        desk = grethe.sign_in(two.grethe)
        card = desk.locator(".card", has_text="Der er anmeldt en sikkerhedshændelse")
        expect(card).to_contain_text("Solsikken")
        expect(card).not_to_contain_text("telefon")
        accessible(grethe)
        grethe.picture("incidents-today-wide")
        card.get_by_role("link", name="Åbn og læs").first.click()
        expect(desk.locator("main")).to_contain_text("En mappe lå i bussen")
        desk.get_by_label("Til den, der anmeldte").fill("Tak. Mappen er hentet.")
        grethe.follow(desk.get_by_role("button", name="Luk med denne sætning"))
        grethe.go("/platform/incidents/all/")
        accessible(grethe)
        grethe.picture("incidents-all-wide")
        desk.get_by_role("link", name="Solsikken").first.click()
        expect(desk.locator("main")).to_contain_text("Min telefon er væk")
        desk.get_by_label("Til den, der anmeldte").fill("Adgangen er lukket. Du gjorde det rigtige.")
        desk.get_by_role("button", name="Svar", exact=True).click()
        expect(desk.locator("main")).to_contain_text("Du gjorde det rigtige")
        accessible(grethe)
        grethe.picture("incidents-managed-wide")

    anna.go("/platform/today/")
    phone.locator(".card", has_text="Et svar om en sikkerhedshændelse").get_by_role("link", name="Læs").click()
    expect(phone.locator("main")).to_contain_text("Du gjorde det rigtige")
    accessible(anna)
    fits(anna)
    anna.picture("incidents-answer-phone-dark")

    outside = visit(phone=True)
    outside.go("/report/")
    accessible(outside)
    fits(outside)
    outside.go("/report/answer/")
    outside.page.get_by_label("Nummer").fill(number)
    outside.page.get_by_label("Ord").fill(word)
    accessible(outside)
    fits(outside)
    outside.page.get_by_role("button", name="Slå den op").click()
    expect(outside.page.locator("main")).to_contain_text("Mappen er hentet")
    accessible(outside)
    fits(outside)
    outside.picture("incidents-look-up-phone")

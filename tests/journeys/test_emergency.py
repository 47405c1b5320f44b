"""At night, on a phone: somebody falls in another unit. Opening, the banner, the end of it, and the leader's answer."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.cast import Cast
from tests.filled import write
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits
from tests.social.people import make_citizen

Visitor = Callable[..., Visit]


def test_an_emergency_opening_on_a_phone_at_night_and_its_follow_up(cast: Cast, visit: Visitor) -> None:
    citizen = make_citizen(cast, "Birthe Holm", cpr="010150-0000", room="4", warning="Penicillin")
    with cast.anna.inside() as by:
        write(by, citizen, "Sov roligt.")
    clara = visit(phone=True, dark=True)
    page = clara.sign_in(cast.clara)
    clara.go(f"/social/journal/{citizen.id}/")
    expect(page.locator("main")).not_to_contain_text("Birthe")
    clara.go("/social/emergency/")
    accessible(clara)
    page.locator("main input[name=q]").fill("010150-0000")
    page.get_by_role("button", name="Find borger").click()
    expect(page.locator("main")).to_contain_text("Birthe Holm, Nord")
    expect(page.locator("main")).not_to_contain_text("Penicillin")
    assert "010150" not in page.url
    accessible(clara)
    fits(clara)
    clara.picture("emergency-found-phone-dark")
    page.locator("textarea[name=reason]").fill("hjælp")
    page.get_by_role("button", name="Åbn i 3 timer").click()
    expect(page.locator("main .error-summary")).to_be_visible()
    page.locator("textarea[name=reason]").fill("Faldt på gangen, ambulancen spørger til medicin")
    page.get_by_role("button", name="Åbn i 3 timer").click()
    banner = page.locator(".banner", has_text="Nødåbning.")
    expect(banner).to_contain_text("om 2 t. 59 min.")
    expect(page.locator("main")).to_contain_text("Penicillin")
    accessible(clara)
    fits(clara)
    clara.picture("emergency-journal-phone-dark")
    banner.get_by_role("button", name="Slut nu").click()
    page.wait_for_url("**/social/emergency/**")
    clara.go(f"/social/journal/{citizen.id}/")
    expect(page.locator("main")).not_to_contain_text("Birthe")
    bo = visit(phone=True, dark=True)
    page = bo.sign_in(cast.bo)
    card = page.locator(".card", has_text="Nødåbninger, der venter på dig")
    expect(card).to_contain_text("Clara Holst")
    expect(card).not_to_contain_text("Birthe")
    bo.picture("emergency-today-phone-dark")
    card.get_by_role("link", name="Svar").click()
    expect(page.locator("main")).to_contain_text("ambulancen spørger")
    expect(page.locator("main")).to_contain_text("læste journalen for Birthe Holm")
    accessible(bo)
    fits(bo)
    bo.picture("emergency-judge-phone-dark")
    page.locator("label", has_text="Berettiget").first.click()
    page.locator("textarea[name=remark]").fill("Godt set, tak.")
    page.get_by_role("button", name="Svar", exact=True).click()
    page.wait_for_url("**/follow-up/**")
    clara.go("/social/emergency/")
    expect(clara.page.locator("main")).to_contain_text("Godt set, tak.")
    clara.picture("emergency-answered-phone-dark")


def test_the_pages_of_people_sealing_and_guests_are_accessible(cast: Cast, visit: Visitor) -> None:
    citizen = make_citizen(cast, "Birthe Holm", room="4")
    for dark in (False, True):
        bo, eva = visit(phone=dark, dark=dark), visit(phone=dark, dark=dark)
        bo.sign_in(cast.bo)
        for path in (
            "/social/people/",
            f"/social/people/citizen/{citizen.id}/",
            f"/social/people/citizen/{citizen.id}/seal/",
        ):
            bo.go(path)
            accessible(bo)
            fits(bo)
        eva.sign_in(cast.eva)
        for path in ("/admin/guests/", "/admin/guests/new/", "/social/people/"):
            eva.go(path)
            accessible(eva)
            fits(eva)

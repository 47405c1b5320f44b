"""A grant's life in two browsers side by side: the supplier asks, the customer gives, watches, cuts off and reads the report."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from playwright.sync_api import Locator, Page, expect

from heretask.kernel.identity import codes
from heretask.kernel.identity.models import Factor
from tests.cast import Cast, Member
from tests.filled import write
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits
from tests.management import two_managers
from tests.social.people import make_citizen

Visitor = Callable[..., Visit]
NAMES = ("Birthe", "Holm", "Sov roligt", "Anna Skov", "Eva Lund", "Bo Friis")


def ask(finn: Visit, customer: str, scope: str) -> None:
    """On *Access to customers*."""
    page = finn.go("/system/access/")
    form = page.locator("form[action='/system/access/ask/']")
    form.get_by_label("Kunde").select_option(customer)
    form.get_by_label(scope).check()
    form.get_by_label("Hvad skal det bruges til?").fill("Noter fra i nat vises ikke")
    form.get_by_label("Sagens nummer").fill("SAG-77")
    accessible(finn)
    finn.picture("grant-ask")
    form.get_by_role("button", name="Bed om adgang").click()
    expect(page.locator("body")).to_contain_text("Kunden er spurgt")


def give(eva: Visit) -> None:
    """From *Today*, where it waits."""
    page = eva.go("/platform/today/")
    page.locator("main a[href^='/admin/grants/']").first.click()
    expect(page.locator("main")).to_contain_text("Noter fra i nat vises ikke")
    eva.picture("grant-answer")
    page.get_by_role("button", name="Giv adgang").click()
    expect(page.locator("#live")).to_contain_text("Hvad der bliver åbnet nu")


def enter(finn: Visit, member: Member) -> Page:
    """With the code of this moment."""
    page = finn.go("/system/access/")
    Factor.objects.filter(user_id=member.user.id).update(last_step=0)
    page.locator("form[action$='/enter/'] input[name=code]").fill(codes.code_now(member.secret))
    page.get_by_role("button", name="Gå ind").click()
    page.wait_for_url("**/system/access/inside/**")
    return page


def lines(eva: Visit) -> Locator:
    """What stands on the customer's page, newest first."""
    return eva.page.locator("#live .rows li .row-title")


def cut_off(eva: Visit) -> None:
    """By the button, and once more asked."""
    eva.page.get_by_role("button", name="Afbryd nu").click()
    eva.page.locator("[popover]:popover-open button[type=submit]").click()
    expect(eva.page.locator("#live")).to_contain_text("Hvad leverandøren så")


def test_asked_given_watched_and_cut_off(cast: Cast, visit: Visitor) -> None:
    made = make_citizen(cast, "Birthe Holm", cpr="010150-0000", room="4")
    citizen: UUID = made.id
    with cast.anna.inside() as by:
        write(by, made, "Sov roligt.")
    with two_managers() as two:
        finn, eva = visit(), visit()
        finn.sign_in(two.finn)
        eva.sign_in(cast.eva)
        ask(finn, str(cast.solsikken.id), "Indhold")
        give(eva)
        accessible(eva)
        enter(finn, two.finn)
        name = two.finn.user_name
        told = [f"{name} så på Om denne adgang.", "Leverandøren gik ind: Indhold, SAG-77."]
        expect(lines(eva)).to_have_text(told)
        for path, sentence in (
            ("/social/citizens/", "så på listen over borgere."),
            (f"/social/journal/{citizen}/", "læste journalen for Birthe Holm."),
            ("/admin/users/", "så på listen over brugere."),
        ):
            finn.go(path)
            expect(finn.page.locator(".banner", has_text="Du er inde hos")).to_contain_text(cast.solsikken.name)
            accessible(finn)
            told.insert(0, f"{name} {sentence}")
            expect(lines(eva)).to_have_text(told)  # by itself, nobody has loaded the page
        expect(finn.page.locator("main")).to_contain_text("Anna Skov")
        finn.picture("grant-inside")
        eva.picture("grant-live")
        cut_off(eva)
        finn.go(f"/social/journal/{citizen}/")
        expect(finn.page.locator("body")).to_contain_text("afbrudt")
        finn.picture("grant-cut")
        finn.go("/social/citizens/")
        expect(finn.page.locator("body")).not_to_contain_text("Birthe")
        eva.page.reload()
        expect(lines(eva)).to_have_text(told)  # exactly what was seen: what was refused was not
        accessible(eva)
        fits(eva)
        eva.picture("grant-report")
        eva.follow(eva.page.get_by_role("button", name="Jeg har læst det"))
        eva.go("/platform/today/")
        expect(eva.page.locator("main a[href^='/admin/grants/']")).to_have_count(0)


def test_without_content_no_page_has_a_plain_word(cast: Cast, visit: Visitor) -> None:
    """On a phone at night; the customer gives it from one, too."""
    made = make_citizen(cast, "Birthe Holm", cpr="010150-0000", room="4")
    with cast.anna.inside() as by:
        write(by, made, "Sov roligt.")
    with two_managers() as two:
        finn, eva = visit(phone=True, dark=True), visit(phone=True, dark=True)
        finn.sign_in(two.finn)
        eva.sign_in(cast.eva)
        ask(finn, str(cast.solsikken.id), "Kun opbygning")
        fits(finn)
        give(eva)
        fits(eva)
        enter(finn, two.finn)
        finn.picture("grant-inside-phone-dark")
        for path in ("/social/citizens/", f"/social/journal/{made.id}/", "/admin/users/", "/admin/units/"):
            finn.go(path)
            content = finn.page.content()
            assert [word for word in NAMES if word in content] == [], path
            accessible(finn)
            fits(finn)
        finn.picture("grant-structure-phone-dark")
        expect(lines(eva).first).to_contain_text("Enheder")
        eva.picture("grant-live-phone-dark")
        cut_off(eva)
        finn.go("/admin/units/")
        expect(finn.page.locator("body")).to_contain_text("afbrudt")

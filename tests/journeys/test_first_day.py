"""An administrator's first day at an empty customer: in English, by the keyboard alone, from the first unit to the first citizen."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from playwright.sync_api import Locator, Page, expect

from heretask.config import provision
from heretask.kernel.identity import factors
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import operator
from tests.cast import SECRET, Member, make_member
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import press, reach, write
from tests.journeys.test_working_day import accessible, fits

CITIZENS = "Navn;CPR;Enhed\nBirthe Holm;010150-0000;Skovhuset\nHolger Vind;020250-0000;Skovhuset\n"


def newcomer() -> Member:
    """The first administrator of a customer with nobody and nothing else."""
    made = provision.create_customer("skovly", "Skovly")
    with operator(made, "test"):
        iben = make_member(made, "iben", "Iben Fyr", "administrator", None, provision.operator_of(made))
    with transaction.atomic(using="gate"):
        user = User.objects.using("gate").select_related("customer").get(id=iben.user.id)
        factors.add_factor(user, SECRET, confirmed=True)
    return iben


def step(page: Page, word: str) -> Locator:
    """The button of a step on the start page."""
    return page.locator(".card", has_text="Get started").get_by_role("link", name=word)


def test_the_first_day_of_an_empty_customer_by_keyboard_in_english(visit: Callable[..., Visit]) -> None:
    iben = visit(english=True)
    page = iben.sign_in(newcomer())
    expect(page.get_by_role("heading", name="Hello Iben")).to_be_visible()
    expect(page.locator(".progress")).to_contain_text("0 of 4")
    accessible(iben)
    iben.picture("first-day-begins-wide")

    help_here = page.get_by_role("dialog", name="Help for this page")
    page.keyboard.press("?")
    expect(help_here).to_contain_text("Here your day begins.")
    accessible(iben)
    page.keyboard.press("Escape")
    expect(help_here).to_be_hidden()
    reach(page, page.get_by_role("button", name="Help for this page"))
    page.keyboard.press("Enter")
    expect(help_here).to_be_visible()
    page.keyboard.press("Escape")

    press(page, step(page, "Make units"))
    press(page, page.locator("main a[href$='/units/new/']").first)
    reach(page, page.locator("main [name=name]"))
    page.keyboard.press("?")
    expect(page.locator("main [name=name]")).to_have_value("?")  # while somebody writes it is a letter
    expect(help_here).to_be_hidden()
    write(page, page.locator("main [name=name]"), "Skovhuset")
    press(page, page.get_by_role("button", name="Make the unit"))

    iben.go("/platform/today/")
    expect(page.locator(".progress")).to_contain_text("1 of 4")
    press(page, step(page, "Create users"))
    press(page, page.locator("main a[href$='/users/new/']").first)
    write(page, page.locator("main [name=name]"), "Ole Bo")
    page.keyboard.press("Tab")
    expect(page.locator("[name=user_name]")).to_have_value("ole")
    write(page, page.locator("main [name=user_name]"), "ole.bo")
    reach(page, page.locator("main [name=role]"))
    page.keyboard.type("Carer")
    reach(page, page.locator("main [name=unit]"))
    page.keyboard.type("Skov")
    press(page, page.locator("main form .btn-primary"))
    expect(page.locator("#way-password")).to_be_visible()

    iben.go("/platform/today/")
    expect(page.locator(".progress")).to_contain_text("2 of 4")
    press(page, step(page, "Import citizens"))
    reach(page, page.locator("main [name=file]"))
    page.locator("main [name=file]").set_input_files(  # the window in which a file is chosen is the computer's own
        {"name": "borgere.csv", "mimeType": "text/csv", "buffer": CITIZENS.encode()}
    )
    press(page, page.get_by_role("button", name="Check the file"))
    accessible(iben)
    iben.picture("first-day-import-wide")
    press(page, page.locator("main form .btn-primary"))
    expect(page.locator("main")).to_contain_text("2", timeout=30_000)

    iben.go("/platform/today/")
    expect(page.locator(".progress")).to_contain_text("3 of 4")
    accessible(iben)
    iben.picture("first-day-nearly-wide")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    accessible(iben)
    fits(iben)
    iben.picture("first-day-nearly-phone-dark")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    press(page, step(page, "Choose guidelines"))
    write(page, page.locator("main [name=password_length]"), "12")
    press(page, page.get_by_role("button", name="See whom it would meet"))
    press(page, page.get_by_role("button", name="Change the guidelines"))

    iben.go("/platform/today/")
    expect(page.get_by_role("heading", name="Hello Iben")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Get started")

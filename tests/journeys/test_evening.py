"""A carer's evening on a phone, from the start page and back to it: a task, a message with a photo, a note, paper, the shredder."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from heretask.kernel.access.addressed import To
from heretask.platform.messages import actions as messages
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_tasks import make
from tests.journeys.test_working_day import accessible, fits
from tests.pictures import with_place
from tests.social.people import make_citizen


def test_from_the_first_task_to_the_shredder(cast: Cast, visit: Callable[..., Visit]) -> None:
    citizen = make_citizen(cast, "Birthe Holm", room="4")
    make(cast, "Medicinrunde", citizen_id=citizen.id)
    with cast.bo.inside() as by:
        messages.send(to=[To.person(cast.anna.user.id)], subject="Håndtaget", text="Kan du tage et foto?", by=by)
    anna = visit(phone=True, dark=True)
    page = anna.sign_in(cast.anna)
    accessible(anna)
    fits(anna)
    anna.picture("evening-today-phone-dark")

    page.locator("button", has_text="Udført: Medicinrunde").click()  # one tap
    page.wait_for_url("**/platform/today/**")
    expect(page.locator("button", has_text="Fortryd: Medicinrunde")).to_be_visible()

    page.locator(".card", has_text="Håndtaget").get_by_role("link").first.click()
    page.locator("textarea[name=text]").fill("Sådan ser det ud.")
    page.locator("[data-attach-camera]").set_input_files(
        {"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": with_place(6)}
    )
    page.get_by_role("button", name="Send svar").click()
    expect(page.locator(".shots img")).to_be_visible()
    anna.picture("evening-message-phone-dark")

    page.locator("nav.bottomnav").get_by_role("link", name="Borgere").click()
    page.get_by_role("link", name="Birthe Holm").first.click()
    page.locator("textarea[name=text]").first.fill("Birthe fik medicin og lagde sig kl. 22.")
    page.get_by_role("button", name="Underskriv").first.click()
    expect(page.locator(".timeline")).to_contain_text("lagde sig kl. 22")

    page.locator("main").get_by_role("link", name="Print", exact=True).first.click()
    page.get_by_label("Følger borgeren til læge eller hospital").check()
    page.get_by_role("button", name="Vis arket").click()
    expect(page.locator(".sheet")).to_contain_text("lagde sig kl. 22")

    page.locator("nav.bottomnav").get_by_role("link", name="I dag").click()
    paper = page.locator(".card", has_text="Papir, du har printet")
    expect(paper).to_contain_text("Birthe Holm")
    anna.picture("evening-paper-phone-dark")
    paper.get_by_role("button", name="Makuleret").click()
    expect(page.locator("main")).not_to_contain_text("Papir, du har printet")

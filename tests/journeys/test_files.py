"""On a phone at night and at a desk: a photo straight into a message, seen by a colleague; and hostile files opened."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import FilePayload, expect

from heretask.kernel.access.addressed import To
from heretask.platform.messages import actions
from tests.adversarial.hostile import HOSTILE
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits
from tests.pictures import pdf, with_place

Visitor = Callable[..., Visit]


def test_a_photo_from_a_phone_at_night_and_what_nobody_can_send(cast: Cast, visit: Visitor) -> None:
    with cast.bo.inside() as by:
        thread = actions.send(
            to=[To.person(cast.anna.user.id)], subject="Håndtaget", text="Kan du tage et foto?", by=by
        )
    anna = visit(phone=True, dark=True)
    phone = anna.sign_in(cast.anna)
    anna.go(f"/platform/messages/{thread.id}/")
    camera = phone.locator("[data-attach-camera]")
    assert camera.get_attribute("capture") == "environment"
    phone.locator("textarea[name=text]").fill("Sådan ser det ud.")
    camera.set_input_files({"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": with_place(6)})
    camera.set_input_files({"name": "IMG_2042.jpg", "mimeType": "image/jpeg", "buffer": HOSTILE["html"].make()})
    rows = phone.locator("[data-attach-list] li")
    expect(rows).to_have_count(2)  # a second photo does not push the first one out
    accessible(anna)
    fits(anna)
    anna.picture("files-chosen-phone-dark")
    phone.get_by_role("button", name="Send svar").click()
    expect(phone.locator("main .error-summary")).to_contain_text("IMG_2042.jpg")
    expect(phone.locator("textarea[name=text]")).to_have_value("Sådan ser det ud.")
    expect(phone.locator("input[name=waiting]")).to_be_checked()
    accessible(anna)
    fits(anna)
    anna.picture("files-refused-phone-dark")
    phone.get_by_role("button", name="Send svar").click()
    expect(phone.locator(".shots img")).to_be_visible()
    fits(anna)
    anna.picture("files-thread-phone-dark")

    bo = visit()
    page = bo.sign_in(cast.bo)
    bo.go(f"/platform/messages/{thread.id}/")
    accessible(bo)
    bo.picture("files-thread-wide")
    page.locator(".shots a").click()
    shown = page.locator(".picture img")
    expect(shown).to_be_visible()
    expect(shown).to_have_js_property("naturalWidth", 320)  # it stands upright
    expect(shown).to_have_js_property("naturalHeight", 640)
    accessible(bo)
    bo.picture("files-picture-wide")
    bo.follow(page.get_by_role("link", name="Udlevér filen"))
    accessible(bo)
    bo.picture("files-hand-over-wide")
    page.get_by_role("button", name="Udlevér og gem").click()
    expect(page.locator("main .error-summary")).to_contain_text("Til hvem?")
    page.get_by_label("Til hvem?").fill("Hjælpemiddeldepotet, Aarhus Kommune")
    page.get_by_label("Den handler ikke om en borger").check()
    page.get_by_label("Digital Post eller sikker e-mail").check()
    with page.expect_download() as given:
        page.get_by_role("button", name="Udlevér og gem").click()
    assert given.value.suggested_filename == "IMG_2041.jpg"

    # what is kept of hostile files, opened: nothing runs, and nothing is shown that is no picture
    bo.go(f"/platform/messages/{thread.id}/")
    page.locator("textarea[name=text]").fill("Filer")
    names = ["jpeg-html-behind", "jpeg-html-comment", "png-text", "png-behind", "name-html", "name-turned"]
    page.locator("[data-attach-many]").set_input_files(
        [FilePayload(name=HOSTILE[n].name, mimeType="text/html", buffer=HOSTILE[n].make()) for n in names]
        + [FilePayload(name="Plan.pdf", mimeType="text/html", buffer=pdf())]
    )
    page.get_by_role("button", name="Send svar").click()
    expect(page.locator(".note").last.locator(".shots li")).to_have_count(7)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(f"/executed by {dialog.message}"))
    for own in page.locator(".note").last.locator(".shots a").evaluate_all("all => all.map(one => one.href)"):
        for address in (own, f"{own}picture/"):
            page.goto(address)
            assert "EXECUTED" not in page.title()
            assert page.locator("script:not([src])").count() == 0
    assert [url for url in asked if "executed" in url] == []

"""A carer's evening, from the start page and back to it: a task, a message with a photo, a note for the next shift, paper, the shredder.

The same evening twice: on a phone at night with a thumb, and at a desk by day with nothing but the keyboard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from heretask.kernel.access.addressed import To
from heretask.platform.messages import actions as messages
from tests.cast import Cast
from tests.journeys import keyboard
from tests.journeys.conftest import Visit
from tests.journeys.test_tasks import make
from tests.journeys.test_working_day import accessible, fits
from tests.pictures import with_place
from tests.social.people import make_citizen


@dataclass
class Hand:
    """How somebody uses a page: with a thumb, or by the keyboard alone."""

    page: Page
    keys: bool

    def use(self, wanted: Locator) -> None:
        """A link or a button that leads to another page."""
        if self.keys:
            keyboard.press(self.page, wanted)
        else:
            with self.page.expect_navigation():
                wanted.tap()

    def write(self, wanted: Locator, text: str) -> None:
        """Into a field."""
        if self.keys:
            keyboard.write(self.page, wanted, text)
        else:
            wanted.fill(text)

    def tick(self, wanted: Locator) -> None:
        """A box."""
        if self.keys:
            keyboard.tick(self.page, wanted)
        else:
            wanted.check()

    def choose(self, wanted: Locator) -> None:
        """One of several."""
        if self.keys:
            group = self.page.locator("fieldset", has=wanted)
            keyboard.choose(self.page, group, wanted)
        else:
            wanted.check()

    def photo(self, wanted: Locator, name: str) -> None:
        """The window in which a photo is taken or chosen is the device's own."""
        if self.keys:
            keyboard.reach(self.page, wanted)
        wanted.set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": with_place(6)})


DANISH = {
    "done": "Udført", "undo": "Fortryd", "send": "Send svar", "sign": "Underskriv notat", "next": "Til næste vagt",
    "print": "Print", "why": "Følger borgeren til læge eller hospital", "show": "Vis arket",
    "paper": "Papir, du har printet", "shredded": "Makuleret",
}  # fmt: skip
ENGLISH = {
    "done": "Done", "undo": "Undo", "send": "Send answer", "sign": "Sign note", "next": "To the next shift",
    "print": "Print", "why": "Goes with the citizen to a doctor or hospital", "show": "Show the sheet",
    "paper": "Paper you have printed", "shredded": "Shredded", "hand over": "Hand-over",
}  # fmt: skip
WAYS = {"phone-dark-da": DANISH, "wide-light-en-keyboard": ENGLISH}


@pytest.mark.parametrize("way", WAYS)
def test_from_the_first_task_to_the_shredder(cast: Cast, visit: Callable[..., Visit], way: str) -> None:
    words, phone = WAYS[way], way.startswith("phone")
    citizen = make_citizen(cast, "Birthe Holm", room="4")
    make(cast, "Medicinrunde", citizen_id=citizen.id)
    with cast.bo.inside() as by:
        messages.send(to=[To.person(cast.anna.user.id)], subject="Håndtaget", text="Kan du tage et foto?", by=by)
    anna = visit(phone=phone, dark=phone, english=not phone)
    page = anna.sign_in(cast.anna)
    hand = Hand(page, keys=not phone)

    def seen(name: str) -> None:
        accessible(anna)
        fits(anna)
        anna.picture(f"evening-{name}-{way}")

    seen("today")
    hand.use(page.locator("button", has_text=f"{words['done']}: Medicinrunde"))  # one tap
    expect(page.locator("button", has_text=f"{words['undo']}: Medicinrunde")).to_be_visible()

    hand.use(page.locator(".card", has_text="Håndtaget").get_by_role("link", name="Håndtaget").first)
    hand.write(page.locator("textarea[name=text]"), "Sådan ser det ud.")
    hand.photo(page.locator("[data-attach-camera]"), "IMG_2041.jpg")
    hand.use(page.get_by_role("button", name=words["send"]))
    expect(page.locator(".shots img")).to_be_visible()
    seen("message")

    hand.use(page.locator("nav.bottomnav a[href='/social/citizens/']" if phone else "nav.systems a[href^='/social/']"))
    hand.use(page.get_by_role("link", name="Birthe Holm").first)
    hand.write(page.locator("textarea[name=text]").first, "Birthe fik medicin og lagde sig kl. 22.")
    hand.tick(page.locator("form[data-draft-place]").get_by_label(words["next"]))
    seen("note")
    hand.use(page.get_by_role("button", name=words["sign"]).first)
    expect(page.locator(".timeline")).to_contain_text("lagde sig kl. 22")
    expect(page.locator(".note .state")).to_have_text(words["next"])
    seen("journal")
    if not phone:  # what the next shift will see, and back to the note from there
        hand.use(page.locator("nav.sidenav").get_by_role("link", name=words["hand over"]))
        expect(page.locator("main")).to_contain_text("lagde sig kl. 22")
        seen("hand-over")
        hand.use(page.locator("main .row-title[href*='note=']").first)

    hand.use(page.locator("main").get_by_role("link", name=words["print"], exact=True).first)
    hand.choose(page.get_by_label(words["why"]))
    hand.use(page.get_by_role("button", name=words["show"]))
    expect(page.locator(".sheet")).to_contain_text("lagde sig kl. 22")

    hand.use(page.locator("nav.bottomnav a[href='/platform/today/']" if phone else "nav.systems a[href^='/platform/']"))
    paper = page.locator(".card", has_text=words["paper"])
    expect(paper).to_contain_text("Birthe Holm")
    seen("paper")
    hand.use(paper.get_by_role("button", name=words["shredded"]))
    expect(page.locator("main")).not_to_contain_text(words["paper"])

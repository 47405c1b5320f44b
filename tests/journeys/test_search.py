"""Searching the journals in a real browser: wide and on a phone, by keyboard, and without scripts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from heretask.social.journal import actions as journal
from tests import database
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import fits, looked_at
from tests.social.people import make_citizen


def stage(cast: Cast) -> None:
    """Notes of two citizens, one of them corrected, and one that is not indexed."""
    birthe, carl = make_citizen(cast, "Birthe Holm"), make_citizen(cast, "Carl Juhl")
    sara = make_citizen(cast, "Sara Dam", unit=cast.syd)
    with cast.clara.inside() as by:
        journal.write_and_sign(citizen_id=sara.id, kind="diary", text="Faldt på trappen.", by=by)
    with cast.bo.inside() as by:
        for n in range(24):
            journal.write_and_sign(
                citizen_id=(birthe, carl)[n % 2].id, kind="diary", text=f"Faldt på badeværelset, gang {n}. " + "Rolig bagefter. " * 40,
                by=by, happened_at=timezone.now() - dt.timedelta(hours=n),
            )  # fmt: skip
        one = journal.write_and_sign(citizen_id=birthe.id, kind="health", text="Faldt på venstre side.", by=by)
        journal.correct_note(note_id=one.id, text="Faldt på højre side.", reason="Forvekslet", by=by)
        lost = journal.write_and_sign(citizen_id=carl.id, kind="diary", text="Faldt uset.", by=by)
    with database.superuser() as admin:
        admin.execute("update social_journal_notewords set words = null where id = %s", [lost.id])


@pytest.mark.parametrize(
    ("phone", "dark", "scripts"),
    [(True, True, True), (False, False, False)],
    ids=["with-scripts", "without-scripts"],
)
def test_a_carer_searches_the_journals(cast: Cast, visit: Callable[..., Visit], phone: bool, dark: bool, scripts: bool) -> None:  # fmt: skip
    stage(cast)
    anna = visit(phone=phone, dark=dark, scripts=scripts)
    page = anna.sign_in(cast.anna)
    anna.go("/social/citizens/")
    if phone:
        page.get_by_role("button", name="Mere").click()
    page.get_by_role("link", name="Søg i journalerne").locator("visible=true").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Søg i journalerne")
    anna.picture(f"search-empty-{phone}-{dark}")
    page.locator("input[name=q]").fill("faldet badeværelse")
    page.keyboard.press("Enter")
    expect(page.locator("article")).to_have_count(20)
    expect(page.locator("article").first.locator("mark")).to_have_text(["Faldt", "badeværelset"])
    expect(page.locator("main")).to_contain_text("1 notat kan ikke findes her endnu")
    expect(page.locator("main")).not_to_contain_text("Sara Dam")
    assert "fald" not in page.url
    fits(anna)
    if scripts:
        looked_at(anna, "search")
    page.get_by_role("link", name="Vis ældre notater").click()
    expect(page.locator("article")).to_have_count(4)
    page.get_by_role("link", name="Vis de nyeste").click()
    expect(page.locator("article")).to_have_count(20)
    page.locator("input[name=q]").fill('"venstre side"')
    page.locator("form[role=search] button[type=submit]").click()
    expect(page.locator("article")).to_have_count(1)
    expect(page.locator("article")).to_contain_text("højre")
    if scripts:
        looked_at(anna, "search-corrected")
    page.locator("input[name=q]").fill("ukendt")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Intet fundet")
    page.locator("input[name=q]").fill("højre")
    page.keyboard.press("Enter")
    page.locator("article").get_by_role("link", name="Birthe Holm").click()
    expect(page.locator(".note").first).to_contain_text("Faldt på venstre side.")
    assert "?note=" in page.url

"""An administrator reviews who has access, and a drawn opening is explained in two taps and judged; wide and on a phone."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from heretask.admin.samples import actions as samples
from heretask.kernel.identity.sessions import operator
from heretask.social.citizens import actions as citizens
from tests.admin.test_reviews import aged
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits
from tests.sealing import seal
from tests.social.people import make_citizen

SIZES = pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["wide-day", "phone-night"])


def look(visit: Visit, page: Page, name: str) -> None:
    """It fits, it is accessible; and where somebody wants to see it, a picture is kept."""
    folder = os.environ.get("HERETASK_PICTURES")
    if folder:
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)
    fits(visit)
    accessible(visit)


@SIZES
def test_a_review_from_its_beginning_to_a_proven_removal(
    cast: Cast, visit: Callable[..., Visit], phone: bool, dark: bool
) -> None:
    aged(100, user_id=[cast.clara.user.id])
    hers = visit(phone=phone, dark=dark)
    hers.sign_in(cast.eva)
    page = hers.go("/admin/reviews/")
    look(hers, page, "reviews-none")
    page.get_by_role("button", name="Begynd gennemgangen").click()
    expect(page.get_by_text("Ikke brugt i 90 dage")).to_be_visible()
    look(hers, page, "review")
    page.get_by_role("link", name="Nord").click()
    look(hers, page, "review-unit")
    page.get_by_role("button", name="Behold disse 2 rettigheder").click()
    page.get_by_role("link", name="Clara Holst").click()
    page.get_by_role("button", name="Den bliver").click()
    expect(page.get_by_text("Skriv, hvorfor rettigheden bliver").first).to_be_visible()
    look(hers, page, "review-right")
    page.get_by_role("button", name="Fjern den nu").click()
    expect(page.get_by_text("Fjernet og bevist")).to_be_visible()
    look(hers, page, "review-after")
    page = hers.go("/admin/reviews/")
    look(hers, page, "reviews")


@SIZES
def test_a_drawn_opening_is_explained_in_two_taps_and_judged(
    cast: Cast, visit: Callable[..., Visit], phone: bool, dark: bool
) -> None:
    made = make_citizen(cast, "Birthe Holm")
    with cast.anna.inside() as by:
        citizens.open_citizen(made.id, by)
    now = timezone.now()
    with cast.eva.inside():
        pass
    seal()
    with operator(cast.solsikken, "test"):
        draw = samples.draw(now - dt.timedelta(hours=1), now)
    assert draw is not None
    hers = visit(phone=phone, dark=dark)
    page = hers.sign_in(cast.anna)
    look(hers, page, "today")
    page.locator("a[href*='/samples/mine/']").first.click()
    expect(page.get_by_role("button", name="Jeg var på vagt, hvor borgeren bor")).to_be_visible()
    look(hers, page, "sample-explain")
    page.get_by_role("button", name="Jeg var på vagt, hvor borgeren bor").click()
    expect(page.get_by_text("Tak. En anden ser på det nu.")).to_be_visible()
    theirs = visit(phone=phone, dark=dark)
    page = theirs.sign_in(cast.eva)
    page = theirs.go("/admin/samples/")
    look(theirs, page, "samples")
    page.get_by_role("link", name="Anna Skov").click()
    expect(page.get_by_role("button", name="Berettiget", exact=True)).to_be_visible()
    look(theirs, page, "sample-judge")
    page.get_by_role("button", name="Berettiget", exact=True).click()
    expect(page.get_by_text("Vurderet.")).to_be_visible()
    page = theirs.go(f"/admin/samples/draw/{draw.id}/")
    look(theirs, page, "sample-draw")
    page = theirs.go("/admin/samples/known/")
    look(theirs, page, "sample-known")

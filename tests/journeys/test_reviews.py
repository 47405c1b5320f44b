"""An administrator reviews who has access, and a drawn opening is explained in two taps and judged; wide and on a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import expect

from heretask.admin.samples import actions as samples
from heretask.kernel.identity.sessions import operator
from heretask.social.citizens import actions as citizens
from tests.admin.test_reviews import aged
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import looked_at
from tests.sealing import seal
from tests.social.people import make_citizen


def test_a_review_from_its_beginning_to_a_proven_removal(cast: Cast, visit: Callable[..., Visit]) -> None:
    aged(100, user_id=[cast.clara.user.id])
    hers = visit(phone=True, dark=True)
    hers.sign_in(cast.eva)
    page = hers.go("/admin/reviews/")
    looked_at(hers, "reviews-none")
    page.get_by_role("button", name="Begynd gennemgangen").click()
    expect(page.get_by_text("Ikke brugt i 90 dage")).to_be_visible()
    looked_at(hers, "review")
    hers.follow(page.get_by_role("link", name="Nord"))
    looked_at(hers, "review-unit")
    page.get_by_role("button", name="Behold disse 2 rettigheder").click()
    page.get_by_role("link", name="Clara Holst").click()
    page.get_by_role("button", name="Den bliver").click()
    expect(page.get_by_text("Skriv, hvorfor rettigheden bliver").first).to_be_visible()
    looked_at(hers, "review-right")
    page.get_by_role("button", name="Fjern den nu").click()
    expect(page.get_by_text("Fjernet og bevist")).to_be_visible()
    looked_at(hers, "review-after")
    page = hers.go("/admin/reviews/")
    looked_at(hers, "reviews")


def test_a_drawn_opening_is_explained_in_two_taps_and_judged(cast: Cast, visit: Callable[..., Visit]) -> None:
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
    hers = visit(phone=True, dark=True)
    page = hers.sign_in(cast.anna)
    looked_at(hers, "today")
    page.locator("a[href*='/samples/mine/']").first.click()
    expect(page.get_by_role("button", name="Jeg var på vagt, hvor borgeren bor")).to_be_visible()
    looked_at(hers, "sample-explain")
    page.get_by_role("button", name="Jeg var på vagt, hvor borgeren bor").click()
    expect(page.get_by_text("Tak. En anden ser på det nu.")).to_be_visible()
    theirs = visit(phone=True, dark=True)
    page = theirs.sign_in(cast.eva)
    page = theirs.go("/admin/samples/")
    looked_at(theirs, "samples")
    page.get_by_role("link", name="Anna Skov").click()
    expect(page.get_by_role("button", name="Berettiget", exact=True)).to_be_visible()
    looked_at(theirs, "sample-judge")
    page.get_by_role("button", name="Berettiget", exact=True).click()
    expect(page.get_by_text("Vurderet.")).to_be_visible()
    page = theirs.go(f"/admin/samples/draw/{draw.id}/")
    looked_at(theirs, "sample-draw")
    page = theirs.go("/admin/samples/known/")
    looked_at(theirs, "sample-known")

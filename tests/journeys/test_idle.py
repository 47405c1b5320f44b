"""Logged out after five minutes: the tab empties itself, and what was half written comes back to its writer alone.

The browser's clock is turned forward (Playwright's), and the server's by moving the session's last act.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db.models import F
from playwright.sync_api import expect

from heretask.kernel.identity.models import Session
from tests.cast import Cast, Member
from tests.filled import fill
from tests.journeys.conftest import Visit

Visitor = Callable[..., Visit]


def later(member: Member, seconds: int) -> None:
    """The server's clock: as if nobody had acted for so long."""
    Session.objects.filter(user_id=member.user.id, ended_at=None).update(
        last_act=F("last_act") - dt.timedelta(seconds=seconds)
    )


def test_half_written_note_survives_the_idle_logout(cast: Cast, visit: Visitor) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    anna = visit()
    page = anna.page
    page.clock.install()
    anna.sign_in(cast.anna)
    anna.go(f"/social/journal/{citizen.id}/")
    field = page.locator("textarea[name=text]")
    field.fill("")
    field.press_sequentially("Sov uroligt og kaldte på sin dat")
    for _ in range(5):
        field.press("ArrowLeft")
    page.clock.run_for(3000)
    expect(page.locator(".saved").first).to_contain_text("Kladde gemt")
    page.clock.run_for(239_000)
    expect(page.locator(".idle").first).to_be_visible()
    anna.picture("idle-warning")
    later(cast.anna, 301)
    page.clock.run_for(62_000)
    expect(page.locator("body")).not_to_contain_text("Birthe")
    expect(page.locator("body")).not_to_contain_text("dat")
    assert "Birthe" not in page.title()
    anna.picture("idle-emptied")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("Birthe Holm")
    anna.go(f"/social/journal/{citizen.id}/")
    assert "/sign-in/" in page.url
    expect(page.locator("body")).to_contain_text("Du blev logget ud efter 5 minutter")
    page.locator("[name=username]").fill(cast.anna.user_name)
    page.locator("[name=password]").fill(cast.anna.password)
    page.get_by_role("button", name="Log ind", exact=True).click()
    page.wait_for_url(f"**/social/journal/{citizen.id}/**")
    expect(page.locator("textarea[name=text]")).to_have_value("Sov uroligt og kaldte på sin dat")
    expect(page.locator("textarea[name=text]")).to_be_focused()
    assert (
        page.locator("textarea[name=text]").evaluate("e => e.selectionStart")
        == len("Sov uroligt og kaldte på sin dat") - 5
    )
    anna.picture("idle-restored")
    bo = visit()
    bo.sign_in(cast.bo)
    bo.go(f"/social/journal/{citizen.id}/")
    expect(bo.page.locator("body")).to_contain_text("Birthe Holm")
    expect(bo.page.locator("textarea[name=text]")).to_have_value("")


def test_tab_empties_without_network_too(cast: Cast, visit: Visitor) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    anna = visit()
    page = anna.page
    page.clock.install()
    anna.sign_in(cast.anna)
    anna.go(f"/social/journal/{citizen.id}/")
    expect(page.locator("body")).to_contain_text("Birthe Holm")
    anna.context.set_offline(True)
    page.clock.run_for(301_000)
    expect(page.locator("body")).not_to_contain_text("Birthe")
    anna.context.set_offline(False)
    anna.complaints.clear()  # the browser itself says that the network was gone


def test_every_tab_empties_when_one_signs_out(cast: Cast, visit: Visitor) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    anna = visit()
    anna.sign_in(cast.anna)
    other = anna.context.new_page()
    other.goto(anna.address + f"/social/journal/{citizen.id}/")
    expect(other.locator("body")).to_contain_text("Birthe Holm")
    anna.go("/platform/today/")
    anna.page.locator(".topbar-end button[popovertarget]").last.click()
    anna.page.locator("form[action='/sign-out/'] button").first.click()
    expect(anna.page.locator("body")).to_contain_text("Du er logget ud")
    expect(other.locator("body")).not_to_contain_text("Birthe")


def test_polling_alone_ends_the_session_at_300_seconds(cast: Cast, visit: Visitor) -> None:
    anna = visit()
    anna.sign_in(cast.anna)
    for _ in range(10):
        later(cast.anna, 30)
        assert anna.page.evaluate("fetch('/platform/session/').then(r => r.status)") == (200 if _ < 9 else 401)
    anna.go("/platform/today/")
    assert "why=idle" in anna.page.url

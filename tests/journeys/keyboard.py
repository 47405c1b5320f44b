"""Somebody who has a keyboard and no mouse."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import Locator, Page, expect

FURTHEST = 90  # presses of Tab, beyond which nobody would call it reachable


def reach(page: Page, wanted: Locator) -> None:
    """Tab on until the focus is there, and seen there."""
    expect(wanted).to_be_visible()
    for _press in range(FURTHEST):
        if wanted.evaluate("one => one === document.activeElement"):
            shown = wanted.evaluate("one => one.matches(':focus-visible')")
            assert shown, "nobody sees where the keyboard is"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by the keyboard")


def press(page: Page, wanted: Locator) -> None:
    """Go to a link or a button by the keyboard, and use it."""
    reach(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, wanted: Locator, text: str) -> None:
    """Go to a field by the keyboard, and write."""
    reach(page, wanted)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def tick(page: Page, wanted: Locator) -> None:
    """Go to a box by the keyboard, and tick it."""
    reach(page, wanted)
    page.keyboard.press("Space")
    expect(wanted).to_be_checked()


def choose(page: Page, group: Locator, wanted: Locator) -> None:
    """Go into a group of choices by the keyboard, and down to the one that is wanted."""
    for _press in range(FURTHEST):
        if group.evaluate("one => one.contains(document.activeElement)"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _press in range(FURTHEST):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{wanted} is not reached by the keyboard")


def skip(page: Page) -> None:
    """From the top of the page past the menus, by the link that stands there for those who Tab."""
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    first = page.locator("a.skip")
    for _press in range(3):
        if first.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    reach(page, first)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null"), "the link leads past the menus"


def unfold(page: Page, summary: Locator) -> None:
    """Open what is folded away."""
    reach(page, summary)
    page.keyboard.press("Enter")
    assert summary.evaluate("one => one.parentElement.open")


def pick(page: Page, select: Locator, value: str) -> None:
    """Go to a list and down to what is wanted."""
    reach(page, select)
    for _press in range(FURTHEST):
        if select.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} is not reached by the keyboard")


def date(page: Page, wanted: Locator, day: dt.date) -> None:
    """Write a day, part by part; of day and month alike, so that it is the same in whichever order the browser asks."""
    assert day.day == day.month
    reach(page, wanted)
    page.keyboard.type(f"{day:%d%m%Y}")
    expect(wanted).to_have_value(day.isoformat())


def even_day(after: dt.date) -> dt.date:
    """The next day to come with the number of its month: the 1st of January, the 2nd of February."""
    return next(day for n in range(1, 62) if (day := after + dt.timedelta(days=n)).day == day.month)

"""Somebody who has a keyboard and no mouse."""

from __future__ import annotations

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

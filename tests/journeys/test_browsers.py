"""The walk of WEB-1 in Firefox at a desk and in WebKit on a phone; Chromium has all the other journeys, and walks, too,
with the others at both widths before a release (`make browsers`)."""

from __future__ import annotations

import pytest

from heretask.kernel.release.browsers import DESK, PHONE, STEPS, WIDTHS
from tests.browsers import walk as walking
from tests.browsers.engines import Engine, started
from tests.browsers.walk import Failed, Walker, stage
from tests.cast import Cast


@pytest.mark.parametrize(("engine", "width"), [("firefox", DESK), ("webkit", PHONE)])
def test_everything_works_in_this_engine_too(cast: Cast, address: str, engine: str, width: int) -> None:
    on = stage(cast, address)
    with started(engine) as browser:
        found = walking.walk(browser, width, on)
        assert (found.failed, found.steps) == ("", STEPS)
        assert found.passed
        for one in WIDTHS:
            notices(browser, Walker(browser, one, on))


def notices(browser: Engine, walker: Walker) -> None:
    """A walk that saw nothing would prove nothing: each kind of fault is made in a real page, and told."""
    for fault, told in (
        ("document.head.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))", "console"),
        (  # a script of ours stumbles over a button that is not ours
            "const one = Object.assign(document.createElement('button'), {type: 'button'}); one.dataset.fill = '(';"
            "document.body.append(one); one.click(); one.remove()", "console",
        ),
        ("document.body.append(Object.assign(document.createElement('img'), {src: 'https://example.org/a.png'}))", "console"),
        ("document.querySelector('main').style.minWidth = '1300px'", "sideways"),
    ):  # fmt: skip
        walker.begin()
        walker.check()
        walker.asks(fault)
        said: list[str] = []

        def fails(said: list[str] = said) -> bool:
            try:
                walker.check()
            except Failed as failure:
                said.append(str(failure))
            return bool(said)

        walker.until(fails, f"nobody noticed: {fault}")
        assert told in said[0]

"""G16: what the first page costs a phone: every byte over the wire, with nothing kept from before."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, sync_playwright

from heretask.kernel.access.addressed import To
from heretask.platform.tasks import actions as tasks
from heretask.platform.tasks import queries
from heretask.platform.tasks.policies import Words
from ops.browser import windowless
from tests.cast import make_cast

from .figures import Figure, Goal, Row
from .serving import serving

LIMIT = 60_000  # bytes, compressed, of everything: page, style sheet, scripts, pictures
TASKS = (0, 8, 40)  # on the start page; the last is more than one person has in a day
LONG_TASKS = """() => new Promise(done => {
  const seen = {shift: 0, long: 0};
  new PerformanceObserver(list => { for (const one of list.getEntries()) seen.shift += one.value; })
    .observe({type: 'layout-shift', buffered: true});
  new PerformanceObserver(list => { seen.long += list.getEntries().length; }).observe({type: 'longtask', buffered: true});
  setTimeout(() => done(seen), 300);
})"""


def measure(*, quick: bool) -> list[Row]:
    """The start page in a browser that was never here, for a carer with few and with many tasks."""
    carers = {count: _carer(count) for count in TASKS}
    with serving() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=windowless(), args=["--no-sandbox", "--disable-gpu"])
        figures = [_first(browser, f"https://localhost:{port}", token, count) for count, token in carers.items()]
        browser.close()
    what = f"bytes of a phone's first page, of {LIMIT:,}"
    return [Row("G16", what, Goal(1.0, at_least=False), "tasks on it", figures)]


def _carer(count: int) -> str:
    """The session of a carer with so many tasks today."""
    cast = make_cast()
    with cast.bo.inside() as by:
        for number in range(count):
            tasks.make_task(
                words=Words(f"Opgave {number}", "", ()), to=To.person(cast.anna.user.id),
                due_at=queries.end_of_day(queries.today()), timed=False, by=by,
            )  # fmt: skip
    return cast.anna.token()


def _first(browser: Browser, address: str, token: str, count: int) -> Figure:
    context = browser.new_context(
        ignore_https_errors=True, locale="da-DK", viewport={"width": 390, "height": 844}, has_touch=True
    )
    context.add_cookies([{"name": "__Host-ht", "value": token, "url": address, "secure": True}])
    page = context.new_page()
    told = context.new_cdp_session(page)
    sizes: list[float] = []
    told.on("Network.loadingFinished", lambda one: sizes.append(float(one["encodedDataLength"])))
    told.send("Network.enable")
    page.goto(f"{address}/platform/today/", wait_until="load")
    seen: dict[str, Any] = page.evaluate(LONG_TASKS)
    context.close()
    ratio = sum(sizes) / LIMIT
    return Figure(
        str(count), ratio, ratio, ratio,
        {"bytes": int(sum(sizes)), "requests": len(sizes), "layout_shift": seen["shift"], "long_tasks": seen["long"]},
    )  # fmt: skip

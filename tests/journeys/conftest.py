"""A real server over TLS (web, sealer and worker; the clock would measure every customer of all tests) and a real Chromium; after every journey the browser's storage must be empty."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright

from heretask.config import installation
from heretask.config.server import Processes
from heretask.kernel.identity import codes
from heretask.kernel.identity.models import Factor
from ops.browser import windowless
from tests.cast import Member
from tests.conftest import begin_afresh

expect.set_options(timeout=15_000)  # a bound for waiting on a busy machine, not a measurement
PICTURES = Path(__file__).resolve().parents[2] / ".heretask" / "pictures"
ENTER = re.compile("^(Log ind|Sign in)$")
NOISE = ("Failed to load resource",)  # an answer of 4xx that the page itself handles


@pytest.fixture(scope="package")
def address(_mailbox: None) -> Iterator[str]:
    """The server of all journeys; it ends with them, so that its jobs meet no other test."""
    begin_afresh()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    connections.close_all()
    os.environ["HERETASK_WORKERS"] = "1"
    os.environ["HERETASK_PORT"] = str(port)
    processes = Processes(installation.load(), port=port, beside=("sealer", "worker"))
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert processes.start(90)
        yield f"https://localhost:{port}"
    finally:
        processes.stop()
        for number, handler in handlers.items():
            signal.signal(number, handler)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's own loop runs in this thread
    path = windowless()
    assert path, "Chromium is missing: make test installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield browser
        browser.close()


class Visit:
    """A person's browser: a context of its own, whose console is watched."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.complaints: list[str] = []
        self.page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(NOISE):
            self.complaints.append(message.text)

    def go(self, path: str) -> Page:
        """Open a path of ours."""
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, member: Member) -> Page:
        """Through the door, with password and code."""
        Factor.objects.filter(user_id=member.user.id).update(last_step=0)
        self.go("/sign-in/")
        self.page.locator("[name=username]").fill(member.user_name)
        self.page.locator("[name=password]").fill(member.password)
        with self.page.expect_navigation():  # a busy machine answers after the click
            self.page.locator("form", has=self.page.locator("[name=password]")).get_by_role(
                "button", name=ENTER
            ).click()
        if "/sign-in/code/" in self.page.url:
            self.page.locator("[name=code]").fill(codes.code_now(member.secret))
            with self.page.expect_navigation():
                self.page.locator("main button[type=submit]").click()
        return self.page

    def follow(self, wanted: Locator) -> Page:
        """Click what leads to another page, and be there when this returns: a click alone may return before the page is read."""
        with self.page.expect_navigation():
            wanted.click()
        return self.page

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page, for people to look at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_load_state()
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    def check(self) -> None:
        """Nothing in the browser's storage, nothing refused by the content policy, no error in a script."""
        kept = self.page.evaluate(
            """async () => ({local: localStorage.length, session: sessionStorage.length,
               databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
               workers: (await navigator.serviceWorker.getRegistrations()).length})"""
        )
        assert set(kept.values()) == {0}, kept
        assert self.complaints == []


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    """Makes a browser for a person: wide by default, `phone=True` for 390 pixels, `dark=True` at night, `english=True`."""
    made: list[Visit] = []

    def make(*, phone: bool = False, dark: bool = False, scripts: bool = True, english: bool = False) -> Visit:
        context = chromium.new_context(
            ignore_https_errors=True, locale="en-GB" if english else "da-DK",
            timezone_id="Europe/Copenhagen", java_script_enabled=scripts,
            viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 900},
            color_scheme="dark" if dark else "light", has_touch=phone,
        )  # fmt: skip
        context.set_default_timeout(15_000)
        if english:
            context.add_cookies([{"name": "__Host-language", "value": "en", "url": address, "secure": True}])
        made.append(Visit(context, address))
        return made[-1]

    yield make
    for one in made:
        try:
            if one.page.url.startswith(address) and one.page.evaluate("1") == 1:
                one.check()
        finally:
            one.context.close()

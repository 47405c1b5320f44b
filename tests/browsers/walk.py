"""The walk: a carer's evening in eleven steps, the same for every engine and width.

After each step the page must be no wider than its window, and neither a script nor the content policy may have
complained. At the end nothing may be left in the browser's storage.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils import timezone
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from heretask.kernel.identity import codes
from heretask.kernel.identity.models import Factor, Session
from heretask.kernel.release.browsers import PHONE, STEPS, Walk
from heretask.kernel.rhythm import moment
from heretask.platform.calendar import actions as calendar
from heretask.platform.calendar.policies import Span, Words
from tests.browsers.engines import Engine
from tests.cast import Cast, Member
from tests.social.people import make_citizen

SECONDS = 20  # a bound for waiting on a busy machine, not a measurement
CITIZEN, MEETING = "Birthe Holm", "Husmøde"


class Failed(Exception):
    """Something on the page is not as it must be; the message says what."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Who walks, about whom, and where."""

    address: str
    who: Member
    citizen: str


def stage(cast: Cast, address: str) -> Stage:
    """Anna in Nord with a citizen and a meeting tomorrow."""
    citizen = make_citizen(cast, CITIZEN, room="4")
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    span = Span(moment(tomorrow, dt.time(14)), moment(tomorrow, dt.time(15)))
    with cast.bo.inside() as by:
        calendar.make(words=Words(MEETING, "Stuen"), span=span, unit_id=cast.nord.id, people=[cast.anna.user.id], by=by)
    return Stage(address, cast.anna, str(citizen.id))


def walk(engine: Engine, width: int, on: Stage) -> Walk:
    """All steps, or as many as go well; afterwards the browser remembers nothing of it."""
    walker = Walker(engine, width, on)
    done: list[str] = []
    failed = ""
    try:
        walker.begin()
        for step in STEPS:
            walker.now = step
            getattr(walker, step)()
            walker.check()
            done.append(step)
        walker.nothing_kept()
    except (Failed, WebDriverException) as failure:
        said = str(getattr(failure, "msg", None) or failure).strip().partition("\n")[0]
        failed = f"{walker.now}: {said or type(failure).__name__}"[:400]
    finally:
        walker.engine.driver.delete_all_cookies()
    return Walk(engine.name, engine.version, width, tuple(done), failed)


@dataclass
class Walker:
    """Somebody at a browser of that width."""

    engine: Engine
    width: int
    on: Stage
    now: str = "begin"
    word: str = field(default="")

    @property
    def phone(self) -> bool:
        """Whether the window is that of a phone."""
        return self.width == PHONE

    # --- the steps ---

    def begin(self) -> None:
        """A window of that width: what the page itself sees."""
        self.engine.be_wide(self.width)
        self.go("/sign-in/")
        self.engine.driver.delete_all_cookies()
        self.until(lambda: self.asks("return window.innerWidth") == self.width, f"the window is not {self.width} wide")
        self.word = f"{self.engine.name}{self.width}"
        self.engine.complaints()

    def sign_in(self) -> None:
        """With password and one-time code."""
        self.go("/sign-in/")
        self._door()
        self.until(lambda: "/sign-in/code/" in self.url, "no code was asked for")
        self._code()
        self.until(lambda: "/platform/today/" in self.url, "signing in does not lead to Today")

    def today(self) -> None:
        """The start page greets, and has the shortcuts of a phone only there."""
        self.sees("h1", self.on.who.name.partition(" ")[0])
        shortcuts = self.one(".bottomnav").is_displayed()
        if shortcuts is not self.phone:
            raise Failed(f"the shortcuts of a phone are {'there' if shortcuts else 'missing'}")

    def citizen(self) -> None:
        """From the list to a journal."""
        self.go("/social/citizens/")
        link = f"main a[href*='/social/journal/{self.on.citizen}/']"
        self.press(link)
        self.until(lambda: f"/social/journal/{self.on.citizen}/" in self.url, "the citizen does not open")
        self.sees("main", CITIZEN)

    def draft(self) -> None:
        """What is half written is kept by a script, and is there after the page was loaded anew."""
        text = f"Sov uroligt, {self.word}."
        self.write("textarea[name=text]", text)
        self.one(".saved[data-state=ok]")
        self.engine.driver.refresh()
        self.holds("textarea[name=text]", text)

    def note(self) -> None:
        """Signed, it stands in the journal."""
        self.press("button[name=act][value=sign]")
        self.sees(".note", self.word)

    def search(self) -> None:
        """By a word of it, which does not stand in the address."""
        self.write("form[role=search] input[name=q]", self.word)
        self.press("form[role=search] button[type=submit]")
        self.until(lambda: "/search/" in self.url, "the search leads nowhere")
        self.sees("main .note, main article", self.word)
        if self.word in self.url:
            raise Failed("the address holds what was searched for")

    def message(self) -> None:
        """To the leader."""
        self.go("/platform/messages/new/")
        to = Select(self.one("select[name=to]"))
        to.select_by_visible_text(next(one.text for one in to.options if one.text.startswith("Bo Friis")))
        self.write("input[name=subject]", "Natten")
        self.write("textarea[name=text]", f"Ring til datteren, {self.word}.")
        self.one(".saved[data-state=ok]")
        self.press("button[name=act][value=send]")
        self.sees(".note", self.word)

    def parts(self) -> None:
        """A part of a page is fetched anew by htmx."""
        self.go("/platform/messages/")
        url = self.one("main [data-poll-url]").get_attribute("data-poll-url")
        self.asks(
            """document.querySelector('main [data-poll-url]').innerHTML = '<i id="before"></i>';
               (window.wrappedJSObject || window).htmx.ajax('GET', arguments[0], 'main [data-poll-url]')""",
            url,
        )
        fresh = "const part = document.querySelector('main [data-poll-url]'); return !part.querySelector('#before')"
        self.until(lambda: self.asks(fresh), "htmx does not put a part into the page")

    def calendar(self) -> None:
        """As a list on a phone, as a table at a desk; an appointment opens."""
        self.go("/platform/calendar/")
        narrow, wide = self.one(".cal-narrow").is_displayed(), self.one(".cal-wide").is_displayed()
        if (narrow, wide) != (self.phone, not self.phone):
            raise Failed(f"list shown: {narrow}, table shown: {wide}")
        kind = ".cal-narrow" if self.phone else ".cal-wide"
        if not self.phone and timezone.localdate().weekday() == 6:  # tomorrow is in the week after
            self.press("a[rel=next]")
        self.press(f"{kind} a[href*='/platform/calendar/']", MEETING)
        self.sees("h1", MEETING)
        self.check()

    def idle(self) -> None:
        """Too late for the server, the next key empties the tab; nothing comes back but by signing in again."""
        self.go(f"/social/journal/{self.on.citizen}/")
        self.sees("main", CITIZEN)
        Session.objects.filter(user_id=self.on.who.user.id, ended_at=None).update(
            last_act=F("last_act") - dt.timedelta(seconds=301)
        )
        self.one("textarea[name=text]").send_keys("S")
        self.until(lambda: CITIZEN not in self.text("body"), "the tab keeps what it showed")
        if CITIZEN in self.engine.driver.title:
            raise Failed("the title keeps the name")
        self.go(f"/social/journal/{self.on.citizen}/")
        self.until(lambda: "/sign-in/" in self.url, "the page opens without a session")
        self._door()
        self.until(lambda: "/sign-in/" not in self.url or "/sign-in/code/" in self.url, "the door stays shut")
        if "/sign-in/code/" in self.url:
            self._code()
        self.until(lambda: f"/social/journal/{self.on.citizen}/" in self.url, "it does not lead back")
        self.sees("main", CITIZEN)

    def sign_out(self) -> None:
        """By the menu; going back shows nothing."""
        self.press(".topbar-end button[popovertarget='ht-me']")
        self.press("#ht-me form[action='/sign-out/'] button")
        self.until(lambda: CITIZEN not in self.text("body") and "/social/" not in self.url, "signing out leads nowhere")
        self.engine.driver.back()
        self.until(lambda: self.asks("return document.readyState") == "complete", "going back hangs")
        if CITIZEN in self.text("body"):
            raise Failed("going back shows the journal again")

    # --- what is checked after each ---

    def check(self) -> None:
        """No wider than the window, and nobody complained."""
        wide, window = self.asks("return [document.documentElement.scrollWidth, window.innerWidth]")
        if window != self.width or wide > window:
            raise Failed(f"the page scrolls sideways: {wide} pixels in a window of {window}, asked for {self.width}")
        if complaints := self.engine.complaints():
            raise Failed(f"the console says: {complaints[0]}")

    def nothing_kept(self) -> None:
        """Nothing in the browser's storage."""
        self.go("/sign-in/")
        kept = self.engine.driver.execute_async_script(
            """const done = arguments[arguments.length - 1];
               (async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
                 (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length])()
               .then(done, error => done(String(error)))"""
        )
        if kept != [0, 0, 0, 0, 0]:
            raise Failed(f"something is left in the browser: {kept}")

    # --- hands and eyes ---

    @property
    def url(self) -> str:
        """Where the browser is."""
        return str(self.engine.driver.current_url)

    def go(self, path: str) -> None:
        """Open a path of ours."""
        self.engine.driver.get(self.on.address + path)

    def asks(self, script: str, *arguments: Any) -> Any:
        """What a script answers in the page."""
        return self.engine.driver.execute_script(script, *arguments)

    def text(self, place: str) -> str:
        """What stands there now."""
        return " ".join(one.text for one in self.engine.driver.find_elements(By.CSS_SELECTOR, place))

    def until(self, holds: Callable[[], Any], otherwise: str) -> None:
        """Wait until something holds; a page that is being left does not count."""
        wait = WebDriverWait(self.engine.driver, SECONDS, 0.05, ignored_exceptions=[WebDriverException])
        try:
            wait.until(lambda _driver: holds())
        except WebDriverException:
            raise Failed(otherwise) from None

    def one(self, place: str, text: str = "") -> WebElement:
        """The first that is there and that has the text."""
        found: list[WebElement] = []

        def look() -> bool:
            found[:] = [e for e in self.engine.driver.find_elements(By.CSS_SELECTOR, place) if text in e.text]
            return bool(found)

        self.until(look, f"{place} {text} is not there")
        return found[0]

    def sees(self, place: str, text: str) -> None:
        """Wait for a text."""
        self.until(lambda: text in self.text(place), f"{place} does not say {text}")

    def holds(self, place: str, value: str) -> None:
        """Wait for a field's value."""
        self.until(lambda: self.one(place).get_attribute("value") == value, f"{place} does not hold what was written")

    def write(self, place: str, text: str) -> None:
        """By keys, into a field that was empty or is emptied."""
        field = self.in_sight(self.one(place))
        if field.get_attribute("value"):
            field.clear()
        field.send_keys(text)

    def press(self, place: str, text: str = "") -> None:
        """Press what can be seen, in the middle of the window, where no bar lies over it."""
        found: list[WebElement] = []

        def look() -> bool:
            there = self.engine.driver.find_elements(By.CSS_SELECTOR, place)
            found[:] = [one for one in there if one.is_displayed() and text in one.text]
            return bool(found)

        self.until(look, f"{place} {text} cannot be seen")
        self.in_sight(found[0]).click()

    def in_sight(self, element: WebElement) -> WebElement:
        """Scrolled to."""
        self.asks("arguments[0].scrollIntoView({block: 'center'})", element)
        return element

    def _door(self) -> None:
        Factor.objects.filter(user_id=self.on.who.user.id).update(last_step=0)
        self.write("[name=username]", self.on.who.user_name)
        self.write("[name=password]", self.on.who.password)
        self.one("[name=password]").send_keys(Keys.ENTER)

    def _code(self) -> None:
        Factor.objects.filter(user_id=self.on.who.user.id).update(last_step=0)
        self.write("[name=code]", codes.code_now(self.on.who.secret))
        self.press("main button[type=submit]")

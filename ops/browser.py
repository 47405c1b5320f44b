"""Find Chromium for the journeys, or install it; otherwise say plainly what is missing."""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path


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


def install() -> None:
    """Playwright's own, else the system's package where we may."""
    print("Chromium was not found; installing it for the browser tests …", flush=True)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _quietly("apt-get", "update", "-qq")
        _quietly("apt-get", "install", "-y", "-qq", "chromium")
    if not found():
        with contextlib.suppress(subprocess.TimeoutExpired):
            _quietly(sys.executable, "-m", "playwright", "install", "chromium", seconds=300)


def _quietly(*command: str, seconds: float | None = None) -> None:
    """Run a command whose failure shows in what it was to bring."""
    subprocess.run(command, check=False, timeout=seconds, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    if not found():
        install()
    if not found():
        sys.exit(
            "The browser tests need Chromium, and it could not be installed here.\n"
            "Install it with your system's package manager (Debian: apt-get install chromium),\n"
            "or name one: HERETASK_CHROMIUM=/path/to/chromium make test"
        )

"""Find clamd, the scanner that the tests of hostile files ask, or install it; or say so."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PLACES = ("/usr/sbin/clamd", "/usr/local/sbin/clamd", "/opt/homebrew/sbin/clamd")


def found() -> str | None:
    """The program, chosen or where systems put it."""
    chosen = os.environ.get("HERETASK_TEST_CLAMD")
    if chosen:
        return chosen if Path(chosen).exists() else None
    return shutil.which("clamd") or next((place for place in PLACES if Path(place).exists()), None)


def install() -> None:
    """The system's package, where we may; without its signatures, since the tests bring one of their own."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("clamd was not found; installing it for the tests of hostile files …", flush=True)
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "clamav-daemon"]):
            subprocess.run(
                ["apt-get", *command], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )  # its failure shows in what it was to bring


if __name__ == "__main__":
    if not found():
        install()
    if not found():
        sys.exit(
            "The tests of hostile files need clamd, and it could not be installed here.\n"
            "Install it with your system's package manager (Debian: apt-get install clamav-daemon),\n"
            "or name it: HERETASK_TEST_CLAMD=/path/to/clamd make test"
        )

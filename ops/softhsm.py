"""Find SoftHSM, the token in software that the tests of the second key provider use, or install it; or say so."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PLACES = ("/usr/lib/softhsm", "/usr/lib/x86_64-linux-gnu/softhsm", "/usr/lib/aarch64-linux-gnu/softhsm",
          "/usr/lib64/softhsm", "/usr/lib64/pkcs11", "/usr/local/lib/softhsm", "/opt/homebrew/lib/softhsm")  # fmt: skip


def found() -> str | None:
    """The module of SoftHSM 2, chosen or where systems put it; its tool must be there as well."""
    chosen = os.environ.get("HERETASK_SOFTHSM")
    if chosen:
        return chosen if Path(chosen).exists() else None
    modules = (Path(place) / "libsofthsm2.so" for place in PLACES)
    return next((str(module) for module in modules if module.exists()), None) if shutil.which("softhsm2-util") else None


def install() -> None:
    """The system's package, where we may."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("SoftHSM was not found; installing it for the tests of keys in a token …", flush=True)
        for command in (["update", "-qq"], ["install", "-y", "-qq", "softhsm2"]):
            subprocess.run(
                ["apt-get", *command], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )  # its failure shows in what it was to bring


if __name__ == "__main__":
    if not found():
        install()
    if not found():
        sys.exit(
            "The tests of keys in a token need SoftHSM 2, and it could not be installed here.\n"
            "Install it with your system's package manager (Debian: apt-get install softhsm2),\n"
            "or name its module: HERETASK_SOFTHSM=/path/to/libsofthsm2.so make test"
        )

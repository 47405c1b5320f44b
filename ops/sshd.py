"""Find OpenSSH's server, with which the tests of the servers' log sign in on this machine, or install it; or say so."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = "/usr/sbin:/usr/local/sbin:/sbin:/opt/homebrew/sbin"
POLICY = Path("/usr/sbin/policy-rc.d")  # Debian asks it whether an installed service may start


def found() -> str | None:
    """The server, chosen or where systems put it; the client's programs must be there as well."""
    chosen = os.environ.get("HERETASK_SSHD")
    if chosen:
        return chosen if Path(chosen).exists() else None
    server = shutil.which("sshd", path=PLACES)
    return server if shutil.which("ssh") and shutil.which("ssh-keygen") else None


@contextmanager
def _nothing_starts() -> Iterator[None]:
    """For as long as it lasts no service starts because it was installed: the tests start a server of their own."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def install() -> None:
    """The system's package, where we may; its service is neither started nor switched on."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("OpenSSH's server was not found; installing it for the tests of the servers' log …", flush=True)
        with _nothing_starts():
            for command in (["update", "-qq"], ["install", "-y", "-qq", "openssh-server", "openssh-client"]):
                subprocess.run(
                    ["apt-get", *command], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )  # its failure shows in what it was to bring
        if shutil.which("systemctl"):
            subprocess.run(
                ["systemctl", "disable", "ssh"], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )


if __name__ == "__main__":
    if not found():
        install()
    if not found():
        sys.exit(
            "The tests of the servers' log need OpenSSH's server, and it could not be installed here.\n"
            "Install it with your system's package manager (Debian: apt-get install openssh-server),\n"
            "or name it: HERETASK_SSHD=/path/to/sshd make test"
        )

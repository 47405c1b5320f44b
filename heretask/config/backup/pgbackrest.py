"""The second kind, for a server of one's own: pgBackRest copies the database's files and its WAL, encrypted by itself.

It runs as the account that owns the data folder. We write its configuration (the server's `archive_command` reads the
same file), have it back up and verify, and keep what it says. It is kept no longer than keys are: the files it copies
hold the wrapped keys too.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heretask.kernel.backup.target import Refused, Target
from heretask.kernel.secrets import providers
from heretask.kernel.secrets.keys import make_key

from .telling import Steps

STANZA = "heretask"
STEPS = ("check", "backup", "read back")
FULL_EVERY = dt.timedelta(days=6.5)
CIPHER = "aes-256-cbc"
REPOSITORY_KEY = "heretask.repository-key"
PLACE = b"pgbackrest repository"


@dataclass(frozen=True, slots=True)
class Server:
    """The PostgreSQL whose files are copied."""

    data: Path
    socket: str
    port: str
    superuser: str
    config: Path

    @property
    def owner(self) -> os.stat_result:
        """The account that owns the data folder, and nobody else, may run pgBackRest."""
        return self.data.stat()


def server() -> Server:
    """As the environment names it; raises Refused where something is missing."""
    data = os.environ.get("HERETASK_PG_DATA", "")
    if not data or not Path(data).is_dir():
        raise Refused("pgbackrest", "Name the server's data folder: HERETASK_PG_DATA=/var/lib/postgresql/15/main")
    found = Server(
        Path(data), os.environ.get("HERETASK_PG_SOCKET", "/var/run/postgresql"),
        os.environ.get("HERETASK_PG_PORT", "5432"), os.environ.get("HERETASK_PG_SUPERUSER", "postgres"),
        Path(os.environ.get("HERETASK_PGBACKREST_CONF", "/etc/pgbackrest/heretask.conf")),
    )  # fmt: skip
    if os.geteuid() not in {0, found.owner.st_uid}:
        account = pwd.getpwuid(found.owner.st_uid).pw_name
        raise Refused("pgbackrest", f"pgBackRest runs as the account of the data folder: start this as {account}.")
    return found


def take(target: Target, steps: Steps) -> dict[str, Any]:
    """A full copy once a week, else what has changed since; then all of it is verified. Raises Refused."""
    chosen = server()
    with steps.step("check"):
        write_configuration(target, chosen)
        _run(chosen, "stanza-create")
        _run(chosen, "check")  # also that the server's WAL arrives
    with steps.step("backup") as step:
        full = _full_is_due(_info(chosen))
        _run(chosen, "backup", f"--type={'full' if full else 'incr'}")
        made = _info(chosen)["backup"][-1]
        step.found = str(made["label"])
    with steps.step("read back") as step:
        said = _run(chosen, "verify", "--output=text", "--verbose")
        if "status: ok" not in said or made["error"]:
            raise Refused("read back", "pgBackRest does not find its own copy intact.")
        step.found = str(made["info"]["repository"]["size"])
    ended = dt.datetime.fromtimestamp(made["timestamp"]["stop"], dt.UTC)
    kept = (ended + dt.timedelta(days=target.key_days)).isoformat()
    return {
        "name": made["label"], "size": made["info"]["repository"]["size"], "version": made["backrest"]["version"],
        "kept_until": kept, "keys_until": kept,
    }  # fmt: skip


def write_configuration(target: Target, chosen: Server) -> None:
    """Our stanza, for that account's eyes only: it holds the passphrase, which comes from the outermost key."""
    passphrase = _passphrase(target)
    text = f"""# written by HereTask before each run
[global]
repo1-path={target.folder}
repo1-cipher-type={CIPHER}
repo1-cipher-pass={passphrase}
repo1-retention-full-type=time
repo1-retention-full={target.key_days}
start-fast=y
log-level-file=off
log-level-console=warn

[{STANZA}]
pg1-path={chosen.data}
pg1-socket-path={chosen.socket}
pg1-port={chosen.port}
pg1-user={chosen.superuser}
"""
    draft = chosen.config.with_suffix(".part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    if os.geteuid() == 0:
        os.chown(draft, chosen.owner.st_uid, chosen.owner.st_gid)
    draft.replace(chosen.config)


def _passphrase(target: Target) -> str:
    """The repository's, made once; it lies beside it, wrapped by the newest version of the outermost key."""
    path = target.path / REPOSITORY_KEY
    wrapped = bytes.fromhex(path.read_text()) if path.exists() else providers.wrap(make_key(), PLACE)
    plain = providers.unwrap(wrapped, PLACE)
    if not path.exists() or providers.version_of(wrapped) != providers.newest():
        draft = path.with_suffix(".part")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(providers.wrap(plain, PLACE).hex())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    return plain.hex()


def _info(chosen: Server) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_run(chosen, "info", "--output=json"))[0]
    if found["cipher"] != CIPHER:
        raise Refused("pgbackrest", "The repository is not encrypted.")
    return found


def _full_is_due(info: dict[str, Any]) -> bool:
    full = [one["timestamp"]["stop"] for one in info["backup"] if one["type"] == "full" and not one["error"]]
    return not full or dt.datetime.now(dt.UTC) - dt.datetime.fromtimestamp(max(full), dt.UTC) > FULL_EVERY


def _run(chosen: Server, command: str, *arguments: str) -> str:
    """One command of pgBackRest, as the account of the data folder; raises Refused with the first thing it said."""
    account = pwd.getpwuid(chosen.owner.st_uid)
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": account.pw_dir}
    if "PGPASSFILE" in os.environ:
        environment["PGPASSFILE"] = os.environ["PGPASSFILE"]
    as_owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_owner = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    try:
        done = subprocess.run(
            ["pgbackrest", f"--config={chosen.config}", f"--stanza={STANZA}", command, *arguments],
            env=environment, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, check=False, **as_owner,
        )  # fmt: skip
    except FileNotFoundError:
        raise Refused("pgbackrest", "pgBackRest is not installed: apt-get install pgbackrest")
    if done.returncode:
        lines = (done.stderr or done.stdout).decode(errors="replace").splitlines() or [""]
        raise Refused("pgbackrest", f"pgbackrest {command} ended with status {done.returncode}: {lines[0][:300]}")
    said: bytes = done.stdout
    return said.decode()

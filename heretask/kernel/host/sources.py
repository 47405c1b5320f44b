"""Where the lines come from: the server's journal, or log files. Each piece comes with the place to go on from."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .lines import LONGEST, Line

_HEAD = 512  # bytes by which a log file is known again: logrotate renames some, and copies and empties others
FIRST = "-24h"  # how far back the first reading of a journal goes: before that nobody can have announced anything
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_PROGRAMS = {"sshd": "sshd", "sshd-session": "sshd", "sudo": "sudo", "postgres": "postgres"}
_FIELDS = "MESSAGE,_COMM,_EXE,_UID,_PID,_HOSTNAME"
_STAMPED = re.compile(
    r"(?P<at>\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:\d\d)|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (?P<host>\S{1,63}) "
    r"(?P<program>sshd|sshd-session|sudo|postgres)(?:\[(?P<pid>\d{1,10})\])?: (?P<text>.*)",
    re.DOTALL,
)
_DATABASE = re.compile(
    r"(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) (?P<zone>[A-Z]{1,5}|[+-]\d\d(?::?\d\d)?) "
    r"\[(?P<pid>\d{1,10})\] (?P<text>.*)",
    re.DOTALL,
)
_NUMBERED = re.compile(r"\[\d+-\d+\] ")  # how PostgreSQL's lines begin in syslog
_ZONES = {"UTC": "UTC", "GMT": "UTC", "CET": "Europe/Copenhagen", "CEST": "Europe/Copenhagen"}


class CannotRead(Exception):
    """A source is not there, or this user may not read it; the message says which."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A line (None: one that is of no use) and the place behind it."""

    line: Line | None
    place: str


class Source(Protocol):
    """Somewhere to read from."""

    @property
    def name(self) -> str:
        """What its place is kept under."""
        ...

    def read(self, place: str) -> Iterator[Piece]:
        """What stands behind `place` ('' for the first time), in its order. Raises CannotRead."""
        ...


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal of systemd. What it knows of the sender (program, user) cannot be forged by who writes a line."""

    name: str = "journal"
    program: str = "journalctl"

    @property
    def there(self) -> bool:
        """Whether this machine keeps one."""
        return shutil.which(self.program) is not None and Path("/run/systemd/journal/socket").exists()

    def read(self, place: str) -> Iterator[Piece]:
        """From behind the cursor on; where the journal no longer knows it, from its time on."""
        kept = json.loads(place) if place else {}
        known = [f"--after-cursor={kept['cursor']}"] if kept else [f"--since={FIRST}"]
        try:
            yield from self._entries(known)
        except CannotRead:
            if not kept:
                raise
            yield from self._entries([f"--since=@{kept['at'] // 1_000_000}"])  # read twice is kept once

    def _entries(self, since: list[str]) -> Iterator[Piece]:
        wanted = [f"_COMM={name}" for name in _PROGRAMS]
        # errors go to a file: a pipe that nobody reads would stand still when it is full
        with tempfile.TemporaryFile() as said:
            try:
                process = subprocess.Popen(
                    [self.program, "--output=json", "--no-pager", "--quiet", "--all",
                     f"--output-fields={_FIELDS}", *since, *(" + ".join(wanted).split())],
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said,
                )  # fmt: skip
            except OSError as failure:
                raise CannotRead(f"{self.program}: {type(failure).__name__}") from None
            assert process.stdout is not None  # noqa: S101  (it is a pipe)
            try:
                for raw in iter(lambda: _bounded(process.stdout, 16 * LONGEST), b""):
                    if (piece := journal_piece(raw)) is not None:
                        yield piece
                if process.wait(timeout=30):
                    said.seek(0)
                    raise CannotRead(f"{self.program}: {said.read(300).decode(errors='replace').strip()}")
            finally:
                process.kill()
                process.wait()
                process.stdout.close()


def journal_piece(raw: bytes) -> Piece | None:
    """One entry of `journalctl --output=json`; None where it is no such object."""
    try:
        entry = json.loads(raw)
        at = int(entry["__REALTIME_TIMESTAMP"])
        place = json.dumps({"cursor": str(entry["__CURSOR"])[:1000], "at": at})
    except (ValueError, KeyError, TypeError):
        return None
    if not _genuine(entry):
        return Piece(None, place)
    moment = dt.datetime.fromtimestamp(at / 1_000_000, dt.UTC)
    text = _NUMBERED.sub("", _text(entry.get("MESSAGE")), count=1)
    program, pid = _PROGRAMS[entry["_COMM"]], _number(entry.get("_PID"))
    if program == "postgres" and (stamped := _DATABASE.fullmatch(text)):
        text = stamped["text"]
    return Piece(Line(moment, host_called(entry.get("_HOSTNAME")), program, pid, text[:LONGEST]), place)


def _genuine(entry: dict[str, Any]) -> bool:
    """Whether the program that wrote it is the one it is called, run by whom it must be: the journal knows both."""
    name, path, uid = entry.get("_COMM"), str(entry.get("_EXE", "")), _number(entry.get("_UID"), -1)
    if name in {"sshd", "sshd-session"}:  # anybody can run one of their own, but not as root
        return uid == 0 and path in {"/usr/sbin/sshd", "/usr/lib/openssh/sshd-session"}
    if name == "sudo":
        return path in {"/usr/bin/sudo", "/bin/sudo", "/usr/libexec/sudo/sudo"}
    return name == "postgres" and 0 <= uid < 1000 and path.endswith("/bin/postgres")


def _text(message: object) -> str:
    """A message; the journal gives as numbers what is no text."""
    if isinstance(message, list):
        return bytes(n for n in message if isinstance(n, int) and 0 <= n < 256).decode(errors="replace")
    return message if isinstance(message, str) else ""


def configured() -> list[Source]:
    """What this machine's readings are of: its journal, and the files of HERETASK_HOST_LOGS. Raises CannotRead."""
    named = [LogFile(Path(one)) for one in os.environ.get("HERETASK_HOST_LOGS", "").split(":") if one]
    found: list[Source] = [*([Journal()] if Journal().there else []), *named]
    if not found:
        raise CannotRead("There is no journal here: name log files (--from FILE, or HERETASK_HOST_LOGS).")
    return found


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log file of rsyslog (`auth.log`) or PostgreSQL (plain or JSON lines), turned over by logrotate or not."""

    path: Path

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)[-200:]

    def read(self, place: str) -> Iterator[Piece]:
        """From the kept place on; where the file was turned over, first the rest of the old one."""
        kept: dict[str, Any] = json.loads(place) if place else {"head": "", "of": 0, "at": 0}
        old = self.path.with_name(self.path.name + ".1")
        try:
            behind = kept["at"]
            if not _begins_as(self.path, kept):
                if old.exists() and _begins_as(old, kept):
                    yield from self._lines(old, behind)
                behind = 0
            yield from self._lines(self.path, behind)
        except OSError as failure:
            raise CannotRead(f"{self.path}: {failure.strerror}") from None

    def _lines(self, path: Path, behind: int) -> Iterator[Piece]:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            file.seek(behind)
            while raw := _bounded(file, LONGEST):
                if not raw.endswith(b"\n"):  # somebody is still writing it: the next time
                    return
                at = file.tell()
                of = min(len(head), at)
                place = {"head": hashlib.sha256(head[:of]).hexdigest(), "of": of, "at": at}
                text = raw.decode(errors="replace").rstrip("\r\n")
                yield Piece(line_of(text, time.time()), json.dumps(place))


def _begins_as(path: Path, kept: dict[str, Any]) -> bool:
    """Whether a file is the one that was read, whatever it is called now, and has not been emptied since."""
    with path.open("rb") as file:
        same = hashlib.sha256(file.read(kept["of"])).hexdigest() == kept["head"] or not kept["of"]
        return same and os.fstat(file.fileno()).st_size >= kept["at"]


def line_of(text: str, now: float) -> Line | None:
    """A line of a log file; None for one of a program or a form that we do not read."""
    if text.startswith("{"):
        return _json_line(text)
    if found := _STAMPED.fullmatch(text):
        at = _moment(found["at"], now)
        said = _NUMBERED.sub("", found["text"], count=1)
        program = _PROGRAMS[found["program"]]
        if program == "postgres" and (stamped := _DATABASE.fullmatch(said)):
            said = stamped["text"]
        return Line(at, host_called(found["host"]), program, int(found["pid"] or 0), said) if at else None
    if found := _DATABASE.fullmatch(text):
        at = _zoned(found["at"], found["zone"])
        return Line(at, host_called(None), "postgres", int(found["pid"]), found["text"]) if at else None
    return None


def _json_line(text: str) -> Line | None:
    """A line of PostgreSQL's JSON log: user and database are fields of their own there, which nobody can bend."""
    try:
        told = json.loads(text)
        day, clock, zone = str(told["timestamp"]).split(" ")
        at = _zoned(f"{day} {clock}", zone)
        pid, message = int(told["pid"]), str(told["message"])
    except (ValueError, KeyError, TypeError):
        return None
    user, database = str(told.get("user", "")), str(told.get("dbname", ""))
    if at is None or told.get("error_severity") != "LOG":
        return None
    if not user:  # nobody yet: 'connection received'
        return Line(at, host_called(None), "postgres", pid, f"LOG:  {message}")
    return Line(
        at, host_called(None), "postgres", pid, message, user, database, str(told.get("remote_host", ""))
    )  # fmt: skip


def host_called(name: object) -> str:
    """A machine's name, if it is one; without one, this machine's."""
    text = str(name or socket.gethostname())
    return text if _HOST.fullmatch(text) else "?"


def _moment(text: str, now: float) -> dt.datetime | None:
    """A stamp of rsyslog's: with its zone, or without year and zone, as this machine tells the time."""
    try:
        if text[0].isdigit():
            return dt.datetime.fromisoformat(text)
        today = dt.datetime.fromtimestamp(now).astimezone()
        # the year stands nowhere: the newest that does not lie in the future
        for year in (today.year, today.year - 1):
            found = dt.datetime.strptime(f"{year} {text}", "%Y %b %d %H:%M:%S").astimezone()
            if found <= today + dt.timedelta(days=1):
                return found
    except ValueError:
        pass
    return None


def _zoned(text: str, zone: str) -> dt.datetime | None:
    try:
        plain = dt.datetime.fromisoformat(text)
        if zone[0] in "+-":
            return dt.datetime.fromisoformat(
                f"{text}{zone if ':' in zone or len(zone) == 3 else zone[:3] + ':' + zone[3:]}"
            )
        return plain.replace(tzinfo=ZoneInfo(_ZONES[zone])) if zone in _ZONES else plain.astimezone()
    except (ValueError, ZoneInfoNotFoundError):
        return None


def _bounded(file: BinaryIO | Any, most: int) -> bytes:
    """The next line, cut where it is too long: what is behind the cut is thrown away."""
    raw: bytes = file.readline(most)
    if len(raw) == most and not raw.endswith(b"\n"):
        while (rest := file.readline(most)) and not rest.endswith(b"\n"):
            pass
        return raw[:-1] + b"\n" if rest else raw
    return raw


def _number(value: object, otherwise: int = 0) -> int:
    try:
        return int(str(value))
    except ValueError:
        return otherwise

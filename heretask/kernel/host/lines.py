"""What a line of the server's log says of a session: sshd's, sudo's and PostgreSQL's, in Debian's wording.

A line is a stranger's text. Only whole lines of a known form are believed; of a session that begins in a form that
cannot be read the account stays empty, and so it can match nothing. What somebody could have put into a line
themselves (a second 'COMMAND=', a name with a blank) is never taken for what the program said.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

LONGEST = 8192  # bytes of a line; what is longer is cut
SSH, SUDO, DATABASE = "ssh", "sudo", "database"
# what the program itself signs in as, all day long: counted, never a session. The owner is not among them: that is
# whom commands at the server sign in as
OWN_ROLES = frozenset(
    {"heretask_app", "heretask_gate", "heretask_worker", "heretask_clock", "heretask_sealer", "heretask_backup"}
)
_NAME = r"[A-Za-z0-9_][A-Za-z0-9._@$-]{0,62}"
_ADDRESS = r"[0-9A-Fa-f.:]{2,45}(?:%[A-Za-z0-9._-]{1,20})?"
_ACCEPTED = re.compile(
    rf"Accepted (?P<how>[a-z/-]{{1,40}}) for (?P<account>{_NAME}) from (?P<address>{_ADDRESS}) port (?P<port>\d{{1,5}})"
    r" ssh2(?:: \S{1,60} (?P<key>SHA256:[A-Za-z0-9+/=]{43,44})(?: .{1,500})?)?"
)
_SSH_CLOSED = (
    re.compile(rf"Disconnected from user {_NAME} (?P<address>{_ADDRESS}) port (?P<port>\d{{1,5}})"),
    re.compile(rf"Received disconnect from (?P<address>{_ADDRESS}) port (?P<port>\d{{1,5}}):\d+: .{{0,300}}"),
    re.compile(rf"Connection (?:closed|reset) by (?:user {_NAME} )?(?P<address>{_ADDRESS}) port (?P<port>\d{{1,5}})"),
    re.compile(rf"pam_unix\(sshd:session\): session closed for user {_NAME}"),
)
_SUDO = re.compile(rf"\s*(?P<account>{_NAME}) : (?P<rest>.*)")
_SUDO_TARGET = re.compile(rf" ; USER=(?P<target>{_NAME}) ; ")
_SUDO_REFUSED = re.compile(
    r"(?:user NOT in sudoers|command not allowed|\d+ incorrect password attempts?|a password is required) ; "
)
_PROGRAM = re.compile(r"[A-Za-z0-9._+-]{1,40}")
_LEVEL = re.compile(r"\b(?:LOG|FATAL|ERROR|WARNING|PANIC):  ")
_DATABASE_LINE = re.compile(rf"(?:(?:{_NAME})@(?:{_NAME}) )?LOG:  (?P<message>.*)")
_AUTHORIZED = re.compile(rf"connection authorized: user=(?P<account>{_NAME}) database=(?P<database>{_NAME})(?: .*)?")
_RECEIVED = re.compile(rf"connection received: host=(?P<address>\[local\]|{_ADDRESS})(?: port=(?P<port>\d{{1,5}}))?")
_DISCONNECTED = re.compile(r"disconnection: session time: .*")


class What(StrEnum):
    """What a line says."""

    OPENED = "opened"
    CLOSED = "closed"
    COMMAND = "command"
    PROGRAM = "program"  # the program's own connection to the database


@dataclass(frozen=True, slots=True)
class Line:
    """One line, with what its source vouches for: when, which machine, which program. `user` only where it says so."""

    at: dt.datetime
    host: str
    program: str
    pid: int
    text: str
    user: str = ""
    database: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What was understood. An empty `account` of something that began: it cannot be read whose it is."""

    what: What
    kind: str
    at: dt.datetime
    host: str
    pid: int
    account: str = ""
    address: str = ""
    port: int = 0
    how: str = ""
    key: str = ""
    database: str = ""
    command: str = ""
    target: str = ""
    refused: bool = False


@dataclass(slots=True)
class Reader:
    """Reads lines in their order. PostgreSQL tells from where in a line of its own, before it knows who."""

    received: dict[int, tuple[str, int]] = field(default_factory=dict)

    def read(self, line: Line) -> Said | None:
        """What the line says of a session; None where it says nothing of one."""
        if not line.text.isprintable():  # no program of these writes control characters; whoever did wants to fool us
            return _unreadable(line) if _begins(line) else None
        if line.program == "sudo":
            return _sudo(line)
        if line.program == "postgres":
            return self._database(line)
        return _ssh(line)

    def _database(self, line: Line) -> Said | None:
        message = line.text
        if not line.user:  # the plain form: the level stands in the line, once
            found = _DATABASE_LINE.fullmatch(line.text)
            if found is None:
                return None
            if len(_LEVEL.findall(line.text)) != 1:
                return _unreadable(line) if _begins(line) else None
            message = found["message"]
        said = Said(What.OPENED, DATABASE, line.at, line.host, line.pid)
        if received := _RECEIVED.fullmatch(message):
            if len(self.received) > 1000:
                self.received.clear()
            self.received[line.pid] = (_address(received["address"]), int(received["port"] or 0))
            return None
        if message.startswith("connection authorized:"):
            return self._authorized(line, message, said)
        if _DISCONNECTED.fullmatch(message):
            return replace(said, what=What.CLOSED)
        return None

    def _authorized(self, line: Line, message: str, said: Said) -> Said:
        address, port = self.received.pop(line.pid, (_address(line.address), 0))
        found = _AUTHORIZED.fullmatch(message)
        account, database = (found["account"], found["database"]) if found else ("", "")
        if line.user and (line.user, line.database) != (account, database):  # its own fields are the truer ones
            account = database = ""
        if account in OWN_ROLES:
            return replace(said, what=What.PROGRAM, account=account, database=database)
        return replace(said, account=account, database=database, address=address, port=port)


def _ssh(line: Line) -> Said | None:
    said = Said(What.OPENED, SSH, line.at, line.host, line.pid)
    if line.text.startswith("Accepted "):
        found = _ACCEPTED.fullmatch(line.text)
        if found is None:
            return said
        return replace(
            said, account=found["account"], address=_address(found["address"]), port=int(found["port"]),
            how=found["how"], key=found["key"] or "",
        )  # fmt: skip
    for form in _SSH_CLOSED:
        if found := form.fullmatch(line.text):
            told = found.groupdict()
            return replace(
                said, what=What.CLOSED, address=_address(told.get("address") or ""), port=int(told.get("port") or 0)
            )
    return None


def _sudo(line: Line) -> Said | None:
    found = _SUDO.fullmatch(line.text)
    if found is None or "COMMAND=" not in found["rest"]:
        return None
    said = Said(What.COMMAND, SUDO, line.at, line.host, line.pid, found["account"], command="?", target="?")
    said = replace(said, refused=_SUDO_REFUSED.match(found["rest"]) is not None)
    before, mark, command = found["rest"].partition(" ; COMMAND=")
    targets = _SUDO_TARGET.findall(before + " ; ")
    if not mark or "COMMAND=" in before + command or len(targets) != 1:
        return said  # a folder or an argument that looks like sudo's own words: that there was one is all we say
    name = command.split(" ", 1)[0].rsplit("/", 1)[-1]
    return replace(said, command=name if _PROGRAM.fullmatch(name) else "?", target=targets[0])


def _begins(line: Line) -> bool:
    """Whether something begins with the line, whoever's it may be."""
    if line.program == "sudo":
        return "COMMAND=" in line.text
    return "connection authorized:" in line.text if line.program == "postgres" else line.text.startswith("Accepted ")


def _unreadable(line: Line) -> Said:
    kind = {"sudo": SUDO, "postgres": DATABASE}.get(line.program, SSH)
    what = What.COMMAND if kind == SUDO else What.OPENED
    return Said(what, kind, line.at, line.host, line.pid, command="?" if kind == SUDO else "")


def _address(text: str) -> str:
    """An address in its one form; 'local' for a socket of the machine itself, '' for what is none."""
    if text == "[local]":
        return "local"
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return ""

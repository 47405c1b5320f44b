"""How a server is set up, found out by asking its own programs. Each answer: holds, broken or cannot tell, and how.

What could not be asked never holds. Programs are only ever asked, nothing is changed.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

_WAIT = 60  # seconds for one program
_MOST = 400_000  # characters of what it says
_NO_SHELL = {"nologin", "false", "sync", "halt", "shutdown", ""}
_OLD_LISTS = 2 * 86400
FIRST_PERSON = 1000  # users below are the system's own


class Answer(StrEnum):
    """What can be said of one rule."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True)
class Checked:
    """One rule: its answer, how it was found out, and what was found."""

    name: str
    answer: Answer
    how: str
    found: str


@dataclass(frozen=True, slots=True)
class Account:
    """A line of the machine's list of users."""

    name: str
    uid: int
    home: str
    shell: str


@dataclass(slots=True)
class Checks:
    """Everything that was found on one machine; `strangers` of `accounts` belong to nobody in the register."""

    found: list[Checked] = field(default_factory=list)
    accounts: int = 0
    strangers: int = 0

    @property
    def hold(self) -> bool:
        """Whether every rule does."""
        return bool(self.found) and all(one.answer == Answer.HOLDS for one in self.found)


class Silent(Exception):
    """A program is not there, or did not answer as it must; the message says what."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine: where its files lie, where its programs are, how sshd is asked, and what may listen."""

    root: Path = Path("/")
    path: str = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    sshd: tuple[str, ...] = ("sshd",)
    ports: frozenset[int] = frozenset({22, 443})
    data: tuple[Path, ...] = ()  # folders whose disk must be encrypted

    def ask(self, *command: str) -> str:
        """What a program answers; raises Silent."""
        environment = {"PATH": self.path, "LC_ALL": "C", "HOME": "/"}
        program = next((p for folder in self.path.split(":") if (p := Path(folder) / command[0]).is_file()), None)
        if program is None:
            raise Silent(f"{command[0]} is not installed")
        try:
            asked = subprocess.run(
                [str(program), *command[1:]], env=environment, cwd="/", check=False, timeout=_WAIT,
                stdin=subprocess.DEVNULL, capture_output=True,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as failure:
            raise Silent(f"{command[0]}: {type(failure).__name__}") from None
        if asked.returncode:
            said = (asked.stderr or asked.stdout).decode(errors="replace").strip().splitlines()
            raise Silent(f"{command[0]}: {_plain(said[-1]) if said else f'exit status {asked.returncode}'}")
        return asked.stdout.decode(errors="replace")[:_MOST]

    def accounts(self) -> list[Account]:
        """Users of the machine that have a shell."""
        found = []
        for line in (self.root / "etc/passwd").read_text(errors="replace").splitlines():
            parts = line.split(":")
            if len(parts) == 7 and parts[2].isdecimal() and Path(parts[6]).name not in _NO_SHELL:
                found.append(Account(parts[0], int(parts[2]), parts[5], parts[6]))
        return found

    def sshd_says(self, account: str = "") -> dict[str, str]:
        """The settings that are in force, for one account where it is named; raises Silent."""
        whom = ("-C", f"user={account},host=host.invalid,addr=192.0.2.1") if account else ()
        program, *more = self.sshd
        told = self.ask(program, "-T", *more, *whom).splitlines()
        return {name.lower(): value.lower() for name, _blank, value in (one.partition(" ") for one in told)}


def check(machine: Machine, register: Mapping[str, UUID]) -> Checks:
    """Ask everything. `register` says to which person of today an account belongs."""
    made = Checks()
    made.found = [
        _answered("linux", "uname", _linux),
        _answered("keys only", "sshd -T", lambda: _keys_only(machine)),
        _answered("no root", "sshd -T", lambda: _no_root(machine)),
        _answered("accounts", "/etc/passwd, /etc/shadow", lambda: _accounts(machine, register, made)),
        _answered("firewall", "nft list ruleset, ufw status", lambda: _firewall(machine)),
        _answered("updates", "apt-get --simulate upgrade", lambda: _updates(machine)),
        _answered("encryption", "lsblk", lambda: _encryption(machine)),
        _answered("time", "timedatectl", lambda: _time(machine)),
        _answered("ports", "ss", lambda: _ports(machine)),
    ]
    return made


def _answered(name: str, how: str, ask: Callable[[], tuple[bool, str]]) -> Checked:
    try:
        holds, found = ask()
    except Silent as silent:
        return Checked(name, Answer.UNKNOWN, how, str(silent))
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ) as failure:  # a file or an answer of another form
        return Checked(name, Answer.UNKNOWN, how, type(failure).__name__)
    return Checked(name, Answer.HOLDS if holds else Answer.BROKEN, how, found)


def _linux() -> tuple[bool, str]:
    return platform.system() == "Linux", f"{platform.system()} {platform.release()}"


def _keys_only(machine: Machine) -> tuple[bool, str]:
    """No way in but a key, for nobody: rules for single users are asked for each user."""
    wrong = set()
    for name in ("", *(one.name for one in machine.accounts())):
        told = machine.sshd_says(name)
        wrong |= {
            word for word in ("passwordauthentication", "kbdinteractiveauthentication", "permitemptypasswords",
                              "hostbasedauthentication", "gssapiauthentication", "kerberosauthentication")
            if told.get(word, "no") != "no"
        }  # fmt: skip
        if told["pubkeyauthentication"] != "yes":
            wrong.add("pubkeyauthentication")
    return not wrong, ", ".join(sorted(wrong)) or "public keys only"


def _no_root(machine: Machine) -> tuple[bool, str]:
    told = {machine.sshd_says(name)["permitrootlogin"] for name in ("", "root")}
    return told == {"no"}, "PermitRootLogin " + ", ".join(sorted(told))


def _accounts(machine: Machine, register: Mapping[str, UUID], made: Checks) -> tuple[bool, str]:
    """Each account that somebody can get in with has one person, and each person one account. Root is asked apart."""
    people = [one for one in machine.accounts() if one.name != "root" and _can_enter(machine, one)]
    twins = [name for name, uid in ((a.name, a.uid) for a in people) if uid == 0]
    strangers = [one.name for one in people if one.name not in register]
    whose = Counter(register[one.name] for one in people if one.name in register)
    double = [one.name for one in people if whose[register.get(one.name, UUID(int=0))] > 1]
    made.accounts, made.strangers = len(people), len(strangers)
    said = [
        f"{what}: {', '.join(sorted(names))}"
        for what, names in (("nobody's", strangers), ("several of one person", double), ("another root", twins))
        if names
    ]
    return not said, "; ".join(said) or f"{len(people)} accounts"


def _can_enter(machine: Machine, account: Account) -> bool:
    """Whether a key or a password opens it. A person's account counts as soon as it has a shell."""
    if account.uid >= FIRST_PERSON or account.uid == 0:
        return True
    keys = machine.root / account.home.lstrip("/") / ".ssh"
    if any((keys / name).exists() for name in ("authorized_keys", "authorized_keys2")):
        return True
    locked = {
        parts[0]: parts[1][:1] in {"!", "*"}
        for parts in (line.split(":") for line in (machine.root / "etc/shadow").read_text().splitlines())
        if len(parts) > 1
    }
    return not locked[account.name]


def _firewall(machine: Machine) -> tuple[bool, str]:
    """What comes in is refused unless a rule lets it."""
    silent = []
    try:
        if machine.ask("ufw", "status").startswith("Status: active"):
            return True, "ufw is active"
    except Silent as one:
        silent.append(str(one))
    try:
        told = json.loads(machine.ask("nft", "--json", "list", "ruleset"))["nftables"]
    except Silent as one:
        raise Silent("; ".join([*silent, str(one)])) from None
    chains = [one["chain"] for one in told if one.get("chain", {}).get("hook") == "input"]
    closed = [one for one in chains if one.get("policy") == "drop" or _ends_closed(one, told)]
    return bool(closed), f"{len(closed)} of {len(chains)} chains for what comes in refuse by default"


def _ends_closed(chain: Mapping[str, Any], told: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the last rule of a chain refuses everything that is left."""
    where = (chain["family"], chain["table"], chain["name"])
    rules = [
        one["rule"] for one in told if "rule" in one
        and (one["rule"]["family"], one["rule"]["table"], one["rule"]["chain"]) == where
    ]  # fmt: skip
    acts = [set(act) for act in rules[-1]["expr"]] if rules else []
    return bool(acts) and bool(acts[-1] & {"drop", "reject"}) and not any("match" in act for act in acts)


def _updates(machine: Machine) -> tuple[bool, str]:
    lists = machine.root / "var/lib/apt/lists"
    newest = max((one.stat().st_mtime for one in lists.iterdir() if one.is_file()), default=0.0)
    if time.time() - newest > _OLD_LISTS:
        raise Silent("the lists of packages are older than two days")
    told = machine.ask("apt-get", "--simulate", "-o", "Debug::NoLocking=1", "upgrade").splitlines()
    waiting = [one.split()[1] for one in told if one.startswith("Inst ") and "security" in one.lower()]
    return not waiting, f"{len(waiting)} security updates wait" + (f": {', '.join(waiting[:5])}" if waiting else "")


def _encryption(machine: Machine) -> tuple[bool, str]:
    """The disks under the system, the data and the swap lie on something encrypted."""
    told = json.loads(machine.ask("lsblk", "--json", "--output", "NAME,TYPE,MOUNTPOINTS"))["blockdevices"]
    mounted = dict(_mounts(told, encrypted=False))
    wanted = {"/", *(str(_mount_of(folder)) for folder in machine.data)} | (mounted.keys() & {"[SWAP]"})
    unseen = sorted(wanted - mounted.keys())
    plain = sorted(one for one in wanted & mounted.keys() if not mounted[one])
    if unseen and not plain:
        raise Silent(f"lsblk does not show what lies under {', '.join(unseen)}")
    return not plain, f"not encrypted: {', '.join(plain)}" if plain else ", ".join(sorted(wanted))


def _mounts(devices: Iterable[Mapping[str, Any]], *, encrypted: bool) -> Iterable[tuple[str, bool]]:
    for one in devices:
        here = encrypted or one.get("type") == "crypt"
        yield from ((str(where), here) for where in one.get("mountpoints") or [] if where)
        yield from _mounts(one.get("children") or [], encrypted=here)


def _mount_of(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if os.path.ismount(one))


def _time(machine: Machine) -> tuple[bool, str]:
    told = machine.ask("timedatectl", "show", "--property=NTPSynchronized", "--value").strip()
    return told == "yes", f"NTPSynchronized={_plain(told)}"


def _ports(machine: Machine) -> tuple[bool, str]:
    """Nothing but what must listens to the outside (TCP)."""
    listening: set[int] = set()
    for line in machine.ask("ss", "-H", "-l", "-n", "-t").splitlines():
        address, _colon, port = line.split()[3].rpartition(":")
        if not _inside(address):
            listening.add(int(port))
    more = sorted(listening - machine.ports)
    return not more, f"not expected: {_joined(more)}" if more else f"listening: {_joined(sorted(listening)) or '-'}"


def _inside(address: str) -> bool:
    bare = address.partition("%")[0].strip("[]")
    return bare.startswith("127.") or bare in {"::1", "::ffff:127.0.0.1"}


def _joined(numbers: Collection[int]) -> str:
    return ", ".join(map(str, numbers))


def _plain(text: str) -> str:
    """A program's sentence without what does not belong into one."""
    return re.sub(r"[^\x20-\x7e]", "?", text)[:160]

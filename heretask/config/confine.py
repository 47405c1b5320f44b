"""Keeping a process out of a folder for good, by the kernel (Landlock), whoever the process runs as.

The web must not be able to read the key that signs checkpoints, and on one machine it may run as the very user who owns
the key. Landlock only takes rights away: here the right to read or write below a folder, for this process and all its
children. It works by naming what stays allowed, so everything beside the way to the folder is named.
"""

from __future__ import annotations

import ctypes
import logging
import os
import struct
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # system calls, the same number on every architecture
_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE = 1 << 1, 1 << 2
_HANDLED = _WRITE_FILE | _READ_FILE  # names may be listed: programs look for modules in the folders on the way
_NO_NEW_PRIVILEGES = 38


def is_possible() -> bool:
    """Whether this machine's kernel has Landlock."""
    return bool(_libc().syscall(_CREATE, None, 0, 1) > 0)


class WithinReach(Exception):
    """The web could read the key that signs the log, and nothing here can forbid it; the message says what would."""


def from_key(file: Path, *, or_refuse: bool) -> None:
    """Keep this process out of the folder of a key; raises WithinReach where it could still read it."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if keep_out_of(file.parent) or not os.access(file.parent, os.R_OK | os.X_OK):
        return
    told = (
        "The web could read the key that signs the log: run the sealer as a user of its own, or on Linux 5.13 or newer."
    )
    if or_refuse:
        raise WithinReach(told)
    logging.getLogger("heretask.web").warning(told)


def keep_out_of(folder: Path) -> bool:
    """From now on neither read nor write anything in `folder`; False where the kernel cannot see to it.

    What appears later beside the folders on the way to it can be written but not read, so make them before.
    Raises OSError where the kernel could and refuses.
    """
    if not is_possible():
        return False
    libc = _libc()
    rules = libc.syscall(_CREATE, struct.pack("=Q", _HANDLED), 8, 0)
    if rules < 0:
        raise OSError(ctypes.get_errno(), "no set of rules")
    try:
        target = folder.resolve()
        for above in target.parents:
            _allow_beside(libc, rules, above, target)
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.syscall(_RESTRICT, rules, 0):
            raise OSError(ctypes.get_errno(), "the rules were not taken")
    finally:
        os.close(rules)
    return True


def _allow_beside(libc: ctypes.CDLL, rules: int, above: Path, target: Path) -> None:
    """Allow everything in the folder `above` but the way to `target`."""
    try:
        entries = list(os.scandir(above))
    except PermissionError:  # where this user cannot look there is nothing to allow
        return
    for entry in entries:
        here = above / entry.name
        if here == target or here in target.parents or entry.is_symlink():  # where links lead is allowed, or not, there
            continue
        handle = os.open(here, os.O_PATH | os.O_NOFOLLOW)
        try:
            if libc.syscall(_ADD, rules, _PATH_BENEATH, struct.pack("=Qi", _HANDLED, handle), 0):
                raise OSError(ctypes.get_errno(), "a rule was not taken")
        finally:
            os.close(handle)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)

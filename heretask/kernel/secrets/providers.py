"""Where the outermost key lives: a file, or a hardware security module. The settings choose what wraps from now on.

What is wrapped says by which provider and version, so that it opens until it is re-wrapped: a byte for the form, one
for the provider, four for the version, the body. Going from one provider to the other is a rotation like any other.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Protocol

from django.conf import settings

from .keyfile import KeyFile
from .sealing import VERSION, CannotOpen, KeyFault
from .tokens import Token, Where

FORM = b"\x02"
_HEAD = 6


class Provider(Protocol):
    """What a provider of the outermost key must do."""

    name: str
    code: int

    def versions(self) -> dict[int, str]:
        """The versions there are, and when each was made."""
        ...

    def stamp(self) -> object:
        """Something that changes when the versions do."""
        ...

    def wrap(self, version: int, plain: bytes, place: bytes) -> bytes:
        """`plain` wrapped under that version and bound to `place`."""
        ...

    def unwrap(self, version: int, body: bytes, place: bytes) -> bytes:
        """What `wrap` wrapped; raises CannotOpen."""
        ...

    def make(self, version: int) -> None:
        """Make a version where it is missing."""
        ...

    def retire(self, versions: set[int]) -> None:
        """Destroy versions."""
        ...

    def fault(self) -> str:
        """What is wrong, as a sentence; '' where nothing is."""
        ...


Version = tuple[int, int]  # the provider's code, and the number


def chosen() -> Provider:
    """The provider that wraps from now on."""
    return _named(settings.HERETASK_KEY_PROVIDER)


def by_code(code: int) -> Provider:
    """The provider that wrapped something."""
    for name in ("file", "pkcs11"):
        if code == {"file": 1, "pkcs11": 2}[name]:
            return _named(name)
    raise CannotOpen("wrapped by an unknown provider")


def reachable() -> list[Provider]:
    """The providers whose versions can be seen from here: the chosen one, and the file beside another one."""
    found = [chosen()]
    if found[0].code != 1 and Path(settings.HERETASK_KEY_FILE).exists():
        found.append(by_code(1))
    return found


def newest() -> Version:
    """What wraps from now on; raises KeyFault where there is no key."""
    provider = chosen()
    versions = provider.versions()
    if not versions:
        raise KeyFault(f"There is no outermost key in {provider.name} yet: run `heretask keys rotate --outer`.")
    return provider.code, max(versions)


def wrap(plain: bytes, place: bytes) -> bytes:
    """`plain` wrapped by the newest version of the chosen provider."""
    code, version = newest()
    head = _head((code, version))
    return head + by_code(code).wrap(version, plain, place + head)


def unwrap(wrapped: bytes, place: bytes) -> bytes:
    """What was wrapped, by whichever version; raises CannotOpen, and KeyFault where that version is gone."""
    if wrapped[:1] == VERSION:  # as the first releases wrapped: version 1 of the file, without a head
        return by_code(1).unwrap(1, wrapped, place)
    code, version = version_of(wrapped)
    return by_code(code).unwrap(version, wrapped[_HEAD:], place + wrapped[:_HEAD])


def version_of(wrapped: bytes) -> Version:
    """Which version wrapped it."""
    if wrapped[:1] == VERSION:
        return 1, 1
    if wrapped[:1] != FORM or len(wrapped) < _HEAD:
        raise CannotOpen("unknown version")
    return wrapped[1], int.from_bytes(wrapped[2:_HEAD], "big")


def stamp() -> object:
    """Something that changes when what can be opened changes: what was unwrapped may be remembered no longer."""
    provider = chosen()
    try:
        beside = provider if provider.code == 1 else by_code(1)
        return provider.name, provider.stamp(), beside.stamp()
    except KeyFault:
        return provider.name, provider.stamp(), None  # no file beside the other provider, or none any more


def told(version: Version) -> str:
    """A version in words: 'file 2'."""
    return f"{by_code(version[0]).name} {version[1]}"


def _head(version: Version) -> bytes:
    return FORM + bytes([version[0]]) + version[1].to_bytes(4, "big")


def _named(name: str) -> Provider:
    if name == "file":
        return _key_file(str(settings.HERETASK_KEY_FILE))
    if name == "pkcs11":
        return _token(Where(**settings.HERETASK_PKCS11))
    raise KeyFault(f"HERETASK_KEY_PROVIDER is {name}; it may be file or pkcs11.")


@functools.cache
def _key_file(path: str) -> KeyFile:
    return KeyFile(Path(path))


@functools.cache
def _token(where: Where) -> Token:
    return Token(where)

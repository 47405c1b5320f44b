"""The outermost key in a hardware security module, or in a key-management service that speaks PKCS#11.

The key never leaves it: it wraps and unwraps itself, by AES-256-GCM (CKM_AES_GCM). Each version is an AES key of its
own in the token, labelled `heretask <version> <day>`. Needs the extra `hsm` of the package.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from .sealing import CannotOpen, KeyFault

if TYPE_CHECKING:
    from pkcs11 import Session

_NONCE = 12
_LOOK_EVERY = 30.0  # seconds after which a running process sees that a version was made or destroyed
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Where:
    """Which token: the module's file, the token's label, the file with its PIN; and how our keys' labels begin."""

    module: str
    token: str
    pin_file: str
    label: str = "heretask"


class Token:
    """A provider of the outermost key (see providers.py).

    A process goes on with the rings it has opened where the token is taken away; `fault` says so.
    """

    name, code = "pkcs11", 2

    def __init__(self, where: Where) -> None:
        self.where = where
        self._lock = threading.RLock()
        self._open: Session | None = None
        self._handles: dict[int, tuple[Any, str]] = {}  # of the open session
        self._process = 0
        self._seen: tuple[int, ...] | None = None
        self._looked = 0.0

    def versions(self) -> dict[int, str]:
        """The versions in the token, and the day each was made."""
        return {version: made for version, (_key, made) in self._asked(self._keys).items()}

    def stamp(self) -> object:
        """Which versions there are, looked at now and then; what was seen last, where the token is gone."""
        if self._seen is None or time.monotonic() - self._looked > _LOOK_EVERY:
            try:
                self._seen = tuple(sorted(self.versions()))
            except KeyFault:
                if self._seen is None:
                    raise
            self._looked = time.monotonic()
        return self._seen

    def wrap(self, version: int, plain: bytes, place: bytes) -> bytes:
        """`plain` wrapped inside the token under that version and bound to `place`."""
        nonce = os.urandom(_NONCE)
        return nonce + bytes(
            self._asked(lambda session: self._key(session, version).encrypt(plain, **_gcm(nonce, place)))
        )

    def unwrap(self, version: int, body: bytes, place: bytes) -> bytes:
        """What `wrap` wrapped. Tokens say no in many ways: where this one still answers, it does not belong here."""
        nonce, sealed = body[:_NONCE], body[_NONCE:]
        if len(sealed) < 16:
            raise CannotOpen("does not belong here")
        try:
            return bytes(self._asked(lambda session: self._key(session, version).decrypt(sealed, **_gcm(nonce, place))))
        except _Failed as failed:
            if version in self.versions():
                raise CannotOpen("does not belong here") from failed
            raise

    def make(self, version: int) -> None:
        """Make a version in the token where it is missing; nobody can take it out, the token itself included."""
        _check_named(self.where)
        from pkcs11 import Attribute, KeyType, MechanismFlag

        label = f"{self.where.label} {version} {dt.datetime.now(dt.UTC).date().isoformat()}"
        with self._writing() as session:
            if version not in self._keys(session):
                session.generate_key(
                    KeyType.AES, 256, id=version.to_bytes(4, "big"), label=label, store=True,
                    capabilities=MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
                    template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.PRIVATE: True},
                )  # fmt: skip

    def retire(self, versions: set[int]) -> None:
        """Destroy versions."""
        with self._writing() as session:
            for version, (key, _made) in self._keys(session).items():
                if version in versions:
                    key.destroy()

    def fault(self) -> str:
        """What is wrong with the token as it answers now, as a sentence; '' where nothing is."""
        try:
            self.versions()
        except KeyFault as fault:
            return str(fault)
        return ""

    def _key(self, session: Session, version: int) -> Any:
        if version not in self._handles:
            self._handles = self._keys(session)
        if version not in self._handles:
            raise KeyFault(f"The token {self.where.token} does not hold version {version} any more.")
        return self._handles[version][0]

    def _keys(self, session: Session) -> dict[int, tuple[Any, str]]:
        from pkcs11 import Attribute, ObjectClass

        found = {}
        for key in session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY}):
            prefix, _blank, rest = str(key[Attribute.LABEL]).partition(" ")
            version, _blank, made = rest.partition(" ")
            if prefix == self.where.label and version.isdigit():
                found[int(version)] = (key, made)
        return found

    def _asked(self, ask: Callable[[Session], _T]) -> _T:
        """Ask the token; a session that was lost, or that came from a forked process, is opened anew once."""
        _check_named(self.where)
        from pkcs11 import PKCS11Error

        with self._lock:
            try:
                return ask(self._session())
            except PKCS11Error:
                self._close()
            try:
                return ask(self._session())
            except PKCS11Error as failure:
                self._close()
                raise _Failed(f"The token {self.where.token} refuses: {type(failure).__name__}.") from failure

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Session]:
        """A session that may change the token; the reading one is closed meanwhile, since one signs in once."""
        from pkcs11 import PKCS11Error

        with self._lock:
            self._close()
            try:
                yield self._session(writing=True)
            except PKCS11Error as failure:
                raise _Failed(f"The token {self.where.token} refuses: {type(failure).__name__}.") from failure
            finally:
                self._close()
                self._seen = None

    def _session(self, *, writing: bool = False) -> Session:
        if self._open is not None and self._process == os.getpid():
            return self._open
        self._handles = {}
        self._open = _opened(self.where, writing=writing, forked=self._process not in (0, os.getpid()))
        self._process = os.getpid()
        return self._open

    def _close(self) -> None:
        from pkcs11 import PKCS11Error

        if self._open is not None and self._process == os.getpid():
            with contextlib.suppress(PKCS11Error):
                self._open.close()
        self._open, self._handles = None, {}


class _Failed(KeyFault):
    """The token answered with a failure of its own."""


def _gcm(nonce: bytes, place: bytes) -> dict[str, Any]:
    from pkcs11 import GCMParams, Mechanism

    return {"mechanism": Mechanism.AES_GCM, "mechanism_param": GCMParams(nonce, aad=place, tag_bits=128)}


def _opened(where: Where, *, writing: bool, forked: bool) -> Session:
    """Sign in to the token; raises KeyFault with a sentence that says what to do."""
    _check_named(where)
    import pkcs11

    pin = _pin(Path(where.pin_file))
    try:
        library = pkcs11.lib(where.module)
        if forked:
            library.reinitialize()
        return _signed_in(library.get_token(token_label=where.token), pin, writing=writing)
    except pkcs11.NoSuchToken:
        raise KeyFault(f"There is no token {where.token}.")
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        raise KeyFault(f"The token {where.token} does not take the PIN. It was tried once; correct it before it locks.")
    except pkcs11.PinLocked:
        raise KeyFault(f"The token {where.token} is locked: its security officer must unlock it.")
    except (pkcs11.PKCS11Error, RuntimeError) as failure:
        raise KeyFault(f"The token {where.token} cannot be opened: {type(failure).__name__}.")


def _signed_in(token: Any, pin: str, *, writing: bool) -> Session:
    from pkcs11 import UserAlreadyLoggedIn

    try:
        session: Session = token.open(user_pin=pin, rw=writing)
    except UserAlreadyLoggedIn:  # signing in goes for the whole process
        session = token.open(rw=writing)
    return session


def _check_named(where: Where) -> None:
    """Raise KeyFault where the settings do not name a token, or there is nothing to reach it with."""
    if find_spec("pkcs11") is None:
        raise KeyFault("The package for tokens is missing: install heretask with its extra `hsm`.")
    if not where.module or not where.token or not where.pin_file:
        raise KeyFault("Name the token: HERETASK_PKCS11_MODULE, HERETASK_PKCS11_TOKEN and HERETASK_PKCS11_PIN_FILE.")
    if not Path(where.module).is_file():
        raise KeyFault(f"There is no PKCS#11 module {where.module}.")


def _pin(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise KeyFault(f"The PIN file {path.name} may be read by others; it must have mode 0600.")
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise KeyFault(f"The PIN file {path.name} is not there.")
    except (OSError, ValueError):
        raise KeyFault(f"The PIN file {path.name} cannot be read.")

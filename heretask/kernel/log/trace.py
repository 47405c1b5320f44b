"""What happens in one transaction and must be in the log before anything is shown.

A `Trace` belongs to one transaction under one session. `record` adds an event to it; `secrets.open_text` notes whose
data it opened. Before COMMIT the two are compared: opened must equal logged, or nothing is answered (LOG-3).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db import connections

from heretask.kernel.secrets import keys
from heretask.kernel.secrets.sealing import NoKeys
from heretask.kernel.tenancy.base import current, uuid7_at

from .encoding import canonical_json, leaf_of, make_salt
from .registry import Action
from .storing import Stored, statement

if TYPE_CHECKING:
    from heretask.kernel.db.base import DatabaseWrapper
    from heretask.kernel.secrets.rings import Ring


class NotLogged(Exception):
    """Somebody's data was opened and no event of this transaction says so, or the other way round."""


@dataclass(slots=True)
class Trace:
    """Where a transaction's events come from, and what it has opened and logged so far."""

    customer_id: UUID
    customer_key: bytes
    actor: UUID | None
    session: UUID | None
    address: str = ""
    agent: str = ""
    purpose: str = ""  # by what right: the reason of the newest check, as `access/reasons.py` writes it
    pending: list[Stored] = field(default_factory=list)
    opened: set[UUID] = field(default_factory=set)
    logged: set[UUID] = field(default_factory=set)
    data_keys: dict[UUID, bytes] = field(default_factory=dict)
    grant: UUID | None = None  # under which the supplier is inside
    keyless: bool = False  # nothing may be opened or sealed: texts show as sealed
    ring: Ring | None = None  # held by whoever makes keys (see secrets.opening)
    undo: list[Callable[[], None]] = field(default_factory=list)  # what the database cannot take back, if this fails

    def check(self) -> None:
        """Raise NotLogged where opened and logged citizens differ."""
        if self.opened != self.logged:
            raise NotLogged(
                f"{len(self.opened - self.logged)} opened unlogged, {len(self.logged - self.opened)} unopened"
            )


_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


def trace() -> Trace:
    """The trace of this context; raises RuntimeError outside `tracing`."""
    here = _trace.get()
    if here is None:
        raise RuntimeError("nothing may be opened or changed outside a session")
    return here


def note_reason(reason: str) -> None:
    """Let the events that follow in this transaction say by what right somebody acts; outside of one, do nothing."""
    here = _trace.get()
    if here is not None:
        here.purpose = reason


@contextmanager
def tracing(
    customer_key: bytes, *, address: str = "", agent: str = "", grant: UUID | None = None, keyless: bool = False
) -> Iterator[Trace]:
    """Collect the events of the entered transaction; stores those still pending at its end.

    A request stores them earlier, with COMMIT, through `send`. Raises NotLogged, which rolls everything back.
    """
    here = current()
    made = Trace(here.customer_id, customer_key, here.user_id, here.session_id, address[:64], agent[:200])
    made.grant, made.keyless = grant, keyless
    token = _trace.set(made)
    try:
        yield made
        made.check()
        if made.pending:
            store(made)
    except BaseException:
        for take_back in made.undo:
            take_back()
        raise
    finally:
        _trace.reset(token)


def record(  # noqa: PLR0913  (what an event may say; all but the action by name)
    action: Action,
    *,
    citizen: UUID | None = None,
    on: tuple[str, UUID | None] = ("", None),
    variables: Mapping[str, Any] | None = None,
    hits: int | None = None,
    shown: Iterable[UUID] = (),
    opened: Iterable[UUID] = (),
    changed: Iterable[str] = (),
    outcome: str = "done",
    at: int | None = None,
) -> UUID:
    """Add an event to this transaction and return its id.

    `variables` are sealed (search words and the like); `opened` names the citizens whose data this event shows, which
    must be exactly those that are opened; `at` is in microseconds since 1970 and given by imports only.
    """
    here = trace()
    citizens = set(opened)
    if citizens and not action.opens:
        raise ValueError(f"{action.name} is not declared as one that opens")
    if citizen is not None and on[1] == citizen and citizens - {citizen}:  # their ids shown are not indexed
        raise ValueError(f"{action.name} is about one citizen and shows others")
    if here.keyless:  # of a page of placeholders nothing is logged as opened
        citizens, shown = set(), ()
        if variables and "q" in variables:
            raise NoKeys("words that were searched for cannot be kept without the customer's key")
        variables = None  # the choice of a page's view: it cannot be sealed either, and says nothing about anybody
    here.logged |= citizens
    made = make(
        action, customer_id=here.customer_id, customer_key=here.customer_key, actor=here.actor, session=here.session,
        citizen=citizen, on=on, variables=variables, hits=hits, shown=tuple(shown), changed=tuple(changed),
        outcome=outcome, address=here.address, agent=here.agent, purpose=here.purpose, at=at, grant=here.grant,
    )  # fmt: skip
    here.pending.append(made)
    return made.id


def make(  # noqa: PLR0913  (what an event consists of; all but the action by name)
    action: Action,
    *,
    customer_id: UUID,
    customer_key: bytes | None,
    actor: UUID | None,
    session: UUID | None,
    citizen: UUID | None = None,
    on: tuple[str, UUID | None] = ("", None),
    variables: Mapping[str, Any] | None = None,
    hits: int | None = None,
    shown: tuple[UUID, ...] = (),
    changed: tuple[str, ...] = (),
    outcome: str = "done",
    address: str = "",
    agent: str = "",
    purpose: str = "",
    at: int | None = None,
    times: int = 1,
    grant: UUID | None = None,
) -> Stored:
    """An event ready to be stored: its form hashed with a fresh salt, its variables sealed under the customer's key."""
    moment = at or time.time_ns() // 1000
    plain = canonical_json(variables) if variables else None
    values: dict[str, Any] = {
        "id": uuid7_at(moment // 1000), "at": moment, "customer": customer_id, "actor": actor, "session": session,
        "grant": grant, "action": action.name, "object_kind": on[0], "object_id": on[1], "citizen": citizen,
        "purpose": purpose, "detail": plain, "hits": hits, "shown": shown, "outcome": outcome, "address": address,
        "agent": agent, "changed": changed, "times": times,
    }  # fmt: skip
    salt = make_salt(variables=plain is not None)
    leaf = leaf_of(salt, values)
    if plain is not None:
        if customer_key is None:
            raise ValueError("variables need the customer's key")
        values["detail"] = keys.seal_bytes(customer_key, plain, detail_place(customer_id, values["id"]))
    return Stored(values["id"], values, salt, leaf)


def detail_place(customer_id: UUID, event_id: UUID) -> bytes:
    """What the sealed variables of an event are bound to."""
    return b"kernel_event|detail|" + customer_id.bytes + event_id.bytes


def store(here: Trace) -> None:
    """Insert the pending events as ordinary statements of the main transaction."""
    connection = connections["default"]
    for batch in range(0, len(here.pending), 200):
        sql, params = statement(here.pending[batch : batch + 200], numbered=False)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            if cursor.rowcount != len(here.pending[batch : batch + 200]):
                raise NotLogged("an event was not stored")
    here.pending.clear()


def send(here: Trace) -> None:
    """Send the pending events together with COMMIT, and go on without waiting (DESIGN 3, step 6)."""
    here.check()
    here.opened, here.logged = set(), set()
    if not here.pending or len(here.pending) > 200:
        store(here)
        return
    sql, params = statement(here.pending, numbered=True)
    connection = cast("DatabaseWrapper", connections["default"])
    if connection.send_and_commit([(sql.encode(), [_wire(p) for p in params])]):
        here.pending.clear()
    else:
        store(here)


def _wire(value: Any) -> bytes | None:
    """A parameter in PostgreSQL's text format."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    if isinstance(value, list):
        quoted = ('"' + str(item).replace("\\", "\\\\").replace('"', '\\"') + '"' for item in value)
        return ("{" + ",".join(quoted) + "}").encode()
    return str(value).encode()

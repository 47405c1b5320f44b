"""Sealing and opening the text of a row. Opening a citizen's data is noted, and must have an event (LOG-3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from heretask.kernel.log.trace import Trace, trace
from heretask.kernel.tenancy.models import Customer

from . import keys, rings
from .fields import Sealed
from .models import DataKey, Erasure
from .sealing import NoKeys

_AS_JSON = frozenset({"facts"})


def seal(row: Any, **texts: str | bytes) -> None:
    """Put each text into the row's sealed column of that name; the row must have its id and customer."""
    here = trace()
    for column, text in texts.items():
        field = _field(row, column)
        plain = text.encode() if isinstance(text, str) else text
        setattr(row, column, keys.seal_bytes(_key(here, row, field), plain, place_of(here.customer_id, row, column)))


def open_text(row: Any, column: str) -> str:
    """The text of a sealed column. Raises keys.CannotOpen where it does not belong to this row, or its key is gone.

    The citizen it belongs to is noted as opened; without an event that says so the transaction fails.
    """
    if trace().keyless and getattr(row, column):
        return _placeholder(column)
    return open_data(row, column).decode()


def open_data(row: Any, column: str) -> bytes:
    """What a sealed column holds that is no text, as `open_text` does; nothing for who is inside without keys."""
    here = trace()
    field = _field(row, column)
    sealed = getattr(row, column)
    if not sealed or here.keyless:
        return b""
    subject = _subject(row, field)
    if subject is not None:
        here.opened.add(subject)
    return keys.open_bytes(_key(here, row, field), sealed, place_of(here.customer_id, row, column))


def key_of(row: Any, column: str) -> bytes:
    """The key under which a column of a row is sealed, for a file that belongs to the row.

    Who reads with it opens a column of the row as well, which notes whose data that is.
    """
    return _key(trace(), row, _field(row, column))


def open_texts(rows: Sequence[Any], column: str) -> list[str]:
    """`open_text` of one column of many rows of one table, in their order; load their keys before."""
    if not rows:
        return []
    here, field = trace(), _field(rows[0], column)
    if here.keyless:
        return [_placeholder(column) if getattr(row, column) else "" for row in rows]
    before = _place(rows[0]._meta.db_table, column, here.customer_id)
    texts = []
    for row in rows:
        sealed = getattr(row, column)
        subject = _subject(row, field)
        if sealed and subject is not None:
            here.opened.add(subject)
        opened = keys.open_bytes(_key(here, row, field), sealed, before + row.pk.bytes) if sealed else b""
        texts.append(opened.decode())
    return texts


def open_column(
    model: type[Any], column: str, subject: UUID, rows: Iterable[tuple[UUID, bytes | memoryview]]
) -> Iterator[tuple[UUID, str]]:
    """Open one column of many rows, given as (id, ciphertext), of one citizen: `open_text` at a third of its cost."""
    here = trace()
    if here.keyless:
        yield from ((own, _placeholder(column) if sealed else "") for own, sealed in rows)
        return
    here.opened.add(subject)
    load_keys([subject])
    if subject not in here.data_keys:
        raise keys.CannotOpen("the key is gone")
    open_one = keys.opener(here.data_keys[subject])
    before = _place(model._meta.db_table, column, here.customer_id)
    for own, sealed in rows:
        yield own, open_one(bytes(sealed), before + own.bytes).decode() if sealed else ""


def load_keys(subjects: Iterable[UUID]) -> None:
    """Load the keys of several citizens in one query, before their rows are opened.

    The customer's ring comes with them from the same moment, so that a rotation under way is never seen half. A key
    of somebody who was erased is passed over, wherever its row may have come back from.
    """
    here = trace()
    if here.keyless:
        here.data_keys |= dict.fromkeys(subjects, b"")
        return
    missing = set(subjects) - here.data_keys.keys()
    if missing:
        erased = Exists(Erasure.objects.filter(subject=OuterRef("subject")))
        rows = DataKey.objects.filter(~erased, subject__in=missing).values_list(
            "subject", "wrapped", F("customer__wrapped_key")
        )
        for subject, wrapped, ring in rows:
            opened = rings.opened(here.customer_id, bytes(ring))
            here.data_keys[subject] = opened.unwrap(here.customer_id, subject, bytes(wrapped))


def make_data_key(subject: UUID) -> DataKey:
    """A new key for a citizen, wrapped by the customer's; to be saved by the caller."""
    here = trace()
    if here.keyless:
        raise NoKeys("inside without keys")
    key = keys.make_key()
    wrapped = _newest_ring(here).wrap(here.customer_id, subject, key)
    here.data_keys[subject] = key
    return DataKey(subject=subject, wrapped=wrapped)


def _placeholder(column: str) -> str:
    """What stands for a sealed text where somebody is inside without keys; empty facts where facts are kept as JSON."""
    return "{}" if column in _AS_JSON else _("sealed")


def _newest_ring(here: Trace) -> rings.Ring:
    """The ring that no rotation can turn before this transaction has ended: it waits for those who hold this lock."""
    if here.ring is None:
        with connections["default"].cursor() as cursor:
            cursor.execute("select ht.hold_keys(%s)", [here.customer_id])
        stored = Customer.objects.values_list("wrapped_key", flat=True).get(id=here.customer_id)
        here.ring = rings.opened(here.customer_id, bytes(stored))
    return here.ring


def _field(row: Any, column: str) -> Sealed:
    field = row._meta.get_field(column)
    if not isinstance(field, Sealed):
        raise TypeError(f"{column} is not sealed")
    return field


def _subject(row: Any, field: Sealed) -> UUID | None:
    """Whose own key it is; None for the customer's: of `customer`, and of a column that may be empty and is.

    A row that must name somebody and does not is never stored: its column takes no NULL.
    """
    return None if field.of == "customer" else getattr(row, field.of)


def _key(here: Trace, row: Any, field: Sealed) -> bytes:
    if here.keyless:
        raise NoKeys("inside without keys")
    subject = _subject(row, field)
    if subject is None:
        return here.customer_key
    if subject not in here.data_keys:
        load_keys([subject])
    if subject not in here.data_keys:
        raise keys.CannotOpen("the key is gone")
    return here.data_keys[subject]


def place_of(customer_id: UUID, row: Any, column: str) -> bytes:
    """What the sealed text of a row's column is bound to."""
    own: UUID = row.pk
    return _place(row._meta.db_table, column, customer_id) + own.bytes


def _place(table: str, column: str, customer_id: UUID) -> bytes:
    return f"{table}|{column}|".encode() + customer_id.bytes

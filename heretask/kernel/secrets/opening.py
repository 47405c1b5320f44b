"""Sealing and opening the text of a row. Opening a citizen's data is noted, and must have an event (LOG-3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from heretask.kernel.log.trace import Trace, trace

from . import keys
from .fields import Sealed
from .models import DataKey


def seal(row: Any, **texts: str) -> None:
    """Put each text into the row's sealed column of that name; the row must have its id and customer."""
    here = trace()
    for column, text in texts.items():
        field = _field(row, column)
        setattr(
            row, column, keys.seal_bytes(_key(here, row, field), text.encode(), place_of(here.customer_id, row, column))
        )


def open_text(row: Any, column: str) -> str:
    """The text of a sealed column. Raises keys.CannotOpen where it does not belong to this row, or its key is gone.

    The citizen it belongs to is noted as opened; without an event that says so the transaction fails.
    """
    here = trace()
    field = _field(row, column)
    sealed = getattr(row, column)
    if not sealed:
        return ""
    if field.of != "customer":
        here.opened.add(getattr(row, field.of))
    return keys.open_bytes(_key(here, row, field), sealed, place_of(here.customer_id, row, column)).decode()


def open_texts(rows: Sequence[Any], column: str) -> list[str]:
    """`open_text` of one column of many rows of one table, in their order; load their keys before."""
    if not rows:
        return []
    here, field = trace(), _field(rows[0], column)
    before = _place(rows[0]._meta.db_table, column, here.customer_id)
    texts = []
    for row in rows:
        sealed = getattr(row, column)
        if sealed and field.of != "customer":
            here.opened.add(getattr(row, field.of))
        opened = keys.open_bytes(_key(here, row, field), sealed, before + row.pk.bytes) if sealed else b""
        texts.append(opened.decode())
    return texts


def open_column(
    model: type[Any], column: str, subject: UUID, rows: Iterable[tuple[UUID, bytes | memoryview]]
) -> Iterator[tuple[UUID, str]]:
    """Open one column of many rows, given as (id, ciphertext), of one citizen: `open_text` at a third of its cost."""
    here = trace()
    here.opened.add(subject)
    load_keys([subject])
    if subject not in here.data_keys:
        raise keys.CannotOpen("the key is gone")
    open_one = keys.opener(here.data_keys[subject])
    before = _place(model._meta.db_table, column, here.customer_id)
    for own, sealed in rows:
        yield own, open_one(bytes(sealed), before + own.bytes).decode() if sealed else ""


def load_keys(subjects: Iterable[UUID]) -> None:
    """Load the keys of several citizens in one query, before their rows are opened."""
    here = trace()
    missing = set(subjects) - here.data_keys.keys()
    if missing:
        for row in DataKey.objects.filter(subject__in=missing):
            here.data_keys[row.subject] = _unwrap(here, row)


def make_data_key(subject: UUID) -> DataKey:
    """A new key for a citizen, wrapped by the customer's; to be saved by the caller."""
    here = trace()
    key = keys.make_key()
    here.data_keys[subject] = key
    return DataKey(
        subject=subject, wrapped=keys.seal_bytes(here.customer_key, key, _key_place(here.customer_id, subject))
    )


def _field(row: Any, column: str) -> Sealed:
    field = row._meta.get_field(column)
    if not isinstance(field, Sealed):
        raise TypeError(f"{column} is not sealed")
    return field


def _key(here: Trace, row: Any, field: Sealed) -> bytes:
    if field.of == "customer":
        return here.customer_key
    subject = getattr(row, field.of)
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


def _key_place(customer_id: UUID, subject: UUID) -> bytes:
    return b"kernel_datakey|" + customer_id.bytes + subject.bytes


def _unwrap(here: Trace, row: DataKey) -> bytes:
    return keys.open_bytes(here.customer_key, bytes(row.wrapped), _key_place(here.customer_id, row.subject))

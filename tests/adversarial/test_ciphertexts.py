"""Ciphertext that is moved or bent is refused, wherever it comes from: rows, columns, customers, keys, the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps

from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.log.queries import detail_of
from heretask.kernel.log.trace import trace
from heretask.kernel.secrets import rings
from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.secrets.keys import CannotOpen
from heretask.kernel.secrets.models import DataKey
from heretask.kernel.secrets.opening import open_text
from heretask.kernel.tenancy.models import Customer
from tests.cast import Cast
from tests.filled import fill
from tests.social.people import make_citizen


@dataclass
class Place:
    """A sealed column of a row, and what lies in it."""

    row: Any
    column: str
    sealed: bytes

    def opens(self, sealed: bytes) -> bool:
        """Whether this place opens that ciphertext."""
        setattr(self.row, self.column, sealed)
        try:
            open_text(self.row, self.column)
        except CannotOpen:
            return False
        finally:
            setattr(self.row, self.column, self.sealed)
        return True


def places() -> Iterator[Place]:
    """Every sealed text of the customer that was entered."""
    for model in apps.get_models():
        columns = [f.name for f in model._meta.local_fields if isinstance(f, Sealed)]
        if not columns or getattr(model, "gate_only", False):
            continue
        for row in model._default_manager.all()[:9]:
            for column in columns:
                sealed = bytes(getattr(row, column) or b"")
                if sealed:
                    yield Place(row, column, sealed)


def all_places(customer: Customer) -> list[Place]:
    with inside(customer):
        return list(places())


class inside:  # noqa: N801  (reads as the context manager it is)
    """The operator's session in a customer, whose openings are nobody's: they are counted as logged."""

    def __init__(self, customer: Customer) -> None:
        self.session = operator(customer, "test")

    def __enter__(self) -> None:
        self.session.__enter__()

    def __exit__(self, *failure: object) -> None:
        trace().opened.clear()
        self.session.__exit__(*failure)  # type: ignore[arg-type]


@pytest.fixture
def filled(cast: Cast) -> Cast:
    fill(cast)
    for number in range(9):
        make_citizen(cast, f"Borger {number}", cpr=f"01010{number}-0000", room="4")
    return cast


def test_every_swap_over_rows_columns_and_customers_is_refused(filled: Cast) -> None:
    own, others = all_places(filled.solsikken), all_places(filled.fyrtaarnet)
    assert len({(p.row._meta.db_table, p.column) for p in own}) >= 12
    tried = 0
    with inside(filled.solsikken):
        for place in own:
            assert place.opens(place.sealed)
            for other in [*own, *others]:
                if other is not place:
                    assert not place.opens(other.sealed), (place, other)
                    tried += 1
    assert tried > 2_000


def test_every_bent_bit_is_refused(filled: Cast) -> None:
    tried = 0
    with inside(filled.solsikken):
        for place in places():
            for bit in range(0, 8 * len(place.sealed), 1 if len(place.sealed) < 90 else 7):
                bent = bytearray(place.sealed)
                bent[bit // 8] ^= 1 << bit % 8
                assert not place.opens(bytes(bent)), (place, bit)
                tried += 1
            for length in range(1, len(place.sealed)):
                assert not place.opens(place.sealed[:length])
                tried += 1
    assert tried > 5_000


def test_wrapped_keys_of_citizens_open_in_their_own_place_only(filled: Cast) -> None:
    kept: dict[UUID, list[DataKey]] = {}
    for customer in (filled.solsikken, filled.fyrtaarnet):
        with operator(customer, "test"):
            kept[customer.id] = list(DataKey.objects.all())
    opened = {c.id: rings.opened(c.id, bytes(c.wrapped_key)) for c in (filled.solsikken, filled.fyrtaarnet)}
    tried = 0
    for customer_id, ring in opened.items():
        for one in kept[customer_id]:
            wrapped = bytes(one.wrapped)
            assert len(ring.unwrap(customer_id, one.subject, wrapped)) == 32
            for subject, other in [(o.subject, bytes(o.wrapped)) for several in kept.values() for o in several]:
                if subject != one.subject:
                    assert refused(ring, customer_id, one.subject, other)
                    assert refused(ring, customer_id, subject, wrapped)
            for bit in range(8 * len(wrapped)):
                bent = bytearray(wrapped)
                bent[bit // 8] ^= 1 << bit % 8
                assert refused(ring, customer_id, one.subject, bytes(bent))
                tried += 1
            assert all(refused(ring, customer_id, one.subject, wrapped[:n]) for n in range(len(wrapped)))
    assert tried > 2_000


def refused(ring: rings.Ring, customer_id: UUID, subject: UUID, wrapped: bytes) -> bool:
    try:
        ring.unwrap(customer_id, subject, wrapped)
    except CannotOpen:
        return True
    return False


def test_variables_of_events_open_in_their_own_event_only(filled: Cast) -> None:
    with operator(filled.solsikken, "test"):
        told = list(Event.objects.filter(detail__isnull=False))
        assert len(told) > 2
        for event in told:
            assert detail_of(event)
            for other in told:
                if other.id != event.id:
                    event.detail, kept = other.detail, event.detail
                    with pytest.raises(CannotOpen):
                        detail_of(event)
                    event.detail = kept

"""A customer's key, and keyed hashes. The hierarchy stands in rings.py, the outermost key in providers.py."""

from __future__ import annotations

import functools
import hashlib
import hmac
from uuid import UUID

from . import rings
from .sealing import VERSION, CannotOpen, KeyFault, make_key, open_bytes, opener, seal_bytes

__all__ = [
    "VERSION", "CannotOpen", "KeyFault", "keyed_hash", "make_key", "open_bytes", "opener", "seal_bytes",
    "unwrap_customer_key", "wrap_customer_key",
]  # fmt: skip


def wrap_customer_key(customer_id: UUID, key: bytes) -> bytes:
    """A new customer's key on a ring of its own, as the database keeps it."""
    return rings.new(customer_id, key)


def unwrap_customer_key(customer_id: UUID, wrapped: bytes | memoryview) -> bytes:
    """The customer's data key, which no rotation changes. Remembered by its wrapped form (see rings.py)."""
    return rings.opened(customer_id, bytes(wrapped)).data_key


def keyed_hash(purpose: str, value: str) -> bytes:
    """HMAC-SHA-256 of `value` for one purpose: equal values can be counted, none can be read back.

    The key comes from the supplier's own data key, so that no rotation and no other provider changes it.
    """
    key = hashlib.sha256(b"keyed hash:" + purpose.encode() + _installation_key()).digest()
    return hmac.digest(key, value.encode(), "sha256")


@functools.cache
def _installation_key() -> bytes:
    from heretask.kernel.tenancy.models import Customer, CustomerKind  # customers stand on keys, so they are met late

    supplier = Customer.objects.using("gate").get(kind=CustomerKind.SUPPLIER)
    return unwrap_customer_key(supplier.id, supplier.wrapped_key)

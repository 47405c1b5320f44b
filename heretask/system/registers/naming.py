"""Names of what stands in these registers, for the log of the supplier."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from heretask.kernel.log.naming import register
from heretask.system.records.queries import items

from .queries import titles_of
from .shelves import SHELVES, Shelf


def _naming(shelf: Shelf) -> Callable[[Iterable[UUID]], dict[UUID, str]]:
    def names(ids: Iterable[UUID]) -> dict[UUID, str]:
        return titles_of(shelf, items(shelf.register, ids))

    return names


for one in SHELVES.values():
    register(one.register.key, _naming(one))

"""Names of units for the log's pages."""

from collections.abc import Iterable
from uuid import UUID

from heretask.kernel.log.naming import register

from .queries import names_by_id


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What the units are called now."""
    return names_by_id(set(ids))


register("unit", names)

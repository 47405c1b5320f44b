"""Names of a customer's own roles for the log's pages."""

from collections.abc import Iterable
from uuid import UUID

from heretask.kernel.log.naming import register

from .queries import labels_by_id


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What the roles are called now."""
    return labels_by_id(set(ids))


register("role", names)

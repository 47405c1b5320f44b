"""Inside a customer under a grant: whatever is written is refused, beside what the marks of the pages say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from heretask.kernel.access.decide import Denied

_WRITES = frozenset({"insert", "update", "delete", "merge", "copy", "truncate"})


@contextmanager
def only_reading() -> Iterator[None]:
    """Refuse every statement that writes rows; the events of the transaction are stored after this."""
    with connections["default"].execute_wrapper(_refuse_writing):
        yield


def _refuse_writing(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if str(sql).lstrip(" (\n\t")[:8].partition(" ")[0].lower() in _WRITES:
        raise Denied
    return execute(sql, params, many, context)

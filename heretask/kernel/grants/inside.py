"""Inside a customer under a grant: nothing is written, whatever a page would do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections, transaction

from heretask.kernel.access.decide import Denied

_READ_ONLY = "25006"  # SQLSTATE read_only_sql_transaction


@contextmanager
def only_reading() -> Iterator[None]:
    """Let the database refuse every write, functions' own included; the transaction's events are stored after this.

    A savepoint that is read only cannot be made to write again from within, and ends with it
    (https://www.postgresql.org/docs/current/sql-set-transaction.html). Raises Denied where a write was tried.
    """
    try:
        with transaction.atomic():
            with connections["default"].cursor() as cursor:
                cursor.execute("set transaction read only")
            yield
    except DatabaseError as failure:
        if getattr(failure.__cause__, "sqlstate", "") == _READ_ONLY:
            raise Denied from failure
        raise

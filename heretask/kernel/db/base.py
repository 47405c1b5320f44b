"""Django's PostgreSQL backend, with one packet that carries the events and COMMIT while the page is being rendered.

`send_and_commit` sends the statements and COMMIT; `atomic()` later waits for the answer in `_commit`. Between the two
no query is possible, and the middleware lets no byte leave before `_commit` has returned (DESIGN 3, step 6).
"""

from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError
from django.db.backends.postgresql import base
from psycopg import pq

from .features import DatabaseFeatures
from .schema import DatabaseSchemaEditor

Statement = tuple[bytes, Sequence[bytes | None]]
_GOOD = {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK, pq.ExecStatus.PIPELINE_SYNC}


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection; `in_flight` is true from the sending of COMMIT until its answer."""

    features_class = DatabaseFeatures
    SchemaEditorClass = DatabaseSchemaEditor
    in_flight = False
    expected_tags: tuple[bytes, ...] = ()

    def send_and_commit(self, statements: Sequence[Statement]) -> bool:
        """Send `statements` and COMMIT in one packet and return without waiting.

        Answers False, having done nothing, where the transaction is a nested one; the caller executes them plainly.
        """
        if self.savepoint_ids or not self.in_atomic_block or self.needs_rollback:
            return False
        wire = self.connection.pgconn
        wire.enter_pipeline_mode()
        self.in_flight = True
        for sql, params in statements:
            wire.send_query_params(sql, params)
        wire.send_query_params(b"COMMIT", None)
        wire.pipeline_sync()
        while wire.flush():
            wire.consume_input()
        return True

    def _cursor(self, name: str | None = None) -> Any:
        if self.in_flight:
            raise DatabaseError("a query after the event was sent: load everything before rendering")
        return super()._cursor(name)  # type: ignore[misc]  # Django's own, not in its stubs

    def _commit(self) -> Any:
        if not self.in_flight:
            return super()._commit()  # type: ignore[misc]  # as above
        failure = self._drain()
        if failure:
            raise DatabaseError(failure)
        return None

    def _rollback(self) -> Any:
        if self.in_flight:
            self._drain()
        return super()._rollback()  # type: ignore[misc]  # as above

    def close(self) -> None:
        """Close; a connection with an answer outstanding is of no further use to anybody."""
        self.in_flight = False
        super().close()

    def _drain(self) -> str:
        """Read every answer up to the pipeline's end; returns the first failure, or an empty string."""
        wire = self.connection.pgconn
        failure, last_tag = "", b""
        while True:
            result, lost = _next_answer(wire)
            if result is None:
                failure = failure or lost
                break
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                break
            failure = failure or _failure_of(result)
            last_tag = result.command_status or b""
        self.in_flight = False
        if wire.status == pq.ConnStatus.OK:
            wire.exit_pipeline_mode()
        if not failure and last_tag != b"COMMIT":
            failure = "the transaction was rolled back"
        return failure


def _next_answer(wire: Any) -> tuple[Any, str]:
    """The next result and no words, or no result and why; libpq puts an empty answer between two statements."""
    for nothings in range(1, 1001):  # a broken pipeline must never spin for ever
        result = wire.get_result()
        if result is not None:
            return result, ""
        if nothings > 1 and wire.status != pq.ConnStatus.OK:
            return None, "the connection was lost before COMMIT was answered"
    return None, "COMMIT was not answered"


def _failure_of(result: Any) -> str:
    """What went wrong with one statement; an empty string where nothing did."""
    if result.status not in _GOOD:
        message: str = result.error_message.decode("utf-8", "replace")
        return message
    return "an event was not stored" if (result.command_status or b"") == b"INSERT 0 0" else ""

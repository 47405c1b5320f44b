"""The keys beside a dump: all wrapped keys, in a part of their own that is kept for a short time only.

A dump alone opens nothing about a citizen. What is written here are the rows as the database holds them, wrapped; the
outermost key is in no backup.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from psycopg import Connection, sql

from .parts import PartWriter, Readable

DATA_KEYS = "kernel_datakey"
CUSTOMERS = "kernel_customer"
_COLUMNS = {DATA_KEYS: ("id", "customer_id", "subject", "wrapped", "made_at"), CUSTOMERS: ("id", "wrapped_key")}
_END = b"\\.\n"


def write(connection: Connection[Any], out: PartWriter) -> int:
    """Write every wrapped key that this transaction sees; returns how many."""
    count = 0
    with connection.cursor() as cursor:
        for table, columns in _COLUMNS.items():
            out.write(json.dumps({"table": table}).encode() + b"\n")
            with cursor.copy(sql.SQL("copy (select {} from {}) to stdout").format(*_names(table, columns))) as rows:
                for row in rows:
                    out.write(bytes(row))
            count += max(cursor.rowcount, 0)
            out.write(_END)
    return count


def read(connection: Connection[Any], source: Readable) -> int:
    """Put the keys into an empty table, and the customers' in their rows; how many citizens' keys there were."""
    lines = source.lines()
    count = 0
    with connection.transaction(), connection.cursor() as cursor:
        # the keys are as they were in one moment: a rotation may have been under way, which a trigger would refuse
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("create temp table customer_keys (id uuid, wrapped_key bytea) on commit drop")
        for line in lines:
            table = json.loads(line)["table"]
            into, columns = ("customer_keys", _COLUMNS[CUSTOMERS]) if table == CUSTOMERS else (table, _COLUMNS[table])
            names, place = _names(into, columns)
            with cursor.copy(sql.SQL("copy {} ({}) from stdin").format(place, names)) as rows:
                for row in _until_end(lines):
                    rows.write(row)
                    count += table == DATA_KEYS
        cursor.execute(
            "update kernel_customer c set wrapped_key = k.wrapped_key from customer_keys k where c.id = k.id"
        )
    return count


def _names(table: str, columns: tuple[str, ...]) -> tuple[sql.Composable, sql.Composable]:
    return sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table)


def _until_end(lines: Iterator[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line == _END:
            return
        yield line

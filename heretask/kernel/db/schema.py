"""Changing tables that are under forced row-level security."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import schema


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Lifts FORCE for one statement at a time: under it the owner's own checks would see no rows and pass."""

    @contextmanager
    def unforced(self, *tables: str) -> Iterator[None]:
        """Let the owner see every row of `tables`, inside the migration's transaction only (ALTER locks them)."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                """select c.oid::regclass::text from pg_class c
                    where c.relforcerowsecurity and c.oid::regclass::text = any(%s)""",
                [list(tables)],
            )
            forced = [row[0] for row in cursor.fetchall()]
        for table in forced:
            self.execute(f"alter table {table} no force row level security", None)
        yield
        for table in forced:
            self.execute(f"alter table {table} force row level security", None)

    def alter_field(self, model: Any, *args: Any, **kwargs: Any) -> None:
        """As Django's; `null -> not null` updates rows, which the owner must be able to see."""
        with self.unforced(model._meta.db_table):
            super().alter_field(model, *args, **kwargs)

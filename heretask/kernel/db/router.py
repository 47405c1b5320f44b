"""Which connection a table is read through: what only the gate may see, never through the web's own."""

from typing import Any


class Router:
    """Gate tables by the gate's connection, the queue by the worker's, everything else by the entered one."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """The alias to read from."""
        if getattr(model, "gate_only", False):
            return "gate"
        return "queue" if model._meta.app_label == "procrastinate" else None

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool | None:
        """No objects of two connections are mixed."""
        return self.db_for_read(type(one)) == self.db_for_read(type(other))

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """The owner alone migrates."""
        return db == "owner"

"""The migration operation that makes a table a customer's: keys, foreign keys, policies, grants, append-only triggers.

The autodetector below adds it by itself to every migration that touches a customer's table, so nobody can forget it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.operations import AddField, AlterField, CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory

POLICY = "(customer_id = (select ht.customer()))"


class SecureTables(Operation):
    """Give each named table its keys, policies and grants. Idempotent: reads the catalogue and adds what is missing."""

    reduces_to_sql = True
    reversible = True
    category = OperationCategory.SQL

    def __init__(self, tables: Sequence[str], append_only: Sequence[str] = ()) -> None:
        self.tables = list(tables)
        self.append_only = list(append_only)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing that Django keeps track of changes."""

    def database_backwards(self, *args: Any) -> None:
        """Tables take their keys and policies with them."""

    def describe(self) -> str:
        """One line for `showmigrations --plan`."""
        return f"Keys, policies and grants of {', '.join(self.tables)}"

    def reduce(self, operation: Any, app_label: str) -> Any:
        """Two of a kind become one, at the later place."""
        if isinstance(operation, SecureTables):
            tables = list(dict.fromkeys([*self.tables, *operation.tables]))
            return [SecureTables(tables, list(dict.fromkeys([*self.append_only, *operation.append_only])))]
        return super().reduce(operation, app_label)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Primary keys first (foreign keys need them), then foreign keys, then policies and grants."""
        found = [to_state.apps.get_model(label) for label in self.tables]
        for model in found:
            schema_editor.execute(primary_key(model._meta.db_table), None)
        names = {m._meta.db_table for m in found} | {f.related_model._meta.db_table for m in found for f in own_keys(m)}
        with schema_editor.unforced(*names):
            for model in found:
                for field in own_keys(model):
                    schema_editor.execute(foreign_key(model._meta.db_table, field), None)
        for label, model in zip(self.tables, found, strict=True):
            append_only = label in self.append_only
            for statement in security(model._meta.db_table, append_only=append_only):
                schema_editor.execute(statement, None)


def own_keys(model: Any) -> Iterator[Any]:
    """Foreign keys of `model`, the one to the customer included; automatic many-to-many tables are refused."""
    if model._meta.local_many_to_many:
        raise ValueError(f"{model._meta.label}: a many-to-many needs its own through model")
    yield from (f for f in model._meta.local_fields if isinstance(f, models.ForeignKey))


def primary_key(table: str) -> str:
    """SQL that replaces the key (id) by (customer_id, id)."""
    return f"""do $$ declare k text; begin
      select conname into k from pg_constraint where conrelid = '{table}'::regclass and contype = 'p'
        and array_length(conkey, 1) = 1;
      if k is not null then execute format('alter table {table} drop constraint %I cascade', k);
        alter table {table} add primary key (customer_id, id); end if; end $$"""  # noqa: S608  (a table of ours)


def foreign_key(table: str, field: Any) -> str:
    """SQL for one foreign key inside the customer, and its index; the key to the customer itself has one column."""
    target, column = field.related_model._meta.db_table, field.column
    if column == "customer_id":
        columns, referred = "customer_id", "id"
    else:
        columns, referred = f"customer_id, {column}", "customer_id, id"
    name = f"{table}_{column}_own"[:63]
    index = f"{table}_{column}_ix"[:63]
    indexed = "" if column == "customer_id" else f"create index if not exists {index} on {table} ({columns});"
    return f"""do $$ begin
      if not exists (select from pg_constraint where conrelid = '{table}'::regclass and conname = '{name}') then
        alter table {table} add constraint {name} foreign key ({columns}) references {target} ({referred})
          deferrable initially deferred; {indexed} end if; end $$"""


def security(table: str, *, append_only: bool) -> Iterator[str]:
    """Statements for row-level security, grants and, where nothing may be changed, triggers."""
    yield f"alter table {table} enable row level security"
    yield f"alter table {table} force row level security"
    for name, role in (("tenant", "heretask_app"), ("owner", "heretask_owner")):
        yield f"drop policy if exists {name} on {table}"
        yield f"create policy {name} on {table} to {role} using {POLICY} with check {POLICY}"
    yield f"revoke all on {table} from heretask_app"
    yield f"grant select, insert{'' if append_only else ', update, delete'} on {table} to heretask_app"
    if append_only:
        for event, level in (("update or delete", "row"), ("truncate", "statement")):
            name = f"append_only_{level}"
            yield f"drop trigger if exists {name} on {table}"
            when = f"before {event} on {table} for each {level}"
            yield f"create trigger {name} {when} execute function ht.refuse_change()"


class Autodetector(MigrationAutodetector):
    """Adds `SecureTables` to each migration that makes or changes a customer's table."""

    generated_operations: dict[str, list[Any]]

    def _sort_migrations(self) -> None:
        super()._sort_migrations()  # type: ignore[misc]  # Django's own, not in its stubs
        for app_label, operations in self.generated_operations.items():
            touched, append_only = [], []
            for operation in operations:
                label = self._customer_table(app_label, operation)
                if label:
                    touched.append(label)
                    if getattr(apps.get_model(label), "append_only", False):
                        append_only.append(label)
            if touched:
                secure: Any = SecureTables(list(dict.fromkeys(touched)), list(dict.fromkeys(append_only)))
                secure._auto_deps = [d for o in operations for d in o._auto_deps if d[0] != app_label]
                operations.append(secure)

    def _customer_table(self, app_label: str, operation: Operation) -> str | None:
        if isinstance(operation, CreateModel):
            name = operation.name
        elif isinstance(operation, AddField | AlterField) and isinstance(operation.field, models.ForeignKey):
            name = operation.model_name
        else:
            return None
        model = self.to_state.apps.get_model(app_label, name)
        is_customers = model._meta.managed and any(f.name == "customer" for f in model._meta.local_fields)
        from heretask.kernel.tenancy.base import CustomerKey  # late: models import this package's backend

        if not is_customers or not isinstance(model._meta.get_field("customer"), CustomerKey):
            return None
        return f"{app_label}.{model._meta.model_name}"

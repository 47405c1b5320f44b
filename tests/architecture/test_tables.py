"""Every table has its keys, policy and grants; the check that says so finds each planted fault."""

from __future__ import annotations

import pytest
from django.apps import apps

from heretask.kernel.db import catalogue
from heretask.kernel.tenancy.base import CustomerRow
from tests import database

FAULTS = {
    "no row-level security": (
        "alter table kernel_unit disable row level security",
        "alter table kernel_unit enable row level security",
    ),
    "not forced": (
        "alter table kernel_unit no force row level security",
        "alter table kernel_unit force row level security",
    ),
    "policy gone": (
        "drop policy tenant on kernel_unit",
        "create policy tenant on kernel_unit to heretask_app using ((customer_id = (select ht.customer()))) with check ((customer_id = (select ht.customer())))",
    ),
    "policy for everybody": ("create policy loose on kernel_unit using (true)", "drop policy loose on kernel_unit"),
    "second policy": (
        "create policy wide on kernel_unit to heretask_app using (true)",
        "drop policy wide on kernel_unit",
    ),
    "owner's policy gone": (
        "drop policy owner on kernel_unit",
        "create policy owner on kernel_unit to heretask_owner using ((customer_id = (select ht.customer()))) with check ((customer_id = (select ht.customer())))",
    ),
    "key without the customer": ("create unique index loose on kernel_unit (id, name)", "drop index loose"),
    "foreign key gone": (
        "alter table kernel_assignment drop constraint kernel_assignment_user_id_own",
        "alter table kernel_assignment add constraint kernel_assignment_user_id_own foreign key (customer_id, user_id) references kernel_user (customer_id, id) deferrable initially deferred",
    ),
    "truncate granted": (
        "grant truncate on kernel_unit to heretask_app",
        "revoke truncate on kernel_unit from heretask_app",
    ),
    "granted to public": ("grant select on kernel_unit to public", "revoke select on kernel_unit from public"),
    "log may be changed": (
        "grant update on kernel_event to heretask_app",
        "revoke update on kernel_event from heretask_app",
    ),
    "append-only may be changed": (
        "grant update on kernel_reservedname to heretask_app",
        "revoke update on kernel_reservedname from heretask_app",
    ),
    "trigger off": (
        "alter table kernel_event disable trigger append_only_statement",
        "alter table kernel_event enable trigger append_only_statement",
    ),
    "web reads credentials": (
        "grant select on kernel_credential to heretask_app",
        "revoke select on kernel_credential from heretask_app",
    ),
    "web reads an index of words": (
        "grant select (words) on social_journal_notewords to heretask_app",
        "revoke select (words) on social_journal_notewords from heretask_app",
    ),
    "web writes the queue": (
        "grant insert on procrastinate_jobs to heretask_app",
        "revoke insert on procrastinate_jobs from heretask_app",
    ),
    "wrong owner": (
        "alter table kernel_unit owner to heretask_gate",
        "alter table kernel_unit owner to heretask_owner",
    ),
    "view with its owner's eyes": ("create view public.peek as select * from kernel_unit", "drop view public.peek"),
    "definer without path": (
        "alter function ht.whose(text) reset search_path",
        "alter function ht.whose(text) set search_path = pg_catalog, pg_temp",
    ),
    "function for all": (
        "grant execute on function ht.whose(text) to public",
        "revoke execute on function ht.whose(text) from public",
    ),
    "web may create": (
        "grant create on schema public to heretask_app",
        "revoke create on schema public from heretask_app",
    ),
    "nullable customer": (
        "create table public.loose (customer_id uuid, id uuid primary key); alter table public.loose owner to heretask_owner",
        "drop table public.loose",
    ),
}


def test_catalogue_is_clean() -> None:
    assert catalogue.faults() == []


@pytest.mark.parametrize("name", FAULTS)
def test_planted_fault_is_found(name: str) -> None:
    plant, mend = FAULTS[name]
    with database.superuser() as admin:
        admin.execute(plant)
        try:
            assert catalogue.faults() != []
            with pytest.raises(catalogue.Unsafe):
                catalogue.check()
        finally:
            admin.execute(mend)
    assert catalogue.faults() == []


def test_every_table_outside_has_a_reason() -> None:
    assert [
        name
        for name, reason in {**catalogue.OUTSIDE, **catalogue.POLICIES, **catalogue.INDEXES}.items()
        if len(reason) < 10
    ] == []


def test_every_model_is_a_customers_or_on_the_list() -> None:
    loose = [
        m._meta.db_table for m in apps.get_models()
        if m._meta.app_config.name.startswith("heretask") and not issubclass(m, CustomerRow) and m._meta.db_table not in catalogue.OUTSIDE
    ]  # fmt: skip
    # made by SQL, and checked by the catalogue like the others
    assert sorted(loose) == ["kernel_checkpoint", "kernel_event", "kernel_leaf", "kernel_node"]

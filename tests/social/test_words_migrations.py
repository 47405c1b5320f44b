"""The indexes' migrations on a database that has notes and citizens already: every row waits, none is missed."""

from __future__ import annotations

from importlib import import_module

from django.db import connections, transaction
from django.db.migrations import RunSQL

from heretask.social.search import actions, queries
from tests import database
from tests.cast import Cast
from tests.filled import fill
from tests.social.test_search import as_operator, found

AWAY = """
drop trigger words_forget on kernel_datakey;
drop trigger words_follow on social_journal_note;
drop trigger words_follow on social_journal_correction;
drop trigger words_follow on social_citizens_citizen;
drop trigger words_forget on social_citizens_citizen;
drop policy search on kernel_customer;
drop table social_journal_notewords;
drop table social_citizens_citizenwords;
do $$ declare f text; begin
  for f in select p.oid::regprocedure::text from pg_proc p where p.proowner = 'ht_search'::regrole or p.proname = 'tick_index' loop
    execute format('drop function %s', f);
  end loop; end $$;
"""


MIGRATIONS = (
    ("citizens", "0002_words"), ("journal", "0002_words"), ("search", "0001_initial"), ("citizens", "0003_erased"),
    ("journal", "0003_erased"),
)  # fmt: skip


def test_what_is_there_already_waits_to_be_indexed(cast: Cast) -> None:
    fill(cast)
    assert len(found(cast.anna, "sov")) == 1
    with database.superuser() as admin:
        admin.execute(AWAY)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for feature, name in MIGRATIONS:
            for operation in import_module(f"heretask.social.{feature}.migrations.{name}").Migration.operations:
                if isinstance(operation, RunSQL):
                    cursor.execute(str(operation.sql))
    with as_operator(cast):
        assert queries.not_indexed(None) == 1
    assert found(cast.anna, "sov") == []
    with as_operator(cast):
        assert actions.index_some() == 2
    assert len(found(cast.anna, "sov")) == len(found(cast.anna, "uroligt")) == 1
    assert found(cast.dan, "sov") == [], "the other customer's notes wait for their own"

"""Accounts on the servers and in the database, as lines of the access review; ended there like on their own page."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from heretask.kernel.access import declared
from heretask.kernel.access.decide import Actor

from . import actions, queries


def _accounts() -> Iterable[declared.Account]:
    used = queries.last_visits()
    for one in queries.accounts():
        if one.until is None:
            yield declared.Account(one.id, one.user_id, one.kind, one.name, one.since, used.get(one.user_id))


def _end(account: UUID, by: Actor) -> None:
    actions.end_account(account, by=by)


def _runs(account: UUID) -> bool:
    return any(one.id == account and one.until is None for one in queries.accounts())


declared.register("servers", declared.Accounts(_accounts, _end, _runs))

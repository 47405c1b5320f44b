"""The two of Management, for as long as a test lasts; whoever held the role before holds it again afterwards."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from heretask.config import provision
from heretask.kernel.identity import factors
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import operator
from heretask.kernel.tenancy.models import Customer
from tests import database
from tests.cast import SECRET, Member, make_member, supplier

_numbers = itertools.count(1)


@dataclass
class Two:
    """Grethe and Henrik of Management, and Finn, who develops."""

    own: Customer
    grethe: Member
    henrik: Member
    finn: Member


@contextmanager
def two_managers() -> Iterator[Two]:
    """Both, with second factors."""
    own = supplier()
    with database.superuser() as admin:
        held = admin.execute(
            "update kernel_assignment set ended_at = now() where role = 'management' and ended_at is null returning id"
        ).fetchall()
        idle = close_idle_logins(admin)
    number = f"{os.environ.get('PYTEST_XDIST_WORKER', '')}{next(_numbers)}"
    with operator(own, "test"):
        by = provision.operator_of(own)
        two = Two(
            own, make_member(own, f"grethe-m{number}", "Grethe Vang", "management", None, by),
            make_member(own, f"henrik-m{number}", "Henrik Dahl", "management", None, by),
            make_member(own, f"finn-m{number}", "Finn Toft", "developer", None, by),
        )  # fmt: skip
    for member in (two.grethe, two.henrik, two.finn):
        give_factor(member)
    try:
        yield two
    finally:
        with database.superuser() as admin:
            admin.execute(
                "update kernel_assignment set ended_at = now() where role = 'management' and ended_at is null"
            )
            close_idle_logins(admin)
            for (assignment,) in held:
                admin.execute("update kernel_assignment set ended_at = null where id = %s", [assignment])
            admin.execute("update kernel_user set active = true where id = any(%s)", [idle])


def close_idle_logins(admin: Any) -> list[Any]:
    """Nobody is employed by the supplier without a role: logins that have lost theirs are closed, and named."""
    closed = admin.execute(
        "update kernel_user u set active = false from kernel_customer c where c.id = u.customer_id and c.kind = 'supplier' "
        "and u.active and not exists (select from kernel_assignment a where a.user_id = u.id and a.ended_at is null) returning u.id"
    )
    return [row[0] for row in closed.fetchall()]


def give_factor(member: Member) -> None:
    """The tests' one-time codes."""
    with transaction.atomic(using="gate"):
        factors.add_factor(
            User.objects.using("gate").select_related("customer").get(id=member.user.id), SECRET, confirmed=True
        )


def moved(approval_id: Any, hours: int) -> None:
    """As if it had been asked for so many hours earlier; past every trigger."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            """update kernel_approval set asked_at = asked_at - make_interval(hours => %(h)s),
                 ends_at = ends_at - make_interval(hours => %(h)s), waits_until = waits_until - make_interval(hours => %(h)s),
                 approved_at = approved_at - make_interval(hours => %(h)s) where id = %(id)s""",
            {"h": hours, "id": approval_id},
        )  # fmt: skip

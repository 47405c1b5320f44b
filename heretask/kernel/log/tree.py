"""The stored tree of a customer, read through any connection that may: for proofs, for exports and for the sealer."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connections

from heretask.kernel.tenancy.base import current

from .merkle import NotInTree, Store, Tree
from .models import Checkpoint, Leaf


def store_of(customer_id: UUID, alias: str = "default") -> Store:
    """Reads hashes of the stored levels: leaves (0), and the roots of complete subtrees (8, 16, …)."""

    def read(level: int, first: int, count: int) -> Sequence[bytes]:
        with connections[alias].cursor() as cursor:
            if level == 0:
                cursor.execute(
                    """select leaf from kernel_leaf where customer_id = %s and place >= %s and place < %s
                        order by place""",
                    [customer_id, first, first + count],
                )
            else:
                cursor.execute(
                    """select hash from kernel_node where customer_id = %s and level = %s and place >= %s and place < %s
                        order by place""",
                    [customer_id, level, first, first + count],
                )
            found = [bytes(row[0]) for row in cursor.fetchall()]
        if len(found) != count:
            raise NotInTree(f"{count - len(found)} hashes of level {level} are missing")
        return found

    return read


def newest_checkpoint() -> Checkpoint | None:
    """What the sealer signed last for the customer of this session."""
    return Checkpoint.objects.filter(customer_id=current().customer_id).order_by("-size", "-at").first()


def checkpoint_of(size: int) -> Checkpoint | None:
    """The newest checkpoint of exactly that size."""
    return Checkpoint.objects.filter(customer_id=current().customer_id, size=size).order_by("-at").first()


def place_of(event: UUID) -> int | None:
    """The place of an event, or None while it waits for one."""
    found = Leaf.objects.filter(customer_id=current().customer_id, event=event).first()
    return found.place if found else None


def tree_of(size: int) -> Tree:
    """The tree of the session's customer as it was at that size."""
    return Tree(store_of(current().customer_id), size)


def want_checkpoint() -> None:
    """Ask the sealer not to wait for its minute; it signs once this transaction has been committed."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.want_checkpoint()")


def waiting(until: int) -> int:
    """How many events of the session's customer up to that moment (microseconds) have no place yet."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.waiting_for_a_place(%s)", [until])
        return int(cursor.fetchone()[0])


def sealer_lag() -> float:
    """For how many seconds the oldest event of the installation has waited for its place."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.sealer_lag()")
        return float(cursor.fetchone()[0])

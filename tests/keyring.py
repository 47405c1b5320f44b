"""Keys of one's own for a test: a copy of the key file, two of Management, and everything as it was afterwards."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connections
from django.test import override_settings

from heretask.config import provision
from heretask.kernel.access.models import Assignment
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import operator
from heretask.kernel.secrets import rotating
from heretask.kernel.secrets.models import Rotation
from heretask.kernel.tenancy.models import Customer
from tests import database
from tests.cast import make_member, supplier


@contextmanager
def own_keys(folder: Path) -> Iterator[Path]:
    """A key file that no other test uses; every ring and every citizen's key is put back afterwards.

    Customers and citizens' keys made meanwhile go: nobody could open them, and a later drill tries rows of every customer.
    """
    file = folder / "keyfile"
    shutil.copy(settings.HERETASK_KEY_FILE, file)
    rings = _kept("kernel_customer", "wrapped_key")
    wrapped = _kept("kernel_datakey", "wrapped")
    try:
        with override_settings(HERETASK_KEY_FILE=file), management():
            yield file
    finally:
        with database.superuser() as admin:
            admin.execute("set session_replication_role = replica")
            _remove_all_but(admin, [id_ for id_, _value in rings])
            for id_, value in rings:
                admin.execute("update kernel_customer set wrapped_key = %s where id = %s", [value, id_])
            for id_, value in wrapped:
                admin.execute("update kernel_datakey set wrapped = %s where id = %s", [value, id_])
            admin.execute("delete from kernel_datakey where not id = any(%s)", [[id_ for id_, _value in wrapped]])
            admin.execute("delete from kernel_rotation")


def _remove_all_but(admin: psycopg.Connection[Any], known: list[UUID]) -> None:
    made = "select id from kernel_customer where not id = any(%s)"
    tables = admin.execute(
        """select c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'customer_id'
           where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition"""
    ).fetchall()
    for (table,) in tables:
        admin.execute(f"delete from {table} where customer_id in ({made})", [known])
    admin.execute("delete from kernel_customer where not id = any(%s)", [known])


def _kept(table: str, column: str) -> list[tuple[Any, ...]]:
    with database.superuser() as admin:
        return admin.execute(f"select id, {column} from {table}").fetchall()


@contextmanager
def management() -> Iterator[None]:
    """Nina and Otto are the two of Management; afterwards it is who was before."""
    own = supplier()
    with database.superuser() as admin:  # two at most: whoever manages from another test steps aside meanwhile
        held = admin.execute(
            "update kernel_assignment set ended_at = now() where role = 'management' and ended_at is null returning id"
        ).fetchall()
    with operator(own, "test"):
        by = provision.operator_of(own)
        for name in ("nina", "otto", "pia"):
            if not User.objects.filter(user_name=name).exists():
                make_member(own, name, name.title(), "developer", None, by)
            if name != "pia":
                Assignment.objects.create(user=User.objects.get(user_name=name), role="management")
    try:
        yield
    finally:
        with database.superuser() as admin:
            admin.execute(
                "update kernel_assignment set ended_at = now() where role = 'management' and ended_at is null and customer_id = %s",
                [own.id],
            )
            for (assignment,) in held:
                admin.execute("update kernel_assignment set ended_at = null where id = %s", [assignment])


def rotate(customer: Customer | None = None, what: str = rotating.CUSTOMERS) -> Rotation:
    """Begin a rotation and carry it through."""
    made = begin(what, customer)
    rotating.run(made)
    return made


def begin(what: str, customer: Customer | None = None) -> Rotation:
    """Nina asks for it, Otto approves."""
    return rotating.begin(what, asked_by="nina", approved_by="otto", why="for the tests", customer=customer)


def killed_at(act: Callable[[], None], step: int) -> bool:
    """Run `act` in a process of its own that is killed with SIGKILL before its statement number `step` as the owner.

    False where it came to its end before that; raises where it failed.
    """
    child = os.fork()
    if child == 0:
        _die_at(act, step)
    _pid, state = os.waitpid(child, 0)
    if os.WIFSIGNALED(state):
        assert os.WTERMSIG(state) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(state) == 0, "it failed by itself"
    return False


def _die_at(act: Callable[[], None], step: int) -> None:
    kept = []  # the parent's connections must not be closed from here
    for connection in connections.all(initialized_only=True):
        kept.append(connection.connection)
        connection.connection = None
    count = 0

    def counting(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    try:
        with connections["owner"].execute_wrapper(counting):
            act()
    except BaseException:  # noqa: BLE001  (said, and never on into the parent's code)
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)

"""The annual wheel for the tests: planned, emptied, and moved in time from outside."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone

from heretask.config import provision
from heretask.kernel.identity.sessions import operator
from heretask.system.records.models import Duty
from heretask.system.wheel import actions
from tests.cast import supplier
from tests.system.world import sql


def turned(today: dt.date) -> int:
    """As the clock does in the night before that day; how many duties were planned."""
    with operator(supplier(), "test"):
        return actions.turn(today, by=provision.operator_of(supplier()))


def planned() -> UUID:
    """A duty of the wheel that can be closed by a note."""
    turned(timezone.localdate())
    with operator(supplier(), "test"):
        return Duty.objects.filter(rule="wheel.restore").latest("id").id


def emptied() -> None:
    """As before the year was planned."""
    own = "customer_id = (select id from kernel_customer where kind = 'supplier')"
    sql(
        f"delete from system_wheel_assigned where {own} and duty_id in (select id from system_records_duty where entry_id is null)"
    )
    sql(
        f"delete from system_records_closing where {own} and duty_id in (select id from system_records_duty where entry_id is null)"
    )
    sql(f"delete from system_records_duty where {own} and entry_id is null")


def moved(days: int) -> None:
    """As if so many days had passed: every day of the wheel's duties lies further back."""
    where = "(select id from system_records_duty where entry_id is null)"
    shift: list[Any] = [days, days]
    sql("update system_records_duty set opens_on = opens_on - %s, due_on = due_on - %s where entry_id is null", *shift)
    sql(f"update system_records_closing set done_on = done_on - %s where duty_id in {where}", days)

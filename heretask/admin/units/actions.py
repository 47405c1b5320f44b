"""What an administrator does with units."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.tenancy import events
from heretask.kernel.tenancy.models import Unit

from . import policies, queries
from .policies import Refused
from .queries import Listed


def search_units(q: str, *, by: Actor) -> list[Listed]:
    """Look for units; the words are an event, like those of any other search."""
    check(by, P.ADMIN_UNITS_SEE)
    found = queries.units(q)
    record(events.UNITS_SEARCHED, variables={"q": q}, hits=len(found), shown=[one.id for one in found])
    return found


def make_unit(*, name: str, kind: str, by: Actor) -> Unit:
    """Make a unit."""
    check(by, P.ADMIN_UNITS_CHANGE)
    made = Unit(name=policies.check_name(name), kind=policies.check_kind(kind), customer_id=by.customer_id)
    _save(made, new=True)
    record(events.UNIT_MADE, on=("unit", made.id), variables={"name": made.name, "kind": kind}, changed=["name"])
    return made


def change_unit(unit_id: UUID, *, name: str, kind: str, by: Actor) -> Unit:
    """Change a unit's name and kind; everybody in it stays there."""
    check(by, P.ADMIN_UNITS_CHANGE)
    unit = queries.locked(unit_id)
    before = (unit.name, unit.kind)
    unit.name, unit.kind = policies.check_name(name, unit.id), policies.check_kind(kind)
    after = (unit.name, unit.kind)
    changed = [word for word, old, new in zip(("name", "kind"), before, after, strict=True) if old != new]
    if not changed:
        raise Refused(_("Nothing is changed."))
    _save(unit)
    record(
        events.UNIT_CHANGED, on=("unit", unit.id), changed=changed,
        variables={"before": _told(*before), "after": _told(*after)},
    )  # fmt: skip
    return unit


def close_unit(unit_id: UUID, *, by: Actor) -> None:
    """Close a unit in which nobody lives or works any more."""
    check(by, P.ADMIN_UNITS_CHANGE)
    policies.one_at_a_time()
    unit = queries.locked(unit_id)
    if not unit.active:
        raise Refused(_("This unit is closed already."))
    policies.check_is_empty(unit)
    Unit.objects.filter(id=unit.id).update(active=False)
    record(events.UNIT_CLOSED, on=("unit", unit.id), variables={"name": unit.name}, changed=["active"])


def open_unit(unit_id: UUID, *, by: Actor) -> None:
    """Open a closed unit again."""
    check(by, P.ADMIN_UNITS_CHANGE)
    unit = queries.locked(unit_id)
    if unit.active:
        raise Refused(_("This unit is open already."))
    Unit.objects.filter(id=unit.id).update(active=True)
    record(events.UNIT_OPENED, on=("unit", unit.id), variables={"name": unit.name}, changed=["active"])


def _told(name: str, kind: str) -> str:
    return f"{name} ({queries.label_of(kind)})"


def _save(unit: Unit, *, new: bool = False) -> None:
    try:
        with transaction.atomic():
            unit.save(force_insert=new)
    except IntegrityError as taken:
        raise Refused(_("There is a unit of that name already, open or closed.")) from taken

"""What is done with any register on a shelf: read, add, change, take out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.system.records import actions as records
from heretask.system.records import queries as kept
from heretask.system.records.models import Entry as Row
from heretask.system.records.registers import REGISTERS, Register

from . import events, policies, queries
from .policies import Refused
from .queries import Entry, Listed
from .shelves import SHELVES, Shelf

FORMATS = ("csv", "xlsx", "json")


def see_all(*, by: Actor) -> dict[str, Listed]:
    """Read which registers there are, and how they stand."""
    check(by, P.SYSTEM_REGISTERS_SEE)
    found = {key: queries.load(shelf) for key, shelf in SHELVES.items()}
    record(events.INDEXED, hits=len(found))
    return found


def see(shelf: Shelf, *, by: Actor) -> Listed:
    """Read a register."""
    check(by, shelf.register.see)
    found = queries.load(shelf)
    record(events.LISTED, variables={"register": shelf.register.key}, hits=len(found.items))
    return found


def see_one(shelf: Shelf, entry_id: UUID, *, by: Actor) -> Entry:
    """Read one entry with all that was; raises Entry.DoesNotExist."""
    check(by, shelf.register.see)
    found = queries.entry(shelf, entry_id)
    record(events.READ, on=(shelf.register.key, entry_id))
    return found


def add(shelf: Shelf, values: Mapping[str, Any], *, by: Actor) -> Row:
    """Put something on a register."""
    check(by, shelf.register.change)
    after = {f.key: "" for f in shelf.register.fields} | shelf.register.kept(values, whole=True)
    check_references(shelf.register, after, by)
    follows = shelf.check({}, after, timezone.localdate())
    made = records.add(shelf.register, {**values, **follows}, by=by)
    shelf.added(made.id, after, by)
    return made


def change(shelf: Shelf, entry_id: UUID, values: Mapping[str, Any], *, why: str, by: Actor) -> list[str]:
    """Change an entry, with a reason; what was stays. Putting a value back is a change, too."""
    check(by, shelf.register.change)
    policies.check_why(why)
    before = kept.item(shelf.register, entry_id).values
    given = shelf.register.kept(values, whole=False)
    after = before | given
    check_references(shelf.register, after, by)
    follows = shelf.check(before, after, timezone.localdate())
    changed = records.change(shelf.register, entry_id, {**given, **follows}, why=why.strip(), by=by)
    if not changed:
        raise Refused(_("Nothing is different from before."))
    shelf.changed(entry_id, set(changed), by)
    return changed


def check_references(register: Register, values: Mapping[str, str], by: Actor) -> None:
    """Raise Refused for a reference to something that is not on its register."""
    known = queries.choices_for(register, by)
    for field in register.fields:
        given = values.get(field.key, "")
        if field.of and given and given not in dict(known.get(field.key, [])):
            raise Refused(_("%(field)s cannot be read.") % {"field": field.label})


def take_out(key: str, *, ending: str, why: str, by: Actor) -> tuple[Register, list[kept.Item], dt.datetime]:
    """Take a whole register out as a file: what was taken, by whom and why stands in the log."""
    register = REGISTERS[key]
    check(by, register.see)
    policies.check_why(why)
    if ending not in FORMATS:
        raise Refused(_("There is no such form."))
    found = kept.items(register)
    said = {"register": key, "form": ending, "why": why.strip()}
    record(events.EXPORTED, variables=said, hits=len(found), shown=[one.id for one in found])
    return register, found, timezone.now()

"""Who may share which browser, for which unit."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.tenancy.models import Unit


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def reach(by: Actor) -> set[UUID] | None:
    """The units whose browsers `by` may see and mark; None for all of the customer's."""
    places = [g.unit_id for g in by.given if P.ADMIN_BROWSERS_SHARE in g.may]
    if by.kind == "operator" or None in places:
        return None
    return {unit for unit in places if unit}


def check_unit(by: Actor, unit: Unit) -> None:
    """Raise Refused for a unit that is closed or not one's own to lead."""
    units = reach(by)
    if units is not None and unit.id not in units:
        raise Refused(_("You can share a browser only for a unit that you lead."))
    if not unit.active:
        raise Refused(_("This unit is closed."))

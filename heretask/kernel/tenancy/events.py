"""What the log says of a customer's units and guidelines."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

UNIT_MADE = event("admin.unit.made", _("%(actor)s made the unit %(words)s."), Category.CHANGED)
UNIT_CHANGED = event("admin.unit.changed", _("%(actor)s changed the unit %(object)s: %(words)s."), Category.CHANGED)
UNIT_CLOSED = event("admin.unit.closed", _("%(actor)s closed the unit %(object)s."), Category.CHANGED)
UNIT_OPENED = event("admin.unit.opened", _("%(actor)s opened the unit %(object)s again."), Category.CHANGED)
UNITS_SEARCHED = event(
    "admin.units.searched", _("%(actor)s searched the units for %(words)s and saw %(hits)s."), Category.SEARCHED
)
GUIDELINE_CHANGED = event(
    "admin.guideline.changed", _("%(actor)s changed a guideline for signing in: %(words)s."), Category.CHANGED
)

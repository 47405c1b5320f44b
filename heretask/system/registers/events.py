"""What the log says of the registers, beside what the records themselves say."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

INDEXED = event("system.registers.indexed", _("%(actor)s read which registers there are."), Category.OPENED)
LISTED = event("system.registers.listed", _("%(actor)s read a register: %(words)s, %(hits)s entries."), Category.OPENED)
READ = event("system.registers.read", _("%(actor)s read the record of %(object)s."), Category.OPENED)
LOOKED = event("system.registers.looked", _("%(actor)s looked at the risk %(object)s."), Category.CHANGED)
MONITORED = event(
    "system.registers.monitored", _("%(actor)s answered whether monitoring is still enough: %(words)s."),
    Category.CHANGED,
)  # fmt: skip
ASSESSED = event("system.registers.assessed", _("%(actor)s assessed the subcontractor %(object)s."), Category.CHANGED)
DECIDED = event(
    "system.registers.decided", _("%(actor)s decided on a requirement of a subcontractor: %(words)s."),
    Category.CHANGED,
)  # fmt: skip
KEPT = event("system.registers.report.kept", _("%(actor)s kept a report of a subcontractor."), Category.CHANGED)
FETCHED = event("system.registers.report.handed", _("%(actor)s fetched a report of a subcontractor."), Category.HANDED)
EXPORTED = event(
    "system.registers.exported", _("%(actor)s took a register out: %(words)s, %(hits)s entries."), Category.HANDED
)
HELPERS_READ = event(
    "system.helpers.read", _("%(actor)s read who helps the supplier: %(hits)s subcontractors."), Category.OPENED
)

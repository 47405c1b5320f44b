"""What the log says of security incidents: that one was reported, opened and answered, never a word of it."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

REPORTED = event("platform.incident.reported", _("%(actor)s reported a security incident."), Category.CHANGED)
LISTED = event(
    "platform.incidents.listed", _("%(actor)s saw the list of reported security incidents."), Category.OPENED
)
READ = event("platform.incident.read", _("%(actor)s read a report of a security incident."), Category.OPENED)

# in the supplier's log
OUTSIDE = event(
    "platform.incident.outside", _("Somebody who was not signed in reported a security incident."), Category.CHANGED
)
LOOKED_UP = event(
    "platform.incident.looked_up",
    _("Somebody who was not signed in looked up what became of a report."),
    Category.OPENED,
)
TOLD = event(
    "platform.incidents.told", _("Management was told of %(hits)s reported security incidents."), Category.SYSTEM
)
LISTED_ALL = event(
    "platform.incidents.listed_all",
    _("%(actor)s saw the list of security incidents that were reported at all customers."),
    Category.OPENED,
)
OPENED = event(
    "platform.incident.opened",
    _("%(actor)s opened the report of a security incident: %(words)s."),
    Category.OPENED,
)
STEPPED = event(
    "platform.incident.stepped",
    _("%(actor)s said what becomes of a reported security incident: %(words)s."),
    Category.CHANGED,
)

# in the log of the customer at which it was reported
SUPPLIER_OPENED = event(
    "platform.incident.supplier_opened",
    _("Management of HereTask opened the report of a security incident: %(words)s."),
    Category.OPENED,
)
SUPPLIER_STEPPED = event(
    "platform.incident.supplier_stepped",
    _("Management of HereTask said what becomes of a reported security incident: %(words)s."),
    Category.CHANGED,
)

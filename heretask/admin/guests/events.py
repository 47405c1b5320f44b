"""What the log says of guests."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LISTED = event("admin.guests.listed", _("%(actor)s looked at the list of guests."), Category.OPENED)
SEEN = event(
    "admin.guests.seen",
    _("%(actor)s looked at the guest %(object)s and what they opened."),
    Category.OPENED,
    opens=True,
)
INVITED = event("admin.guests.invited", _("%(actor)s invited %(object)s as a guest: %(words)s."), Category.CHANGED)
ENDED = event("admin.guests.ended", _("%(actor)s ended the access of the guest %(object)s."), Category.CHANGED)
SOUGHT = event(
    "admin.guests.sought",
    _("%(actor)s looked for citizens for the list of a guest by %(words)s; %(hits)s fit."),
    Category.SEARCHED,
    opens=True,
)

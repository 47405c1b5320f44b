"""What the log says of asking what somebody reaches."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

REACH_SEEN = event("admin.reach.seen", _("%(actor)s looked at what %(object)s can reach."), Category.OPENED)
CITIZENS_SOUGHT = event(
    "admin.reach.sought",
    _("%(actor)s searched for a citizen to ask about access: %(words)s, and saw %(hits)s."),
    Category.SEARCHED,
    opens=True,
)
WHY_ASKED = event("admin.reach.asked", _("%(actor)s asked why %(object)s may, or may not: %(words)s."), Category.OPENED)
WHY_ASKED_OF = event(
    "admin.reach.asked_of",
    _("%(actor)s asked why %(object)s may, or may not, for %(citizen)s: %(words)s."),
    Category.OPENED,
    opens=True,
)

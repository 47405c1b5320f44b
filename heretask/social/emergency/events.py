"""What the log says of emergency openings and their follow-up."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

SOUGHT = event(
    "social.emergency.sought",
    _("%(actor)s looked for a citizen outside their work by %(words)s: %(hits)s found."),
    Category.SEARCHED,
    opens=True,
)
OPENED = event(
    "social.emergency.opened", _("%(actor)s opened %(citizen)s in an emergency, until %(words)s."), Category.OPENED
)
ENDED = event("social.emergency.ended", _("%(actor)s ended their emergency opening of %(citizen)s."), Category.CHANGED)
OWN_SEEN = event(
    "social.emergency.own_seen", _("%(actor)s looked at their own emergency openings."), Category.OPENED, opens=True
)
LISTED = event(
    "social.emergency.listed", _("%(actor)s looked at emergency openings to follow up: %(hits)s."), Category.OPENED
)
SEEN = event(
    "social.emergency.seen",
    _("%(actor)s looked at how %(object)s had opened %(citizen)s in an emergency."),
    Category.OPENED,
    opens=True,
)
ANSWERED = event(
    "social.emergency.answered",
    _("%(actor)s judged the emergency opening of %(citizen)s by %(object)s: %(words)s."),
    Category.CHANGED,
)

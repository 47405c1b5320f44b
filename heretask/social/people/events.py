"""What the log says of those who arrange who works with whom; the changes themselves are events of the citizen."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LISTED = event(
    "social.people.listed", _("%(actor)s looked at who works with whom: %(words)s."), Category.OPENED, opens=True
)
SEEN = event("social.people.seen", _("%(actor)s looked at who works with %(citizen)s."), Category.OPENED, opens=True)
SOUGHT = event(
    "social.people.sought",
    _("%(actor)s looked for a colleague for %(citizen)s by %(words)s: %(hits)s fit."),
    Category.SEARCHED,
    opens=True,
)
SEAL_SHOWN = event(
    "social.people.seal_shown",
    _("%(actor)s looked at who would lose access if %(citizen)s were sealed."),
    Category.OPENED,
    opens=True,
)

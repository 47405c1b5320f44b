"""What the log says of the supplier's notices to customers. %(object)s is 'a notice from HereTask' (naming)."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LISTED = event(
    "platform.announcements.listed", _("%(actor)s looked at the notices to customers: %(hits)s."), Category.OPENED
)
SHOWN = event("platform.announcements.shown", _("%(actor)s was shown %(hits)s notices from HereTask."), Category.OPENED)
PUBLISHED = event("platform.announcement.published", _("%(actor)s put up %(object)s."), Category.CHANGED)
WITHDRAWN = event("platform.announcement.withdrawn", _("%(actor)s withdrew %(object)s."), Category.CHANGED)
ACKNOWLEDGED = event("platform.announcement.acknowledged", _("%(actor)s acknowledged %(object)s."), Category.CHANGED)

"""What the log says of notices. %(object)s is 'the notice of 26 November' (naming)."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LISTED = event("platform.notices.listed", _("%(actor)s looked at the notices: %(hits)s."), Category.OPENED)
SEEN = event("platform.notice.seen", _("%(actor)s opened %(object)s."), Category.OPENED)
PUT_UP = event("platform.notice.put_up", _("%(actor)s put up %(object)s."), Category.CHANGED)
ACKNOWLEDGED = event("platform.notice.acknowledged", _("%(actor)s acknowledged %(object)s."), Category.CHANGED)
WITHDRAWN = event("platform.notice.withdrawn", _("%(actor)s withdrew %(object)s."), Category.CHANGED)

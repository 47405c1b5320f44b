"""What the log says of itself."""

from django.utils.translation import gettext_lazy as _

from .registry import Category, event

FAILED = event("log.request.failed", _("A page for %(actor)s failed; nothing was shown or changed."), Category.SYSTEM)
UNLOGGED = event(
    "log.opening.unlogged", _("A page for %(actor)s was stopped: data would have been shown unlogged."), Category.SYSTEM
)
SHOWN = event("log.page.shown", _("%(actor)s looked at %(object)s."), Category.OPENED)

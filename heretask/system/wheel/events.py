"""What the log says of the annual wheel. It names the duty, never the words of a proof."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

READ = event("system.wheel.read", _("%(actor)s read the annual wheel: %(hits)s duties."), Category.OPENED)
DUTY_READ = event("system.wheel.duty_read", _("%(actor)s read the duty %(object)s."), Category.OPENED)
MONDAY_READ = event("system.wheel.monday_read", _("%(actor)s read what this week asks for."), Category.OPENED)
TURNED = event("system.wheel.turned", _("%(hits)s duties of the annual wheel were planned."), Category.CHANGED)
CLOSED = event("system.wheel.closed", _("%(actor)s closed the duty %(object)s: %(words)s."), Category.CHANGED)
HANDED_OVER = event(
    "system.wheel.handed_over", _("%(actor)s said who answers for the duty %(object)s."), Category.CHANGED
)
FEED_MADE = event(
    "system.wheel.feed_made", _("%(actor)s made an address at which a calendar program reads the annual wheel."),
    Category.CHANGED,
)  # fmt: skip
FEED_ENDED = event("system.wheel.feed_ended", _("%(actor)s ended their address of the annual wheel."), Category.CHANGED)
FEED_GIVEN = event(
    "system.wheel.feed_given",
    _("A calendar program read the annual wheel for %(actor)s; no more is said within the hour."), Category.SYSTEM,
)  # fmt: skip

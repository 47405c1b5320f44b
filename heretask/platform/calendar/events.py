"""What the log says of the calendar. %(object)s is 'the appointment of 26 November, 08:00' (naming)."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LISTED = event(
    "platform.calendar.listed", _("%(actor)s looked at their own calendar: %(hits)s."), Category.OPENED, opens=True
)
UNIT_LISTED = event(
    "platform.calendar.unit_listed", _("%(actor)s looked at the calendar of %(words)s: %(hits)s."), Category.OPENED,
    opens=True,
)  # fmt: skip
CITIZEN_LISTED = event(
    "platform.calendar.citizen_listed", _("%(actor)s looked at the calendar of %(citizen)s: %(hits)s."),
    Category.OPENED, opens=True,
)  # fmt: skip
SEEN = event("platform.appointment.seen", _("%(actor)s opened %(object)s."), Category.OPENED, opens=True)
MADE = event("platform.appointment.made", _("%(actor)s made %(object)s."), Category.CHANGED)
REPEATED = event(
    "platform.appointment.repeated", _("%(actor)s made a recurring appointment: %(hits)s, until %(words)s."),
    Category.CHANGED,
)  # fmt: skip
CHANGED = event("platform.appointment.changed", _("%(actor)s changed %(object)s."), Category.CHANGED)
CHANGED_ON = event(
    "platform.appointment.changed_on", _("%(actor)s changed %(object)s and those that come after it: %(hits)s."),
    Category.CHANGED,
)  # fmt: skip
CHANGED_BACK = event(
    "platform.appointment.changed_back",
    _("%(actor)s let %(object)s and those that come after it be as they were before: %(hits)s."), Category.CHANGED,
)  # fmt: skip
CANCELLED = event("platform.appointment.cancelled", _("%(actor)s cancelled %(object)s."), Category.CHANGED)
CANCELLED_ON = event(
    "platform.appointment.cancelled_on", _("%(actor)s cancelled %(object)s and those that come after it: %(hits)s."),
    Category.CHANGED,
)  # fmt: skip
RESTORED = event(
    "platform.appointment.restored", _("%(actor)s took back that %(object)s was cancelled: %(hits)s."),
    Category.CHANGED,
)  # fmt: skip
FEED_MADE = event(
    "platform.calendar.feed_made", _("%(actor)s made an address at which a calendar program reads when they are busy."),
    Category.CHANGED,
)  # fmt: skip
FEED_ENDED = event(
    "platform.calendar.feed_ended", _("%(actor)s ended the address of their calendar."), Category.CHANGED
)
FEED_GIVEN = event(
    "platform.calendar.feed_given",
    _("A calendar program read when %(actor)s is busy; no more is said within the hour."), Category.SYSTEM,
)  # fmt: skip

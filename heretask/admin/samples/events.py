"""What the log says of its own sample checks."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Action, Category, event

__all__ = ["Action"]

DRAWN = event(
    "admin.samples.drawn", _("%(hits)s openings were drawn for a sample check: %(words)s."), Category.SYSTEM,
    opens=True, unseen=True,
)  # fmt: skip
LISTED = event(
    "admin.samples.listed", _("%(actor)s looked at the sample checks; %(hits)s openings wait for a judgment."),
    Category.OPENED,
)  # fmt: skip
DRAW_SEEN = event(
    "admin.samples.draw_seen", _("%(actor)s looked at a draw of %(hits)s openings."), Category.OPENED, opens=True
)
OWN_SEEN = event("admin.samples.own_seen", _("%(actor)s looked at %(hits)s openings to explain."), Category.OPENED)
ASKED = event(
    "admin.samples.asked", _("%(actor)s was asked why they had opened %(citizen)s."), Category.OPENED, opens=True
)
EXPLAINED = event(
    "admin.samples.explained", _("%(actor)s said why they had opened %(citizen)s: %(words)s."), Category.CHANGED
)
LOOKED = event(
    "admin.samples.looked", _("%(actor)s looked at why %(object)s had opened %(citizen)s."), Category.OPENED, opens=True
)
JUDGED = event(
    "admin.samples.judged", _("%(actor)s judged that %(object)s had opened %(citizen)s: %(words)s."), Category.CHANGED
)
MINUTES_MADE = event(
    "admin.samples.minutes_made", _("%(actor)s made the minutes of a sample check of %(hits)s openings."),
    Category.HANDED, opens=True,
)  # fmt: skip
KNOWN_SEEN = event(
    "admin.samples.known_seen", _("%(actor)s looked at the list of %(hits)s well-known people."), Category.OPENED
)
KNOWN_ADDED = event(
    "admin.samples.known_added", _("%(actor)s put somebody on the list of well-known people."), Category.CHANGED
)
KNOWN_ENDED = event(
    "admin.samples.known_ended", _("%(actor)s took somebody off the list of well-known people."), Category.CHANGED
)

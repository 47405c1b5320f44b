"""What the log says of hand-overs."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

MARKED = event(
    "social.handover.marked", _("%(actor)s marked a note about %(citizen)s for the next shift."), Category.CHANGED
)
UNMARKED = event(
    "social.handover.unmarked",
    _("%(actor)s took the mark for the next shift away from a note about %(citizen)s."),
    Category.CHANGED,
)
SEEN = event(
    "social.handover.seen",
    _("%(actor)s read the hand-over of %(object)s: %(hits)s marked notes."),
    Category.OPENED,
    opens=True,
)
TAKEN = event(
    "social.handover.taken",
    _("%(actor)s took over the shift in %(object)s, with %(hits)s marked notes on the screen."),
    Category.CHANGED,
)
UNTAKEN = event(
    "social.handover.untaken", _("%(actor)s took back that they had taken over in %(object)s."), Category.CHANGED
)
TODAY_SEEN = event(
    "social.handover.today",
    _("%(actor)s saw on the start page about whom notes wait for the next shift."),
    Category.OPENED,
    opens=True,
)

"""What the log says of paper. %(object)s is 'paper 7F3K-9Q2M' (naming); the reason is sealed with the event."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

PRINTED = event(
    "platform.paper.printed",
    _("%(actor)s printed %(object)s about %(citizen)s, %(hits)s lines: %(words)s."),
    Category.HANDED, opens=True,
)  # fmt: skip
PRINTED_LIST = event(
    "platform.paper.printed_list", _("%(actor)s printed %(object)s, %(hits)s lines: %(words)s."), Category.HANDED,
    opens=True,
)  # fmt: skip
SHREDDED = event("platform.paper.shredded", _("%(actor)s said that %(object)s is shredded."), Category.HANDED)
HANDED = event("platform.paper.handed", _("%(actor)s handed %(object)s to %(words)s."), Category.HANDED)
TAKEN_BACK = event(
    "platform.paper.taken_back", _("%(actor)s took back that %(object)s is gone: it is there still."), Category.HANDED
)
LISTED = event(
    "platform.papers.listed", _("%(actor)s looked at their own papers: %(hits)s open."), Category.OPENED, opens=True
)
UNIT_LISTED = event(
    "platform.papers.unit_listed", _("%(actor)s looked at the open papers of their units: %(hits)s."),
    Category.OPENED, opens=True,
)  # fmt: skip

"""What the log says of handing over by a link. What the receiver does has no person of ours as its actor."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

GIVEN = event(
    "platform.handing.given",
    _("%(actor)s handed over %(object)s about %(citizen)s by a link, %(hits)s lines: %(words)s."),
    Category.HANDED, opens=True,
)  # fmt: skip
GIVEN_LIST = event(
    "platform.handing.given_list", _("%(actor)s handed over %(object)s by a link, %(hits)s lines: %(words)s."),
    Category.HANDED, opens=True,
)  # fmt: skip
OPENED = event(
    "platform.handing.opened", _("Whoever had the link and the code of %(object)s fetched the document."),
    Category.HANDED,
)  # fmt: skip
WRONG = event("platform.handing.wrong", _("A wrong code was given for %(object)s."), Category.DENIED)
DEAD = event(
    "platform.handing.dead", _("%(object)s can be opened no more: five wrong codes were given."), Category.DENIED
)
WITHDRAWN = event("platform.handing.withdrawn", _("%(actor)s withdrew %(object)s."), Category.HANDED)
LISTED = event(
    "platform.handings.listed", _("%(actor)s looked at what they have handed over by links: %(hits)s."),
    Category.OPENED, opens=True,
)  # fmt: skip

"""What the log says of searching across everything: with the words, and whose data was opened to answer."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

SEARCHED = event(
    "platform.search.searched",
    _("%(actor)s searched across everything for %(words)s: %(hits)s shown."),
    Category.SEARCHED,
    opens=True,
)
BEGUN = event(
    "platform.search.begun",
    _("%(actor)s opened the search, with their own last searches and the citizens they opened lately."),
    Category.OPENED,
    opens=True,
)
FORGOTTEN = event(
    "platform.search.forgotten", _("%(actor)s cleared the list of their own last searches."), Category.CHANGED
)

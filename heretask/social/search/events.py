"""What the log says of searching across journals, and of its index."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

SEARCHED = event(
    "social.search.searched",
    _("%(actor)s searched the journals of their citizens for %(words)s: %(hits)s shown."),
    Category.SEARCHED,
    opens=True,
)
INDEXED = event(
    "social.search.indexed",
    _("%(actor)s read %(hits)s notes and names to make them findable; they were shown to nobody."),
    Category.SYSTEM,
    opens=True,
)

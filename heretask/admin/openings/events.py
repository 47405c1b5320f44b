"""What the log says of those who ask who has opened a citizen."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

SOUGHT = event(
    "admin.openings.sought",
    _("%(actor)s looked for a citizen in the log by %(words)s; %(hits)s fit."),
    Category.SEARCHED,
    opens=True,
)
READ = event(
    "admin.openings.read",
    _("%(actor)s asked who has opened %(citizen)s, and was told of %(hits)s events."),
    Category.OPENED,
    opens=True,
)

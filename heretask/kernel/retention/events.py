"""What the log says of its own retention."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

REMOVED = event(
    "log.retained",
    _("The content of %(hits)s events was removed from the log, as old as the customer keeps it: %(words)s."),
    Category.SYSTEM,
)
TIDIED = event("log.tidied", _("What had lain long enough was removed: %(words)s."), Category.SYSTEM)
MONTHS_CHANGED = event(
    "log.months.changed", _("%(actor)s changed how many months the log is kept: %(words)s."), Category.CHANGED
)

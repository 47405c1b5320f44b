"""What the log says of those who ask who has opened a citizen."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Action, Category, event

__all__ = ["LETTER_MADE", "LETTER_READ", "NAMES_CHOSEN", "READ", "SOUGHT", "Action"]

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
LETTER_READ = event(
    "admin.openings.letter.read",
    _("%(actor)s read the letter to %(citizen)s about who has opened their data; it tells of %(hits)s events."),
    Category.SEARCHED,
    opens=True,
)
LETTER_MADE = event(
    "admin.openings.letter.made",
    _("%(actor)s made the letter to %(citizen)s about who has opened their data; it tells of %(hits)s events."),
    Category.HANDED,
    opens=True,
)
NAMES_CHOSEN = event(
    "admin.openings.names.chosen",
    _("%(actor)s chose how letters about who has opened a citizen speak of staff: %(words)s."),
    Category.CHANGED,
)

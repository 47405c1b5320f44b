"""What the log says of access reviews."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

STARTED = event(
    "admin.review.started", _("%(actor)s started a review of %(hits)s rights: %(words)s."), Category.CHANGED
)
ASKED_AGAIN = event(
    "admin.review.asked_again",
    _("%(hits)s rights that %(object)s keeps are asked about anew, since their job changed."),
    Category.SYSTEM,
)
LISTED = event("admin.reviews.listed", _("%(actor)s looked at the access reviews."), Category.OPENED)
SEEN = event("admin.review.seen", _("%(actor)s looked at an access review; %(hits)s rights wait."), Category.OPENED)
GROUP_SEEN = event("admin.review.group_seen", _("%(actor)s looked at %(hits)s rights to be kept."), Category.OPENED)
RIGHT_SEEN = event(
    "admin.review.right_seen", _("%(actor)s looked at a right of %(object)s to decide."), Category.OPENED
)
KEPT = event("admin.review.kept", _("%(actor)s decided that %(hits)s rights stay: %(words)s."), Category.CHANGED)
REMOVED = event(
    "admin.review.removed",
    _("%(actor)s took a right from %(object)s in a review, and it was proven gone: %(words)s."),
    Category.CHANGED,
)
ENDED = event(
    "admin.review.ended",
    _("A right of %(object)s ended at the deadline of a review, and was proven gone: %(words)s."),
    Category.SYSTEM,
)
OVERDUE = event(
    "admin.review.overdue", _("%(hits)s rights had no answer at the deadline of a review, and stay."), Category.SYSTEM
)
MINUTES_MADE = event(
    "admin.review.minutes_made",
    _("%(actor)s made the minutes of an access review, of %(hits)s rights."),
    Category.HANDED,
)

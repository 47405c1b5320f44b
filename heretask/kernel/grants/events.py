"""What the logs say of grants: the supplier's own, and the customer's, where the customer reads it."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

ASKED = event("grant.asked", _("%(actor)s asked a customer for access: %(words)s."), Category.CHANGED)
HANDED_BACK = event("grant.handed_back", _("%(actor)s handed access back."), Category.CHANGED)
ENTERED = event("grant.entered", _("%(actor)s entered a customer under a grant: %(words)s."), Category.SESSION)
GLASS_BROKEN = event(
    "grant.glass_broken", _("%(actor)s broke the glass, as both of Management wanted: %(words)s."), Category.CHANGED
)
LISTED = event("grant.listed", _("%(actor)s saw the supplier's grants."), Category.OPENED)

DATABASE_OPENED = event("grant.database_opened", _("%(actor)s opened the database under a grant."), Category.SESSION)
STATEMENT = event("grant.statement", _("%(actor)s asked the database: %(words)s."), Category.OPENED)
EVERYTHING_OPENED = event(
    "grant.everything_opened",
    _("The supplier's Management opened the whole database: %(words)s."), Category.SESSION,
)  # fmt: skip
EVERYTHING_STATEMENT = event(
    "grant.everything_statement", _("The whole database was asked: %(words)s."), Category.OPENED
)
SUPPLIER_ASKED = event("grant.supplier_asked", _("The supplier asked for access: %(words)s."), Category.CHANGED)
SUPPLIER_ENTERED = event("grant.supplier_entered", _("The supplier entered: %(words)s."), Category.SESSION)
SUPPLIER_HANDED_BACK = event("grant.supplier_handed_back", _("The supplier handed its access back."), Category.CHANGED)
SUPPLIER_BROKE_GLASS = event(
    "grant.supplier_broke_glass",
    _("The supplier's Management gave itself access without an answer: %(words)s."), Category.CHANGED,
)  # fmt: skip
APPROVED_BEFOREHAND = event(
    "grant.approved_beforehand",
    _("The supplier's request was covered by what was approved beforehand."),
    Category.CHANGED,
)
APPROVED = event("grant.approved", _("%(actor)s gave the supplier access: %(words)s."), Category.CHANGED)
REFUSED = event("grant.refused", _("%(actor)s refused the supplier access."), Category.CHANGED)
CUT = event("grant.cut", _("%(actor)s cut the supplier off."), Category.CHANGED)
SEEN = event("grant.report_seen", _("%(actor)s read what the supplier saw."), Category.OPENED)
WATCHED = event("grant.watched", _("%(actor)s read the supplier's access."), Category.OPENED, opens=True)
JUDGED = event("grant.judged", _("%(actor)s judged an access without an answer: %(words)s."), Category.CHANGED)
PRE_APPROVED = event("grant.pre_approved", _("%(actor)s approved access beforehand: %(words)s."), Category.CHANGED)
WITHDRAWN = event(
    "grant.pre_approval_withdrawn", _("%(actor)s withdrew what was approved beforehand."), Category.CHANGED
)

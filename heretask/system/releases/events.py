"""What the log says of releases."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

READ = event("system.releases.read", _("%(actor)s read which releases there are."), Category.OPENED)
ONE_READ = event(
    "system.releases.one_read", _("%(actor)s read what a release is made of: %(object)s."), Category.OPENED
)
MADE = event("system.releases.made", _("A release was made at the server: %(object)s."), Category.SYSTEM)
APPROVED = event("system.releases.approved", _("%(actor)s approved a release: %(object)s."), Category.CHANGED)
BROWSERS_KEPT = event(
    "system.releases.browsers_kept", _("The browser tests of a release were kept at the server: %(object)s."),
    Category.SYSTEM,
)  # fmt: skip
SOURCE_HANDED = event(
    "system.releases.source_handed", _("%(actor)s fetched the source code of a release: %(object)s."), Category.HANDED
)
BILL_HANDED = event(
    "system.releases.bill_handed", _("%(actor)s fetched the bill of materials of a release: %(object)s."),
    Category.HANDED,
)  # fmt: skip

"""What the supplier's log says of requests that take two people."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

ASKED = event("approval.asked", _("%(actor)s asked the other manager to approve: %(words)s."), Category.CHANGED)
APPROVED = event(
    "approval.approved", _("%(actor)s approved what the other manager asked for: %(words)s."), Category.CHANGED
)
REFUSED = event("approval.refused", _("%(actor)s refused or withdrew a request: %(words)s."), Category.CHANGED)
USED = event("approval.used", _("%(actor)s carried out what both of Management wanted: %(words)s."), Category.CHANGED)
READ = event("approval.read", _("%(actor)s read the requests that take two people."), Category.OPENED)

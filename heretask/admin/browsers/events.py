"""What the log says of shared browsers."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

SHARED = event("admin.browser.shared", _("%(actor)s marked a browser as shared: %(words)s."), Category.CHANGED)
UNSHARED = event("admin.browser.unshared", _("%(actor)s ended the sharing of a browser: %(words)s."), Category.CHANGED)

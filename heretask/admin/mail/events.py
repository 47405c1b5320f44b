"""What the log says of those who look at outgoing mail."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

SEEN = event("admin.mail.seen", _("%(actor)s looked at what went out by e-mail, and what could not."), Category.OPENED)

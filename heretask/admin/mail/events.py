"""What the log says of those who look at outgoing mail."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

SEEN = event(
    "admin.mail.seen", _("%(actor)s looked at what went out by e-mail and SMS, and what could not."), Category.OPENED
)
SMS_LET_GO = event("admin.mail.sms_let_go", _("%(actor)s let notices go by SMS from now on."), Category.CHANGED)
SMS_STOPPED = event("admin.mail.sms_stopped", _("%(actor)s let no notice go by SMS any more."), Category.CHANGED)

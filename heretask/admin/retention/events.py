"""What the log says of those who read its protocol."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

PROTOCOL_READ = event(
    "admin.retention.read",
    _("%(actor)s read the protocol of a month of the log whose content has gone."),
    Category.OPENED,
)
PROTOCOL_PRINTED = event(
    "admin.retention.printed",
    _("%(actor)s made the protocol of a month of the log whose content has gone, as PDF."),
    Category.HANDED,
)
MESSAGES_CHANGED = event(
    "admin.retention.messages",
    _("%(actor)s changed how many months messages are kept: %(words)s."),
    Category.CHANGED,
)

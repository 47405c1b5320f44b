"""What the log says of the sheet of emergency contacts."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

READ = event("admin.contacts.read", _("%(actor)s read whom the supplier calls in an emergency."), Category.OPENED)
KEPT = event("admin.contacts.kept", _("%(actor)s changed whom the supplier calls in an emergency."), Category.CHANGED)
CONFIRMED = event(
    "admin.contacts.confirmed", _("%(actor)s confirmed whom the supplier calls in an emergency."), Category.CHANGED
)
WRITTEN = event(
    "admin.contacts.written", _("The supplier wrote our emergency contacts into its sealed sheet."), Category.HANDED
)

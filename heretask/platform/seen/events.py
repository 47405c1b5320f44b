"""What the log says of those who read what they have seen."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

READ = event(
    "platform.seen.read", _("%(actor)s looked at what they themselves have seen."), Category.OPENED, opens=True
)

"""What the log says of looking at roles; their changes are told by the kernel, which every right stands on."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

ROLE_SEEN = event("admin.role.seen", _("%(actor)s looked at the role %(words)s and who has it."), Category.OPENED)

"""What the log says of the matrix."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

READ = event("system.rights.read", _("%(actor)s read which role may reach what."), Category.OPENED)

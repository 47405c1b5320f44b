"""What the log says of the assessment."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

READ = event("system.assessment.read", _("%(actor)s read which promises hold."), Category.OPENED)
ASKED = event("system.assessment.asked", _("%(actor)s had the promises measured."), Category.CHANGED)

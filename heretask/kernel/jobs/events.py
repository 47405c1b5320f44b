"""What the log says of jobs."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

ASKED = event("jobs.asked", _("%(actor)s started a job: %(object)s."), Category.SYSTEM)

"""What the log says of the assessment."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

READ = event("system.assessment.read", _("%(actor)s read which promises hold."), Category.OPENED)
TAKEN = event("system.assessment.taken", _("%(actor)s made a document of the assessment."), Category.CHANGED)
ORDERED = event("system.assessment.ordered", _("%(actor)s asked for a document of the assessment."), Category.CHANGED)
LISTED = event("system.assessment.documents", _("%(actor)s read the list of assessments taken out."), Category.OPENED)
FETCHED = event("system.assessment.fetched", _("%(actor)s fetched a document of the assessment."), Category.HANDED)
SHOWN = event("system.assessment.shown", _("%(actor)s shows everybody which promises hold."), Category.CHANGED)
HIDDEN = event(
    "system.assessment.hidden", _("%(actor)s no longer shows everybody which promises hold."), Category.CHANGED
)
DRAWN = event(
    "system.assessment.drawn", _("%(actor)s drew a sample of %(hits)s rows by a seed of their own."), Category.CHANGED
)
SAMPLES_LISTED = event(
    "system.assessment.samples", _("%(actor)s read the list of samples that were drawn."), Category.OPENED
)
SAMPLE_READ = event("system.assessment.sample", _("%(actor)s read a sample and drew it anew."), Category.OPENED)
LIST_HANDED = event(
    "system.assessment.sample_listed", _("%(actor)s fetched the list that a sample was drawn from."), Category.HANDED
)
ASKED = event("system.assessment.asked", _("%(actor)s had the promises measured."), Category.CHANGED)

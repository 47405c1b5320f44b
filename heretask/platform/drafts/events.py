"""What the log says of drafts: their beginning and their end, not every keystroke between."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

BEGUN = event("platform.draft.begun", _("%(actor)s began to write something, kept as a draft."), Category.CHANGED)
DISCARDED = event("platform.draft.discarded", _("A draft of %(actor)s was put away."), Category.CHANGED)

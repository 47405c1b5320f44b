"""What the log says of an act that was taken back."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

UNDONE = event("undo.done", _("%(actor)s took back what they had done a moment before: %(object)s."), Category.CHANGED)

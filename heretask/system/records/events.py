"""What the log says of records, where the feature that uses them says nothing of its own."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

ADDED = event("system.records.added", _("%(actor)s added %(object)s to a register."), Category.CHANGED)
CHANGED = event("system.records.changed", _("%(actor)s changed the record of %(object)s."), Category.CHANGED)
PLANNED = event("system.records.planned", _("A duty was planned for %(object)s: %(words)s."), Category.CHANGED)
CLOSED = event("system.records.closed", _("%(actor)s closed a duty of %(object)s: %(words)s."), Category.CHANGED)
PUBLISHED = event("system.records.published", _("%(actor)s published a version: %(words)s."), Category.CHANGED)
SIGNED = event("system.records.signed", _("%(actor)s kept a signature of %(object)s: %(words)s."), Category.CHANGED)

"""What the log says of self-audits and minutes: what was done, the digest of what was signed, never a word of it."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LISTED = event("system.audits.listed", _("%(actor)s read the list of self-audits and minutes."), Category.OPENED)
READ = event("system.audits.read", _("%(actor)s read a self-audit."), Category.OPENED)
BEGUN = event("system.audits.begun", _("%(actor)s began a self-audit: every measurement was frozen."), Category.CHANGED)
CONCLUDED = event("system.audits.concluded", _("%(actor)s concluded on %(hits)s promises."), Category.CHANGED)
FINISHED = event("system.audits.finished", _("%(actor)s finished a self-audit; it is locked."), Category.CHANGED)
COUNTERSIGNED = event("system.audits.countersigned", _("%(actor)s countersigned a self-audit."), Category.CHANGED)
FOUND = event("system.audits.found", _("%(actor)s recorded what must be mended."), Category.CHANGED)
MENDED = event("system.audits.mended", _("%(actor)s recorded that something was mended."), Category.CHANGED)
MINUTES_READ = event("system.minutes.read", _("%(actor)s read minutes of a general meeting."), Category.OPENED)
MINUTES_BEGUN = event(
    "system.minutes.begun", _("%(actor)s began minutes: the facts of the year were frozen."), Category.CHANGED
)
MINUTES_HANDED = event("system.minutes.handed", _("%(actor)s took out minutes as a document."), Category.HANDED)
MINUTES_SAVED = event("system.minutes.saved", _("%(actor)s saved another version of minutes."), Category.CHANGED)
MINUTES_SIGNED = event("system.minutes.signed", _("%(actor)s signed a version of minutes."), Category.CHANGED)

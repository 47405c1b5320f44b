"""What the log says of the journal."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

READ = event("social.journal.read", _("%(actor)s read the journal of %(citizen)s."), Category.OPENED, opens=True)
SEARCHED = event(
    "social.journal.searched",
    _("%(actor)s searched the journal of %(citizen)s for %(words)s: %(hits)s found."),
    Category.SEARCHED,
    opens=True,
)
NOTE_OPENED = event(
    "social.note.opened", _("%(actor)s opened a note about %(citizen)s to work on it."), Category.OPENED, opens=True
)
SAVED = event("social.note.saved", _("%(actor)s saved a note about %(citizen)s, to be signed later."), Category.CHANGED)
SIGNED = event("social.note.signed", _("%(actor)s signed a note about %(citizen)s."), Category.CHANGED)
DISCARDED = event(
    "social.note.discarded", _("%(actor)s threw away an unsigned note about %(citizen)s."), Category.CHANGED
)
CORRECTED = event(
    "social.note.corrected", _("%(actor)s corrected a note about %(citizen)s."), Category.CHANGED, opens=True
)
TODAY_SEEN = event(
    "social.today.seen",
    _("%(actor)s saw on the start page what is new about their citizens."),
    Category.OPENED,
    opens=True,
)

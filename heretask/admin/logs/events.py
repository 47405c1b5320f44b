"""What the log says of its own reading."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LOG_READ = event("log.read", _("%(actor)s read the log."), Category.OPENED, opens=True)
EVENT_READ = event("log.event.read", _("%(actor)s read one event of the log in full."), Category.OPENED, opens=True)
LOG_SEARCHED = event(
    "log.searched",
    _("%(actor)s searched the log for %(words)s and saw %(hits)s events."),
    Category.SEARCHED,
    opens=True,
)
PERSON_SOUGHT = event(
    "log.person.sought", _("%(actor)s looked for a user in the log by %(words)s; %(hits)s fit."), Category.SEARCHED
)
EXPORT_ASKED = event("log.export.asked", _("%(actor)s asked for an extract of the log."), Category.SYSTEM)
EXPORTED = event(
    "log.exported", _("An extract of the log with %(hits)s events was made for %(actor)s."), Category.HANDED
)
EXPORT_LOOKED = event(
    "log.export.looked",
    _("For an extract, %(actor)s had the names of citizens searched for %(words)s; %(hits)s were meant."),
    Category.SEARCHED,
    opens=True,
)
CHECKPOINT_TAKEN = event(
    "log.checkpoint.taken", _("%(actor)s took the newest checkpoint of the log, to keep it."), Category.HANDED
)
COMPARED = event(
    "log.checkpoint.compared",
    _("%(actor)s compared a checkpoint noted earlier with the log (%(words)s)."),
    Category.OPENED,
)
VERIFIER_TAKEN = event("log.verifier.taken", _("%(actor)s took the program that checks an extract."), Category.OPENED)
HANDED_OUT = event(
    "log.handed_out", _("%(actor)s fetched an extract of the log with %(hits)s events."), Category.HANDED
)

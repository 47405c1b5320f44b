"""What the log says of citizens."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LISTED = event("social.citizens.listed", _("%(actor)s looked at the list of citizens."), Category.OPENED, opens=True)
SEARCHED = event(
    "social.citizens.searched",
    _("%(actor)s searched among the citizens for %(words)s: %(hits)s found."),
    Category.SEARCHED,
    opens=True,
)
OPENED = event("social.citizen.opened", _("%(actor)s opened %(citizen)s."), Category.OPENED, opens=True)
CREATED = event("social.citizen.created", _("%(actor)s created the citizen %(citizen)s."), Category.CHANGED)
RELATION_GIVEN = event(
    "social.citizen.relation_given", _("%(actor)s connected %(object)s with %(citizen)s: %(words)s."), Category.CHANGED
)
RELATION_CHANGED = event(
    "social.citizen.relation_changed",
    _("%(actor)s changed the connection of %(object)s with %(citizen)s: %(words)s."),
    Category.CHANGED,
)
RELATION_ENDED = event(
    "social.citizen.relation_ended",
    _("%(actor)s ended the connection of %(object)s with %(citizen)s: %(words)s."),
    Category.CHANGED,
)
SEALED = event("social.citizen.sealed", _("%(actor)s sealed %(citizen)s: %(words)s."), Category.CHANGED)
UNSEALED = event("social.citizen.unsealed", _("%(actor)s unsealed %(citizen)s: %(words)s."), Category.CHANGED)
FILE_CHECKED = event(
    "social.citizens.file_checked", _("%(actor)s had a file with %(hits)s citizens checked."), Category.SYSTEM
)
FILE_DROPPED = event("social.citizens.file_dropped", _("%(actor)s threw a file with citizens away."), Category.SYSTEM)
COMPARED = event(
    "social.citizens.compared",
    _("%(actor)s had a file compared with %(hits)s citizens who are here already; their data was shown to nobody."),
    Category.OPENED,
    opens=True,
    unseen=True,
)
IMPORTED = event("social.citizens.imported", _("%(actor)s read in citizens from a file: %(words)s."), Category.CHANGED)
ERASE_SEARCHED = event(
    "social.citizens.erase_searched",
    _("%(actor)s looked for somebody to erase, %(words)s: %(hits)s found."),
    Category.SEARCHED,
    opens=True,
)
ERASE_SHOWN = event(
    "social.citizen.erase_shown",
    _("%(actor)s looked at what erasing %(citizen)s would mean."),
    Category.OPENED,
    opens=True,
)
ERASED = event("social.citizen.erased", _("%(actor)s erased %(citizen)s: %(words)s."), Category.CHANGED, opens=True)
ERASED_LISTED = event("social.citizens.erased_listed", _("%(actor)s looked at who was erased."), Category.OPENED)

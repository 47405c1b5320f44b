"""What the log says of breaches: who ran the case, and at each customer what it was told and who has read it."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LISTED = event("system.breaches.listed", _("%(actor)s saw the cases of breaches."), Category.OPENED)
READ = event("system.breach.read", _("%(actor)s read a case of a breach."), Category.OPENED)
BEGUN = event("system.breach.begun", _("%(actor)s began a case of a breach: %(words)s."), Category.CHANGED)
LINKED = event("system.breach.linked", _("%(actor)s tied a report to a case of a breach."), Category.CHANGED)
STEPPED = event("system.breach.stepped", _("%(actor)s recorded in a case of a breach: %(words)s."), Category.CHANGED)
DRAFTED = event("system.breach.drafted", _("%(actor)s wrote the notices of a case: %(words)s."), Category.CHANGED)
COMPUTED = event(
    "system.breach.computed", _("Who is touched by a breach was computed from the log: %(words)s."), Category.SYSTEM
)
SENT = event("system.breach.sent", _("A customer was told of a breach: %(words)s."), Category.CHANGED)
ALARMED = event(
    "system.breach.alarmed", _("Management was told how long customers have not been told of a breach: %(words)s."),
    Category.SYSTEM,
)  # fmt: skip
RECEIVED = event("system.breach.received", _("Every customer has received its notice of a breach."), Category.SYSTEM)
ENDED = event("system.breach.ended", _("%(actor)s ended access because of a breach: %(words)s."), Category.CHANGED)
REGISTERED = event("system.breach.registered", _("%(actor)s wrote in the register of breaches."), Category.CHANGED)
HANDED = event("system.breach.handed", _("%(actor)s took out the register of breaches."), Category.HANDED)
PRINTED = event("system.breach.printed", _("%(actor)s took out a case of a breach as a document."), Category.HANDED)

# in the log of the customer
TOLD = event("system.breach.told", _("The supplier told of a breach: %(words)s."), Category.SYSTEM)
POSTED = event(
    "system.breach.posted", _("Administrators were told that a notice of a breach waits: %(words)s."), Category.SYSTEM
)
NOTICES_LISTED = event(
    "system.breach.notices_listed", _("%(actor)s saw the supplier's notices of breaches."), Category.OPENED
)
NOTICE_READ = event(
    "system.breach.notice_read", _("%(actor)s read the supplier's notice of a breach."), Category.OPENED, opens=True
)
ACKNOWLEDGED = event(
    "system.breach.acknowledged", _("%(actor)s acknowledged the supplier's notice of a breach."), Category.CHANGED
)
DECIDED = event(
    "system.breach.decided", _("%(actor)s wrote down what is done about a breach: %(words)s."), Category.CHANGED
)
OWN_HANDED = event("system.breach.own_handed", _("%(actor)s took out our register of breaches."), Category.HANDED)
SUPPLIER_ENDED = event(
    "system.breach.supplier_ended", _("The supplier ended access because of a breach: %(words)s."), Category.CHANGED
)

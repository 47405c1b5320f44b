"""What the log says of mail that goes out. No event has an address."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

ADDRESS_SET = event("outbox.address.set", _("%(actor)s gave an e-mail address for notices."), Category.CHANGED)
ADDRESS_CONFIRMED = event("outbox.address.confirmed", _("%(actor)s confirmed their e-mail address."), Category.CHANGED)
ADDRESS_REMOVED = event("outbox.address.removed", _("%(actor)s removed their e-mail address."), Category.CHANGED)
NOTICES_CHANGED = event(
    "outbox.notices.changed", _("%(actor)s changed which notices they get by e-mail: %(words)s."), Category.CHANGED
)
SENT = event("outbox.sent", _("A notice without personal data went by e-mail to %(object)s."), Category.SYSTEM)
FAILED = event(
    "outbox.failed", _("A notice by e-mail to %(object)s could not be sent, and was given up."), Category.SYSTEM
)
BOUNCED = event("outbox.bounced", _("The mail server refused the address of %(object)s."), Category.SYSTEM)
REFUSED = event(
    "outbox.refused",
    _("A notice to %(object)s was stopped before it left: it held what may not leave the systems."),
    Category.DENIED,
)

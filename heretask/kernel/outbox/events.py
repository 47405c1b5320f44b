"""What the log says of mail and SMS that go out. No event has an address or a number."""

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
NUMBER_SET = event("outbox.number.set", _("%(actor)s gave a telephone number for notices by SMS."), Category.CHANGED)
NUMBER_PROVEN = event("outbox.number.proven", _("%(actor)s proved that their telephone is theirs."), Category.CHANGED)
NUMBER_NOT_PROVEN = event(
    "outbox.number.not_proven",
    _("%(actor)s gave a code for their telephone that was not the right one."),
    Category.DENIED,
)
NUMBER_REMOVED = event("outbox.number.removed", _("%(actor)s removed their telephone number."), Category.CHANGED)
SMS_CHANGED = event(
    "outbox.sms.changed", _("%(actor)s changed which notices they get by SMS: %(words)s."), Category.CHANGED
)
SMS_SENT = event("outbox.sms.sent", _("A notice without personal data went by SMS to %(object)s."), Category.SYSTEM)
SMS_FAILED = event("outbox.sms.failed", _("A notice by SMS to %(object)s did not arrive."), Category.SYSTEM)
SMS_BOUNCED = event("outbox.sms.bounced", _("The telephone number of %(object)s was refused."), Category.SYSTEM)

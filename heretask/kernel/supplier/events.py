"""What logs say of the supplier's acts: in its own log who did it, in the customer's log what it means there."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

# in the supplier's log
FOUNDED = event(
    "supplier.customer.founded",
    _("%(actor)s created a customer and its first administrator: %(words)s."),
    Category.CHANGED,
)
CLOSED = event(
    "supplier.customer.closed",
    _("%(actor)s closed a customer, as both of Management wanted: %(words)s."),
    Category.CHANGED,
)
REOPENED = event(
    "supplier.customer.reopened",
    _("%(actor)s opened a customer again, as both of Management wanted: %(words)s."),
    Category.CHANGED,
)
CUSTOMERS_SEEN = event("supplier.customers.seen", _("%(actor)s looked at the list of customers."), Category.OPENED)
LOGIN_SOUGHT = event(
    "supplier.login.sought", _("%(actor)s looked for a login by its whole name: %(words)s."), Category.SEARCHED
)
SUSPENDED = event("supplier.login.suspended", _("%(actor)s suspended a login: %(words)s."), Category.CHANGED)
LIFTED = event("supplier.login.lifted", _("%(actor)s lifted the suspension of a login: %(words)s."), Category.CHANGED)
SUSPENSIONS_SEEN = event("supplier.suspensions.seen", _("%(actor)s looked at the suspended logins."), Category.OPENED)
REPLACED = event("supplier.manager.replaced", _("%(actor)s replaced a manager: %(words)s."), Category.CHANGED)
RECOVERY_CODE_MADE = event("supplier.recovery.made", _("A recovery code was made at the server."), Category.SYSTEM)
RECOVERY_ASKED = event(
    "supplier.recovery.asked",
    _("At the server somebody asked with the recovery code for two new managers: %(words)s."),
    Category.SYSTEM,
)
RECOVERY_STOPPED = event(
    "supplier.recovery.stopped", _("%(actor)s stopped that both managers are replaced: %(words)s."), Category.CHANGED
)
RECOVERY_DONE = event(
    "supplier.recovery.done", _("Both managers were replaced by the recovery code: %(words)s."), Category.SYSTEM
)

# in a customer's own log; who did it is not a user of theirs, so it is told in words
MADE_BY_SUPPLIER = event(
    "supplier.made",
    _("HereTask created this customer, with %(object)s as its first administrator: %(words)s."),
    Category.CHANGED,
)
CLOSED_BY_SUPPLIER = event("supplier.closed", _("HereTask closed this customer: %(words)s."), Category.CHANGED)
REOPENED_BY_SUPPLIER = event(
    "supplier.reopened", _("HereTask opened this customer again: %(words)s."), Category.CHANGED
)
SUSPENDED_BY_SUPPLIER = event(
    "supplier.suspended", _("HereTask suspended the login of %(object)s: %(words)s."), Category.CHANGED
)
LIFTED_BY_SUPPLIER = event(
    "supplier.lifted", _("HereTask lifted the suspension of %(object)s: %(words)s."), Category.CHANGED
)
MANAGER_CHANGES = event(
    "supplier.manager.changes",
    _("HereTask told that one of its two managers is to be replaced: %(words)s."),
    Category.SYSTEM,
)
MANAGER_CHANGED = event(
    "supplier.manager.changed",
    _("HereTask told that one of its two managers was replaced: %(words)s."),
    Category.SYSTEM,
)
MANAGER_STAYS = event(
    "supplier.manager.stays", _("HereTask told that its manager is not replaced after all: %(words)s."), Category.SYSTEM
)
MANAGERS_CHANGE = event(
    "supplier.managers.change",
    _("HereTask told that in 24 hours both of its managers are replaced: %(words)s."),
    Category.SYSTEM,
)
MANAGERS_CHANGED = event(
    "supplier.managers.changed", _("HereTask told that both of its managers were replaced: %(words)s."), Category.SYSTEM
)

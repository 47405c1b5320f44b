"""What the log says of the servers: what was found there, and what Management did about it."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

READ = event("system.servers.read", _("%(actor)s read who was on the servers."), Category.OPENED)
ACCOUNTS_READ = event(
    "system.servers.accounts.read", _("%(actor)s read which accounts the servers have."), Category.OPENED
)
REPORTS_READ = event("system.servers.reports.read", _("%(actor)s read how the servers are set up."), Category.OPENED)
PORTAL_READ = event(
    "system.servers.portal.read", _("%(actor)s read which logs of the hosting portal were received."), Category.OPENED
)
OPENED = event("system.servers.session.opened", _("A session on a server began: %(object)s."), Category.SESSION)
CLOSED = event("system.servers.session.closed", _("A session on a server ended: %(object)s."), Category.SESSION)
COMMAND = event(
    "system.servers.command",
    _("On a server a command was run with another user's rights: %(object)s."),
    Category.SESSION,
)
COMMAND_REFUSED = event(
    "system.servers.command.refused",
    _("On a server a command with another user's rights was refused: %(object)s."),
    Category.DENIED,
)
UNMATCHED = event(
    "system.servers.unmatched", _("Nobody had announced what happened on a server: %(object)s."), Category.SYSTEM
)
COUNTED = event(
    "system.servers.counted",
    _("The program's own connections to the database were counted: %(hits)s."),
    Category.SYSTEM,
)
ANNOUNCED = event("system.servers.announced", _("%(actor)s announced work on a server: %(object)s."), Category.CHANGED)
EXPLAINED = event(
    "system.servers.explained", _("%(actor)s explained what nobody had announced: %(object)s."), Category.CHANGED
)
ACCOUNT_ADDED = event(
    "system.servers.account.added",
    _("%(actor)s wrote down whose account on the servers it is: %(object)s."),
    Category.CHANGED,
)
ACCOUNT_ENDED = event(
    "system.servers.account.ended", _("%(actor)s ended an account on the servers: %(object)s."), Category.CHANGED
)
CHECKED = event("system.servers.checked", _("A server was checked, and every rule holds: %(object)s."), Category.SYSTEM)
CHECKED_WRONG = event(
    "system.servers.checked.wrong", _("A server was checked, and not every rule holds: %(object)s."), Category.SYSTEM
)
PORTAL_KEPT = event(
    "system.servers.portal.kept", _("%(actor)s wrote down what the log of the hosting portal shows."), Category.CHANGED
)
PORTAL_HANDED = event(
    "system.servers.portal.handed", _("%(actor)s fetched a log of the hosting portal."), Category.HANDED
)

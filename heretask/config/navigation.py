"""The menus of the four systems, in the order in which people see them."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.permissions import Permission
from heretask.ui.shell import Place

PLACES = (
    Place("platform.today", _("Today"), "today", Permission.PLATFORM_TODAY_SEE, bottom=True),
    Place("platform.tasks", _("Tasks"), "tasks", Permission.PLATFORM_TASKS_USE, bottom=True),
    Place("platform.messages", _("Messages"), "message", Permission.PLATFORM_MESSAGES_USE, bottom=True),
    Place("platform.incidents", _("Security incidents"), "flag", Permission.PLATFORM_INCIDENTS_REPORT, _("Me")),
    Place("platform.account", _("My account"), "key", Permission.PLATFORM_ACCOUNT_OWN, _("Me")),
    Place("platform.seen", _("What I have seen"), "eye", Permission.PLATFORM_SEEN_OWN, _("Me")),
    Place("platform.incidents_all", _("Reports"), "alert", Permission.PLATFORM_INCIDENTS_ANSWER, _("Management")),
    Place("social.citizens", _("Citizens"), "people", Permission.SOCIAL_CITIZENS_SEE, bottom=True),
    Place("social.search", _("Search the journals"), "search", Permission.SOCIAL_JOURNAL_SEARCH, bottom=True),
    Place("social.people", _("Who works with whom"), "people", Permission.SOCIAL_CITIZENS_RELATE),
    Place("social.emergency", _("Emergency opening"), "alert", Permission.SOCIAL_CITIZENS_EMERGENCY),
    Place("social.emergency_follow_up", _("Follow up openings"), "eye", Permission.SOCIAL_CITIZENS_FOLLOW_UP),
    Place("social.citizens_import", _("Read in citizens"), "upload", Permission.SOCIAL_CITIZENS_IMPORT),
    Place("social.citizens_erase", _("Erase a citizen"), "lock", Permission.SOCIAL_CITIZENS_ERASE),
    Place("system.assessment", _("Living assessment"), "shield", Permission.SYSTEM_ASSESSMENT_SEE, bottom=True),
    Place("system.rights", _("Who may reach what"), "key", Permission.SYSTEM_ASSESSMENT_SEE),
    Place("system.access_inside", _("About this access"), "eye", Permission.SYSTEM_ACCESS_INSIDE, bottom=True),
    Place("system.access", _("Access to customers"), "door", Permission.SYSTEM_ACCESS_ASK),
    Place("system.backups", _("Backups"), "down", Permission.SYSTEM_BACKUPS_SEE),
    Place("system.servers", _("Servers"), "computer", Permission.SYSTEM_SERVERS_SEE),
    Place("system.releases", _("Releases"), "seal", Permission.SYSTEM_RELEASES_FETCH),
    Place("system.staff", _("Staff"), "people", Permission.SYSTEM_STAFF_SEE),
    Place("system.staff_mine", _("My duties"), "tasks", Permission.SYSTEM_STAFF_OWN),
    Place("admin.users", _("Users"), "people", Permission.ADMIN_USERS_SEE, _("People"), bottom=True),
    Place("admin.users_import", _("Read in users"), "upload", Permission.ADMIN_USERS_IMPORT, _("People")),
    Place("admin.guests", _("Guests"), "eye", Permission.ADMIN_GUESTS_INVITE, _("People")),
    Place("admin.grants", _("Supplier access"), "door", Permission.ADMIN_ACCESS_ANSWER, _("People")),
    Place("admin.browsers", _("Shared browsers"), "computer", Permission.ADMIN_BROWSERS_SHARE, _("People")),
    Place("admin.roles", _("Roles"), "key", Permission.ADMIN_ROLES_SEE, _("People")),
    Place("admin.reviews", _("Access reviews"), "check", Permission.ADMIN_REVIEWS_RUN, _("People")),
    Place("admin.units", _("Units"), "house", Permission.ADMIN_UNITS_SEE, _("People")),
    Place("admin.guidelines", _("Guidelines"), "lock", Permission.ADMIN_GUIDELINES_SEE, _("People")),
    Place("admin.customers", _("Customers"), "house", Permission.ADMIN_CUSTOMERS_RUN, _("Management")),
    Place("admin.approvals", _("Two people"), "seal", Permission.ADMIN_APPROVALS_USE, _("Management")),
    Place("admin.suspensions", _("Suspended logins"), "lock", Permission.ADMIN_SUSPENSIONS_RUN, _("Management")),
    Place("admin.log", _("The log"), "book", Permission.ADMIN_LOG_READ, _("Trail"), bottom=True),
    Place("admin.openings", _("Who has opened?"), "eye", Permission.ADMIN_LOG_READ, _("Trail")),
    Place("admin.samples", _("Sample checks"), "search", Permission.ADMIN_SAMPLES_JUDGE, _("Trail")),
    Place("admin.mail", _("Outgoing mail"), "message", Permission.ADMIN_MAIL_SEE, _("Trail")),
    Place("admin.retention", _("How long it is kept"), "clock", Permission.ADMIN_RETENTION_SEE, _("Trail")),
)

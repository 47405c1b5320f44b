"""Every permission there is, with the sentence a person reads it as. `system.feature:verb`, in alphabetical order."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """What somebody may be allowed to do; roles are made of these."""

    ADMIN_LOG_EXPORT = "admin.log:export"
    ADMIN_LOG_EXPORT_PLAIN = "admin.log:export_plain"
    ADMIN_LOG_READ = "admin.log:read"
    ADMIN_OPENINGS_CHOOSE = "admin.openings:choose"
    ADMIN_OPENINGS_HAND = "admin.openings:hand"
    ADMIN_RETENTION_CHANGE = "admin.retention:change"
    ADMIN_RETENTION_SEE = "admin.retention:see"
    ADMIN_USERS_CHANGE = "admin.users:change"
    ADMIN_USERS_IMPORT = "admin.users:import"
    ADMIN_USERS_SEE = "admin.users:see"
    PLATFORM_ACCOUNT_OWN = "platform.account:own"
    PLATFORM_TODAY_SEE = "platform.today:see"
    SOCIAL_CITIZENS_ERASE = "social.citizens:erase"
    SOCIAL_CITIZENS_IMPORT = "social.citizens:import"
    SOCIAL_CITIZENS_SEE = "social.citizens:see"
    SOCIAL_JOURNAL_CORRECT = "social.journal:correct"
    SOCIAL_JOURNAL_READ = "social.journal:read"
    SOCIAL_JOURNAL_SEARCH = "social.journal:search"
    SOCIAL_JOURNAL_SIGN = "social.journal:sign"
    SOCIAL_JOURNAL_WRITE = "social.journal:write"
    SYSTEM_ASSESSMENT_MEASURE = "system.assessment:measure"
    SYSTEM_ASSESSMENT_SEE = "system.assessment:see"
    SYSTEM_BACKUPS_RUN = "system.backups:run"
    SYSTEM_BACKUPS_SEE = "system.backups:see"
    SYSTEM_STAFF_CHANGE = "system.staff:change"
    SYSTEM_STAFF_OWN = "system.staff:own"
    SYSTEM_STAFF_SEE = "system.staff:see"

    @property
    def about_citizens(self) -> bool:
        """Whether a role of one unit allows it for that unit's citizens alone; reading in and erasing go for all."""
        return self.value.startswith("social.") and self not in {
            Permission.SOCIAL_CITIZENS_IMPORT, Permission.SOCIAL_CITIZENS_ERASE,
        }  # fmt: skip

    @property
    def sentence(self) -> Promise:
        """What it allows, as a sentence that begins with 'may'."""
        return SENTENCES[self]


SENTENCES: dict[Permission, Promise] = {
    Permission.ADMIN_LOG_EXPORT: _("may take the log out as a file"),
    Permission.ADMIN_LOG_EXPORT_PLAIN: _("may take the log out with the words that were searched for"),
    Permission.ADMIN_LOG_READ: _("may read the log"),
    Permission.ADMIN_OPENINGS_CHOOSE: _("may choose whether letters about openings name staff"),
    Permission.ADMIN_OPENINGS_HAND: _("may make the letter that tells a citizen who has opened their data"),
    Permission.ADMIN_RETENTION_CHANGE: _("may choose how long the log is kept"),
    Permission.ADMIN_RETENTION_SEE: _("may see how long the log is kept, and the protocol of what went"),
    Permission.ADMIN_USERS_CHANGE: _("may create, rename and deactivate users and give roles"),
    Permission.ADMIN_USERS_IMPORT: _("may read in users from a spreadsheet"),
    Permission.ADMIN_USERS_SEE: _("may see who has a login, and with which role"),
    Permission.PLATFORM_ACCOUNT_OWN: _("may change their own password, factors and sessions"),
    Permission.PLATFORM_TODAY_SEE: _("may see their own day"),
    Permission.SOCIAL_CITIZENS_ERASE: _("may erase a citizen for ever, with a reason"),
    Permission.SOCIAL_CITIZENS_IMPORT: _("may read in citizens from a spreadsheet"),
    Permission.SOCIAL_CITIZENS_SEE: _("may see the citizens they work with"),
    Permission.SOCIAL_JOURNAL_CORRECT: _("may correct a signed note, beside the original"),
    Permission.SOCIAL_JOURNAL_READ: _("may read the journal of a citizen they work with"),
    Permission.SOCIAL_JOURNAL_SEARCH: _("may search the journal of a citizen they work with"),
    Permission.SOCIAL_JOURNAL_SIGN: _("may sign their own notes"),
    Permission.SOCIAL_JOURNAL_WRITE: _("may write notes about a citizen they work with"),
    Permission.SYSTEM_ASSESSMENT_MEASURE: _("may have the promises measured now"),
    Permission.SYSTEM_ASSESSMENT_SEE: _("may read which promises hold"),
    Permission.SYSTEM_BACKUPS_RUN: _("may have backups taken and restored on trial"),
    Permission.SYSTEM_BACKUPS_SEE: _("may see backups and drills"),
    Permission.SYSTEM_STAFF_CHANGE: _("may hire, and record checks, training and leaving of staff"),
    Permission.SYSTEM_STAFF_OWN: _("may see and do their own duties as staff"),
    Permission.SYSTEM_STAFF_SEE: _("may see the staff register"),
}

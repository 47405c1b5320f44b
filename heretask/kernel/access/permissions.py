"""Every permission there is, with the sentence a person reads it as. `system.feature:verb`, in alphabetical order."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """What somebody may be allowed to do; roles are made of these."""

    ADMIN_GUESTS_INVITE = "admin.guests:invite"
    ADMIN_ACCESS_ANSWER = "admin.grants:answer"
    ADMIN_APPROVALS_USE = "admin.approvals:use"
    ADMIN_CONTACTS_KEEP = "admin.contacts:keep"
    ADMIN_CUSTOMERS_RUN = "admin.customers:run"
    ADMIN_BROWSERS_SHARE = "admin.browsers:share"
    ADMIN_GUIDELINES_CHANGE = "admin.guidelines:change"
    ADMIN_GUIDELINES_SEE = "admin.guidelines:see"
    ADMIN_LOG_EXPORT = "admin.log:export"
    ADMIN_LOG_EXPORT_PLAIN = "admin.log:export_plain"
    ADMIN_LOG_READ = "admin.log:read"
    ADMIN_MAIL_CHOOSE = "admin.mail:choose"
    ADMIN_MAIL_SEE = "admin.mail:see"
    ADMIN_OPENINGS_CHOOSE = "admin.openings:choose"
    ADMIN_OPENINGS_HAND = "admin.openings:hand"
    ADMIN_RETENTION_CHANGE = "admin.retention:change"
    ADMIN_RETENTION_SEE = "admin.retention:see"
    ADMIN_SAMPLES_JUDGE = "admin.samples:judge"
    ADMIN_SAMPLES_RUN = "admin.samples:run"
    ADMIN_SUSPENSIONS_RUN = "admin.suspensions:run"
    ADMIN_REVIEWS_RUN = "admin.reviews:run"
    ADMIN_ROLES_CHANGE = "admin.roles:change"
    ADMIN_ROLES_SEE = "admin.roles:see"
    ADMIN_UNITS_CHANGE = "admin.units:change"
    ADMIN_UNITS_SEE = "admin.units:see"
    ADMIN_USERS_CHANGE = "admin.users:change"
    ADMIN_USERS_IMPORT = "admin.users:import"
    ADMIN_USERS_SEE = "admin.users:see"
    PLATFORM_ACCOUNT_OWN = "platform.account:own"
    PLATFORM_ANNOUNCEMENTS_WRITE = "platform.announcements:write"
    PLATFORM_FILES_HAND = "platform.files:hand"
    PLATFORM_FILES_OPEN = "platform.files:open"
    PLATFORM_CALENDAR_USE = "platform.calendar:use"
    PLATFORM_INCIDENTS_ANSWER = "platform.incidents:answer"
    PLATFORM_INCIDENTS_FOLLOW = "platform.incidents:follow"
    PLATFORM_INCIDENTS_REPORT = "platform.incidents:report"
    PLATFORM_MESSAGES_USE = "platform.messages:use"
    PLATFORM_NOTICES_PUT_UP = "platform.notices:put_up"
    PLATFORM_NOTICES_READ = "platform.notices:read"
    PLATFORM_HANDING_USE = "platform.handing:use"
    PLATFORM_PRINTING_LEAD = "platform.printing:lead"
    PLATFORM_PRINTING_USE = "platform.printing:use"
    PLATFORM_SAMPLES_OWN = "platform.samples:own"
    PLATFORM_SEEN_OWN = "platform.seen:own"
    PLATFORM_TASKS_LEAD = "platform.tasks:lead"
    PLATFORM_TASKS_USE = "platform.tasks:use"
    PLATFORM_TODAY_SEE = "platform.today:see"
    SOCIAL_CITIZENS_EMERGENCY = "social.citizens:emergency"
    PLATFORM_VOUCHING_SEE = "platform.vouching:see"
    SOCIAL_CITIZENS_ERASE = "social.citizens:erase"
    SOCIAL_CITIZENS_FOLLOW_UP = "social.citizens:follow_up"
    SOCIAL_CITIZENS_IMPORT = "social.citizens:import"
    SOCIAL_CITIZENS_RELATE = "social.citizens:relate"
    SOCIAL_CITIZENS_SEAL = "social.citizens:seal"
    SOCIAL_CITIZENS_SEE = "social.citizens:see"
    SOCIAL_HANDOVER_LEAD = "social.handover:lead"
    SOCIAL_HANDOVER_MARK = "social.handover:mark"
    SOCIAL_HANDOVER_TAKE = "social.handover:take"
    SOCIAL_JOURNAL_CORRECT = "social.journal:correct"
    SOCIAL_JOURNAL_READ = "social.journal:read"
    SOCIAL_JOURNAL_SEARCH = "social.journal:search"
    SOCIAL_JOURNAL_SIGN = "social.journal:sign"
    SOCIAL_JOURNAL_WRITE = "social.journal:write"
    SYSTEM_ACCESS_ASK = "system.access:ask"
    SYSTEM_ACCESS_INSIDE = "system.access:inside"
    SYSTEM_ASSESSMENT_MEASURE = "system.assessment:measure"
    SYSTEM_ASSESSMENT_SEE = "system.assessment:see"
    SYSTEM_ASSESSMENT_SHOW = "system.assessment:show"
    SYSTEM_AUDITS_RUN = "system.audits:run"
    SYSTEM_BACKUPS_RUN = "system.backups:run"
    SYSTEM_BACKUPS_SEE = "system.backups:see"
    SYSTEM_BREACHES_READ = "system.breaches:read"
    SYSTEM_BREACHES_RUN = "system.breaches:run"
    SYSTEM_CONTINUITY_RUN = "system.continuity:run"
    SYSTEM_CONTINUITY_SEE = "system.continuity:see"
    SYSTEM_POLICIES_PUBLISH = "system.policies:publish"
    SYSTEM_POLICIES_READ = "system.policies:read"
    SYSTEM_HELPERS_SEE = "system.helpers:see"
    SYSTEM_REGISTERS_CHANGE = "system.registers:change"
    SYSTEM_REGISTERS_SEE = "system.registers:see"
    SYSTEM_RELEASES_APPROVE = "system.releases:approve"
    SYSTEM_RELEASES_FETCH = "system.releases:fetch"
    SYSTEM_MONITORING_RUN = "system.monitoring:run"
    SYSTEM_MONITORING_SEE = "system.monitoring:see"
    SYSTEM_SERVERS_RUN = "system.servers:run"
    SYSTEM_SERVERS_SEE = "system.servers:see"
    SYSTEM_STAFF_CHANGE = "system.staff:change"
    SYSTEM_STAFF_OWN = "system.staff:own"
    SYSTEM_STAFF_SEE = "system.staff:see"
    SYSTEM_WHEEL_CHANGE = "system.wheel:change"
    SYSTEM_WHEEL_SEE = "system.wheel:see"

    @property
    def about_citizens(self) -> bool:
        """Whether a role of one unit allows it for that unit's citizens alone; reading in and erasing go for all."""
        return self.value.startswith("social.") and self not in {
            Permission.SOCIAL_CITIZENS_IMPORT, Permission.SOCIAL_CITIZENS_ERASE,
        }  # fmt: skip

    @property
    def system(self) -> str:
        """The system it belongs to."""
        return self.value.partition(".")[0]

    @property
    def rules_others(self) -> bool:
        """Whether it decides what others may do, or by which rules: whoever holds it needs a second factor."""
        return self.system == "admin" and self.value.partition(":")[2] in {"answer", "change", "choose", "import"}

    @property
    def sentence(self) -> Promise:
        """What it allows, as a sentence that begins with 'may'."""
        return SENTENCES[self]


SENTENCES: dict[Permission, Promise] = {
    Permission.ADMIN_GUESTS_INVITE: _("may invite guests who read, for 30 days at most, and end their access"),
    Permission.ADMIN_ACCESS_ANSWER: _("may answer the supplier's requests for access, watch them and cut them off"),
    Permission.ADMIN_APPROVALS_USE: _("may ask for and approve what takes both of Management"),
    Permission.ADMIN_CONTACTS_KEEP: _("may keep whom the supplier calls in an emergency"),
    Permission.ADMIN_CUSTOMERS_RUN: _("may create customers, and ask for one to be closed"),
    Permission.ADMIN_BROWSERS_SHARE: _("may mark browsers that the people of a unit share"),
    Permission.ADMIN_GUIDELINES_CHANGE: _("may change the guidelines for signing in"),
    Permission.ADMIN_GUIDELINES_SEE: _("may see the guidelines for signing in, and what was accepted"),
    Permission.ADMIN_LOG_EXPORT: _("may take the log out as a file"),
    Permission.ADMIN_LOG_EXPORT_PLAIN: _("may take the log out with the words that were searched for"),
    Permission.ADMIN_LOG_READ: _("may read the log"),
    Permission.ADMIN_MAIL_CHOOSE: _("may choose whether notices may go by SMS"),
    Permission.ADMIN_MAIL_SEE: _("may see which notices went out by e-mail or SMS, and which could not"),
    Permission.ADMIN_OPENINGS_CHOOSE: _("may choose whether letters about openings name staff"),
    Permission.ADMIN_OPENINGS_HAND: _("may make the letter that tells a citizen who has opened their data"),
    Permission.ADMIN_RETENTION_CHANGE: _("may choose how long the log is kept"),
    Permission.ADMIN_RETENTION_SEE: _("may see how long the log is kept, and the protocol of what went"),
    Permission.ADMIN_SUSPENSIONS_RUN: _("may suspend any login at once, with a reason that its customer reads"),
    Permission.ADMIN_ROLES_CHANGE: _("may make and change the customer's own roles"),
    Permission.ADMIN_ROLES_SEE: _("may see the roles, and who has them"),
    Permission.ADMIN_UNITS_CHANGE: _("may make, rename and close units"),
    Permission.ADMIN_UNITS_SEE: _("may see the units"),
    Permission.ADMIN_USERS_CHANGE: _("may create, rename and deactivate users and give roles"),
    Permission.ADMIN_USERS_IMPORT: _("may read in users from a spreadsheet"),
    Permission.ADMIN_USERS_SEE: _("may see who has a login, and with which role"),
    Permission.PLATFORM_ACCOUNT_OWN: _("may change their own password, factors and sessions"),
    Permission.PLATFORM_FILES_HAND: _("may hand over files, with receiver, basis and way"),
    Permission.PLATFORM_FILES_OPEN: _("may open pictures and files that stand with what they may read"),
    Permission.PLATFORM_HANDING_USE: _("may hand something over to people outside, by a link and a code"),
    Permission.PLATFORM_ANNOUNCEMENTS_WRITE: _("may tell all customers something on their start page"),
    Permission.PLATFORM_INCIDENTS_ANSWER: _("may open and answer reports of security incidents from all customers"),
    Permission.PLATFORM_INCIDENTS_FOLLOW: _("may read the security incidents that colleagues reported"),
    Permission.PLATFORM_INCIDENTS_REPORT: _("may report a security incident, and see what became of it"),
    Permission.PLATFORM_MESSAGES_USE: _("may write to colleagues, and read what they are sent"),
    Permission.PLATFORM_PRINTING_LEAD: _("may see what paper their people have printed, and tick it off"),
    Permission.PLATFORM_PRINTING_USE: _("may print, with a reason, and answers for the paper"),
    Permission.PLATFORM_SEEN_OWN: _("may see what they themselves have opened"),
    Permission.PLATFORM_CALENDAR_USE: _("may see calendars, and make, change and cancel appointments"),
    Permission.PLATFORM_NOTICES_PUT_UP: _("may put up notices and withdraw them, and see who has acknowledged"),
    Permission.PLATFORM_NOTICES_READ: _("may read notices and acknowledge them"),
    Permission.PLATFORM_TASKS_LEAD: _("may see and hand over every task of their unit's people"),
    Permission.PLATFORM_TASKS_USE: _("may have tasks, make them, and tick them off"),
    Permission.PLATFORM_TODAY_SEE: _("may see their own day"),
    Permission.SOCIAL_CITIZENS_EMERGENCY: _("may open a citizen they do not work with for 3 hours, with a reason"),
    Permission.PLATFORM_VOUCHING_SEE: _("may see who was let in because colleagues vouched for them"),
    Permission.ADMIN_REVIEWS_RUN: _("may review who has access, and take away what is not needed"),
    Permission.ADMIN_SAMPLES_JUDGE: _("may judge what colleagues say of openings that were drawn"),
    Permission.ADMIN_SAMPLES_RUN: _("may see every drawn opening, and keep the list of well-known people"),
    Permission.PLATFORM_SAMPLES_OWN: _("may say why they opened a citizen, where a sample asks"),
    Permission.SOCIAL_CITIZENS_ERASE: _("may erase a citizen for ever, with a reason"),
    Permission.SOCIAL_CITIZENS_FOLLOW_UP: _("may judge emergency openings of colleagues"),
    Permission.SOCIAL_CITIZENS_IMPORT: _("may read in citizens from a spreadsheet"),
    Permission.SOCIAL_CITIZENS_RELATE: _("may say who works with which citizen"),
    Permission.SOCIAL_CITIZENS_SEAL: _("may seal a citizen, so that only those who are named reach them"),
    Permission.SOCIAL_CITIZENS_SEE: _("may see the citizens they work with"),
    Permission.SOCIAL_HANDOVER_LEAD: _("may see who of their unit has not taken over"),
    Permission.SOCIAL_HANDOVER_MARK: _("may mark notes for the next shift, and take the mark away"),
    Permission.SOCIAL_HANDOVER_TAKE: _("may read the hand-over of their unit, and take over"),
    Permission.SOCIAL_JOURNAL_CORRECT: _("may correct a signed note, beside the original"),
    Permission.SOCIAL_JOURNAL_READ: _("may read the journal of a citizen they work with"),
    Permission.SOCIAL_JOURNAL_SEARCH: _("may search the journal of a citizen they work with"),
    Permission.SOCIAL_JOURNAL_SIGN: _("may sign their own notes"),
    Permission.SOCIAL_JOURNAL_WRITE: _("may write notes about a citizen they work with"),
    Permission.SYSTEM_ACCESS_ASK: _("may ask a customer for access, for hours"),
    Permission.SYSTEM_ACCESS_INSIDE: _("may be inside a customer that gave access"),
    Permission.SYSTEM_ASSESSMENT_MEASURE: _("may have the promises measured now"),
    Permission.SYSTEM_ASSESSMENT_SEE: _("may read which promises hold"),
    Permission.SYSTEM_ASSESSMENT_SHOW: _("may show everybody, without signing in, which promises hold"),
    Permission.SYSTEM_AUDITS_RUN: _("may audit ourselves, and hold and sign the minutes of the general meeting"),
    Permission.SYSTEM_BACKUPS_RUN: _("may have backups taken and restored on trial"),
    Permission.SYSTEM_BACKUPS_SEE: _("may see backups and drills"),
    Permission.SYSTEM_BREACHES_READ: _(
        "may read and acknowledge the supplier's notices of breaches, and decide on them"
    ),
    Permission.SYSTEM_BREACHES_RUN: _("may run cases of breaches: find who is touched, and tell every customer"),
    Permission.SYSTEM_CONTINUITY_RUN: _("may publish and agree contingency plans, and hold exercises"),
    Permission.SYSTEM_CONTINUITY_SEE: _("may read contingency plans and exercises"),
    Permission.SYSTEM_POLICIES_PUBLISH: _("may publish and review policies"),
    Permission.SYSTEM_POLICIES_READ: _("may read the policies and acknowledge them"),
    Permission.SYSTEM_HELPERS_SEE: _("may read which subcontractors help the supplier"),
    Permission.SYSTEM_REGISTERS_CHANGE: _("may keep risks, subcontractors and the other registers of the supplier"),
    Permission.SYSTEM_REGISTERS_SEE: _("may see and take out the supplier's registers"),
    Permission.SYSTEM_RELEASES_APPROVE: _("may approve releases, so that they may run"),
    Permission.SYSTEM_RELEASES_FETCH: _("may see releases and, once employed, fetch their source code"),
    Permission.SYSTEM_MONITORING_RUN: _("may take on alarms, choose limits and plant faults to try the watching"),
    Permission.SYSTEM_MONITORING_SEE: _("may see what is watched, and the alarms"),
    Permission.SYSTEM_SERVERS_RUN: _(
        "may announce work on the servers, explain what nobody announced, and keep accounts"
    ),
    Permission.SYSTEM_SERVERS_SEE: _("may see who was on the servers and how they are set up"),
    Permission.SYSTEM_STAFF_CHANGE: _("may hire, and record checks, training and leaving of staff"),
    Permission.SYSTEM_STAFF_OWN: _("may see and do their own duties as staff"),
    Permission.SYSTEM_STAFF_SEE: _("may see the staff register"),
    Permission.SYSTEM_WHEEL_CHANGE: _("may plan, close and hand over duties of the annual wheel"),
    Permission.SYSTEM_WHEEL_SEE: _("may see the annual wheel"),
}

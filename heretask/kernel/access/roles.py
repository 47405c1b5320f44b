"""The built-in roles, as classes that a customer can read."""

from __future__ import annotations

from typing import ClassVar, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .permissions import Permission as P

_EVERYONE = frozenset(
    {P.PLATFORM_ACCOUNT_OWN, P.PLATFORM_INCIDENTS_REPORT, P.PLATFORM_SAMPLES_OWN, P.PLATFORM_TODAY_SEE}
)
_STAFF = _EVERYONE | {
    P.PLATFORM_MESSAGES_USE,
    P.PLATFORM_FILES_OPEN,
    P.PLATFORM_FILES_HAND,
    P.PLATFORM_PRINTING_USE,
}  # those who work here; guests read, and write to nobody


class AnyRole(Protocol):
    """What is asked of a role, built in or a customer's own."""

    @property
    def key(self) -> str:
        """What forms and the log call it."""
        ...

    @property
    def label(self) -> str | Promise:
        """Its name for people."""
        ...

    @property
    def sentence(self) -> str | Promise:
        """What it is for."""
        ...

    @property
    def units(self) -> bool:
        """Whether it is given for one unit at a time."""
        ...

    @property
    def supplier(self) -> bool:
        """Whether it is one of the supplier's."""
        ...

    @property
    def guest(self) -> bool:
        """Whether it is a guest's: read only, for 30 days at most."""
        ...

    @property
    def second_factor(self) -> bool:
        """Whether it needs a second factor whatever the customer's guideline says (LOGIN-5)."""
        ...

    @property
    def may(self) -> frozenset[P]:
        """What it allows."""
        ...


class Role:
    """A name, a sentence, and what it may. `units` says whether it is given for one unit at a time."""

    key: ClassVar[str]
    label: ClassVar[Promise]
    sentence: ClassVar[Promise]
    units: ClassVar[bool] = False
    supplier: ClassVar[bool] = False
    guest: ClassVar[bool] = False  # reads what stands on a list, for 30 days at most; invited, never simply given
    second_factor: ClassVar[bool] = False  # required whatever the customer's guideline says (LOGIN-5)
    may: ClassVar[frozenset[P]] = _EVERYONE


class Carer(Role):
    """Works with the citizens of a unit."""

    key, units = "carer", True
    label = _("Carer")
    sentence = _("Works with the citizens of one unit: reads, writes, signs and searches their journals.")
    may = _STAFF | {
        P.PLATFORM_CALENDAR_USE,
        P.PLATFORM_NOTICES_READ,
        P.PLATFORM_TASKS_USE,
        P.SOCIAL_CITIZENS_EMERGENCY,
        P.SOCIAL_CITIZENS_SEE,
        P.SOCIAL_HANDOVER_MARK,
        P.SOCIAL_HANDOVER_TAKE,
        P.SOCIAL_JOURNAL_READ,
        P.SOCIAL_JOURNAL_WRITE,
        P.SOCIAL_JOURNAL_SIGN,
        P.SOCIAL_JOURNAL_SEARCH,
        P.SOCIAL_JOURNAL_CORRECT,
    }


class TeamLeader(Carer):
    """Leads a unit; works with its citizens too, and sees its people."""

    key = "team_leader"
    label = _("Team leader")
    sentence = _("Leads one unit: as a carer there, says who works with whom, and sees who has a login.")
    may = Carer.may | {
        P.ADMIN_USERS_SEE,
        P.ADMIN_BROWSERS_SHARE,
        P.ADMIN_SAMPLES_JUDGE,
        P.PLATFORM_NOTICES_PUT_UP,
        P.PLATFORM_HANDING_USE,
        P.PLATFORM_PRINTING_LEAD,
        P.PLATFORM_TASKS_LEAD,
        P.PLATFORM_VOUCHING_SEE,
        P.SOCIAL_CITIZENS_FOLLOW_UP,
        P.SOCIAL_CITIZENS_RELATE,
        P.SOCIAL_CITIZENS_SEAL,
        P.SOCIAL_HANDOVER_LEAD,
    }


class Administrator(Role):
    """Runs a customer's users, roles and log; sees no journal by it."""

    key, second_factor = "administrator", True
    label = _("Administrator")
    sentence = _("Runs users, roles and the log of the whole customer. Reads no journal by this role.")
    may = _STAFF | {
        P.ADMIN_BROWSERS_SHARE,
        P.ADMIN_USERS_SEE,
        P.ADMIN_USERS_CHANGE,
        P.ADMIN_USERS_IMPORT,
        P.ADMIN_ACCESS_ANSWER,
        P.ADMIN_CONTACTS_KEEP,
        P.ADMIN_GUESTS_INVITE,
        P.ADMIN_ROLES_SEE,
        P.ADMIN_ROLES_CHANGE,
        P.ADMIN_UNITS_SEE,
        P.ADMIN_UNITS_CHANGE,
        P.ADMIN_GUIDELINES_SEE,
        P.ADMIN_GUIDELINES_CHANGE,
        P.ADMIN_LOG_READ,
        P.ADMIN_LOG_EXPORT,
        P.ADMIN_LOG_EXPORT_PLAIN,
        P.ADMIN_MAIL_CHOOSE,
        P.ADMIN_MAIL_SEE,
        P.ADMIN_OPENINGS_CHOOSE,
        P.ADMIN_OPENINGS_HAND,
        P.ADMIN_RETENTION_CHANGE,
        P.ADMIN_RETENTION_SEE,
        P.ADMIN_REVIEWS_RUN,
        P.ADMIN_SAMPLES_JUDGE,
        P.ADMIN_SAMPLES_RUN,
        P.PLATFORM_CALENDAR_USE,
        P.PLATFORM_NOTICES_PUT_UP,
        P.PLATFORM_NOTICES_READ,
        P.PLATFORM_INCIDENTS_FOLLOW,
        P.PLATFORM_TASKS_USE,
        P.PLATFORM_VOUCHING_SEE,
        P.SOCIAL_CITIZENS_ERASE,
        P.SOCIAL_CITIZENS_FOLLOW_UP,
        P.SOCIAL_CITIZENS_IMPORT,
        P.SOCIAL_CITIZENS_RELATE,
        P.SOCIAL_CITIZENS_SEAL,
        P.SYSTEM_ASSESSMENT_SEE,
        P.SYSTEM_BREACHES_READ,
        P.SYSTEM_HELPERS_SEE,
    }


class Inspector(Role):
    """A guest from an authority: reads the citizens on a list."""

    key, guest, second_factor = "inspector", True, True
    label = _("Inspector")
    sentence = _("A guest from an authority. Reads the citizens on a list, and nothing else, until a day.")
    may = _EVERYONE | {P.PLATFORM_SEEN_OWN, P.SOCIAL_CITIZENS_SEE, P.SOCIAL_JOURNAL_READ, P.SOCIAL_JOURNAL_SEARCH}


class Auditor(Role):
    """A guest who checks how security is kept: the log and the promises, no citizen."""

    key, guest, second_factor = "auditor", True, True
    label = _("Auditor")
    sentence = _("A guest who checks how security is kept: reads the log and the promises, no journal, until a day.")
    may = _EVERYONE | {
        P.ADMIN_GUIDELINES_SEE,
        P.ADMIN_LOG_READ,
        P.ADMIN_RETENTION_SEE,
        P.ADMIN_ROLES_SEE,
        P.PLATFORM_SEEN_OWN,
        P.SYSTEM_ASSESSMENT_SEE,
        P.SYSTEM_HELPERS_SEE,
    }


class Developer(Role):
    """The supplier's developer: no customer's data without a grant."""

    key, supplier, second_factor = "developer", True, True
    label = _("Developer")
    sentence = _("Develops and maintains the systems. Sees no customer's data without a grant.")
    may = _STAFF | {
        P.SYSTEM_ACCESS_ASK,
        P.SYSTEM_ASSESSMENT_SEE,
        P.SYSTEM_RELEASES_FETCH,
        P.SYSTEM_STAFF_OWN,
        P.SYSTEM_WHEEL_SEE,
        P.SYSTEM_CONTINUITY_SEE,
        P.SYSTEM_POLICIES_READ,
    }


class Management(Role):
    """The supplier's management: two people at most (ORG-1)."""

    key, supplier, second_factor = "management", True, True
    label = _("Management")
    sentence = _("Runs the supplier: two people at most. Creates customers, suspends logins, sees which promises hold.")
    may = _STAFF | {
        P.SYSTEM_ASSESSMENT_SEE,
        P.SYSTEM_ASSESSMENT_MEASURE,
        P.SYSTEM_ASSESSMENT_SHOW,
        P.SYSTEM_AUDITS_RUN,
        P.SYSTEM_BACKUPS_SEE,
        P.SYSTEM_BACKUPS_RUN,
        P.SYSTEM_BREACHES_RUN,
        P.ADMIN_APPROVALS_USE,
        P.ADMIN_CUSTOMERS_RUN,
        P.ADMIN_SUSPENSIONS_RUN,
        P.PLATFORM_ANNOUNCEMENTS_WRITE,
        P.PLATFORM_INCIDENTS_ANSWER,
        P.SYSTEM_CONTINUITY_RUN,
        P.SYSTEM_CONTINUITY_SEE,
        P.SYSTEM_POLICIES_PUBLISH,
        P.SYSTEM_POLICIES_READ,
        P.SYSTEM_HELPERS_SEE,
        P.SYSTEM_REGISTERS_CHANGE,
        P.SYSTEM_REGISTERS_SEE,
        P.SYSTEM_RELEASES_APPROVE,
        P.SYSTEM_RELEASES_FETCH,
        P.SYSTEM_MONITORING_SEE,
        P.SYSTEM_MONITORING_RUN,
        P.SYSTEM_SERVERS_SEE,
        P.SYSTEM_SERVERS_RUN,
        P.SYSTEM_ACCESS_ASK,
        P.SYSTEM_STAFF_CHANGE,
        P.SYSTEM_STAFF_OWN,
        P.SYSTEM_STAFF_SEE,
        P.SYSTEM_WHEEL_CHANGE,
        P.SYSTEM_WHEEL_SEE,
        P.ADMIN_MAIL_CHOOSE,
        P.ADMIN_MAIL_SEE,
        P.ADMIN_LOG_READ,
        P.ADMIN_LOG_EXPORT,
        P.ADMIN_RETENTION_CHANGE,
        P.ADMIN_RETENTION_SEE,
        P.ADMIN_REVIEWS_RUN,
        P.ADMIN_USERS_SEE,
        P.ADMIN_USERS_CHANGE,
        P.ADMIN_ROLES_SEE,
        P.ADMIN_GUIDELINES_SEE,
        P.ADMIN_GUIDELINES_CHANGE,
    }


_BUILT_IN = (Carer, TeamLeader, Administrator, Inspector, Auditor, Developer, Management)
ROLES: dict[str, type[Role]] = {r.key: r for r in _BUILT_IN}

EVERYBODYS = _STAFF | {  # what every role of a customer's own allows, too
    P.PLATFORM_CALENDAR_USE, P.PLATFORM_NOTICES_READ, P.PLATFORM_TASKS_USE,
}  # fmt: skip
OFFERED = frozenset(  # what a customer's own roles may be made of
    right for role in _BUILT_IN if not (role.supplier or role.guest) for right in role.may if right.system != "platform"
)


def beyond_care(may: frozenset[P]) -> frozenset[P]:
    """What of `may` goes beyond daily work in a unit.

    It is handed on only by those who hold it: otherwise somebody who may create users could make an accomplice, or a
    second login of their own, that rules more than they do (B25).
    """
    return frozenset(p for p in may - TeamLeader.may if p.system != "platform")  # of Platform everybody has their own

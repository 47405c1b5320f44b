"""Duties of the year that belong to no other feature. Each is closed by a note; the page is where it is looked at."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from heretask.system.records.rules import Rule, a_note, rule

QUARTER = 3  # months

RIGHTS = rule(Rule(
    "wheel.rights", _("Review who is Management, and whose the accounts of the supplier are"), ("ORG-1",),
    accepts=a_note, season=1, page="system.rights",
    proof=_("Both managers by name, each account with the person it belongs to, and what was closed."),
))  # fmt: skip
BROWSERS = rule(Rule(
    "wheel.browsers", _("Walk through the systems in all browsers with the release that runs"), ("WEB-1",), QUARTER,
    accepts=a_note, season=1, page="system.releases",
    proof=_("The release, the browsers and telephones it was walked on, and what was found."),
))  # fmt: skip
GUIDELINES = rule(Rule(
    "wheel.guidelines", _("Review customers' guidelines that are below the default"), ("LOGIN-5",),
    accepts=a_note, season=2, page="system.assessment",
    proof=_("How many customers have accepted deviations, whom we talked to, and what was changed."),
))  # fmt: skip
SERVERS = rule(Rule(
    "wheel.servers", _("Read the check of the servers and see that they are updated"), ("COMM-1",), QUARTER,
    accepts=a_note, season=2, page="system.servers_reports",
    proof=_("The day of the check that was read, what was broken in it, and which updates were made."),
))  # fmt: skip
RETENTION = rule(Rule(
    "wheel.retention", _("Review for how long the log is kept, and try an extract"), ("LOG-4",),
    accepts=a_note, season=3, page="admin.retention",
    proof=_("For how long the log is kept, why, and that an extract was made and verified."),
))  # fmt: skip
PROVIDER = rule(Rule(
    "wheel.provider", _("Read the hosting provider's reports of backups and where they lie"), ("OPS-1", "OPS-2"),
    QUARTER, accepts=a_note, season=3, page="system.backups",
    proof=_("The reports that were read, with their dates, result and site, and what we asked the provider."),
))  # fmt: skip
PORTAL = rule(Rule(
    "wheel.portal", _("Review the accounts of the hosting provider's portal"), ("LOG-5",),
    accepts=a_note, season=4, page="system.servers_portal",
    proof=_("Each account with its person and second factor, and which were closed."),
))  # fmt: skip
RESTORE = rule(Rule(
    "wheel.restore", _("Restore a backup on other hardware"), ("OPS-3",),
    accepts=a_note, season=5, page="system.backups",
    proof=_("Which backup, on which machine, how long it took, and what was counted and opened afterwards."),
))  # fmt: skip
SOURCE = rule(Rule(
    "wheel.source", _("Review developers' rights and the repository of the source code"), ("SOURCE-1", "ACCESS-2"),
    accepts=a_note, season=6, page="admin.reviews",
    proof=_("Who can read and who can write the repository, what was taken away, and which keys were changed."),
))  # fmt: skip
TRAINING_PLAN = rule(Rule(
    "wheel.training", _("Renew what training in IT security covers"), ("STAFF-3",),
    accepts=a_note, season=8, page="system.staff",
    proof=_("What is new in the plan since last year, and which version was published."),
))  # fmt: skip
CONSULTATION = rule(Rule(
    "wheel.consultation", _("Begin the yearly consultation of staff"), ("STAFF-6",),
    accepts=a_note, season=9, page="system.staff",
    proof=_("When staff were told, what they were asked, and by when they answer."),
))  # fmt: skip
NOTICES = rule(Rule(
    "wheel.notices", _("Review what outgoing mail and SMS say"), ("DATA-5",),
    accepts=a_note, season=9, page="admin.mail",
    proof=_("Which texts were read, that they name nobody, and what was changed."),
))  # fmt: skip
EQUIPMENT = rule(Rule(
    "wheel.equipment", _("Go through the equipment that is handed out"), ("DATA-4", "EQUIP-1"),
    accepts=a_note, season=10, page="system.staff",
    proof=_("Which devices were looked at, what was missing, and what was taken back."),
))  # fmt: skip

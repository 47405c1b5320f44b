"""The catalogue check: at start, after every migration and daily, the database itself is asked what it forbids.

Tables that stand outside row-level security, and roles with a policy of their own, are listed here with their reason.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connections

from heretask.kernel import sql

OUTSIDE = {
    "kernel_customer": "is the customer itself; its own policy compares its id",
    "kernel_session": "the gate's: it is what row-level security rests on",
    "kernel_credential": "the gate's: the web's role may not read a password's hash",
    "kernel_factor": "the gate's: secrets of one-time codes, and passkeys",
    "kernel_challenge": "the gate's: what passkeys are asked to sign, before anybody is known",
    "kernel_browser": "the gate's: marks of browsers, known before anybody is",
    "kernel_browserperson": "the gate's: who used which browser",
    "kernel_throttle": "the gate's: tries counted before anybody is known",
}
POLICIES = {
    "kernel_user ht_key": "the session's look-up must know whether the user is active",
    "kernel_user ht_door": "giving a password checks that the user is the customer's",
    "kernel_user heretask_gate": "signing in finds the user before there is a session",
    "kernel_assignment ht_door": "the gate asks whether a role demands a second factor",
    "kernel_ownrole ht_door": "as above, for a role that a customer made for itself",
    "kernel_unit ht_door": "the door of a shared browser says which unit it belongs to",
    "kernel_sharedbrowser heretask_gate": "the door shows tiles where a browser is shared, before there is a session",
    "kernel_vouching heretask_gate": "vouching is asked for and used up at the door",
    "kernel_vouching ht_door": "who vouches is taken from the session, never from the web",
    "kernel_job ht_queue": "tickets and progress are made and ended by the queue's functions",
    "kernel_leaf heretask_sealer": "the sealer gives events their places in the tree; it cannot read the events",
    "kernel_node heretask_sealer": "as above: the inner nodes of the tree",
    "kernel_checkpoint heretask_sealer": "as above: what it signed",
    "kernel_leaf ht_keeper": "content of the log goes only where it has its place in the tree",
    "kernel_checkpoint ht_keeper": "as above: and where that tree is signed",
    "kernel_evidence ht_keeper": "results go with the month they belong to, the newest and the worst frozen",
    "kernel_storedsearch ht_keeper": "searches go after 31 days",
    "kernel_outgoingmail ht_queue": "the clock asks where a mail is due; it reads states and times alone",
    "kernel_job ht_keeper": "jobs go after 90 days",
    "kernel_retention ht_keeper": "the protocol of what went is written by the functions that remove it",
    "kernel_retentionpart ht_keeper": "as above: each part in the transaction that removes it",
    "kernel_guidelinechange ht_keeper": "going below a default needs the acceptance that stands in the history",
    "kernel_evidence ht_door": "the supplier reads states and figures of all customers, never rows",
    "kernel_erasure ht_door": "the clock writes tombstones of all customers: ids and times, never rows",
    "kernel_approval ht_board": "requests are made, approved and used by functions that hold the rules",
    "kernel_suspension ht_board": "Management suspends a login of any customer, with a reason",
    "kernel_user ht_board": "as above; and a new customer gets its first administrator with itself",
    "kernel_reservedname ht_board": "as above: that administrator's user name",
    "kernel_assignment ht_board": "who is of Management; and that administrator's role",
    "kernel_grant ht_grants": "the supplier's access is asked for, answered, cut off by functions that hold the rules",
    "kernel_handedover ht_door": "every customer's evidence counts what was handed over and by what right, never a row",
    "kernel_grant ht_door": "every customer's evidence has how many grants began too early, never rows",
    "kernel_preapproval ht_grants": "as above: what a customer has approved beforehand",
    "kernel_user ht_grants": "as above: whether who asked is the supplier's, and who answers the customer's",
    "kernel_assignment ht_grants": "as above: whether they are Developer or Management",
    "platform_calendar_feed ht_feed": "a calendar's address is found before there is a session, and counted",
    "platform_calendar_participant ht_feed": "as above: in which appointments its owner takes part",
    "platform_calendar_appointment ht_feed": "as above: when they are; times alone, no column with a word",
    "platform_tasks_task ht_feed": "as above: by when its owner's tasks are to be done; no column with a word",
    "kernel_user ht_feed": "as above: whether the login is open; the address ends with it",
    "platform_handing_handing ht_door": "a receiver outside opens one document by its link's hash, in no session",
    "platform_incidents_incident ht_incidents": "Management reads and answers the reports of all customers",
    "platform_incidents_incidentstep ht_incidents": "as above: what became of each",
    "system_breaches_case ht_breaches": "the clock of a breach is the database's: begun by the earliest report",
    "system_breaches_casereport ht_breaches": "as above: which reports a case has",
    "system_breaches_step ht_breaches": "as above: who has done what; every customer's evidence has its moments",
    "system_breaches_finding ht_breaches": "as above: what is suspected, to be looked for in every customer's log",
    "system_breaches_touched ht_breaches": "as above: numbers for each customer, written by a function alone",
    "system_breaches_draft ht_breaches": "as above: only what the other manager approved can be sent",
    "system_breaches_alarm ht_breaches": "as above: when Management was told of the time",
    "system_breaches_notice ht_breaches": "put at each customer by a function; the supplier reads when, never what",
    "system_breaches_receipt ht_breaches": "the supplier reads who has opened and acknowledged, and when",
    "admin_contacts_sheet ht_breaches": "evidence has how old each customer's sheet is, never whom it names",
    "platform_incidents_incident ht_breaches": "when something was reported: the clock begins then",
    "social_citizens_citizen ht_breaches": "which ids in the log are citizens: ids, never a word",
    "kernel_user ht_breaches": "the user name of who has read a notice",
    "kernel_user ht_incidents": "as above: the sealed name of who reported",
    "social_journal_notewords ht_search": "finds notes of the session's customer by keyed words; gives ids",
    "social_citizens_citizenwords ht_search": "finds citizens of the session's customer by keyed prefixes",
    "system_backups_backup ht_door": "every customer's evidence has the supplier's dates and outcomes, never rows",
    "system_backups_drill ht_door": "as for backups",
    "system_backups_providerreport ht_door": "as for backups",
    "system_servers_visit ht_door": "every customer's evidence counts the sessions on the servers, never a row",
    "system_servers_explanation ht_door": "as for visits",
    "system_servers_reading ht_door": "as for visits: when the servers' log was last read",
    "system_servers_report ht_door": "as for visits: which rules of the servers hold",
    "system_servers_portallog ht_door": "as for visits: until when the portal's log was received",
    "system_releases_release ht_door": "every customer's evidence asks whether what runs was approved, never who by",
    "system_releases_approval ht_door": "as for releases",
    "system_releases_browsertest ht_door": "as for releases: how the code that runs came through real browsers",
    "system_assessment_showing ht_door": "strangers are told whether the promises hold, where Management shows it",
    "system_audits_audit ht_door": "every customer's evidence has the supplier's self-audits as dates and counts",
    "system_audits_conclusion ht_door": "as for self-audits: how many of which conclusion",
    "system_audits_step ht_door": "as for self-audits: when finished and countersigned",
    "system_records_entry ht_door": "the gate asks whether staff may sign in: dates and states, no names",
    "system_records_value ht_door": "as above: dates and states; words are sealed, and the gate has no key to them",
    "system_records_document ht_door": "as above: which document was signed",
    "system_records_version ht_door": "as above: which version",
    "system_records_signature ht_door": "as above: and when",
    "system_records_duty ht_door": "as above: of what somebody did, which duty it was",
    "system_records_closing ht_door": "as above: and when",
    "system_monitoring_round ht_door": "every customer's evidence has when rounds and alarms were, never a word",
    "system_monitoring_exerciseend ht_door": "as above: how many were found",
    "system_monitoring_alarm ht_door": "as above: since when they wait",
    "system_monitoring_alarmstep ht_door": "as above: after how many minutes",
    "system_monitoring_watcher ht_door": "as above: the hash of the newest key",
    "system_monitoring_look ht_door": "as above: when the switch outside looked",
    "system_records_duty ht_feed": "a calendar program is told which duty is due when; no column with a word",
    "system_records_closing ht_feed": "as above: which duties are closed",
    "platform_announcements_announcement ht_door": "every customer is told what the supplier published to all",
    "platform_announcements_withdrawal ht_door": "as above: which of it holds no more",
    "platform_announcements_heard ht_door": "as above: what somebody acknowledged; Management reads numbers alone",
    "system_policies_item ht_door": "the database asks whether a policy has its required items; evidence counts them",
    "system_staff_override ht_board": "written from what both managers approved, and by nothing else",
    "system_staff_override ht_door": "as above: until when something overdue is let go on",
}
INDEXES = {
    "social_journal_notewords": "which words stand in which note could be counted: reached by functions alone",
    "social_citizens_citizenwords": "which names begin alike could be counted: reached by functions alone",
}
BYPASS = {
    "heretask_backup": "a backup that leaves out a customer's rows is none; it may read, and nothing else",
}


class Unsafe(Exception):
    """The database does not forbid what it must; the process refuses to run."""


def faults(alias: str = "default") -> list[tuple[str, str]]:
    """Every fault as (what, where); the answer is the same for each role."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            sql.read("catalogue"),
            {
                "outside": list(OUTSIDE),
                "policies": list(POLICIES),
                "indexes": list(INDEXES),
                "bypass": list(BYPASS),
                "gate": [name for name in OUTSIDE if name != "kernel_customer"],
                "append_only": [m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False)],
            },
        )
        return list(cursor.fetchall())


def check(alias: str = "default") -> None:
    """Raise Unsafe with every fault."""
    found = faults(alias)
    if found:
        raise Unsafe("; ".join(f"{where}: {what}" for what, where in found))

"""The 54 promises in our own words, in their sections: what each says, who owns it, and what kind it is.

E = enforced by code, M = measured from the running system, D = a duty of a person.
"""

# ruff: noqa: E501  (one promise is one line)

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Promise:
    """One line of the security assessment."""

    id: str
    sentence: Lazy
    kinds: str
    systems: str


SECTIONS: tuple[tuple[Lazy, tuple[Promise, ...]], ...] = (
    (_("Organisation"), (
        Promise("ORG-1", _("Only management, two people, can reach the whole database."), "EM", "Admin"),
        Promise("ORG-2", _("Developers reach the systems only as far as development and maintenance need."), "EM", "Admin"),
        Promise("ORG-3", _("Only management gives and takes back login rights, at any time."), "EM", "Admin"),
    )),
    (_("Data protection"), (
        Promise("PROT-1", _("Access is screened: people reach only what their work needs."), "EM", "Platform, Social"),
        Promise("PROT-2", _("Security and risks are reviewed every year at the general meeting."), "DM", "System"),
        Promise("PROT-3", _("We take a risk-based view of data protection, also of whether monitoring is still enough."), "DM", "System"),
    )),
    (_("Remote work and mobile equipment"), (
        Promise("REMOTE-1", _("There are documented policies for mobile equipment and remote work."), "DM", "System"),
        Promise("REMOTE-2", _("Employees and suppliers get in remotely only, and that is logged."), "EM", "Platform"),
        Promise("REMOTE-3", _("Personal data is not kept on local machines."), "EM", "Platform, Social"),
    )),
    (_("Staff"), (
        Promise("STAFF-1", _("A criminal record check is made at hiring."), "ED", "System"),
        Promise("STAFF-2", _("A criminal record check is made every year."), "ED", "System"),
        Promise("STAFF-3", _("Staff are trained in IT security after hiring and every year."), "ED", "System"),
        Promise("STAFF-4", _("Staff are employed, and see sensitive personal data, only after three months' probation."), "EM", "Admin, System"),
        Promise("STAFF-5", _("Only management hires."), "E", "System"),
        Promise("STAFF-6", _("Staff are informed and consulted every year on what security asks of them."), "DM", "System"),
        Promise("CONF-1", _("There are written confidentiality rules, during and after employment."), "DE", "System"),
    )),
    (_("Breaches"), (
        Promise("BREACH-1", _("Staff who find or suspect a breach tell management."), "EM", "Platform"),
        Promise("BREACH-2", _("Staff know the consequences, and that breaches of law go to the police."), "DM", "System"),
        Promise("NOTIFY-1", _("All customers are told within 24 hours of a breach with risk to customer data."), "EMD", "System"),
    )),
    (_("Handling of data"), (
        Promise("DATA-1", _("Everything travels encrypted (TLS, 256-bit)."), "EM", "Platform"),
        Promise("DATA-2", _("Login needs a unique user name and password."), "EM", "Platform"),
        Promise("DATA-3", _("One is logged out after 5 minutes without activity."), "EM", "Platform"),
        Promise("DATA-4", _("PCs lock after 5 minutes and when left."), "DM", "System"),
        Promise("DATA-5", _("Sensitive personal data is sent only inside the systems."), "EM", "Platform"),
        Promise("DATA-6", _("Printed paper is shredded at once."), "ED", "Platform"),
    )),
    (_("Access"), (
        Promise("ACCESS-1", _("The customer's administrators give access and define users' rights."), "EM", "Admin"),
        Promise("ACCESS-2", _("Access is reviewed all the time, and as a whole every year."), "DME", "Admin"),
        Promise("ACCESS-3", _("The supplier reaches customer data only as far as a given situation needs, encrypted."), "EM", "Admin"),
    )),
    (_("Signing in"), (
        Promise("LOGIN-1", _("A unique user name and password are assigned at the start."), "E", "Admin"),
        Promise("LOGIN-2", _("Each employee changes their own password."), "E", "Platform"),
        Promise("LOGIN-3", _("The customer's administrator changes user names."), "E", "Admin"),
        Promise("LOGIN-4", _("Passwords have 8 characters or more, with upper case, lower case and digits."), "EM", "Platform"),
        Promise("LOGIN-5", _("The data controller sets its own guidelines on top."), "EM", "Admin"),
    )),
    (_("Systems and equipment"), (
        Promise("SOURCE-1", _("Employees have full access to the source code."), "EM", "System"),
        Promise("WEB-1", _("Customers use a web browser."), "EM", "Platform"),
        Promise("PHYS-1", _("The hosting provider answers for physical security; the supplier has no physical access."), "D", "System"),
        Promise("PHYS-2", _("The hosting provider assesses its physical risks."), "D", "System"),
        Promise("EQUIP-1", _("Equipment at remote workplaces is known and locked away."), "DM", "System"),
        Promise("COMM-1", _("Servers run Linux and are reached over SSH by personal accounts."), "DM", "System"),
    )),
    (_("Operations"), (
        Promise("OPS-1", _("Backups are taken, by the hosting provider and by us."), "EMD", "System"),
        Promise("OPS-2", _("Backups lie in a data centre in Denmark."), "ED", "System"),
        Promise("OPS-3", _("Backups are tested every month."), "EM", "System"),
        Promise("LOG-1", _("Every search variable is logged."), "EM", "Platform, Social"),
        Promise("LOG-2", _("Every login session is logged."), "EM", "Platform"),
        Promise("LOG-3", _("Every access is logged."), "EM", "Platform, Social"),
        Promise("LOG-4", _("Log data can be had as CSV."), "EM", "Admin"),
        Promise("LOG-5", _("Access to the servers is logged too."), "EMD", "System"),
        Promise("MON-1", _("The systems are watched, and the watching is tested."), "EMD", "System"),
    )),
    (_("Continuity, review and subcontractors"), (
        Promise("CONT-1", _("Procedures for unintended incidents are agreed and revised every year."), "DM", "System"),
        Promise("CONT-2", _("Emergency plans are tested, and the tests revised every year."), "DM", "System"),
        Promise("REVIEW-1", _("Security is audited by ourselves every year."), "DM", "System"),
        Promise("REVIEW-2", _("Minutes of the general meeting document it."), "DM", "System"),
        Promise("SUB-1", _("Subcontractors and their security are assessed all the time."), "DM", "System"),
        Promise("SUB-2", _("Subcontractors follow their own security requirements, which may differ."), "D", "System"),
    )),
)  # fmt: skip

PROMISES: dict[str, Promise] = {p.id: p for _section, promises in SECTIONS for p in promises}

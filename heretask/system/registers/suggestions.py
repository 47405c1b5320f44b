"""A first set of risks for an installation that has none. Each is looked at, corrected and confirmed by Management."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A risk to begin with. `figures`: how likely, how bad for the citizen and for us, how likely with the measures."""

    key: str
    what: Promise
    cause: Promise
    harm: Promise
    measures: Promise
    figures: tuple[int, int, int, int]
    promises: tuple[str, ...]
    whom: tuple[str, ...] = ("citizens",)


FIRST = (
    Suggestion(
        "snooping", _("A carer reads about a citizen without needing to"),
        _("Curiosity, a relative or a neighbour, access that is wider than the work."),
        _("What is most private is known by somebody who had no business with it. Trust is gone."),
        _("Access by unit and relation, every opening in the log, sample checks, access reviews."),
        (4, 4, 3, 2), ("PROT-1", "ACCESS-1", "ACCESS-2", "LOG-3"), ("citizens", "relatives"),
    ),
    Suggestion(
        "password", _("Somebody gets in with another person's password"),
        _("Deceitful mail, the same password elsewhere, a note at a shared PC."),
        _("A stranger can read journals, and write in somebody else's name."),
        _("Second factor, slowed-down tries, signing out after 5 minutes, the log of sessions."),
        (4, 5, 4, 2), ("DATA-2", "DATA-3", "LOGIN-4", "LOG-2"),
    ),
    Suggestion(
        "ransom", _("Somebody locks our servers and demands money"),
        _("A hole in a program that was not mended, a stolen key to the servers."),
        _("Medicine lists and plans cannot be read for days. Data may be published."),
        _("Updates, personal keys, sealed data, backups elsewhere that are tested every month."),
        (3, 5, 5, 2), ("COMM-1", "OPS-1", "OPS-3", "CONT-1"), ("citizens", "carers", "us"),
    ),
    Suggestion(
        "outage", _("The systems cannot be reached for hours"),
        _("The hosting provider's power, net or machines fail."),
        _("Medicine is given from memory, agreements are forgotten, a night is unsafe."),
        _("Paper for emergencies, agreed plans, a tested restore on other machines."),
        (3, 4, 4, 2), ("CONT-1", "CONT-2", "OPS-3"), ("citizens", "carers"),
    ),
    Suggestion(
        "mixed", _("A customer sees another customer's data"),
        _("A fault in our program, or in how the database is set up."),
        _("Citizens' data is read at another provider, where nobody knows them."),
        _("The database keeps customers apart by itself; tests by strangers before each release."),
        (2, 5, 5, 1), ("DATA-2", "PROT-1"), ("citizens", "us"),
    ),
    Suggestion(
        "insider", _("One of us looks into customers' data without a reason"),
        _("Wide rights for support, nobody who looks."),
        _("A stranger who cannot be called to account knows about illness and family."),
        _("No standing access, grants by the customer for hours, record checks, a log the customer holds."),
        (2, 4, 5, 1), ("ORG-1", "ORG-2", "ACCESS-3", "STAFF-1"), ("citizens", "us"),
    ),
    Suggestion(
        "wrong", _("Something is written about the wrong citizen"),
        _("Names that are alike, haste, several windows."),
        _("Wrong medicine or wrong help, and a journal that cannot be trusted."),
        _("The citizen's name and picture always in sight, corrections beside the original."),
        (4, 4, 2, 2), ("LOG-3",),
    ),
    Suggestion(
        "mail", _("Sensitive data is sent by ordinary mail or SMS"),
        _("A quick answer to relatives, a message that goes outside the systems."),
        _("Illness and CPR numbers lie in mailboxes for years, where anybody may read them."),
        _("Messages inside the systems, mails that say nothing, documents by sealed links."),
        (4, 3, 3, 2), ("DATA-5",), ("citizens", "relatives"),
    ),
    Suggestion(
        "paper", _("A printed journal is left behind"),
        _("A bag on the bus, the printer in the corridor, the waste paper."),
        _("Neighbours and strangers read what was told in confidence."),
        _("Paper is signed out, shredded at once, and counted."),
        (3, 3, 3, 2), ("DATA-6", "REMOTE-1"),
    ),
    Suggestion(
        "device", _("A computer or phone with access is lost"),
        _("Theft, a break-in, a phone in a taxi."),
        _("Somebody may read what is open on the screen, if it was not locked."),
        _("Nothing is kept on the machine, encrypted disks, locks after 5 minutes, sessions that can be ended."),
        (3, 3, 3, 1), ("REMOTE-3", "DATA-4", "EQUIP-1"),
    ),
    Suggestion(
        "supplier", _("A subcontractor has a breach, or closes"),
        _("Weak security there, a bankruptcy, new owners in another country."),
        _("Data is out of our hands, or away, without anybody telling the citizen."),
        _("Sealed data, yearly assessments, agreements with notice, backups at somebody else's."),
        (2, 4, 5, 2), ("SUB-1", "SUB-2", "PHYS-1"), ("citizens", "us"),
    ),
    Suggestion(
        "late", _("A breach is found late, and citizens are told late"),
        _("Nobody watches, nobody dares to report, the contact list is old."),
        _("Citizens cannot protect themselves while it could still help."),
        _("Alarms that are tested, one button to report, the 24-hour clock, a yearly exercise."),
        (3, 4, 5, 2), ("MON-1", "BREACH-1", "NOTIFY-1"), ("citizens", "us"),
    ),
)  # fmt: skip

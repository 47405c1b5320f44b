"""What may be announced, written down and explained, whoever does it."""

from __future__ import annotations

import datetime as dt
import re
from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.host.lines import OWN_ROLES

LONGEST = dt.timedelta(hours=12)
AHEAD = dt.timedelta(days=31)
GRACE = dt.timedelta(minutes=15)  # after the announced end, to finish what was begun
SERVER, DATABASE = "server", "database"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@$-]{0,62}")
KEY = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def check_announcement(starts: dt.datetime, ends: dt.datetime, why: str, now: dt.datetime) -> None:
    """Work is announced before it begins, for hours, with a reason."""
    if starts < now - dt.timedelta(minutes=1):
        raise Refused(_("Work is announced before it begins. What has begun already must be explained afterwards."))
    if starts > now + AHEAD:
        raise Refused(_("Work can be announced a month ahead at most."))
    if not dt.timedelta(0) < ends - starts <= LONGEST:
        raise Refused(_("Announce 12 hours at most. Announce the rest as work of its own."))
    if len(why.strip()) < 5:
        raise Refused(_("Write what is to be done."))


def check_account(kind: str, name: str, key: str) -> None:
    """An account has a name that the server's log can bear, and is not one of the program's own."""
    if not NAME.fullmatch(name):
        raise Refused(_("An account's name has letters (a to z), digits, dots, hyphens or underscores, 63 at most."))
    if kind == DATABASE and name in OWN_ROLES:
        raise Refused(_("This is one of the program's own roles. It belongs to nobody."))
    if kind == SERVER and name == "root":
        raise Refused(_("Nobody signs in as root."))
    if key and not KEY.fullmatch(key):
        raise Refused(_("A fingerprint begins with SHA256: and has 43 characters after it (ssh-keygen -lf)."))


def check_explanation(whose: UUID | None, by: UUID, why: str, *, settled: bool) -> None:
    """A finding is explained once, with a reason, by somebody else than whoever came."""
    if settled:
        raise Refused(_("This is settled already."))
    if whose == by:
        raise Refused(_("You were there yourself. Ask the other one of Management to explain it."))
    if len(why.strip()) < 5:
        raise Refused(_("Write what it was, and how you know."))


def check_portal_log(since: dt.date, until: dt.date, today: dt.date, content: bytes) -> None:
    """A log is of a period that has passed, and is a file that holds something."""
    if until < since:
        raise Refused(_("The period ends before it begins."))
    if until > today:
        raise Refused(_("A log cannot be of days to come."))
    if not content:
        raise Refused(_("The file is empty."))

"""What may be called a version, approved and fetched."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext as _

from heretask.kernel.staff.eligibility import State

CURRENT, STALE = dt.timedelta(days=60), dt.timedelta(days=90)  # of browser tests: browsers change each month or so
LATER = dt.timedelta(minutes=10)  # so much may two clocks differ
VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,39}")


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def check_version(version: str) -> None:
    """A version begins with a digit and is short."""
    if not VERSION.fullmatch(version):
        raise Refused(_("A version begins with a digit, such as 1.4.0, and has 40 characters at most."))


def check_approval(commit: str, seen: str, *, approved: bool) -> None:
    """Approved once, and exactly what was seen."""
    if approved:
        raise Refused(_("This release is approved already."))
    if seen != commit:
        raise Refused(_("This is not the commit that stood on your page. Look at it again."))


def check_browsers(code: str, walked: str, at: dt.datetime, now: dt.datetime) -> None:
    """Browser tests are of exactly the files of their release, and not of tomorrow."""
    if walked != code:
        raise Refused(_("These browser tests are of other files than this release. Run them in its checkout."))
    if at > now + LATER:
        raise Refused(_("These browser tests say that they will be made later. Look at the clock of that machine."))


def check_employed(state: State | None) -> None:
    """The source is for those who are employed: neither on probation nor gone."""
    if state != State.EMPLOYED:
        raise Refused(_("The source code is for employed staff. Until you are employed, you read this page only."))

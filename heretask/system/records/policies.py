"""When a record may be kept, whoever keeps it."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def check_not_to_come(day: dt.date, today: dt.date) -> None:
    """Raise Refused for a day that has not been yet."""
    if day > today:
        raise Refused(_("This day has not been yet."))


def check_period(done_on: dt.date, opens_on: dt.date, today: dt.date) -> None:
    """Raise Refused for a proof of another period than the duty's."""
    check_not_to_come(done_on, today)
    if done_on < opens_on:
        raise Refused(
            _("This proof is of an earlier period; it must be of %(day)s or later.")
            % {"day": date_format(opens_on, "j. F Y")}
        )

"""When something may be done about watching."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .models import Exercise, Round
from .planting import Plan
from .signals import Signal

FRESH = dt.timedelta(minutes=15)  # so old may the last round be


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def check_limit(signal: Signal, figure: float, why: str) -> None:
    """Raise Refused for a limit that would turn watching off, and for one without a reason."""
    if not signal.least <= figure <= signal.most:
        raise Refused(
            _("Choose a limit from %(least)s to %(most)s: beyond that nothing would be watched.")
            % {"least": number_format(signal.least, 0), "most": number_format(signal.most, 0)}
        )
    if not why.strip():
        raise Refused(_("Write why."))


def check_may_plant(running: Exercise | None, newest: Round | None, now: dt.datetime) -> None:
    """Raise Refused while an exercise runs, and where nobody is watching."""
    if running is not None:
        raise Refused(_("An exercise is under way. Wait until it is over."))
    if newest is None or newest.made_at < now - FRESH:
        raise Refused(_("There has been no round of watching in the last 15 minutes. See that the worker runs."))


def check_something_to_plant(plans: list[Plan]) -> None:
    """Raise Refused where every signal alarms already or is silent."""
    if not plans:
        raise Refused(_("Everything alarms already: there is nothing to plant."))

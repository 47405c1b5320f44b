"""When an act may be taken back, whoever asks."""

from __future__ import annotations

import datetime as dt

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from .models import Undoable

LASTS = dt.timedelta(minutes=10)


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def check_in_time(row: Undoable) -> None:
    """Raise Refused for what was taken back already, or lies longer back than ten minutes by the database's clock."""
    if row.undone_at is not None:
        raise Refused(_("This has been taken back already."))
    if not Undoable.objects.filter(id=row.id, made_at__gt=Now() - LASTS).exists():
        raise Refused(_("It is more than ten minutes ago. Make the change the ordinary way."))


def check_nothing_else(after: object, now: object) -> None:
    """Raise Refused where the thing is no longer as the act left it: what others did since must not be lost."""
    if after != now:
        raise Refused(_("It has been changed since. Look at it, and make the change the ordinary way."))

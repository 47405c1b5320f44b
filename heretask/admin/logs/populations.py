"""What an auditor draws a sample from: entries of the log, told as its pages tell them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission
from heretask.kernel.evidence.populations import Finding, Line, Period, population
from heretask.kernel.log.asking import named
from heretask.kernel.log.queries import ids_between, moment
from heretask.kernel.log.registry import ACTIONS, Category
from heretask.kernel.log.sentences import Teller

from . import actions
from .presenters import place_as_text
from .queries import places


def _called(names: Callable[[], Collection[str]], *, of_citizens: bool = False) -> Finding:
    return lambda period, most: ids_between(names(), period.since, period.until, most, of_citizens=of_citizens)


def _opening() -> list[str]:
    return [action.name for action in ACTIONS.values() if action.opens]


@population(
    "openings", _("Openings of citizens, in the log"), promises=("LOG-3", "PROT-1"),
    permission=Permission.ADMIN_LOG_READ, find=_called(_opening, of_citizens=True),
)  # fmt: skip
@population(
    "searches", _("Searches, in the log"), promises=("LOG-1",), permission=Permission.ADMIN_LOG_READ,
    find=_called(lambda: named(Category.SEARCHED)),
)  # fmt: skip
@population(
    "sign_ins", _("Sign-ins, in the log"), promises=("LOG-2", "REMOTE-2"), permission=Permission.ADMIN_LOG_READ,
    find=_called(lambda: ["identity.signed_in"]),
)  # fmt: skip
def entries(ids: Collection[UUID], period: Period, by: Actor) -> list[Line]:
    """Those entries as sentences; the names of their citizens are opened, and the log says so."""
    reading = actions.read_some(ids, period.since, period.until, by=by)
    teller = Teller(places(), citizens=reading.citizens)
    teller.learn([entry.event for entry in reading.entries], citizens=False)
    return [
        Line(
            entry.event.id, moment(entry.event.at), teller.sentence(entry),
            reverse("admin.log_event", args=[place_as_text((entry.event.at, entry.event.id))]),
        )
        for entry in reading.entries
    ]  # fmt: skip

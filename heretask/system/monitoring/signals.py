"""What is watched: each signal with its figure, its limit, and what to do when it alarms."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heretask.kernel.backup import target
from heretask.kernel.evidence import handshake
from heretask.kernel.identity import events as identity
from heretask.kernel.log import tree
from heretask.kernel.log.registry import ACTIONS, Category

from . import events

ABOVE, BELOW = "above", "below"
TRIALS = {"failed": events.TRIAL_FAILED.name, "denied": events.TRIAL_DENIED.name}
_FAILED = frozenset({
    identity.SIGN_IN_FAILED.name, identity.SIGN_IN_UNKNOWN.name, identity.CODE_FAILED.name, identity.THROTTLED.name,
    TRIALS["failed"],
})  # fmt: skip

Figures = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that is watched. Beyond its limit, on the side that `alarms` says, there is an alarm.

    `least` and `most` bound what the limit may be set to: watching cannot be turned off by a limit nobody reaches.
    """

    key: str
    title: Promise
    unit: Promise
    limit: float
    least: float
    most: float
    what_to_do: Promise
    how: Promise
    alarms: str = ABOVE

    def beyond(self, figure: float, limit: float) -> bool:
        """Whether this figure is too much, or too little."""
        return figure > limit if self.alarms == ABOVE else figure < limit


SIGNALS: dict[str, Signal] = {
    signal.key: signal
    for signal in (
        Signal(
            "failed", _("Sign-ins that failed"), _("in the last hour"), 30, 5, 200,
            _("Look in the log for the user names and addresses. One name: ask the person. Many: somebody guesses; "
              "see that second factors are on."),
            _("Entries of the log of all customers: wrong password or code, unknown name, told to wait."),
        ),
        Signal(
            "denied", _("Refusals"), _("in the last hour"), 60, 10, 500,
            _("Look in the log who was refused what. One person again and again: talk with their leader, or suspend "
              "the login. Everybody: a right is set wrongly."),
            _("Entries of the log of all customers by which something was refused, sign-ins apart."),
        ),
        Signal(
            "openings", _("Emergency openings"), _("in the last day"), 20, 3, 200,
            _("Ask the team leaders concerned. An evening with many openings may be an emergency, or curiosity."),
            _("Entries of the log of all customers by which a citizen was opened without a working relation."),
        ),
        Signal(
            "sealing", _("The log waits for its seal"), _("seconds"), 120, 60, 3600,
            _("See that the process “sealer” runs on the server: heretask serve restarts it. The log itself goes on."),
            _("How long the oldest entry has waited for its place in the signed tree."),
        ),
        Signal(
            "backup", _("Age of the newest good backup"), _("hours"), 30, 24, 72,
            _("Read under Backups why the last one failed, mend it, and take one."),
            _("Hours since a backup was written and read back; before the first one, since the installation was made."),
        ),
        Signal(
            "disk", _("Disk in use"), _("per cent"), 85, 50, 95,
            _("Free some space or have the disk enlarged before it is full: then nothing can be written, the log "
              "included."),
            _("The fullest of the disks under the installation's folder and under the backup target, as far as it lies "
              "on this machine."),
        ),
        Signal(
            "certificate", _("The certificate still counts"), _("days"), 14, 7, 60,
            _("Renew the certificate; the next connection reads the new file."),
            _("What our own address shows a browser, looked at from outside."),
            alarms=BELOW,
        ),
        Signal(
            "jobs", _("Jobs that failed"), _("in the last day"), 3, 1, 50,
            _("The server's output says which task and where. Most are tried again by themselves."),
            _("Work in the background that ended as failed, at all customers."),
        ),
    )
}  # fmt: skip


def look() -> Figures:
    """Every signal's figure now; None for what could not be read."""
    found: Figures = dict.fromkeys(SIGNALS)
    found.update(_of_the_database())
    for key, read in OUTSIDE.items():
        try:
            found[key] = read()
        except OSError:
            found[key] = None
    return found


def _of_the_database() -> Figures:
    denied = {action.name for action in ACTIONS.values() if action.category is Category.DENIED} - _FAILED
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select failed, denied, openings, jobs, backup from ht.watch_figures(%s, %s)",
            [sorted(_FAILED), sorted(denied)],
        )
        names = [column.name for column in cursor.description]
        figures: Figures = {key: float(figure) for key, figure in zip(names, cursor.fetchone(), strict=True)}
    return figures | {"sealing": tree.sealer_lag()}


def _disk() -> float:
    """Per cent in use of the fullest disk that is ours to fill."""
    places = {Path(settings.HERETASK_HOME), *(Path(one.folder) for one in target.all_declared())}
    used = [shutil.disk_usage(place) for place in places if place.exists()]
    if not used:
        raise FileNotFoundError(settings.HERETASK_HOME)
    return max(round(100 * (1 - one.free / one.total), 1) for one in used)


def _certificate() -> float:
    return float(handshake.look(settings.HERETASK_ADDRESS).days_left)


OUTSIDE: dict[str, Callable[[], float]] = {"disk": _disk, "certificate": _certificate}

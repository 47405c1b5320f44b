"""When a customer's guidelines may be changed, whoever changes them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.tenancy.guidelines import (
    EVERY_DAY,
    FLOOR_LENGTH,
    LABELS,
    LONGEST_IDLE,
    LONGEST_LENGTH,
    SHORTEST_IDLE,
    Guidelines,
)

MOST_NETWORKS = 20
SHORTEST_REASON = 10


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked. `field` is where it belongs."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


def check_network(text: str) -> str:
    """A network as it is kept ('192.0.2.0/24'); raises Refused for what is none, and for the whole world."""
    try:
        found = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as wrong:
        sentence = _("»%(text)s« is no network. Write it like 192.0.2.0/24.")
        raise Refused(sentence % {"text": text}, "networks") from wrong
    if found.prefixlen == 0:
        raise Refused(_("This is every address there is. Leave the list empty instead."), "networks")
    return str(found)


def check_whole(wanted: Guidelines) -> None:
    """Raise Refused for what lies below the floor, or does not fit together."""
    if not FLOOR_LENGTH <= wanted.password_length <= LONGEST_LENGTH:
        raise Refused(
            _("Between %(few)d and %(most)d characters are possible.") % {"few": FLOOR_LENGTH, "most": LONGEST_LENGTH},
            "password_length",
        )
    if not SHORTEST_IDLE <= wanted.idle_seconds <= LONGEST_IDLE:
        raise Refused(_("Between 1 and 5 minutes are possible."), "idle_minutes")
    if (wanted.work_from is None) != (wanted.work_until is None):
        raise Refused(_("Write both when the hours begin and when they end, or neither."), "work_until")
    if wanted.work_from is not None and wanted.work_from == wanted.work_until:
        raise Refused(_("The hours begin and end at the same time."), "work_until")
    if not wanted.work_days or not set(wanted.work_days) <= set(EVERY_DAY):
        raise Refused(_("Choose at least one day."), "work_days")
    if len(wanted.networks) > MOST_NETWORKS:
        raise Refused(_("At most %(count)d networks are possible.") % {"count": MOST_NETWORKS}, "networks")


def accepted_anew(before: Guidelines, after: Guidelines) -> list[str]:
    """Which guidelines would lie below their default and do not do so now, or not that far."""
    return [
        name for name in after.told
        if name in after.deviations and (name not in before.deviations or before.told[name] != after.told[name])
    ]  # fmt: skip


def check_changed(before: Guidelines, after: Guidelines) -> None:
    """Raise Refused where nothing is changed."""
    if not after.changed_from(before):
        raise Refused(_("Nothing is changed."))


def check_accepted(before: Guidelines, after: Guidelines, accepted_by: str, reason: str) -> None:
    """Raise Refused where something goes below its default and nobody stands for it with a name and a reason."""
    anew = accepted_anew(before, after)
    if not anew:
        return
    names = ", ".join(str(LABELS[name]) for name in anew)
    if not accepted_by.strip():
        raise Refused(_("Below the default: %(names)s. Write who accepts it.") % {"names": names}, "accepted_by")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(_("Below the default: %(names)s. Write why, in a sentence.") % {"names": names}, "reason")


def check_somebody_governs(governors: Iterable[UUID], out: Iterable[UUID]) -> None:
    """Raise Refused where no administrator would get in any more, or nobody knows that one would."""
    all_of_them = set(governors)
    if all_of_them and not all_of_them - set(out):
        raise Refused(_("No administrator would get in any more. Choose so that at least one does, now."))


def check_is_not_oneself(out: Iterable[UUID], by_user_id: object) -> None:
    """Raise Refused for somebody who would shut themselves out: they could neither see it work nor take it back."""
    if by_user_id in set(out):
        raise Refused(_("You would shut yourself out. An administrator who stays inside must make this change."))

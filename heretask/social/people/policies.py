"""Who may arrange who works with a citizen, and what a relation may look like."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, Denied, check, decide
from heretask.kernel.access.permissions import Permission
from heretask.social.citizens.models import Citizen, Relation, RelationKind
from heretask.social.citizens.policies import everywhere, units_for

LONGEST_SHIFT = 24  # hours
LONGEST_SUBSTITUTE = dt.timedelta(days=366)
SHORTEST_REASON = 10
LONGEST_REASON = 300


class Refused(Exception):
    """A rule says no to what stands in `field`; the message is a sentence for the person who asked."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


def check_arranging(by: Actor, permission: Permission, citizen: Citizen | None) -> None:
    """Raise Denied for all but the leaders of the citizen's unit and administrators.

    A relation or an emergency opening lets somebody work with a citizen; it never lets them say who else does. A
    leader who has no relation to a citizen who is sealed does not even learn that there is one.
    """
    if citizen is None or citizen.erased_at is not None:
        raise Denied(permission=permission)
    if everywhere(by, permission):
        check(by, permission)
    elif citizen.unit_id in units_for(by, permission):
        check(by, permission, citizen)
    else:
        raise Denied(permission=permission)


def check_kind(kind: str) -> RelationKind:
    """The kind; raises Refused for one that is not given here. A guest's list is made with the invitation."""
    if kind not in {RelationKind.KEY_WORKER, RelationKind.SHIFT, RelationKind.SUBSTITUTE}:
        raise Refused(_("Choose why they work with the citizen."), "kind")
    return RelationKind(kind)


def check_end(kind: RelationKind, hours: int | None, until: dt.date | None) -> None:
    """Raise Refused where a shift has no hours, or a substitute no last day, or one that is past or too far away."""
    if kind == RelationKind.SHIFT and not (hours and 1 <= hours <= LONGEST_SHIFT):
        raise Refused(_("Write for how many hours, 1 to %(most)d.") % {"most": LONGEST_SHIFT}, "hours")
    if kind == RelationKind.SUBSTITUTE:
        today = timezone.localdate()
        if until is None:
            raise Refused(_("Choose the last day: a substitute's access ends by itself."), "until")
        if until < today:
            raise Refused(_("The last day lies in the past."), "until")
        if until > today + LONGEST_SUBSTITUTE:
            raise Refused(_("Choose a last day within a year."), "until")


def check_person(user_id: UUID, able: Collection[UUID]) -> None:
    """Raise Refused for somebody whose login is closed, or who has no role that opens a citizen."""
    if user_id not in able:
        raise Refused(
            _("They have no role that lets them work with citizens. An administrator gives one first."), "person"
        )


def check_not_for_oneself(user_id: UUID, by: Actor, citizen: Citizen) -> None:
    """Raise Refused for somebody who would give themselves an access that they do not have."""
    if user_id == by.user_id and not decide(by, Permission.SOCIAL_CITIZENS_SEE, citizen).allowed:
        raise Refused(_("Nobody gives access to themselves. Ask another leader or administrator."), "person")


def lasts(relation: Relation) -> bool:
    """Whether it does not end by itself."""
    return relation.until is None and relation.ends_at is None and relation.kind != RelationKind.GUEST


def check_somebody_stays(citizen: Citizen, staying: Collection[Relation]) -> None:
    """Raise Refused where nobody would reach a sealed citizen for good."""
    if citizen.sealed and not any(lasts(one) for one in staying):
        raise Refused(_("This citizen is sealed, and somebody must be able to reach them. Name another person first."))


def check_sealing(citizen: Citizen, staying: Collection[Relation], reason: str) -> str:
    """The reason as it is kept; raises Refused where it is too short, or nobody would be left."""
    if citizen.sealed:
        raise Refused(_("This citizen is sealed already."))
    if not any(lasts(one) for one in staying):
        raise Refused(_("Nobody would reach this citizen any more. Name a key worker first."))
    return check_reason(reason)


def check_unsealing(citizen: Citizen, reason: str) -> str:
    """The reason as it is kept; raises Refused where it is too short, or nothing is sealed."""
    if not citizen.sealed:
        raise Refused(_("This citizen is not sealed."))
    return check_reason(reason)


def check_reason(reason: str) -> str:
    """The reason, its white space tidied; raises Refused for none."""
    kept = " ".join(reason.split())
    if len(kept) < SHORTEST_REASON:
        raise Refused(_("Give the reason in a few words."), "reason")
    if len(kept) > LONGEST_REASON:
        raise Refused(_("Give the reason in %(most)d characters at most.") % {"most": LONGEST_REASON}, "reason")
    return kept

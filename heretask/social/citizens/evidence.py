"""Measured here because it needs units and relations: that nobody opened a citizen they do not work with."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connections
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.events import ROLE_CHANGED
from heretask.kernel.access.models import Assignment, OwnRole
from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.roles import ROLES
from heretask.kernel.evidence.measuring import Result, evidence, zero
from heretask.kernel.evidence.reading import detail_of, events_since, microseconds, moment, since
from heretask.kernel.log.registry import ACTIONS

from . import events
from .models import Citizen, Relation

_DAY = dt.timedelta(days=1)
# the first shows nobody anything; the others are the administrator's, whose permission to erase goes for all units
_NOT_WORK = (events.COMPARED, events.ERASE_SEARCHED, events.ERASE_SHOWN, events.ERASED)


@dataclass(frozen=True, slots=True)
class Span:
    """When something ran; None is open."""

    begin: dt.datetime
    end: dt.datetime | None

    def covers(self, at: dt.datetime) -> bool:
        """Whether it ran then, or runs now."""
        return self.end is None or self.end >= timezone.now() or self.begin <= at <= self.end


@evidence(
    "PROT-1",
    counts=_("openings of citizens by people without a reason to, of all pairs of person and citizen in 30 days"),
    how=_(
        "The log of the last 30 days is read for who opened which citizen's data. Each pair must have a "
        "reason, then or now: a role in the citizen's unit that includes it, or a relation of their own as "
        "key worker or substitute. Openings by the operator at the server are not counted here, nor are those "
        "by an administrator who erases somebody."
    ),
)
def prot_1() -> Result:
    """Openings without a role in the unit or a relation."""
    pairs = _opened()
    units = dict(Citizen.objects.values_list("id", "unit_id"))
    roles, near = _roles(), _relations()
    without = sum(
        not any(span.covers(at) for span in [*roles[user, units[citizen]], *near[user, citizen]])
        for user, citizen, at in pairs
        if citizen in units
    )
    return zero(without, len(pairs), people=len({user for user, _citizen, _at in pairs}))


def _opened() -> list[tuple[UUID, UUID, dt.datetime]]:
    """(user, citizen, when last) of all openings by people."""
    opens = [a.name for a in ACTIONS.values() if a.opens and a.name.startswith("social.") and a not in _NOT_WORK]
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select e.actor, s.id, max(e.at) from kernel_event e
                 cross join lateral unnest(case when e.citizen is null then e.shown else array[e.citizen] end) s(id)
                where e.at >= %s and e.action = any(%s) and e.actor is not null group by e.actor, s.id""",
            [microseconds(since()), opens],
        )
        return [(user, citizen, moment(at)) for user, citizen, at in cursor.fetchall()]


def _roles() -> dict[tuple[UUID, UUID], list[Span]]:
    """When each user had a role in each unit that lets them see its citizens."""
    found: dict[tuple[UUID, UUID], list[Span]] = defaultdict(list)
    seeing = [role.key for role in ROLES.values() if Permission.SOCIAL_CITIZENS_SEE in role.may]
    own = _own_roles_seeing()
    for one in Assignment.objects.filter(Q(role__in=seeing) | Q(own_id__in=own)):
        if one.unit_id is None:
            continue
        ends = [end for end in (one.ended_at, _after(one.until)) if end is not None]
        found[one.user_id, one.unit_id].append(Span(one.made_at, min(ends, default=None)))
    return found


def _own_roles_seeing() -> set[UUID]:
    """The customer's own roles that let somebody see citizens, now or, as the log has it, within the period."""
    right = Permission.SOCIAL_CITIZENS_SEE.value
    now = {role.id for role in OwnRole.objects.all() if right in role.permissions}
    changes = events_since(since()).filter(action=ROLE_CHANGED.name)
    return now | {e.object_id for e in changes if e.object_id and right in detail_of(e).get("before", [])}


def _relations() -> dict[tuple[UUID, UUID], list[Span]]:
    """When each user was close to each citizen; relations that have ended are known from the log."""
    found: dict[tuple[UUID, UUID], list[Span]] = defaultdict(list)
    for one in Relation.objects.all():
        found[one.user_id, one.citizen_id].append(Span(one.made_at, _after(one.until)))
    ended = events_since(since()).filter(action=events.RELATION_ENDED.name).values_list("object_id", "citizen", "at")
    for user, citizen, at in _whole(ended):
        found[user, citizen].append(Span(dt.datetime.min.replace(tzinfo=dt.UTC), moment(at)))
    return found


def _whole(rows: Iterable[tuple[UUID | None, UUID | None, int]]) -> Iterable[tuple[UUID, UUID, int]]:
    return [(user, citizen, at) for user, citizen, at in rows if user and citizen]


def _after(until: dt.date | None) -> dt.datetime | None:
    """The end of a day that is included."""
    return None if until is None else timezone.make_aware(dt.datetime.combine(until + _DAY, dt.time.min))

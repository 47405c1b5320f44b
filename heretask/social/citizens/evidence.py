"""Measured here because it needs units and relations: that people reach only what their work needs."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connections
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access import reasons
from heretask.kernel.access.events import ROLE_CHANGED
from heretask.kernel.access.models import GUEST_LASTS, Assignment, Guest, OwnRole
from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.roles import ROLES
from heretask.kernel.evidence.measuring import Result, State, evidence
from heretask.kernel.evidence.reading import detail_of, events_since, microseconds, moment, since
from heretask.kernel.identity.people import assignments_now
from heretask.kernel.log.registry import ACTIONS

from . import events
from .models import Citizen, EmergencyOpening, Relation, RelationKind

_DAY = dt.timedelta(days=1)
_ANSWERED_WITHIN = dt.timedelta(days=3)
# the first shows nobody anything; the others are the administrator's, whose permission to erase goes for all units
_NOT_WORK = (events.COMPARED, events.ERASE_SEARCHED, events.ERASE_SHOWN, events.ERASED)
# arranging and following up are not working with a citizen: no more than a name, and the reason of an opening
_ARRANGING = ("social.people.", "social.emergency.")
_FLOORS = ("guest_thirty_days", "emergency_three_hours", "emergency_two_people")  # that the database enforces itself


@dataclass(frozen=True, slots=True)
class Span:
    """When something ran; None is open."""

    begin: dt.datetime
    end: dt.datetime | None

    def covers(self, at: dt.datetime) -> bool:
        """Whether it ran then, or runs now."""
        return self.end is None or self.end >= timezone.now() or self.begin <= at <= self.end


Opening = tuple[UUID, UUID, dt.datetime]  # user, citizen, when last


@evidence(
    "PROT-1",
    counts=_(
        "openings of citizens by people without a reason to, guests beyond their time and floors that the database "
        "does not enforce, of all pairs of person and citizen in 30 days"
    ),
    how=_(
        "The log of the last 30 days is read for who opened which citizen's data. Each pair must have a "
        "reason, then or now: a role in the citizen's unit that includes it, a relation of their own, or an "
        "emergency opening that lasted. Whoever opened a citizen who was sealed by then must have had a relation. A "
        "guest's role counts beside an invitation of 30 days at most alone. The database itself must refuse longer "
        "invitations, emergency openings of more than 3 hours, and judging one's own. Emergency openings that nobody "
        "has answered for 3 days make it due. Openings by the operator at the server are not counted here, nor are "
        "those by an administrator who erases somebody, nor the supplier's under a grant (ACCESS-3)."
    ),
)
def prot_1() -> Result:
    """Openings without a right, of the sealed without a relation, and guests beyond their days."""
    units = dict(Citizen.objects.values_list("id", "unit_id"))
    roles, near, emergencies = _roles(), _relations(), _emergencies()
    pairs = [pair for pair in _opened() if pair[1] in units]
    without = sum(
        not _covered(at, [*roles[user, units[citizen]], *near[user, citizen], *emergencies[user, citizen]])
        for user, citizen, at in pairs
    )
    sealed = sum(not _covered(at, near[user, citizen]) for user, citizen, at in _opened_sealed())
    guests, floors = _guests_beyond(), len(_FLOORS) - _floors_kept()
    waiting = EmergencyOpening.objects.filter(followed_at=None)
    late = waiting.filter(made_at__lt=timezone.now() - _ANSWERED_WITHIN).count()
    faults = without + sealed + guests + floors
    state = State.BROKEN if faults else State.DUE if late else State.HOLDS
    recent = EmergencyOpening.objects.filter(made_at__gte=since())
    sample = {
        "people": len({user for user, _citizen, _at in pairs}), **_decisions(), "emergencies": recent.count(),
        "emergencies_unjustified": recent.filter(justified=False).count(), "emergencies_waiting": waiting.count(),
        "emergencies_late": late, "opened_without": without, "sealed": Citizen.objects.filter(sealed=True).count(),
        "sealed_opened": sealed, "guests_beyond": guests, "floors_missing": floors,
    }  # fmt: skip
    return Result(state, f"{faults} / {len(pairs)}", sample)


def _covered(at: dt.datetime, spans: Iterable[Span]) -> bool:
    return any(span.covers(at) for span in spans)


def _opened() -> list[Opening]:
    """Who opened whose data in their work, and when last."""
    opens = [a.name for a in ACTIONS.values() if a.opens and a.name.startswith("social.") and a not in _NOT_WORK]
    return _pairs([name for name in opens if not name.startswith(_ARRANGING)])


def _opened_sealed() -> list[Opening]:
    """Who opened somebody after they were sealed, wherever it was, and when last."""
    rows = Citizen.objects.filter(sealed=True).values_list("id", "sealed_at")
    sealed_at = {citizen: at for citizen, at in rows if at is not None}
    opens = [a.name for a in ACTIONS.values() if a.opens and not a.unseen]
    return [pair for pair in _pairs(opens) if pair[1] in sealed_at and pair[2] > sealed_at[pair[1]]]


def _pairs(opens: list[str]) -> list[Opening]:
    """(user, citizen, when last) of all events of these names, by people."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select e.actor, s.id, max(e.at) from kernel_event e
                 cross join lateral unnest(case when e.citizen is null then e.shown else array[e.citizen] end) s(id)
                where e.at >= %s and e.action = any(%s) and e.actor is not null and e."grant" is null
                group by e.actor, s.id""",
            [microseconds(since()), opens],
        )
        return [(user, citizen, moment(at)) for user, citizen, at in cursor.fetchall()]


def _decisions() -> dict[str, int]:
    """How often people acted by which kind of reason, as it was noted when it was decided; and how often refused."""
    by_kind: Counter[str] = Counter()
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select purpose, sum(times) from kernel_event
                where at >= %s and actor is not null and citizen is not null and outcome = 'done' group by 1""",
            [microseconds(since())],
        )
        for purpose, times in cursor.fetchall():
            found = reasons.read(purpose)
            by_kind[f"by_{found.kind}" if found else "by_other"] += int(times)
    refused = events_since(since()).filter(action="access.denied").count()
    return {**{f"by_{kind}": by_kind[f"by_{kind}"] for kind in ("unit", "relation", "emergency")}, "refused": refused}


def _roles() -> dict[tuple[UUID, UUID], list[Span]]:
    """When each user had a role in each unit that lets them see its citizens."""
    found: dict[tuple[UUID, UUID], list[Span]] = defaultdict(list)
    own = _own_roles_seeing()
    for one in Assignment.objects.filter(unit_id__isnull=False).select_related("own"):
        role = one.is_role
        sees = one.own_id in own if one.own_id else role is not None and Permission.SOCIAL_CITIZENS_SEE in role.may
        if one.unit_id is None or not sees:
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
    """When each user was close to each citizen; relations that were removed by earlier versions are in the log."""
    found: dict[tuple[UUID, UUID], list[Span]] = defaultdict(list)
    for one in Relation.objects.exclude(kind=RelationKind.GUEST, citizen__sealed=True):
        ends = [end for end in (one.ended_at, one.ends_at, _after(one.until)) if end is not None]
        found[one.user_id, one.citizen_id].append(Span(one.made_at, min(ends, default=None)))
    ended = events_since(since()).filter(action=events.RELATION_ENDED.name).values_list("object_id", "citizen", "at")
    for user, citizen, at in _whole(ended):
        if (user, citizen) not in found:
            found[user, citizen].append(Span(dt.datetime.min.replace(tzinfo=dt.UTC), moment(at)))
    return found


def _emergencies() -> dict[tuple[UUID, UUID], list[Span]]:
    """When each user had opened each citizen in an emergency."""
    found: dict[tuple[UUID, UUID], list[Span]] = defaultdict(list)
    for one in EmergencyOpening.objects.filter(until__gte=since()):
        found[one.user_id, one.citizen_id].append(Span(one.made_at, one.until))
    return found


def _guests_beyond() -> int:
    """Invitations that last too long, and guests' roles that run without one or longer than it."""
    guests = [role.key for role in ROLES.values() if role.guest]
    invited = dict(Guest.objects.values_list("user_id", "ends_at"))
    too_long = Guest.objects.filter(ends_at__gt=F("made_at") + GUEST_LASTS).count()
    running = assignments_now().filter(role__in=guests).values_list("user_id", "until")
    unbound = sum(
        user not in invited or until is None or until > timezone.localdate(invited[user]) for user, until in running
    )
    return too_long + unbound


def _floors_kept() -> int:
    """How many of the limits the database enforces by itself."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_constraint where conname = any(%s) and contype = 'c' and convalidated",
            [list(_FLOORS)],
        )
        kept: int = cursor.fetchone()[0]
    return kept


def _whole(rows: Iterable[tuple[UUID | None, UUID | None, int]]) -> Iterable[tuple[UUID, UUID, int]]:
    return [(user, citizen, at) for user, citizen, at in rows if user and citizen]


def _after(until: dt.date | None) -> dt.datetime | None:
    """The end of a day that is included."""
    return None if until is None else timezone.make_aware(dt.datetime.combine(until + _DAY, dt.time.min))

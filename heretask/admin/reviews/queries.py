"""The snapshot a review begins with, and reading reviews back: a number of queries that no number of rights changes."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connections
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from heretask.kernel.access import declared, reasons
from heretask.kernel.access.decide import Actor, decide
from heretask.kernel.access.events import ROLE_GIVEN
from heretask.kernel.access.models import Assignment
from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.roles import Management
from heretask.kernel.identity.models import Factor, User
from heretask.kernel.identity.people import actor_for, actors_for
from heretask.kernel.log.models import Event
from heretask.kernel.log.queries import microseconds, moment, variables_of
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer, CustomerKind

from . import policies
from .models import Campaign, Decision, Item, Showing
from .policies import Held, Holder

YEARLY, CHANGE = "year", "change"
ROLE = "role"
SHOWN_LONGEST = dt.timedelta(hours=12)  # a session's length: what was shown before is not what is decided on now


def customer() -> Customer:
    """The customer of this session."""
    return Customer.objects.get(id=current().customer_id)


def is_supplier(one: Customer) -> bool:
    """Whether this is the supplier, whose Management reviews its staff."""
    return bool(one.kind == CustomerKind.SUPPLIER)


def snapshot(campaign: Campaign, own: Customer, user_id: UUID | None = None) -> list[Item]:
    """Every right that runs now, of everybody or of one person, with its last use and flags; not stored yet."""
    now = timezone.now()
    users = list(User.objects.filter(id=user_id) if user_id else User.objects.all())
    by_user = _rows(users)
    actors = actors_for(u for u in users if u.active)
    used, given = _uses(by_user), _given(now)
    second = set(Factor.objects.filter(customer_id=own.id).exclude(confirmed_at=None).values_list("user_id", flat=True))
    left = _left() if is_supplier(own) else set()
    found: list[Item] = []
    for user in users:
        rows = by_user.get(user.id, [])
        actor = actors.get(user.id)
        here = user.active and user.id not in left
        held = [_held(row, own, given) for row in rows]
        if user.id in used:
            held = [_with_use(one, held, used[user.id]) for one in held]
        guest = any(one.guest for one in held)
        who = Holder(user.id, here, user.id in second, not guest or bool(actor and actor.guest))
        for row, one in zip(rows, held, strict=True):
            flags = policies.flags_of(one, held, who, now)
            found.append(
                Item(
                    campaign=campaign, user=user, source=ROLE, right=row.id, role=row.role_key, unit=row.unit,
                    label=str(row.own.label if row.own else row.role), given_by=one.given_by, since=row.made_at,
                    used_at=one.used_at, flags=flags,
                )
            )  # fmt: skip
    return found + (_accounts(campaign, users, left, now) if is_supplier(own) else [])


def _rows(users: Sequence[User]) -> dict[UUID, list[Assignment]]:
    today = timezone.localdate()
    rows = Assignment.objects.filter(Q(until=None) | Q(until__gte=today), ended_at=None)
    found: dict[UUID, list[Assignment]] = defaultdict(list)
    for row in rows.filter(user_id__in=[u.id for u in users]).select_related("unit", "own").order_by("made_at"):
        if row.is_role is not None:
            found[row.user_id].append(row)
    return found


def _held(row: Assignment, own: Customer, given: dict[str, UUID | None]) -> Held:
    role = row.is_role
    assert role is not None  # noqa: S101  (`_rows` leaves out those that this version does not know)
    return Held(
        role=row.role_key, unit=row.unit_id, in_units=role.units, guest=role.guest, since=row.made_at, may=role.may,
        factor_needed=role.second_factor or own.second_factor, used_at=None, given_by=given.get(str(row.id)),
        giver_known=str(row.id) in given,
    )  # fmt: skip


def _with_use(one: Held, held: list[Held], used: list[tuple[reasons.Reason, dt.datetime]]) -> Held:
    at = max((at for reason, at in used if policies.uses(reason, one, held)), default=None)
    return Held(**{**{name: getattr(one, name) for name in Held.__slots__}, "used_at": at})


def _uses(by_user: dict[UUID, list[Assignment]]) -> dict[UUID, list[tuple[reasons.Reason, dt.datetime]]]:
    """When each person last acted for each reason, in one query. Everybody's own page is no use of a role."""
    found: dict[UUID, list[tuple[reasons.Reason, dt.datetime]]] = defaultdict(list)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select actor, purpose, max(at) from kernel_event
                where customer_id = %s and at >= %s and actor = any(%s) and purpose <> ''
                  and action not like 'platform.%%' and action <> 'log.page.shown' group by 1, 2""",
            [current().customer_id, microseconds(timezone.now() - policies.KNOWN_FOR), list(by_user)],
        )
        for actor, purpose, at in cursor.fetchall():
            reason = reasons.read(purpose)
            if reason is not None:
                found[actor].append((reason, moment(at)))
    return found


def _given(now: dt.datetime) -> dict[str, UUID | None]:
    """Who gave each right, by assignment, as far back as every log goes; None for the operator at the server."""
    start = microseconds(now - policies.KNOWN_FOR - dt.timedelta(minutes=1))
    events = Event.objects.filter(action=ROLE_GIVEN.name, at__gte=start)
    return {str(variables_of(event).get("assignment")): event.actor for event in events}


def _left() -> set[UUID]:
    """Logins of those who have left, by the supplier's staff register."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from ht.own_staff()")
        rows = [json.loads(row[0]) for row in cursor.fetchall()]
    return {UUID(row["login"]) for row in rows if row["state"] == "left" and row["login"]}


def _accounts(campaign: Campaign, users: Iterable[User], left: set[UUID], now: dt.datetime) -> list[Item]:
    by_id = {user.id: user for user in users}
    found = []
    for source, accounts in declared.sources().items():
        for one in accounts.all():
            user = by_id.get(one.user_id)
            if user is None:
                continue
            here = user.active and user.id not in left
            old = one.since < now - policies.UNUSED_AFTER and (one.used or one.since) < now - policies.UNUSED_AFTER
            flags = [] if here and not old else [policies.UNUSED if here else policies.LEAVER]
            found.append(
                Item(
                    campaign=campaign, user=user, source=source, right=one.id, label=f"{one.kind}: {one.name}"[:120],
                    since=one.since, used_at=one.used, flags=flags,
                )
            )  # fmt: skip
    return found


def campaigns() -> list[Campaign]:
    """All reviews, the newest first."""
    return list(Campaign.objects.order_by("-started_at")[:100])


def counts(ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many rights each review still waits for, in one query."""
    rows = waiting(Item.objects.filter(campaign_id__in=list(ids)))
    return dict(rows.values_list("campaign_id").annotate(Count("id")))


def waiting(rows: QuerySet[Item]) -> QuerySet[Item]:
    """Of these, the ones nobody has decided and that still run. Accounts run until somebody decides."""
    gone = Assignment.objects.exclude(ended_at=None).values("id")
    return rows.filter(decisions=None).exclude(source=ROLE, right__in=gone)


def get_campaign(campaign_id: UUID) -> Campaign:
    """A review; raises Campaign.DoesNotExist."""
    return Campaign.objects.get(id=campaign_id)


def get_item(item_id: UUID) -> Item:
    """A right that a review asks about; raises Item.DoesNotExist."""
    return Item.objects.select_related("campaign", "user", "unit").get(id=item_id)


def waiting_in(campaign: Campaign) -> list[Item]:
    """What one review still waits for."""
    rows = waiting(Item.objects.filter(campaign_id=campaign.id)).select_related("user", "unit")
    return list(rows.order_by("unit__name", "user__user_name", "since"))


def waiting_due(now: dt.datetime) -> list[Item]:
    """What reviews whose deadline has passed still wait for."""
    rows = waiting(Item.objects.filter(campaign__due_at__lte=now))
    return list(rows.select_related("campaign", "user", "unit").order_by("campaign_id", "since"))


def waiting_rights(user_id: UUID) -> set[UUID]:
    """The rights of somebody that some review asks about already."""
    return set(waiting(Item.objects.filter(user_id=user_id)).values_list("right", flat=True))


def decisions_in(campaign: Campaign) -> list[Decision]:
    """Everything decided in a review, in its order."""
    rows = Decision.objects.filter(item__campaign_id=campaign.id)
    return list(rows.select_related("item", "item__user", "item__unit").order_by("made_at", "id"))


def other_rights(item: Item) -> list[Item]:
    """What else the person holds, by the same review."""
    rows = Item.objects.filter(campaign_id=item.campaign_id, user_id=item.user_id).exclude(id=item.id)
    return list(rows.select_related("unit").order_by("since"))


def last_shown(campaign: Campaign, user_id: UUID, what: str) -> Showing | None:
    """When this was last shown to that person: none for what was never shown, or in another session."""
    since = timezone.now() - SHOWN_LONGEST
    rows = Showing.objects.filter(campaign_id=campaign.id, user_id=user_id, what=what, made_at__gte=since)
    return rows.order_by("-made_at").first()


def newest_yearly() -> Campaign | None:
    """The newest review of everybody."""
    return Campaign.objects.filter(kind=YEARLY).order_by("-started_at").first()


def assignment_of(item: Item) -> Assignment | None:
    """The role itself, where the item is one."""
    if item.source != ROLE:
        return None
    return Assignment.objects.select_related("user", "user__customer", "unit", "own").filter(id=item.right).first()


def rights_of(item: Item) -> frozenset[Permission]:
    """What the role of this item allows now."""
    row = assignment_of(item)
    role = row.is_role if row else None
    return role.may if role else frozenset()


def is_manager(item: Item) -> bool:
    """Whether the right is one that takes two people to change."""
    return item.role == Management.key


@dataclass(frozen=True, slots=True)
class Probe:
    """The engine asked anew after a right was taken away, and the sessions asked for anew."""

    asked: int
    refused: int
    by_other_roles: int
    ended: int
    living: int

    @property
    def holds(self) -> bool:
        """Whether nothing of the right is left."""
        return self.asked == self.refused + self.by_other_roles and self.living == 0

    def as_proof(self) -> dict[str, int | bool]:
        """As it is kept with the decision."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return {**told, "holds": self.holds}


def probe(user: User, role: str, unit: UUID | None, rights: frozenset[Permission], ended: int, living: int) -> Probe:
    """Ask `decide` for every right of the role that was taken: refused, or held by another role that was kept."""
    actor = actor_for(user) if user.active else Actor(user.owner_id, user.id, user.user_name)
    still = any(g.role == role and g.unit_id == unit for g in actor.given)
    answers = [decide(actor, right).allowed for right in rights]
    refused = answers.count(False)
    return Probe(len(answers), refused, 0 if still else len(answers) - refused, ended, living)

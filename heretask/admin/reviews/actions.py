"""Reviewing who has access: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.admin.users import actions as users
from heretask.admin.users.policies import Refused as UserRefused
from heretask.kernel.access import declared
from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.models import Assignment
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.ending import end_sessions_of
from heretask.kernel.log import record
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current

from . import events, policies, queries
from .models import Campaign, Decision, Item, Showing
from .policies import Refused

KEEP, REMOVE, DEADLINE = "keep", "remove", "deadline"
ALL = "all"  # the group of what belongs to no unit


@dataclass(frozen=True, slots=True)
class Group:
    """Rights without a flag in one unit, to be kept together."""

    key: str
    name: str
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Seen:
    """A review with what it waits for."""

    campaign: Campaign
    flagged: list[Item]
    groups: list[Group]
    own: list[Item]
    decisions: list[Decision]

    @property
    def left(self) -> int:
        """How many rights wait."""
        return len(self.flagged) + len(self.own) + sum(len(group.items) for group in self.groups)


def start(*, by: Actor, ends_care: bool = False) -> Campaign:
    """Begin a review of everybody at this customer."""
    check(by, P.ADMIN_REVIEWS_RUN)
    running = queries.newest_yearly()
    if running is not None and queries.counts([running.id]).get(running.id):
        raise Refused(_("A review runs already. Finish it first."))
    return _begin(queries.YEARLY, policies.LASTS, by.user_id, ends_care=ends_care)


def start_by_the_clock(now: dt.datetime) -> Campaign | None:
    """The whole review once a year, by itself: a year after the last one, or after the customer began."""
    newest, own = queries.newest_yearly(), queries.customer()
    last = newest.started_at if newest else own.made_at
    if last > now - policies.YEAR or (newest and queries.counts([newest.id]).get(newest.id)):
        return None
    return _begin(queries.YEARLY, policies.LASTS, None, ends_care=bool(newest and newest.ends_care))


def ask_again(user_id: UUID, but: UUID, by: Actor) -> Campaign | None:
    """Somebody's job has changed: what they keep is asked about anew, where no review asks about it already."""
    skip = {but} | queries.waiting_rights(user_id)
    kept = Assignment.objects.filter(user_id=user_id, ended_at=None).exclude(id__in=skip)
    if not kept.exists():
        return None
    return _begin(queries.CHANGE, policies.LASTS_CHANGE, by.user_id, user_id=user_id, skip=skip)


def _begin(
    kind: str, lasts: dt.timedelta, by: UUID | None, *, ends_care: bool = False, user_id: UUID | None = None,
    skip: set[UUID] | None = None,
) -> Campaign:  # fmt: skip
    own = queries.customer()
    made = Campaign(
        kind=kind, supplier=queries.is_supplier(own), ends_care=ends_care, started_by=by,
        due_at=timezone.now() + lasts, customer_id=own.id,
    )  # fmt: skip
    items = [item for item in queries.snapshot(made, own, user_id) if item.right not in (skip or ())]
    made.rights, made.people = len(items), len({item.user_id for item in items})
    made.save(force_insert=True)
    Item.objects.bulk_create(items)
    if user_id:
        record(events.ASKED_AGAIN, on=("user", user_id), hits=len(items))
    else:
        told = {"people": str(made.people), "ends_care": "yes" if ends_care else "no"}
        record(events.STARTED, on=("review", made.id), hits=len(items), variables=told)
    return made


def list_campaigns(*, by: Actor) -> tuple[list[Campaign], dict[UUID, int]]:
    """All reviews, and what each waits for."""
    check(by, P.ADMIN_REVIEWS_RUN)
    found = queries.campaigns()
    record(events.LISTED, hits=len(found))
    return found, queries.counts(one.id for one in found)


def see(campaign: Campaign, *, by: Actor) -> Seen:
    """One review: what is odd first, the rest by unit, one's own apart."""
    check(by, P.ADMIN_REVIEWS_RUN)
    found = _sorted(campaign, by)
    record(events.SEEN, on=("review", campaign.id), hits=found.left)
    return found


def _sorted(campaign: Campaign, by: Actor) -> Seen:
    items = queries.waiting_in(campaign)
    own = [item for item in items if item.user_id == by.user_id]
    others = [item for item in items if item.user_id != by.user_id]
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in others:
        if not item.flags:
            groups[str(item.unit_id) if item.unit_id else ALL].append(item)
    made = [Group(key, found[0].unit.name if found[0].unit else "", found) for key, found in groups.items()]
    return Seen(campaign, [i for i in others if i.flags], made, own, queries.decisions_in(campaign))


def see_group(campaign: Campaign, key: str, *, by: Actor) -> Group | None:
    """The unflagged rights of one unit, shown to be kept together; from now on the seconds count."""
    check(by, P.ADMIN_REVIEWS_RUN)
    group = next((one for one in _sorted(campaign, by).groups if one.key == key), None)
    if group is not None:
        ids = [item.id for item in group.items]
        Showing.objects.create(campaign=campaign, user_id=by.person_id, what=key, items=ids)
        record(events.GROUP_SEEN, on=("review", campaign.id), hits=len(ids), shown={i.user_id for i in group.items})
    return group


def keep_group(campaign: Campaign, key: str, *, by: Actor) -> int:
    """Keep what was shown of a unit: exactly that, and only what has no flag."""
    check(by, P.ADMIN_REVIEWS_RUN)
    shown = queries.last_shown(campaign, by.person_id, key)
    group = next((one for one in _sorted(campaign, by).groups if one.key == key), None)
    items = [item for item in group.items if shown and item.id in set(shown.items)] if group else []
    if not items or shown is None:
        raise Refused(_("Nothing waits here any more. Look at the review again."))
    seconds = (timezone.now() - shown.made_at).total_seconds() / len(items)
    for item in items:
        _decide(item, KEEP, "", by=by, seconds=seconds, batch=len(items), proof={})
    name = group.name if group else ""
    record(events.KEPT, on=("review", campaign.id), hits=len(items), variables={"unit": name, "together": "yes"})
    return len(items)


def see_item(item: Item, *, by: Actor) -> list[Item]:
    """One right, shown to be decided; what else the person holds."""
    check(by, P.ADMIN_REVIEWS_RUN)
    Showing.objects.create(campaign=item.campaign, user_id=by.person_id, what=str(item.id), items=[item.id])
    record(events.RIGHT_SEEN, on=("user", item.user_id), shown=[item.user_id])
    return queries.other_rights(item)


def keep(item: Item, reason: str, *, by: Actor) -> Decision:
    """One right stays; why, where something about it is odd."""
    check(by, P.ADMIN_REVIEWS_RUN)
    policies.check_may_decide(item.user_id, by.user_id)
    _check_waits(item)
    plain = policies.check_reason(reason, needed=bool(item.flags))
    made = _decide(item, KEEP, plain, by=by, seconds=_seconds(item, by), batch=1, proof={})
    record(
        events.KEPT, on=("user", item.user_id), hits=1,
        variables={"right": str(item.right), "flags": " ".join(item.flags), "reason": plain},
    )  # fmt: skip
    return made


def remove(item: Item, reason: str, *, by: Actor) -> Decision:
    """One right goes at once, and before this transaction ends the engine is asked whether it is gone."""
    check(by, P.ADMIN_REVIEWS_RUN)
    policies.check_may_decide(item.user_id, by.user_id)
    _check_waits(item)
    plain = policies.check_reason(reason, needed=False)
    proof = _take(item, by)
    made = _decide(item, REMOVE, plain, by=by, seconds=_seconds(item, by), batch=1, proof=proof)
    told = {"right": str(item.right), "role": item.role or item.label, "reason": plain}
    record(events.REMOVED, on=("user", item.user_id), changed=["role"], variables=told)
    return made


def meet_deadlines(now: dt.datetime) -> dict[str, int]:
    """What nobody answered for: ended and proven, or counted as overdue. The last administrator always stays."""
    ended, stays = 0, defaultdict[UUID, int](int)
    for item in queries.waiting_due(now):
        campaign = item.campaign
        ends = policies.ends_at_deadline(item.flags, supplier=campaign.supplier, ends_care=campaign.ends_care)
        if not ends or item.source != queries.ROLE or queries.is_manager(item):
            stays[campaign.id] += 1
            continue
        try:
            with transaction.atomic():
                proof = _take(item, None)
        except UserRefused:
            stays[campaign.id] += 1
            continue
        _decide(item, DEADLINE, "", by=None, seconds=0, batch=1, proof=proof)
        record(
            events.ENDED, on=("user", item.user_id), changed=["role"],
            variables={"right": str(item.right), "role": item.role, "flags": " ".join(item.flags)},
        )  # fmt: skip
        ended += 1
    for campaign_id, count in stays.items():
        record(events.OVERDUE, on=("review", campaign_id), hits=count)
    return {"ended": ended, "overdue": sum(stays.values())}


def make_minutes(campaign: Campaign, *, by: Actor) -> Seen:
    """A review with every decision, to be put on paper; the event is committed before any byte of it leaves."""
    check(by, P.ADMIN_REVIEWS_RUN)
    found = _sorted(campaign, by)
    record(events.MINUTES_MADE, on=("review", campaign.id), hits=len(found.decisions) + found.left)
    return found


def _take(item: Item, by: Actor | None) -> dict[str, Any]:
    """Take a right away and prove it; raises users' Refused, and RuntimeError where anything of it is left."""
    if item.source != queries.ROLE:
        if by is None:
            raise RuntimeError("an account elsewhere is ended by a person")
        accounts = declared.sources()[item.source]
        accounts.end(item.right, by)
        if accounts.runs(item.right):
            raise RuntimeError("the account still runs")
        return {"holds": True, "account": True}
    assignment = queries.assignment_of(item)
    if assignment is None:
        raise Refused(_("This right has ended already."))
    rights = queries.rights_of(item)
    if by is None:
        users.end_role_by_the_clock(assignment=assignment)
    else:
        users.end_role(assignment=assignment, by=by, job_changes=False)
    ended = end_sessions_of(item.user_id, "reviewed")
    living = end_sessions_of(item.user_id, "reviewed")  # asked again: none must be left
    found = queries.probe(item.user, item.role, item.unit_id, rights, ended, living)
    if not found.holds:
        raise RuntimeError("the right still gives access")
    return found.as_proof()


def _decide(
    item: Item, what: str, reason: str, *, by: Actor | None, seconds: float, batch: int, proof: dict[str, Any]
) -> Decision:
    made = Decision(
        item=item, about=item.user_id, by_id=by.person_id if by else None, what=what, seconds=seconds, batch=batch,
        proof=proof, customer_id=current().customer_id,
    )  # fmt: skip
    seal(made, reason=reason)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as twice:
        raise Refused(_("Somebody else has decided this in the meantime.")) from twice
    return made


def _seconds(item: Item, by: Actor) -> float:
    shown = queries.last_shown(item.campaign, by.person_id, str(item.id))
    if shown is None:
        raise Refused(_("Look at the right before you decide."))
    return (timezone.now() - shown.made_at).total_seconds()


def _check_waits(item: Item) -> None:
    if not queries.waiting(Item.objects.filter(id=item.id)).exists():
        raise Refused(_("This right has been decided, or has ended already."))

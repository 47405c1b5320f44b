"""What a customer's administrators do with the supplier's access."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.grants import answering, events
from heretask.kernel.grants.models import Grant, PreApproval
from heretask.kernel.log import naming, record
from heretask.kernel.log.models import Event
from heretask.kernel.log.sentences import citizens_of


@dataclass(frozen=True, slots=True)
class Overview:
    """The list, with what is approved beforehand."""

    grants: list[Grant]
    standing: list[PreApproval]


@dataclass(frozen=True, slots=True)
class Watched:
    """One grant with what was opened under it, and the names of the citizens this is about."""

    grant: Grant
    purpose: str
    judgement: str
    events: list[Event]  # the newest
    total: int
    citizens: dict[UUID, str]


def see_all(*, by: Actor) -> Overview:
    """What waits, runs and was."""
    check(by, P.ADMIN_ACCESS_ANSWER)
    found = answering.recent()
    record(events.WATCHED, hits=len(found))
    return Overview(found, answering.standing())


def watch(grant_id: UUID, *, by: Actor) -> Watched:
    """One grant, with every page the supplier saw under it. Raises Grant.DoesNotExist."""
    check(by, P.ADMIN_ACCESS_ANSWER)
    one = answering.grant(grant_id)
    under, total = answering.pages_under(one)
    names = naming.names("citizen", citizens_of(under) | set(one.citizens))
    record(events.WATCHED, on=("grant", one.id), hits=total, shown=sorted(names), opened=names.keys())
    return Watched(one, answering.purpose_of(one), answering.judgement_of(one), under, total, names)


def newest(grant_id: UUID, *, by: Actor) -> tuple[Grant, int]:
    """For the page that watches: the grant, and when something happened under it last; nothing is opened."""
    check(by, P.ADMIN_ACCESS_ANSWER)
    return answering.grant(grant_id), answering.newest_under(grant_id)


def answer(grant_id: UUID, *, yes: bool, by: Actor) -> None:
    """Approve or refuse. Raises Refused."""
    check(by, P.ADMIN_ACCESS_ANSWER)
    answering.answer(answering.grant(grant_id), yes=yes)


def cut(grant_id: UUID, *, by: Actor) -> None:
    """Cut off. Raises Refused."""
    check(by, P.ADMIN_ACCESS_ANSWER)
    answering.cut(answering.grant(grant_id))


def see_report(grant_id: UUID, *, by: Actor) -> None:
    """That the report was read."""
    check(by, P.ADMIN_ACCESS_ANSWER)
    answering.see_report(answering.grant(grant_id))


def judge(grant_id: UUID, words: str, *, by: Actor) -> None:
    """Judge an access without an answer. Raises Refused."""
    check(by, P.ADMIN_ACCESS_ANSWER)
    answering.judge(answering.grant(grant_id), words)


def pre_approve(scope: str, minutes: int, until: dt.datetime, *, by: Actor) -> None:
    """Approve beforehand. Raises Refused."""
    check(by, P.ADMIN_ACCESS_ANSWER)
    answering.pre_approve(scope=scope, minutes=minutes, until=until)


def withdraw(own: UUID, *, by: Actor) -> None:
    """Withdraw that. Raises Refused."""
    check(by, P.ADMIN_ACCESS_ANSWER)
    answering.withdraw(own)

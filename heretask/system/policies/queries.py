"""Reading policies: their versions, when each is reviewed, and who has acknowledged which."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connections
from django.utils import timezone

from heretask.kernel.secrets.opening import open_text
from heretask.kernel.staff.eligibility import State
from heretask.system.records import queries as records
from heretask.system.records.models import Signature, Version
from heretask.system.records.queries import Item as Entry
from heretask.system.staff.declarations import STAFF

from .declarations import ATTEMPTS, POLICIES, REVIEW, REVIEWS, Policy
from .models import Item
from .policies import due_on


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who must acknowledge a version: by when, and when they did."""

    person: Entry
    due_on: dt.date
    done: Signature | None
    today: dt.date

    @property
    def state(self) -> str:
        """ok, due or broken."""
        return "ok" if self.done else ("broken" if self.due_on < self.today else "due")


@dataclass(frozen=True, slots=True)
class Kept:
    """A policy as it stands on a day."""

    policy: Policy
    version: Version | None
    review_on: dt.date | None
    readers: list[Reader]
    today: dt.date

    @property
    def waiting(self) -> list[Reader]:
        """Who has not acknowledged the newest version, the latest first."""
        return sorted((r for r in self.readers if r.done is None), key=lambda r: r.due_on)

    @property
    def acknowledged(self) -> int:
        """How many have."""
        return len(self.readers) - len(self.waiting)

    @property
    def is_reviewed(self) -> bool:
        """Whether there is a version, and the day of its review is to come."""
        return self.review_on is not None and self.review_on > self.today


def here(today: dt.date) -> list[Entry]:
    """Who works here on a day: has begun, and has not left."""
    return [
        one
        for one in records.items(STAFF)
        if one.values["state"] != State.LEFT and (one.date("hired_on") or dt.date.max) <= today
    ]


def all_kept(today: dt.date | None = None) -> list[Kept]:
    """Every policy as it stands."""
    day = today or timezone.localdate()
    people, newest, reviews = here(day), records.newest_versions(), records.items(REVIEWS)
    signed = _signed(people)
    return [_kept(policy, newest.get(policy.document), people, reviews, signed, day) for policy in POLICIES.values()]


def kept(policy: Policy) -> Kept:
    """One policy as it stands today."""
    return next(one for one in all_kept() if one.policy is policy)


def own_waiting(person: Entry, today: dt.date) -> list[tuple[Policy, Reader]]:
    """What one person has to acknowledge, the most urgent first."""
    newest, signed = records.newest_versions(), _signed([person])
    found = [
        (policy, reader)
        for policy in POLICIES.values()
        if (version := newest.get(policy.document))
        and (reader := _reader(policy, version, person, signed, today)).done is None
    ]
    return sorted(found, key=lambda pair: pair[1].due_on)


def last_acknowledged(policy: Policy, person: Entry) -> Version | None:
    """The newest version that somebody has acknowledged."""
    signed = _signed([person])
    for version in records.versions(policy.document):
        if _done(policy, version.id, person.id, signed):
            return version
    return None


def person_of(user_id: UUID | None) -> Entry | None:
    """Who works here under that login."""
    if user_id is None:
        return None
    return next((one for one in here(timezone.localdate()) if one.values["login"] == str(user_id)), None)


def items_of(version: Version | None) -> dict[str, str]:
    """The required sentences of a version, by key."""
    if version is None:
        return {}
    return {row.key: open_text(row, "text") for row in Item.objects.filter(version_id=version.id).order_by("id")}


def body_of(version: Version) -> str:
    """The text of a version without its required sentences, which stand at its end."""
    text = records.text_of(version)
    for sentence in reversed(items_of(version).values()):
        text = text.removesuffix(sentence).rstrip()
    return text


def acknowledgements(policy: Policy) -> list[Signature]:
    """Who has acknowledged which version, the newest first."""
    ids = [one.id for one in records.items(STAFF)]
    return [s for s in records.signatures(ids) if s.version.document.key == policy.document and s.how in policy.needed]


def reviews_of(policy: Policy) -> list[Entry]:
    """Reviews that changed nothing, the newest first."""
    ids = {str(version.id) for version in records.versions(policy.document)}
    return [one for one in reversed(records.items(REVIEWS)) if one.values["version"] in ids]


def attempts_of(person_id: UUID) -> list[Entry]:
    """Somebody's short tests, the newest first."""
    return [one for one in reversed(records.items(ATTEMPTS)) if one.values["person"] == str(person_id)]


def year_is_open(today: dt.date) -> bool:
    """Whether the yearly review is to be closed now."""
    duty = records.open_duty(REVIEW, None)
    return duty is not None and duty.opens_on <= today


def item_figures() -> dict[UUID, set[str]]:
    """For evidence: which required items stand in which version. `ht.policy_items()` alone gives this out."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.policy_items()")
        rows = json.loads(cursor.fetchone()[0])
    found: dict[UUID, set[str]] = {}
    for row in rows:
        found.setdefault(UUID(row["version"]), set()).add(row["key"])
    return found


Signed = dict[tuple[UUID, UUID], dict[str, Signature]]


def _signed(people: Iterable[Entry]) -> Signed:
    found: Signed = {}
    for one in records.signatures([p.id for p in people]):
        found.setdefault((one.version_id, one.entry_id), {})[one.how] = one
    return found


def _done(policy: Policy, version_id: UUID, person_id: UUID, signed: Signed) -> Signature | None:
    hows = signed.get((version_id, person_id), {})
    return max((hows[how] for how in policy.needed), key=lambda s: s.id) if policy.needed <= hows.keys() else None


def _reader(policy: Policy, version: Version, person: Entry, signed: Signed, today: dt.date) -> Reader:
    day = due_on(timezone.localdate(version.done_at), person.date("hired_on") or today)
    return Reader(person, day, _done(policy, version.id, person.id, signed), today)


def _kept(
    policy: Policy, version: Version | None, people: list[Entry], reviews: list[Entry], signed: Signed, today: dt.date
) -> Kept:  # fmt: skip
    if version is None:
        return Kept(policy, None, None, [], today)
    days = [day for r in reviews if r.values["version"] == str(version.id) and (day := r.date("review_on"))]
    return Kept(
        policy, version, max([version.review_on, *days]),
        [_reader(policy, version, person, signed, today) for person in people], today,
    )  # fmt: skip

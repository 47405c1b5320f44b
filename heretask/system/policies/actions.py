"""What is done with policies: Management publishes and reviews, everybody who works here reads and acknowledges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current
from heretask.platform.drafts import actions as drafts
from heretask.platform.drafts.policies import guard
from heretask.platform.drafts.queries import Draft, draft_for
from heretask.system.records import actions as records
from heretask.system.records import queries as engine
from heretask.system.records.models import Version
from heretask.system.records.queries import Item as Entry
from heretask.system.records.rules import Proof
from heretask.system.staff import actions as staff
from heretask.system.staff.declarations import STAFF, TRAINING

from . import events, policies, queries
from .declarations import ACKNOWLEDGED, ATTEMPTS, ENOUGH, KIND, POLICIES, REVIEW, REVIEWS, Policy
from .models import Item
from .policies import Refused
from .queries import Kept

NOBODY = UUID(int=0)  # whom a draft is about that is about no citizen


def _about_nobody(_citizen_id: UUID, _by: Actor) -> None:
    raise Denied(permission=P.SYSTEM_POLICIES_PUBLISH)


guard("system.policies", _about_nobody, without=lambda by: check(by, P.SYSTEM_POLICIES_PUBLISH))


def draft_place(policy: Policy) -> str:
    """Where the draft of a new version lives."""
    return f"system.policies/{policy.slug}/{NOBODY}"


def see_all(*, by: Actor) -> list[Kept]:
    """Read the list."""
    check(by, P.SYSTEM_POLICIES_READ)
    found = queries.all_kept()
    record(events.LISTED, hits=len(found))
    return found


def see(policy: Policy, *, by: Actor) -> Kept:
    """Read one policy, with who has acknowledged it."""
    check(by, P.SYSTEM_POLICIES_READ)
    found = queries.kept(policy)
    record(events.READ, on=("policy", found.version.id if found.version else None), variables={"policy": policy.slug})
    return found


def write(policy: Policy, *, by: Actor) -> tuple[Version | None, Draft | None]:
    """Open the newest version, and what one has begun to write, to make another of it."""
    check(by, P.SYSTEM_POLICIES_PUBLISH)
    newest = engine.newest_versions().get(policy.document)
    record(events.WRITTEN, on=("policy", newest.id if newest else None), variables={"policy": policy.slug})
    return newest, draft_for(draft_place(policy), None)


def open_to_acknowledge(policy: Policy, *, by: Actor) -> tuple[Entry, Version, Version | None]:
    """Open the newest version to read it, beside the one that one acknowledged last."""
    check(by, P.SYSTEM_POLICIES_READ)
    person, version = _own(by), _newest(policy)
    record(events.OPENED, on=("policy", version.id), variables={"policy": policy.slug})
    return person, version, queries.last_acknowledged(policy, person)


def publish(policy: Policy, *, text: str, items: Mapping[str, str], review_on: dt.date, by: Actor) -> Version:
    """Publish another version; from now on everybody is asked to acknowledge it."""
    check(by, P.SYSTEM_POLICIES_PUBLISH)
    found = policies.items_of(policy, items)
    policies.check_items(policy, found)
    policies.check_review_on(review_on, timezone.localdate())
    made = records.publish(
        KIND, policy.document, composed(text, found), review_on=review_on, by=by, permission=P.SYSTEM_POLICIES_PUBLISH
    )
    for key, sentence in found.items():
        item = Item(version=made, key=key, customer_id=current().customer_id)
        seal(item, text=sentence)
        item.save(force_insert=True)
    record(events.PUBLISHED, on=("policy", made.id), variables={"policy": policy.slug, "version": made.number})
    if by.kind != "operator":
        drafts.discard(draft_place(policy))
    _close_year(by)
    return made


def composed(text: str, items: Mapping[str, str]) -> str:
    """The whole text of a version: required sentences are paragraphs of their own at its end."""
    return "\n\n".join([text.replace("\r\n", "\n").strip(), *items.values()]) if text.strip() else ""


def review(policy: Policy, *, version_id: UUID, review_on: dt.date, note: str, by: Actor) -> None:
    """Write down that a policy was looked through and stays as it is."""
    check(by, P.SYSTEM_POLICIES_PUBLISH)
    _check_newest(policy, version_id)
    policies.check_review_on(review_on, timezone.localdate())
    given = {"version": version_id, "review_on": review_on, "note": note}
    records.add(REVIEWS, given, by=by)
    record(events.REVIEWED, on=("policy", version_id), variables={"policy": policy.slug})
    _close_year(by)


def close_year(*, by: Actor) -> None:
    """Close the yearly review, where every policy's own review is to come."""
    check(by, P.SYSTEM_POLICIES_PUBLISH)
    if not _close_year(by):
        raise Refused(_("First publish or review what has no review to come."))


def acknowledge(policy: Policy, *, version_id: UUID, answer: int | None, items: Collection[str], by: Actor) -> None:
    """Acknowledge just the version that was read, after its question, each required item on its own."""
    check(by, P.SYSTEM_POLICIES_READ)
    person = _own(by)
    version = _check_newest(policy, version_id)
    _check_waits(policy, person)
    policies.check_answer(policy, answer)
    policies.check_all_items(policy, items)
    _sign(policy, version, person, timezone.localdate(), on_paper=False, by=by, permission=P.SYSTEM_POLICIES_READ)


def open_test(*, by: Actor) -> list[Entry]:
    """Open the short test of the yearly training; returns one's attempts, the newest first."""
    check(by, P.SYSTEM_STAFF_OWN)
    person = _own(by)
    record(events.TEST_OPENED, on=(STAFF.key, person.id))
    return queries.attempts_of(person.id)


def take_test(*, answers: Mapping[str, int], by: Actor) -> list[Policy]:
    """Take the short test. Every attempt is kept; one that is good enough is the training of the year (STAFF-3).

    Returns the policies whose question was answered wrongly.
    """
    check(by, P.SYSTEM_STAFF_OWN)
    person, today = _own(by), timezone.localdate()
    duty = engine.open_duty(TRAINING, person.id)
    if duty is None or duty.opens_on > today:
        raise Refused(_("Your training is not due yet."))
    wrong = [one for one in POLICIES.values() if answers.get(one.slug) != one.question.right]
    score = len(POLICIES) - len(wrong)
    records.add(ATTEMPTS, {"person": person.id, "taken_on": today, "score": score}, by=by)
    record(events.TEST_TAKEN, on=(STAFF.key, person.id), variables={"score": score, "of": len(POLICIES)})
    if score >= ENOUGH:
        what = _("Short test about our policies: %(score)d of %(all)d right") % {"score": score, "all": len(POLICIES)}
        staff.train_own(done_on=today, what=what, by=by)
    return wrong


def acknowledged_on_paper(policy: Policy, *, person_id: UUID, day: dt.date, by: Actor) -> None:
    """Record that somebody without a login read the policy on paper and signed it, with its items."""
    check(by, P.SYSTEM_POLICIES_PUBLISH)
    person = next((one for one in queries.here(timezone.localdate()) if one.id == person_id), None)
    if person is None or person.values["login"]:
        raise Refused(_("Who has a login acknowledges it there."))
    version = _newest(policy)
    _check_waits(policy, person)
    if day < timezone.localdate(version.done_at):
        raise Refused(_("This version was not published yet on that day."))
    _sign(policy, version, person, day, on_paper=True, by=by, permission=P.SYSTEM_POLICIES_PUBLISH)


def _sign(
    policy: Policy, version: Version, person: Entry, day: dt.date, *, on_paper: bool, by: Actor, permission: P
) -> None:
    """The items first: the database takes no acknowledgement of the whole before them."""
    for how in (*(one.key for one in policy.required), ACKNOWLEDGED):
        event = events.ACKNOWLEDGED if how == ACKNOWLEDGED else events.ITEM
        records.sign(
            version, entry_id=person.id, how=how, signed_on=day, on_paper=on_paper, by=by, permission=permission,
            kind=STAFF.key, event=event,
        )  # fmt: skip


def _own(by: Actor) -> Entry:
    person = queries.person_of(by.user_id)
    if person is None:
        raise Refused(_("Your login is not on the staff register yet. Ask Management."))
    return person


def _newest(policy: Policy) -> Version:
    newest = engine.newest_versions().get(policy.document)
    if newest is None:
        raise Refused(_("This policy is not published yet."))
    return newest


def _check_newest(policy: Policy, version_id: UUID) -> Version:
    newest = _newest(policy)
    if newest.id != version_id:
        raise Refused(_("A newer version has been published meanwhile. Read it first."))
    return newest


def _check_waits(policy: Policy, person: Entry) -> None:
    if not any(waiting is policy for waiting, _reader in queries.own_waiting(person, timezone.localdate())):
        raise Refused(_("This version is acknowledged already."))


def _close_year(by: Actor) -> bool:
    """Close the duty of the wheel, where it is open and nothing is left to review; whether that was so."""
    today = timezone.localdate()
    found = queries.all_kept(today)
    if not queries.year_is_open(today) or not all(one.is_reviewed for one in found):
        return False
    newest = max(str(one.version.id) for one in found if one.version)
    records.close(
        REVIEW, Proof(today, reference=f"policies:{newest}"), about=None, by=by,
        permission=P.SYSTEM_POLICIES_PUBLISH, event=events.YEAR_CLOSED,
    )  # fmt: skip
    return True


def policy_called(slug: str) -> Policy | None:
    """The policy of an address."""
    return POLICIES.get(slug)

"""What is done for continuity: plans are published and agreed to, exercises held, and what they showed is mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, Denied, check, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.platform.drafts import actions as drafts
from heretask.platform.drafts.policies import guard
from heretask.platform.drafts.queries import Draft, draft_for
from heretask.system.records import actions as records
from heretask.system.records import queries as engine
from heretask.system.records.models import Entry, Version
from heretask.system.records.rules import Proof

from . import events, policies, queries
from .declarations import (
    ACTION,
    ACTIONS,
    AGREEMENTS,
    BEGUN,
    CUSTOMER,
    EARNEST,
    ENDED,
    EXERCISE,
    EXERCISES,
    FINDING,
    KIND,
    MANAGER,
    PARTICIPANTS,
    PLANS,
    PROVIDER,
    REVISION,
    STEP,
    STEPS,
    Plan,
)  # fmt: skip
from .policies import Refused
from .queries import Exercise, Kept

RUN, SEE = P.SYSTEM_CONTINUITY_RUN, P.SYSTEM_CONTINUITY_SEE
NOBODY = UUID(int=0)  # whom a draft is about that is about no citizen


def _about_nobody(_citizen_id: UUID, _by: Actor) -> None:
    raise Denied(permission=RUN)


guard("system.continuity", _about_nobody, without=lambda by: check(by, RUN))


def draft_place(plan: Plan) -> str:
    """Where the draft of a new version lives."""
    return f"system.continuity/{plan.slug}/{NOBODY}"


def plan_called(slug: str) -> Plan | None:
    """The plan of an address."""
    return PLANS.get(slug)


def see_all(*, by: Actor) -> tuple[list[Kept], list[Exercise]]:
    """Read the plans and the exercises."""
    check(by, SEE)
    found = queries.all_kept()
    record(events.LISTED, hits=len(found))
    return found, queries.exercises()


def see(plan: Plan, *, by: Actor) -> tuple[Kept, list[Exercise]]:
    """Read one plan, with its agreements and exercises."""
    check(by, SEE)
    found = queries.kept(plan)
    record(events.READ, on=("plan", found.version.id if found.version else None), variables={"plan": plan.slug})
    return found, queries.exercises(plan)


def see_exercise(exercise_id: UUID, *, by: Actor) -> Exercise:
    """Read one exercise; raises Entry.DoesNotExist."""
    check(by, SEE)
    found = queries.exercise(exercise_id)
    record(events.EXERCISE_READ, on=(EXERCISES.key, exercise_id))
    return found


def write(plan: Plan, *, by: Actor) -> tuple[Version | None, Draft | None]:
    """Open the newest version, and what one has begun to write, to make another of it."""
    check(by, RUN)
    newest = engine.newest_versions().get(plan.document)
    record(events.WRITTEN, on=("plan", newest.id if newest else None), variables={"plan": plan.slug})
    return newest, draft_for(draft_place(plan), None)


def publish(plan: Plan, *, text: str, review_on: dt.date, by: Actor) -> Version:
    """Publish another version, to which all must agree anew."""
    check(by, RUN)
    policies.check_review_on(review_on, timezone.localdate())
    made = records.publish(KIND, plan.document, text, review_on=review_on, by=by, permission=RUN)
    record(events.PUBLISHED, on=("plan", made.id), variables={"plan": plan.slug, "version": made.number})
    if by.kind != "operator":
        drafts.discard(draft_place(plan))
    return made


def agree(plan: Plan, *, version_id: UUID, by: Actor) -> None:
    """Agree to just the version that was read, as one of the managers: for a new one, or once more after a year."""
    check(by, RUN)
    version, person, today = _newest(plan, version_id), queries.person_of(by.user_id), timezone.localdate()
    if person is None:
        raise Refused(_("Your login is not on the staff register yet. Ask Management."))
    policies.check_again(queries.last_agreement(version.id, person.id), today)
    given = {
        "version": version.id, "party": MANAGER, "person": person.id, "who": person.values["name"],
        "agreed_on": today, "how": "here",
    }  # fmt: skip
    records.add(AGREEMENTS, given, by=by)
    record(events.AGREED, on=("plan", version.id), variables={"plan": plan.slug})
    _close_revision(by)


def record_agreement(
    plan: Plan, *, version_id: UUID, party: str, who: str, agreed_on: dt.date, how: str, reference: str, by: Actor
) -> None:  # fmt: skip
    """Write down that the hosting provider or a customer has agreed: who, when, how, and where that is kept."""
    check(by, RUN)
    version = _newest(plan, version_id)
    if party not in {PROVIDER, CUSTOMER} or how == "here":
        raise Refused(_("Managers agree themselves, each with their own login."))
    policies.check_agreed_on(agreed_on, timezone.localdate(version.done_at), timezone.localdate())
    given = {
        "version": version.id, "party": party, "who": who, "agreed_on": agreed_on, "how": how, "reference": reference,
    }  # fmt: skip
    records.add(AGREEMENTS, given, by=by)
    record(events.PARTY, on=("plan", version.id), variables={"plan": plan.slug, "party": party})
    _close_revision(by)


def prepare(
    plan: Plan, *, scenario: str, people: Collection[UUID], by: Actor, case: UUID | None = None, earnest: bool = False
) -> Entry:  # fmt: skip
    """Prepare an exercise: what is assumed to have happened, and who takes part.

    `case` is the case of a breach it belongs to; `earnest` says that it is no exercise: this has happened.
    """
    check(by, RUN)
    chosen = [one for one in queries.people() if one.id in set(people)]
    policies.check_participants(chosen)
    made = records.add(
        EXERCISES, {"plan": plan.slug, "scenario": scenario, "case": case, "earnest": EARNEST if earnest else ""}, by=by
    )
    for one in chosen:
        records.add(PARTICIPANTS, {"exercise": made.id, "person": one.id}, by=by)
    record(events.PREPARED, on=(EXERCISES.key, made.id), variables={"plan": plan.slug})
    return made


def begin(exercise: Exercise, *, by: Actor) -> None:
    """Begin: the clock of the database says when, and it cannot be said otherwise later."""
    check(by, RUN)
    policies.check_phase(exercise.phase, "prepared")
    _step(exercise, BEGUN, "", by)
    records.change(EXERCISES, exercise.item.id, {"held_on": timezone.localdate()}, by=by)


def write_step(exercise: Exercise, *, text: str, by: Actor) -> None:
    """Write down what happened just now."""
    check(by, RUN)
    policies.check_phase(exercise.phase, "begun")
    _step(exercise, STEP, text, by)


def write_finding(exercise: Exercise, *, text: str, by: Actor) -> None:
    """Write down what did not go as the plan says."""
    check(by, RUN)
    policies.check_phase(exercise.phase, "begun", "ended")
    _step(exercise, FINDING, text, by)


def end(exercise: Exercise, *, by: Actor) -> None:
    """End it: what comes now is what was found."""
    check(by, RUN)
    policies.check_phase(exercise.phase, "begun")
    _step(exercise, ENDED, "", by)


def give_action(exercise: Exercise, *, what: str, person: UUID, due_on: dt.date, by: Actor) -> Entry:
    """Let somebody mend something by a day; it is their duty until they say what was done."""
    check(by, RUN)
    policies.check_phase(exercise.phase, "begun", "ended", "concluded")
    today = timezone.localdate()
    policies.check_action_due(due_on, today)
    if person not in {one.id for one in queries.people()}:
        raise Refused(_("Choose somebody who works here."))
    made = records.add(ACTIONS, {"exercise": exercise.item.id, "person": person, "what": what}, by=by)
    records.plan(ACTION, about=made, opens_on=today, due_on=due_on, kind=ACTIONS.key)
    record(events.ACTION, on=(ACTIONS.key, made.id))
    return made


def close_action(action_id: UUID, *, note: str, by: Actor) -> None:
    """Say what was done: by who answers for it, or by Management."""
    check(by, SEE)
    item, person = queries.action(action_id), queries.person_of(by.user_id)
    if not may(by, RUN) and (person is None or item.values["person"] != str(person.id)):
        raise Refused(_("Somebody else answers for this action."))
    proof = Proof(timezone.localdate(), note)
    records.close(
        ACTION, proof, about=action_id, by=by, permission=SEE, kind=ACTIONS.key, event=events.ACTION_DONE
    )  # fmt: skip


def conclude(exercise: Exercise, *, outcome: str, conclusion: str, by: Actor) -> None:
    """Say what the exercise showed. One that failed, or showed something to mend, needs an action or a finding."""
    check(by, RUN)
    policies.check_phase(exercise.phase, "ended")
    if not conclusion.strip():
        raise Refused(_("Write what the exercise showed."))
    if outcome != "worked" and not exercise.actions:
        raise Refused(_("What must be mended needs an action first: who does what, and by when."))
    today = timezone.localdate()
    given = {"outcome": outcome, "conclusion": conclusion, "concluded_on": today}
    records.change(EXERCISES, exercise.item.id, given, by=by)
    record(events.CONCLUDED, on=(EXERCISES.key, exercise.item.id), variables={"outcome": outcome})
    duty = engine.open_duty(EXERCISE, None)
    held = exercise.item.date("held_on")
    if duty and held and held >= duty.opens_on and all(one.is_tried for one in queries.all_kept(today)):
        proof = Proof(held, reference=f"exercise:{exercise.item.id}")
        records.close(EXERCISE, proof, about=None, by=by, permission=RUN, event=events.YEAR_CLOSED)


def _step(exercise: Exercise, kind: str, text: str, by: Actor) -> None:
    if kind in {STEP, FINDING} and not text.strip():
        raise Refused(_("Write what happened."))
    records.add(STEPS, {"exercise": exercise.item.id, "kind": kind, "text": text}, by=by)
    record(events.STEP, on=(EXERCISES.key, exercise.item.id), variables={"step": kind})


def _newest(plan: Plan, version_id: UUID) -> Version:
    newest = engine.newest_versions().get(plan.document)
    if newest is None or newest.id != version_id:
        raise Refused(_("A newer version has been published meanwhile. Read it first."))
    return newest


def _close_revision(by: Actor) -> None:
    """Close the duty of the wheel, where every plan has been agreed to in its period."""
    today = timezone.localdate()
    duty, found = engine.open_duty(REVISION, None), queries.all_kept(today)
    days = [one.agreed_on for one in found]
    if duty is None or duty.opens_on > today or any(day is None or day < duty.opens_on for day in days):
        return
    newest = max(str(one.version.id) for one in found if one.version)
    records.close(
        REVISION, Proof(today, reference=f"plans:{newest}"), about=None, by=by, permission=RUN,
        event=events.YEAR_CLOSED,
    )  # fmt: skip

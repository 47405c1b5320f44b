"""What Management does in a case of a breach: begin it, find who is touched, record each step, close it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.jobs.queue import defer
from heretask.kernel.log import record
from heretask.kernel.log.encoding import canonical_json
from heretask.kernel.secrets.opening import seal
from heretask.kernel.supplier import governing
from heretask.kernel.tenancy.base import current
from heretask.platform.incidents import actions as incidents
from heretask.system.continuity import actions as continuity
from heretask.system.continuity import queries as tried
from heretask.system.continuity.declarations import PLANS
from heretask.system.records import actions as records
from heretask.system.records import queries as kept
from heretask.system.records.rules import Proof

from . import events, policies, queries, telling
from .declarations import BREACHES, EXERCISE
from .models import Case, CaseReport, Draft, Finding, ScopeKind, Step, StepKind
from .policies import Refused
from .queries import Count, Found, Opened, Told

__all__ = ["Refused"]
RUN = P.SYSTEM_BREACHES_RUN


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in the list; each of its customers only while it is open."""

    one: Opened
    count: Count
    told: list[Told]


def see_cases(*, by: Actor) -> list[Listed]:
    """Every case, with how many customers were told."""
    check(by, RUN)
    found = queries.cases()
    counts = queries.counts(one.id for one in found)
    record(events.LISTED, hits=len(found), shown=[one.id for one in found])
    return [Listed(one, counts[one.id], [] if one.closed else queries.told(one.id)) for one in found]


def see(case_id: UUID, *, by: Actor) -> Opened:
    """Read one; raises Case.DoesNotExist."""
    check(by, RUN)
    found = queries.case(case_id)
    record(events.READ, on=("breach", case_id))
    return found


def see_open(*, by: Actor) -> list[Opened]:
    """The breaches a report may belong to: those that are not closed, no exercise among them."""
    check(by, RUN)
    found = [one for one in queries.open_cases() if not one.exercise]
    record(events.LISTED, hits=len(found), shown=[one.id for one in found])
    return found


def begin(
    *, title: str, exercise: bool, by: Actor, report: UUID | None = None, reported_at: dt.datetime | None = None
) -> Case:  # fmt: skip
    """Begin a case: from a report, by oneself, or as an exercise. Its clock runs from when it was reported."""
    check(by, RUN)
    policies.check_reported_at(reported_at, timezone.now())
    if exercise and report is not None:
        raise Refused(_("A report belongs to a real case. An exercise begins without one."))
    if report is not None and queries.case_of_report(report):
        raise Refused(_("There is a case of this report already."))
    made = Case(exercise=exercise, customer_id=current().customer_id)
    if reported_at is not None and not exercise:
        made.reported_at = reported_at  # the database keeps the earlier of this and now
    seal(made, title=policies.words_of(title, longest=120))
    made.save(force_insert=True)
    record(events.BEGUN, on=("breach", made.id), variables={"exercise": exercise})
    if report is not None:
        _link(made.id, report)
    return made


def link_report(one: Opened, report: UUID, *, by: Actor) -> None:
    """Tie another report to a case; where it is older, the clock began then."""
    check(by, RUN)
    policies.check_open(one.kinds)
    if one.exercise:
        raise Refused(_("A report belongs to a real case. An exercise begins without one."))
    if queries.case_of_report(report):
        raise Refused(_("There is a case of this report already."))
    _link(one.id, report)


def untied(*, by: Actor) -> list[incidents.Listed]:
    """The reports that belong to no case yet, the newest first: of whom and when, no word of them."""
    check(by, RUN)
    tied = queries.tied()
    return [one for one in incidents.known(by=by) if one.id not in tied]


def handle(one: Opened, *, scenario: str, people: Collection[UUID], by: Actor) -> UUID:
    """Begin to work by the contingency plan for breaches, tied to this case: in earnest, or as the exercise it is."""
    check(by, RUN)
    policies.check_open(one.kinds)
    if any(run.phase != "concluded" for run in tried.exercises_of(one.id)):
        raise Refused(_("The plan is being worked by already. It stands on this page."))
    made = continuity.prepare(
        PLANS["breach"], scenario=policies.words_of(scenario, longest=1000), people=people, case=one.id,
        earnest=not one.exercise, by=by,
    )  # fmt: skip
    return made.id


def runs_of(one: Opened) -> list[tried.Exercise]:
    """What was done in a case by the contingency plan."""
    return tried.exercises_of(one.id)


def _link(case_id: UUID, report: UUID) -> None:
    try:
        with transaction.atomic():
            CaseReport.objects.create(case_id=case_id, report=report)
    except DatabaseError:
        raise Refused(_("There is no such report, or it belongs to another case already.")) from None
    record(events.LINKED, on=("breach", case_id), shown=[report])


def assess(one: Opened, *, risk: bool, text: str, by: Actor) -> None:
    """Say whether there is a risk to customers' data, and why."""
    check(by, RUN)
    _step(one, StepKind.ASSESSED if risk else StepKind.DISMISSED, text=policies.words_of(text))


def note(one: Opened, text: str, *, by: Actor) -> None:
    """Write something down in a case."""
    check(by, RUN)
    _step(one, StepKind.NOTED, text=policies.words_of(text))


def police(one: Opened, *, reported: bool, on: dt.date | None, number: str, why: str, by: Actor) -> None:
    """Say that it was reported to the police, when and under which number; or why not (BREACH-2)."""
    check(by, RUN)
    if one.exercise:
        raise Refused(_("This is an exercise. Nothing of it is reported to the police."))
    if reported and on is None:
        raise Refused(_("On which day was it reported?"))
    if on is not None and on > timezone.localdate():
        raise Refused(_("This day has not been yet."))
    _step(
        one, StepKind.POLICE, reported=reported, on=on.isoformat() if reported and on else "",
        number=number.strip()[:80] if reported else "", text="" if reported else policies.words_of(why),
    )  # fmt: skip


def suspect(
    one: Opened, *, scope: str, given: str, since: dt.datetime, until: dt.datetime, by: Actor
) -> tuple[Finding, UUID]:  # fmt: skip
    """Say what is suspected and have it computed who is touched; the finding, and the job that computes it."""
    check(by, RUN)
    policies.check_open(one.kinds)
    policies.check_span(since, until, timezone.now())
    target, words = _target(scope, given)
    number = Finding.objects.filter(case_id=one.id).count() + 1
    made = Finding(
        case_id=one.id, number=number, scope=scope, target=target, since=since, until=until,
        customer_id=current().customer_id,
    )  # fmt: skip
    seal(made, words=words)
    made.save(force_insert=True)
    record(events.STEPPED, on=("breach", one.id), variables={"step": "suspected", "what": scope})
    return made, defer("breaches.compute", minutes=60, finding=str(made.id))


def _target(scope: str, given: str) -> tuple[str, str]:
    """(what is looked for in the log, what people call it)."""
    if scope == ScopeKind.USER:
        login = governing.find_login(given)
        if login is None:
            raise Refused(_("There is no login of exactly this name."))
        return str(login.user_id), login.full_name
    if scope == ScopeKind.CUSTOMER:
        wanted = given.strip().casefold()
        for customer in queries.providers():
            if wanted in {customer.slug.casefold(), customer.name.casefold(), str(customer.id)}:
                return str(customer.id), customer.name
        raise Refused(_("There is no customer of this name."))
    target = policies.target_of(scope, given)
    return target, target


def scoped(finding: Found, case_id: UUID, digest: str) -> None:
    """Freeze what was computed, once every customer is."""
    _step(queries.case(case_id), StepKind.SCOPED, about=finding.id, digest=digest)
    record(events.COMPUTED, on=("breach", case_id), variables={"number": finding.number})


def draft(one: Opened, found: Found, parts: Mapping[str, Mapping[str, str]], *, by: Actor) -> Draft:
    """Keep the free parts of the notices, bound to who is touched; what was approved before counts no more."""
    check(by, RUN)
    policies.check_open(one.kinds)
    if StepKind.STARTED in one.kinds:
        raise Refused(_("The notices are on their way already. What changes now is told in another case."))
    if not found.digest:
        raise Refused(_("Who is touched is still being computed. Wait until it is done."))
    text = policies.parts_of(parts)
    number = Draft.objects.filter(case_id=one.id).count() + 1
    told = {"case": str(one.id), "number": number, "found": found.digest, "exercise": one.exercise, "text": text}
    made = Draft(
        case_id=one.id, finding_id=found.id, number=number, customer_id=current().customer_id,
        digest=hashlib.sha256(canonical_json(told)).hexdigest(),
    )  # fmt: skip
    seal(made, text=json.dumps(text, ensure_ascii=False))
    made.save(force_insert=True)
    _step(one, StepKind.DRAFTED, about=made.id, digest=made.digest, event=False, number=number)
    record(events.DRAFTED, on=("breach", one.id), variables={"number": number})
    return made


def approve(one: Opened, seen: str, why: str, *, by: Actor) -> None:
    """Approve exactly the text that was read: the other manager does, or after two hours one alone, with a reason."""
    check(by, RUN)
    policies.check_open(one.kinds)
    newest = queries.newest_draft(one.id)
    if newest is None or newest[0].digest != seen:
        raise Refused(_("This is not the newest text. Load the page and read it again."))
    made = newest[0]
    if queries.is_approved(one, made):
        raise Refused(_("It is approved already."))
    alone = by.person_id == made.done_by
    policies.check_approval(
        drafted_by=made.done_by, drafted_at=made.done_at, me=by.person_id, why=why, now=timezone.now()
    )
    _step(one, StepKind.APPROVED, about=made.id, digest=made.digest, text=" ".join(why.split()) if alone else "")


def send(one: Opened, *, by: Actor) -> UUID:
    """Have the approved notices put at every customer; the job that does it. Asking again goes on where it stopped."""
    check(by, RUN)
    policies.check_open(one.kinds)
    newest = queries.newest_draft(one.id)
    if newest is None or not queries.is_approved(one, newest[0]):
        raise Refused(_("Nothing is sent before the other manager has approved the text."))
    if StepKind.SENT in one.kinds:
        raise Refused(_("Every customer has its notice already."))
    if StepKind.STARTED in one.kinds and queries.only_by_hand(queries.told(one.id)):
        raise Refused(_("Every customer that can sign in has its notice. Tell the closed ones by hand."))
    if StepKind.STARTED not in one.kinds:
        _step(one, StepKind.STARTED, about=newest[0].id, digest=newest[0].digest)
    return defer("breaches.send", minutes=60, case=str(one.id))


def reach(
    one: Opened, customer: UUID, *, how: str, at: dt.datetime, who: str, heard: str, text: str, by: Actor
) -> None:  # fmt: skip
    """Record that a customer was told by hand: how, when and by whom; a receipt only where it is said who got it."""
    check(by, RUN)
    policies.check_open(one.kinds)
    row = next((row for row in queries.told(one.id) if row.customer == customer), None)
    if row is None or StepKind.STARTED not in one.kinds:
        raise Refused(_("This customer is not to be told, or not yet."))
    policies.check_told_at(at, one.reported_at, timezone.now())
    said: dict[str, Any] = {
        "how": how, "at": at.isoformat(), "who": policies.words_of(who, longest=120),
        "text": policies.words_of(text) if text.strip() else "",
        "heard": policies.words_of(heard, longest=120) if heard.strip() else "",
    }  # fmt: skip
    if said["heard"] and row.heard_at is not None:
        raise Refused(_("Somebody is named already as who received it."))
    _step(one, StepKind.REACHED, about=customer, **said)
    if said["heard"]:
        _step(one, StepKind.HEARD, about=customer, event=False)
    telling.check_sent(one)
    telling.check_received(queries.case(one.id))


def keep_in_register(one: Opened, values: Mapping[str, Any], *, by: Actor) -> None:
    """Write a breach into the register (GDPR art. 33(5)), or change what stands there; what was stays to be read."""
    check(by, RUN)
    if one.exercise:
        raise Refused(_("An exercise does not stand in the register of breaches."))
    given = {key: policies.words_of(values[key]) for key in ("facts", "effects", "remedies")}
    police_step = one.last(StepKind.POLICE)
    given |= {"kind": values["kind"], "police_on": str(police_step.words.get("on", "")) if police_step else ""}
    there = registered(one.id)
    if there is None:
        given |= {"case": str(one.id), "known_on": timezone.localdate(one.reported_at).isoformat()}
        records.add(BREACHES, given, by=by, event=events.REGISTERED)
    else:
        records.change(BREACHES, there.id, given, by=by, event=events.REGISTERED)


def registered(case_id: UUID) -> kept.Item | None:
    """What stands in the register about a case."""
    return next((item for item in kept.items(BREACHES) if item.values["case"] == str(case_id)), None)


def see_register(*, by: Actor) -> list[kept.Item]:
    """Take out the register."""
    check(by, RUN)
    found = kept.items(BREACHES)
    record(events.HANDED, hits=len(found))
    return found


def hand_out(case_id: UUID, *, by: Actor) -> Opened:
    """Take out a case as a document; raises Case.DoesNotExist."""
    check(by, RUN)
    found = queries.case(case_id)
    record(events.PRINTED, on=("breach", case_id))
    return found


def close(one: Opened, lessons: str, *, by: Actor) -> None:
    """Close a case with what was learned; an exercise closes the duty of the year by it."""
    check(by, RUN)
    policies.check_open(one.kinds)
    policies.check_may_close(
        one.kinds, dismissed=one.dismissed, exercise=one.exercise, registered=registered(one.id) is not None,
        all_told=not queries.untold(queries.told(one.id)),
    )  # fmt: skip
    _step(one, StepKind.CLOSED, text=policies.words_of(lessons))
    if one.exercise and not one.dismissed:
        duty, today = kept.open_duty(EXERCISE, None), timezone.localdate()
        if duty is not None and duty.opens_on <= today:
            records.close(EXERCISE, Proof(today, reference=f"breach:{one.id}"), about=None, by=by, permission=RUN)


def contained(one: Opened, what: str, *, about: UUID | None, text: str, count: int = 0) -> None:
    """Keep that access was ended because of a case; `containing` has done it."""
    _step(one, StepKind.CONTAINED, about=about, what=what, text=text, count=count)


def _step(
    one: Opened, kind: StepKind, *, about: UUID | None = None, digest: str = "", event: bool = True, **words: Any
) -> Step:  # fmt: skip
    """Keep a step; the database says who and when. Raises Refused where its rules say no."""
    policies.check_open(one.kinds)
    made = Step(case_id=one.id, kind=kind, about=about, digest=digest, customer_id=current().customer_id)
    seal(made, words=json.dumps(words, ensure_ascii=False))
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("This was done already. Load the page and look once more.")) from None
    if event:
        record(events.STEPPED, on=("breach", one.id), variables={"step": str(kind)})
    return made

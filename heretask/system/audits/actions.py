"""What Management does with a self-audit: each is permission, policy, change and event in one transaction.

One manager begins it, concludes and finishes; the other reads it and countersigns. Nothing is ever written over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.measuring import MEASURES, code_version
from heretask.kernel.evidence.promises import PROMISES, SECTIONS
from heretask.kernel.evidence.weighing import Weighed
from heretask.kernel.log import record
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer
from heretask.system.assessment import queries as assessment
from heretask.system.records import actions as records
from heretask.system.records import queries as kept
from heretask.system.records.rules import RULES, Proof, Rule

from . import events, policies, proving, queries
from .canonical import canonical, digest_of
from .declarations import AUDIT, FAILS, FINDINGS, FROM_AUDIT, KEEPS, MENDING
from .languages import in_each
from .models import COUNTERSIGNED, FINISHED, Audit, Conclusion, Showing, Step
from .policies import Refused
from .queries import Finding, Seen

RUN = P.SYSTEM_AUDITS_RUN


@dataclass(frozen=True, slots=True)
class Mend:
    """What must be mended, who is responsible, and by when."""

    what: str
    responsible: UUID | None
    due_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Said:
    """A conclusion on one promise as somebody gives it."""

    promise: str
    verdict: str
    words: str = ""
    mend: Mend | None = None


def see_all(*, by: Actor) -> tuple[list[Seen], list[Finding]]:
    """Every audit, and what must be mended."""
    check(by, RUN)
    found = queries.audits()
    record(events.LISTED, hits=len(found))
    return found, queries.findings()


def see(audit_id: UUID, *, by: Actor) -> Seen:
    """One audit; raises Audit.DoesNotExist."""
    check(by, RUN)
    found = queries.audit(audit_id)
    record(events.READ, on=("audit", audit_id))
    return found


def see_section(audit_id: UUID, section: int, *, by: Actor) -> Seen:
    """One section of an audit, shown to be concluded on: from here the seconds count."""
    found = see(audit_id, by=by)
    if found.finished is None:
        Showing.objects.create(audit_id=audit_id, section=section)
    return found


def begin(*, customer: Customer, by: Actor) -> Audit:
    """Begin a self-audit: the newest evidence of every promise is frozen, and what is not measured too (REVIEW-1)."""
    check(by, RUN)
    if any(one.finished is None for one in queries.audits()):
        raise Refused(_("A self-audit is under way. Finish that one first."))
    weighed = assessment.assessment(everywhere=True, slug=customer.slug).weighed
    text = canonical({
        "begun_at": timezone.now().isoformat(), "code": code_version(),
        "promises": [frozen(weighed[id_]) for id_ in PROMISES],
    })  # fmt: skip
    made = Audit.objects.create(snapshot=text, digest=digest_of(text))
    record(events.BEGUN, on=("audit", made.id), hits=len(PROMISES), variables={"digest": made.digest})
    return made


def frozen(one: Weighed) -> dict[str, object]:
    """One promise with its newest evidence, as it is kept for ever in each language; of customers the number alone."""
    promise, measure = PROMISES[one.promise], MEASURES.get(one.promise)
    return {
        "id": one.promise, "sentence": in_each(promise.sentence), "kinds": promise.kinds, "state": one.state,
        "figure": one.figure, "sample": dict(one.sample), "stale": one.stale,
        "measured_at": one.measured_at.isoformat() if one.measured_at else None,
        "seconds": round(one.seconds, 3), "code": one.code_version, "customers": len(one.at),
        "counts": in_each(measure.counts if measure else ""), "how": in_each(measure.how if measure else ""),
    }  # fmt: skip


def conclude(audit_id: UUID, section: int, said: Iterable[Said], *, rest_keeps: bool, by: Actor) -> int:
    """Conclude on promises of a section that was opened before; returns on how many.

    With `rest_keeps`, those of the section that were measured to hold and have no conclusion keep, in the same act.
    """
    check(by, RUN)
    seen = queries.audit(audit_id)
    policies.check_open(finished=seen.finished is not None)
    own = [p.id for p in SECTIONS[section][1]]
    given = [one for one in said if one.promise in own]
    if rest_keeps:
        there = {one.promise for one in given} | seen.conclusions.keys()
        given += [Said(id_, KEEPS) for id_ in own if id_ not in there and seen.promises[id_]["state"] == "ok"]
    if not given:
        raise Refused(_("Choose a conclusion."))
    shown = queries.shown_at(audit_id, section, by.user_id)
    policies.check_shown(shown)
    seconds = (timezone.now() - shown).total_seconds() / len(given) if shown else 0.0
    people, today = queries.people(), timezone.localdate()
    for one in given:
        policies.check_conclusion(one.verdict, one.words)
        _conclude(seen, one, seconds=seconds, batch=len(given))
        if one.verdict == FAILS and one.promise not in _found_here(audit_id):
            mend = one.mend or Mend("", None, None)
            policies.check_mending(mend.what or one.words, mend.responsible, mend.due_on, people.keys(), today)
            add_finding(
                mend, origin=FROM_AUDIT, source=audit_id, promise=one.promise, by=by, words=mend.what or one.words
            )
    record(events.CONCLUDED, on=("audit", audit_id), hits=len(given), variables={"section": section})
    return len(given)


def _conclude(seen: Seen, one: Said, *, seconds: float, batch: int) -> None:
    before = seen.conclusions.get(one.promise)
    made = Conclusion(
        audit_id=seen.audit.id, promise=one.promise, number=before.number + 1 if before else 1, verdict=one.verdict,
        seconds=round(seconds, 1), batch=batch, customer_id=current().customer_id,
    )  # fmt: skip
    seal(made, words=one.words.strip())
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("Somebody else has just changed this. Look at it again first.")) from None


def _found_here(audit_id: UUID) -> set[str]:
    """Promises of which this audit has planned already what must be mended."""
    return {f.item.values["promise"] for f in queries.findings() if f.item.values["source"] == str(audit_id)}


def add_finding(
    mend: Mend, *, origin: str, source: UUID, by: Actor, promise: str = "", words: str = ""
) -> UUID:  # fmt: skip
    """Put something on the register of what must be mended, with its duty."""
    today = timezone.localdate()
    due_on = mend.due_on or today
    made = records.add(
        FINDINGS,
        {
            "what": (words or mend.what).strip()[:400], "origin": origin, "source": source, "promise": promise,
            "responsible": mend.responsible,
        },
        by=by, event=events.FOUND,
    )  # fmt: skip
    records.plan(MENDING, about=made, opens_on=min(today, due_on), due_on=due_on, kind=FINDINGS.key)
    return made.id


def mend(finding_id: UUID, *, note: str, by: Actor) -> None:
    """Record that something was mended, and how."""
    check(by, RUN)
    if not any(one.item.id == finding_id for one in queries.findings()):
        raise ObjectDoesNotExist
    records.close(
        MENDING, Proof(timezone.localdate(), note), about=finding_id, by=by, permission=RUN, kind=FINDINGS.key,
        event=events.MENDED,
    )  # fmt: skip


def finish(audit_id: UUID, *, by: Actor) -> Step:
    """Finish an audit: each promise has a conclusion, and from here on it is locked."""
    check(by, RUN)
    seen = queries.audit(audit_id)
    policies.check_open(finished=seen.finished is not None)
    policies.check_complete(seen.left)
    return _step(seen, FINISHED)


def countersign(audit_id: UUID, *, by: Actor) -> Step:
    """Read and countersign what the other manager finished; this closes the year's duty."""
    check(by, RUN)
    seen = queries.audit(audit_id)
    if seen.finished is None or seen.countersigned is not None:
        raise Refused(_("There is nothing to countersign."))
    policies.check_other_person(seen.finished.done_by, by.person_id)
    made = _step(seen, COUNTERSIGNED)
    close_year(AUDIT, f"audit:{audit_id}", by=by)
    return made


def _step(seen: Seen, what: str) -> Step:
    event = events.FINISHED if what == FINISHED else events.COUNTERSIGNED
    digest = seen.digest()
    try:
        with transaction.atomic():
            made = Step.objects.create(audit_id=seen.audit.id, what=what, how=proving.how(), digest=digest)
    except IntegrityError:
        raise Refused(_("Somebody else has just changed this. Look at it again first.")) from None
    record(event, on=("audit", seen.audit.id), variables={"digest": digest, "how": made.how})
    return made


def close_year(rule: Rule, reference: str, *, by: Actor) -> None:
    """Close a yearly duty with what was done today. One that opens later stays: this was of the period before it.

    Where the first was not planned yet, it is planned for today: what is done counts, and the next is due in a year.
    """
    today = timezone.localdate()
    duty = kept.open_duty(rule, None)
    if duty is None:
        records.plan(rule, about=None, opens_on=today, due_on=today)
    elif duty.opens_on > today:
        return
    records.close(rule, Proof(today, reference=reference), about=None, by=by, permission=RUN)


def close_meeting(key: str, reference: str, *, by: Actor) -> None:
    """Close the duty of that key where a feature declares it."""
    if key in RULES:
        close_year(RULES[key], reference, by=by)

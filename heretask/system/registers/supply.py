"""What is done about subcontractors and the data centre: assessing, answering, deciding, keeping their reports."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.log.trace import trace
from heretask.kernel.secrets.files import SealedFileReader, SealedFileWriter
from heretask.system.records import actions as records
from heretask.system.records import queries as kept
from heretask.system.records.models import Entry as Row
from heretask.system.records.queries import Item
from heretask.system.records.rules import Proof, Rule, a_note

from . import actions, events, policies, queries, shelves
from .declarations import (
    ACCEPTED,
    ASSESSMENT,
    CONCERNS,
    DIFFERS,
    NO_ACCESS,
    PHYSICAL,
    PHYSICAL_ASSESSMENT,
    PHYSICAL_RISKS,
    PROCESSING,
    PROCESSING_REVIEW,
    REFUSED,
    REPORTS,
    REQUIREMENTS,
    REQUIREMENTS_REVIEW,
    SUBCONTRACTORS,
)
from .policies import Refused

LARGEST = 10_000_000  # bytes of a report


def assess(subcontractor_id: UUID, *, done_on: dt.date, words: str, by: Actor) -> None:
    """Record the assessment of a subcontractor; the next is due in a year."""
    check(by, P.SYSTEM_REGISTERS_CHANGE)
    kept.item(SUBCONTRACTORS, subcontractor_id)
    records.close(
        ASSESSMENT, Proof(done_on, words), about=subcontractor_id, by=by, permission=P.SYSTEM_REGISTERS_CHANGE,
        kind=SUBCONTRACTORS.key, event=events.ASSESSED,
    )  # fmt: skip


def answer(subcontractor_id: UUID, promise: str, given: Mapping[str, Any], *, by: Actor) -> Row:
    """Write down whether a subcontractor's requirement is ours or another: once; from then on it is changed."""
    check(by, P.SYSTEM_REGISTERS_CHANGE)
    item = kept.item(SUBCONTRACTORS, subcontractor_id)
    if promise not in CONCERNS[item.values["kind"]]:
        raise Refused(_("This promise does not concern them."))
    if any(
        one.values["subcontractor"] == str(subcontractor_id) and one.values["promise"] == promise
        for one in kept.items(REQUIREMENTS)
    ):
        raise Refused(_("This is answered already. Change the answer instead."))
    return actions.add(
        shelves.REQUIREMENTS, {**given, "subcontractor": subcontractor_id, "promise": promise}, by=by
    )  # fmt: skip


def decide(requirement_id: UUID, *, accepted: bool, why: str, told_on: dt.date | None, by: Actor) -> None:
    """Accept a difference or not, in one's own name; whoever decides, when and why stands in its history."""
    check(by, P.SYSTEM_REGISTERS_CHANGE)
    policies.check_why(why)
    item = kept.item(REQUIREMENTS, requirement_id)
    if item.values["answer"] != DIFFERS:
        raise Refused(_("There is no difference to decide on."))
    today = timezone.localdate()
    if told_on is not None:
        policies.check_not_to_come(told_on, today)
    given = {"decision": ACCEPTED if accepted else REFUSED, "decided_on": today, "told_on": told_on}
    if not records.change(REQUIREMENTS, requirement_id, given, by=by, why=why.strip(), event=events.DECIDED):
        raise Refused(_("It is decided so already."))


def keep_report(values: Mapping[str, Any], *, name: str, content: bytes, by: Actor) -> Row:
    """Keep a report, its file sealed; the provider's assessment of physical risks closes its yearly duty."""
    check(by, P.SYSTEM_REGISTERS_CHANGE)
    if len(content) > LARGEST:
        raise Refused(_("Choose a file of 10 MB at most."))
    given = dict(values)
    if content:
        given |= {"file": name[-200:], "digest": hashlib.sha256(content).hexdigest()}
    made = actions.add(shelves.REPORTS, given, by=by)
    record(events.KEPT, on=(REPORTS.key, made.id), variables={"sha256": given["digest"]} if content else None)
    if content:
        with SealedFileWriter(trace().customer_key, by.customer_id, made.id, kept=True) as file:
            file.write(content)
    duty = kept.open_duty(PHYSICAL_ASSESSMENT, None)
    dated = given["dated_on"]
    if given["kind"] == PHYSICAL_RISKS and duty is not None and dated >= duty.opens_on:
        proof = Proof(dated, reference=f"report:{made.id}")
        records.close(
            PHYSICAL_ASSESSMENT, proof, about=None, by=by, permission=P.SYSTEM_REGISTERS_CHANGE, kind=REPORTS.key
        )  # fmt: skip
    return made


def fetch_report(report_id: UUID, *, by: Actor) -> tuple[Item, Callable[[], bytes]]:
    """The file as it was received, to be opened once its event is written; raises Entry.DoesNotExist, Refused."""
    check(by, P.SYSTEM_REGISTERS_SEE)
    found = kept.item(REPORTS, report_id)
    try:
        reader = SealedFileReader(trace().customer_key, by.customer_id, report_id, kept=True)
    except FileNotFoundError:
        raise Refused(_("The file is not there any more.")) from None
    record(events.FETCHED, on=(REPORTS.key, report_id), variables={"sha256": found.values["digest"]})
    return found, lambda: b"".join(reader)


def see_requirements(*, by: Actor) -> tuple[list[Item], dict[tuple[str, str], Item]]:
    """Read which subcontractor answered what: those that work for us, and each answer by subcontractor and promise."""
    actions.see(shelves.REQUIREMENTS, by=by)
    answers = {(i.values["subcontractor"], i.values["promise"]): i for i in kept.items(REQUIREMENTS)}
    return queries.subcontractors(), answers


def close_requirements(*, words: str, by: Actor) -> None:
    """Close the yearly review of the requirements: everything answered, every difference decided (SUB-2)."""
    check(by, P.SYSTEM_REGISTERS_CHANGE)
    own = queries.subcontractors()
    answers = {(i.values["subcontractor"], i.values["promise"]): i for i in kept.items(REQUIREMENTS)}
    wanted = [answers.get((str(i.id), promise)) for i in own for promise in CONCERNS[i.values["kind"]]]
    if any(one is None or (one.values["answer"] == DIFFERS and not one.values["decision"]) for one in wanted):
        raise Refused(_("Something is not answered or not decided yet."))
    _close(REQUIREMENTS_REVIEW, words, REQUIREMENTS.key, by, _of("requirements", (one.id for one in wanted if one)))


def state_no_access(*, words: str, by: Actor) -> None:
    """State that nobody of us can get into the data centre (PHYS-1)."""
    check(by, P.SYSTEM_REGISTERS_CHANGE)
    _close(NO_ACCESS, words, PHYSICAL.key, by)


def close_processing(*, words: str, by: Actor) -> None:
    """Record that every record of processing was read and says what is done."""
    check(by, P.SYSTEM_REGISTERS_CHANGE)
    today = timezone.localdate()
    found = [i for i in kept.items(PROCESSING) if not i.values["ended_on"]]
    if not found:
        raise Refused(_("There is no record to review."))
    _close(PROCESSING_REVIEW, words, PROCESSING.key, by, _of("processing", (item.id for item in found)))
    for item in found:
        records.change(PROCESSING, item.id, {"reviewed_on": today}, by=by, why=words.strip())


def see_helpers(*, by: Actor) -> list[dict[str, Any]]:
    """Read who helps the supplier, as every customer may."""
    check(by, P.SYSTEM_HELPERS_SEE)
    found = queries.helpers()
    record(events.HELPERS_READ, hits=len(found))
    return found


def _of(kind: str, ids: Iterable[UUID]) -> str:
    """The newest of what was reviewed, as a proof names it; so that words alone, at the wheel, close nothing."""
    return f"{kind}:{max(map(str, ids), default='none')}"


def _close(rule: Rule, words: str, kind: str, by: Actor, reference: str = "") -> None:
    proof = Proof(timezone.localdate(), words, reference=reference)
    a_note(proof)
    records.close(rule, proof, about=None, by=by, permission=P.SYSTEM_REGISTERS_CHANGE, kind=kind)

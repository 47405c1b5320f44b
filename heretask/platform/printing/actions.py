"""Printing, and saying what became of a paper: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import uuid7

from . import events, policies, queries, sheets
from .models import Outcome, Paper
from .policies import Handed, Refused
from .queries import Line, Papers
from .sheets import Kind, Sheet

USE = P.PLATFORM_PRINTING_USE
__all__ = ["new_form"]
new_form = uuid7  # the id that a form of the print page carries, so that sending it twice prints once


@dataclass(frozen=True, slots=True)
class Printed:
    """A sheet with the paper that it became."""

    paper: Paper
    sheet: Sheet
    reason: str


def kind_for(key: str, about: UUID, by: Actor) -> Kind:
    """What is to be printed; raises Denied where there is no such sheet or `by` may not have it. Opens nothing."""
    check(by, USE)
    kind = sheets.KINDS.get(key)
    if kind is None:
        raise Denied(permission=USE)
    kind.check(about, by)
    return kind


def print_sheet(
    *, key: str, about: UUID, form: UUID, reason: str, words: str, by: Actor, days: int = 0
) -> Printed:  # fmt: skip
    """Show a sheet for printing: from now on there is a paper, and it is a duty of `by`. Raises Refused and Denied.

    The paper counts when its sheet is shown: whether a printer or a camera takes it from the screen nobody can tell.
    """
    kind = kind_for(key, about, by)
    kept = policies.check_reason(reason, words)
    chosen = policies.check_period(days, periods=kind.periods)
    if queries.is_known(form):
        raise Refused(policies.PRINTED_ALREADY)
    made = kind.make(about, chosen, by)
    paper = Paper(
        id=form, user_id=by.person_id, kind=key, about=about, subject=made.citizen, number=queries.new_number(),
        lines=made.lines, reason=reason, customer_id=by.customer_id,
    )  # fmt: skip
    if kept:
        seal(paper, words=kept)
    paper.save(force_insert=True)
    why = " – ".join(part for part in (str(policies.REASONS[reason]), kept) if part)
    record(
        events.PRINTED if made.citizen else events.PRINTED_LIST, citizen=made.citizen, on=("paper", paper.id),
        hits=made.lines, variables={"why": why}, opened=made.opened,
    )  # fmt: skip
    return Printed(paper, made, why)


def see_own(*, by: Actor) -> Papers:
    """One's own papers: those that are still there, and what became of the others."""
    check(by, USE)
    found, opened = queries.own(by)
    record(events.LISTED, hits=found.count, shown=[line.id for line in found.open], opened=opened)
    return found


def see_open(*, by: Actor, most: int) -> Papers:
    """One's own open papers, for the start page; nothing is opened or logged where there is none."""
    check(by, USE)
    count, late = queries.count_open(by.person_id)
    if not count:
        return Papers([], [], 0, late)
    found, opened = queries.own(by, most, 0)
    record(events.LISTED, hits=found.count, shown=[line.id for line in found.open], opened=opened)
    return found


def count_own(*, by: Actor) -> tuple[int, int]:
    """How many papers of one's own are open, and how many too long; nothing is opened."""
    check(by, USE)
    return queries.count_open(by.person_id)


def see_units(*, by: Actor) -> Papers:
    """The open papers of one's people, the oldest first."""
    check(by, P.PLATFORM_PRINTING_LEAD)
    found, opened = queries.of_units(by)
    record(events.UNIT_LISTED, hits=found.count, shown=[line.id for line in found.open], opened=opened)
    return found


def count_units(*, by: Actor) -> tuple[int, int]:
    """How many papers of one's people are open, and how many too long; nothing is opened."""
    check(by, P.PLATFORM_PRINTING_LEAD)
    return queries.count_of_units(by)


def see_one(paper_id: UUID, *, by: Actor) -> Line:
    """One open paper, on the way to saying who has it. Raises Refused where it is gone."""
    paper = policies.check_answers_for(by, queries.paper_called(paper_id))
    policies.check_open(paper)
    found, opened = queries.one(paper, by)
    record(events.LISTED, hits=1, shown=[paper.id], opened=opened)
    return found


def shred(paper_id: UUID, *, by: Actor) -> Paper:
    """Say that a paper is shredded, or never came out of the printer. Raises Refused where it is gone already."""
    paper = _held_open(paper_id, by)
    _end(paper, Outcome.SHREDDED, by)
    record(events.SHREDDED, citizen=paper.subject, on=("paper", paper.id), changed=["outcome"])
    return paper


def hand(paper_id: UUID, to: Handed, *, by: Actor) -> Paper:
    """Say who has a paper now, what they are, and why. Raises Refused."""
    paper = _held_open(paper_id, by)
    kept = policies.check_handed(to)
    said = {"name": kept.name, "relation": kept.relation, "why": kept.why}
    seal(paper, handed=json.dumps(said, ensure_ascii=False))
    _end(paper, Outcome.HANDED, by)
    record(
        events.HANDED, citizen=paper.subject, on=("paper", paper.id), changed=["outcome"],
        variables={"why": f"{kept.name}, {kept.relation}: {kept.why}"},
    )  # fmt: skip
    return paper


def take_back(paper_id: UUID, *, by: Actor) -> Paper:
    """Within ten minutes: it is not gone after all. Raises Refused."""
    paper = policies.check_answers_for(by, queries.paper_called(paper_id))
    policies.check_just_ended(paper)
    paper.outcome, paper.ended_at, paper.ended_by_id, paper.handed = Outcome.OPEN, None, None, b""
    paper.save(update_fields=["outcome", "ended_at", "ended_by", "handed"])
    record(events.TAKEN_BACK, citizen=paper.subject, on=("paper", paper.id), changed=["outcome"])
    return paper


def _held_open(paper_id: UUID, by: Actor) -> Paper:
    paper = policies.check_answers_for(by, queries.paper_called(paper_id))
    policies.check_open(paper)
    return paper


def _end(paper: Paper, outcome: Outcome, by: Actor) -> None:
    paper.outcome, paper.ended_at, paper.ended_by_id = outcome, timezone.now(), by.person_id
    paper.save(update_fields=["outcome", "ended_at", "ended_by", "handed"])

"""What is done about risks beside keeping them: looking at one, beginning with a first set, and the yearly review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.system.records import actions as records
from heretask.system.records import queries as kept
from heretask.system.records.queries import Item
from heretask.system.records.rules import Proof

from . import actions, events, policies, queries, shelves
from .declarations import GRACE, MONITORING, REDUCE, REVIEW, RISKS, SOON
from .monitoring import planted_faults
from .policies import Refused
from .suggestions import FIRST


@dataclass(frozen=True, slots=True)
class Reviewing:
    """How far the yearly review is."""

    due_on: dt.date | None  # None where no review is planned
    opens_on: dt.date | None
    unlooked: list[Item]
    faults: tuple[int, int] | None
    last: Item | None
    planned: bool


def look_at(risk_id: UUID, *, review_on: dt.date, words: str, by: Actor) -> None:
    """Record that a risk was looked at, with what was seen, and when it is looked at next."""
    check(by, P.SYSTEM_REGISTERS_CHANGE)
    policies.check_why(words)
    today = timezone.localdate()
    policies.check_next_review(review_on, today)
    if kept.item(RISKS, risk_id).values["closed_on"]:
        raise Refused(_("This risk has been closed."))
    given = {"looked_on": today, "review_on": review_on}
    if not records.change(RISKS, risk_id, given, by=by, why=words.strip(), event=events.LOOKED):
        raise Refused(_("It was looked at today already, with the same next day."))


def begin_with(keys: Iterable[str], *, by: Actor) -> int:
    """Put chosen ones of the first set on the register; each is then looked at within 30 days."""
    check(by, P.SYSTEM_REGISTERS_CHANGE)
    chosen = [one for one in FIRST if one.key in set(keys)]
    if not chosen:
        raise Refused(_("Choose at least one."))
    there = {item.values["what"] for item in kept.items(RISKS)}
    review_on = timezone.localdate() + dt.timedelta(days=GRACE)
    new = [one for one in chosen if str(one.what) not in there]
    for one in new:
        likely, citizen, us, left = one.figures
        actions.add(
            shelves.RISKS,
            {
                "what": str(one.what), "cause": str(one.cause), "harm": str(one.harm), "measures": str(one.measures),
                "whom": one.whom, "likely": likely, "citizen": citizen, "us": us, "left_likely": left,
                "treatment": REDUCE, "review_on": review_on, "promises": one.promises,
            }, by=by,
        )  # fmt: skip
    return len(new)


def see_review(*, by: Actor) -> Reviewing:
    """Read how far the yearly review is."""
    actions.see(shelves.RISKS, by=by)
    return reviewing()


def reviewing() -> Reviewing:
    """Which risks nobody has looked at in this period, and what the planted faults say."""
    duty, last = kept.open_duty(REVIEW, None), queries.last_answer()
    since = duty.opens_on if duty else timezone.localdate() - dt.timedelta(days=SOON)
    asked = last.date("asked_on") if last else None
    return Reviewing(
        duty.due_on if duty else None, duty.opens_on if duty else None, queries.unlooked(since),
        planted_faults(asked or since), last, duty is not None,
    )  # fmt: skip


def close_review(
    *, enough: str, words: str, found: int | None, planted: int | None, declared: bool, by: Actor
) -> None:  # fmt: skip
    """Close the yearly review: every risk looked at in this period, and an answer on monitoring (PROT-3).

    Planted faults are taken from the systems. Where nothing plants any, numbers by hand must be declared as such.
    """
    check(by, P.SYSTEM_REGISTERS_CHANGE)
    now = reviewing()
    if not now.planned:
        raise Refused(_("No review is planned now."))
    if now.opens_on is not None and now.opens_on > timezone.localdate():
        raise Refused(_("The period of this review has not begun."))
    if waiting := len(now.unlooked):
        raise Refused(
            ngettext(
                "%(number)d risk has not been looked at in this period.",
                "%(number)d risks have not been looked at in this period.", waiting,
            ) % {"number": waiting}
        )  # fmt: skip
    if not queries.current(queries.load(shelves.RISKS)):
        raise Refused(_("There is no risk on the register to review."))
    if now.faults is not None:
        found, planted = now.faults
    elif not declared or found is None or planted is None:
        raise Refused(_("Nothing plants faults yet. Write the numbers by hand, and that you declare them."))
    if found > planted:
        raise Refused(_("More cannot be found than was planted."))
    today = timezone.localdate()
    made = records.add(
        MONITORING,
        {
            "asked_on": today, "enough": enough, "found": found, "planted": planted, "words": words,
            "source": "declared" if now.faults is None else "measured",
        }, by=by, event=events.MONITORED,
    )  # fmt: skip
    proof = Proof(today, note=words, reference=f"monitoring:{made.id}")
    records.close(REVIEW, proof, about=None, by=by, permission=P.SYSTEM_REGISTERS_CHANGE, kind=RISKS.key)

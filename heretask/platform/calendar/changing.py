"""Changing what recurs, from one of its appointments on, and taking that back.

They get a rule of their own, so that what lies behind keeps the one it was made by. Rows are laid on the new days in
place, so links and the feed's UIDs stay; what is left over goes, what is missing is made. What was changed by itself,
or cancelled, stays as it is, and nothing comes beside it on its day.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from heretask.kernel import rhythm
from heretask.kernel.access.decide import Actor
from heretask.kernel.log import record
from heretask.kernel.rhythm import Rule
from heretask.kernel.undo.undoing import offer, undoes

from . import actions, events, policies, queries
from .laying import put, take_part
from .models import Appointment, Participant, Repetition
from .policies import Refused, Span, Words
from .queries import Ahead, today


@dataclass(frozen=True, slots=True)
class Change:
    """What a change would do, before it is made."""

    plan: actions.Plan
    ahead: Ahead


def plan_onwards(
    appointment_id: UUID, *, words: Words, span: Span, people: Collection[UUID], rule: Rule, by: Actor
) -> Change:  # fmt: skip
    """How it would come, how many are made anew and which stay; raises Refused and Denied. Nothing is changed."""
    row, _tidied = _check(appointment_id, words, span, people, rule, by)
    ahead = queries.ahead_of(row)
    planned = actions.plan(rule, span, people, by=by, but={one.id for one in ahead.rows})
    days = _free(planned.days, ahead)
    return Change(replace(planned, days=days), ahead)


def change_onwards(
    appointment_id: UUID, *, words: Words, span: Span, people: Collection[UUID], rule: Rule, by: Actor
) -> Appointment:  # fmt: skip
    """Change one and those after it: words, time, people, and the days on which they come. Raises Refused and Denied.

    What was changed by itself before, or cancelled, stays as it is.
    """
    row, kept = _check(appointment_id, words, span, people, rule, by)
    ahead = queries.ahead_of(row)
    days = rhythm.check_rule(rule, today())
    before = _before(row, ahead)
    record(
        events.SEEN, citizen=row.subject, on=("appointment", row.id), opened=[row.subject] if row.subject else []
    )  # fmt: skip
    new = Repetition.objects.create(made_by_id=by.person_id, **rhythm.kept(rule, days))
    Appointment.objects.filter(id__in=ahead.kept_ids).update(repetition=new)
    free = _free(days, ahead)
    own = row.day if row.day in free else free[0]
    others = [one for one in ahead.rows if one.id != row.id]
    _place([row], [own], new)
    laid = _lay(others, [day for day in free if day != own], new, row, kept, by)
    _say([row, *laid], kept, span, people)
    record(
        events.CHANGED_ON, citizen=row.subject, on=("appointment", row.id), hits=len(ahead.rows),
        changed=["words", "time", "people", "rule"],
    )  # fmt: skip
    offer(CHANGE, new.id, about=("appointment", row.id), before=before, by=by)
    return row


def _check(
    appointment_id: UUID, words: Words, span: Span, people: Collection[UUID], rule: Rule, by: Actor
) -> tuple[Appointment, Words]:  # fmt: skip
    row, kept, _people_now = actions.check_change(appointment_id, words, span, people, by)
    if row.repetition_id is None or row.day is None:
        raise Refused(_("It does not recur."))
    policies.check_ahead(row)
    if rule.starts < row.day:
        raise Refused(_("To begin earlier, open an earlier one of them and change it from there."), "day")
    return row, kept


def _free(days: Sequence[dt.date], ahead: Ahead) -> list[dt.date]:
    """The days on which nothing of it stands already; raises Refused where none is left."""
    found = [one for one in days if one not in ahead.taken]
    if not found:
        raise Refused(_("It would never come: there is no such day before the end."), "ends")
    return found


def _lay(
    rows: Sequence[Appointment], days: Sequence[dt.date], new: Repetition, like: Appointment, words: Words, by: Actor
) -> list[Appointment]:
    """Rows on those days, each on its own where it can stay; what is left over goes, what is missing is made."""
    free = set(days)
    stay = [one for one in rows if one.day in free]
    left = sorted(free - {one.day for one in stay})
    others = [one for one in rows if one.day not in free]
    moved, gone = others[: len(left)], [one.id for one in others[len(left) :]]
    Participant.objects.filter(appointment_id__in=gone).delete()
    Appointment.objects.filter(id__in=gone).delete()
    _place([*stay, *moved], [*(one.day or new.starts for one in stay), *left[: len(moved)]], new)
    made = []
    for day in left[len(moved) :]:
        one = actions.new_row(words, queries.span_of(like), like.unit_id, like.subject, by)
        one.made_by_id, one.repetition, one.day = like.made_by_id, new, day
        made.append(one)
    Appointment.objects.bulk_create(made, batch_size=500)
    return [*stay, *moved, *made]


def _place(rows: Sequence[Appointment], days: Sequence[dt.date], new: Repetition) -> None:
    """Let these be of that rule, each on its day."""
    for one, day in zip(rows, days, strict=True):
        one.repetition, one.day, one.own = new, day, False
    Appointment.objects.bulk_update(rows, ["repetition", "day", "own"], batch_size=200)


def _say(rows: Sequence[Appointment], words: Words, span: Span, people: Collection[UUID]) -> None:
    """Let these say so, at those times of their days, with those people."""
    put(rows, words, [actions.on_day(span, one.day) for one in rows if one.day])
    take_part(rows, people)


def _before(row: Appointment, ahead: Ahead) -> dict[str, Any]:
    """How they stand, so that they can be put back; words as they are sealed, under the key they are tied to."""
    other = next((one for one in ahead.rows if one.id != row.id), row)
    return {
        "repetition": str(row.repetition_id), "row": _snapshot(row), "other": _snapshot(other),
        "days": [str(one.day) for one in ahead.rows],
    }  # fmt: skip


def _snapshot(row: Appointment) -> dict[str, Any]:
    return {
        "id": str(row.id), "words": base64.b64encode(row.words).decode(), "day": str(row.day), "own": row.own,
        "span": [row.starts_at.isoformat(), row.ends_at.isoformat(), row.timed],
        "people": sorted(str(one) for one in queries.people_of([row.id]).get(row.id, ())),
    }  # fmt: skip


def _state(repetition_id: UUID) -> Any:
    """What has been done with those that a rule made since: any change moves this."""
    found = Appointment.objects.filter(repetition_id=repetition_id).aggregate(
        rows=Count("id"), cancelled=Count("id", filter=Q(cancelled_at__isnull=False)), last=Max("changed_at")
    )
    return [found["rows"], found["cancelled"], found["last"].isoformat() if found["last"] else ""]


def _change_back(repetition_id: UUID, before: dict[str, Any], by: Actor) -> Appointment:
    """Let them come on their days before, with their words, times and people before."""
    row = policies.check_sees(by, queries.appointment_called(UUID(before["row"]["id"]), held=True))
    policies.check_stands(row)
    old = Repetition.objects.get(id=UUID(before["repetition"]))
    ahead = queries.all_of(repetition_id)
    Appointment.objects.filter(id__in=ahead.kept_ids).update(repetition=old)
    days = [dt.date.fromisoformat(one) for one in before["days"]]
    words, own_words = _words(before["other"], row), _words(before["row"], row)
    record(
        events.SEEN, citizen=row.subject, on=("appointment", row.id), opened=[row.subject] if row.subject else []
    )  # fmt: skip
    day = dt.date.fromisoformat(before["row"]["day"])
    _place([row], [day], old)
    others = _lay(
        [one for one in ahead.rows if one.id != row.id], [one for one in days if one != day], old, row, words, by
    )  # fmt: skip
    _say(others, words, _span(before["other"]), _people(before["other"]))
    put([row], own_words, [_span(before["row"])])
    take_part([row], _people(before["row"]))
    Appointment.objects.filter(id=row.id).update(own=before["row"]["own"])
    Repetition.objects.filter(id=repetition_id).delete()
    record(
        events.CHANGED_BACK, citizen=row.subject, on=("appointment", row.id), hits=len(days),
        changed=["words", "time", "people", "rule"],
    )  # fmt: skip
    return row


def _words(kept: dict[str, Any], like: Appointment) -> Words:
    """Open the words of a row as they stood."""
    row = Appointment(id=UUID(kept["id"]), subject=like.subject, customer_id=like.owner_id)
    row.words = base64.b64decode(kept["words"])
    return queries.opened([row])[0]


def _span(kept: dict[str, Any]) -> Span:
    starts_at, ends_at, timed = kept["span"]
    return Span(dt.datetime.fromisoformat(starts_at), dt.datetime.fromisoformat(ends_at), timed)


def _people(kept: dict[str, Any]) -> list[UUID]:
    return [UUID(one) for one in kept["people"]]


CHANGE = undoes("appointment_series", state=_state, inverse=_change_back, refusal=Refused)

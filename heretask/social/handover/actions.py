"""What is done at a change of shift: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.undo import undoing
from heretask.kernel.undo.policies import Refused as NotUndone
from heretask.kernel.undo.undoing import Offer, offer, offered, undoes
from heretask.social.citizens.queries import citizen_for
from heretask.social.journal import marking
from heretask.social.journal.models import Note
from heretask.social.journal.policies import Refused as JournalRefused
from heretask.social.journal.policies import check_signed
from heretask.social.journal.queries import note_by_id

from . import events, policies, queries
from .models import Covered, Mark, Takeover
from .policies import Refused
from .queries import Group, Took, Waiting


@dataclass(frozen=True, slots=True)
class Screen:
    """The hand-over of one unit. `showing` is the event that says what stands here: it is what gets taken over."""

    units: dict[UUID, str]
    unit_id: UUID
    period: str
    since: dt.datetime
    groups: list[Group]
    cut: bool
    took: list[Took]
    not_taken: list[tuple[str, dt.datetime]] | None
    showing: UUID
    undo: Offer | None


def first_unit(by: Actor) -> UUID | None:
    """The unit whose hand-over is shown where none was named."""
    check(by, P.SOCIAL_HANDOVER_TAKE)
    return next(iter(policies.units_of(by)), None)


def see_unit(unit_id: UUID, *, by: Actor, period: str = "") -> Screen:
    """Open what was marked in a unit since a shift began; raises Denied for a unit of others."""
    policies.check_unit(by, unit_id)
    citizens = {c.id: c for c in queries.mine(by) if c.unit_id == unit_id}
    chosen = period if period in policies.SHIFTS else ""
    since = policies.since_of(chosen, queries.last_takeovers(by).get(unit_id))
    marks = queries.standing(citizens, since)
    shown = marks[: queries.MOST]
    groups = queries.groups_of(shown, citizens, by)
    about = {group.citizen.id for group in groups}
    showing = record(
        events.SEEN, on=("unit", unit_id), hits=len(shown), opened=about, variables={"period": chosen},
        shown=[*sorted(about), *(mark.note_id for mark in shown), *(mark.id for mark in shown)],
    )  # fmt: skip
    return Screen(
        policies.units_of(by), unit_id, chosen, since, groups, len(marks) > len(shown),
        queries.took_lately(unit_id, [mark.id for mark in shown], by),
        queries.not_taken(unit_id, by) if policies.leads(by, unit_id) else None,
        showing, offered("handover", unit_id, by),
    )  # fmt: skip


def see_waiting(*, by: Actor) -> tuple[list[Waiting], int]:
    """For the start page: about whom unread marks wait, and how many. Nothing is logged where nothing is opened."""
    check(by, P.SOCIAL_HANDOVER_TAKE)
    if not policies.units_of(by) or not queries.any_waits(by):
        return [], 0
    found, count = queries.waiting(by, queries.mine(by), queries.last_takeovers(by))
    if found:
        about = [one.citizen.id for one in found]
        record(events.TODAY_SEEN, hits=count, opened=about, shown=about)
    return found, count


def take_over(unit_id: UUID, showing: UUID | None, *, by: Actor) -> Takeover:
    """Say that one has taken over, with the marks that stood on that screen; a second time does nothing.

    What stood there is what the log says was shown, never what a form claims. Raises Refused and Denied.
    """
    policies.check_unit(by, unit_id)
    found = queries.showing(showing, unit_id, by, events.SEEN.name) if showing else None
    screen = policies.check_screen(found)
    before = queries.taken_on(screen.id, by)
    if before is not None:
        return before
    taken = Takeover.objects.create(
        unit_id=unit_id, user_id=by.person_id, showing=screen.id, customer_id=by.customer_id
    )
    marks = queries.marks_among(screen.shown)
    Covered.objects.bulk_create(
        Covered(mark_id=mark, takeover_id=taken.id, customer_id=by.customer_id) for mark in marks
    )
    record(events.TAKEN, on=("unit", unit_id), hits=len(marks), shown=marks)
    offer(TOOK, taken.id, about=("handover", unit_id), before=None, by=by)
    return taken


def take_back(taken_id: UUID, *, by: Actor) -> Takeover:
    """Say that one has not taken over after all; the row stays. Raises Refused and Denied."""
    check(by, P.SOCIAL_HANDOVER_TAKE)
    taken = policies.check_own(queries.takeover_called(taken_id), by)
    Takeover.objects.filter(id=taken.id).update(undone_at=timezone.now())
    record(events.UNTAKEN, on=("unit", taken.unit_id))
    return taken


def mark_note(note_id: UUID, *, by: Actor) -> Note:
    """Mark a signed note for the next shift; a second time does nothing. Raises Refused and Denied."""
    note = _may_mark(note_id, by)
    _row, new = Mark.objects.get_or_create(
        note_id=note.id, removed_at=None,
        defaults={"citizen_id": note.citizen_id, "made_by_id": by.person_id, "customer_id": by.customer_id},
    )  # fmt: skip
    if new:
        record(events.MARKED, citizen=note.citizen_id, on=("note", note.id))
    return note


def unmark_note(note_id: UUID, *, by: Actor) -> Note:
    """Take a note's mark away; for a short while it can be put back. Raises Refused and Denied."""
    note = _may_mark(note_id, by)
    mark = policies.check_standing(queries.mark_on(note.id))
    Mark.objects.filter(id=mark.id).update(removed_at=timezone.now(), removed_by_id=by.person_id)
    record(events.UNMARKED, citizen=note.citizen_id, on=("note", note.id))
    offer(AWAY, mark.id, about=("note", note.id), before=None, by=by)
    return note


def put_back(note_id: UUID, undo_id: UUID, *, by: Actor) -> Note:
    """Put back a mark that one has just taken away. Raises Refused and Denied."""
    note = _may_mark(note_id, by)
    _undo(undo_id, ("note", note.id), by)
    return note


def undo_takeover(unit_id: UUID, undo_id: UUID, *, by: Actor) -> None:
    """Take back what one has just taken over. Raises Refused and Denied."""
    policies.check_unit(by, unit_id)
    _undo(undo_id, ("handover", unit_id), by)


def _undo(undo_id: UUID, about: tuple[str, UUID], by: Actor) -> None:
    try:
        row = undoing.own(undo_id, by)
        if (row.about_kind, row.about) != about:
            raise Denied
        undoing.undo(row, by=by)
    except ObjectDoesNotExist:
        raise Denied from None
    except NotUndone as refused:
        raise Refused(str(refused)) from refused


def _put_back(mark_id: UUID, _before: object, by: Actor) -> None:
    """Let a mark that was taken away stand again, from when it was made."""
    mark = queries.mark_called(mark_id)
    if mark is None:
        raise Denied(permission=P.SOCIAL_HANDOVER_MARK)
    note = _may_mark(mark.note_id, by)
    if queries.mark_on(note.id) is None:  # somebody else may have marked it anew since
        Mark.objects.filter(id=mark.id).update(removed_at=None, removed_by=None)
        record(events.MARKED, citizen=note.citizen_id, on=("note", note.id))


def _may_mark(note_id: UUID, by: Actor) -> Note:
    """The note; raises Denied for who may not write there, and the journal's Refused for one not signed."""
    note = note_by_id(note_id)
    if note is None:
        raise Denied(permission=P.SOCIAL_HANDOVER_MARK)
    citizen_for(note.citizen_id, by, P.SOCIAL_HANDOVER_MARK)
    citizen_for(note.citizen_id, by, P.SOCIAL_JOURNAL_WRITE)
    if note.signed_at is None and note.author_id != by.user_id:
        raise Denied(permission=P.SOCIAL_HANDOVER_MARK)
    try:
        return check_signed(note)
    except JournalRefused as refused:
        raise Refused(str(refused)) from refused


TOOK = undoes(
    "taken_over", state=queries.state_of_takeover, inverse=lambda of, _before, by: take_back(of, by=by), refusal=Refused
)
AWAY = undoes("mark_removed", state=queries.state_of_mark, inverse=_put_back, refusal=Refused)
marking.answers(
    marking.Marks(
        told=lambda notes: {own: marking.Mark(*found) for own, found in queries.told(notes).items()},
        newest=queries.newest_marked,
        put=lambda note_id, by: mark_note(note_id, by=by),
        offered=lambda note_id, by: offered("note", note_id, by),
    )
)

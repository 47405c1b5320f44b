"""Thirteen months of notes: written on shifts, read before they are written, signed, some of them corrected."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from heretask.demo.cast import House
from heretask.demo.texts import lives
from heretask.demo.texts import notes as texts
from heretask.kernel.identity import events as identity_events
from heretask.kernel.identity.models import Session
from heretask.kernel.log.registry import Action
from heretask.kernel.log.trace import make, trace
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current, uuid7_at
from heretask.kernel.tenancy.models import Unit
from heretask.social import indexing
from heretask.social.journal import events
from heretask.social.journal.models import Correction, Note

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SHIFT = dt.timedelta(hours=8)
END_REASONS = ("signed out", "signed out", "idle")
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0) Firefox/145.0",
    "Mozilla/5.0 (iPhone) Safari/605.1",
    "Mozilla/5.0 (Android 15) Chrome/142.0",
)


@dataclass
class Made:
    """A house with its people, as the notes need it."""

    house: House
    unit: Unit
    staff: list[tuple[UUID, str]] = field(default_factory=list)
    citizens: list[tuple[UUID, lives.Life]] = field(default_factory=list)


def micros(moment: dt.datetime) -> int:
    """Microseconds since 1970."""
    return int(moment.timestamp() * 1_000_000)


def write(rng: random.Random, made: list[Made], start: dt.date, *, per_citizen: float) -> None:
    """Write the notes of every citizen of `made`, with the sessions in which they were written."""
    end = timezone.localdate()
    notes: list[Note] = []
    corrections: list[Correction] = []
    said: list[tuple[UUID, list[str]]] = []
    visits: dict[tuple[UUID, dt.date, int], list[dt.datetime]] = {}
    for place in made:
        staff = [name for _id, name in place.staff]
        for citizen_id, life in place.citizens:
            count = max(4, round(rng.gauss(per_citizen, per_citizen / 4)))
            for text in texts.notes_for(rng, life, staff, max(start, life.moved_in), end, count):
                note, found = _note(citizen_id, place.staff[text.author_index][0], text)
                if note is None:
                    continue
                notes.append(note)
                said.append((note.id, [text.text, *(text.correction[:2] if found and text.correction else ())]))
                corrections += found
                visits.setdefault(_shift(note), []).append(note.happened_at)
    Note.objects.bulk_create(notes, batch_size=500)
    Correction.objects.bulk_create(corrections, batch_size=500)
    for first in range(0, len(said), 500):
        indexing.put_notes(said[first : first + 500])
    sessions = _sessions(rng, visits)
    _log(notes, corrections, sessions)


def _note(citizen_id: UUID, author: UUID, text: texts.NoteText) -> tuple[Note | None, list[Correction]]:
    written = text.happened_at + dt.timedelta(minutes=12)
    if written >= timezone.now():
        return None, []
    note = Note(
        id=uuid7_at(int(written.timestamp() * 1000)), customer_id=current().customer_id, citizen_id=citizen_id,
        author_id=author, kind=text.kind, happened_at=text.happened_at, written_at=written, signed_at=written,
        signed_by_id=author,
    )  # fmt: skip
    seal(note, text=text.text)
    if text.correction is None:
        return note, []
    reason, corrected, minutes = text.correction
    made_at = written + dt.timedelta(minutes=minutes)
    if made_at >= timezone.now():
        return note, []
    correction = Correction(
        id=uuid7_at(int(made_at.timestamp() * 1000)), customer_id=note.customer_id, citizen_id=citizen_id,
        note_id=note.id, author_id=author, made_at=made_at,
    )  # fmt: skip
    seal(correction, text=corrected, reason=reason)
    return note, [correction]


def _shift(note: Note) -> tuple[UUID, dt.date, int]:
    local = note.happened_at.astimezone(COPENHAGEN)
    return note.author_id, local.date(), (local.hour + 1) // 8


def _sessions(
    rng: random.Random, visits: dict[tuple[UUID, dt.date, int], list[dt.datetime]]
) -> dict[tuple[UUID, dt.date, int], Session]:
    """One session a person and shift, from a few minutes before the first note to a few after the last."""
    made = {}
    for key, moments in visits.items():
        begun, ended = min(moments) - dt.timedelta(minutes=rng.randint(2, 9)), max(moments) + dt.timedelta(minutes=17)
        made[key] = Session(
            kind="person", customer_id=current().customer_id, user_id=key[0], made_at=begun, last_act=ended,
            ends_at=begun + dt.timedelta(hours=12), ended_at=ended, end_reason=rng.choice(END_REASONS),
            longest_gap=rng.uniform(20, 290), proved_at=begun, second_factor_at=begun,
            address=f"10.20.{rng.randint(1, 6)}.{rng.randint(2, 60)}", agent=rng.choice(AGENTS),
        )  # fmt: skip
    with transaction.atomic(using="gate"):
        Session.objects.bulk_create(made.values(), batch_size=500)
    return made


def _log(notes: list[Note], corrections: list[Correction], sessions: dict[tuple[UUID, dt.date, int], Session]) -> None:
    """The events that the real actions would have left, under the sessions in which they happened."""
    for session in sessions.values():
        _event(identity_events.SIGNED_IN, session, session.made_at, on=("session", session.id), outcome="second factor")
        gone = identity_events.IDLED if session.end_reason == "idle" else identity_events.SIGNED_OUT
        _event(gone, session, session.ended_at, on=("session", session.id), outcome=session.end_reason)
    written = {}
    for note in notes:
        session = sessions[_shift(note)]
        written[note.id] = session
        before = note.happened_at - dt.timedelta(minutes=1)
        _event(events.READ, session, before, citizen=note.citizen_id, on=("citizen", note.citizen_id))
        _event(events.SIGNED, session, note.signed_at, citizen=note.citizen_id, on=("note", note.id), changed=("text",))
    for correction in corrections:
        _event(
            events.CORRECTED, written[correction.note_id], correction.made_at, citizen=correction.citizen_id,
            on=("note", correction.note_id), changed=("text",),
        )  # fmt: skip


def _event(action: Action, session: Session, at: dt.datetime | None, **more: Any) -> None:
    here = trace()
    if at is not None:
        here.pending.append(
            make(
                action, customer_id=here.customer_id, customer_key=here.customer_key, actor=session.user_id,
                session=session.id, address=session.address, agent=session.agent, at=micros(at), **more,
            )
        )  # fmt: skip

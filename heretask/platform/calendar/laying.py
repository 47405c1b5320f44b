"""Writing words, times and people into appointments: part of several acts, each of which says so in the log."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.utils import timezone

from . import queries
from .models import Appointment, Participant
from .policies import Span, Words


def put(rows: Sequence[Appointment], words: Words, spans: Sequence[Span]) -> None:
    """Let these rows say so, at those times."""
    for row, span in zip(rows, spans, strict=True):
        queries.put(row, words)
        row.starts_at, row.ends_at, row.timed, row.changed_at = (
            span.starts_at, span.ends_at, span.timed, timezone.now()
        )  # fmt: skip
    Appointment.objects.bulk_update(
        rows, ["words", "starts_at", "ends_at", "timed", "changed_at"], batch_size=200
    )  # fmt: skip


def take_part(rows: Sequence[Appointment], people: Collection[UUID]) -> None:
    """Let these people take part, and nobody else."""
    Participant.objects.filter(appointment_id__in=[row.id for row in rows]).exclude(user_id__in=people).delete()
    new = [Participant(appointment=row, user_id=user) for row in rows for user in people]
    Participant.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)

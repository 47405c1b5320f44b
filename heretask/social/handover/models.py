"""Marks on signed notes, and who has taken over which of them. A note itself is never touched by either."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Mark(CustomerRow):
    """That a signed note is for the next shift: one at a time, taken away by a date and never deleted."""

    citizen = OwnKey("social_citizens.Citizen", models.PROTECT, related_name="+")
    note = OwnKey("social_journal.Note", models.PROTECT, related_name="+")
    made_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    removed_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        citizen_id: UUID
        note_id: UUID
        made_by_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "note"], condition=Q(removed_at=None), name="handover_mark_once"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="handover_mark_removed_by",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["customer", "citizen", "-made_at"], condition=Q(removed_at=None), name="handover_mark_newest"
            ),
            models.Index(fields=["customer", "-made_at"], condition=Q(removed_at=None), name="handover_mark_lately"),
        ]


class Takeover(CustomerRow):
    """That somebody took over in a unit, and on which screen: `showing` is the event that says what stood there."""

    unit = OwnKey("kernel.Unit", models.PROTECT, related_name="+")
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    showing = models.UUIDField()
    made_at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        unit_id: UUID
        user_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "showing"], condition=Q(undone_at=None), name="handover_taken_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["customer", "unit", "-made_at"], condition=Q(undone_at=None), name="handover_taken_newest"
            ),
            models.Index(fields=["customer", "user", "-made_at"], name="handover_taken_whose"),
        ]


class Covered(CustomerRow):
    """That a mark stood on the screen that was taken over."""

    append_only = True

    mark = OwnKey("social_handover.Mark", models.PROTECT, related_name="covered")
    takeover = OwnKey("social_handover.Takeover", models.PROTECT, related_name="covered")

    if TYPE_CHECKING:
        mark_id: UUID
        takeover_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "mark", "takeover"], name="handover_covered_once")
        ]  # fmt: skip

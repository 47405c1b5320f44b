"""Paper that was printed, and what became of it. The database refuses to let a paper vanish (see the migration)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Outcome(models.TextChoices):
    """What became of a paper; nothing yet while it is somebody's duty."""

    OPEN = ""
    SHREDDED = "shredded"
    HANDED = "handed"


class Paper(CustomerRow):
    """One print: `about` is what was printed (`kind` says of which sort), `subject` the citizen it tells of.

    `reason` is one of a few choices; own words, and to whom it was handed, are sealed.
    """

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    about = models.UUIDField()
    subject = models.UUIDField(null=True)
    number = models.CharField(max_length=9)
    lines = models.PositiveIntegerField()
    reason = models.CharField(max_length=12)
    words = Sealed(of="subject")
    made_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.OPEN, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    handed = Sealed(of="subject")

    if TYPE_CHECKING:
        user_id: UUID
        ended_by_id: UUID | None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "number"], name="paper_number"),
            models.CheckConstraint(condition=~Q(reason=""), name="paper_reason"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None, ended_by=None)
                | Q(outcome__in=["shredded", "handed"], ended_at__isnull=False, ended_by__isnull=False),
                name="paper_ended",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="handed") | ~Q(handed=b"") | ~Q(subject=None), name="paper_handed_to"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "user", "made_at"], name="paper_open", condition=Q(ended_at=None)),
            models.Index(
                fields=["customer", "user", "-ended_at"], name="paper_gone", condition=Q(ended_at__isnull=False)
            ),
            models.Index(fields=["customer", "made_at"], name="paper_made"),
            models.Index(fields=["customer", "subject"], name="paper_subject", condition=Q(subject__isnull=False)),
        ]  # fmt: skip

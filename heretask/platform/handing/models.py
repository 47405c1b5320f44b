"""What was handed over by a link, and what became of it. The document itself lies sealed in a file of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey, uuid7


class Handing(CustomerRow):
    """One document for one receiver. Neither token nor code is here: only what says that they are the right ones.

    `check` is a SHA-256 of half of what Argon2id makes of the code and `salt`; the other half goes into the file's key.
    """

    giver = OwnKey("kernel.User", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    about = models.UUIDField()
    subject = models.UUIDField(null=True)
    number = models.CharField(max_length=9)
    lines = models.PositiveIntegerField()
    basis = models.CharField(max_length=12)
    to = Sealed(of="subject")
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    link_hash = models.BinaryField()
    salt = models.BinaryField()
    check_hash = models.BinaryField()
    file = models.UUIDField(default=uuid7)
    tries = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        giver_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "link_hash"], name="handing_link"),
            models.CheckConstraint(condition=~Q(basis=""), name="handing_basis"),
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("made_at") + models.Value("14 days", output_field=models.DurationField())),
                name="handing_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "giver", "-made_at"], name="handing_giver"),
            models.Index(fields=["customer", "subject"], name="handing_subject", condition=Q(subject__isnull=False)),
            models.Index(fields=["link_hash", "customer"], name="handing_door"),
        ]

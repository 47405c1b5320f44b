"""Notices, and who has acknowledged them. A notice is never changed and never deleted: it is withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Notice(CustomerRow):
    """For everybody of a unit, for those with a role (there, or anywhere), or, where both are empty, for all."""

    to_unit = OwnKey("kernel.Unit", models.PROTECT, null=True, related_name="+")
    to_role = models.CharField(max_length=40, blank=True, default="")
    words = Sealed(of="customer")
    starts = models.DateField()
    ends = models.DateField()
    pinned = models.BooleanField(default=False)
    must = models.BooleanField(default=False)  # be acknowledged
    made_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")

    if TYPE_CHECKING:
        to_unit_id: UUID | None
        made_by_id: UUID
        withdrawn_by_id: UUID | None

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")) & Q(ends__lte=F("starts") + 731), name="notice_lasts"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="notice_withdrawn_by",
            ),
        ]
        indexes = [models.Index(fields=["customer", "ends", "starts"], name="notice_when")]


class Acknowledgement(CustomerRow):
    """That somebody has read a notice that must be acknowledged."""

    append_only = True

    notice = OwnKey("platform_notices.Notice", models.PROTECT, related_name="acknowledgements")
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    if TYPE_CHECKING:
        notice_id: UUID
        user_id: UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "notice", "user"], name="acknowledged_once")]

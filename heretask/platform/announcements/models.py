"""Notices of the supplier to its customers. Each row is written once: a notice ends by its last day or is withdrawn.

Its words are published to every customer, and so are not sealed under anybody's key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from heretask.kernel.tenancy.base import CustomerRow, OwnKey

LONGEST_TITLE, LONGEST_TEXT, LONGEST = 120, 1000, 92  # characters, and days that one may hold


class Announcement(CustomerRow):
    """What everybody of every customer is told, or their administrators alone, in both languages."""

    append_only = True

    title_da = models.CharField(max_length=LONGEST_TITLE)
    text_da = models.CharField(max_length=LONGEST_TEXT)
    title_en = models.CharField(max_length=LONGEST_TITLE)
    text_en = models.CharField(max_length=LONGEST_TEXT)
    admins = models.BooleanField(default=False)  # for administrators alone
    must = models.BooleanField(default=False)  # be acknowledged
    starts = models.DateField()
    ends = models.DateField()
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")) & Q(ends__lte=F("starts") + LONGEST), name="announcement_lasts"
            ),
        ]


class Withdrawal(CustomerRow):
    """That one holds no more, whatever its last day."""

    append_only = True

    announcement = OwnKey("platform_announcements.Announcement", models.PROTECT, related_name="withdrawals")
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    if TYPE_CHECKING:
        announcement_id: UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "announcement"], name="announcement_withdrawn_once")]


class Heard(CustomerRow):
    """That somebody has acknowledged one: at their own customer, where the notice itself is not a row."""

    append_only = True

    announcement = models.UUIDField()
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "announcement", "user"], name="announcement_heard_once")
        ]

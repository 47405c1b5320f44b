"""Appointments, what they recur by, who takes part, and the secret address of a person's feed.

`subject` is the citizen an appointment is about: its words are sealed under their key then, otherwise under the
customer's. Each of a recurring one is a row with words of its own, so that one can be changed without the others.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from heretask.kernel.rhythm import Recurring
from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey

LASTS = dt.timedelta(days=31)  # the longest, so that a list knows how far back it must look


class Repetition(CustomerRow, Recurring):
    """The rule by which appointments were made."""

    made_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta(Recurring.Meta):
        constraints = [*Recurring.Meta.constraints]


class Appointment(CustomerRow):
    """From a moment to another. `timed`: whether the time of day counts, or the days alone.

    `day` is the one its rule made it for; `own` says that it was changed by itself, and is left alone when the others
    are. What was cancelled at the same moment was cancelled by one act, and is taken back by one.
    """

    unit = OwnKey("kernel.Unit", models.PROTECT, null=True, related_name="+")
    subject = models.UUIDField(null=True)
    words = Sealed(of="subject")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    timed = models.BooleanField(default=True)
    repetition = OwnKey("platform_calendar.Repetition", models.PROTECT, null=True, related_name="appointments")
    day = models.DateField(null=True)
    own = models.BooleanField(default=False)
    made_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")

    if TYPE_CHECKING:
        unit_id: UUID | None
        repetition_id: UUID | None
        made_by_id: UUID
        cancelled_by_id: UUID | None

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(unit=None) | Q(subject=None), name="appointment_of_one"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")) & Q(ends_at__lte=F("starts_at") + LASTS),
                name="appointment_lasts",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="appointment_cancelled_by",
            ),
            models.CheckConstraint(
                condition=Q(repetition=None, day=None) | Q(repetition__isnull=False, day__isnull=False),
                name="appointment_day",
            ),
            models.UniqueConstraint(
                fields=["customer", "repetition", "day"], condition=Q(repetition__isnull=False),
                name="appointment_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["customer", "starts_at"], name="appointment_when"),
            models.Index(fields=["customer", "unit", "starts_at"], name="appointment_unit"),
            models.Index(fields=["customer", "subject", "starts_at"], name="appointment_subject"),
        ]


class Participant(CustomerRow):
    """That somebody takes part."""

    appointment = OwnKey("platform_calendar.Appointment", models.PROTECT, related_name="participants")
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")

    if TYPE_CHECKING:
        appointment_id: UUID
        user_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "appointment", "user"], name="taking_part_once"),
        ]
        indexes = [models.Index(fields=["customer", "user", "appointment"], name="taking_part_whose")]


class Feed(CustomerRow):
    """The address at which a calendar program reads one kind of feed. Its secret is kept as a hash alone."""

    kind = models.CharField(max_length=16, default="calendar")
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    token_hash = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    given = models.PositiveIntegerField(default=0)
    given_at = models.DateTimeField(null=True)
    noted_at = models.DateTimeField(null=True)  # when the log last said so

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "user", "kind"], condition=Q(ended_at=None), name="feed_one_each"
            ),
        ]
        indexes = [models.Index(fields=["token_hash"], name="feed_secret")]

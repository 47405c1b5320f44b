"""Tasks, what they recur by, and comments on them.

`subject` is the citizen a task is about: its words are sealed under their key then, otherwise under the customer's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from heretask.kernel.access.addressed import Addressed
from heretask.kernel.rhythm import Recurring
from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Series(Addressed, Recurring):
    """A task that recurs, with its rule. Its tasks are made within a horizon; `made_until` is the last day done so.

    What recurs otherwise from a day on is a series of its own, which `follows` the one it was: what was done keeps
    the words and the rule by which it was done.
    """

    subject = models.UUIDField(null=True)
    words = Sealed(of="subject")
    lines = models.PositiveSmallIntegerField(default=0)
    made_until = models.DateField(null=True)
    made_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    ended_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    follows = OwnKey("platform_tasks.Series", models.RESTRICT, null=True, related_name="+")

    if TYPE_CHECKING:
        follows_id: UUID | None
        made_by_id: UUID
        ended_by_id: UUID | None

    class Meta(Addressed.Meta):
        constraints = [*Addressed.Meta.constraints, *Recurring.Meta.constraints]
        indexes = [models.Index(fields=["customer", "last_day"], condition=Q(ended_at=None), name="series_running")]


class Task(Addressed):
    """What is to be done by a moment. One of a series has no words of its own, unless it was changed by itself.

    `ticks` says which lines of its list are done, by whom and when; the lines themselves stand in the sealed words.
    """

    subject = models.UUIDField(null=True)
    words = Sealed(of="subject")
    lines = models.PositiveSmallIntegerField(default=0)
    ticks = models.JSONField(default=list)
    series = OwnKey("platform_tasks.Series", models.PROTECT, null=True, related_name="tasks")
    due_at = models.DateTimeField()
    came_at = models.DateTimeField(null=True)  # of one of a series that was moved by hand: where it would have come
    timed = models.BooleanField(default=True)  # whether the time of day counts, or the day alone
    made_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    done_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True)
    dropped_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")

    if TYPE_CHECKING:
        series_id: UUID | None
        made_by_id: UUID
        done_by_id: UUID | None

    class Meta(Addressed.Meta):
        constraints = [
            *Addressed.Meta.constraints,
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="task_done_by",
            ),
            models.UniqueConstraint(
                fields=["customer", "series", "due_at"], condition=Q(series__isnull=False), name="task_once"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "to_user", "due_at"], name="task_person", condition=Q(done_at=None)),
            models.Index(fields=["customer", "to_unit", "due_at"], name="task_unit", condition=Q(done_at=None)),
            models.Index(fields=["customer", "to_role", "due_at"], name="task_role", condition=Q(done_at=None)),
            models.Index(fields=["customer", "subject", "due_at"], name="task_subject"),
            models.Index(fields=["customer", "due_at"], name="task_timed", condition=Q(timed=True, dropped_at=None)),
            models.Index(fields=["customer", "done_at"], name="task_done", condition=Q(done_at__isnull=False)),
        ]


class Comment(CustomerRow):
    """What somebody wrote on a task."""

    task = OwnKey("platform_tasks.Task", models.PROTECT, related_name="comments")
    subject = models.UUIDField(null=True)
    text = Sealed(of="subject")
    written_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "task", "made_at"], name="taskcomment_of")]

"""A case of a breach and all that was done in it, at the supplier; and at each customer its notice and who has read it.

Nothing here is ever written over or deleted, and every moment and name is the database's (`kernel/sql/breaches.sql`).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class StepKind(models.TextChoices):
    """What is done in a case."""

    ASSESSED = "assessed"  # there is a risk to customers' data
    DISMISSED = "dismissed"  # there is none, with the reason
    CONTAINED = "contained"
    SCOPED = "scoped"  # who is touched has been computed, and frozen
    DRAFTED = "drafted"
    APPROVED = "approved"
    STARTED = "started"  # the notices are on their way
    SENT = "sent"  # every customer has its notice
    REACHED = "reached"  # a customer was told by hand
    HEARD = "heard"  # somebody there has received what was told by hand, and is named
    RECEIVED = "received"  # somebody of every customer has read it, or was told
    POLICE = "police"
    NOTED = "noted"
    CLOSED = "closed"


ONCE = (StepKind.SENT, StepKind.RECEIVED, StepKind.CLOSED)


class ScopeKind(models.TextChoices):
    """What is suspected."""

    USER = "user"
    SESSION = "session"
    GRANT = "grant"
    ADDRESS = "address"
    CUSTOMER = "customer"
    EVERYTHING = "everything"


class Case(CustomerRow):
    """A breach, or an exercise of one. The clock begins when it was reported: the database says when, and only once."""

    append_only = True

    exercise = models.BooleanField(default=False)
    title = Sealed(of="customer")
    reported_at = models.DateTimeField(db_default=Now())
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())


class CaseReport(CustomerRow):
    """A report that belongs to a case; the earliest of them starts the clock."""

    append_only = True

    case = OwnKey(Case, models.PROTECT, related_name="reports")
    report = models.UUIDField()
    reported_at = models.DateTimeField(db_default=Now())
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "report"], name="breach_report_once")]


class Step(CustomerRow):
    """Something that was done in a case, by whom and when; `about` is the id of what it concerns."""

    append_only = True

    case = OwnKey(Case, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=StepKind)
    about = models.UUIDField(null=True)
    digest = models.CharField(max_length=64, default="")
    words = Sealed(of="customer")
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "case", "kind"], name="breach_step_once", condition=Q(kind__in=ONCE)
            ),
            models.UniqueConstraint(
                fields=["customer", "case", "about"], name="breach_heard_once", condition=Q(kind=StepKind.HEARD)
            ),
        ]


class Finding(CustomerRow):
    """What is suspected, from when to when; who is touched is computed from the log. A new one stands beside it."""

    append_only = True

    case = OwnKey(Case, models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField()
    scope = models.CharField(max_length=12, choices=ScopeKind)
    target = models.CharField(max_length=64, default="")  # an id of ours, or an address
    words = Sealed(of="customer")  # what people call it
    since = models.DateTimeField()
    until = models.DateTimeField()
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "case", "number"], name="breach_finding_once"),
            models.CheckConstraint(condition=Q(since__lt=models.F("until")), name="breach_finding_has_a_time"),
        ]


class Touched(CustomerRow):
    """One customer in a finding: how many citizens, by which events, and when. Written by the database alone.

    `afterwards`: it came when the whole was frozen already, and is in no digest.
    """

    append_only = True

    finding = OwnKey(Finding, models.PROTECT, related_name="rows")
    about = models.UUIDField()
    touched = models.BooleanField()
    citizens = models.PositiveIntegerField()
    citizens_hash = models.CharField(max_length=64)  # SHA-256 over their ids: the customer's list is held against it
    events = models.PositiveIntegerField()
    actions = models.JSONField(default=dict)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    afterwards = models.BooleanField(db_default=False)
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "finding", "about"], name="breach_touched_once")]


class Draft(CustomerRow):
    """The free parts of the notices, in both languages; `digest` binds them to the case and to who is touched."""

    append_only = True

    case = OwnKey(Case, models.PROTECT, related_name="drafts")
    finding = OwnKey(Finding, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    text = Sealed(of="customer")
    digest = models.CharField(max_length=64)
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "case", "number"], name="breach_draft_once")]


class Alarm(CustomerRow):
    """That Management was told how many hours have gone by with customers not told."""

    append_only = True

    case = OwnKey(Case, models.PROTECT, related_name="alarms")
    hours = models.PositiveSmallIntegerField()
    untold = models.PositiveIntegerField()
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "case", "hours"], name="breach_alarm_once")]


class Notice(CustomerRow):
    """What the supplier tells this customer, sealed under its key. Put here by a function of the database alone."""

    append_only = True

    of_case = models.UUIDField()
    exercise = models.BooleanField()
    touched = models.BooleanField()
    text = Sealed(of="customer")
    citizens = ArrayField(models.UUIDField(), default=list)
    reported_at = models.DateTimeField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "of_case"], name="breach_notice_once")]


class ReceiptKind(models.TextChoices):
    """What has become of a notice."""

    POSTED = "posted"  # by mail and SMS: that a message waits
    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"


class Receipt(CustomerRow):
    """That mail went out about a notice, or that somebody has opened or acknowledged it: from their own session."""

    append_only = True

    notice = OwnKey(Notice, models.PROTECT, related_name="receipts")
    kind = models.CharField(max_length=12, choices=ReceiptKind)
    letters = models.PositiveSmallIntegerField(default=0)
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "notice", "kind", "done_by"], name="breach_receipt_once"),
            models.UniqueConstraint(
                fields=["customer", "notice"], name="breach_posted_once", condition=Q(kind=ReceiptKind.POSTED)
            ),
        ]

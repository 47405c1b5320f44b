"""Reports of security incidents, and what Management did with each. Both only ever grow."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class IncidentState(models.TextChoices):
    """How far a report is. Answering one that is looked into changes nothing of that."""

    REPORTED = "reported"
    OPENED = "opened"
    LOOKING = "looking"
    CLOSED = "closed"


class Incident(CustomerRow):
    """One report. Made without signing in it is the supplier's, has no reporter, and a number with a hashed word.

    Moments and states are written by functions of the database alone (`kernel/sql/incidents.sql`); the web may insert a
    report of the session's own person, and note when that person saw what became of it.
    """

    append_only = True

    reporter = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    page = models.CharField(max_length=64, default="")  # the name of a place of the menus, never an address
    what = Sealed(of="customer")
    noticed = Sealed(of="customer")
    number = models.CharField(max_length=8, default="")
    word = models.BinaryField(default=b"", max_length=32)  # SHA-256 of the word that belongs to the number
    state = models.CharField(max_length=10, choices=IncidentState, default=IncidentState.REPORTED)
    made_at = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)  # the newest answer
    seen_at = models.DateTimeField(null=True)  # when the reporter last read it

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-made_at"], name="incident_newest"),
            models.Index(fields=["customer", "reporter", "-made_at"], name="incident_own"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer", "number"], name="incident_number", condition=~Q(number="")),
            models.CheckConstraint(condition=Q(number="") | Q(reporter=None), name="incident_number_outside"),
        ]


class IncidentStep(CustomerRow):
    """That Management opened it, looks into it, answered or closed it; `words` holds the sentence and whose it is."""

    append_only = True

    incident = OwnKey("platform_incidents.Incident", models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10)  # opened, looking, answered, closed
    words = Sealed(of="customer")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "incident", "made_at"], name="incidentstep_when")]

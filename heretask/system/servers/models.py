"""Accounts on the servers, announced work, sessions that were found, reports and documents; rows of the supplier."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Account(CustomerRow):
    """Whose an account is: one on the servers, or a role of the database. Ended, never removed."""

    kind = models.CharField(max_length=10)  # server, database
    name = models.CharField(max_length=63)
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    key = models.CharField(max_length=60, blank=True)  # the fingerprint of the one key it may come with, if noted
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "name"], condition=models.Q(until=None), name="server_account_once"
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "user"], condition=models.Q(until=None), name="server_account_each"
            ),
        ]


class Announcement(CustomerRow):
    """That somebody will work on a server, from when to when and why. Written before, never changed."""

    append_only = True

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    why = Sealed(of="customer")
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "user", "-starts"], name="announced_newest")]


class Visit(CustomerRow):
    """A session on a server or in the database, as the server's own log tells it. `matched` is empty for a finding."""

    mark = models.BinaryField()  # SHA-256 of what the line said: the same line twice is one visit
    kind = models.CharField(max_length=10)
    host = models.CharField(max_length=63)
    account = models.CharField(max_length=63, blank=True)  # empty where the line could not be read
    user = models.UUIDField(null=True)  # whose account it was then
    pid = models.BigIntegerField()
    address = models.CharField(max_length=45, blank=True)
    port = models.IntegerField(default=0)
    how = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=60, blank=True)
    database = models.CharField(max_length=63, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    matched = models.CharField(max_length=20, blank=True)
    act = models.UUIDField(null=True)
    found_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "mark"], name="visit_once")]
        indexes = [
            models.Index(fields=["customer", "-opened_at"], name="visit_newest"),
            models.Index(fields=["customer", "kind"], condition=models.Q(closed_at=None), name="visit_open"),
        ]


class Command(CustomerRow):
    """One use of sudo: the program's name, never its arguments."""

    append_only = True

    mark = models.BinaryField()
    visit = OwnKey(Visit, models.PROTECT, related_name="commands")
    name = models.CharField(max_length=40)
    target = models.CharField(max_length=63)
    refused = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "mark"], name="command_once")]


class Explanation(CustomerRow):
    """Why a visit that nobody had announced was in order, or was not; by somebody else than whoever came."""

    append_only = True

    visit = OwnKey(Visit, models.PROTECT, related_name="explanations")
    why = Sealed(of="customer")
    made_by = models.UUIDField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "visit"], name="explained_once")]


class Reading(CustomerRow):
    """How far a source was read, and when that was."""

    source = models.CharField(max_length=200)
    place = models.TextField(blank=True)
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "source"], name="reading_once")]


class Report(CustomerRow):
    """What a check of a server found. `answers` by rule are readable; the details are not."""

    append_only = True

    host = models.CharField(max_length=63)
    answers = models.JSONField(default=dict)
    accounts = models.IntegerField()
    strangers = models.IntegerField()
    details = Sealed(of="customer")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "-made_at"], name="server_report_newest")]


class PortalLog(CustomerRow):
    """The log of the hosting portal for a period, as it was received: the file itself lies sealed beside the others."""

    append_only = True

    since = models.DateField()
    until = models.DateField()
    looked_by = models.UUIDField()
    only_ours = models.BooleanField()  # nothing but what we did ourselves
    findings = Sealed(of="customer")
    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    ending = models.CharField(max_length=5)
    received_on = models.DateField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "-until"], name="portal_newest")]

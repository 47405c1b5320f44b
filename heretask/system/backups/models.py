"""What was taken, what was proven and what the hosting provider reported; rows of the supplier, never changed."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.tenancy.base import CustomerRow


class Backup(CustomerRow):
    """One run that took a backup, or failed to. Good only after all of it was read back from the target."""

    append_only = True

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    outcome = models.CharField(max_length=8)  # good, failed
    code = models.CharField(max_length=20)  # why it failed, as a word that the page translates
    why = models.TextField()
    country = models.CharField(max_length=2)
    site = models.CharField(max_length=120)
    size = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    version = models.CharField(max_length=80)
    steps = models.JSONField(default=list)
    seconds = models.FloatField(default=0)
    kept_until = models.DateTimeField(null=True)
    keys_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "-ended_at"], name="backup_newest")]


class Drill(CustomerRow):
    """One drill: pass, fail or unverified, with its steps."""

    append_only = True

    backup = models.CharField(max_length=60)
    outcome = models.CharField(max_length=12)
    why = models.TextField()
    steps = models.JSONField(default=list)
    seconds = models.FloatField(default=0)
    ended_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "-ended_at"], name="drill_newest")]


class ProviderReport(CustomerRow):
    """What the hosting provider reported of its own backups: received by somebody, with date, result and site."""

    append_only = True

    reported_on = models.DateField()
    good = models.BooleanField()
    site = models.CharField(max_length=120)
    received_by = models.UUIDField(null=True)
    received_at = models.DateTimeField(db_default=Now())

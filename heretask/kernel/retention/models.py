"""The protocol of what was removed. Written by functions of the database alone; it only ever grows."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Retention(CustomerRow):
    """One month of the log whose content goes: frozen before the first entry of it is removed.

    `counts` are its events by action, `evidence` the newest and the worst result of each promise in it, `checkpoint`
    the signed root in which all of it has its place. Both ends are microseconds; the second is no longer in it.
    """

    append_only = True

    since = models.BigIntegerField()
    before = models.BigIntegerField()
    months = models.PositiveSmallIntegerField()
    events = models.BigIntegerField()
    counts = models.JSONField()
    evidence = models.JSONField()
    checkpoint = models.JSONField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "since", "before"], name="retention_once")]


class RetentionPart(CustomerRow):
    """What one transaction removed: `rows` of one kind, events by action in `counts`. Written in that transaction."""

    append_only = True

    retention = OwnKey("kernel.Retention", models.PROTECT, null=True, related_name="parts")
    kind = models.CharField(max_length=24)
    rows = models.BigIntegerField()
    counts = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "made_at"], name="retentionpart_when")]

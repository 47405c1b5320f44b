"""A job as the person who asked for it sees it."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.tenancy.base import CustomerRow


class Job(CustomerRow):
    """State, progress and outcome of one job; the row is made by `ht.defer`, together with the ticket."""

    user = models.UUIDField(null=True)
    task = models.CharField(max_length=80)
    state = models.CharField(max_length=10, default="waiting")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    outcome = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

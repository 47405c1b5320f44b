"""The right to fetch an extract once."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class FetchRight(CustomerRow):
    """One fetching of one extract, by one person, within minutes; its event is committed before the first byte."""

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    job = OwnKey("kernel.Job", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

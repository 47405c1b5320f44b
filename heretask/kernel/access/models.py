"""Which role a user has, and where."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Assignment(CustomerRow):
    """A role given to a user, in one unit or in all; from and until are days, both included."""

    user = OwnKey("kernel.User", models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=24)
    unit = OwnKey("kernel.Unit", models.PROTECT, null=True, related_name="+")
    until = models.DateField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

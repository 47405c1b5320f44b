"""The one thing about staff that is no record of the engine: an override, which takes both managers."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey
from heretask.system.records.models import Entry


class Override(CustomerRow):
    """That both managers let somebody go on until a day, though a check or a training is overdue, and why."""

    append_only = True

    entry = OwnKey(Entry, models.PROTECT, related_name="overrides")
    what = models.CharField(max_length=12)
    until = models.DateField()
    why = Sealed(of="customer")
    asked_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    approved_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(asked_by=models.F("approved_by")), name="override_two_people"),
            models.CheckConstraint(condition=models.Q(what__in=["check", "training"]), name="override_of_overdue"),
        ]

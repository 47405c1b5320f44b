"""What the records engine does not know of a policy: the sentences that must stand in it as items of their own."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey
from heretask.system.records.models import Version


class Item(CustomerRow):
    """One required sentence of one version. The database refuses a version of the policy on breaches without both."""

    append_only = True

    version = OwnKey(Version, models.PROTECT, related_name="items")
    key = models.CharField(max_length=12)
    text = Sealed(of="customer")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "version", "key"], name="item_once"),
            models.CheckConstraint(condition=models.Q(key__in=["consequences", "police"]), name="item_known"),
        ]

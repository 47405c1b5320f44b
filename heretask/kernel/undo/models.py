"""What can still be taken back."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Undoable(CustomerRow):
    """An act with its inverse, for as long as it may be taken back. `steps`: kind, object, before and after of each."""

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    about_kind = models.CharField(max_length=24)
    about = models.UUIDField(null=True)  # none where it was several things at once
    steps = Sealed(of="customer")
    count = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "user", "made_at"], name="undoable_whose")]

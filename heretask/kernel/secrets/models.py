"""Wrapped keys of citizens and persons."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.tenancy.base import CustomerRow


class DataKey(CustomerRow):
    """The key of one subject (a citizen), wrapped by its customer's key. Destroying the row erases the subject."""

    subject = models.UUIDField()
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "subject"], name="data_key_once")]

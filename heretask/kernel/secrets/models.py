"""Wrapped keys of citizens and persons, who was erased, and who had keys replaced."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.tenancy.base import CustomerRow, OwnKey

from .fields import Sealed


class DataKey(CustomerRow):
    """The key of one subject (a citizen), wrapped by its customer's key. Destroying the row erases the subject.

    The database refuses a key that any but the newest wrapping key has wrapped, and one for whoever was erased.
    """

    subject = models.UUIDField()
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "subject"], name="data_key_once")]


class Erasure(CustomerRow):
    """That a subject's key was destroyed, when, by whom and why. `why` is empty where a tombstone alone knew of it."""

    append_only = True

    subject = models.UUIDField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    why = Sealed(of="customer")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "subject"], name="erasure_once")]


class Rotation(CustomerRow):
    """That keys are being replaced, or were: what Management's two people asked for and approved (ORG-1).

    `targets` says how far it must come: a customer's generation by its id, or the version of the outermost key. It is
    what a rotation that was broken off is taken up from.
    """

    what = models.CharField(max_length=10)
    targets = models.JSONField(default=dict)
    asked_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    approved_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    why = Sealed(of="customer")
    began_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(asked_by=models.F("approved_by")), name="rotation_two_people"),
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(ended_at=None), name="rotation_one_at_a_time"
            ),
        ]

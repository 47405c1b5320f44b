"""Results of measurements, kept and never changed."""

from django.db import models

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow


class Evidence(CustomerRow):
    """One measurement of one promise, as this customer may read it."""

    append_only = True

    promise = models.CharField(max_length=12)
    scope = models.CharField(max_length=12)
    state = models.CharField(max_length=8)
    figure = models.TextField()
    sample = models.JSONField(default=dict)
    measured_at = models.DateTimeField()
    seconds = models.FloatField()
    code_version = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["customer", "promise", "-measured_at"], name="evidence_newest")]


class Proof(CustomerRow):
    """What the synthetic person opens to prove that opening is logged: sealed as a citizen's data is, about nobody."""

    subject = models.UUIDField()
    text = Sealed(of="subject")

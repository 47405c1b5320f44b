"""Requests for what takes two people. The database holds the rules; the web's role may only read them."""

from django.db import models
from django.db.models import F, Q

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Approval(CustomerRow):
    """One request: who asked for exactly what, who approved exactly that, and when it was carried out.

    `request` is canonical JSON; `digest` its SHA-256. Free text stands in `words`, sealed, and the request holds the
    hash of the sealed text: so nothing of it can be exchanged either. A trigger refuses every other change than
    approving, refusing and carrying out, each once, within its time and by Management alone.
    """

    append_only = True

    act = models.CharField(max_length=40)
    request = models.TextField()
    digest = models.BinaryField()
    words = Sealed(of="customer")
    asked_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    waits_until = models.DateTimeField(null=True)  # not before this; only where no approval is needed
    ends_at = models.DateTimeField()
    approved_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    refused_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    used_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by")), name="approval_two_people"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__gte=F("asked_at"), approved_at__lt=F("ends_at")),
                name="approval_in_its_time",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None)
                | Q(refused_at=None, used_by__isnull=False, used_at__lt=F("ends_at"), approved_by__isnull=False)
                | Q(refused_at=None, used_by__isnull=False, used_at__lt=F("ends_at"), waits_until__lte=F("used_at")),
                name="approval_used_rightly",
            ),
        ]

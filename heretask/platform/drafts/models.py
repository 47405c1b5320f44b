"""Drafts, each of one writer at one place."""

from django.db import models

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Draft(CustomerRow):
    """What a user has typed at a place so far. `subject` is the citizen it is about, whose key seals it, if any."""

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    place = models.CharField(max_length=120)
    subject = models.UUIDField(null=True)
    content = Sealed(of="subject")
    cursor = models.PositiveIntegerField(default=0)
    cursor_field = models.CharField(max_length=40, default="")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "user", "place"], name="draft_once")]

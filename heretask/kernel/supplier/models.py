"""Logins that the supplier has suspended; rows of the login's own customer."""

from django.db import models
from django.db.models import Q

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow


class Suspension(CustomerRow):
    """That a login was suspended, when, and until when; `words` is why and who, for the customer to read.

    `user` is the customer's own; `by` and `lifted_by` are of the supplier. `was_open` is what lifting goes back to.
    """

    append_only = True

    user = models.UUIDField()
    words = Sealed(of="customer")
    was_open = models.BooleanField()
    by = models.UUIDField()
    at = models.DateTimeField()
    lifted_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "user"], condition=Q(lifted_at=None), name="suspension_one_at_a_time"
            )
        ]

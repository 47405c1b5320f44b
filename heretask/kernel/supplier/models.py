"""Suspended logins, which are rows of the login's own customer; and the way out where both managers are gone."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


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
        ]  # fmt: skip


RECOVERY_WAITS = dt.timedelta(hours=24)


class Recovery(CustomerRow):
    """A recovery code of the supplier's, kept sealed by the board: with it both managers are replaced after 24 hours.

    A trigger lets nobody but the operator at the server make one, ask with it and finish; a manager who is not gone
    after all may stop it. Each happens once. `words` is who shall come, and why.
    """

    append_only = True

    code_hash = models.BinaryField()
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)  # by a newer code
    asked_at = models.DateTimeField(null=True)
    words = Sealed(of="customer")
    stopped_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None)
                | Q(stopped_at=None, replaced_at=None, done_at__gte=F("asked_at") + RECOVERY_WAITS),
                name="recovery_waits",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(replaced_at=None, stopped_at=None, done_at=None),
                name="recovery_one_code",
            ),
        ]  # fmt: skip

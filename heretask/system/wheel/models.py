"""What the wheel keeps beside the engine's duties: who answers for which, and addresses for calendar programs."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey
from heretask.system.records.models import Duty, Entry


class Assigned(CustomerRow):
    """That somebody of the staff register answers for a duty, or Management again, and why. The newest counts.

    It goes on with the rule: who answered for the duty that was closed answers for the next one.
    """

    append_only = True

    duty = OwnKey(Duty, models.PROTECT, related_name="assigned")
    person = OwnKey(Entry, models.PROTECT, null=True, related_name="answers_for")
    why = Sealed(of="customer")
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())


class Feed(CustomerRow):
    """The address at which a calendar program reads when duties are due. Its secret is kept as a hash alone."""

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    token_hash = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    given = models.PositiveIntegerField(default=0)
    given_at = models.DateTimeField(null=True)
    noted_at = models.DateTimeField(null=True)  # when the log last said so

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "user"], condition=Q(ended_at=None), name="wheel_feed_each"),
        ]
        indexes = [models.Index(fields=["token_hash"], name="wheel_feed_secret")]

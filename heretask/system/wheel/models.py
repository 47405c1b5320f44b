"""What the wheel keeps beside the engine's duties: who answers for which."""

from django.db import models
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

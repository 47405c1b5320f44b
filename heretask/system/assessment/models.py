"""The assessment as it was taken out: the very bytes, so that digest and signature go on to fit."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow


class Taken(CustomerRow):
    """A document of the assessment: what kind, in which language, by whom; its bytes are sealed, `digest` is theirs."""

    append_only = True

    kind = models.CharField(max_length=8)
    language = models.CharField(max_length=2)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = Sealed(of="customer")
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["pdf", "json", "oscal", "catalog"]), name="taken_kind")
        ]

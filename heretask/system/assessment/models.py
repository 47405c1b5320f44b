"""What left the assessment: documents with their very bytes, and whether strangers are shown how it stands."""

from django.contrib.postgres.fields import ArrayField
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
    job = models.UUIDField(null=True)  # that made it
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["pdf", "json", "oscal", "catalog"]), name="taken_kind"),
            models.UniqueConstraint(fields=["customer", "job"], name="taken_once_by_a_job"),
        ]


class Showing(CustomerRow):
    """That Management began or ceased to show strangers how the promises stand; the newest counts. The supplier's."""

    append_only = True

    shown = models.BooleanField()
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "-done_at"], name="assessment_shown")]


class Sample(CustomerRow):
    """Rows that were drawn by somebody's own seed out of all of one kind in a period: enough to draw them anew."""

    append_only = True

    population = models.CharField(max_length=24)
    since = models.DateTimeField()
    until = models.DateTimeField()  # before this moment
    seed = Sealed(of="customer")
    wanted = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()  # of the population then
    digest = models.CharField(max_length=64)  # of its list, as it is handed out
    drawn = ArrayField(models.UUIDField())
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(wanted__gte=1, wanted__lte=60), name="sample_wanted"),
            models.CheckConstraint(condition=models.Q(since__lt=models.F("until")), name="sample_period"),
        ]
        indexes = [models.Index(fields=["customer", "-done_at"], name="assessment_samples")]

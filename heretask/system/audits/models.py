"""Self-audits as they were: what had been measured, what people concluded, who finished and who read it. All only grow.

The database holds the rules that must not be forgotten (`kernel/sql/audits.sql`): who did it, that a finished audit
takes no more conclusions, that none is finished before each promise has one, and that two people stand behind it.
"""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey

FINISHED, COUNTERSIGNED = "finished", "read"


class Audit(CustomerRow):
    """One self-audit. `snapshot` is every promise's newest evidence as canonical JSON, `digest` its SHA-256."""

    append_only = True

    snapshot = models.TextField()
    digest = models.CharField(max_length=64)
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())


class Showing(CustomerRow):
    """That a section was shown to somebody: from here the seconds of their conclusions are counted."""

    append_only = True

    audit = OwnKey("system_audits.Audit", models.PROTECT, related_name="showings")
    section = models.PositiveSmallIntegerField()
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())


class Conclusion(CustomerRow):
    """What somebody concluded on one promise; another one has the next number, and the one before stays."""

    append_only = True

    audit = OwnKey("system_audits.Audit", models.PROTECT, related_name="conclusions")
    promise = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=12)
    words = Sealed(of="customer")
    seconds = models.FloatField()
    batch = models.PositiveIntegerField()  # how many were concluded in the same act
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "audit", "promise", "number"], name="audit_concluded_once"),
            models.CheckConstraint(
                condition=models.Q(verdict__in=["keeps", "remark", "fails", "unassessed"]), name="audit_verdict"
            ),
        ]


class Step(CustomerRow):
    """That an audit was finished, or read and countersigned; how the person had proved who they are, and the digest."""

    append_only = True

    audit = OwnKey("system_audits.Audit", models.PROTECT, related_name="steps")
    what = models.CharField(max_length=12)
    how = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "audit", "what"], name="audit_step_once"),
            models.CheckConstraint(condition=models.Q(what__in=[FINISHED, COUNTERSIGNED]), name="audit_step"),
        ]

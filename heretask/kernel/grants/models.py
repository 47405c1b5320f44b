"""Grants, and what a customer has approved beforehand. The database holds the rules; the web's role may only read."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey

ANSWER_WITHIN = dt.timedelta(hours=1)
MOST_MINUTES = 480


class GrantScope(models.TextChoices):
    """How far a grant reaches."""

    STRUCTURE = "structure", _("Structure only")
    CONTENT = "content", _("Content")
    CITIZENS = "citizens", _("Named citizens")


class PreApproval(CustomerRow):
    """A customer's standing answer: requests of one scope and a length at most approve themselves until a moment."""

    append_only = True

    scope = models.CharField(max_length=10, choices=GrantScope)
    minutes = models.PositiveSmallIntegerField()
    until = models.DateTimeField()
    made_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=15, minutes__lte=MOST_MINUTES), name="pre_approval_length"),
            models.CheckConstraint(  # named citizens are named each time
                condition=Q(scope__in=["structure", "content"]), name="pre_approval_scope"
            ),
        ]


class Grant(CustomerRow):
    """One access of one person of the supplier's to this customer: what for, how far, from when until when.

    A row of the *customer's*. `asked_user` is a login of the supplier's, so it is no foreign key. A trigger refuses
    every change but answering, cutting off, handing back, seeing the report and judging, each once.
    """

    append_only = True

    asked_user = models.UUIDField()
    asked_name = models.CharField(max_length=81)  # finn@heretask, as the customer reads it
    scope = models.CharField(max_length=10, choices=GrantScope)
    citizens = ArrayField(models.UUIDField(), default=list)
    purpose = Sealed(of="customer")
    case_number = models.CharField(max_length=40)
    minutes = models.PositiveSmallIntegerField(default=60)
    asked_at = models.DateTimeField()
    answer_until = models.DateTimeField()
    approved_by = models.UUIDField(null=True)  # of the customer's; where glass was broken, the second manager
    approved_at = models.DateTimeField(null=True)
    pre_approval = OwnKey("kernel.PreApproval", models.PROTECT, null=True, related_name="+")
    refused_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    starts = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    cut_at = models.DateTimeField(null=True)
    cut_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)  # handed back before its time
    broken_glass = models.BooleanField(default=False)
    approval = models.UUIDField(null=True)  # the supplier's request of two managers, where glass was broken
    seen_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)
    judged_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    judgement = Sealed(of="customer")

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=MOST_MINUTES), name="grant_length"),
            models.CheckConstraint(
                condition=Q(scope="citizens", citizens__len__gt=0)
                | Q(scope__in=["structure", "content"], citizens__len=0),
                name="grant_scope",
            ),
            models.CheckConstraint(condition=Q(approved_by=None) | ~Q(approved_by=F("asked_user")), name="grant_two"),
            models.CheckConstraint(
                condition=Q(answer_until__lte=F("asked_at") + ANSWER_WITHIN), name="grant_answer_within_an_hour"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None, starts=None, ends_at=None)
                | Q(
                    approved_by__isnull=False, approved_at__isnull=False, refused_at=None, starts__gte=F("asked_at"),
                    approved_at__lte=F("answer_until"), ends_at__gt=F("starts"),
                    ends_at__lte=F("starts") + dt.timedelta(minutes=MOST_MINUTES),
                ),
                name="grant_eight_hours",
            ),
            models.CheckConstraint(condition=Q(broken_glass=False) | Q(approval__isnull=False), name="grant_glass"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["customer", "asked_at"], name="grant_when")]

    @property
    def opens(self) -> bool:
        """Whether its scope opens any text at all; if not, no key is unwrapped."""
        return self.scope != GrantScope.STRUCTURE

    @property
    def scope_label(self) -> str:
        """The scope in words."""
        return str(GrantScope(self.scope).label)

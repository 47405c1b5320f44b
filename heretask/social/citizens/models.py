"""Citizens and who works closely with them. Names, CPR numbers and facts are sealed under each citizen's own key."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Light(models.TextChoices):
    """How much attention somebody needs right now; it says nothing about why, and is not sealed."""

    GREEN = "green", _("Green")
    YELLOW = "yellow", _("Yellow")
    RED = "red", _("Red")


class Citizen(CustomerRow):
    """A person cared for in a unit. Erasing means destroying the key; the row stays without words in it.

    `cpr_hash` finds a CPR number by equality only. `import_hash` tells that a line of a file was read in before, so
    that the same file opens nobody; whoever changes a citizen by other means clears it.
    """

    unit = OwnKey("kernel.Unit", models.PROTECT, related_name="+")
    name = Sealed(of="id")
    cpr = Sealed(of="id")
    facts = Sealed(of="id")
    cpr_hash = models.BinaryField(null=True)
    import_hash = models.BinaryField(null=True)
    light = models.CharField(max_length=6, choices=Light, default=Light.GREEN)
    active = models.BooleanField(default=True)
    sealed = models.BooleanField(default=False)  # only those with a relation of their own reach them (PROT-1)
    sealed_at = models.DateTimeField(null=True)
    sealed_why = Sealed(of="id")
    moved_in = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        close_to: list[UUID]  # loaded by `queries.citizens()`: whose relation runs today
        opened_by: list[UUID]  # likewise: whose emergency opening lasts now

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "cpr_hash"], name="citizen_cpr_once")]


class RelationKind(models.TextChoices):
    """Why a user works with a citizen beyond their unit."""

    KEY_WORKER = "key_worker", _("Key worker")
    SHIFT = "shift", _("On shift")
    SUBSTITUTE = "substitute", _("Substitute")
    GUEST = "guest", _("On a guest's list")


class Relation(CustomerRow):
    """That a user works with a citizen: until a day (included), until a moment, or without end.

    It ends by itself, by the clock, or by somebody's act (`ended_at`); the row stays, so that its history can be read.
    """

    citizen = OwnKey("social_citizens.Citizen", models.PROTECT, related_name="relations")
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=RelationKind)
    until = models.DateField(null=True)
    ends_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "citizen", "user", "kind"], condition=models.Q(ended_at=None),
                name="citizen_relation_once",
            )
        ]  # fmt: skip

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return str(RelationKind(self.kind).label)


EMERGENCY_LASTS = dt.timedelta(hours=3)


class EmergencyOpening(CustomerRow):
    """That somebody opened a citizen outside their work, why, until when, and what their leader said of it (PROT-1)."""

    citizen = OwnKey("social_citizens.Citizen", models.PROTECT, related_name="emergencies")
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    reason = Sealed(of="citizen_id")
    made_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    followed_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    followed_at = models.DateTimeField(null=True)
    justified = models.BooleanField(null=True)
    remark = Sealed(of="citizen_id")

    class Meta:
        indexes = [models.Index(fields=["customer", "user", "until"], name="emergency_whose")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__lte=models.F("made_at") + EMERGENCY_LASTS), name="emergency_three_hours"
            ),
            models.CheckConstraint(condition=~models.Q(followed_by=models.F("user")), name="emergency_two_people"),
        ]


class ImportFile(CustomerRow):
    """A customer's spreadsheet between preview and confirmation; removed as soon as it is read in or dropped."""

    user = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    name = Sealed(of="customer")
    content = Sealed(of="customer")
    made_at = models.DateTimeField(db_default=Now())

"""The roles that a customer has made for itself, and which role a user has, and where."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey

from .permissions import Permission
from .roles import ROLES, AnyRole


class OwnRole(CustomerRow):
    """A role that a customer has put together from permissions; read like a built-in one, see `AnyRole`."""

    supplier, guest = False, False

    label = models.CharField(max_length=60)
    sentence = models.CharField(max_length=200, blank=True)
    units = models.BooleanField(default=True)
    permissions = ArrayField(models.CharField(max_length=48))
    second_factor = models.BooleanField(default=False)  # required whatever the guideline says: the role rules others
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["label"]
        constraints = [models.UniqueConstraint(fields=["customer", "label"], name="own_role_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """How the log and forms call it: no word of the customer's is in it."""
        return f"own.{self.id.hex}"

    @property
    def may(self) -> frozenset[Permission]:
        """What it allows; a permission that this version does not know any more allows nothing."""
        known = {p.value for p in Permission}
        return frozenset(Permission(p) for p in self.permissions if p in known)


def role_called(key: str) -> AnyRole | None:
    """The built-in role of that key, or the customer's own that is in use; None where there is none."""
    if key in ROLES:
        return ROLES[key]
    return next((role for role in OwnRole.objects.filter(active=True) if role.key == key), None)


class Assignment(CustomerRow):
    """A role given to a user, in one unit or in all; until is a day, included. `own` where `role` is OWN."""

    OWN = "own"

    user = OwnKey("kernel.User", models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=24)
    own = OwnKey("kernel.OwnRole", models.PROTECT, null=True, related_name="+")
    unit = OwnKey("kernel.Unit", models.PROTECT, null=True, related_name="+")
    until = models.DateField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    @classmethod
    def columns_of(cls, role: AnyRole) -> dict[str, Any]:
        """How `role` stands in a row."""
        return {"role": cls.OWN, "own": role} if isinstance(role, OwnRole) else {"role": role.key, "own": None}

    @property
    def role_key(self) -> str:
        """What forms and the log call the role."""
        return self.own.key if self.own else self.role

    @property
    def is_role(self) -> AnyRole | None:
        """The role itself; None for one that this version does not know any more."""
        return self.own if self.own_id else ROLES.get(self.role)


GUEST_LASTS = dt.timedelta(days=30)


class Guest(CustomerRow):
    """That somebody was invited to read, from whom they come and why, and when it is over: after 30 days at most.

    A guest's role counts only beside such a row, and the row cannot be changed: nobody's time is made longer. It ends
    by itself, or at once when role and login are ended.
    """

    append_only = True

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    sender = Sealed(of="customer")
    why = Sealed(of="customer")
    invited_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__lte=models.F("made_at") + GUEST_LASTS), name="guest_thirty_days"
            ),
            models.UniqueConstraint(fields=["customer", "user"], name="guest_once"),
        ]

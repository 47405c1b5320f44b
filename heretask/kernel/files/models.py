"""Kept files, and what of them was handed over. The bytes lie beside the database, sealed (kernel/secrets/files.py)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey

from .handing import Basis, Way


class KeptFile(CustomerRow):
    """A file that stands with something: `held_as` is what that is ('platform.message'), `held_by` its id.

    Without either it waits for what it was chosen for. The database lets it be put there once, and never moved.
    """

    author = OwnKey("kernel.User", models.PROTECT, related_name="+")
    citizen = models.UUIDField(null=True)
    held_as = models.CharField(max_length=24, default="")
    held_by = models.UUIDField(null=True)
    kind = models.CharField(max_length=4)
    size = models.PositiveIntegerField()
    width = models.PositiveSmallIntegerField(default=0)
    height = models.PositiveSmallIntegerField(default=0)
    name = Sealed(of="citizen")
    digest = Sealed(of="citizen")  # SHA-256 of what is kept; sealed, since it tells who has the same file
    small = Sealed(of="citizen")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(held_as="", held_by__isnull=True) | (~Q(held_as="") & Q(held_by__isnull=False)),
                name="keptfile_held",
            )
        ]
        indexes = [
            models.Index(fields=["customer", "held_by"], name="keptfile_held_by", condition=Q(held_by__isnull=False)),
            models.Index(fields=["customer", "citizen"], name="keptfile_citizen", condition=Q(citizen__isnull=False)),
            models.Index(fields=["customer", "made_at"], name="keptfile_waits", condition=Q(held_by=None)),
        ]


class HandedOver(CustomerRow):
    """That a file was handed over: to whom, by what right and how. It outlives the file; nobody changes it."""

    append_only = True

    file = models.UUIDField()
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    citizen = models.UUIDField(null=True)
    receiver = Sealed(of="citizen")
    basis = models.CharField(max_length=8, choices=Basis.choices)
    way = models.CharField(max_length=8, choices=Way.choices)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(basis__in=Basis.values) & Q(way__in=Way.values) & ~Q(receiver=b""),
                name="handedover_whole",
            )
        ]
        indexes = [models.Index(fields=["customer", "file"], name="handedover_file")]

"""Draws, drawn openings, what was said of them and how it was judged (all only grow); and well-known people."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Draw(CustomerRow):
    """A month's draw: from which openings, by which signed root of the log. Everything that draws it anew."""

    append_only = True

    since = models.DateTimeField()
    until = models.DateTimeField()
    seed = models.CharField(max_length=64)  # the root of the checkpoint, in hex
    size = models.BigIntegerField()  # of the tree that has this root
    method = models.PositiveSmallIntegerField(default=1)
    pool = models.JSONField()  # [[event in hex, weight], …]: what was drawn from; nobody's name
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "since"], name="sample_once_a_month")]


class Drawn(CustomerRow):
    """One opening that was drawn, and what made it likelier."""

    append_only = True

    draw = OwnKey("admin_samples.Draw", models.PROTECT, related_name="drawn")
    place = models.PositiveSmallIntegerField()
    event = models.UUIDField()
    at = models.DateTimeField()
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    citizen = models.UUIDField()
    purpose = models.CharField(max_length=120, blank=True)
    weight = models.PositiveSmallIntegerField()
    why = ArrayField(models.CharField(max_length=12), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "draw", "place"], name="sample_place_once")]


class Explanation(CustomerRow):
    """What the person said who had opened; once."""

    append_only = True

    drawn = OwnKey("admin_samples.Drawn", models.PROTECT, related_name="explanations")
    by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    choice = models.CharField(max_length=12)
    words = Sealed(of="customer")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "drawn"], name="sample_explained_once")]


class Judgment(CustomerRow):
    """What somebody else made of it; once. The database holds that nobody judges themselves."""

    append_only = True

    drawn = OwnKey("admin_samples.Drawn", models.PROTECT, related_name="judgments")
    about = models.UUIDField()  # who had opened
    by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=12)
    words = Sealed(of="customer")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "drawn"], name="sample_judged_once"),
            models.CheckConstraint(condition=~models.Q(by=models.F("about")), name="sample_not_ones_own"),
        ]


class KnownPerson(CustomerRow):
    """Somebody whose journal the curious would like to see: openings of a citizen of that name are likelier drawn."""

    name = Sealed(of="customer")
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

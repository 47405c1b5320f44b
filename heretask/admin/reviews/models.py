"""Campaigns, the rights they ask about as they were then, what was shown when, and what was decided. All only grow."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Campaign(CustomerRow):
    """One review: of everybody (`year`), or of what one person keeps after a change of job (`change`)."""

    append_only = True

    kind = models.CharField(max_length=8)
    supplier = models.BooleanField(default=False)
    ends_care = models.BooleanField(default=False)  # whether care staff's rights end at the deadline too
    started_by = models.UUIDField(null=True)  # null: the clock
    started_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    rights = models.IntegerField()
    people = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["customer", "kind", "-started_at"], name="review_newest")]


class Item(CustomerRow):
    """One right of one person, as it was when the review began: since when, last used, and what is odd about it."""

    append_only = True

    campaign = OwnKey("admin_reviews.Campaign", models.PROTECT, related_name="items")
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    source = models.CharField(max_length=20)  # role, or who keeps the list of accounts it stands on
    right = models.UUIDField()  # the assignment, or the account
    role = models.CharField(max_length=48, blank=True)
    label = models.CharField(max_length=120)
    unit = OwnKey("kernel.Unit", models.PROTECT, null=True, related_name="+")
    given_by = models.UUIDField(null=True)
    since = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    flags = ArrayField(models.CharField(max_length=12), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "campaign", "right"], name="review_right_once")]


class Showing(CustomerRow):
    """That rights were shown to somebody for a decision: from here the seconds of the decision are counted."""

    append_only = True

    campaign = OwnKey("admin_reviews.Campaign", models.PROTECT, related_name="+")
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    what = models.CharField(max_length=40)  # a group's key, or an item's id
    items = ArrayField(models.UUIDField())
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "user", "what", "-made_at"], name="review_shown")]


class Decision(CustomerRow):
    """What was decided of one right; once. The database holds that nobody decides on their own."""

    append_only = True

    item = OwnKey("admin_reviews.Item", models.PROTECT, related_name="decisions")
    about = models.UUIDField()  # whose right it is
    by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")  # null: the deadline
    what = models.CharField(max_length=8)  # keep, remove, deadline
    reason = Sealed(of="customer")
    seconds = models.FloatField(default=0)
    batch = models.IntegerField(default=1)  # how many were decided in the same act
    proof = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "item"], name="review_decided_once"),
            models.CheckConstraint(condition=~models.Q(by=models.F("about")), name="review_not_ones_own"),
        ]

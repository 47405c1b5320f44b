"""Events, the tree over them, and stored searches."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerKey, CustomerRow, OwnKey, current_customer


class Event(models.Model):
    """An entry of the log. The table is made by SQL (monthly partitions, no foreign keys), and only ever grows."""

    id = models.UUIDField(primary_key=True)
    at = models.BigIntegerField()
    customer = CustomerKey("kernel.Customer", models.DO_NOTHING, default=current_customer, related_name="+")
    actor = models.UUIDField(null=True)
    session = models.UUIDField(null=True)
    grant = models.UUIDField(null=True)
    action = models.TextField()
    object_kind = models.TextField()
    object_id = models.UUIDField(null=True)
    citizen = models.UUIDField(null=True)
    purpose = models.TextField()
    detail = models.BinaryField(null=True)
    hits = models.IntegerField(null=True)
    shown = ArrayField(models.UUIDField())
    outcome = models.TextField()
    address = models.TextField()
    agent = models.TextField()
    changed = ArrayField(models.TextField())
    times = models.IntegerField()
    salt = models.BinaryField()
    leaf = models.BinaryField()

    class Meta:
        managed = False
        db_table = "kernel_event"

    def __str__(self) -> str:
        return f"{self.action} {self.id}"


class Leaf(models.Model):
    """The place of an event in its customer's tree; it stays when the event's content goes."""

    append_only = True

    place = models.BigIntegerField(primary_key=True)  # with the customer, as Django cannot say
    customer = CustomerKey("kernel.Customer", models.DO_NOTHING, default=current_customer, related_name="+")
    event = models.UUIDField()
    leaf = models.BinaryField()

    class Meta:
        managed = False
        db_table = "kernel_leaf"

    def __str__(self) -> str:
        return f"leaf {self.place}"


class Node(models.Model):
    """The root of a complete subtree of 256, 65536 … leaves."""

    append_only = True

    place = models.BigIntegerField(primary_key=True)  # with customer and level
    customer = CustomerKey("kernel.Customer", models.DO_NOTHING, default=current_customer, related_name="+")
    level = models.SmallIntegerField()
    hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "kernel_node"

    def __str__(self) -> str:
        return f"node {self.level}/{self.place}"


class Checkpoint(models.Model):
    """What the sealer signed: a size of the tree and its root, as a signed note with the keys that verify it."""

    append_only = True

    size = models.BigIntegerField(primary_key=True)  # with customer and time
    customer = CustomerKey("kernel.Customer", models.DO_NOTHING, default=current_customer, related_name="+")
    root = models.BinaryField()
    at = models.DateTimeField()
    note = models.TextField()
    keys = ArrayField(models.TextField())

    class Meta:
        managed = False
        db_table = "kernel_checkpoint"

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class StoredSearch(CustomerRow):
    """What a person asked for, kept under an opaque id, so that no word of it stands in a URL (LOG-1, ASVS 14.2.1)."""

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    place = models.CharField(max_length=120)
    query = Sealed(of="customer")
    made_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True)  # set in the transaction that shows what was found

"""Where people want their notices, and what is to go out: a letter's key with ids, numbers and dates, never a text."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey, uuid7


class MailAddress(CustomerRow):
    """Where somebody wants to be told that something waits. `confirm` is the id in the link that confirms it.

    That link is worth nothing to anybody but the same person, signed in.
    """

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    address = Sealed(of="customer")
    confirm = models.UUIDField(default=uuid7)
    confirmed_at = models.DateTimeField(null=True)
    notices = models.BooleanField(default=True)
    checkpoints = models.BooleanField(default=False)  # the newest checkpoint of the log, every week
    bounced_at = models.DateTimeField(null=True)
    bounce = models.CharField(max_length=40, default="")  # the server's code, never its words: they repeat the address
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "user"], name="mail_address_once")]


class MailState(models.TextChoices):
    """What has become of a mail."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    REFUSED = "refused"  # by our own guard
    DROPPED = "dropped"  # nobody wants it any more


class OutgoingMail(CustomerRow):
    """One mail. The database itself refuses parameters that are no ids, numbers, dates or hashes (`ht.is_plain`).

    `text` is what was given to the server, sealed, so that every mail that left can be looked at again.
    """

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    address = Sealed(of="customer")
    letter = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    text = Sealed(of="customer")
    state = models.CharField(max_length=10, choices=MailState, default=MailState.WAITING)
    reason = models.CharField(max_length=40, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(db_default=Now())
    next_try_at = models.DateTimeField(db_default=Now())
    claimed_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "state", "next_try_at"], name="outgoingmail_due"),
            models.Index(fields=["customer", "-made_at"], name="outgoingmail_newest"),
        ]

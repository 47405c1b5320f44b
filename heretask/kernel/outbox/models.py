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
    urgent = models.BooleanField(default=True)  # messages that ask for a confirmation
    checkpoints = models.BooleanField(default=False)  # the newest checkpoint of the log, every week
    bounced_at = models.DateTimeField(null=True)
    bounce = models.CharField(max_length=40, default="")  # the server's code, never its words: they repeat the address
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "user"], name="mail_address_once")]


class PhoneNumber(CustomerRow):
    """A telephone that is told by SMS that something waits; somebody's once they gave back the code we sent there."""

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    number = Sealed(of="customer")
    code = Sealed(of="customer")
    code_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)  # at the code that counts now
    proven_at = models.DateTimeField(null=True)
    notices = models.BooleanField(default=False)
    urgent = models.BooleanField(default=True)
    bounced_at = models.DateTimeField(null=True)
    bounce = models.CharField(max_length=40, default="")  # the provider's code or word, never the number
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "user"], name="phone_number_once")]


class Way(models.TextChoices):
    """How it goes out."""

    MAIL = "mail"
    SMS = "sms"


class MailState(models.TextChoices):
    """What has become of a mail or an SMS."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    REFUSED = "refused"  # by our own guard
    DROPPED = "dropped"  # nobody wants it any more


class OutgoingMail(CustomerRow):
    """One mail or SMS. The database itself refuses parameters but ids, numbers, dates and hashes (`ht.is_plain`).

    `text` is what was given to the server, sealed, so that everything that left can be looked at again. An SMS that
    was taken has the provider's number for it, and a time at which to ask whether it arrived.
    """

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    address = Sealed(of="customer")
    way = models.CharField(max_length=4, choices=Way, default=Way.MAIL)
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
    known_as = models.BigIntegerField(null=True)  # at the provider of SMS
    ask_at = models.DateTimeField(null=True)  # when to ask the provider next whether it arrived
    asked = models.PositiveSmallIntegerField(default=0)
    arrived_at = models.DateTimeField(null=True)  # at the telephone, as the provider says

    class Meta:
        indexes = [
            models.Index(fields=["customer", "state", "next_try_at"], name="outgoingmail_due"),
            models.Index(fields=["customer", "-made_at"], name="outgoingmail_newest"),
            models.Index(
                fields=["customer", "ask_at"], name="outgoingmail_ask", condition=models.Q(ask_at__isnull=False)
            ),
            models.Index(
                fields=["customer", "user", "-made_at"], name="outgoingmail_sms", condition=models.Q(way="sms")
            ),
        ]

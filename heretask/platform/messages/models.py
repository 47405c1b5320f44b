"""Conversations and their messages, sealed under the citizen's key where they are about one, else the customer's."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from heretask.kernel.access.addressed import Addressed
from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Thread(CustomerRow):
    """A conversation. `citizen` is whom it is about; then only those who reach them may take part."""

    author = OwnKey("kernel.User", models.PROTECT, related_name="+")
    citizen = models.UUIDField(null=True)
    subject = Sealed(of="citizen")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "citizen"], name="thread_citizen", condition=Q(citizen__isnull=False))
        ]


class Destination(Addressed):
    """To whom a conversation is. Whoever comes there later gets what is written from then on."""

    thread = OwnKey("platform_messages.Thread", models.PROTECT, related_name="destinations")

    class Meta(Addressed.Meta):
        constraints = [*Addressed.Meta.constraints]


class Participant(CustomerRow):
    """That a conversation stands on somebody's list, and when it was last written in."""

    thread = OwnKey("platform_messages.Thread", models.PROTECT, related_name="participants")
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    newest_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "thread", "user"], name="participant_once")]
        indexes = [models.Index(fields=["customer", "user", "-newest_at", "-id"], name="participant_newest")]


class Message(CustomerRow):
    """One message; `citizen` is its conversation's."""

    thread = OwnKey("platform_messages.Thread", models.PROTECT, related_name="messages")
    author = OwnKey("kernel.User", models.PROTECT, related_name="+")
    citizen = models.UUIDField(null=True)
    text = Sealed(of="citizen")
    urgent = models.BooleanField(default=False)
    sent_at = models.DateTimeField(default=timezone.now)
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "thread", "-sent_at", "-id"], name="message_newest"),
            models.Index(fields=["customer", "sent_at"], name="message_oldest"),
        ]


class Receipt(CustomerRow):
    """That a message is to somebody; when they read it, confirmed it, or had it called back before they read it."""

    thread = OwnKey("platform_messages.Thread", models.PROTECT, related_name="+")
    message = OwnKey("platform_messages.Message", models.PROTECT, related_name="receipts")
    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    urgent = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "message", "user"], name="receipt_once"),
            models.CheckConstraint(
                condition=Q(recalled_at=None) | Q(read_at=None, confirmed_at=None), name="receipt_read_or_recalled"
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "user"], name="receipt_unread", condition=Q(read_at=None, recalled_at=None)
            ),
            models.Index(
                fields=["customer", "user"], name="receipt_urgent",
                condition=Q(urgent=True, confirmed_at=None, recalled_at=None),
            ),
        ]  # fmt: skip

"""Notes and their corrections. The database itself refuses any change of a signed note (see the migration)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class NoteKind(models.TextChoices):
    """What a note is about."""

    DIARY = "diary", _("Diary")
    HEALTH = "health", _("Health")
    TALK = "talk", _("Conversation")
    AGREEMENT = "agreement", _("Agreement")


class Note(CustomerRow):
    """A note about a citizen. Unsigned it belongs to its author alone; signed it stands for ever.

    `happened_at` is the author's word, `written_at` the system's.
    """

    citizen = OwnKey("social_citizens.Citizen", models.PROTECT, related_name="+")
    author = OwnKey("kernel.User", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=NoteKind, default=NoteKind.DIARY)
    text = Sealed(of="citizen_id")
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField(default=timezone.now)
    signed_at = models.DateTimeField(null=True)
    signed_by = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["customer", "citizen", "-happened_at", "-id"], name="note_newest")]


class Correction(CustomerRow):
    """What a signed note should have said, and why: a row of its own beside the original."""

    append_only = True

    citizen = OwnKey("social_citizens.Citizen", models.PROTECT, related_name="+")
    note = OwnKey("social_journal.Note", models.PROTECT, related_name="corrections")
    author = OwnKey("kernel.User", models.PROTECT, related_name="+")
    text = Sealed(of="citizen_id")
    reason = Sealed(of="citizen_id")
    made_at = models.DateTimeField(default=timezone.now)

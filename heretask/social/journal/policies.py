"""When something about a note may be done, whoever does it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import Actor, Denied

from .models import Note, NoteKind

LONGEST = 20_000
LONGEST_REASON = 1_000
SKEW = dt.timedelta(minutes=5)  # clocks of phones and servers differ a little
LATE = dt.timedelta(hours=24)

NOTHING_CHANGED = gettext_lazy("The correction says the same as the note. Change what is wrong first.")


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def check_text(text: str, longest: int = LONGEST) -> str:
    """The text as it is kept; raises Refused for an empty one, one that is too long and one with NUL in it."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not kept:
        raise Refused(_("Write something first."))
    if "\x00" in kept:
        raise Refused(_("The text holds an invisible character (NUL) that cannot be kept. Remove it and try again."))
    if len(kept) > longest:
        raise Refused(
            _("The text has %(count)d characters; %(limit)d are allowed. Divide it into several notes.")
            % {"count": len(kept), "limit": longest}
        )
    return kept


def check_happened(at: dt.datetime) -> None:
    """Raise Refused for a moment that has not come yet, or that nobody here can have seen."""
    if at > timezone.now() + SKEW:
        raise Refused(_("This moment has not come yet. Write when it happened."))
    if at.year < 1990:
        raise Refused(_("This moment is too long ago to be right."))


def check_kind(kind: str) -> NoteKind:
    """The kind; raises Refused for one that does not exist."""
    try:
        return NoteKind(kind)
    except ValueError:
        raise Refused(_("There is no such kind of note.")) from None


def check_own_unsigned(note: Note | None, by: Actor) -> Note:
    """The note; raises Denied where it is not `by`'s own, and Refused where it is signed already."""
    if note is None or note.author_id != by.user_id:
        raise Denied
    if note.signed_at is not None:
        raise Refused(_("The note is signed, and stands as it is. Correct it beside the original."))
    return note


def check_signed(note: Note | None) -> Note:
    """The note; raises Denied where there is none, and Refused where it is not signed yet."""
    if note is None:
        raise Denied
    if note.signed_at is None:
        raise Refused(_("The note is not signed yet; its author can still change it."))
    return note


def is_late(note: Note) -> bool:
    """Whether it was written so long after it happened that the page must say so."""
    return note.written_at - note.happened_at > LATE

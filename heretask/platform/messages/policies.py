"""When a message may be sent, confirmed or called back, whoever does it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONGEST, LONGEST_SUBJECT = 10_000, 120


class Refused(Exception):
    """A rule says no to what stands in `field`; the message is a sentence for the person who asked."""

    def __init__(self, sentence: str, field: str = "text") -> None:
        super().__init__(sentence)
        self.field = field


def check_text(text: str, longest: int = LONGEST, field: str = "text", *, empty: bool = False) -> str:
    """The text as it is kept; raises Refused for one that is too long and one with NUL in it, and for an empty one.

    `empty`: none is needed, since something is attached.
    """
    kept = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not kept and not empty:
        raise Refused(_("Write something first."), field)
    if "\x00" in kept:
        raise Refused(
            _("The text holds an invisible character (NUL) that cannot be kept. Remove it and try again."), field
        )
    if len(kept) > longest:
        raise Refused(
            _("The text has %(count)d characters; %(limit)d are allowed.") % {"count": len(kept), "limit": longest},
            field,
        )
    return kept


def check_subject(text: str, *, empty: bool = False) -> str:
    """The subject as it is kept: one line."""
    return check_text(" ".join(text.replace("\x00", " ").split()), LONGEST_SUBJECT, "subject", empty=empty)


def files_told(pictures: int, others: int) -> str:
    """'1 photo' or '2 photos, 1 file': how a message stands in the list that consists of nothing else."""
    said = []
    if pictures:
        said.append(ngettext("%(n)d photo", "%(n)d photos", pictures) % {"n": pictures})
    if others:
        said.append(ngettext("%(n)d file", "%(n)d files", others) % {"n": others})
    return ", ".join(said)


def check_somebody(count: int, *, answering: bool) -> None:
    """Raise Refused where a message would reach nobody."""
    if count:
        return
    if answering:
        raise Refused(
            _("Nobody else is left in this conversation. Write a new message to somebody else; your text stands here.")
        )
    raise Refused(_("Nobody would get it. Choose a person, a unit or a role where somebody else is."), "to")

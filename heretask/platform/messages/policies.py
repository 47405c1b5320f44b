"""When a message may be sent, confirmed or called back, whoever does it."""

from __future__ import annotations

from django.utils.translation import gettext as _

LONGEST, LONGEST_SUBJECT = 10_000, 120


class Refused(Exception):
    """A rule says no to what stands in `field`; the message is a sentence for the person who asked."""

    def __init__(self, sentence: str, field: str = "text") -> None:
        super().__init__(sentence)
        self.field = field


def check_text(text: str, longest: int = LONGEST, field: str = "text") -> str:
    """The text as it is kept; raises Refused for an empty one, one that is too long and one with NUL in it."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not kept:
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


def check_subject(text: str) -> str:
    """The subject as it is kept: one line."""
    return check_text(" ".join(text.replace("\x00", " ").split()), LONGEST_SUBJECT, "subject")


def check_somebody(count: int, *, answering: bool) -> None:
    """Raise Refused where a message would reach nobody."""
    if count:
        return
    if answering:
        raise Refused(
            _("Nobody else is left in this conversation. Write a new message to somebody else; your text stands here.")
        )
    raise Refused(_("Nobody would get it. Choose a person, a unit or a role where somebody else is."), "to")

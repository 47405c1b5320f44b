"""What a report may hold, and what may be done with one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from heretask.kernel.outbox import guard

LONGEST, LONGEST_NOTICED = 4000, 300
LATE_MINUTES = 60  # a report that nobody of Management has opened by then is late
LOST_MINUTES = 24 * 60  # one that was not opened by then breaks the promise
TELL_MINUTES = 15  # Management has been told long before


class Refused(Exception):
    """A rule says no to what stands in `field`; the message is a sentence for the person who asked."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


def check_words(text: str, field: str, longest: int = LONGEST) -> str:
    """The text as it is kept; raises Refused for none, for one too long, and for one with a CPR number in it."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", " ").strip()
    if not kept:
        raise Refused(_("Write something first."), field)
    if len(kept) > longest:
        raise Refused(
            _("The text has %(count)d characters; %(limit)d are allowed.") % {"count": len(kept), "limit": longest},
            field,
        )
    if guard.has_number(kept):
        raise Refused(
            _("This holds what reads like a CPR number. Take it out; the rest stands as you wrote it."),
            field,
        )
    return kept

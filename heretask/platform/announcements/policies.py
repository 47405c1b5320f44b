"""What a notice to customers may look like, and when it may be withdrawn or acknowledged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.rhythm import COPENHAGEN

from .models import LONGEST, LONGEST_TEXT, LONGEST_TITLE


class Refused(Exception):
    """A rule says no to what stands in `field`; the message is a sentence for the person who asked."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Words:
    """What is said, in both languages."""

    title_da: str
    text_da: str
    title_en: str
    text_en: str


def today() -> dt.date:
    """The day by the clock in Denmark."""
    return timezone.localdate(timezone=COPENHAGEN)


def check_words(words: Words) -> Words:
    """Tidied; raises Refused for none, in either language, or too many."""
    kept = Words(
        " ".join(words.title_da.split()), words.text_da.strip(), " ".join(words.title_en.split()), words.text_en.strip()
    )
    for field in ("title_da", "text_da", "title_en", "text_en"):
        most = LONGEST_TITLE if field.startswith("title") else LONGEST_TEXT
        if not getattr(kept, field):
            raise Refused(_("Write it in both languages: everybody reads it in their own."), field)
        if len(getattr(kept, field)) > most:
            raise Refused(_("That is too long: %(most)d characters at most.") % {"most": most}, field)
    return kept


def check_days(starts: dt.date, ends: dt.date) -> None:
    """Raise Refused for days that cannot be."""
    if starts < today():
        raise Refused(_("It can begin today at the earliest."), "starts")
    if ends < starts:
        raise Refused(_("The last day cannot lie before the first."), "ends")
    if ends - starts > dt.timedelta(days=LONGEST):
        raise Refused(_("It holds three months at most."), "ends")


def check_holds(ends: dt.date, *, withdrawn: bool) -> None:
    """Raise Refused for one that holds no more."""
    if withdrawn or ends < today():
        raise Refused(_("It does not hold any more."))


def check_waits(*, must: bool) -> None:
    """Raise Refused for one that nobody has to acknowledge."""
    if not must:
        raise Refused(_("This one need not be acknowledged."))

"""How a sample is drawn by somebody's own seed, and what may be asked for. Nothing here reads the database."""

from __future__ import annotations

import datetime as dt
import hashlib
import heapq
import unicodedata
from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

FEWEST, MOST = 1, 60  # rows of a sample
LONGEST = dt.timedelta(days=366)
LARGEST = 200_000  # rows of a population: as many as are read and weighed while somebody waits
SEED = 3, 200  # letters at least and at most


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked, `field` where it stands."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


def check_period(first: dt.date, last: dt.date, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """The moments a period of days stands for; today ends now, so that what is drawn from is fixed."""
    if last < first:
        raise Refused(_("The last day comes before the first one."), "last")
    if last > timezone.localdate(now):
        raise Refused(_("The last day is yet to come."), "last")
    if last - first > LONGEST:
        raise Refused(_("A year at most: choose a shorter period."), "first")
    here = timezone.get_current_timezone()
    ends = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), tzinfo=here)
    return dt.datetime.combine(first, dt.time(), tzinfo=here), min(ends, now)


def check_seed(words: str) -> str:
    """The seed as it is hashed: one blank between words, letters composed."""
    plain = unicodedata.normalize("NFC", " ".join(words.split()))
    if not SEED[0] <= len(plain) <= SEED[1]:
        raise Refused(_("Write a seed of your own, from 3 to 200 letters."), "seed")
    return plain


def check_wanted(wanted: int) -> int:
    """How many rows are drawn."""
    if not FEWEST <= wanted <= MOST:
        raise Refused(_("Draw from 1 to 60 rows."), "wanted")
    return wanted


def check_size(size: int) -> None:
    """Raise Refused for a population of nothing, or of more than is drawn from at once."""
    if not size:
        raise Refused(_("There are no such rows in this period."), "first")
    if size > LARGEST:
        raise Refused(_("There are more than 200,000 such rows in this period. Choose a shorter one."), "first")


def draw(seed: str, population: Iterable[UUID], wanted: int) -> list[UUID]:
    """The rows with the smallest SHA-256 of seed and id as text: nobody's choice, and the same for everybody."""
    return heapq.nsmallest(wanted, population, key=lambda own: hashlib.sha256(f"{seed}{own}".encode()).digest())


def listed(population: Iterable[UUID]) -> bytes:
    """The population as a file: one id a line, in order. Its SHA-256 is the population's digest."""
    return "".join(f"{own}\n" for own in sorted(population)).encode()

"""Who is on duty when: the same people for every citizen of a group of staff, and nobody day and night at once."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
DAY, EVENING, NIGHT = 0, 1, 2
SHIFT_NAMES = ("dagvagten", "aftenvagten", "nattevagten")

# The parts of a day as the text files know them: first and last minute after midnight at which a note is written.
PARTS = {
    "m": (8 * 60 + 20, 10 * 60 + 30),
    "f": (10 * 60 + 35, 11 * 60 + 55),
    "d": (12 * 60 + 20, 13 * 60 + 40),
    "e": (13 * 60 + 45, 16 * 60 + 40),
    "a": (17 * 60 + 20, 19 * 60 + 50),
    "s": (20 * 60 + 40, 22 * 60 + 50),
    "n": (5 * 60 + 5, 6 * 60 + 50),
}
_PART_WEIGHTS = {"m": 24, "f": 14, "d": 10, "e": 18, "a": 16, "s": 20, "n": 14}
_PART_WEIGHTS_OF = {"H": {**_PART_WEIGHTS, "n": 0}, "P": _PART_WEIGHTS, "B": _PART_WEIGHTS, "S": _PART_WEIGHTS}


def draw_part(rng: random.Random, times: str, code: str) -> str:
    """Draw a part of the day among those allowed, as often as notes are written in it."""
    weights = _PART_WEIGHTS_OF[code]
    usable = [part for part in times if weights[part]] or list(times)
    return rng.choices(usable, weights=[weights[part] or 1 for part in usable])[0]


def draw_moment(rng: random.Random, day: date, part: str, *, deep_night: bool = False) -> datetime:
    """Draw a moment in a part of a day; something sudden may fall in the middle of the night."""
    first, last = PARTS[part]
    if part == "n" and deep_night:
        first = 3 * 60 + 40  # also clear of the hour that summer time skips or repeats
    minute = rng.randint(first, last)
    return datetime.combine(day, time(minute // 60, minute % 60), COPENHAGEN)


def shift_of(moment: datetime) -> int:
    """Name the shift a moment belongs to: 7 to 15, 15 to 23, 23 to 7."""
    if 7 <= moment.hour < 15:
        return DAY
    return EVENING if 15 <= moment.hour < 23 else NIGHT


def on_duty(staff: Sequence[str], moment: datetime) -> list[int]:
    """Return the indices of those on duty, worked out from the calendar alone.

    A sixth of the staff are always night people; the others change between day and evening by the week, and a rotating
    part of them is off.
    """
    count = len(staff)
    if count < 4:
        return list(range(count))
    nights = max(1, count // 6)
    shift = shift_of(moment)
    ordinal = (moment - timedelta(hours=7)).date().toordinal()  # a night belongs to the evening before it
    if shift == NIGHT:
        return [count - 1 - ordinal // 3 % nights]
    week = ordinal // 7
    others = [index for index in range(count - nights) if (index + week) % 2 == shift]
    wanted = min(len(others), 3)
    first = ordinal // 2 % len(others)
    return [others[(first + step) % len(others)] for step in range(wanted)]

"""What a file may be: its size, its number, its name. Every limit stands here, and nowhere else."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _

LARGEST = 25 * 1024 * 1024  # bytes of one file, as it comes
MOST = 12  # files of one act
TOGETHER = 60 * 1024 * 1024  # bytes of all files of one act: they are in memory while they are looked at
REQUEST = 1024 * 1024 * 1024  # a longer request is not even read to its end
LONGEST_NAME = 80
PIXELS = 64_000_000  # of a JPEG, which can be decoded at a smaller scale
PIXELS_WHOLE = 32_000_000  # of a PNG or WebP, which cannot
EDGE, EDGE_SMALL = 2400, 240  # the longer side of a kept picture, and of its small one
PARTS, UNPACKED, RATIO, RATIO_FROM = 2_000, 100 * 1024 * 1024, 200, 1024 * 1024  # of an Office document, which is a zip
PENDING_HOURS = 24  # how long a file waits for the message or note it was chosen for


class Refused(Exception):
    """A file is not taken; the message is a sentence for the person who chose it."""


def too_large() -> str:
    """What is said of a file above the limit."""
    return _("It is larger than %(limit)d MB. Take a smaller one, or send it in parts.") % {"limit": LARGEST >> 20}


def too_much() -> str:
    """What is said of the file with which all together are above the limit."""
    return _("Together the files are larger than %(limit)d MB. Send the rest afterwards.") % {"limit": TOGETHER >> 20}


def too_many() -> str:
    """What is said of the thirteenth file."""
    return _("At most %(limit)d files can be sent at once. Send the rest afterwards.") % {"limit": MOST}


def clean_name(given: str, ending: str) -> str:
    """A name that is safe to show and to save under: its last part, no invisible marks, the ending of its content."""
    last = given.replace("\\", "/").split("/")[-1]
    kept = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", last))
    kept = "".join(c for c in kept if unicodedata.category(c)[0] != "C")  # control and direction marks, half characters
    kept = "".join("-" if c in '<>:"|?*' else c for c in kept)
    stem, dot, last_ending = kept.rpartition(".")
    if dot and 0 < len(last_ending) <= 5 and last_ending.isalnum():
        kept = stem
    kept = " ".join(kept.split()).strip(". ")[: LONGEST_NAME - len(ending) - 1].strip(". ")
    unnamed = _("file")
    return f"{kept or unnamed}.{ending}"

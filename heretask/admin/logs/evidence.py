"""Tells LOG-4 where the newest extract lies, and whether it still is what it was."""

from __future__ import annotations

import datetime as dt
import hashlib
import io

from django.utils import timezone

from heretask.kernel.evidence import exports
from heretask.kernel.log import verify
from heretask.kernel.log.queries import Export, exports_since, newest_export
from heretask.kernel.log.trace import trace
from heretask.kernel.secrets.files import SealedFile, SealedFileReader
from heretask.kernel.secrets.keys import CannotOpen

from .queries import KEPT_DAYS

PERIOD = dt.timedelta(days=30)
LONGEST = 1_000_000  # events up to which the whole verification is run each time; above it, the check sum


def _newest() -> exports.Export | None:
    """The newest extract that should still be here; one that was removed in time is no longer measured."""
    made = newest_export()
    if made is None or made.at is None or made.at < timezone.now() - dt.timedelta(days=KEPT_DAYS):
        return None
    intact = _is_intact(made)
    return exports.Export(intact, _verified(made) if intact and made.rows <= LONGEST else "")


def _is_intact(made: Export) -> bool:
    here, digest = trace(), hashlib.sha256()
    try:
        for piece in SealedFileReader(here.customer_key, here.customer_id, made.file):
            digest.update(piece)
    except (CannotOpen, FileNotFoundError):
        return False
    return digest.hexdigest() == made.sha256


def _verified(made: Export) -> str:
    """What the program that is handed out says of the file."""
    here = trace()
    with io.BufferedReader(SealedFile(here.customer_key, here.customer_id, made.file), 65_536) as file:
        report = verify.check_zip(file)
    serious = [fault.name for fault in report.faults if fault.status == 1]
    return (serious or [fault.name for fault in report.faults] or ["holds"])[0]


def _count() -> int:
    return exports_since(timezone.now() - PERIOD)


exports.tell(newest=_newest, count=_count)

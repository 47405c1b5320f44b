"""When the time for which the log is kept may be changed, whoever changes it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from heretask.kernel.retention.queries import FEWEST, MOST


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def check_months(months: int, before: int, why: str) -> None:
    """Raise Refused for what is no change, is out of bounds, or shortens without a reason."""
    if not FEWEST <= months <= MOST:
        raise Refused(_("Between %(few)d and %(most)d months are possible.") % {"few": FEWEST, "most": MOST})
    if months == before:
        raise Refused(_("It is %(months)d months already.") % {"months": months})
    if months < before and not why:
        raise Refused(_("Write why the log is to be kept for a shorter time."))


FEWEST_MESSAGES = 1


def check_message_months(months: int, before: int, why: str) -> None:
    """As `check_months`, for messages."""
    if not FEWEST_MESSAGES <= months <= MOST:
        raise Refused(_("Between %(few)d and %(most)d months are possible.") % {"few": FEWEST_MESSAGES, "most": MOST})
    if months == before:
        raise Refused(_("It is %(months)d months already.") % {"months": months})
    if months < before and not why:
        raise Refused(_("Write why messages are to be kept for a shorter time."))

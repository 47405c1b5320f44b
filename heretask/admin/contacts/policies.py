"""What a sheet of emergency contacts may hold, and how old it may be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heretask.kernel.outbox import guard

MONTHS = 12
MOST = 4
_PHONE = re.compile(r"\+?[0-9 ]{6,20}")


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to be called: a name, a telephone, and when or for what."""

    name: str
    phone: str
    note: str = ""


def checked(given: Iterable[Contact]) -> list[Contact]:
    """The contacts as they are kept; raises Refused where there is none, or one without name or telephone."""
    found = []
    for one in given:
        kept = Contact(" ".join(one.name.split()), " ".join(one.phone.split()), " ".join(one.note.split()))
        if not (kept.name or kept.phone or kept.note):
            continue
        if not kept.name or not _PHONE.fullmatch(kept.phone):
            raise Refused(_("Each contact has a name and a telephone number that can be called."))
        if guard.has_number(f"{kept.name} {kept.note}"):
            raise Refused(_("This holds what reads like a CPR number. Take it out; the rest stands as you wrote it."))
        found.append(kept)
    if not found:
        raise Refused(_("Write at least one whom the supplier can call."))
    return found

"""One's own last searches: stored sealed for 31 days, as every search is."""

from __future__ import annotations

import json
from uuid import UUID

from heretask.kernel.access.decide import Actor
from heretask.kernel.log.models import StoredSearch
from heretask.kernel.secrets.opening import open_text

PLACE = "platform.search"
LAST, LOOKED = 6, 30


def last_searches(by: Actor) -> list[tuple[UUID, str]]:
    """The newest different words that `by` searched for, with the id they are answered under."""
    rows = StoredSearch.objects.filter(user_id=by.person_id, place=PLACE).order_by("-made_at")[:LOOKED]
    found: dict[str, UUID] = {}
    for row in rows:
        words = str(json.loads(open_text(row, "query"))["q"])
        found.setdefault(words.casefold(), row.id)
        if len(found) == LAST:
            break
    said = {row.id: str(json.loads(open_text(row, "query"))["q"]) for row in rows if row.id in found.values()}
    return [(own, said[own]) for own in found.values()]


def forget(by: Actor) -> int:
    """Remove them; the log keeps what was searched for."""
    gone, _by_model = StoredSearch.objects.filter(user_id=by.person_id, place=PLACE).delete()
    return gone

"""What an erasure clears of a journal: unsigned notes, and what was searched for in it.

Signed notes stay as rows whose words nobody can open. What was searched for is sealed under the customer's key, so it
must go as a row; the event of each search keeps its words until the log's time is over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from heretask.kernel.log.models import StoredSearch
from heretask.kernel.secrets import forgetting

from .actions import draft_place
from .models import Correction, Note


def forget(alias: str, customer_id: UUID, subjects: Mapping[UUID, dt.datetime]) -> None:
    """Remove what was never signed, and the searches kept for their askers."""
    StoredSearch.objects.using(alias).filter(customer_id=customer_id, place__in=_places(subjects)).delete()
    Note.objects.using(alias).filter(customer_id=customer_id, citizen_id__in=list(subjects), signed_at=None).delete()


def _places(subjects: Iterable[UUID]) -> list[str]:
    return [draft_place(subject) for subject in subjects]


def remembers(alias: str, customer_id: UUID, subjects: Sequence[UUID]) -> set[UUID]:
    """Those of whom an unsigned note is left."""
    rows = Note.objects.using(alias).filter(customer_id=customer_id, citizen_id__in=subjects, signed_at=None)
    return set(rows.values_list("citizen_id", flat=True))


def tell(subject: UUID) -> dict[str, int]:
    """How many notes and corrections there are."""
    notes = Note.objects.filter(citizen_id=subject)
    return {
        "signed": notes.exclude(signed_at=None).count(), "unsigned": notes.filter(signed_at=None).count(),
        "corrections": Correction.objects.filter(citizen_id=subject).count(),
    }  # fmt: skip


forgetting.register("social.journal", forget=forget, remembers=remembers, tell=tell)

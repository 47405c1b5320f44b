"""Erasing a subject: its key is destroyed, and with it every text sealed under it, in every copy of the database."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from heretask.kernel.identity.people import names_of
from heretask.kernel.log.faults import place_of
from heretask.kernel.log.trace import trace

from . import forgetting, tombstones
from .models import DataKey, Erasure
from .opening import open_text, seal

logger = logging.getLogger("heretask.secrets")


@dataclass(frozen=True, slots=True)
class Told:
    """That somebody was erased: when, by whom and why, as the customer's own people may read it."""

    subject: UUID
    at: dt.datetime
    by: str
    why: str

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        day = formats.date_format(timezone.localdate(self.at), "j. F Y")
        if not self.why:
            return _(
                "Erased on %(day)s, and again after the database was restored from an older copy; "
                "who did it and why stood in newer data."
            ) % {"day": day}
        by = self.by or _("the operator at the server")
        return _("Erased on %(day)s by %(by)s. Reason: %(why)s.") % {"day": day, "by": by, "why": self.why}


def erase(subject: UUID, why: str) -> dt.datetime:
    """Destroy a subject's key in this transaction, and what the features have of it; the caller records the event.

    The tombstone is written when the transaction has been committed.
    """
    here, at = trace(), timezone.now()
    told = Erasure(subject=subject, at=at, by=here.actor, customer_id=here.customer_id)
    seal(told, why=why)
    told.save(force_insert=True)
    DataKey.objects.filter(subject=subject).delete()
    here.data_keys.pop(subject, None)
    forgetting.forget("default", here.customer_id, {subject: at})
    transaction.on_commit(lambda: _write(here.customer_id, subject, at))
    return at


def erased(subject: UUID) -> Told | None:
    """What is told of an erased subject; None for one who is not."""
    found = list(_told(Erasure.objects.filter(subject=subject)))
    return found[0] if found else None


def all_erased(limit: int = 200) -> list[Told]:
    """The newest erasures of this customer."""
    return list(_told(Erasure.objects.order_by("-at")[:limit]))


def erased_among(subjects: Iterable[UUID]) -> set[UUID]:
    """Which of these were erased, in one query."""
    wanted = set(subjects)
    return set(Erasure.objects.filter(subject__in=wanted).values_list("subject", flat=True)) if wanted else set()


def _told(rows: Iterable[Erasure]) -> list[Told]:
    found = list(rows)
    names = names_of(row.by for row in found if row.by)
    return [Told(row.subject, row.at, names.get(row.by, "") if row.by else "", open_text(row, "why")) for row in found]


def _write(customer_id: UUID, subject: UUID, at: dt.datetime) -> None:
    try:
        tombstones.write(customer_id, {subject: at})
    except (OSError, tombstones.Damaged) as failure:  # it is erased; the clock tries again within seconds
        logger.error("a tombstone could not be written: %s", place_of(failure))

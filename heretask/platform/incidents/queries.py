"""Reading reports of this session's own customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet

from heretask.kernel.access.decide import Actor
from heretask.kernel.identity.people import names_of

from .models import Incident, IncidentStep

SHOWN = 100  # the newest of a list


@dataclass(frozen=True, slots=True)
class Row:
    """A report in a list, closed: by whom, from where, and how far it is."""

    id: UUID
    reporter: str
    page: str
    state: str
    made_at: dt.datetime
    opened_at: dt.datetime | None
    closed_at: dt.datetime | None
    news: bool  # an answer that the reporter has not read


def own_rows(by: Actor) -> list[Row]:
    """The newest reports of `by`."""
    return _rows(Incident.objects.filter(reporter_id=by.person_id))


def rows_here() -> list[Row]:
    """The newest reports of this customer, whoever made them; at the supplier also those of people not signed in."""
    return _rows(Incident.objects.all())


def _rows(found: QuerySet[Incident]) -> list[Row]:
    rows = list(found.order_by("-made_at")[:SHOWN])
    names = names_of({one.reporter_id for one in rows if one.reporter_id})
    return [
        Row(
            one.id, names.get(one.reporter_id, "") if one.reporter_id else "", one.page, one.state, one.made_at,
            one.opened_at, one.closed_at,
            one.answered_at is not None and (one.seen_at is None or one.seen_at < one.answered_at),
        )
        for one in rows
    ]  # fmt: skip


def unread(by: Actor) -> list[Incident]:
    """Reports of `by` that were answered since they last looked."""
    return list(
        Incident.objects.filter(Q(seen_at=None) | Q(seen_at__lt=F("answered_at")), reporter_id=by.person_id)
        .exclude(answered_at=None)
        .order_by("-answered_at")[:5]
    )


def not_closed() -> list[Incident]:
    """What is under way at this customer, the newest first."""
    return list(Incident.objects.filter(closed_at=None).order_by("-made_at")[:5])


def get(incident_id: UUID) -> Incident:
    """One report; raises Incident.DoesNotExist."""
    return Incident.objects.get(id=incident_id)


def steps_of(incident: Incident) -> list[IncidentStep]:
    """What became of it, in its order."""
    return list(IncidentStep.objects.filter(incident_id=incident.id).order_by("made_at", "id")[:200])


def reports_since(since: dt.datetime) -> list[Incident]:
    """Every report of a period at this customer."""
    return list(Incident.objects.filter(made_at__gte=since))


def name_of(user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of reporters."""
    return names_of({own for own in user_ids if own})

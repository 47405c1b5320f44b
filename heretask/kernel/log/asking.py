"""What can be asked of the log, as the pages, the extracts and the events of both keep it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from .models import Event
from .registry import ACTIONS, Category

HOUR = dt.timedelta(hours=1)
_LOCAL = ZoneInfo("Europe/Copenhagen")


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the log; an empty field asks nothing. Days are those of Denmark, both included."""

    q: str = ""
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    person: UUID | None = None
    citizen: UUID | None = None
    session: UUID | None = None
    hour: dt.datetime | None = None  # when it begins

    def as_variables(self) -> dict[str, str]:
        """As an event and a stored search keep them: every variable that was set."""
        return {f.name: str(value) for f in dataclasses.fields(self) if (value := getattr(self, f.name))}

    @classmethod
    def from_variables(cls, kept: Mapping[str, str]) -> Filters:
        """Out of what `as_variables` gave."""
        return cls(
            q=kept.get("q", ""), kind=kept.get("kind", ""),
            since=dt.date.fromisoformat(kept["since"]) if kept.get("since") else None,
            until=dt.date.fromisoformat(kept["until"]) if kept.get("until") else None,
            person=UUID(kept["person"]) if kept.get("person") else None,
            citizen=UUID(kept["citizen"]) if kept.get("citizen") else None,
            session=UUID(kept["session"]) if kept.get("session") else None,
            hour=dt.datetime.fromisoformat(kept["hour"]) if kept.get("hour") else None,
        )  # fmt: skip

    @property
    def begins(self) -> int:
        """The first moment that is asked for, in microseconds; 0 for any."""
        return max(midnight(self.since) if self.since else 0, microseconds(self.hour) if self.hour else 0)

    @property
    def ends(self) -> int | None:
        """The first moment that is no longer asked for; None for any."""
        days = [midnight(self.until + dt.timedelta(days=1))] if self.until else []
        return min([*days, *([microseconds(self.hour + HOUR)] if self.hour else [])], default=None)

    @property
    def actions(self) -> list[str] | None:
        """The actions of the kind that is asked for; None for any."""
        return named(Category(self.kind)) if self.kind in set(Category) else None

    def fit(self, event: Event) -> bool:
        """Whether an event is asked for, words and time left aside."""
        about = event.actor == self.person or (event.object_kind == "user" and event.object_id == self.person)
        return (
            (self.person is None or about) and (self.session is None or event.session == self.session)
            and (self.actions is None or event.action in self.actions)
        )  # fmt: skip


def microseconds(when: dt.datetime) -> int:
    """As an event's time is kept."""
    return int(when.timestamp() * 1_000_000)


def moment(at: int) -> dt.datetime:
    """An event's time."""
    return dt.datetime.fromtimestamp(at / 1_000_000, dt.UTC)


def named(category: Category) -> list[str]:
    """The actions of one category."""
    return [a.name for a in ACTIONS.values() if a.category is category]


def midnight(day: dt.date) -> int:
    """When a day of Denmark begins, in microseconds."""
    return microseconds(dt.datetime.combine(day, dt.time(), _LOCAL))

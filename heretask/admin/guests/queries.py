"""Reading guests: who they are, whom they may read, and what they have opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.guests import lists
from heretask.kernel.access.models import Assignment, Guest
from heretask.kernel.access.roles import ROLES, Inspector
from heretask.kernel.identity.models import User
from heretask.kernel.log import naming
from heretask.kernel.log.models import Event
from heretask.kernel.log.registry import ACTIONS, Category
from heretask.kernel.secrets.opening import open_text

NEWEST = 30  # events on a guest's page; the log has them all
MOST_FOUND = 100


@dataclass(frozen=True, slots=True)
class Invited:
    """A guest as a line: who, from whom, until when, and how much they have opened."""

    id: UUID
    user_id: UUID
    user_name: str
    name: str
    role: str
    role_label: str
    sender: str
    why: str
    made_at: dt.datetime
    ends_at: dt.datetime
    ended_at: dt.datetime | None  # None while it lasts
    opened: int
    last: dt.datetime | None

    @property
    def lasts(self) -> bool:
        """Whether the guest may read now."""
        return self.ended_at is None

    @property
    def has_list(self) -> bool:
        """Whether what they read is a list of citizens."""
        return self.role == Inspector.key


def invited() -> list[Invited]:
    """All guests, those who read now first, then the newest."""
    rows = list(Guest.objects.select_related("user").order_by("-made_at"))
    ended = {row.user_id: row for row in Assignment.objects.filter(user_id__in=[guest.user_id for guest in rows])}
    found = [_invited(guest, ended.get(guest.user_id)) for guest in rows]
    return sorted(found, key=lambda one: not one.lasts)


def one(guest_id: UUID) -> Guest | None:
    """An invitation."""
    return Guest.objects.select_related("user__customer").filter(id=guest_id).first()


def of(guest: Guest) -> Invited:
    """The same as a line."""
    return _invited(guest, Assignment.objects.filter(user_id=guest.user_id).first())


def assignment_of(guest: Guest) -> Assignment | None:
    """The role that came with an invitation, as long as nobody has ended it."""
    return Assignment.objects.filter(user_id=guest.user_id, ended_at=None).first()


def listed(guest: Guest) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """Names and units of the citizens on the list; the names are opened."""
    ids = lists().scope(guest.user_id)
    return naming.names("citizen", ids), naming.places("citizen", ids)


def candidates(words: str, but: set[UUID]) -> tuple[list[tuple[UUID, str, str]], int, set[UUID]]:
    """Citizens whose name or unit has all the words: id, name, unit; how many; and whose names were opened."""
    names = naming.names("citizen", naming.everybody("citizen"))
    places = naming.places("citizen", names)
    wanted = words.casefold().split()
    found = sorted(
        (places.get(i, ""), name, i) for i, name in names.items()
        if i not in but and wanted and all(word in f"{name} {places.get(i, '')}".casefold() for word in wanted)
    )  # fmt: skip
    return [(i, name, place) for place, name, i in found[:MOST_FOUND]], len(found), set(names)


def newest_events(user_id: UUID) -> list[Event]:
    """What a guest did, the newest first."""
    return list(Event.objects.filter(actor=user_id).order_by("-at", "-id")[:NEWEST])


def _invited(guest: Guest, held: Assignment | None) -> Invited:
    user: User = guest.user
    opens = [a.name for a in ACTIONS.values() if a.category in {Category.OPENED, Category.SEARCHED}]
    acts = Event.objects.filter(actor=user.id, action__in=opens)
    last = acts.order_by("-at").values_list("at", flat=True).first()
    now = timezone.now()
    ends = [held.ended_at if held else None, user.deactivated_at, guest.ends_at if guest.ends_at <= now else None]
    role = held.role if held else ""
    return Invited(
        guest.id, user.id, user.user_name, open_text(user, "name"), role,
        str(ROLES[role].label) if role in ROLES else role, open_text(guest, "sender"), open_text(guest, "why"),
        guest.made_at, guest.ends_at, min((end for end in ends if end is not None), default=None), acts.count(),
        dt.datetime.fromtimestamp(last / 1_000_000, tz=dt.UTC) if last else None,
    )  # fmt: skip

"""Reading the staff register: people with their duties and what they may do, and one's own."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connections
from django.utils import timezone

from heretask.kernel.access.roles import Management
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import assignments_now
from heretask.kernel.periods import months_after
from heretask.kernel.secrets.opening import open_text
from heretask.kernel.staff.eligibility import YEAR, Eligibility, Facts, State, decide
from heretask.kernel.staff.gate import facts_from
from heretask.system.records import queries as records
from heretask.system.records.models import Entry, Signature, Version
from heretask.system.records.queries import Change, Item, Standing

from .declarations import CLOSING, CONFIDENTIALITY, EQUIPMENT, STAFF, STATED, STATEMENT
from .models import Override


@dataclass(slots=True)
class Member:
    """Somebody on the register, on this day."""

    item: Item
    facts: Facts
    may: Eligibility
    duties: list[Standing]  # of every period, the newest first
    devices: list[Item] = field(default_factory=list)

    @property
    def left(self) -> bool:
        """Whether they have left."""
        return self.facts.state == State.LEFT

    @property
    def current(self) -> list[Standing]:
        """The newest duty of each rule that still concerns them, the most urgent first."""
        newest: dict[str, Standing] = {}
        for standing in self.duties:
            newest.setdefault(standing.rule.key, standing)
        return sorted((s for s in newest.values() if self._concerns(s)), key=lambda s: s.duty.due_on)

    @property
    def open(self) -> list[Standing]:
        """What they still have to do."""
        return [standing for standing in self.current if standing.closing is None]

    @property
    def state(self) -> str:
        """The worst of what is open: broken, due or ok."""
        states = {standing.state for standing in self.open}
        return next((state for state in ("broken", "due") if state in states), "due" if self.restates else "ok")

    def _concerns(self, standing: Standing) -> bool:
        if self.left:
            return standing.rule is CLOSING
        if standing.rule is CLOSING or (standing.rule is STATEMENT and not self.kept_devices):
            return False
        return standing.closing is None or standing.rule is CONFIDENTIALITY

    @property
    def restates(self) -> bool:
        """Whether a device is not confirmed, though no statement is asked for now: it came since, or a no was said."""
        asked = any(s.rule is STATEMENT and s.state != "ok" for s in self.open)
        return not self.left and not asked and any(not confirmed(device) for device in self.kept_devices)

    @property
    def kept_devices(self) -> list[Item]:
        """What they have and have not returned."""
        return [device for device in self.devices if not device.values["returned_on"]]


def confirmed(device: Item) -> bool:
    """Whether who has it has said within the year that it is encrypted, locks, and is locked away."""
    stated = device.date("stated_on")
    current = stated is not None and months_after(stated, YEAR) >= timezone.localdate()
    return current and all(device.values[key] == "yes" for key in STATED)


@dataclass(frozen=True, slots=True)
class Register:
    """The whole register, and logins of the supplier that are not on it."""

    members: list[Member]
    strangers: list[tuple[UUID, str]]  # open logins that nobody has put on the register
    grace_until: dt.date | None
    versions: dict[str, Version]


@dataclass(frozen=True, slots=True)
class Dossier:
    """One person with all that was."""

    member: Member
    history: list[Change]
    signatures: list[Signature]
    overrides: list[Override]
    versions: dict[str, Version]


def rows() -> list[dict[str, object]]:
    """Dates and states of everybody, as the gate sees them."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from ht.own_staff()")
        return [json.loads(row[0]) for row in cursor.fetchall()]


def members(today: dt.date | None = None) -> list[Member]:
    """Everybody on the register."""
    day = today or timezone.localdate()
    facts = {UUID(str(row["entry"])): facts_from(row) for row in rows() if row["entry"]}
    devices = records.items(EQUIPMENT)
    duties = records.standings(facts, day)
    return [
        Member(
            item, facts[item.id], decide(facts[item.id], day), duties[item.id],
            [d for d in devices if d.values["person"] == str(item.id)],
        )
        for item in records.items(STAFF)
    ]  # fmt: skip


def member(person_id: UUID) -> Member:
    """One of them; raises Entry.DoesNotExist."""
    for one in members():
        if one.item.id == person_id:
            return one
    raise Entry.DoesNotExist


def own(user_id: UUID) -> Member | None:
    """Who signed in, where that login is on the register."""
    return next((one for one in members() if one.item.values["login"] == str(user_id)), None)


def register() -> Register:
    """Everybody, and which logins are missing."""
    found = rows()
    missing = [UUID(str(row["login"])) for row in found if not row["entry"]]
    users = User.objects.filter(id__in=missing).order_by("user_name")
    grace = next((facts_from(row).grace_until for row in found), None)
    return Register(members(), [(u.id, open_text(u, "name")) for u in users], grace, records.newest_versions())


def dossier(person_id: UUID) -> Dossier:
    """All of one person; raises Entry.DoesNotExist."""
    found = member(person_id)
    overrides = Override.objects.filter(entry_id=person_id).select_related("asked_by", "approved_by")
    return Dossier(
        found, records.history(STAFF, person_id), records.signatures([person_id]),
        list(overrides.order_by("-made_at")), records.newest_versions(),
    )  # fmt: skip


def logins() -> list[tuple[UUID, str]]:
    """The open logins of the supplier, with names."""
    return [(u.id, f"{open_text(u, 'name')} ({u.user_name})") for u in User.objects.filter(active=True)]


def taken_logins(but: UUID | None = None) -> set[str]:
    """Logins that stand on the register already, of others than `but`."""
    return {i.values["login"] for i in records.items(STAFF) if i.id != but and i.values["login"]}


def manager_called(user_name: str) -> User | None:
    """One of Management by user name."""
    holding = assignments_now().filter(role=Management.key, user__active=True, user__user_name=user_name)
    found = holding.select_related("user").first()
    return found.user if found else None


def device(device_id: UUID) -> Item:
    """One device; raises Entry.DoesNotExist."""
    return records.item(EQUIPMENT, device_id)


@dataclass(frozen=True, slots=True)
class Figures:
    """What evidence is made of: everybody's facts without names, and what was counted of 30 days."""

    people: list[dict[str, object]]
    sign_ins: int
    unchecked: int
    added: int
    strangers: int
    gates_from: dt.date


def figures() -> Figures:
    """Readable outside any customer: `ht.staff_figures()` is the one place that gives it out."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select people, sign_ins, unchecked, added, strangers, gates_from from ht.staff_figures()")
        people, *rest = cursor.fetchone()
    return Figures(json.loads(people), *rest)


def probation_figures() -> tuple[int, int]:
    """Grants of 30 days that show content, and those of them that began in somebody's probation."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select given, early from ht.probation_figures()")
        given, early = cursor.fetchone()
    return given, early


def versions(key: str) -> list[Version]:
    """Every version of one of the two documents, the newest first."""
    return records.versions(key)

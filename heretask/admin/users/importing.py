"""Users out of a customer's spreadsheet: read, compared with what is there, and carried out, all or nothing.

A row is a person with one role; a person with two roles has two rows. Nothing that the file does not name is changed,
no role is taken away, and nobody gets a password by it. The same file a second time changes nothing.
"""

from __future__ import annotations

import base64
import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access import events as access_events
from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.models import Assignment
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.access.roles import ROLES, Administrator, Management
from heretask.kernel.identity.models import ReservedName, User
from heretask.kernel.identity.people import assignments_now, check_user_name
from heretask.kernel.log import record
from heretask.kernel.secrets.opening import open_text, seal
from heretask.kernel.spreadsheet import Column, Problem, Unreadable, danish_date, one_of, read_rows, text
from heretask.kernel.spreadsheet import check as check_sheet
from heretask.kernel.tenancy import events as unit_events
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer, CustomerKind, Unit

from . import events, policies
from .models import UsersFile
from .policies import Refused

TASK = "admin.users_import"
KEPT_FOR = dt.timedelta(days=1)
Told = Callable[[int, int], None]


@dataclass(slots=True)
class Planned:
    """What one row comes to: new, changed or unchanged."""

    line: int
    state: str
    name: str
    user_name: str
    role: str
    unit: str
    until: dt.date | None
    user_id: UUID | None = None
    rename: bool = False
    give: bool = True
    ends: UUID | None = None  # the same role with another last day

    @property
    def role_label(self) -> str:
        """The role's name."""
        return str(ROLES[self.role].label)


@dataclass(slots=True)
class Plan:
    """A whole file: what it would do, and everything that must be corrected first."""

    rows: list[Planned] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    new_units: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether it can be carried out."""
        return all(p.warning for p in self.problems)

    @property
    def counts(self) -> Counter[str]:
        """How many rows are new, changed and unchanged."""
        return Counter(row.state for row in self.rows)

    @property
    def changes(self) -> bool:
        """Whether anything would happen."""
        return any(row.state != "unchanged" for row in self.rows)


def plan_for(data: bytes, name: str, *, make_units: bool, by: Actor) -> Plan:
    """Read a file and compare it with the users that are there; nothing is changed. A bounded number of queries."""
    check(by, P.ADMIN_USERS_IMPORT)
    try:
        checked = check_sheet(read_rows(data, name), _columns(), _key)
    except Unreadable as wrong:
        return Plan(problems=[Problem(0, "", "", wrong.sentence)])
    plan = Plan(problems=list(checked.problems))
    there = _There.load()
    seen: dict[str, tuple[int, str]] = {}
    for row in checked.rows:
        if not all(row.values[key] for key in ("name", "user_name", "role")):
            continue  # the whole column is missing, which is a problem of the file
        try:
            planned = _planned(row.line, row.values, there, make_units=make_units, by=by)
            earlier = seen.setdefault(planned.user_name, (row.line, planned.name))
            if earlier[1] != planned.name:
                raise _Wrong("Navn", planned.name, _("Another name than in line %(line)d.") % {"line": earlier[0]})
        except _Wrong as wrong:
            plan.problems.append(Problem(row.line, wrong.heading, wrong.shown, str(wrong)))
            continue
        if planned.state == "new" and earlier[0] != row.line:
            planned.state = "changed"  # the second role of somebody who is new in this file
        plan.rows.append(planned)
        if planned.unit and planned.unit not in there.units and planned.unit not in plan.new_units:
            plan.new_units.append(planned.unit)
    plan.problems.sort(key=lambda p: p.line)
    return plan


def carry_out(plan: Plan, *, by: Actor, told: Told | None = None) -> list[UUID]:
    """Do what a plan says, in the caller's transaction; returns the new users. Raises Refused where it is not sound."""
    check(by, P.ADMIN_USERS_IMPORT)
    if not plan.ok:
        raise Refused(_("The file has problems; correct them first."))
    policies.one_at_a_time()
    policies.check_reaches_no_further({right for row in plan.rows if row.give for right in ROLES[row.role].may}, by)
    _check_somebody_stays(plan)
    units = {unit.name: unit for unit in Unit.objects.all()}
    for name in plan.new_units:
        units[name] = Unit.objects.create(name=name)
        record(unit_events.UNIT_MADE, on=("unit", units[name].id), variables={"name": name}, changed=["name"])
    made: dict[str, User] = {}
    for number, row in enumerate(plan.rows, 1):
        if row.state != "unchanged":
            _carry_out(row, units, made)
        if told and number % 50 == 0:
            told(number, len(plan.rows))
    changed = sum(row.state != "unchanged" for row in plan.rows)
    record(events.USERS_IMPORTED, hits=changed, shown=[user.id for user in made.values()])
    return [user.id for user in made.values()]


def keep_file(data: bytes, name: str, *, make_units: bool, by: Actor) -> UsersFile:
    """Keep a file, sealed, until it is read in or given up; files forgotten for a day are removed first."""
    check(by, P.ADMIN_USERS_IMPORT)
    UsersFile.objects.filter(made_at__lt=timezone.now() - KEPT_FOR).delete()
    kept = UsersFile(user_id=by.user_id, make_units=make_units, customer_id=by.customer_id)
    seal(kept, name=name[:200], content=base64.b64encode(data).decode())
    kept.save(force_insert=True)
    return kept


def kept_file(file_id: UUID, by: Actor) -> UsersFile:
    """One's own kept file; raises UsersFile.DoesNotExist for anybody else's."""
    return UsersFile.objects.get(Q(user_id=by.user_id), id=file_id)


def plan_for_kept(kept: UsersFile, *, by: Actor) -> Plan:
    """The plan for a kept file, compared with what is there now."""
    data = base64.b64decode(open_text(kept, "content"))
    return plan_for(data, open_text(kept, "name"), make_units=kept.make_units, by=by)


def look_through(kept: UsersFile, *, by: Actor) -> Plan:
    """The preview of a kept file, with its event."""
    plan = plan_for_kept(kept, by=by)
    people = [row.user_id for row in plan.rows if row.user_id]
    record(events.FILE_READ, on=("file", kept.id), hits=len(plan.rows), shown=people)
    return plan


def give_up(kept: UsersFile, *, by: Actor) -> None:
    """Remove a kept file unread."""
    check(by, P.ADMIN_USERS_IMPORT)
    record(events.FILE_DROPPED, on=("file", kept.id))
    kept.delete()


class _Wrong(Exception):
    """Why a row cannot be used."""

    def __init__(self, heading: str, shown: str, sentence: str) -> None:
        super().__init__(sentence)
        self.heading, self.shown = heading, shown


@dataclass(slots=True)
class _There:
    """What is there already, in five queries."""

    slug: str
    users: dict[str, User]
    names: dict[UUID, str]
    reserved: set[str]
    held: dict[tuple[UUID, str, str], Assignment]
    units: set[str]
    closed_units: set[str]

    @classmethod
    def load(cls) -> _There:
        users = {u.user_name: u for u in User.objects.all()}
        units = {u.name: u.active for u in Unit.objects.all()}
        rows = assignments_now().select_related("unit", "own")
        return cls(
            slug=Customer.objects.get(id=current().customer_id).slug,
            users=users,
            names={u.id: open_text(u, "name") for u in users.values()},
            reserved=set(ReservedName.objects.values_list("user_name", flat=True)),
            held={(a.user_id, a.role_key, a.unit.name if a.unit else ""): a for a in rows},
            units={name for name, active in units.items() if active},
            closed_units={name for name, active in units.items() if not active},
        )


def _columns() -> list[Column]:
    supplier = Customer.objects.get(id=current().customer_id).kind == CustomerKind.SUPPLIER
    roles = {str(role.label): key for key, role in ROLES.items() if role.supplier == supplier and not role.guest}
    roles |= {word: key for word, key in _DANISH_ROLES.items() if ROLES[key].supplier == supplier}
    return [
        Column("name", ("Navn", "Fulde navn", "Name"), required=True, convert=_name),
        Column("user_name", ("Brugernavn", "Bruger", "Login", "User name"), required=True, convert=_user_name),
        Column("role", ("Rolle", "Role"), required=True, convert=one_of(roles)),
        Column("unit", ("Enhed", "Afdeling", "Hus", "Unit"), convert=text),
        Column("until", ("Slutdato", "Sidste dag", "Last day"), convert=danish_date),
    ]


_DANISH_ROLES = {  # the words of spreadsheets, whatever the reader's language is
    "Medarbejder": "carer", "Omsorgsmedarbejder": "carer", "Teamleder": "team_leader", "Administrator": "administrator",
    "Udvikler": "developer", "Ledelse": "management",
}  # fmt: skip


def _name(cell: Any) -> str:
    try:
        return policies.check_name(str(cell))
    except Refused as wrong:
        raise Unreadable(str(wrong)) from wrong


def _user_name(cell: Any) -> str:
    name, _at, slug = unicodedata.normalize("NFKC", text(cell)).casefold().partition("@")
    try:
        return check_user_name(name) + (f"@{slug}" if slug else "")
    except ValueError as wrong:
        raise Unreadable(str(wrong)) from wrong


def _key(values: dict[str, Any]) -> tuple[str, ...] | None:
    if not values["user_name"] or not values["role"]:
        return None
    units = ROLES[values["role"]].units
    return (values["user_name"].partition("@")[0], values["role"], (values["unit"] or "") if units else "")


def _planned(line: int, values: dict[str, Any], there: _There, *, make_units: bool, by: Actor) -> Planned:
    user_name, _at, slug = values["user_name"].partition("@")
    if slug and slug != there.slug:
        sentence = _("The part after @ must be %(slug)s, or left out.") % {"slug": there.slug}
        raise _Wrong("Brugernavn", values["user_name"], sentence)
    role = ROLES[values["role"]]
    if role is Management:
        raise _Wrong("Rolle", str(role.label), _("This role is not given by a file."))
    unit = (values["unit"] or "") if role.units else ""
    _check_unit(unit, there, needed=role.units, make_units=make_units)
    if values["until"] and values["until"] < timezone.localdate():
        raise _Wrong("Slutdato", str(values["until"]), _("The last day lies in the past."))
    planned = Planned(line, "new", values["name"], user_name, role.key, unit, values["until"])
    user = there.users.get(user_name)
    if user is None:
        if user_name in there.reserved:
            raise _Wrong("Brugernavn", user_name, policies.in_use(user_name))
        return planned
    return _compared(planned, user, there, by)


def _check_unit(unit: str, there: _There, *, needed: bool, make_units: bool) -> None:
    if needed and not unit:
        raise _Wrong("Enhed", "", _("This role needs a unit."))
    if len(unit) > 80:
        raise _Wrong("Enhed", unit[:60], _("The name of a unit may have 80 characters at most."))
    if unit in there.closed_units:
        raise _Wrong("Enhed", unit, _("This unit is closed."))
    if unit and unit not in there.units and not make_units:
        sentence = _("There is no such unit. Correct it, or choose to make the missing units.")
        raise _Wrong("Enhed", unit, sentence)


def _check_somebody_stays(plan: Plan) -> None:
    """Raise Refused where the last day that a file sets would leave nobody who governs without one."""
    for role in (Administrator.key, Management.key):
        open_ended = assignments_now().filter(role=role, until=None, user__active=True)
        had = set(open_ended.values_list("id", flat=True))
        ends = {row.ends for row in plan.rows if row.ends and row.until}
        stays = (had - ends) or [row for row in plan.rows if row.role == role and row.give and row.until is None]
        if had and not stays:
            sentence = _("Nobody with the role %(role)s would be left without a last day.")
            raise Refused(sentence % {"role": ROLES[role].label})


def _compared(planned: Planned, user: User, there: _There, by: Actor) -> Planned:
    """A row about somebody who is there: what differs."""
    held = there.held.get((user.id, planned.role, planned.unit))
    planned.user_id = user.id
    planned.rename = there.names[user.id] != planned.name
    planned.give = held is None or held.until != planned.until
    planned.ends = held.id if held is not None and planned.give else None
    planned.state = "changed" if planned.rename or planned.give else "unchanged"
    if planned.state == "changed":
        if not user.active:
            raise _Wrong("Brugernavn", user.user_name, _("This login is closed. Open it again first."))
        if user.id == by.user_id:
            raise _Wrong("Brugernavn", user.user_name, _("Your own login is changed by another administrator."))
    return planned


def _carry_out(row: Planned, units: dict[str, Unit], made: dict[str, User]) -> None:
    """One row; the plan has checked the rules for all rows at once, so they are not asked again one by one."""
    user = made.get(row.user_name)
    if user is None and row.user_id is None:
        user = made[row.user_name] = User(user_name=row.user_name, customer_id=current().customer_id)
        seal(user, name=row.name)
        user.save(force_insert=True)
        ReservedName.objects.create(user_name=row.user_name, user=user.id)
        record(events.USER_CREATED, on=("user", user.id), changed=["user_name", "name"])
    user_id = user.id if user else row.user_id
    assert user_id is not None  # noqa: S101  (a row is about somebody new or somebody there)
    if row.rename and row.user_id:
        there = User.objects.get(id=row.user_id)
        seal(there, name=row.name)
        there.save(update_fields=["name"])
        record(events.USER_NAMED, on=("user", there.id), changed=["name"])
    if row.give:
        if row.ends:
            Assignment.objects.filter(id=row.ends, ended_at=None).update(ended_at=Now())
            record(
                access_events.ROLE_ENDED, on=("user", user_id), changed=["role"],
                variables={"role": row.role, "unit": row.unit, "assignment": str(row.ends)},
            )  # fmt: skip
        given = Assignment.objects.create(user_id=user_id, role=row.role, unit=units.get(row.unit), until=row.until)
        record(
            access_events.ROLE_GIVEN, on=("user", user_id), changed=["role"],
            variables={"role": row.role, "unit": row.unit, "until": str(row.until or ""), "assignment": str(given.id)},
        )  # fmt: skip

"""To whom something is: one person, everybody of a unit, or everybody who has a role, in one unit or in all.

A table of such things extends `Addressed`; `addressed_to` says which of its rows are an actor's, `addresses` whom an
actor may choose, `in_words` how they are called. Who comes into a unit or a role later is addressed from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from heretask.kernel.identity.people import assignments_now, names_of
from heretask.kernel.secrets.opening import open_text
from heretask.kernel.tenancy.base import CustomerRow, OwnKey
from heretask.kernel.tenancy.models import Unit

from .decide import Actor
from .models import OwnRole
from .permissions import Permission
from .reasons import own_role_in
from .roles import ROLES

_DANISH = str.maketrans({"æ": "z{", "ø": "z|", "å": "z}", "ä": "z{", "ö": "z|"})


class Kind(StrEnum):
    """What is addressed."""

    PERSON = "person"
    UNIT = "unit"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class To:
    """An address. `unit_id` beside a role: those who have it there; without: whoever has it, wherever."""

    kind: Kind
    user_id: UUID | None = None
    unit_id: UUID | None = None
    role: str = ""

    @classmethod
    def person(cls, user_id: UUID) -> Self:
        """One person."""
        return cls(Kind.PERSON, user_id=user_id)

    @classmethod
    def unit(cls, unit_id: UUID) -> Self:
        """Everybody with a role in the unit."""
        return cls(Kind.UNIT, unit_id=unit_id)

    @classmethod
    def having(cls, role: str, unit_id: UUID | None = None) -> Self:
        """Everybody who has the role of that key, in one unit or in all."""
        return cls(Kind.ROLE, unit_id=unit_id, role=role)

    @property
    def code(self) -> str:
        """How a form names it; `read` reads it back."""
        ids = {Kind.PERSON: self.user_id, Kind.UNIT: self.unit_id, Kind.ROLE: self.unit_id}[self.kind]
        return ":".join([str(self.kind), *([self.role] if self.role else []), *([ids.hex] if ids else [])])

    @classmethod
    def read(cls, code: str) -> Self | None:
        """The address of a code; None for what is none."""
        kind, _colon, rest = code.partition(":")
        role, _second, hexed = rest.partition(":")
        try:
            if kind == Kind.ROLE and role:
                return cls.having(role, UUID(hexed) if hexed else None)
            if kind == Kind.UNIT:
                return cls.unit(UUID(rest))
            return cls.person(UUID(rest)) if kind == Kind.PERSON else None
        except ValueError:
            return None

    @property
    def columns(self) -> dict[str, Any]:
        """How it stands in a row of `Addressed`."""
        return {
            "to_kind": self.kind, "to_user_id": self.user_id, "to_unit_id": self.unit_id, "to_role": self.role
        }  # fmt: skip

    def reaches(self, actor: Actor) -> bool:
        """Whether `actor` is among those addressed; as `addressed_to` asks it of rows."""
        if self.kind == Kind.PERSON:
            return actor.user_id is not None and actor.user_id == self.user_id
        held = [g for g in actor.given if not g.guest]
        if self.kind == Kind.UNIT:
            return any(g.unit_id == self.unit_id for g in held)
        return any(g.role == self.role and self.unit_id in {None, g.unit_id} for g in held)


class Addressed(CustomerRow):
    """A row that is to somebody; the database holds that it is to exactly one address.

    Extend `Addressed.Meta`, and begin its lists with `*Addressed.Meta.constraints`. Each list that is read needs an
    index of its own over these columns.
    """

    to_kind = models.CharField(max_length=6, choices=[(k.value, k.value) for k in Kind])
    to_user = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    to_unit = OwnKey("kernel.Unit", models.PROTECT, null=True, related_name="+")
    to_role = models.CharField(max_length=40, blank=True, default="")

    if TYPE_CHECKING:
        to_user_id: UUID | None  # Django makes these of the keys
        to_unit_id: UUID | None

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(to_kind="person", to_user__isnull=False, to_unit=None, to_role="")
                | Q(to_kind="unit", to_user=None, to_unit__isnull=False, to_role="")
                | (Q(to_kind="role", to_user=None) & ~Q(to_role="")),
                name="%(class)s_addressed",
            )
        ]

    @property
    def to(self) -> To:
        """The address."""
        return To(Kind(self.to_kind), self.to_user_id, self.to_unit_id, self.to_role)


def addressed_to(actor: Actor, before: str = "") -> Q:
    """Which rows are `actor`'s: to them, to a unit of theirs, or to a role they have. `before`: a path to the rows."""
    if actor.user_id is None:
        return Q(pk__in=[])
    held = [g for g in actor.given if not g.guest]
    found = _of(before, to_kind=Kind.PERSON, to_user_id=actor.user_id)
    units = sorted({g.unit_id for g in held if g.unit_id})
    if units:
        found |= _of(before, to_kind=Kind.UNIT, to_unit_id__in=units)
    for role in sorted({g.role for g in held}):
        there = [g.unit_id for g in held if g.role == role and g.unit_id]
        anywhere = _of(before, to_unit_id=None)
        where = anywhere | _of(before, to_unit_id__in=there) if there else anywhere
        found |= _of(before, to_kind=Kind.ROLE, to_role=role) & where
    return found


def _of(before: str, **columns: Any) -> Q:
    return Q(**{before + name: value for name, value in columns.items()})


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody who may be chosen, how they are called, and what tells equal names apart."""

    to: To
    name: str
    place: str = ""

    @property
    def label(self) -> str:
        """The whole line: 'Anna Skov, Carer, Nord'."""
        return f"{self.name}, {self.place}" if self.place else self.name


@dataclass(slots=True)
class Addresses:
    """Whom somebody may choose, each list in the order of its names."""

    people: list[Address] = field(default_factory=list)
    units: list[Address] = field(default_factory=list)
    roles: list[Address] = field(default_factory=list)

    def __contains__(self, to: To) -> bool:
        return any(one.to == to for one in (*self.people, *self.units, *self.roles))


class NobodyThere(Exception):
    """The address cannot be chosen; the message is a sentence for the person who asked."""


def addresses(actor: Actor, permission: Permission) -> Addresses:
    """People, units and roles that `actor` may choose: those who hold `permission` now. One query.

    Of the own customer alone; no closed or suspended login and no guest; no unit or role that nobody is in. Guests
    and the supplier under a grant choose nobody.
    """
    found = Addresses()
    if actor.user_id is None or actor.guest or actor.grant is not None:
        return found
    rows = assignments_now().filter(user__active=True, user__suspended_at=None)
    people: dict[UUID, tuple[str, list[str]]] = {}
    units: dict[To, str] = {}
    roles: dict[To, str] = {}
    for row in rows.select_related("user", "unit", "own").order_by("made_at"):
        role = row.is_role
        if role is None or role.guest or permission not in role.may:
            continue
        place = str(role.label) if row.unit is None else f"{role.label}, {row.unit.name}"
        if row.user_id not in people:
            people[row.user_id] = (open_text(row.user, "name"), [])
        people[row.user_id][1].append(place)
        roles[To.having(role.key)] = _role_words(str(role.label), everywhere=role.units)
        if row.unit is not None:
            units[To.unit(row.unit.id)] = _unit_words(row.unit.name)
            roles[To.having(role.key, row.unit.id)] = place
    found.people = _sorted(Address(To.person(own), name, " · ".join(held)) for own, (name, held) in people.items())
    found.units = _sorted(Address(to, name) for to, name in units.items())
    found.roles = _sorted(Address(to, name) for to, name in roles.items())
    return found


def check_address(to: To, actor: Actor, permission: Permission) -> None:
    """Raise NobodyThere where `actor` may not choose it: somebody who left, a unit or role that nobody is in."""
    if to not in addresses(actor, permission):
        raise NobodyThere(
            _("This person has no login here any more. Choose somebody else.") if to.kind == Kind.PERSON
            else _("Nobody is there to take it. Choose somebody else.")
        )  # fmt: skip


def in_words(wanted: Iterable[To]) -> Mapping[To, str]:
    """How each is called, those who have left too: 'Anna Skov', 'Everybody in Nord', 'Carer, Nord'. Three queries."""
    asked = set(wanted)
    people = {to.user_id for to in asked if to.user_id}
    names = names_of(people) if people else {}
    places = {to.unit_id for to in asked if to.unit_id}
    units = dict(Unit.objects.filter(id__in=places).values_list("id", "name")) if places else {}
    own = {found for to in asked if to.role and (found := own_role_in(to.role))}
    labels = {role.key: role.label for role in OwnRole.objects.filter(id__in=own)} if own else {}
    told = {}
    for to in asked:
        if to.user_id is not None:
            told[to] = names.get(to.user_id, "")
            continue
        unit = units.get(to.unit_id, "") if to.unit_id else ""
        if to.kind == Kind.UNIT:
            told[to] = _unit_words(unit)
            continue
        built_in = ROLES.get(to.role)
        label = str(built_in.label) if built_in else labels.get(to.role, to.role)
        told[to] = f"{label}, {unit}" if unit else _role_words(label, everywhere=built_in is None or built_in.units)
    return told


def _unit_words(unit: str) -> str:
    return _("Everybody in %(unit)s") % {"unit": unit}


def _role_words(label: str, *, everywhere: bool) -> str:
    return _("%(role)s, all units") % {"role": label} if everywhere else label


def _sorted(found: Iterable[Address]) -> list[Address]:
    """By name as Danes sort: æ, ø and å come last."""
    return sorted(found, key=lambda one: (one.name.casefold().translate(_DANISH), one.to.code))

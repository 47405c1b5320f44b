"""The one decision: may this person do this, to this citizen, and why.

Deny by default. A policy that fails raises, and the caller answers with a refusal; nothing here reads the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.log.trace import note_reason

from . import reasons
from .granted import Granted
from .permissions import Permission
from .roles import AnyRole


@dataclass(frozen=True, slots=True)
class Given:
    """A role that somebody has now, what it allows, and in which unit (None: in the whole customer)."""

    role: str
    unit_id: UUID | None
    unit_name: str = ""
    label: str = ""
    may: frozenset[Permission] = frozenset()
    guest: bool = False

    @classmethod
    def of(cls, role: AnyRole, unit_id: UUID | None, unit_name: str = "") -> Given:
        """That `role` was given there."""
        return cls(role.key, unit_id, unit_name, str(role.label), role.may, role.guest)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `user_id` is None for the operator at the server and for the system's own periodic work."""

    customer_id: UUID
    user_id: UUID | None
    user_name: str = ""
    given: tuple[Given, ...] = ()
    kind: str = "person"
    grant: Granted | None = None  # of the supplier's staff, inside this customer for hours

    @property
    def person_id(self) -> UUID:
        """The user; raises Denied for the operator and the system's own work, who have nothing of their own."""
        if self.user_id is None:
            raise Denied
        return self.user_id

    @property
    def guest(self) -> bool:
        """Whether they are here to read alone, for some days."""
        return any(g.guest for g in self.given)

    @property
    def units(self) -> tuple[UUID, ...]:
        """The units in which this person has a role."""
        return tuple({g.unit_id for g in self.given if g.unit_id})


class Subject(Protocol):
    """What a decision may be about: something with a unit, and people who work with it closely."""

    @property
    def unit_id(self) -> UUID:
        """The unit it belongs to."""
        ...

    @property
    def close_to(self) -> Iterable[UUID]:
        """Users with a working relation of their own (key worker, shift, substitute, or on a guest's list)."""
        ...

    @property
    def opened_by(self) -> Iterable[UUID]:
        """Users whose emergency opening, asked for with a reason, still lasts."""
        ...

    @property
    def sealed(self) -> bool:
        """Whether only those with a relation of their own may reach it, whatever their unit (PROT-1)."""
        ...


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed or not, the reason as a sentence for the reader, and as the log keeps it (`reasons.py`)."""

    allowed: bool
    why: str
    reason: str = ""


class Denied(Exception):
    """Refused; the message is a sentence a user may read, and gives nothing away about what lies behind."""

    def __init__(self, why: str = "", *, permission: Permission | None = None) -> None:
        super().__init__(why or _("You do not have access to this."))
        self.permission = permission


class Gone(Denied):
    """What was asked for was erased. The message says when, by whom and why: whoever gets it had access before."""


def decide(by: Actor, permission: Permission, on: Subject | None = None) -> Decision:
    """Whether `by` may do `permission`, to `on` where it is about a citizen, and why."""
    if by.kind == "operator":
        return Decision(True, _("Run by the operator at the server."), reasons.OPERATOR)
    if by.grant is not None:
        return _by_grant(by.grant, permission, on)
    return _by_role(by, permission, on)


def _by_role(by: Actor, permission: Permission, on: Subject | None) -> Decision:
    """What the roles of `by` allow, each in its unit, and a relation or an emergency beside them."""
    holding = [g for g in by.given if permission in g.may]
    if not holding:
        return Decision(False, _("Your role does not include this."))
    if on is None:
        return Decision(True, holding[0].label, reasons.by_role(holding[0].role))
    if by.user_id in set(on.close_to):
        why = _("You have access because you are key worker.")
        return Decision(True, why, reasons.by_relation(holding[0].role))
    if on.sealed:
        return Decision(False, _("This citizen is sealed: only those who are named may open them."))
    for given in holding:
        if given.unit_id is not None and given.unit_id == on.unit_id:
            why = _("You have access because you work in %(unit)s.") % {"unit": given.unit_name}
            return Decision(True, why, reasons.by_unit(given.role, given.unit_id))
    if by.user_id in set(on.opened_by):
        why = _("You have access because you opened this citizen in an emergency.")
        return Decision(True, why, reasons.by_emergency(holding[0].role))
    return Decision(False, _("You do not work with this citizen."))


def _by_grant(grant: Granted, permission: Permission, on: Subject | None) -> Decision:
    """What a grant of the supplier's allows: nothing of a role, of a unit or of a relation counts beside it."""
    if permission not in grant.may:
        return Decision(False, _("This access does not include that."))
    if on is not None and not grant.reaches(on):
        return Decision(False, _("This access does not reach this citizen."))
    return Decision(True, _("You have access under a grant that the customer gave."), reasons.by_grant(grant.scope))


def check(by: Actor, permission: Permission, on: Subject | None = None) -> str:
    """The reason for being allowed, noted for the events that follow; raises Denied with the reason for not being."""
    decision = decide(by, permission, on)
    if not decision.allowed:
        raise Denied(decision.why, permission=permission)
    note_reason(decision.reason)
    return decision.why


def may(by: Actor, permission: Permission) -> bool:
    """Whether `by` holds `permission` at all; for menus and buttons, never instead of `check`."""
    return decide(by, permission).allowed

"""When somebody may do something about a citizen, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.roles import ROLES

from .models import Citizen, Relation, RelationKind


def units_for(by: Actor, permission: Permission) -> tuple[UUID, ...]:
    """The units in which a role of `by` includes `permission`."""
    return tuple({g.unit_id for g in by.given if g.unit_id and g.role in ROLES and permission in ROLES[g.role].may})


def check_citizen(by: Actor, permission: Permission, citizen: Citizen | None) -> str:
    """Why `by` may; raises Denied, equally for a citizen of others and for one who is not there at all."""
    if citizen is None:
        raise Denied(permission=permission)
    return check(by, permission, citizen)


def why_sentence(why: str, by: Actor, relations: Iterable[Relation]) -> str:
    """The decision's sentence, more exact where the reason is a relation of one's own."""
    own = [r for r in relations if r.user_id == by.user_id]
    if not own or any(r.kind == RelationKind.KEY_WORKER for r in own):
        return why
    until = max((r.until for r in own if r.until), default=None)
    if until is None or any(r.until is None for r in own):
        return _("You have access because you are a substitute here.")
    return _("You have access because you are a substitute here until %(day)s.") % {"day": formats.date_format(until)}

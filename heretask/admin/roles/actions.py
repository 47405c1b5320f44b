"""What an administrator does with the customer's own roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connections, transaction
from django.utils.translation import gettext as _

from heretask.kernel.access import events
from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.models import OwnRole
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.access.roles import EVERYBODYS, AnyRole
from heretask.kernel.log import record
from heretask.kernel.undo.undoing import offer, undoes

from . import policies, queries
from .events import ROLE_SEEN
from .policies import Refused
from .queries import Shown


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a role is to be."""

    label: str
    sentence: str
    units: bool
    permissions: tuple[str, ...]


def make_role(wanted: Wanted, *, by: Actor) -> OwnRole:
    """Put together a role of the customer's own."""
    check(by, P.ADMIN_ROLES_CHANGE)
    policies.check_customer_may()
    role = OwnRole(customer_id=by.customer_id)
    _fill(role, wanted, by)
    _save(role, new=True)
    record(
        events.ROLE_MADE, on=("role", role.id), changed=["label", "permissions"],
        variables={"label": role.label, "before": [], "after": role.permissions, "units": role.units},
    )  # fmt: skip
    return role


def change_role(role_id: UUID, wanted: Wanted, *, by: Actor) -> OwnRole:
    """Change what a role is called and allows, for everybody who has it, at their next request."""
    check(by, P.ADMIN_ROLES_CHANGE)
    _one_at_a_time()
    role = queries.locked(role_id)
    policies.check_in_use(role)
    policies.check_is_not_ones_own(role, by)
    before = state_of(role_id)
    had = role.may - EVERYBODYS
    policies.check_somebody_rules(role, [P(p) for p in wanted.permissions if p in set(P)])
    _fill(role, wanted, by, had)
    if before["units"] != role.units:
        policies.check_nobody_has(role)  # where they have it would no longer be true
    _save(role)
    after = state_of(role_id)
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        raise Refused(_("Nothing is changed."))
    record(
        events.ROLE_CHANGED, on=("role", role.id), changed=changed,
        variables={
            "label": role.label, "label_before": before["label"], "before": before["permissions"],
            "after": role.permissions, "units": role.units,
        },
    )  # fmt: skip
    offer(CHANGE, role.id, about=("role", role.id), before=before, by=by)
    return role


def retire_role(role_id: UUID, *, by: Actor) -> None:
    """Take a role out of use: it cannot be given any more. Its name is kept, for the log."""
    check(by, P.ADMIN_ROLES_CHANGE)
    _one_at_a_time()
    role = queries.locked(role_id)
    policies.check_in_use(role)
    policies.check_nobody_has(role)
    role.active = False
    role.save(update_fields=["active"])
    record(events.ROLE_RETIRED, on=("role", role.id), changed=["active"], variables={"label": role.label})


def see_role(role: AnyRole, *, by: Actor) -> Shown:
    """Look at a role and who has it."""
    check(by, P.ADMIN_ROLES_SEE)
    holders = queries.holders_of(role)
    own = role if isinstance(role, OwnRole) else None
    record(
        ROLE_SEEN, on=("role", own.id if own else None), variables={"role": role.key, "label": str(role.label)},
        hits=len(holders), shown={one.user_id for one in holders},
    )  # fmt: skip
    return Shown(role, holders, queries.history_of_role(own) if own else [])


def state_of(role_id: UUID) -> dict[str, Any]:
    """How a role stands now."""
    role = queries.own_role(role_id)
    return {
        "label": role.label, "sentence": role.sentence, "units": role.units, "permissions": sorted(role.permissions),
        "active": role.active,
    }  # fmt: skip


def _change_back(role_id: UUID, before: dict[str, Any], by: Actor) -> None:
    allowed = tuple(p for p in before["permissions"] if p not in {one.value for one in EVERYBODYS})
    change_role(role_id, Wanted(before["label"], before["sentence"], before["units"], allowed), by=by)


CHANGE = undoes("role_changed", state=state_of, inverse=_change_back, refusal=Refused)


def _fill(role: OwnRole, wanted: Wanted, by: Actor, had: frozenset[P] = frozenset()) -> None:
    chosen = policies.check_permissions(wanted.permissions, by, had)
    role.label = policies.check_label(wanted.label, role.id)
    role.sentence = " ".join(wanted.sentence.split())[: policies.LONGEST_SENTENCE]
    role.units = wanted.units
    role.permissions = _codes([*chosen, *EVERYBODYS])
    role.second_factor = any(one.rules_others for one in chosen)


def _codes(rights: Iterable[P]) -> list[str]:
    return sorted(one.value for one in rights)


def _save(role: OwnRole, *, new: bool = False) -> None:
    try:
        with transaction.atomic():
            role.save(force_insert=new)
    except IntegrityError as taken:
        raise Refused(_("There is or was a role of that name. Choose another, so that the log stays clear.")) from taken


def _one_at_a_time() -> None:
    """Wait until nobody else changes rights here, as giving and ending roles does."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('rights ' || ht.customer()::text))")

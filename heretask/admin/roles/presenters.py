"""Roles as their pages show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.models import OwnRole
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log.queries import moment
from heretask.kernel.log.sentences import Teller
from heretask.kernel.undo.undoing import Offer

from .queries import Counted, Shown

SYSTEMS = (("platform", "Platform"), ("social", "Social"), ("system", "System"), ("admin", "Admin"))


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a role's history."""

    at: dt.datetime
    sentence: SafeString


def list_context(
    built_in: list[Counted], own: list[Counted], retired: list[OwnRole], *, supplier: bool, by: Actor
) -> dict[str, Any]:
    """All roles."""
    return {
        "own": [
            {"url": reverse("admin.roles_own", args=[one.role.id]), "label": one.role.label,
             "sentence": one.role.sentence, "people": one.people, "rights": len(one.role.permissions),
             "units": one.role.units, "second_factor": one.role.second_factor}
            for one in own
        ],
        "built_in": [
            {"url": reverse("admin.roles_built_in", args=[one.role.key]), "label": one.role.label,
             "sentence": one.role.sentence, "people": one.people, "guest": one.role.guest}
            for one in built_in
        ],
        "retired": retired, "supplier": supplier,
        "may_change": may(by, P.ADMIN_ROLES_CHANGE) and not supplier,
    }  # fmt: skip


def role_context(shown: Shown, *, by: Actor, offer: Offer | None) -> dict[str, Any]:
    """One role: what it allows, and who has it."""
    role = shown.role
    own = isinstance(role, OwnRole)
    teller = Teller(link=_link)
    teller.learn([entry.event for entry in shown.history], citizens=False)
    mine = any(given.role == role.key for given in by.given)
    context = {
        "role": role, "own": own, "rights": rights_of(role), "holders": shown.holders, "mine": own and mine,
        "people": len({one.user_id for one in shown.holders}),
        "history": [Told(moment(e.event.at), teller.sentence(e)) for e in shown.history],
        "may_change": own and role.active and may(by, P.ADMIN_ROLES_CHANGE) and not mine,
        "may_users": may(by, P.ADMIN_USERS_SEE),
    }  # fmt: skip
    if offer and own:
        undo = {"url": reverse("admin.roles_undo", args=[role.id, offer.id]), "until": offer.until}
        context["undo"] = {**undo, "sentence": _("You changed this role.")}
    return context


def rights_of(role: Any) -> list[tuple[str, list[Any]]]:
    """What a role allows, as sentences, by system."""
    found = [(label, [p.sentence for p in P if p in role.may and p.system == key]) for key, label in SYSTEMS]
    return [(label, sentences) for label, sentences in found if sentences]


def _link(kind: str, of: UUID, name: str) -> str:
    if kind != "user":
        return name
    return format_html('<a href="{}">{}</a>', reverse("admin.users_one", args=[of]), name)

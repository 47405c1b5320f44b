"""What somebody sees of their own account; and, in the demo alone, the cast."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from heretask.kernel.access.roles import ROLES
from heretask.kernel.identity import codes, factors, passkeys, vouching
from heretask.kernel.identity.models import Credential, Factor, User, Vouching
from heretask.kernel.identity.people import assignments_now, names_of
from heretask.kernel.identity.sessions import At
from heretask.kernel.identity.signing_in import live_sessions


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of one's own sessions."""

    id: UUID
    began: dt.datetime
    last_act: dt.datetime
    browser: str
    address: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    """One of one's own passkeys."""

    id: UUID
    label: str
    made: dt.datetime
    used: dt.datetime | None

    @property
    def key(self) -> str:
        """Its id as parts of a page are named by it."""
        return self.id.hex


@dataclass(frozen=True, slots=True)
class Account:
    """The state of one's own account."""

    password_set: dt.datetime | None
    factor_since: dt.datetime | None
    recovery_left: int
    passkeys: list[OwnPasskey]
    sessions: list[OwnSession]


def own_account(user_id: UUID, session_id: UUID | None) -> Account:
    """Password, factors and sessions of this person, in four queries at the gate."""
    user = User.objects.using("gate").select_related("customer").get(id=user_id)
    credential = Credential.objects.filter(user_id=user_id).first()
    factors = list(Factor.objects.filter(user_id=user_id).exclude(confirmed_at=None))
    totp = next((f for f in factors if f.kind == "totp"), None)
    sessions = [
        OwnSession(s.id, s.made_at, s.last_act, browser_name(s.agent), s.address, s.id == session_id)
        for s in live_sessions(user_id)
    ]
    return Account(
        credential.set_at if credential else None,
        totp.confirmed_at if totp else None,
        sum(1 for f in factors if f.kind == "recovery" and f.used_at is None),
        [
            OwnPasskey(f.id, passkeys.label_of(user, f), f.made_at, f.used_at)
            for f in sorted(factors, key=lambda f: f.made_at) if f.kind == passkeys.KIND
        ],
        sessions,
    )  # fmt: skip


def ways_at_code(at: At) -> dict[str, Any]:
    """What there is for somebody at the door beside a code: a passkey; colleagues who vouch, and how many have."""
    if at.user_id is None:
        return {}
    user = User.objects.using("gate").select_related("customer").get(id=at.user_id)
    return {
        "has_passkey": passkeys.has_passkey(user.id),
        "may_be_vouched_for": factors.may_be_vouched_for(user, user.customer),
        "vouched": vouched(at),
    }


def vouched(at: At) -> int | None:
    """How many colleagues have vouched for somebody at the door; None where nobody was asked."""
    waits = vouching.standing(at.user_id, at.browser_id) if at.user_id and at.browser_id else None
    return None if waits is None else (waits.first_by is not None) + (waits.second_by is not None)


def browser_name(agent: str) -> str:
    """'Firefox, Windows' from a browser's own description; good enough to recognise one's own."""
    browsers = (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    name = next((label for mark, label in browsers if mark in agent), "")
    system = next((label for mark, label in systems if mark in agent), "")
    return ", ".join(part for part in (name, system) if part) or agent[:40]


def asked_for(code: str) -> Vouching | None:
    """Who waits for colleagues at this customer under that code; read inside the colleague's session."""
    waits = Vouching.objects.filter(code_hash=vouching.hash_of(code), until__gt=timezone.now(), used_at=None)
    return waits.select_related("user").order_by("-made_at").first()


def units_of(user_id: UUID) -> set[UUID]:
    """The units in which somebody has a role now."""
    return {unit for unit in assignments_now().filter(user_id=user_id).values_list("unit_id", flat=True) if unit}


@dataclass(frozen=True, slots=True)
class VouchedFor:
    """Somebody who was let in because two colleagues vouched."""

    name: str
    by: tuple[str, str]
    at: dt.datetime
    until: dt.datetime


def lately_vouched_for(units: set[UUID] | None) -> list[VouchedFor]:
    """Who was let in so within a week, in these units (None: in all), newest first."""
    used = Vouching.objects.filter(used_at__gt=timezone.now() - dt.timedelta(days=7)).order_by("-used_at")
    rows = list(used[:50])
    if units is not None:
        people = set(assignments_now().filter(unit_id__in=units).values_list("user_id", flat=True))
        rows = [v for v in rows if v.user_id in people]
    named = names_of({i for v in rows for i in (v.user_id, v.first_by, v.second_by) if i})
    return [
        VouchedFor(
            named.get(v.user_id, ""),
            (named.get(v.first_by, "") if v.first_by else "", named.get(v.second_by, "") if v.second_by else ""),
            v.used_at, v.lasts_until,
        )
        for v in rows if v.used_at and v.lasts_until
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody invented, with everything needed to sign in."""

    user_name: str
    name: str
    password: str
    role: str
    code: str
    fill: str


def demo_people() -> list[DemoPerson]:
    """The cast with the code of this moment. Empty outside a demo, where no such file exists."""
    if not settings.HERETASK_DEMO or not settings.HERETASK_DEMO_PEOPLE.exists():
        return []
    made = []
    for entry in json.loads(settings.HERETASK_DEMO_PEOPLE.read_text()):
        fill = json.dumps({"username": entry["user_name"], "password": entry["password"]})
        code = codes.code_now(base64.b32decode(entry["totp_secret"]))
        made.append(
            DemoPerson(
                entry["user_name"],
                entry["name"],
                entry["password"],
                f"{ROLES[entry['role']].label}, {entry['place']}",
                code,
                fill,
            )
        )
    return made

"""What somebody sees of their own account; and, in the demo alone, the cast."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from heretask.kernel.access.roles import ROLES
from heretask.kernel.identity import codes
from heretask.kernel.identity.models import Credential, Factor
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
class Account:
    """The state of one's own account."""

    password_set: dt.datetime | None
    factor_since: dt.datetime | None
    recovery_left: int
    sessions: list[OwnSession]


def own_account(user_id: UUID, session_id: UUID | None) -> Account:
    """Password, factors and sessions of this person, in three queries at the gate."""
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
        sessions,
    )


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

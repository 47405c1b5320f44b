"""Suspended logins as pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from heretask.kernel.identity.people import names_of
from heretask.kernel.supplier.governing import Login, Suspended


def list_context(found: list[Suspended]) -> dict[str, Any]:
    """Those that run, and those that were lifted, with who did it."""
    names = names_of({who for one in found for who in (one.by, one.lifted_by) if who})
    rows: list[dict[str, Any]] = [
        {"one": one, "by": names.get(one.by, ""), "lifted_by": names.get(one.lifted_by, "") if one.lifted_by else ""}
        for one in found
    ]
    return {
        "running": [row for row in rows if row["one"].lifted_at is None],
        "lifted": [row for row in rows if row["one"].lifted_at is not None],
    }


def login_context(q: str, login: Login | None, me: UUID) -> dict[str, Any]:
    """The login that was looked for."""
    may = login is not None and login.suspended_at is None and login.user_id != me
    return {"q": q, "login": login, "oneself": login is not None and login.user_id == me, "may_suspend": may}

"""Users as their pages show them: loaded data only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.access.roles import Management
from heretask.kernel.identity.models import User
from heretask.kernel.jobs.models import Job
from heretask.kernel.log import naming
from heretask.kernel.log.queries import moment
from heretask.kernel.log.sentences import Teller
from heretask.kernel.supplier.queries import suspension_of
from heretask.kernel.undo.undoing import Offer

from .actions import Start
from .bulk import CLOSE, END, GIVE, Outcome, Wanted
from .importing import TASK, Plan
from .queries import Detail, UserList

PROBLEMS_SHOWN, ROWS_SHOWN = 200, 100


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a user's history."""

    at: dt.datetime
    sentence: SafeString


def list_context(
    found: UserList, *, q: str, show: str, base: str, counts: tuple[int, int], by: Actor
) -> dict[str, Any]:
    """The list of users."""
    first = (found.page - 1) * 50 + 1

    def page_url(page: int) -> str:
        return f"{base}?show={show}&page={page}"

    return {
        "users": found.users, "total": found.total, "q": q, "show": show, "base": base,
        "open_count": counts[0], "closed_count": counts[1], "may_change": may(by, P.ADMIN_USERS_CHANGE),
        "may_import": may(by, P.ADMIN_USERS_IMPORT),
        "pager": {
            "previous_url": page_url(found.page - 1) if found.page > 1 else "",
            "next_url": page_url(found.page + 1) if found.page < found.pages else "",
            "from": first, "to": first + len(found.users) - 1, "total": found.total,
        },
    }  # fmt: skip


def user_context(detail: Detail, *, by: Actor, slug: str) -> dict[str, Any]:
    """One user's page."""
    teller = Teller(link=_link)
    teller.learn([entry.event for entry in detail.history], citizens=False)
    oneself = detail.user.id == by.user_id
    manager = Management.key in detail.roles
    change = may(by, P.ADMIN_USERS_CHANGE) and not oneself and not manager
    return {
        "user": {
            "id": detail.user.id, "name": detail.name, "user_name": f"{detail.user.user_name}@{slug}",
            "active": detail.user.active, "made_at": detail.user.made_at, "closed_at": detail.user.deactivated_at,
        },
        "held": detail.held, "reach": detail.reach, "earlier_names": detail.earlier_names, "last": detail.last,
        "history": [Told(moment(e.event.at), teller.sentence(e)) for e in detail.history],
        "oneself": oneself and may(by, P.ADMIN_USERS_CHANGE), "may_change": change,
        "may_log": may(by, P.ADMIN_LOG_READ), "manager": manager and not oneself,
        "suspended": suspension_of(detail.user.id) if detail.user.suspended_at else None,
    }  # fmt: skip


def undo_context(user: User, offer: Offer | None) -> dict[str, Any] | None:
    """What one may still take back of what one did to this user."""
    if offer is None:
        return None
    url = reverse("admin.users_undo", args=[user.id, offer.id])
    return {"url": url, "until": offer.until, "sentence": _("You have just changed this login.")}


def bulk_undo_context(offer: Offer | None) -> dict[str, Any] | None:
    """What one may still take back of what one did to several users at once."""
    if offer is None:
        return None
    sentence = ngettext(
        "You have just changed %(count)d thing at once.", "You have just changed %(count)d things at once.", offer.count
    )
    url = reverse("admin.users_bulk_undo", args=[offer.id])
    return {"url": url, "until": offer.until, "sentence": sentence % {"count": offer.count}}


def bulk_context(outcomes: list[Outcome], wanted: Wanted, chosen: list[UUID]) -> dict[str, Any]:
    """What an act would do to each of several users."""
    titles = {GIVE: _("Give a role to several"), END: _("End a role for several"), CLOSE: _("Close several logins")}
    fields = [
        ("act", wanted.act), ("role", wanted.role), ("unit", str(wanted.unit.id) if wanted.unit else ""),
        ("until", wanted.until.isoformat() if wanted.until else ""),
    ]  # fmt: skip
    return {
        "title": titles[wanted.act], "danger": wanted.act != GIVE,
        "will": [one for one in outcomes if not one.refused], "wont": [one for one in outcomes if one.refused],
        "again": [*fields, *(("user", str(one)) for one in chosen)],
    }  # fmt: skip


def start_context(start: Start, *, name: str, slug: str, created: bool) -> dict[str, Any]:
    """How somebody gets in: shown this once. The link's secret stands behind #, so no server's log ever has it."""
    address = settings.HERETASK_ADDRESS
    return {
        "name": name, "user_name": f"{start.user.user_name}@{slug}", "password": start.password, "code": start.link,
        "link": f"{address}/sign-in/link/#{start.link}" if start.link else "", "address": f"{address}/sign-in/",
        "link_page": f"{address}/sign-in/link/", "until": start.until, "created": created, "user_id": start.user.id,
    }  # fmt: skip


def plan_context(plan: Plan, file_id: UUID, *, make_units: bool) -> dict[str, Any]:
    """The preview of a file."""
    counts = plan.counts
    wrong = [p for p in plan.problems if not p.warning]
    return {
        "file_id": file_id, "ok": plan.ok, "changes": plan.changes, "make_units": make_units,
        "problems": wrong[:PROBLEMS_SHOWN], "problems_total": len(wrong),
        "remarks": [p for p in plan.problems if p.warning][:20],
        "rows": [row for row in plan.rows if row.state != "unchanged"][:ROWS_SHOWN],
        "rows_total": counts["new"] + counts["changed"], "total": len(plan.rows),
        "new": counts["new"], "changed": counts["changed"], "unchanged": counts["unchanged"],
        "new_units": plan.new_units,
    }  # fmt: skip


def job_context(job: Job) -> dict[str, Any]:
    """How far a file is, and what came of it."""
    if job.task != TASK:
        raise ObjectDoesNotExist
    users = [UUID(user) for user in job.outcome.get("users", [])]
    names = naming.names("user", users)
    return {
        "job_id": job.id, "state": job.state, "done": job.done, "total": job.total, "outcome": job.outcome,
        "ended": job.state in {"done", "failed"}, "refused": bool(job.outcome.get("refused")),
        "users": [{"id": user, "name": names[user]} for user in users if user in names],
    }  # fmt: skip


def _link(kind: str, of: UUID, name: str) -> str:
    if kind != "user":
        return name
    return format_html('<a href="{}">{}</a>', reverse("admin.users_one", args=[of]), name)

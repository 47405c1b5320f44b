"""Guidelines as their pages show them: each beside its floor and its default."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.tenancy.guidelines import DAYS, DEFAULTS, EVERY_DAY, LABELS, Guidelines, default_length
from heretask.kernel.tenancy.models import Customer

from .actions import Tried, nobody
from .queries import Change


def page_context(customer: Customer, history: list[Change], *, by: Actor) -> dict[str, Any]:
    """Every guideline beside floor and default, and the history of their changes."""
    now = Guidelines.of(customer)
    newest = {change.setting: change for change in reversed(history)}
    return {
        "lines": [_line(name, now, newest.get(name)) for name in LABELS], "elsewhere": _elsewhere(customer, by),
        "deviations": len(now.deviations), "may_change": may(by, P.ADMIN_GUIDELINES_CHANGE),
        "history": [
            {
                "label": LABELS.get(one.setting, one.setting), "before": spoken(one.setting, one.before),
                "after": spoken(one.setting, one.after), "at": one.at, "by": one.by or nobody(),
                "deviation": one.deviation, "accepted_by": one.accepted_by, "reason": one.reason,
            }
            for one in history
        ],
    }  # fmt: skip


def tried_context(tried: Tried, before: Guidelines, wanted: Guidelines) -> dict[str, Any]:
    """What a change would do."""
    return {
        "tried": tried,
        "changes": [
            (LABELS[name], spoken(name, before.told[name]), spoken(name, wanted.told[name]))
            for name in wanted.changed_from(before)
        ],
        "accepts": [LABELS[name] for name in tried.accepted_anew],
    }  # fmt: skip


def again(wanted: Guidelines, accepted_by: str, reason: str) -> list[tuple[str, str]]:
    """The fields that are sent a second time, by whoever is sure."""
    fields = [
        ("password_length", str(wanted.password_length)), ("idle_minutes", str(wanted.idle_seconds // 60)),
        ("work_from", f"{wanted.work_from:%H:%M}" if wanted.work_from else ""),
        ("work_until", f"{wanted.work_until:%H:%M}" if wanted.work_until else ""),
        ("networks", "\n".join(wanted.networks)), ("accepted_by", accepted_by), ("reason", reason),
    ]  # fmt: skip
    return [
        *fields, *([("second_factor", "on")] if wanted.second_factor else []),
        *(("work_days", day) for day in wanted.work_days),
    ]  # fmt: skip


def spoken(name: str, code: str) -> str:
    """A guideline's value as people read it."""
    if name == "second_factor":
        return _("always") if code == "on" else _("administrators only")
    if name == "idle_seconds":
        minutes = int(code) // 60
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if name == "hours":
        span, _blank, days = code.partition(" ")
        return f"{span.replace(':', '.').replace('-', '–')} {_days(days)}".strip() if code else _("at any time")
    return code or _("from everywhere")


def _days(days: str) -> str:
    if days == EVERY_DAY:
        return _("every day")
    names = [str(label) for key, label in DAYS if key in days]
    whole = days in EVERY_DAY and len(names) > 2
    return f"{names[0]}–{names[-1]}".lower() if whole else ", ".join(names).lower()


def _line(name: str, now: Guidelines, newest: Change | None) -> dict[str, Any]:
    default = DEFAULTS.told[name]
    if name == "password_length":
        default = str(default_length(now.second_factor))
    below = name in now.deviations
    code = now.told[name]
    stricter = not below and code != default
    return {
        "label": LABELS[name], "now": spoken(name, code), "floor": _floor(name), "default": spoken(name, default),
        "state": "due" if below else "ok", "below": below, "stricter": stricter,
        "word": _("Accepted deviation") if below else _("Stricter") if stricter else _("Default"),
        "accepted": newest if below else None,
    }  # fmt: skip


def _floor(name: str) -> str:
    return {
        "password_length": "8", "second_factor": spoken("second_factor", "off"), "idle_seconds": spoken(name, "300"),
        "hours": spoken("hours", ""), "networks": spoken("networks", ""),
    }[name]  # fmt: skip


def _elsewhere(customer: Customer, by: Actor) -> list[dict[str, Any]]:
    """Guidelines that have a page of their own."""
    found = []
    if may(by, P.ADMIN_RETENTION_SEE):
        months = ngettext("%(count)d month", "%(count)d months", customer.log_months) % {"count": customer.log_months}
        found.append({"label": _("The log is kept"), "now": months, "url": reverse("admin.retention")})
    if may(by, P.ADMIN_OPENINGS_CHOOSE):
        words = _("with names of staff") if customer.letter_names else _("with roles only")
        found.append({"label": _("Letters about openings"), "now": words, "url": reverse("admin.openings_names")})
    return found

"""Who has opened a citizen, as rows by person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from heretask.kernel.access import reasons
from heretask.kernel.log.openings import Opener, Place
from heretask.kernel.log.queries import moment
from heretask.kernel.log.registry import Category
from heretask.kernel.log.sentences import Teller

from .actions import PERIODS, Answer
from .queries import roles_between

_COUNTED = (Category.OPENED, Category.SEARCHED, Category.CHANGED, Category.HANDED)


@dataclass(frozen=True, slots=True)
class Row:
    """One person (or the operator, or the software itself) and what they did."""

    name: str
    url: str
    places: list[str]
    whys: list[str]
    times: int
    did: str
    first: dt.datetime
    last: dt.datetime


def answer_context(answer: Answer) -> dict[str, Any]:
    """The page that answers who has opened a citizen."""
    openers = answer.openers.openers
    teller = Teller()
    teller.learn_users(o.actor for o in openers if o.actor)
    teller.learn_units(purpose for o in openers for purpose in o.purposes)
    unsaid = {o.actor: (moment(o.first), moment(o.last)) for o in openers if o.actor and not _reasons(o)}
    then = roles_between(unsaid) if unsaid else {}
    base = reverse("admin.openings_citizen", args=[answer.citizen])
    rest = answer.openers.rest
    return {
        "citizen": answer.citizen, "name": answer.name, "events": answer.openers.events, "since": answer.since,
        "rows": [_row(o, answer.citizen, teller, then) for o in openers],
        "people": sum(o.actor is not None for o in openers),
        "periods": [(n, _days(n), f"{base}?days={n}", n == answer.days) for n in PERIODS],
        "reaches": moment(rest[0]) if rest else None,
        "rest_url": f"{base}?days={answer.days}&before={_as_text(rest)}" if rest else "",
    }  # fmt: skip


def _row(one: Opener, citizen: UUID, teller: Teller, then: dict[UUID, list[str]]) -> Row:
    told = _reasons(one)
    places = [r.place(teller.units) for r in told if r.role]
    whys = [r.why(teller.units) for r in told if r.kind != reasons.OPERATOR]
    url = reverse("admin.log_citizen_person", args=[citizen, one.actor]) if one.actor else ""
    return Row(
        name=_name(one, teller), url=url, whys=list(dict.fromkeys(whys)), times=one.times, did=_did(one),
        places=list(dict.fromkeys(places)) or (then.get(one.actor, []) if one.actor else []),
        first=moment(one.first), last=moment(one.last),
    )  # fmt: skip


def _reasons(one: Opener) -> list[reasons.Reason]:
    """By what rights, the most frequent first."""
    return [found for purpose, _times in one.purposes.most_common() if (found := reasons.read(purpose))]


def _name(one: Opener, teller: Teller) -> str:
    if one.actor:
        return teller.users.get(one.actor) or gettext("a user who is gone")
    if one.agent == "operator":
        return gettext("The operator at the server")
    return gettext("HereTask itself") if one.agent == "job" else gettext("Somebody unknown")


def _did(one: Opener) -> str:
    """'Opened 12, Searched 3; 5 of them in lists'."""
    said = ", ".join(f"{kind.label} {one.kinds[kind]}" for kind in _COUNTED if one.kinds[kind])
    others = one.times - sum(one.kinds[kind] for kind in _COUNTED)
    parts = [said] if said else []
    if others:
        parts.append(ngettext("%(count)d other event", "%(count)d other events", others) % {"count": others})
    if one.among:
        among = ngettext(
            "%(count)d of them in a list among others", "%(count)d of them in lists among others", one.among
        )
        parts.append(among % {"count": one.among})
    return "; ".join(parts)


def _days(days: int) -> str:
    if days == PERIODS[-1]:
        return gettext("13 months")
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def _as_text(place: Place) -> str:
    return f"{place[0]}.{place[1].hex}"

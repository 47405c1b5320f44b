"""Three things for this week, chosen by a rule that is written down, so that nobody has to look for what matters.

The rule: what is late comes first, the oldest first; then promises that are broken; then what is due within 14 days;
then what waits for one's decision.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.approvals import queries as approvals
from heretask.kernel.approvals.models import Approval
from heretask.kernel.evidence.promises import PROMISES
from heretask.kernel.log import record
from heretask.platform.incidents import actions as incidents
from heretask.system.assessment import queries as assessment
from heretask.system.records.models import Closing
from heretask.system.records.queries import Standing
from heretask.system.records.rules import RULES
from heretask.system.staff import queries as staff

from . import events, presenters, queries

SOON = 14  # days
MOST = 3
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing: what, how it stands, why it was chosen, and the button that does it."""

    title: Any
    why: str
    state: str
    word: Any
    url: str
    verb: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Monday:
    """What this week asks for: the first three, how many there are beside them, what was done, and what comes next."""

    things: list[Thing]
    rest: int
    done: list[tuple[Any, dt.date]]
    next: tuple[Any, dt.date] | None


def see(today: dt.date, *, slug: str, by: Actor) -> Monday:
    """Read it."""
    check(by, P.SYSTEM_WHEEL_CHANGE)
    duties = _duties(today)
    found = [
        *(_thing(*one) for one in duties if one[0].days_left < 0),
        *_broken(slug),
        *(_thing(*one) for one in duties if 0 <= one[0].days_left <= SOON),
        *_decisions(by),
    ]
    later = [one for one in duties if one[0].days_left > SOON]
    following = (later[0][0].rule.sentence, later[0][0].duty.due_on) if later else None
    record(events.MONDAY_READ, hits=len(found))
    return Monday(found[:MOST], max(0, len(found) - MOST), _done(today), following)


Due = tuple[Standing, str, str, str]  # with whose it is, where it is done, and the word on the button


def _duties(today: dt.date) -> list[Due]:
    """Every open duty, of the wheel and of people, by its day."""
    found: list[Due] = [
        (spoke.open, presenters.who(spoke), presenters.url_of(spoke.open), _("Open the duty"))
        for spoke in queries.wheel(today) if spoke.open
    ]  # fmt: skip
    for member in staff.members(today):
        url = reverse("system.staff_one", args=[member.item.id])
        found += [(standing, member.item.values["name"], url, _("Open the person")) for standing in member.open]
    return sorted(found, key=lambda one: (one[0].duty.due_on, one[0].rule.key))


def _thing(standing: Standing, whose: str, url: str, verb: str) -> Thing:
    left = standing.days_left
    if left < 0:
        why = ngettext("It is %(days)d day late.", "It is %(days)d days late.", -left) % {"days": -left}
    elif left == 0:
        why = _("It is due today.")
    else:
        why = ngettext("It is due in %(days)d day.", "It is due in %(days)d days.", left) % {"days": left}
    state, word = ("broken", _("Late")) if left < 0 else ("due", _("Due soon"))
    return Thing(standing.rule.sentence, f"{whose} · {why}", state, word, url, verb, standing.rule.promises[0])


def _broken(slug: str) -> list[Thing]:
    """Promises that are measured and do not hold."""
    weighed = assessment.assessment(everywhere=True, slug=slug).weighed.values()
    url = reverse("system.assessment") + "?state=broken"
    why = _("We promise this, and it was measured not to hold: %(figure)s.")
    return [
        Thing(
            PROMISES[one.promise].sentence, why % {"figure": one.figure}, "broken", _("Broken"), url,
            _("See the measurement"), one.promise,
        )
        for one in weighed if one.state == "broken"
    ]  # fmt: skip


def _decisions(by: Actor) -> list[Thing]:
    """What waits for an answer."""
    reports = incidents.waiting(by=by)
    found = []
    if reports:
        said = ngettext("%d report that nobody has opened", "%d reports that nobody has opened", len(reports))
        found.append(
            Thing(
                said % len(reports), _("Somebody reported a security incident and waits for Management."), "due",
                _("Waits"), reverse("platform.incidents_all"), _("Open the reports"), "BREACH-1",
            )
        )  # fmt: skip
    asked: list[Approval] = approvals.waiting_for(by.person_id)
    if asked:
        said = ngettext("%d request of the other manager", "%d requests of the other manager", len(asked))
        found.append(
            Thing(
                said % len(asked), _("It takes both of you, and the other one has asked."), "due", _("Waits"),
                reverse("admin.approvals"), _("Answer"), "ORG-1",
            )
        )  # fmt: skip
    return found


def _done(today: dt.date) -> list[tuple[Any, dt.date]]:
    """What was closed in the last seven days, the newest first."""
    rows = Closing.objects.filter(done_on__gt=today - WEEK, done_on__lte=today, duty__rule__in=RULES)
    found = rows.select_related("duty").order_by("-done_on", "-id")
    return [(RULES[closing.duty.rule].sentence, closing.done_on) for closing in found[:8]]

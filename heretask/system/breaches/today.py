"""What breaches put on the start page: open cases with their clock for Management, notices for administrators."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import Person
from heretask.platform.incidents import cases as seam
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import clock, day

from . import actions, noticed, own, presenters, queries
from .declarations import OPEN


@cards(0, P.SYSTEM_BREACHES_RUN)
def open_today(person: Person) -> list[Card]:
    """Cases that are not closed, each with how long there is left to tell every customer."""
    rows = []
    for listed in actions.see_cases(by=person.actor):
        one = listed.one
        if one.closed:
            continue
        state, word = presenters.standing(one, listed.count.untold)
        rows.append(
            Row(
                presenters.titled(one), presenters.next_step(one, listed.told),
                url=reverse("system.breaches_one", args=[one.id]),
                lead=clock(one.reported_at), state=state, state_word=word, button=_("Open the case"),
            )
        )  # fmt: skip
    return [Card(_("Security breaches"), rows, urgent=True)] if rows else []


@cards(0, P.SYSTEM_BREACHES_READ)
def told_today(person: Person) -> list[Card]:  # noqa: ARG001  (the shape of every card)
    """Notices that nobody here has acknowledged, and those that wait for our own decision."""
    rows = []
    for line in own.lines():
        url = reverse("system.breaches_notice", args=[line.id])
        title = noticed.notice_title(line.exercise, touched=line.touched)
        moment = {"day": day(line.made_at), "clock": clock(line.made_at)}
        until = {"day": day(line.decide_by), "clock": clock(line.decide_by)}
        if line.acknowledged_at is None:
            state, word, sub = (
                "due" if line.exercise else "broken",
                _("To acknowledge"),
                _("from HereTask, %(day)s %(clock)s"),
            )
            rows.append(Row(title, sub % moment, url=url, state=state, state_word=word, button=_("Read")))
        elif line.touched and not line.exercise and line.decision == OPEN:
            state = "broken" if timezone.now() > line.decide_by else "due"
            sub = _("Decide by %(day)s %(clock)s whether you report it to Datatilsynet")
            rows.append(Row(title, sub % until, url=url, state=state, state_word=_("To decide"), button=_("Decide")))
    return [Card(_("From HereTask about the security of your data"), rows, urgent=True)] if rows else []


@seam.register
def leads(report: UUID) -> tuple[str, str]:
    """Where Management's page of a report leads: to its case, or to beginning one."""
    there = queries.case_of_report(report)
    if there:
        return _("Open its case"), reverse("system.breaches_one", args=[there])
    return _("Begin a case of a breach"), f"{reverse('system.breaches_new')}?report={report}"

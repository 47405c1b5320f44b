"""Reading the register, what was announced and what was found; and what the evidence may know of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.host.lines import DATABASE as IN_DATABASE
from heretask.kernel.host.matching import Seen, matcher
from heretask.kernel.identity.models import Session, User
from heretask.kernel.secrets.opening import open_text

from . import policies
from .models import Account, Announcement, Explanation, PortalLog, Reading, Report, Visit

SHOWN = 50
TASK = "system.servers.collect"
OWNER = "heretask_owner"  # as whom commands at the server sign in to the database
_NEAR = dt.timedelta(seconds=10)  # between a command's connection and its ticket


def accounts() -> list[Account]:
    """The register: those that are in force first."""
    return list(Account.objects.select_related("user").order_by("until", "kind", "name"))


def account_at(kind: str, name: str, at: dt.datetime) -> Account | None:
    """Whose an account was at a moment."""
    kind = policies.DATABASE if kind == IN_DATABASE else policies.SERVER
    held = Account.objects.filter(Q(until=None) | Q(until__gt=at), kind=kind, name=name, since__lte=at)
    return held.order_by("-since").first()


def register() -> dict[str, UUID]:
    """To whom of today's people each account on the servers belongs; whoever left has none."""
    held = Account.objects.filter(kind=policies.SERVER, until=None, user__active=True)
    return dict(held.values_list("name", "user_id"))


def people() -> dict[UUID, str]:
    """The supplier's people of today, by name."""
    return {user.id: open_text(user, "name") for user in User.objects.filter(active=True)}


def people_with_accounts() -> dict[UUID, str]:
    """Those of them who can be on a server at all."""
    held = set(Account.objects.filter(until=None).values_list("user_id", flat=True))
    return {id_: name for id_, name in people().items() if id_ in held}


@matcher("announced", _("Announced work"))
def announced(seen: Seen) -> UUID | None:
    """Work that was announced before the session began, and is not over before it ends."""
    if seen.person is None:
        return None
    found = Announcement.objects.filter(
        user_id=seen.person, starts__lte=seen.since, ends__gte=seen.since, ends__gt=seen.until - policies.GRACE,
        made_at__lte=seen.since,
    )  # fmt: skip
    return found.values_list("id", flat=True).first()


@matcher("command", _("A command of the program at the server"))
def command(seen: Seen) -> UUID | None:
    """A command such as `heretask assess`: it signs in as the owner, and takes a ticket that says what for."""
    if (seen.kind, seen.account) != (IN_DATABASE, OWNER):
        return None
    tickets = Session.objects.using("gate").filter(
        kind="operator", made_at__gte=seen.since - _NEAR, made_at__lte=seen.until + _NEAR
    )
    return tickets.values_list("id", flat=True).first()


def unsettled() -> QuerySet[Visit]:
    """Findings: matched by nothing, explained by nobody."""
    return Visit.objects.filter(matched="", explanations=None)


@dataclass(frozen=True, slots=True)
class Found:
    """What the first page shows."""

    findings: list[Visit]
    visits: list[Visit]
    announcements: list[Announcement]
    explanations: dict[UUID, Explanation]
    reading: dt.datetime | None
    report: Report | None
    portal: PortalLog | None


def found() -> Found:
    """The findings, the newest visits, and what is announced from today on."""
    visits = list(Visit.objects.prefetch_related("commands").order_by("-opened_at")[:SHOWN])
    return Found(
        list(unsettled().prefetch_related("commands").order_by("-opened_at")[:SHOWN]), visits,
        list(Announcement.objects.filter(ends__gt=timezone.now()).order_by("starts")[:SHOWN]),
        {one.visit_id: one for one in Explanation.objects.filter(visit__in=visits)},
        Reading.objects.order_by("-read_at").values_list("read_at", flat=True).first(),
        reports()[0] if reports() else None, PortalLog.objects.order_by("-until").first(),
    )  # fmt: skip


def reports() -> list[Report]:
    """The newest reports."""
    return list(Report.objects.order_by("-made_at")[:SHOWN])


def portal_logs() -> list[PortalLog]:
    """The newest documents."""
    return list(PortalLog.objects.order_by("-until", "-made_at")[:SHOWN])


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What the log calls visits: account and machine."""
    return {v.id: f"{v.account or '?'} · {v.host}" for v in Visit.objects.filter(id__in=set(ids))}


def places() -> dict[str, str]:
    """How far each source was read."""
    return dict(Reading.objects.values_list("source", "place"))


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts and dates, readable outside any customer: `ht.server_facts()` is the one place that gives them out."""

    installed_at: dt.datetime
    visits: int  # of 30 days
    matched: int
    explained: int
    findings: int  # of any age, nobody has explained them
    read_at: dt.datetime | None
    sources: int  # read within 45 days
    sources_read: int  # and within the last
    portal_until: dt.date | None
    reports: list[dict[str, Any]]  # the newest of each machine


def facts() -> Facts:
    """What the installation's evidence is made of."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select installed_at, visits, matched, explained, findings, read_at, sources, sources_read, "
            "portal_until, reports "
            "from ht.server_facts()"
        )
        row = dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
    return Facts(**{**row, "reports": json.loads(row["reports"])})


def last_visits() -> dict[UUID, dt.datetime]:
    """When each person was last on a server or in the database, in one query."""
    rows = Visit.objects.filter(user__isnull=False).values_list("user").annotate(Max("opened_at"))
    return {user: at for user, at in rows if user}

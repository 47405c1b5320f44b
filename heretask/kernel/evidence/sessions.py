"""Measured: sessions. That they come from somewhere, end when nobody acts, and stand in the log."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.identity.events import ENDED, IDLED, PROVED, SIGNED_IN, SIGNED_OUT

from .measuring import Result, State, evidence, zero
from .reading import events_since, person_sessions, since
from .synthetic import alone, idle

LIMIT = 300
GRACE = dt.timedelta(minutes=15)  # within which the clock process ends a session that nobody returned to


@evidence(
    "REMOTE-2",
    counts=_("sessions of which we do not know from where and with what, of all in 30 days"),
    how=_(
        "Every session of a person in the last 30 days must carry the address it came from and the browser it "
        "used. There is one way in, the web over TLS; a session that came otherwise would carry neither."
    ),
)
def remote_2() -> Result:
    """Person sessions without address or agent."""
    found = person_sessions()
    unknown = found.filter(Q(address="") | Q(agent="")).count()
    networks = found.values("address").distinct().count()
    return zero(unknown, found.count(), networks=networks, agents=found.values("agent").distinct().count())


@evidence(
    "DATA-3",
    counts=_("the longest pause in a session that went on, 300 s at most"),
    how=_(
        "The database notes the longest pause of every session that was used again; the figure is the longest "
        "of the last 30 days. Besides, a synthetic person stands still for 301 seconds and then tries to act "
        "and to read: both must be refused, by the same functions of the database that every page goes "
        "through."
    ),
)
def data_3() -> Result:
    """The longest pause, and the synthetic person's."""
    found = person_sessions()
    longest = found.aggregate(longest=Max("longest_gap"))["longest"] or 0.0
    proof = alone(idle)
    kept = longest <= LIMIT and not found.filter(idle_limit__gt=LIMIT).exists() and proof.refused
    sample = {"sessions": found.count(), "touched": proof.touched, "let_in": proof.entered}
    return Result(State.HOLDS if kept else State.BROKEN, f"{longest:.0f} s", sample)


@evidence(
    "LOG-2",
    counts=_("sessions without an entry for their start or their end, of all in 30 days"),
    how=_(
        "Every session of a person in the last 30 days is looked for in the log: one entry for its start and, "
        "once it has ended, one for its end. A session that should have ended more than 15 minutes ago and "
        "still stands open counts too: then the process that ends forgotten sessions has stopped."
    ),
)
def log_2() -> Result:
    """Sessions that the log does not know from beginning to end."""
    start = since()
    logged: dict[str, set[object]] = {}
    starts, ends = (SIGNED_IN, PROVED), (SIGNED_OUT, IDLED, ENDED)
    kinds = {a.name: "start" for a in starts} | {a.name: "end" for a in ends}
    about = events_since(start - GRACE).filter(action__in=list(kinds), object_kind="session")
    for action, session in about.values_list("action", "object_id"):
        logged.setdefault(kinds[action], set()).add(session)
    no_start = no_end = of = 0
    late = timezone.now() - GRACE
    for own in person_sessions().only("id", "ended_at", "ends_at", "last_act", "idle_limit"):
        of += 1
        no_start += own.id not in logged.get("start", ())
        if own.ended_at is not None:
            no_end += own.id not in logged.get("end", ())
        else:
            no_end += min(own.ends_at, own.last_act + dt.timedelta(seconds=own.idle_limit)) < late
    return zero(no_start + no_end, of, no_start=no_start, no_end=no_end)

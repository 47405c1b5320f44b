"""Drawing, explaining and judging: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from heretask.kernel.access import reach, reasons
from heretask.kernel.access.decide import Actor, Denied, check, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import naming, record
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current

from . import events, policies, queries
from .models import Draw, Drawn, Explanation, Judgment, KnownPerson
from .policies import Refused
from .queries import Line


def draw_month(now: dt.datetime) -> Draw | None:
    """Draw the last whole month, once, as soon as a root is signed that nobody could know before it was over."""
    since, until = queries.month_before(now)
    if not queries.has_citizens() or queries.is_drawn(since):
        return None
    return draw(since, until)


def draw(since: dt.datetime, until: dt.datetime) -> Draw | None:
    """Draw from the openings of a time; None where no root was signed since it was over, or nobody opened anything."""
    signed = queries.checkpoint()
    if signed is None or signed.at < until:
        return None
    pool, opened = queries.candidates(since, until)
    seed = bytes(signed.root)
    made = Draw.objects.create(
        since=since, until=until, seed=seed.hex(), size=signed.size,
        pool=[[one.event.hex, one.weight] for one in pool],
    )  # fmt: skip
    by_event = {one.event: one for one in pool}
    chosen = [by_event[event] for event in policies.draw(seed, [(one.event, one.weight) for one in pool])]
    Drawn.objects.bulk_create(
        Drawn(
            draw=made, place=place, event=one.event, at=one.at, user_id=one.user, citizen=one.citizen,
            purpose=one.purpose, weight=one.weight, why=list(one.why), customer_id=made.owner_id,
        )
        for place, one in enumerate(chosen, 1)
    )  # fmt: skip
    told = {"seed": made.seed, "size": str(made.size), "of": str(len(pool))}
    record(events.DRAWN, on=("draw", made.id), hits=len(chosen), variables=told, opened=opened)
    return made


def list_own(*, by: Actor) -> list[Drawn]:
    """One's own openings that wait for an explanation."""
    check(by, P.PLATFORM_SAMPLES_OWN)
    found = queries.own_waiting(by.person_id)
    record(events.OWN_SEEN, hits=len(found))
    return found


def see_own(drawn_id: UUID, *, by: Actor) -> tuple[Line, str, list[str]]:
    """One's own opening: the citizen's name where one still reaches them, and reasons, the likeliest first."""
    check(by, P.PLATFORM_SAMPLES_OWN)
    line = _own(drawn_id, by)
    decision = reach.why(by, P.SOCIAL_CITIZENS_SEE, line.drawn.citizen)
    names = naming.names("citizen", [line.drawn.citizen]) if decision and decision.allowed else {}
    record(events.ASKED, citizen=line.drawn.citizen, on=("citizen", line.drawn.citizen), opened=names.keys())
    return line, names.get(line.drawn.citizen, ""), _likely(line.drawn)


def _likely(drawn: Drawn) -> list[str]:
    reason = reasons.read(drawn.purpose)
    kind = {"relation": "close", "unit": "shift", "emergency": "emergency"}.get(reason.kind if reason else "", "asked")
    first = [kind, "search"] if queries.searched_before(drawn) else [kind]
    return first + [choice for choice in policies.CHOICES if choice not in first]


def explain(drawn_id: UUID, choice: str, words: str, *, by: Actor) -> Explanation:
    """Say why; once, by the person themselves."""
    check(by, P.PLATFORM_SAMPLES_OWN)
    line = _own(drawn_id, by)
    plain = policies.check_choice(choice, words)
    made = Explanation(drawn=line.drawn, by_id=by.person_id, choice=choice, customer_id=current().customer_id)
    seal(made, words=plain)
    _once(made)
    told = {"reason": choice, "words": plain}
    record(events.EXPLAINED, citizen=line.drawn.citizen, on=("citizen", line.drawn.citizen), variables=told)
    return made


def list_waiting(*, by: Actor) -> list[Line]:
    """What this person may judge: of everybody with the right for all, else of people in the units they lead."""
    check(by, P.ADMIN_SAMPLES_JUDGE)
    found = _judgeable(queries.unjudged(), by)
    record(events.LISTED, hits=len(found), shown={line.drawn.user_id for line in found})
    return found


def waiting_for(by: Actor) -> list[Line]:
    """As `list_waiting`, for the start page: no name is opened for it."""
    return _judgeable(queries.unjudged(), by)


def _judgeable(found: list[Line], by: Actor) -> list[Line]:
    others = [line for line in found if line.drawn.user_id != by.user_id]
    if may(by, P.ADMIN_SAMPLES_RUN):
        return others
    led = {g.unit_id for g in by.given if P.ADMIN_SAMPLES_JUDGE in g.may}
    units = queries.units_of(line.drawn.user_id for line in others)
    return [line for line in others if units.get(line.drawn.user_id, set()) & led]


def see(drawn_id: UUID, *, by: Actor) -> tuple[Line, str]:
    """One opening to be judged, with the citizen's name where the judge may know it."""
    line = _to_judge(drawn_id, by)
    names = _names([line.drawn.citizen], by)
    record(
        events.LOOKED, citizen=line.drawn.citizen, on=("user", line.drawn.user_id), opened=names.keys(),
        shown=[line.drawn.user_id],
    )  # fmt: skip
    return line, names.get(line.drawn.citizen, "")


def judge(drawn_id: UUID, verdict: str, words: str, *, by: Actor) -> Judgment:
    """Judge somebody else's opening; once, also where they have said nothing."""
    line = _to_judge(drawn_id, by)
    plain = policies.check_verdict(verdict, words)
    made = Judgment(
        drawn=line.drawn, about=line.drawn.user_id, by_id=by.person_id, verdict=verdict,
        customer_id=current().customer_id,
    )  # fmt: skip
    seal(made, words=plain)
    _once(made)
    told = {"verdict": verdict, "words": plain}
    record(events.JUDGED, citizen=line.drawn.citizen, on=("user", line.drawn.user_id), variables=told)
    return made


def list_draws(*, by: Actor) -> list[Draw]:
    """All draws, for those who see every opening."""
    return queries.draws() if may(by, P.ADMIN_SAMPLES_RUN) else []


def see_draw(draw_id: UUID, *, by: Actor) -> tuple[Draw, list[Line], dict[UUID, str]]:
    """A draw with its seed and everything that was drawn."""
    return _draw(draw_id, by, events.DRAW_SEEN)


def make_minutes(draw_id: UUID, *, by: Actor) -> tuple[Draw, list[Line], dict[UUID, str]]:
    """A draw to be put on paper; the event is committed before any byte of it leaves."""
    return _draw(draw_id, by, events.MINUTES_MADE)


def _draw(draw_id: UUID, by: Actor, event: events.Action) -> tuple[Draw, list[Line], dict[UUID, str]]:
    check(by, P.ADMIN_SAMPLES_RUN)
    found = queries.get_draw(draw_id)
    lines = queries.lines_of(found)
    names = _names([line.drawn.citizen for line in lines], by)
    record(event, on=("draw", found.id), hits=len(lines), opened=names.keys())
    return found, lines, names


def list_known(*, by: Actor) -> list[tuple[UUID, str]]:
    """The list of well-known people."""
    check(by, P.ADMIN_SAMPLES_RUN)
    found = queries.known_people()
    record(events.KNOWN_SEEN, hits=len(found))
    return found


def add_known(name: str, *, by: Actor) -> KnownPerson:
    """Put somebody on the list of well-known people."""
    check(by, P.ADMIN_SAMPLES_RUN)
    plain = " ".join(name.split())
    if len(plain.split()) < 2:
        raise Refused(_("Write first and family name."))
    made = KnownPerson(customer_id=current().customer_id)
    seal(made, name=plain[:120])
    made.save(force_insert=True)
    record(events.KNOWN_ADDED, on=("known", made.id), changed=["name"])
    return made


def end_known(known_id: UUID, *, by: Actor) -> None:
    """Take somebody off it."""
    check(by, P.ADMIN_SAMPLES_RUN)
    if not KnownPerson.objects.filter(id=known_id, ended_at=None).update(ended_at=Now()):
        raise Refused(_("This person is not on the list."))
    record(events.KNOWN_ENDED, on=("known", known_id), changed=["ended_at"])


def _own(drawn_id: UUID, by: Actor) -> Line:
    try:
        line = queries.get_line(drawn_id)
    except Drawn.DoesNotExist:
        raise Denied(permission=P.PLATFORM_SAMPLES_OWN) from None
    if line.drawn.user_id != by.user_id:
        raise Denied(permission=P.PLATFORM_SAMPLES_OWN)
    return line


def _to_judge(drawn_id: UUID, by: Actor) -> Line:
    check(by, P.ADMIN_SAMPLES_JUDGE)
    try:
        line = queries.get_line(drawn_id)
    except Drawn.DoesNotExist:
        raise Denied(permission=P.ADMIN_SAMPLES_JUDGE) from None
    policies.check_may_judge(line.drawn.user_id, by.user_id)
    if not _judgeable([line], by):
        raise Denied(permission=P.ADMIN_SAMPLES_JUDGE)
    return line


def _names(citizens: list[UUID], by: Actor) -> dict[UUID, str]:
    """Names for those who may read the log; others know a citizen by name where they reach them."""
    if may(by, P.ADMIN_LOG_READ):
        return naming.names("citizen", citizens)
    known = [one for one in citizens if (told := reach.why(by, P.SOCIAL_CITIZENS_SEE, one)) and told.allowed]
    return naming.names("citizen", known)


def _once(made: Explanation | Judgment) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as twice:
        raise Refused(_("This has been answered already.")) from twice

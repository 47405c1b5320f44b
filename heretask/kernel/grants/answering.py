"""The customer's side: answer, watch, cut off, read the report, judge; and approve beforehand.

The permission is asked for by the feature that calls; who answers is taken from the session by the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import IntegrityError, ProgrammingError, connections, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.approvals.managing import FORBIDDEN, Refused
from heretask.kernel.log import record
from heretask.kernel.log.models import Event
from heretask.kernel.secrets.opening import open_text, seal
from heretask.kernel.tenancy.base import uuid7

from . import events
from .models import MOST_MINUTES, Grant, GrantScope, PreApproval

__all__ = ["Refused"]
LONGEST_STANDING = dt.timedelta(days=90)
MOST_LIVE, MOST_TOLD = 100, 2000  # lines on the page that watches, and in the report


def grant(grant_id: UUID) -> Grant:
    """One; raises Grant.DoesNotExist."""
    return Grant.objects.select_related("cut_by", "refused_by", "judged_by", "seen_by").get(id=grant_id)


def recent() -> list[Grant]:
    """The newest hundred."""
    return list(Grant.objects.order_by("-asked_at")[:100])


def waiting() -> list[Grant]:
    """What can still be answered."""
    return list(Grant.objects.filter(approved_at=None, refused_at=None, answer_until__gt=Now()))


def running() -> list[Grant]:
    """What lets the supplier in now."""
    return list(Grant.objects.filter(cut_at=None, ended_at=None, starts__lte=Now(), ends_at__gt=Now()))


def unseen() -> list[Grant]:
    """Those that are over and whose report nobody has read."""
    over = Q(ends_at__lte=Now()) | Q(cut_at__isnull=False) | Q(ended_at__isnull=False)
    return list(Grant.objects.filter(over, approved_at__isnull=False, seen_at=None))


def to_judge() -> list[Grant]:
    """Those made without an answer that nobody has judged."""
    return list(Grant.objects.filter(broken_glass=True, judged_at=None))


def standing() -> list[PreApproval]:
    """What is approved beforehand now."""
    return list(PreApproval.objects.filter(withdrawn_at=None, until__gt=Now()).select_related("made_by"))


def pages_under(one: Grant) -> tuple[list[Event], int]:
    """What happened under a grant, newest first, and how much there is in all: exactly the events that bear its id."""
    under = Event.objects.filter(grant=one.id)
    over = one.cut_at or one.ended_at or (one.ends_at is not None and one.ends_at <= timezone.now())
    return list(under.order_by("-at", "-id")[: MOST_TOLD if over else MOST_LIVE]), under.count()


def answer(one: Grant, *, yes: bool) -> None:
    """Approve or refuse. Raises Refused where it is over or answered."""
    with _allowed(_("It was answered before, or its hour is over.")):
        _call("answer_grant", one.id, yes)
    said = {"scope": one.scope, "case": one.case_number, "minutes": one.minutes} if yes else None
    record(events.APPROVED if yes else events.REFUSED, on=("grant", one.id), variables=said)


def cut(one: Grant) -> None:
    """Cut it off; refused at the supplier's next request. Raises Refused."""
    with _allowed(_("This access does not run any more.")):
        _call("cut_grant", one.id)
    record(events.CUT, on=("grant", one.id))


def see_report(one: Grant) -> None:
    """That somebody read the report; the first time is kept."""
    _call("see_grant", one.id)
    record(events.SEEN, on=("grant", one.id))


def judge(one: Grant, words: str) -> None:
    """Judge an access that was made without an answer, once. Raises Refused."""
    plain = " ".join(words.split())[:400]
    if len(plain) < 5:
        raise Refused(_("Write what you think of it, in a few words."))
    seal(one, judgement=plain)
    with _allowed(_("It was judged before.")):
        _call("judge_grant", one.id, one.judgement)
    record(events.JUDGED, on=("grant", one.id), variables={"why": plain})


def pre_approve(*, scope: str, minutes: int, until: dt.datetime) -> None:
    """Let requests of this scope and at most this length approve themselves until then. Raises Refused."""
    if scope not in {GrantScope.STRUCTURE, GrantScope.CONTENT} or not 15 <= minutes <= MOST_MINUTES:
        raise Refused(_("Between a quarter of an hour and eight hours."))
    if not timezone.now() < until <= timezone.now() + LONGEST_STANDING:
        raise Refused(_("Choose a day from today on, 90 days away at most."))
    own = uuid7()
    with _allowed(_("This cannot be done.")):
        _call("pre_approve", own, scope, minutes, until)
    record(
        events.PRE_APPROVED, on=("pre_approval", own),
        variables={"scope": scope, "minutes": minutes, "until": f"{timezone.localtime(until):%d-%m-%Y}"},
    )  # fmt: skip


def withdraw(own: UUID) -> None:
    """Withdraw what was approved beforehand; what runs goes on until it is cut off. Raises Refused."""
    with _allowed(_("It was withdrawn before.")):
        _call("withdraw_pre_approval", own)
    record(events.WITHDRAWN, on=("pre_approval", own))


def purpose_of(one: Grant) -> str:
    """What it is for."""
    return open_text(one, "purpose")


def judgement_of(one: Grant) -> str:
    """What was said of it afterwards."""
    return open_text(one, "judgement")


def _call(function: str, *params: Any) -> Any:
    with connections["default"].cursor() as cursor:
        places = ", ".join(["%s"] * len(params))
        cursor.execute(f"select ht.{function}({places})", params)
        return cursor.fetchone()[0]


@contextmanager
def _allowed(sentence: str) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except ProgrammingError as failure:
        if getattr(failure.__cause__, "sqlstate", "") != FORBIDDEN:
            raise
        raise Refused(sentence) from failure
    except IntegrityError as failure:
        raise Refused(sentence) from failure


def newest_under(grant_id: UUID) -> int:
    """When the newest event under a grant was, in microseconds; 0 for none."""
    newest = Event.objects.filter(grant=grant_id).order_by("-at").values_list("at", flat=True).first()
    return int(newest or 0)

"""Measured: that access is reviewed, how long a decision takes, and that what was taken away is gone (ACCESS-2)."""

from __future__ import annotations

import datetime as dt
from statistics import median

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.models import Assignment
from heretask.kernel.evidence.measuring import Result, State, evidence

from . import queries
from .models import Campaign, Decision, Item
from .policies import YEAR

NIGHTS = dt.timedelta(days=2)  # in which the clock begins a review, and meets a deadline


@evidence(
    "ACCESS-2",
    counts=_("rights that were reviewed, of all that were asked about, and seconds of the middle decision"),
    how=_(
        "The review of everybody must not be older than a year. No right may wait for longer than two days after its "
        "deadline. Each right that was taken away must have its proof, made when it was taken: every right of the role "
        "was asked for again and refused, and no session was left; and it must not run today. Nobody may have decided "
        "on a right of their own. The seconds run from the moment in which the right was shown."
    ),
)
def access_2() -> Result:
    """Reviewed of all, seconds of a decision, and removals that are proven."""
    now, own = timezone.now(), queries.customer()
    newest = queries.newest_yearly()
    of = Item.objects.count()
    waiting = queries.waiting(Item.objects.all())
    left, late = waiting.count(), waiting.filter(campaign__due_at__lt=now - NIGHTS).count()
    taken = list(Decision.objects.exclude(what="keep").values_list("item__right", "proof"))
    unproven = sum(not proof.get("holds") for _right, proof in taken)
    revived = Assignment.objects.filter(id__in=[right for right, _proof in taken], ended_at=None).count()
    selfish = Decision.objects.filter(Q(by_id=F("item__user_id")) | ~Q(about=F("item__user_id"))).count()
    seconds = list(Decision.objects.exclude(by=None).values_list("seconds", flat=True))
    old = (newest.started_at if newest else own.made_at) < now - YEAR - NIGHTS
    sample = {
        "waiting": left, "late": late, "removed": len(taken), "proven": len(taken) - unproven, "revived": revived,
        "own": selfish, "campaigns": Campaign.objects.count(),
    }  # fmt: skip
    figure = f"{of - left} / {of}" + (f", {median(seconds):.0f} s" if seconds else "")
    if late or unproven or revived or selfish or old:
        return Result(State.BROKEN, figure, sample)
    return Result(State.HOLDS if newest else State.DUE, figure, sample)

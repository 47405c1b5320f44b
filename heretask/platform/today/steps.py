"""The first days of a new customer: what its administrators do before anybody can work, with how far they have come.

Each feature says in its `today` module which step is its own and whether it is done; nothing is ticked off by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer, CustomerKind

from .cards import Card, Row, cards

DAYS = 30  # for how long a customer is new, where a step is left undone
Done = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do first: what, why, where, the word on its button, and whether it is done."""

    order: int
    permission: Permission
    title: Any
    why: Any
    route: str
    word: Any
    done: Done


STEPS: list[Step] = []


def step(order: int, permission: Permission, *, title: Any, why: Any, route: str, word: Any) -> Callable[[Done], Done]:
    """Register a step for those who hold `permission`; the function says whether this customer has done it."""

    def registering(done: Done) -> Done:
        STEPS.append(Step(order, permission, title, why, route, word, done))
        STEPS.sort(key=lambda one: one.order)
        return done

    return registering


@cards(1, Permission.ADMIN_USERS_CHANGE)
def first_steps(person: Person) -> list[Card]:
    """What is left to do before people can work; nothing once all is done, or the customer is not new any more."""
    own = [one for one in STEPS if may(person.actor, one.permission)]
    new = Customer.objects.filter(
        id=current().customer_id, kind=CustomerKind.PROVIDER, made_at__gt=timezone.now() - dt.timedelta(days=DAYS)
    )
    if not own or not new.exists():
        return []
    done = [one.done() for one in own]
    if all(done):
        return []
    rows = [
        Row(
            one.title, one.why, url=reverse(one.route), lead=str(number),
            state="ok" if is_done else "", state_word=_("Done") if is_done else "", button="" if is_done else one.word,
        )
        for number, (one, is_done) in enumerate(zip(own, done, strict=True), 1)
    ]  # fmt: skip
    return [Card(_("Get started"), rows, done=sum(done), total=len(done), progress=_("Steps that are done"))]

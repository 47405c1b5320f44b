"""The demo's tasks: what Anna, Bo and Clara have to do these days, rounds of medicine among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from heretask.kernel.access.addressed import To
from heretask.kernel.access.decide import Actor
from heretask.kernel.identity import events
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actor_for
from heretask.kernel.identity.sessions import begin, end, h1_of, touch
from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.log.trace import tracing
from heretask.kernel.rhythm import DAILY, MONTHLY, WEEKLY, WORKDAYS, Rule, moment
from heretask.kernel.secrets.keys import unwrap_customer_key
from heretask.kernel.tenancy.base import entered
from heretask.kernel.tenancy.models import Customer, Unit
from heretask.platform.tasks import actions
from heretask.platform.tasks.models import Task
from heretask.platform.tasks.policies import Words
from heretask.social.citizens.models import Citizen

ROUND = Words(
    "Medicinrunde", "Se efter ændringer i medicinskemaerne, før du begynder.",
    ("Hent nøglen til medicinskabet", "Giv medicinen, og kvittér på skemaet", "Skriv op, hvad der ikke blev taget",
     "Lås skabet, og aflever nøglen"),
)  # fmt: skip

# to whom, how many days from today, time of day (None: the day alone), about which of Nord's citizens, words, comment
ONCE: tuple[tuple[str, int, dt.time | None, int | None, Words, str], ...] = (
    ("anna", -1, dt.time(15), 0, Words("Bestil tid hos fodterapeuten", "Helst om formiddagen."),
     "De ringer tilbage i dag."),
    ("anna", 0, dt.time(14), 1, Words("Ring til datteren om søndag"), ""),
    ("anna", 0, None, None, Words("Skriv ønsker til vagtplanen"), ""),
    ("anna", 1, dt.time(10, 30), 2, Words(
        "Forbered statusmøde", "Det er på torsdag.", ("Læs den sidste plan", "Tal med borgeren", "Skriv tre punkter")),
     ""),
    ("bo", -2, None, None, Words("Godkend ferieønsker for december"), ""),
    ("bo", 0, dt.time(16), 3, Words("Følg op på faldet i weekenden", "Er der lavet en ny vurdering?"), ""),
    ("clara", 0, dt.time(15, 30), None, Words("Vand planterne i fællesstuen"), ""),
)  # fmt: skip


def give(customer: Customer, people: dict[str, User], nord: Unit) -> None:
    """Tasks of Solsikken, given by Bo and Clara in sessions of their own, so that the log says who it was."""
    with as_person(customer, people["bo"]) as bo:
        _given_by_bo(bo, people, nord)
    with as_person(customer, people["clara"]) as clara:
        _once(clara, people, [], {"clara"})


@contextmanager
def as_person(customer: Customer, user: User) -> Iterator[Actor]:
    """A session of this person, ended afterwards."""
    with transaction.atomic(using="gate"):
        token, own = begin(
            "person", customer_id=customer.id, user_id=user.id, address="127.0.0.1", agent="demo", proved_at=Now()
        )
        record_at_gate(
            events.SIGNED_IN, customer_id=customer.id, actor=user.id, session=own, on=("session", own),
            outcome="second factor", address="127.0.0.1", agent="demo",
        )  # fmt: skip
    with entered(h1_of(token)), tracing(unwrap_customer_key(customer.id, customer.wrapped_key), agent="demo"):
        yield actor_for(user)
    end(touch(token, acted=True), "signed out", address="127.0.0.1", agent="demo")


def _given_by_bo(by: Actor, people: dict[str, User], nord: Unit) -> None:
    citizens = list(Citizen.objects.filter(unit=nord, active=True, sealed=False).order_by("id")[:4])
    _recurring(by, To.person(people["bo"].id), nord, citizens[0].id)
    _once(by, people, citizens, {"anna", "bo"})


def _once(by: Actor, people: dict[str, User], citizens: list[Citizen], to: set[str]) -> None:
    today = timezone.localdate()
    for who, days, time, about, words, comment in ONCE:
        if who not in to:
            continue
        citizen = citizens[about].id if about is not None else None
        made = actions.make_task(
            words=words, to=To.person(people[who].id), due_at=timezone.now() + dt.timedelta(hours=1),
            timed=time is not None, citizen_id=citizen, by=by,
        )  # fmt: skip
        due = moment(today + dt.timedelta(days=days), time or dt.time(23, 59))
        Task.objects.filter(id=made.id).update(due_at=due)  # some are late: that takes days, which a demo has not
        if comment:
            actions.comment(made.id, comment, by=by)


def _recurring(by: Actor, bo: To, nord: Unit, citizen: UUID) -> None:
    today = timezone.localdate()
    quarter = today + dt.timedelta(days=90)
    times = (dt.time(8), dt.time(12), dt.time(18), dt.time(22))
    carers = To.having("carer", nord.id)
    plans: tuple[tuple[To, Words, Rule, UUID | None], ...] = (
        (carers, ROUND, Rule(DAILY, times, today, quarter), None),
        (To.unit(nord.id), Words("Mål temperaturen i køleskabet"), Rule(
            WORKDAYS, (dt.time(10),), today, quarter, skip_holidays=True), None),
        (carers, Words("Gåtur i haven", "En halv time, hvis vejret er til det."), Rule(
            WEEKLY, (dt.time(14, 30),), today, quarter, days=(0, 3)), citizen),
        (bo, Words("Gennemgå førstehjælpskassen"), Rule(MONTHLY, (dt.time(9),), today, None, 12, month_day=1), None),
    )  # fmt: skip
    for to, words, rule, about in plans:
        actions.make_series(words=words, to=to, rule=rule, citizen_id=about, by=by)

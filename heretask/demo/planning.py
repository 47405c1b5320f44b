"""The demo's appointments and notices: what Anna, Bo and Eva have in their calendars, and what is put up."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.addressed import To
from heretask.kernel.access.decide import Actor
from heretask.kernel.identity.models import User
from heretask.kernel.rhythm import MONTHLY, WEEKLY, Rule, moment
from heretask.kernel.tenancy.models import Customer, Unit
from heretask.platform.calendar import actions
from heretask.platform.calendar.models import Appointment
from heretask.platform.calendar.policies import Span, Words
from heretask.platform.notices import actions as notices
from heretask.platform.notices.policies import Words as Notice
from heretask.social.citizens.models import Citizen

from .tasks import as_person

# made by whom, days from today, from, to, about which of Nord's citizens (or the unit), words, who takes part
ONCE: tuple[tuple[str, int, dt.time, dt.time, int | None, Words, tuple[str, ...]], ...] = (
    ("bo", 0, dt.time(13), dt.time(13, 45), 0, Words(
        "Statusmøde", "Det lille mødelokale", "Tag den sidste plan med."), ("anna", "bo")),
    ("bo", 0, dt.time(20, 30), dt.time(21), None, Words("Overlevering", "Vagtstuen"), ("anna", "bo")),
    ("bo", 1, dt.time(9, 30), dt.time(10, 15), 1, Words("Tandlæge", "Torvet 4", "Husk sygesikringskort."), ("anna",)),
    ("bo", 1, dt.time(10), dt.time(11), None, Words("Samtale om vagtplanen", "Kontoret"), ("anna", "bo")),
    ("bo", 2, dt.time(14), dt.time(15, 30), 2, Words("Besøg af familien", "Fællesstuen"), ("anna",)),
    ("bo", -1, dt.time(11), dt.time(12), 3, Words("Fysioterapi", "Klinikken, Nørregade"), ("anna",)),
    ("bo", 6, dt.time(8), dt.time(15), None, Words("Kursus i førstehjælp", "Brandstationen"), ("anna", "bo")),
    ("eva", 3, dt.time(10), dt.time(11, 30), None, Words(
        "Møde med tilsynet", "Kontoret", "Dagsorden kommer."), ("eva", "bo")),
    ("eva", 9, dt.time(13), dt.time(14), None, Words("Gennemgang af adgange", "Online"), ("eva",)),
)  # fmt: skip


# put up by whom, for all or for Nord, for how many days, must be acknowledged, pinned, words
NOTICES: tuple[tuple[str, bool, int, bool, bool, Notice], ...] = (
    ("bo", False, 7, True, False, Notice(
        "Vandet er lukket onsdag formiddag",
        "Der bliver skiftet rør på vejen onsdag fra 9 til 12.\n\nDet betyder:\n- ingen bade før middag\n"
        "- fyld kander og elkedel om morgenen\n- toilettet i kælderen kan bruges\n\nSpørg mig, hvis I er i tvivl.")),
    ("bo", False, 14, False, False, Notice(
        "Ny vagtplan fra januar", "Den ligger på kontoret. Skriv ønsker på senest fredag.")),
    ("eva", True, 60, True, True, Notice(
        "Sådan melder du et brud på sikkerheden",
        "Mister du en telefon, eller ser du noget, du ikke skulle have set?\n\n- Sig det straks, også om natten\n"
        "- Du skal ikke vente, til du er sikker\n- Ingen bliver bebrejdet for at melde")),
)  # fmt: skip


def plan(customer: Customer, people: dict[str, User], nord: Unit) -> None:
    """Appointments and notices of Solsikken, made by Bo and Eva in sessions of their own."""
    for who in ("bo", "eva"):
        with as_person(customer, people[who]) as by:
            citizens = Citizen.objects.filter(unit=nord, active=True, sealed=False).order_by("id")[:4]
            about = [citizen.id for citizen in citizens] if who == "bo" else []
            _once(by, who, people, nord, about)
            if who == "bo":
                _recurring(by, people, nord, about[0])
            _put_up(by, who, nord)


def _put_up(by: Actor, who: str, nord: Unit) -> None:
    today = timezone.localdate()
    for maker, for_all, days, must, pinned, words in NOTICES:
        if maker == who:
            to = "all" if for_all else To.unit(nord.id).code
            notices.put_up(
                words=words, to=to, starts=today, ends=today + dt.timedelta(days=days), must=must, pinned=pinned, by=by
            )


def _once(by: Actor, who: str, people: dict[str, User], nord: Unit, citizens: list[UUID]) -> None:
    today = timezone.localdate()
    for maker, days, begin, end, about, words, taking_part in ONCE:
        if maker != who:
            continue
        later = Span(moment(today + dt.timedelta(days=9), begin), moment(today + dt.timedelta(days=9), end))
        made = actions.make(
            words=words, span=later, people=[people[one].id for one in taking_part], by=by,
            citizen_id=citizens[about] if about is not None else None,
            unit_id=nord.id if about is None and who == "bo" else None,
        )  # fmt: skip
        day = today + dt.timedelta(days=days)  # some are over: that takes days, which a demo has not
        Appointment.objects.filter(id=made.id).update(starts_at=moment(day, begin), ends_at=moment(day, end))


def _recurring(by: Actor, people: dict[str, User], nord: Unit, citizen: UUID) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    quarter = tomorrow + dt.timedelta(days=90)
    both = [people["anna"].id, people["bo"].id]
    plans = (
        (Words("Husmøde", "Fællesstuen"), (dt.time(15), dt.time(16)), {"days": (3,), "rhythm": WEEKLY}, nord.id,
         None, both),
        (Words("Svømning", "Svømmehallen", "Håndklæde og badetøj."), (dt.time(16, 30), dt.time(18)),
         {"days": (1,), "rhythm": WEEKLY}, None, citizen, both[:1]),
        (Words("Ledermøde", "Kontoret"), (dt.time(9), dt.time(10, 30)), {"month_day": 1, "rhythm": MONTHLY},
         nord.id, None, both[1:]),
    )  # fmt: skip
    for words, (begin, end), rhythm, unit, about, taking_part in plans:
        rule = Rule(times=(begin,), starts=tomorrow, ends=quarter, **rhythm)
        made = actions.make_recurring(
            words=words, span=Span(moment(tomorrow, begin), moment(tomorrow, end)), rule=rule, people=taking_part,
            unit_id=unit, citizen_id=about, by=by,
        )  # fmt: skip
        if rhythm["rhythm"] == WEEKLY:  # one that was moved by hand stays when the others are changed
            moved = made[2].day or tomorrow
            later = Span(moment(moved, dt.time(18)), moment(moved, dt.time(19)))
            actions.change(made[2].id, words=words, span=later, people=taking_part, by=by)

"""The demo's risks, subcontractors and data centre: some looked at, one that waits, one that begins next month."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.decide import Actor
from heretask.system.records import actions as records
from heretask.system.records import queries as kept
from heretask.system.registers import actions, risks, shelves, supply
from heretask.system.registers import declarations as d
from heretask.system.registers.suggestions import FIRST
from heretask.system.staff.declarations import STAFF

LEFT_ALONE = {"late", "supplier"}  # of the first risks: nobody has looked at these yet
DIFFERENT = {
    "STAFF-1": ("Attest ved ansættelsen, ikke hvert år", "De har kun forseglede data, og hvert login logges"),
    "BREACH-1": ("Skriver inden 48 timer", "Aftalen siger 24 timer for vores servere"),
}


def registers(by: Actor) -> None:
    """As Grethe and Henrik have kept them for a while."""
    today = timezone.localdate()
    owners = [str(i.id) for i in kept.items(STAFF) if i.values["state"] == "employed"]
    _planned(today)
    _risks(owners, today, by)
    provider = _subcontractors(today, by)
    _data_centre(provider, today, by)
    _processing(by)
    actions.add(shelves.CONSULTATIONS, {
        "about": "Billeder af borgere i journalen", "asked": "officer", "asked_on": today - dt.timedelta(days=40),
        "question": "Må et billede stå ved navnet, når borgeren ikke selv kan sige ja?",
        "answered_on": today - dt.timedelta(days=22),
        "answer": "Ja, når det forebygger forvekslinger. Kunden skal kunne slå det fra. Det kan den nu.",
    }, by=by)  # fmt: skip


def _planned(today: dt.date) -> None:
    for rule, days in ((d.REVIEW, 24), (d.MEETING, 62), (d.REQUIREMENTS_REVIEW, 140), (d.NO_ACCESS, 75)):
        if kept.open_duty(rule, None) is None:
            due = today + dt.timedelta(days=days)
            records.plan(rule, about=None, opens_on=today - dt.timedelta(days=30), due_on=due)


def _risks(owners: list[str], today: dt.date, by: Actor) -> None:
    risks.begin_with([one.key for one in FIRST], by=by)
    untouched = {str(one.what) for one in FIRST if one.key in LEFT_ALONE}
    for number, item in enumerate(kept.items(d.RISKS)):
        owner = {"owner": owners[number % len(owners)]}
        actions.change(shelves.RISKS, item.id, owner, why="Fordelt mellem os på mødet", by=by)
        if item.values["what"] not in untouched:
            next_on = today + dt.timedelta(days=150 + 17 * number)
            risks.look_at(item.id, review_on=next_on, words="Gået igennem. Tiltagene virker.", by=by)


def _subcontractors(today: dt.date, by: Actor) -> UUID:
    def ago(days: int) -> dt.date:
        return today - dt.timedelta(days=days)

    hosting: dict[str, Any] = {
        "name": "Nordhus Drift A/S", "kind": "hosting", "service": "Servere i to datacentre på Sjælland",
        "data": ["sealed", "traffic"], "country": "DK", "processor": "yes", "agreed_on": ago(640),
        "expires_on": today + dt.timedelta(days=455), "announced_on": ago(700), "begins_on": ago(630),
        "contact": "Vagten, døgnet rundt: 70 00 00 00",
    }  # fmt: skip
    messages = hosting | {
        "name": "Kviksvar ApS", "kind": "messages", "service": "Sender sms uden personoplysninger", "data": ["contact"],
        "contact": "Lotte Ravn, lotte@kviksvar.example", "expires_on": "",
    }  # fmt: skip
    coming = hosting | {
        "name": "Fjernlager Nord AB", "kind": "copies", "service": "Forseglede sikkerhedskopier et tredje sted",
        "country": "SE", "data": ["sealed"], "agreed_on": ago(12), "announced_on": ago(9), "expires_on": "",
        "begins_on": today + dt.timedelta(days=24), "contact": "Kundeservice, +46 00 000 00 00",
    }  # fmt: skip
    provider, sms, _new = [actions.add(shelves.SUBCONTRACTORS, one, by=by).id for one in (hosting, messages, coming)]
    supply.assess(provider, done_on=today, words="Læst ISAE 3402-erklæringen. To bemærkninger, begge lukket.", by=by)
    for promise in d.CONCERNS["hosting"]:
        term, control = DIFFERENT.get(promise, ("", ""))
        given = {"answer": d.DIFFERS if term else d.SAME, "term": term, "control": control}
        made = supply.answer(provider, promise, given, by=by)
        if promise == "STAFF-1":
            supply.decide(made.id, accepted=True, why="Ingen af dem kan læse data", told_on=ago(0), by=by)
    for promise in d.CONCERNS["messages"][:5]:
        supply.answer(sms, promise, {"answer": d.SAME}, by=by)
    return provider


def _data_centre(provider: UUID, today: dt.date, by: Actor) -> None:
    how = {
        "cards": "Personlige kort med billede og kode", "entries": "Hver dør skriver, hvem der kom ind",
        "alarm": "Alarm til vagt, kameraer i 30 dage", "fire": "Inergen, prøvet hvert år",
        "power": "To forsyninger, batterier og dieselgenerator", "cooling": "To kredse, vandføler under gulvet",
        "visitors": "Følges hele tiden, legitimation ved døren",
    }  # fmt: skip
    for number, (control, words) in enumerate(how.items()):
        actions.add(shelves.PHYSICAL, {
            "control": control, "provider": provider, "how": words, "evidence": "ISAE 3402-erklæring, afsnit 9",
            "received_on": today - dt.timedelta(days=45), "valid_until": today + dt.timedelta(days=18 + 40 * number),
        }, by=by)  # fmt: skip
    for kind, days, words in (
        ("audit", 45, "Ingen forbehold. To bemærkninger om dokumentation, begge lukket."),
        (d.PHYSICAL_RISKS, 80, "Oversvømmelse vurderes lav; en ekstra pumpe er sat op."),
    ):
        report = {
            "subcontractor": provider,
            "kind": kind,
            "dated_on": today - dt.timedelta(days=days),
            "conclusion": words,
        }
        supply.keep_report(report, name="", content=b"", by=by)
    supply.state_no_access(words="Hverken Grethe, Henrik eller Finn har kort eller kode.", by=by)


def _processing(by: Actor) -> None:
    actions.add(shelves.PROCESSING, {
        "name": "Journal, plan og medicin", "role": "processor", "controllers": "Solsikken og Fyrtårnet",
        "purpose": "Opbevarer og viser det, som kundens medarbejdere skriver om borgere",
        "subjects": ["citizens", "relatives", "carers"], "data": ["ordinary", "health", "cpr"],
        "recipients": "Ingen uden for kunden", "erasure": "Når kunden sletter; nøglen ødelægges straks",
        "security": "Forseglet pr. borger, adgang efter enhed og relation, hver åbning i loggen",
    }, by=by)  # fmt: skip
    actions.add(shelves.PROCESSING, {
        "name": "Vores egne ansatte", "role": "controller", "purpose": "Ansættelse, attester og kurser",
        "subjects": ["staff"], "data": ["ordinary", "crime"], "recipients": "Ingen",
        "erasure": "Fem år efter fratrædelse", "security": "Kun Ledelsen; attesten selv gemmes aldrig",
    }, by=by)  # fmt: skip

"""The demo's annual wheel: a year of duties, most of them done on time, some late, one late now, one handed over."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.periods import months_after
from heretask.system.records import actions as records
from heretask.system.records.rules import RULES, Proof
from heretask.system.wheel import actions, events, policies, queries

NOTES = {
    "wheel.rights": "Grethe Vang og Henrik Dahl. 9 konti gennemgået, hver med sin person; en testkonto lukket.",
    "wheel.browsers": "Udgivelse 0.1 gået igennem i Chromium, Firefox og WebKit samt på en Samsung A54. Ingen fejl.",
    "wheel.guidelines": "Én kunde har 8 tegn i adgangskoden. Administratoren hæver til 12 efter sommeren.",
    "wheel.servers": "Kontrollen fra samme dag læst: alle regler holder. Sikkerhedsopdateringer lagt på begge servere.",
    "wheel.retention": "13 måneder hos alle. Udtræk for en uge lavet og kontrolleret med verify.py.",
    "wheel.provider": "Fire ugerapporter læst, alle i orden, Ballerup 2. Spurgt om dato for næste prøve af strømmen.",
    "wheel.portal": "4 konti, alle med anden faktor. En tidligere medarbejders konto lukket.",
    "wheel.restore": "Genskabt på en bærbar med ny disk på 52 minutter. 20 notater åbnet, loggens rod passer.",
    "wheel.source": "Finn og Grethe kan skrive, Henrik læse. En gammel deploy-nøgle fjernet.",
    "wheel.training": "Nyt afsnit om falske opkald. Version 2 udgivet.",
    "wheel.consultation": "Alle spurgt på mødet om arbejde hjemmefra; svar inden for tre uger.",
    "breaches.sheet": "Solsikken står på arket, Fyrtårnet er bedt om sit. Det ligger i boksen i banken.",
    "wheel.notices": "18 tekster læst. Ingen nævner en borger, en bruger eller en enhed. To gjort kortere.",
}
LATE = {"wheel.servers": 9, "wheel.portal": 17}  # days after their day
NOW_LATE = "wheel.equipment"  # its day was twelve days ago, and nobody has done it


def year(by: Actor) -> None:
    """Duties from a year ago until now, and what is planned from here on."""
    today = timezone.localdate()
    begun = today - dt.timedelta(days=380)
    for key, note in NOTES.items():
        rule = RULES[key]
        due = policies.first_due(rule, begun)
        records.plan(rule, about=None, opens_on=begun, due_on=due)
        late = LATE.get(key, -4)
        while (done_on := due + dt.timedelta(days=late)) < today - dt.timedelta(days=5):
            proof = Proof(done_on, note)
            records.close(
                rule, proof, about=None, by=by, permission=P.SYSTEM_WHEEL_CHANGE, event=events.CLOSED
            )  # fmt: skip
            late, due = -4, months_after(done_on, rule.months)
    done = Proof(today - dt.timedelta(days=3), NOTES["wheel.provider"])
    records.close(
        RULES["wheel.provider"], done, about=None, by=by, permission=P.SYSTEM_WHEEL_CHANGE, event=events.CLOSED
    )  # fmt: skip
    day = today - dt.timedelta(days=12)
    records.plan(RULES[NOW_LATE], about=None, opens_on=begun, due_on=day)
    actions.turn(today, by=by)
    finn = next((person for person in queries.people() if person.values["name"].startswith("Finn")), None)
    spoke = next(one for one in queries.wheel(today) if one.rule.key == "wheel.source")
    if finn is not None and spoke.open is not None:
        actions.hand_over(spoke.open.duty.id, finn.id, why="Finn kender lageret og nøglerne bedst", by=by)

"""The demo's first self-audit and general meeting: Grethe concludes, Henrik countersigns, both sign the minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.decide import Actor
from heretask.kernel.evidence import running
from heretask.kernel.evidence.measuring import INSTALLATION, keep, measure
from heretask.kernel.evidence.promises import SECTIONS
from heretask.kernel.tenancy.models import Customer
from heretask.system.audits import actions, holding
from heretask.system.audits.actions import Mend, Said
from heretask.system.audits.declarations import FAILS, KEEPS, REMARK, UNASSESSED
from heretask.system.audits.holding import Filled

As = Callable[[str], AbstractContextManager[Actor]]
SAID = {
    "DATA-4": (REMARK, "Set efter på alle tre maskiner; skriv det ind i politikken."),
    "EQUIP-1": (FAILS, "Den gamle laptop fra 2023 mangler i registret."),
    "PHYS-1": (KEEPS, "Læst i udbyderens erklæring, afsnit 4."),
}


def audit(customer: Customer, as_one: As) -> None:
    """What was measured by then is frozen; most holds, one promise does not, and the meeting decided something."""
    found = [(one, *measure(one)) for one in running.of_scope(INSTALLATION) if one.promise.startswith(("STAFF", "ORG"))]
    in_a_month = timezone.localdate() + dt.timedelta(days=30)
    with as_one("grethe") as by:
        for one in found:
            keep(*one)
        begun = actions.begin(customer=customer, by=by)
        mends = Mend("Find den gamle laptop, slet den og før den ud", by.user_id, in_a_month)
        for number in range(len(SECTIONS)):
            _conclude(begun.id, number, mends, by)
        actions.finish(begun.id, by=by)
    with as_one("henrik") as by:
        actions.countersign(begun.id, by=by)
        version = holding.begin(meeting_on=timezone.localdate(), by=by)
        filled = Filled(
            ["Grethe Vang", "Henrik Dahl"],
            {"promises": "Et roligt år. Vi fortsætter som nu.", "backups": "Prøven i oktober gik uden bemærkninger."},
            {"hosts": [Mend("Indhent tilbud på en ekstra server i Danmark", by.user_id, in_a_month)]},
        )
        version = holding.save(version.document_id, filled, base=version.id, by=by)
    for name in ("grethe", "henrik"):
        with as_one(name) as by:
            holding.sign(version.document_id, version_id=version.id, by=by)


def _conclude(audit_id: UUID, number: int, mends: Mend, by: Actor) -> None:
    seen = actions.see_section(audit_id, number, by=by)
    said = []
    for promise in SECTIONS[number][1]:
        measured = seen.promises[promise.id]["state"] == "ok"
        plain = (KEEPS, "") if measured else (UNASSESSED, "Var ikke målt endnu den dag.")
        verdict, words = SAID.get(promise.id, plain)
        said.append(Said(promise.id, verdict, words, mends if verdict == FAILS else None))
    actions.conclude(audit_id, number, said, rest_keeps=False, by=by)

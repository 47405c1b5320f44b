"""The demo's breaches: this year's exercise, told and closed; and a case about Anna's telephone, waiting for Henrik."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils import timezone

from heretask.admin.contacts import actions as contacts
from heretask.admin.contacts.policies import Contact
from heretask.kernel.approvals.managing import managing
from heretask.system.breaches import actions, counting, own, queries, telling, words

from .reporting import Acting

LEARNED = (
    "Alle kunder havde deres besked på få minutter. Fyrtårnet blev ringet op, fordi deres administrator var på ferie:"
    " vi beder hver kunde om to nødkontakter."
)


def cases(acting: Acting, report: UUID) -> None:
    """Everything by the real actions, each in a session of its own."""
    with acting("eva") as eva:
        contacts.keep(
            [Contact("Eva Lund", "20 00 00 00", "Dag"), Contact("Vagttelefonen", "20 00 00 01", "Aften og nat")], by=eva
        )
    with acting("grethe") as by:
        exercise = actions.begin(title="Et login er i fremmede hænder", exercise=True, by=by).id
        actions.assess(queries.case(exercise), risk=True, text="Vi øver, at en fremmed har brugt et login.", by=by)
    _written(acting, exercise, "everything", "")
    with acting("henrik") as by:
        newest = queries.newest_draft(exercise)
        if newest:
            actions.approve(queries.case(exercise), newest[0].digest, "", by=by)
    _told(acting, exercise)
    with acting("eva") as by:
        for line in own.lines():
            own.read(line.id, by=by)
            own.acknowledge(line.id, by=by)
    with acting("grethe") as by:
        for row in queries.told(exercise):
            if row.received_at is None:
                actions.reach(
                    queries.case(exercise), row.customer, how="phone", at=timezone.now(), who="Grethe Vang",
                    heard="Mie Bach, vagthavende", text="Mie læste beskeden højt for lederen.", by=by,
                )  # fmt: skip
        actions.close(queries.case(exercise), LEARNED, by=by)
    with acting("grethe") as by:
        lost = actions.begin(title="En telefon med adgang er blevet væk", exercise=False, report=report, by=by).id
        said = "Telefonen er låst med kode. Vi kan ikke udelukke, at nogen har set skærmen."
        actions.assess(queries.case(lost), risk=True, text=said, by=by)
        actions.note(queries.case(lost), "Anna ringede kl. 15.40: telefonen er ikke fundet.", by=by)
    _written(acting, lost, "user", "anna@solsikken", days=6)


def _written(acting: Acting, case: UUID, scope: str, given: str, days: int = 2) -> None:
    """What is suspected, computed at once, and the notices as the system begins them."""
    now = timezone.now()
    with acting("grethe") as by:
        made, _job = actions.suspect(
            queries.case(case), scope=scope, given=given, since=now - dt.timedelta(days=days), until=now, by=by
        )
        for customer in queries.providers():
            counting.compute(made.id, customer.id, queries.acts())
        counting.freeze(made.id)
        one, found = queries.case(case), queries.findings(case)[0]
        actions.draft(one, found, words.first_parts(one, found, "Grethe Vang, 70 00 00 00"), by=by)


def _told(acting: Acting, case: UUID) -> None:
    """Every customer has its notice."""
    with acting("grethe") as by:
        actions.send(queries.case(case), by=by)
        one, newest = queries.case(case), queries.newest_draft(case)
        if newest is None:
            return
        found = queries.findings(case)[0]
        rows = {row.about: row for row in found.rows}
        for customer in queries.providers():
            with managing() as here:
                text = telling.notice_text(one, found, newest[1], rows[customer.id])
                telling.put(here, one, newest[0], customer, text)
        telling.check_sent(one)

"""Cases of breaches for tests: begun, with what is suspected, approved, told and received."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from heretask.admin.contacts.models import Sheet
from heretask.config import provision
from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission
from heretask.kernel.evidence.measuring import MEASURES, State, measure
from heretask.kernel.identity.sessions import operator
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import uuid7
from heretask.system.breaches import actions, queries
from heretask.system.breaches.declarations import SHEET
from heretask.system.breaches.models import Notice
from heretask.system.records import actions as records
from heretask.system.records import queries as kept
from heretask.system.records.figures import figures
from heretask.system.records.rules import Proof
from tests import database
from tests.cast import Member, supplier
from tests.work import work

if TYPE_CHECKING:
    from heretask.system.breaches.queries import Found
    from tests.management import Two

PARTS = {
    "da": {
        "nature": "En login blev brugt af en fremmed.", "consequences": "Oplysninger kan være set.",
        "measures": "Adgangen er lukket.", "advice": "Gå listen igennem.", "contact": "Grethe Vang, 12 34 56 78",
    },
    "en": {
        "nature": "A login was used by a stranger.", "consequences": "Data may have been seen.",
        "measures": "The access is closed.", "advice": "Go through the list.", "contact": "Grethe Vang, 12 34 56 78",
    },
}  # fmt: skip


def begun(manager: Member, *, exercise: bool = False, title: str = "En login blev brugt af en fremmed") -> UUID:
    """A case that was reported now."""
    with manager.inside() as by:
        made = actions.begin(title=title, exercise=exercise, by=by)
        actions.assess(queries.case(made.id), risk=True, text="Oplysninger kan være set.", by=by)
    return made.id


def suspected(
    manager: Member, case: UUID, scope: str, given: str, *, since: dt.datetime | None = None, sealed: bool = True
) -> Found:  # fmt: skip
    """What is suspected, of the last day where nothing else is said, computed by the real job."""
    now = timezone.now()
    with manager.inside() as by:
        made, _job = actions.suspect(
            queries.case(case), scope=scope, given=given, since=since or now - dt.timedelta(days=1),
            until=now + dt.timedelta(minutes=5), by=by,
        )  # fmt: skip
    for _try in range(60):  # where a real worker runs beside, it may have taken the job
        work(sealed=sealed)
        with manager.inside():
            found = next(one for one in queries.findings(case) if one.id == made.id)
            if found.digest:
                return found
        time.sleep(0.5)
    raise AssertionError("nobody computed who is touched")


def approved(two: Two, scope: str, given: str, *, exercise: bool = False) -> tuple[UUID, Found]:
    """A case whose notices Grethe wrote and Henrik approved."""
    case = begun(two.grethe, exercise=exercise)
    found = suspected(two.grethe, case, scope, given)
    with two.grethe.inside() as by:
        made = actions.draft(queries.case(case), found, PARTS, by=by)
    with two.henrik.inside() as by:
        actions.approve(queries.case(case), made.digest, "", by=by)
    return case, found


def by_phone(one: queries.Opened, customer: UUID, by: Actor, heard: str = "Mie Bach, vagthavende") -> None:
    """A customer was rung up."""
    actions.reach(
        one, customer, how="phone", at=timezone.now(), who="Grethe Vang", heard=heard, text="Læst højt", by=by
    )  # fmt: skip


def boxed() -> None:
    """The sealed sheet of contacts was put in its box today, unless it lies there."""
    own = supplier()
    last = figures().last_done(SHEET)
    if last is not None and last.done_on and last.done_on > timezone.localdate() - dt.timedelta(days=300):
        return
    with operator(own, "test"):
        by, today = provision.operator_of(own), timezone.localdate()
        if kept.open_duty(SHEET, None) is None:
            records.plan(SHEET, about=None, opens_on=today, due_on=today + dt.timedelta(days=30))
        proof = Proof(today, "99 kunder står på arket. Boksen er i banken.")
        records.close(SHEET, proof, about=None, by=by, permission=Permission.SYSTEM_WHEEL_CHANGE)


def all_told_in_an_exercise(manager: Member) -> None:
    """NOTIFY-1 holds, whatever other tests have left: else every case is forgotten, and an exercise is run and closed."""
    boxed()
    found = MEASURES["NOTIFY-1"]
    if measure(found)[0].state == State.HOLDS:
        return
    forget()
    case = begun(manager, exercise=True, title="Årets øvelse")
    everything = suspected(manager, case, "everything", "")
    with manager.inside() as by:
        made = actions.draft(queries.case(case), everything, PARTS, by=by)
    _sql("update system_breaches_draft set done_at = done_at - interval '3 hours' where id = %s", made.id)
    with manager.inside() as by:
        actions.approve(queries.case(case), made.digest, "Den anden leder er rejst", by=by)
    with manager.inside() as by:
        actions.send(queries.case(case), by=by)
    work()
    with manager.inside() as by:
        actions.close(queries.case(case), "Det gik hurtigt nok.", by=by)


def forget() -> None:
    """As before there was any case."""
    for table in ("receipt", "notice", "alarm", "draft", "touched", "finding", "step", "casereport", "case"):
        _sql(f"delete from system_breaches_{table}")


def _sql(statement: str, *params: object) -> None:
    """A statement of the superuser, past policies and triggers."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(statement, params)


def moved(case: UUID, hours: int) -> None:
    """As if it had been reported so many hours earlier; past every trigger."""
    _sql(
        "update system_breaches_case set reported_at = reported_at - make_interval(hours => %s) where id = %s",
        hours, case,
    )  # fmt: skip


def fill(member: Member) -> None:
    """A row in every table at this member's customer, though a case is the supplier's alone: past every trigger."""
    now, case, finding = timezone.now(), uuid7(), uuid7()
    told = {
        "parts": PARTS, "exercise": False, "reported_at": now.isoformat(), "since": now.isoformat(),
        "until": now.isoformat(), "everything": False,
    }  # fmt: skip
    with member.inside():
        notice = Notice(of_case=case, exercise=False, touched=False, reported_at=now, customer_id=member.customer.id)
        sheet = Sheet(count=1, customer_id=member.customer.id)
        seal(notice, text=json.dumps(told))
        seal(sheet, contacts=json.dumps([{"name": "Eva Lund", "phone": "12345678", "note": ""}]))
        sheet.save(force_insert=True)
    own = member.customer.id
    _sql(
        "insert into system_breaches_notice (id, customer_id, of_case, exercise, touched, text, citizens, reported_at)"
        " values (%s, %s, %s, false, false, %s, '{}', now())", notice.id, own, case, bytes(notice.text),
    )  # fmt: skip
    _sql(
        "insert into system_breaches_receipt (id, customer_id, notice_id, kind, letters, done_by)"
        " values (%s, %s, %s, 'opened', 0, %s)", uuid7(), own, notice.id, member.user.id,
    )  # fmt: skip
    _sql("insert into system_breaches_case (id, customer_id, exercise, title) values (%s, %s, false, '')", case, own)
    _sql(
        "insert into system_breaches_finding (id, customer_id, case_id, number, scope, target, words, since, until)"
        " values (%s, %s, %s, 1, 'everything', '', '', now() - interval '1 day', now())", finding, own, case,
    )  # fmt: skip
    for columns, values in {
        "casereport (id, customer_id, case_id, report)": "gen_random_uuid(), %(own)s, %(case)s, gen_random_uuid()",
        "step (id, customer_id, case_id, kind, digest, words)": "gen_random_uuid(), %(own)s, %(case)s, 'noted', '', ''",
        "touched (id, customer_id, finding_id, about, touched, citizens, citizens_hash, events, actions)":
            "gen_random_uuid(), %(own)s, %(finding)s, %(own)s, false, 0, '', 0, '{}'",
        "draft (id, customer_id, case_id, finding_id, number, text, digest)":
            "gen_random_uuid(), %(own)s, %(case)s, %(finding)s, 1, '', ''",
        "alarm (id, customer_id, case_id, hours, untold)": "gen_random_uuid(), %(own)s, %(case)s, 4, 1",
    }.items():  # fmt: skip
        with database.superuser() as admin:
            admin.execute("set session_replication_role = replica")
            admin.execute(
                f"insert into system_breaches_{columns} values ({values})",
                {"own": own, "case": case, "finding": finding},
            )

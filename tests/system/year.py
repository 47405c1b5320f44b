"""A year of the supplier: what closes each duty that no words close, done by the two managers, and time that passes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.decide import Actor
from heretask.kernel.evidence.promises import SECTIONS
from heretask.system.audits import actions as audits
from heretask.system.audits import holding
from heretask.system.breaches import actions as breaches
from heretask.system.breaches import queries as cases
from heretask.system.continuity import actions as continuity
from heretask.system.continuity import queries as plans
from heretask.system.monitoring import actions as monitoring
from heretask.system.policies import actions as policies
from heretask.system.policies import queries as policies_kept
from heretask.system.policies.declarations import POLICIES
from heretask.system.records import queries as records
from heretask.system.registers import actions as registers
from heretask.system.registers import declarations as d
from heretask.system.registers import queries as kept
from heretask.system.registers import risks, shelves, supply
from heretask.system.registers.shelves import RISKS
from tests import database
from tests.management import Two
from tests.system.audits import begun_by, concluded
from tests.system.breaches import PARTS, begun, suspected
from tests.system.continuity import exercised, provider_agrees, written
from tests.system.monitoring import round_of
from tests.system.policies import published
from tests.system.registers import a_risk, a_subcontractor
from tests.system.world import sql
from tests.work import work


def today(days: int = 0) -> dt.date:
    """So many days from now."""
    return timezone.localdate() + dt.timedelta(days=days)


def audit(two: Two) -> None:
    """One concludes and finishes, the other countersigns."""
    begun = begun_by(two.grethe)
    for number in range(len(SECTIONS)):
        concluded(two.grethe, begun, number)
    with two.grethe.inside() as by:
        audits.finish(begun, by=by)
    with two.henrik.inside() as by:
        audits.countersign(begun, by=by)


def meeting(two: Two) -> None:
    """Both sign the same minutes."""
    with two.grethe.inside() as by:
        version = holding.begin(meeting_on=today(), by=by)
    for member in (two.grethe, two.henrik):
        with member.inside() as by:
            holding.sign(version.document_id, version_id=version.id, by=by)


def breach(two: Two) -> None:
    """An exercise: every customer is told, and it is closed with what was learned."""
    case = begun(two.grethe, exercise=True, title="Årets øvelse")
    found = suspected(two.grethe, case, "everything", "")
    with two.grethe.inside() as by:
        made = breaches.draft(cases.case(case), found, PARTS, by=by)
    with two.henrik.inside() as by:
        breaches.approve(cases.case(case), made.digest, "", by=by)
    with two.grethe.inside() as by:
        breaches.send(cases.case(case), by=by)
    work()
    with two.grethe.inside() as by:
        breaches.close(cases.case(case), "Det gik hurtigt nok.", by=by)


def exercise(two: Two) -> None:
    """Each plan that is to be tried is tried."""
    with two.grethe.inside() as by:
        for one in plans.all_kept():
            if one.plan.exercised:
                exercised(one.plan, by)


def revision(two: Two) -> None:
    """Each plan is written anew, and all agree to it."""
    with two.grethe.inside() as by:
        made = [(one.plan, written(one.plan, by)) for one in plans.all_kept()]
        for plan, version in made:
            provider_agrees(plan, version, by)
            continuity.agree(plan, version_id=version.id, by=by)
    with two.henrik.inside() as by:
        for plan, version in made:
            continuity.agree(plan, version_id=version.id, by=by)


def planted(two: Two) -> None:
    """Faults are planted, watching finds them all, and it is concluded."""
    round_of()
    with two.grethe.inside() as by:
        monitoring.plant(by=by)
    round_of(failed=1000, denied=1000, jobs=1000)
    round_of()
    with two.grethe.inside() as by:
        monitoring.conclude("Den er nok", by=by)


def policies_reviewed(two: Two) -> None:
    """Each policy is published, or looked through and left as it is."""
    with two.grethe.inside() as by:
        for policy in POLICIES.values():
            version = policies_kept.kept(policy).version
            if version is None:
                published(policy, by)
            else:
                policies.review(policy, version_id=version.id, review_on=today(330), note="Står som før", by=by)


def risks_reviewed(two: Two) -> None:
    """Each risk is looked at, and it is answered whether watching is still enough."""
    with two.grethe.inside() as by:
        found = kept.current(kept.load(RISKS))
        for one in [item.id for item in found] or [registers.add(RISKS, a_risk(), by=by).id]:
            risks.look_at(one, review_on=today(300), words="Står som før", by=by)
        risks.close_review(enough="yes", words="Alle fejl blev set", found=5, planted=5, declared=True, by=by)


def requirements(two: Two) -> None:
    """Every promise is answered for the hosting provider."""
    with two.grethe.inside() as by:
        provider = _provider(by)
        answered = {i.values["promise"] for i in records.items(d.REQUIREMENTS)}
        for promise in d.CONCERNS["hosting"]:
            if promise not in answered:
                supply.answer(provider, promise, {"answer": d.SAME}, by=by)
        supply.close_requirements(words="Alt er svaret", by=by)


def report(two: Two) -> None:
    """The provider's own assessment is kept."""
    with two.grethe.inside() as by:
        given = {"kind": d.PHYSICAL_RISKS, "dated_on": today(), "conclusion": "Ingen fund"}
        supply.keep_report({**given, "subcontractor": _provider(by)}, name="", content=b"", by=by)


def _provider(by: Actor) -> UUID:
    """The one hosting provider."""
    found = [one.id for one in kept.subcontractors()]
    return found[0] if found else registers.add(shelves.SUBCONTRACTORS, a_subcontractor(), by=by).id


def processing(two: Two) -> None:
    """Each record of processing was read."""
    with two.grethe.inside() as by:
        supply.close_processing(words="Læst", by=by)


ACTS: dict[str, Callable[[Two], None]] = {
    "audits.audit": audit, "audits.minutes": meeting, "registers.meeting": meeting, "breaches.exercise": breach,
    "continuity.exercise": exercise, "continuity.plans": revision, "monitoring.planted": planted,
    "policies.review": policies_reviewed, "registers.risks": risks_reviewed, "registers.physical": report,
    "registers.requirements": requirements, "registers.processing": processing,
}  # fmt: skip

PEOPLE = "('staff', 'equipment')"  # who works here stays who may sign in
OF_PEOPLE = f"(select id from system_records_entry where register in {PEOPLE})"
OF_STAFF = "(select v.id from system_records_version v join system_records_document o on o.id = v.document_id where o.kind = 'staff')"
SPARED = {  # what is about people does not grow older
    "system_records_entry": f"register not in {PEOPLE}", "system_records_value": f"entry_id not in {OF_PEOPLE}",
    "system_records_duty": f"entry_id is null or entry_id not in {OF_PEOPLE}",
    "system_records_closing": f"duty_id in (select id from system_records_duty where entry_id is null or entry_id not in {OF_PEOPLE})",
    "system_records_version": f"id not in {OF_STAFF}", "system_records_signature": f"version_id not in {OF_STAFF}",
}  # fmt: skip
GROWING = ("audits", "breaches", "continuity", "monitoring", "policies", "records", "registers", "wheel")


def aged(days: int) -> None:
    """As if so many days had passed: every day and time that these features keep lies further back."""
    with database.superuser() as admin:
        rows = admin.execute(
            "select table_name::text, string_agg(column_name, ',') from information_schema.columns "
            "where table_schema = 'public' and split_part(table_name, '_', 1) = 'system' and split_part(table_name, '_', 2) = any(%s) "
            "and data_type in ('date', 'timestamp with time zone') group by 1", [list(GROWING)],
        ).fetchall()  # fmt: skip
    for table, columns in rows:
        moved = ", ".join(f"{column} = {column} - make_interval(days => {days})" for column in str(columns).split(","))
        sql(f"update {table} set {moved} where {SPARED.get(str(table), 'true')}")
    sql(
        f"update system_records_value set plain = (plain::date - {days})::text "
        rf"where plain ~ '^\d{{4}}-\d\d-\d\d$' and {SPARED['system_records_value']}"
    )

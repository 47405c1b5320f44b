"""A year in a minute: thirteen months pass, some duties are done on time, some late, some never; nothing is hidden."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.measuring import MEASURES, State, measure
from heretask.kernel.identity.sessions import operator
from heretask.system.records import actions as records
from heretask.system.records import agenda
from heretask.system.records.queries import Standing
from heretask.system.records.rules import Proof
from heretask.system.wheel import actions, queries
from heretask.system.wheel.policies import Refused, closes_by_note
from heretask.system.wheel.queries import Spoke
from tests import database
from tests.cast import supplier
from tests.system.equipment import equipped
from tests.system.test_assessment import manager
from tests.system.wheel import emptied, moved, turned
from tests.system.world import sql

TODAY = timezone.localdate()
MONTH = 30  # days
ON_TIME, LATE, NEVER = range(3)

THINGS = {  # what closes a duty that no words close
    "audits.audit": "audit", "audits.minutes": "minutes", "breaches.exercise": "breach", "continuity.exercise": "exercise",
    "continuity.plans": "plans", "monitoring.planted": "planted", "policies.review": "policies",
    "registers.meeting": "minutes", "registers.physical": "report", "registers.risks": "monitoring",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    emptied()
    yield
    emptied()


def kind_of(spoke: Spoke) -> int:
    """How a rule is kept in this year."""
    return sorted(rule.key for rule in queries.rules()).index(spoke.rule.key) % 3


def seen_now() -> list[Spoke]:
    with operator(supplier(), "test"):
        return queries.wheel(TODAY)


def closed_in_this_month(spokes: list[Spoke]) -> set[UUID]:
    """What is closed by those who are on time, and by those who are late; refused first, without a proof of the period."""
    closed = set()
    with manager().inside() as by:
        for spoke in spokes:
            standing = spoke.open
            assert standing is not None
            left, kind = standing.days_left, kind_of(spoke)
            if (kind == ON_TIME and 0 <= left < MONTH) or (kind == LATE and left < 0):
                for day, note in (
                    (standing.duty.opens_on - dt.timedelta(days=1), "Fra sidste år"), (TODAY, " "),
                    (TODAY + dt.timedelta(days=1), "I morgen"),
                ):  # fmt: skip
                    with pytest.raises(Refused):
                        actions.close(standing.duty.id, done_on=day, note=note, by=by)
                if closes_by_note(spoke.rule):
                    actions.close(standing.duty.id, done_on=TODAY, note="Gjort og set efter", by=by)
                else:  # by the thing that it asks for, as its feature closes it
                    with pytest.raises(Refused):
                        actions.close(standing.duty.id, done_on=TODAY, note="Gjort og set efter", by=by)
                    proof = Proof(TODAY, "Gjort", reference=f"{THINGS[spoke.rule.key]}:{uuid4()}")
                    records.close(spoke.rule, proof, about=None, by=by, permission=P.SYSTEM_WHEEL_CHANGE)
                closed.add(standing.duty.id)
    return closed


def test_thirteen_months_of_the_wheel() -> None:
    turned(TODAY)
    keys = {rule.key for rule in queries.rules()}
    missed: set[UUID] = set()
    closed: set[UUID] = set()
    states: dict[str, list[str]] = defaultdict(list)
    for _month in range(13):
        moved(MONTH)
        assert turned(TODAY) == 0
        spokes = seen_now()
        opened = Counter(s.rule.key for spoke in spokes for s in spoke.duties if s.closing is None)
        assert opened == Counter(keys), "exactly one open duty of each rule"
        missed |= {spoke.open.duty.id for spoke in spokes if spoke.open and spoke.open.days_left < 0}
        for promise, state in queries.by_promise(spokes).items():
            states[promise].append(state)
        closed |= closed_in_this_month(spokes)
    spokes = seen_now()
    every: list[Standing] = [standing for spoke in spokes for standing in spoke.duties]
    assert {s.duty.id for s in every if s.missed_by} == missed
    assert missed
    assert {s.duty.id for s in every if s.closing} == closed
    for spoke in spokes:
        kept = [s for s in spoke.duties if s.closing]
        assert bool(kept) == (kind_of(spoke) != NEVER), spoke.rule.key
        assert all(bool(s.missed_by) == (kind_of(spoke) == LATE) for s in kept), spoke.rule.key
    with database.superuser() as admin:
        bare = admin.execute(
            "select count(*) from system_records_closing c join system_records_duty d on d.id = c.duty_id "
            "where d.entry_id is null and (c.note = '' or c.done_on < d.opens_on)"
        ).fetchone()
    assert bare == (0,), "nothing is closed without a proof of its own period"
    _shown([s for s in every if s.missed_by])
    _told(every)
    _promises(spokes, states)


def _shown(missed: list[Standing]) -> None:
    """Every miss is on the page of its year, with both days."""
    client = manager().client()
    for year in {s.duty.due_on.year for s in missed}:
        page = client.get(f"/system/wheel/?year={year}").content.decode()
        below = page.partition('id="missed"')[2]
        of_year = [s for s in missed if s.duty.due_on.year == year]
        assert below.count('class="row-title"') == len(of_year)
        assert all(f"/system/wheel/{s.duty.id}/" in below for s in of_year)


def _told(every: list[Standing]) -> None:
    """The general meeting has the same figures before it."""
    item = next(one for one in agenda.AGENDA if one.key == "wheel")
    with manager().inside():
        lines = item.facts(TODAY - dt.timedelta(days=14 * MONTH), TODAY)
    late = sum(1 for s in every if s.closing and s.missed_by)
    missing = sum(1 for s in every if not s.closing and s.missed_by)
    assert [line.text.partition(" ")[0] for line in lines[1:3]] == [str(late), str(missing)]
    assert len(lines) == 3 + late + missing


def _promises(spokes: list[Spoke], states: dict[str, list[str]]) -> None:
    """What rests on a duty that is never done goes from in order to due to broken, and not back."""
    for spoke in spokes:
        for promise in spoke.rule.promises:
            others = [one for one in spokes if promise in one.rule.promises and one is not spoke]
            if others:
                continue
            seen = [state for n, state in enumerate(states[promise]) if not n or state != states[promise][n - 1]]
            if kind_of(spoke) == NEVER:
                assert seen[-1] == "broken"
                assert "ok" not in seen[seen.index("broken") :]
            elif kind_of(spoke) == ON_TIME:
                assert "broken" not in seen
                assert "due" in seen


def test_the_assessment_of_equipment_turns_due_and_broken_as_the_months_pass() -> None:
    equipped()
    seen = []
    where = "field = 'stated_on' and entry_id in (select id from system_records_entry where register = 'equipment')"
    for _month in range(13):
        seen.append(measure(MEASURES["DATA-4"])[0].state)
        sql(f"update system_records_value set plain = (plain::date - {MONTH})::text where {where}")
    assert measure(MEASURES["DATA-4"])[0].state == State.BROKEN
    assert [state for n, state in enumerate(seen) if not n or state != seen[n - 1]] == [State.HOLDS, State.DUE]
    sql("update system_records_entry set register = 'aside' where register = 'equipment'")

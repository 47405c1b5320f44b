"""A year in a minute: thirteen months pass, some duties are done on time, some late, some never; nothing is hidden."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.utils import timezone

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.measuring import MEASURES, State, measure
from heretask.kernel.identity.sessions import operator
from heretask.system.records import actions as records
from heretask.system.records import agenda
from heretask.system.records.models import Closing
from heretask.system.records.queries import Standing
from heretask.system.records.rules import Proof
from heretask.system.registers import actions as registers
from heretask.system.registers import shelves
from heretask.system.wheel import actions, queries
from heretask.system.wheel.policies import Refused, closes_by_note
from heretask.system.wheel.queries import Spoke
from tests import database
from tests.conftest import begin_afresh
from tests.management import Two, two_managers
from tests.system import year
from tests.system.equipment import equipped
from tests.system.registers import a_processing
from tests.system.test_assessment import manager
from tests.system.wheel import emptied, turned
from tests.system.world import sql

TODAY = timezone.localdate()
MONTH = 30  # days
ON_TIME, LATE, NEVER = range(3)

THINGS = {  # where that which closes a duty is kept, by the kind that its proof names
    "audit": "system_audits_audit", "minutes": "system_records_document", "breach": "system_breaches_case",
    "exercise": "system_records_entry", "plans": "system_records_version", "planted": "system_monitoring_exercise",
    "policies": "system_records_version", "report": "system_records_entry", "monitoring": "system_records_entry",
    "requirements": "system_records_entry", "processing": "system_records_entry",
}  # fmt: skip
ONE_MEETING = {"registers.meeting", "audits.minutes"}  # closed by the same minutes, whichever of them they were for


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    begin_afresh()  # another turn knows nothing of the one before
    yield
    emptied()


@dataclass
class Year:
    """How each rule is kept in this year: a third on time, a third late, a third never; another third each turn."""

    two: Two
    turn: int

    def kind_of(self, spoke: Spoke) -> int:
        """On time, late or never."""
        key = min(ONE_MEETING) if spoke.rule.key in ONE_MEETING else spoke.rule.key
        return (sorted(rule.key for rule in queries.rules()).index(key) + self.turn) % 3

    def seen(self) -> list[Spoke]:
        """The wheel as it stands."""
        with operator(self.two.own, "test"):
            return queries.wheel(TODAY)

    def month(self, spokes: list[Spoke]) -> None:
        """What is closed by those who are on time, and by those who are late; refused first, without its proof."""
        for spoke in spokes:
            standing, kind = spoke.open, self.kind_of(spoke)
            assert standing is not None
            left = standing.days_left
            if (kind == ON_TIME and 0 <= left < MONTH) or (kind == LATE and left < 0):
                if not self._is_open(standing):
                    continue  # closed by the same meeting a moment ago
                self._refused(spoke, standing)
                if closes_by_note(spoke.rule):
                    with self.two.grethe.inside() as by:
                        actions.close(standing.duty.id, done_on=TODAY, note="Gjort og set efter", by=by)
                else:
                    year.ACTS[spoke.rule.key](self.two)
                assert not self._is_open(standing), f"{spoke.rule.key} was done and is not closed"

    def _is_open(self, standing: Standing) -> bool:
        with operator(self.two.own, "test"):
            return not Closing.objects.filter(duty=standing.duty).exists()

    def _refused(self, spoke: Spoke, standing: Standing) -> None:
        """Without words, with a day of another period or to come, and where only a thing closes it: not at all."""
        before = standing.duty.opens_on - dt.timedelta(days=1)
        wrong = [(before, "Fra sidste år"), (TODAY, " "), (TODAY + dt.timedelta(days=1), "I morgen")]
        if not closes_by_note(spoke.rule):
            wrong.append((TODAY, "Gjort og set efter"))
        with self.two.grethe.inside() as by:
            for day, note in wrong:
                with pytest.raises(Refused):
                    actions.close(standing.duty.id, done_on=day, note=note, by=by)
                if note != "Gjort og set efter":
                    continue
                with pytest.raises(Refused):  # past the wheel, too
                    records.close(
                        spoke.rule, Proof(day, note), about=None, by=by, permission=P.SYSTEM_WHEEL_CHANGE
                    )  # fmt: skip


@pytest.mark.parametrize("turn", range(3))
def test_thirteen_months_of_the_wheel(turn: int) -> None:
    assert {rule.key for rule in queries.rules() if not closes_by_note(rule)} == year.ACTS.keys()
    with two_managers() as two:
        _thirteen_months(Year(two, turn))


def _thirteen_months(one: Year) -> None:
    year.revision(one.two)  # there are plans to try, before the year is planned
    turned(TODAY)
    keys = {rule.key for rule in queries.rules()}
    missed: set[UUID] = set()
    states: dict[str, list[str]] = defaultdict(list)
    with one.two.grethe.inside() as by:
        registers.add(shelves.PROCESSING, a_processing(), by=by)
    for _month in range(13):
        year.aged(MONTH)
        assert turned(TODAY) == 0
        spokes = one.seen()
        opened = Counter(s.rule.key for spoke in spokes for s in spoke.duties if s.closing is None)
        assert opened == Counter(keys), "exactly one open duty of each rule"
        missed |= {spoke.open.duty.id for spoke in spokes if spoke.open and spoke.open.days_left < 0}
        for promise, state in queries.by_promise(spokes).items():
            states[promise].append(state)
        one.month(spokes)
    spokes = one.seen()
    every: list[Standing] = [standing for spoke in spokes for standing in spoke.duties]
    assert {s.duty.id for s in every if s.missed_by} == missed
    assert missed
    for spoke in spokes:
        kept = [s for s in spoke.duties if s.closing]
        assert bool(kept) == (one.kind_of(spoke) != NEVER), spoke.rule.key
        if spoke.rule.key not in ONE_MEETING:
            assert all(bool(s.missed_by) == (one.kind_of(spoke) == LATE) for s in kept), spoke.rule.key
    _proven(every)
    _shown(one.two, [s for s in every if s.missed_by])
    _told(one.two, every)
    _promises(one, spokes, states)


def _proven(every: list[Standing]) -> None:
    """Nothing is closed without a proof of its own period: words, or a thing that there is, done in that period."""
    for standing in every:
        closing = standing.closing
        if closing is None:
            continue
        assert standing.duty.opens_on <= closing.done_on <= TODAY
        if closes_by_note(standing.rule):
            assert closing.note, standing.rule.key
            continue
        kind, _colon, own = closing.reference.partition(":")
        with database.superuser() as admin:
            there = admin.execute(f"select count(*) from {THINGS[kind]} where id = %s", [own]).fetchone()
        assert there == (1,), f"{standing.rule.key} names {closing.reference}"


def _shown(two: Two, missed: list[Standing]) -> None:
    """Every miss is on the page of its year, with both days."""
    client = two.henrik.client()
    for number in {s.duty.due_on.year for s in missed}:
        page = client.get(f"/system/wheel/?year={number}").content.decode()
        below = page.partition('id="missed"')[2]
        of_year = [s for s in missed if s.duty.due_on.year == number]
        assert below.count('class="row-title"') == len(of_year)
        assert all(f"/system/wheel/{s.duty.id}/" in below for s in of_year)


def _told(two: Two, every: list[Standing]) -> None:
    """The general meeting has the same figures before it."""
    item = next(one for one in agenda.AGENDA if one.key == "wheel")
    with two.henrik.inside():
        lines = item.facts(TODAY - dt.timedelta(days=14 * MONTH), TODAY)
    late = sum(1 for s in every if s.closing and s.missed_by)
    missing = sum(1 for s in every if not s.closing and s.missed_by)
    assert [line.text.partition(" ")[0] for line in lines[1:3]] == [str(late), str(missing)]
    assert len(lines) == 3 + late + missing


def _promises(one: Year, spokes: list[Spoke], states: dict[str, list[str]]) -> None:
    """What rests on a duty that is never done goes from in order to due to broken, and not back."""
    for spoke in spokes:
        for promise in spoke.rule.promises:
            others = [other for other in spokes if promise in other.rule.promises and other is not spoke]
            if others or spoke.rule.key in ONE_MEETING:
                continue
            seen = [state for n, state in enumerate(states[promise]) if not n or state != states[promise][n - 1]]
            if one.kind_of(spoke) == NEVER:
                assert seen[-1] == "broken"
                assert "ok" not in seen[seen.index("broken") :]
            elif one.kind_of(spoke) == ON_TIME:
                assert "broken" not in seen
                assert "due" in seen


def test_the_assessment_of_equipment_turns_due_and_broken_as_the_months_pass() -> None:
    manager()
    equipped()
    seen = []
    where = "field = 'stated_on' and entry_id in (select id from system_records_entry where register = 'equipment')"
    for _month in range(13):
        seen.append(measure(MEASURES["DATA-4"])[0].state)
        sql(f"update system_records_value set plain = (plain::date - {MONTH})::text where {where}")
    assert measure(MEASURES["DATA-4"])[0].state == State.BROKEN
    assert [state for n, state in enumerate(seen) if not n or state != seen[n - 1]] == [State.HOLDS, State.DUE]
    sql("update system_records_entry set register = 'aside' where register = 'equipment'")

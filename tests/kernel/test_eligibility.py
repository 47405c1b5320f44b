"""Who of staff may what: against a formula of its own, at the edges of the calendar, and against the database's lock."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest

from heretask.kernel.periods import months_after
from heretask.kernel.staff.eligibility import Eligibility, Facts, State, Why, decide

TODAY = dt.date(2026, 11, 26)
HELD = Facts(
    state=State.EMPLOYED, hired_on=dt.date(2025, 6, 2), cleared_on=dt.date(2026, 6, 2), signed_on=dt.date(2025, 6, 1),
    trained_on=dt.date(2026, 6, 2), gates_from=dt.date(2020, 1, 1),
)  # fmt: skip


def with_(**changed: Any) -> Facts:
    return replace(HELD, **changed)


def may(facts: Facts, today: dt.date = TODAY) -> tuple[bool, bool, bool]:
    found = decide(facts, today)
    return found.sign_in.allowed, found.structure.allowed, found.content.allowed


def whys(facts: Facts, scope: str = "content", today: dt.date = TODAY) -> set[Why]:
    return {reason.why for reason in getattr(decide(facts, today), scope).reasons}


def later(day: dt.date, months: int) -> dt.date:
    """Counting months by stepping through the calendar a day at a time: another way than the code's."""
    wanted = (day.year * 12 + day.month - 1 + months) % 12 + 1
    here, left = day, months
    month = day.month
    while left:
        here += dt.timedelta(days=1)
        if here.month != month:
            month, left = here.month, left - 1
    assert here.month == wanted
    while here.day < day.day and (here + dt.timedelta(days=1)).month == wanted:
        here += dt.timedelta(days=1)
    return here


def formula(f: Facts, today: dt.date) -> tuple[bool, bool, bool]:
    """The promises once more, written straight from their sentences."""
    if f.state is None:
        first = f.manager and f.gates_from is not None and (today - f.gates_from).days <= 30
        return first, False, False
    if f.state == "left":
        return False, False, False
    assert f.hired_on is not None
    assert f.gates_from is not None
    begins = f.hired_on - dt.timedelta(days=90)
    checked = f.cleared_on is not None and f.cleared_on >= begins
    signed = f.signed_on is not None and f.signed_on >= begins
    complete = checked and signed and f.hired_on <= today
    fresh = checked and f.cleared_on is not None and today <= later(f.cleared_on, 12)
    fresh = fresh or (f.check_lifted is not None and today <= f.check_lifted)
    trained = f.trained_on is not None and f.trained_on >= begins
    on_time = today <= (later(f.trained_on, 12) if trained and f.trained_on else f.hired_on + dt.timedelta(days=30))
    on_time = on_time or (f.training_lifted is not None and today <= f.training_lifted)
    sign_in = complete and (fresh or f.manager)
    tolerated = not complete and f.manager and (today - f.gates_from).days <= 30
    structure = sign_in and on_time
    content = structure and fresh and f.state == "employed" and today >= later(f.hired_on, 3)
    return sign_in or tolerated, structure, content


def histories(number: int, seed: int) -> list[tuple[Facts, dt.date]]:
    """Random staff, with days crowded around those on which something changes."""
    rng = random.Random(seed)

    def near(day: dt.date, *offsets: int) -> dt.date | None:
        return None if rng.random() < 0.12 else day + dt.timedelta(days=rng.choice(offsets) + rng.randint(-2, 2))

    made = []
    for _one in range(number):
        hired = dt.date(2024, 1, 1) + dt.timedelta(days=rng.randint(0, 1000))
        today = hired + dt.timedelta(days=rng.choice([-1, 0, 29, 30, 31, 88, 90, 92, 95, 364, 366, 400, 730]))
        state = rng.choices([State.EMPLOYED, State.PROBATION, State.LEFT, None], [6, 3, 1, 1])[0]
        made.append((
            Facts(
                state=state, hired_on=hired if state else None, cleared_on=near(hired, -91, -90, -30, 0, 365, 400),
                signed_on=near(hired, -91, -90, -1, 0, 200), trained_on=near(hired, -91, -5, 10, 365),
                manager=rng.random() < 0.3, gates_from=today - dt.timedelta(days=rng.choice([0, 29, 30, 31, 400])),
                check_lifted=rng.choice([None, None, today, today - dt.timedelta(days=1), today + dt.timedelta(days=9)]),
                training_lifted=rng.choice([None, None, today, today - dt.timedelta(days=1)]),
            ),
            today,
        ))  # fmt: skip
    return made


def test_it_equals_an_independent_formula_over_a_thousand_histories() -> None:
    found = histories(1000, 20261126)
    answers = [may(facts, today) for facts, today in found]
    assert answers == [formula(facts, today) for facts, today in found]
    for place in range(3):  # the histories are no walk past the question: each answer is given often
        assert 60 <= sum(answer[place] for answer in answers) <= 940


def test_nothing_gives_content_without_all_four_conditions() -> None:
    """Confidentiality, a check within a year, training within a year, and three months served as employed."""
    for facts, today in histories(5000, 7):
        if not decide(facts, today).content.allowed:
            continue
        assert facts.state == State.EMPLOYED
        assert facts.hired_on is not None
        assert facts.signed_on is not None
        assert today >= later(facts.hired_on, 3)
        assert facts.cleared_on is not None
        assert today <= later(facts.cleared_on, 12) or (facts.check_lifted and today <= facts.check_lifted)
        lifted = facts.training_lifted and today <= facts.training_lifted
        assert facts.trained_on is None or today <= later(facts.trained_on, 12) or lifted


def test_each_scope_asks_for_all_that_the_one_before_asks_for() -> None:
    for facts, today in histories(2000, 9):
        found: Eligibility = decide(facts, today)
        assert not (found.content.allowed and not found.structure.allowed)
        assert not (found.structure.allowed and not found.sign_in.allowed)


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        ("2026-11-30", 3, "2027-02-28"), ("2027-11-30", 3, "2028-02-29"), ("2027-11-29", 3, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"), ("2027-02-28", 12, "2028-02-28"), ("2026-12-31", 3, "2027-03-31"),
        ("2026-10-31", 4, "2027-02-28"), ("2026-01-31", 1, "2026-02-28"), ("2026-12-01", 0, "2026-12-01"),
    ],
)  # fmt: skip
def test_months_of_the_calendar(day: str, months: int, after: str) -> None:
    begin, end = dt.date.fromisoformat(day), dt.date.fromisoformat(after)
    assert months_after(begin, months) == end
    assert later(begin, months) == end


def test_who_was_hired_on_30_november_sees_nothing_sensitive_before_the_last_of_february() -> None:
    hired = dt.date(2026, 11, 30)
    facts = with_(hired_on=hired, cleared_on=hired, signed_on=hired, trained_on=hired)
    assert whys(facts, today=dt.date(2027, 2, 27)) == {Why.IN_PROBATION}
    assert may(facts, dt.date(2027, 2, 28)) == (True, True, True)
    leap = with_(hired_on=dt.date(2027, 11, 30), cleared_on=dt.date(2027, 11, 30), signed_on=dt.date(2027, 11, 30))
    assert Why.IN_PROBATION in whys(leap, today=dt.date(2028, 2, 28))
    assert Why.IN_PROBATION not in whys(leap, today=dt.date(2028, 2, 29))


def test_the_calendar_alone_employs_nobody() -> None:
    assert may(HELD) == (True, True, True)
    assert whys(with_(state=State.PROBATION)) == {Why.NOT_EMPLOYED}
    assert may(with_(state=State.PROBATION)) == (True, True, False)


def test_who_has_left_may_nothing_whatever_else_holds() -> None:
    left = with_(state=State.LEFT, manager=True, gates_from=TODAY, check_lifted=TODAY, training_lifted=TODAY)
    assert may(left) == (False, False, False)
    assert whys(left, "sign_in") == {Why.LEFT}


def test_who_came_back_begins_anew() -> None:
    """The check, the signature and the training of the time before count no more; probation begins again."""
    back = with_(state=State.PROBATION, hired_on=dt.date(2026, 11, 1), signed_on=dt.date(2025, 6, 1))
    assert whys(back) == {Why.NO_CHECK, Why.NOT_SIGNED, Why.IN_PROBATION, Why.NOT_EMPLOYED}
    again = with_(
        state=State.EMPLOYED, hired_on=dt.date(2026, 8, 26), cleared_on=dt.date(2026, 8, 20),
        signed_on=dt.date(2026, 8, 20), trained_on=dt.date(2026, 9, 1),
    )  # fmt: skip
    assert may(again, dt.date(2026, 11, 25)) == (True, True, False)
    assert may(again, dt.date(2026, 11, 26)) == (True, True, True)


def test_a_check_counts_for_its_whole_last_day_and_not_for_the_next() -> None:
    facts = with_(cleared_on=dt.date(2025, 11, 26))
    assert may(facts, dt.date(2026, 11, 26)) == (True, True, True)
    assert whys(facts, "sign_in", dt.date(2026, 11, 27)) == {Why.CHECK_OVERDUE}


def test_a_manager_with_an_overdue_check_gets_in_to_have_it_recorded_and_sees_nothing_sensitive() -> None:
    facts = with_(cleared_on=dt.date(2025, 8, 1), manager=True)
    assert may(facts) == (True, True, False)
    assert whys(facts) == {Why.CHECK_OVERDUE}


def test_overdue_training_ends_grants_and_no_sign_in() -> None:
    facts = with_(trained_on=dt.date(2025, 11, 25))
    assert may(facts) == (True, False, False)
    never = with_(
        trained_on=None, hired_on=dt.date(2026, 8, 20), cleared_on=dt.date(2026, 8, 20), signed_on=dt.date(2026, 8, 20)
    )
    assert whys(never) == {Why.TRAINING_OVERDUE}
    assert may(never, dt.date(2026, 9, 19)) == (True, True, False)


def test_an_override_lifts_what_is_overdue_until_its_last_day_and_never_what_is_missing() -> None:
    overdue = with_(cleared_on=dt.date(2025, 11, 1), trained_on=dt.date(2025, 11, 1))
    assert whys(overdue) == {Why.CHECK_OVERDUE, Why.TRAINING_OVERDUE}
    lifted = replace(overdue, check_lifted=TODAY, training_lifted=TODAY)
    assert may(lifted) == (True, True, True)
    assert may(lifted, TODAY + dt.timedelta(days=1)) == (False, False, False)
    for missing, why in (({"cleared_on": None}, Why.NO_CHECK), ({"signed_on": None}, Why.NOT_SIGNED)):
        assert whys(with_(check_lifted=TODAY, training_lifted=TODAY, **missing)) == {why}
    young = with_(
        hired_on=dt.date(2026, 10, 1),
        cleared_on=dt.date(2026, 10, 1),
        signed_on=dt.date(2026, 10, 1),
        check_lifted=TODAY,
    )
    assert Why.IN_PROBATION in whys(young)


def test_management_of_a_new_installation_has_thirty_days_to_begin_and_nobody_else() -> None:
    nobody = Facts(manager=True, gates_from=TODAY - dt.timedelta(days=30))
    found = decide(nobody, TODAY)
    assert (found.sign_in.allowed, found.sign_in.until) == (True, TODAY)
    assert not found.structure.allowed
    assert may(nobody, TODAY + dt.timedelta(days=1)) == (False, False, False)
    assert may(Facts(gates_from=TODAY)) == (False, False, False)


def test_nobody_begins_before_the_hired_date() -> None:
    soon = with_(hired_on=TODAY + dt.timedelta(days=1), cleared_on=TODAY, signed_on=TODAY)
    assert Why.NOT_BEGUN in whys(soon, "sign_in")
    assert Why.NOT_BEGUN not in whys(soon, "sign_in", TODAY + dt.timedelta(days=1))

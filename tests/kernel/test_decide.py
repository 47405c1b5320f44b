"""The one decision, compared with a table written by hand: role x unit x relation x sealed x emergency x ended."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from heretask.kernel.access import reasons
from heretask.kernel.access.decide import Actor, Denied, Given, check, decide
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.access.roles import ROLES

NORD, SYD, ME = uuid4(), uuid4(), uuid4()

# Does the role hold the permission to read a journal, and in one unit at a time? By hand, role by role.
READS = {
    "carer": True, "team_leader": True, "administrator": False, "inspector": True, "auditor": False, "developer": False,
    "management": False,
}  # fmt: skip
OF_UNITS = {"carer", "team_leader"}

# (in the citizen's unit, relation, sealed, emergency) -> by what; None is refused. By hand, line by line.
TABLE = {
    (True, True, True, True): "relation", (True, True, True, False): "relation",
    (True, True, False, True): "relation", (True, True, False, False): "relation",
    (True, False, True, True): None, (True, False, True, False): None,
    (True, False, False, True): "unit", (True, False, False, False): "unit",
    (False, True, True, True): "relation", (False, True, True, False): "relation",
    (False, True, False, True): "relation", (False, True, False, False): "relation",
    (False, False, True, True): None, (False, False, True, False): None,
    (False, False, False, True): "emergency", (False, False, False, False): None,
}  # fmt: skip
CASES = [
    (role, *flags, ended) for role in READS for flags in itertools.product([True, False], repeat=4)
    for ended in (False, True)
]  # fmt: skip


@dataclass
class Somebody:
    """A citizen as a decision sees them."""

    unit_id: UUID = NORD
    close_to: list[UUID] = field(default_factory=list)
    opened_by: list[UUID] = field(default_factory=list)
    sealed: bool = False


def expected(role: str, *, unit: bool, relation: bool, sealed: bool, emergency: bool, ended: bool) -> str | None:
    """What the table says; a role that has ended is none, and a role without units is in no unit."""
    if ended or not READS[role]:
        return None
    return TABLE[unit and role in OF_UNITS, relation, sealed, emergency]


def test_the_table_knows_every_role() -> None:
    assert set(READS) == set(ROLES)
    assert {role for role in ROLES if ROLES[role].units} == OF_UNITS
    assert len(TABLE) == 16


@pytest.mark.parametrize(("role", "unit", "relation", "sealed", "emergency", "ended"), CASES)
def test_decide_is_as_the_table_says(
    role: str, unit: bool, relation: bool, sealed: bool, emergency: bool, ended: bool
) -> None:
    where = (NORD if unit else SYD) if ROLES[role].units else None
    given = () if ended else (Given.of(ROLES[role], where, "Nord"),)
    by = Actor(uuid4(), ME, "anna", given)
    on = Somebody(close_to=[uuid4(), *([ME] if relation else [])], opened_by=[ME] if emergency else [], sealed=sealed)
    wanted = expected(role, unit=unit, relation=relation, sealed=sealed, emergency=emergency, ended=ended)
    decision = decide(by, P.SOCIAL_JOURNAL_READ, on)
    assert decision.allowed == (wanted is not None)
    assert decision.why
    read = reasons.read(decision.reason)
    assert (read.kind if read else None) == wanted
    if wanted is None:
        with pytest.raises(Denied):
            check(by, P.SOCIAL_JOURNAL_READ, on)
    else:
        assert read is not None
        assert read.role == role
        assert check(by, P.SOCIAL_JOURNAL_READ, on)


@pytest.mark.parametrize("permission", list(P))
def test_nobody_may_anything_without_a_role(permission: P) -> None:
    nobody = Actor(uuid4(), ME)
    assert not decide(nobody, permission).allowed
    assert not decide(nobody, permission, Somebody(close_to=[ME], opened_by=[ME])).allowed


def test_another_persons_relation_or_emergency_is_no_right() -> None:
    by = Actor(uuid4(), ME, "anna", (Given.of(ROLES["carer"], SYD, "Syd"),))
    other = uuid4()
    assert not decide(by, P.SOCIAL_JOURNAL_READ, Somebody(close_to=[other], opened_by=[other])).allowed

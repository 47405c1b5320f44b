"""The permission matrix: every URL x method x person, asked for over the real gate, against a table written by hand.

The people: of the citizen's unit (carer, leader), of another unit, of another customer, an administrator, an inspector with
the citizen on the list and one without, an auditor, a developer and a manager of the supplier, and somebody whose session
has ended.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from heretask.admin.guests import actions as guests
from heretask.config import provision
from heretask.kernel.access.granted import MAY
from heretask.kernel.access.roles import ROLES
from heretask.kernel.identity.models import Session, User
from heretask.kernel.identity.sessions import operator
from heretask.ui.marks import mark_of
from tests.adversarial.matrix import LETTERS, MATRIX, OPEN, row
from tests.adversarial.test_strangers import OWN, hidden_in, things
from tests.architecture.test_urls import patterns
from tests.cast import Cast, Member
from tests.system.test_assessment import manager

_numbers = itertools.count(1)
BY_NAME = {str(p.name): p for p in patterns()}
SENT = {"q": "Holgersen", "text": "x", "reason": "x", "act": "sign", "kind": "diary"}
NO_WORDS = {"clara", "without", "developer", "ended"}  # whom nothing of Nord concerns
EMPTY = {"admin.log_checkpoint_file"}  # nothing to fetch until something is signed
FILES = {"admin.retention_paper", "system.assessment_json", "system.assessment_take", "system.assessment_fetch"}
COLLEAGUES = {
    "platform.messages_new",
    "platform.tasks_new",
    "platform.calendar_new",
}  # where everybody of the house stands, to be chosen
HARMLESS = OWN  # another's id changes nothing (tests/platform)


@dataclass(frozen=True)
class Person:
    """Somebody who tries everything, with the letter of their role and where they stand."""

    name: str
    letter: str
    client: Client
    in_unit: bool = False
    here: bool = True


def guest(cast: Cast, role: str, citizen: UUID | None = None) -> Member:
    """A guest of Solsikken; with a citizen on the list, where one is given."""
    with operator(cast.solsikken, "test"):
        by, until = provision.operator_of(cast.solsikken), timezone.localdate() + dt.timedelta(days=7)
        wanted = guests.Wanted("Gæst Gæstesen", f"g{next(_numbers)}", role, "Socialtilsyn", "Årligt tilsyn", until)
        made, _start = guests.invite(wanted, by=by)
        if citizen is not None:
            guests.put_on_list(made.id, [citizen], by=by)
        user = User.objects.get(id=made.user_id)
    return Member(user, cast.solsikken, "Gæst Gæstesen")


def people(cast: Cast, citizen: UUID) -> list[Person]:
    """Everybody who tries."""
    over = cast.anna.client()
    Session.objects.filter(user_id=cast.anna.user.id).update(ended_at=timezone.now())
    return [
        Person("ended", "", over, here=False),
        Person("clara", "C", cast.clara.client()),
        Person("dan", "C", cast.dan.client(), here=False),
        Person("without", "I", guest(cast, "inspector").client()),
        Person("inspector", "I", guest(cast, "inspector", citizen).client(), in_unit=True),
        Person("auditor", "U", guest(cast, "auditor").client()),
        Person("developer", "D", manager("finn", "developer").client(), here=False),
        Person("manager", "M", manager().client(), here=False),
        Person("eva", "A", cast.eva.client()),
        Person("bo", "L", cast.bo.client(), in_unit=True),
        Person("anna", "C", cast.anna.client(), in_unit=True),
    ]


def may(person: Person, name: str) -> bool | None:
    """What the table says; None where it depends on whose thing it is."""
    letters, where = row(name)
    if name in FILES | {"platform.draft_save"} and person.letter in {"I", "U"}:
        return False  # a guest reads on pages that bear their name, writes nothing, and takes no file away
    if name in HARMLESS:
        return None if person.letter else False
    if not person.letter or person.letter not in letters:
        return False
    if not BY_NAME[name].pattern.converters:
        return True
    if not person.here:
        return None if where == "all" else False
    return {
        "led": person.in_unit,
        "all": True,
        "here": True,
        "unit": person.in_unit or person.letter == "A",
        "own": None,
    }[where]


def body(answer: Any) -> str:
    """The whole answer as text."""
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")


def faults(person: Person, name: str, method: str, answer: Any) -> Iterator[str]:
    """What is wrong with an answer."""
    said, wanted = f"{person.name} {method.upper()} {name}: {answer.status_code}", may(person, name)
    if answer.status_code >= 500:
        yield f"{said}, failed"
    if person.name == "ended":
        if not (
            answer.status_code == 401 or (answer.status_code == 302 and answer["Location"].startswith("/sign-in/"))
        ):
            yield f"{said}, though the session has ended"
    elif wanted is False and answer.status_code not in {403, 404, 405, 409}:
        yield f"{said}, though it must be refused"
    elif wanted is False and answer.status_code == 405 and person.letter not in row(name)[0]:
        yield f"{said}: the method was looked at before the right"
    elif wanted and method == "get" and answer.status_code in {401, 403, 404} and name not in EMPTY:
        yield f"{said}, though it must be let in"
    shown = hidden_in(body(answer))
    if name in COLLEAGUES and wanted:
        shown = [word for word in shown if word not in {"Anna Skov", "Bo Friis", "Eva Lund"}]
    if shown and (person.name in NO_WORDS or answer.status_code in {403, 404}):
        yield f"{said}, and shows {shown}"


def test_every_url_has_its_line() -> None:
    """A new URL must say here who may reach it."""
    assert BY_NAME.keys() - OPEN == MATRIX.keys()


def test_the_table_and_the_roles_agree() -> None:
    """The letters of each line are the roles that hold the permission of the URL."""
    for name in MATRIX:
        mark = mark_of(BY_NAME[name].callback)
        assert mark is not None
        assert mark.permission is not None
        holding = {LETTERS[role.key] for role in ROLES.values() if mark.permission in role.may}
        if mark.permission in MAY["citizens"] and not holding:
            holding = {"G"}  # held by nobody but who is inside under a grant
        assert set(row(name)[0]) == holding, name


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_person_is_let_in_or_refused_as_the_table_says(cast: Cast, method: str) -> None:
    known = things(cast)
    everybody = people(cast, UUID(str(known["citizen_id"])))
    found: list[str] = []
    asked = 0
    for person in everybody:
        for name in MATRIX:
            if method == "post" and may(person, name) is not False:
                continue  # what somebody may do is tried, one thing at a time, by the tests of each feature
            url = reverse(name, kwargs={place: known[place] for place in BY_NAME[name].pattern.converters})
            found += faults(person, name, method, getattr(person.client, method)(url, SENT))
            asked += 1
    assert not found, "\n".join(found)
    assert asked > 400

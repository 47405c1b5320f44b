"""When something about a member of staff may be recorded, whoever records it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from heretask.kernel.staff.eligibility import EARLY, Facts, State, Why, decide
from heretask.system.records.policies import Refused, check_not_to_come, check_period
from heretask.system.records.queries import Item

__all__ = ["Refused", "check_not_to_come", "check_period"]

LONGEST_OVERRIDE = dt.timedelta(days=30)


def check_is_not_oneself(person: Item, by: UUID | None) -> None:
    """Raise Refused for somebody who decides about themselves."""
    if by is not None and person.values["login"] == str(by):
        raise Refused(_("This is about yourself. The other manager does it."))


def check_state(person: Item, *allowed: State) -> None:
    """Raise Refused where the person is not in one of those states."""
    if person.values["state"] not in allowed:
        raise Refused(_("That does not fit the state this person is in now. Look at the page again."))


def check_checked_on(person: Item, checked_on: dt.date, today: dt.date) -> None:
    """Raise Refused for a check older than the newest one, or too old for this hiring."""
    check_not_to_come(checked_on, today)
    newest, hired = person.date("checked_on"), person.date("hired_on")
    if (newest is not None and checked_on < newest) or (hired is not None and checked_on < hired - EARLY):
        raise Refused(_("This check is older than the newest one, or too old for this hiring."))


def check_may_be_employed(facts: Facts, today: dt.date) -> None:
    """Raise Refused before the three months are over, or where something is missing (STAFF-4)."""
    if facts.content_from is not None and today < facts.content_from:
        raise Refused(
            _("Probation lasts three months: until %(day)s. Management decides then.")
            % {"day": date_format(facts.content_from, "j. F Y")}
        )
    if any(reason.why in {Why.NO_CHECK, Why.NOT_SIGNED} for reason in decide(facts, today).content.reasons):
        raise Refused(_("Record the criminal record check and the confidentiality agreement first."))


def check_left_on(person: Item, left_on: dt.date, today: dt.date) -> None:
    """Raise Refused for a last day before the first, or one to come."""
    hired = person.date("hired_on")
    if left_on > today or (hired is not None and left_on < hired):
        raise Refused(_("The last day lies between the hired date and today. Record it when it has come."))


def check_back_on(person: Item, hired_on: dt.date) -> None:
    """Raise Refused for somebody who comes back before having left."""
    left = person.date("left_on")
    if left is not None and hired_on <= left:
        raise Refused(_("The new hired date must be after the last day."))


def check_states_all(devices: Collection[Item], answers: Mapping[UUID, Mapping[str, str]]) -> None:
    """Raise Refused for a statement about nothing, or that leaves out one of one's devices or names another's."""
    if not devices:
        raise Refused(_("You have no equipment to state anything about."))
    if {device.id for device in devices} != set(answers):
        raise Refused(_("Your equipment has changed meanwhile. Look at the page again."))


def check_override(until: dt.date, why: str, today: dt.date) -> None:
    """Raise Refused for an override without a reason, or without an end that is near."""
    if not why.strip():
        raise Refused(_("Write why."))
    if not today <= until <= today + LONGEST_OVERRIDE:
        raise Refused(_("An override ends within 30 days."))


def check_login_is_free(login: UUID | None, taken: set[str], own: set[UUID]) -> None:
    """Raise Refused for a login that is somebody else's on the register, or not the supplier's."""
    if login is None:
        return
    if login not in own:
        raise Refused(_("There is no such login."))
    if str(login) in taken:
        raise Refused(_("This login belongs to somebody else on the register."))

"""Commands about the supplier's staff: what must work before, or without, anybody of Management being let in."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from typing import TYPE_CHECKING

from heretask.config.operating import django, say, sorry

if TYPE_CHECKING:
    from heretask.kernel.access.decide import Actor


def admit(arguments: argparse.Namespace) -> int:
    """Put a login of the supplier on the staff register, with the check and the agreement that were there already."""
    django()
    from django.utils import translation

    from heretask.config import provision
    from heretask.kernel.identity.models import User
    from heretask.kernel.identity.sessions import operator
    from heretask.kernel.secrets.opening import open_text
    from heretask.system.staff import actions, policies

    own = provision.customer_called(provision.SUPPLIER)
    try:
        with translation.override("da"), operator(own, "staff admit"):
            user = User.objects.filter(user_name=arguments.user_name).first()
            if user is None:
                return sorry(f"There is no login {arguments.user_name} at the supplier.")
            person = actions.admit(
                name=open_text(user, "name"), login=user.id, hired_on=arguments.hired, checked_on=arguments.checked,
                signed_on=arguments.signed, by=provision.operator_of(own),
            )  # fmt: skip
    except policies.Refused as refused:
        return sorry(refused)
    told = {"user_name": arguments.user_name, "person": str(person.id)}
    say(json.dumps(told) if arguments.json else f"{arguments.user_name} is on the staff register.")
    return 0


def override(arguments: argparse.Namespace) -> int:
    """Let somebody go on until a day, though a check or a training is overdue; by two of Management."""
    django()
    from heretask.config import provision
    from heretask.kernel.approvals import at_server
    from heretask.kernel.identity.sessions import operator
    from heretask.system.staff import policies

    own = provision.customer_called(provision.SUPPLIER)
    if at_server.managers_sign_in():
        return sorry(
            "Both managers sign in here. One asks in System, on the person's page under Staff;\n"
            "the other approves in Admin, under Two people."
        )
    try:
        with operator(own, "staff override"):
            _override(arguments, provision.operator_of(own))
    except policies.Refused as refused:
        return sorry(refused)
    say(f"{arguments.user_name} may go on until {arguments.until}.")
    return 0


def _override(arguments: argparse.Namespace, by: Actor) -> None:
    from heretask.kernel.identity.models import User
    from heretask.system.staff import actions, policies, queries

    user = User.objects.filter(user_name=arguments.user_name).first()
    person = queries.own(user.id) if user else None
    asked, approved = queries.manager_called(arguments.asked_by), queries.manager_called(arguments.approved_by)
    if person is None or asked is None or approved is None:
        raise policies.Refused("Somebody of these is not on the staff register, or not of Management.")
    actions.override(
        person.item, what=arguments.what, until=arguments.until, why=arguments.why, asked_by=asked,
        approved_by=approved, by=by,
    )  # fmt: skip


def day(text: str) -> dt.date:
    """A day on the command line."""
    return dt.date.fromisoformat(text)

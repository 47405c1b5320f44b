"""The first start of a real installation: the supplier's two managers, made together (ORG-1)."""

from __future__ import annotations

import argparse
import json
from typing import Any

from heretask.config.operating import django, say, sorry


def init(arguments: argparse.Namespace) -> int:
    """Make both managers at once, each with a link that works once within 72 hours; refused where there are managers.

    With --renew: new links for managers who have never chosen a password, since theirs came too late or were lost.
    With --recovery-code and --recover: see `recovering`.
    """
    django()
    if arguments.recovery_code or arguments.recover:
        from heretask.config import recovering

        return recovering.make(arguments) if arguments.recovery_code else recovering.recover(arguments)
    from heretask.admin.users.policies import Refused
    from heretask.config import provision
    from heretask.kernel.identity.sessions import operator
    from heretask.kernel.tenancy.models import Customer

    given = (arguments.first_user_name, arguments.first_name, arguments.second_user_name, arguments.second_name)
    wrong = wrong_with(given, renew=arguments.renew)
    if wrong:
        return sorry(wrong)
    try:
        supplier = provision.customer_called(provision.SUPPLIER)
    except Customer.DoesNotExist:
        return sorry("There is no supplier yet: run `heretask migrate` first.")
    try:
        with operator(supplier, "init"):
            made = _renewed(supplier) if arguments.renew else _made(supplier, given)
    except Refused as refused:
        return sorry(refused)
    if arguments.json:
        say(json.dumps(made))
        return 0
    for one in made:
        say(f"{one['user_name']} ({one['name']}) gets in once, until {one['until']}, at {one['link']}")
    say("Hand each link to that person alone. At the first sign-in they choose a password and set up one-time codes.")
    if not arguments.renew:
        say("Now make the board's way out for the day on which both are gone: heretask init --recovery-code")
    return 0


def wrong_with(given: tuple[str | None, ...], *, renew: bool) -> str:
    """What is the matter with what was given; '' where nothing is."""
    if renew:
        return "With --renew nobody is named." if any(given) else ""
    if not all(given):
        return 'Both managers are made together: heretask init grethe "Grethe Vang" henrik "Henrik Dahl"'
    first_login, first, second_login, second = (" ".join(str(part).split()).casefold() for part in given)
    if first_login == second_login or first == second:
        return "Two different people are needed: one asks, the other approves."
    return ""


def _made(supplier: Any, given: tuple[str | None, ...]) -> list[dict[str, str]]:
    from heretask.admin.users.policies import Refused
    from heretask.kernel.approvals.queries import managers

    there = managers()
    if there:
        names = " and ".join(f"{user.user_name}@{supplier.slug}" for user in there)
        verb = "is a manager" if len(there) == 1 else "are managers"
        raise Refused(
            f"{names} {verb} already: nothing was made. A manager is replaced in Admin, under Two people; "
            "a first link that came too late is renewed with `heretask init --renew`."
        )
    return managers_of(supplier, (str(given[0]), str(given[1])), (str(given[2]), str(given[3])))


def managers_of(supplier: Any, *people: tuple[str, str]) -> list[dict[str, str]]:
    """Make managers of people, (user name, name), each with a link; inside an operator's session at the supplier."""
    from heretask.admin.users import actions
    from heretask.config import provision

    by = provision.operator_of(supplier)
    made = []
    for user_name, name in people:
        user = actions.create_user(user_name=user_name, name=name, by=by)
        actions.give_role(user=user, role="management", unit=None, by=by)
        made.append(_told(supplier, actions.give_link(user=user, by=by), name))
    return made


def _renewed(supplier: Any) -> list[dict[str, str]]:
    from heretask.admin.users import actions, queries
    from heretask.admin.users.policies import Refused
    from heretask.config import provision
    from heretask.kernel.approvals.queries import managers
    from heretask.kernel.identity.models import Credential

    by = provision.operator_of(supplier)
    new = set(Credential.objects.using("gate").filter(password="").values_list("user_id", flat=True))
    waiting = [user for user in managers() if user.id in new]
    if not waiting:
        raise Refused("No manager waits for a first link.")
    return [_told(supplier, actions.give_link(user=user, by=by), queries.name_of(user)) for user in waiting]


def _told(supplier: Any, start: Any, name: str) -> dict[str, str]:
    from django.conf import settings
    from django.utils import timezone

    return {
        "user_name": f"{start.user.user_name}@{supplier.slug}", "name": name, "code": start.link,
        "link": f"{settings.HERETASK_ADDRESS}/sign-in/link/#{start.link}",
        "until": f"{timezone.localtime(start.until):%Y-%m-%d %H:%M}",
    }  # fmt: skip

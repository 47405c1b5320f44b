"""`heretask init --recovery-code` and `--recover`: what the board does when both managers are gone."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from typing import Any

from heretask.config.beginning import managers_of, wrong_with
from heretask.config.operating import say, sorry

CODE = "management.code"


def make(arguments: argparse.Namespace) -> int:
    """A new recovery code, shown once; by both of Management, once they sign in."""
    from heretask.config import provision
    from heretask.kernel.approvals import at_server
    from heretask.kernel.approvals.managing import Refused
    from heretask.kernel.identity.sessions import operator
    from heretask.kernel.supplier import recovery

    own = provision.customer_called(provision.SUPPLIER)
    try:
        if at_server.managers_sign_in():
            if not arguments.approval:
                return sorry(
                    "Both managers sign in here: one asks in Admin, under Two people, the other approves;\n"
                    "then run the command that stands on that page."
                )
            with at_server.carried_out(arguments.approval, CODE, {"slug": ""}):
                pass
        with operator(own, "recovery code"):
            code = recovery.make_code()
    except Refused as refused:
        return sorry(refused)
    say(
        json.dumps({"code": code})
        if arguments.json
        else f"{code}\nThis is shown once. Put it into a sealed envelope that the board keeps, away from both managers."
    )
    return 0


def recover(arguments: argparse.Namespace) -> int:
    """With the names of two: ask, and tell everyone. Without, 24 hours later: replace both managers.

    The code is typed or piped in, never an argument: sudo and the shell's history keep those in the clear.
    """
    from heretask.admin.users.policies import Refused as Refusal
    from heretask.config import provision
    from heretask.kernel.approvals.managing import Refused
    from heretask.kernel.identity.sessions import operator
    from heretask.kernel.supplier import recovery

    given = (arguments.first_user_name, arguments.first_name, arguments.second_user_name, arguments.second_name)
    if any(given):
        wrong = wrong_with(given, renew=False) or ("" if arguments.why else "Say --why; every customer reads it.")
        if wrong:
            return sorry(wrong)
    own = provision.customer_called(provision.SUPPLIER)
    code = _typed()
    try:
        if any(given):
            return _asked(arguments, own, code)
        with operator(own, "recovery"):
            found = recovery.check_code(code)
            wanted = recovery.check_time(found)
            made = _replaced(own, wanted)
            recovery.finished(found, wanted)
        recovery.tell_everyone(wanted, done=True)
    except (Refused, Refusal) as refused:
        return sorry(refused)
    if arguments.json:
        say(json.dumps(made))
        return 0
    for one in made:
        say(f"{one['user_name']} ({one['name']}) gets in once, until {one['until']}, at {one['link']}")
    say("The code is used. Make a new one: heretask init --recovery-code")
    return 0


def _typed() -> str:
    """The code, from the keyboard without showing it, or from a pipe."""
    return getpass.getpass("Recovery code: ") if sys.stdin.isatty() else sys.stdin.readline().strip()


def _asked(arguments: argparse.Namespace, own: Any, code: str) -> int:
    from heretask.kernel.identity.sessions import operator
    from heretask.kernel.supplier import recovery

    wanted = recovery.Wanted(
        arguments.first_user_name, arguments.first_name, arguments.second_user_name, arguments.second_name,
        " ".join(arguments.why.split()),
    )  # fmt: skip
    with operator(own, "recovery"):
        recovery.check_unasked(recovery.check_code(code))
    recovery.tell_everyone(wanted, done=False)  # first: broken off here, people were told too much and not too little
    with operator(own, "recovery"):
        ends = recovery.ask(recovery.check_code(code), wanted)
    say(
        f"Asked for, and every customer is told. From {ends:%Y-%m-%d %H:%M} UTC on\n"
        "the same command without names does it, unless one of the managers signs in and stops it."
    )
    return 0


def _replaced(own: Any, wanted: Any) -> list[dict[str, str]]:
    """One after the other, as there are never three and never none: who held the role loses it and their login."""
    from heretask.kernel.approvals.queries import managers

    first, second = (wanted.first_user_name, wanted.first_name), (wanted.second_user_name, wanted.second_name)
    gone = managers()
    if len(gone) > 1:
        _end(gone.pop())
    made = managers_of(own, first)
    if gone:
        _end(gone.pop())
    return made + managers_of(own, second)


def _end(gone: Any) -> None:
    from heretask.admin.users import actions
    from heretask.config import provision
    from heretask.kernel.access.models import Assignment
    from heretask.kernel.access.roles import Management

    by = provision.operator_of(gone.customer)
    for held in Assignment.objects.filter(user_id=gone.id, role=Management.key, ended_at=None):
        actions.end_role(assignment=held, by=by, job_changes=False)
    if gone.active:
        actions.deactivate_user(user=gone, by=by)

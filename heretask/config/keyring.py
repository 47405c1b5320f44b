"""Commands about keys: replacing them, destroying old ones, and how they stand."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from heretask.config.operating import django, say, sorry

if TYPE_CHECKING:
    from heretask.kernel.secrets.models import Rotation
    from heretask.kernel.tenancy.models import Customer

_ACTS = {"customers": "rotate"}  # how a request calls it, where a rotation calls it otherwise


def rotate(arguments: argparse.Namespace) -> int:
    """Replace the wrapping keys of all customers, of one, or the outermost key; broken off, it goes on where it was."""
    django()
    from heretask.config import provision
    from heretask.kernel.secrets import rotating
    from heretask.kernel.tenancy.models import Customer as Customers

    what, customer = rotating.OUTER if arguments.outer else rotating.CUSTOMERS, None
    if arguments.customer:
        if arguments.outer:
            return sorry("The outermost key is one for all customers: leave --customer out.")
        try:
            customer = provision.customer_called(arguments.customer)
        except Customers.DoesNotExist:
            return sorry(f"There is no customer {arguments.customer}.")
    return _carried_out(arguments, what, customer)


def retire(arguments: argparse.Namespace) -> int:
    """Destroy old versions of the outermost key that wrap nothing in the database any more."""
    django()
    from heretask.kernel.secrets import rotating

    if not arguments.backups_are_gone:
        return sorry(
            "Backups made before the last rotation can never be opened again after this.\n"
            "Say --backups-are-gone when none of them must be kept."
        )
    return _carried_out(arguments, rotating.RETIRE, None)


def status(arguments: argparse.Namespace) -> int:
    """Where the outermost key is, how far each customer's keys are, and whether something is unfinished."""
    django()
    from heretask.kernel.secrets import standing
    from heretask.kernel.secrets.keys import CannotOpen

    try:
        found = standing.look()
    except CannotOpen as fault:
        return sorry(fault)
    say(json.dumps(found) if arguments.json else "\n".join(standing.sentences(found)))
    return 0 if not found["fault"] else 1


def _carried_out(arguments: argparse.Namespace, what: str, customer: Customer | None) -> int:
    from heretask.kernel.approvals.managing import Refused
    from heretask.kernel.secrets import rotating
    from heretask.kernel.secrets.keys import CannotOpen

    try:
        rotation = rotating.unfinished()
        if rotation is not None and rotation.what != what:
            return sorry(_first(rotation))
        resumed = rotation is not None
        rotation = rotation or _begun(arguments, what, customer)
        rotating.run(rotation, _progress if sys.stderr.isatty() else lambda _done, _total: None)
    except (rotating.Refused, Refused, CannotOpen) as refused:
        return sorry(refused)
    _tell(arguments, rotation, resumed=resumed)
    return 0


def _begun(arguments: argparse.Namespace, what: str, customer: Customer | None) -> Rotation:
    """Begin it: as both of Management approved it in Admin, or by typed names where neither has signed in yet."""
    from heretask.kernel.approvals import at_server
    from heretask.kernel.secrets import rotating

    if arguments.approval:
        slug = customer.slug if customer else ""
        with at_server.carried_out(arguments.approval, f"keys.{_ACTS.get(what, what)}", {"slug": slug}) as agreed:
            return rotating.begin(
                what, asked_by=agreed.asked_by, approved_by=agreed.approved_by, why=agreed.why, customer=customer
            )
    if at_server.managers_sign_in():
        raise rotating.Refused(
            "Both managers sign in here. One asks in Admin, under Two people, the other approves;\n"
            "then run the command that stands on that page, with --approval."
        )
    if not (arguments.asked_by and arguments.approved_by and arguments.why):
        raise rotating.Refused("Say --asked-by, --approved-by and --why, or --approval.")
    return rotating.begin(
        what, asked_by=arguments.asked_by, approved_by=arguments.approved_by, why=arguments.why, customer=customer
    )


def _first(rotation: Rotation) -> str:
    """What must come to its end before something else may begin."""
    command = {"outer": "rotate --outer", "customers": "rotate", "retire": "retire"}[rotation.what]
    return f"`heretask keys {command}` was broken off. Run it once more first; it goes on where it was."


def _tell(arguments: argparse.Namespace, rotation: Rotation, *, resumed: bool) -> None:
    told: dict[str, Any] = {
        "what": rotation.what, "resumed": resumed, "targets": rotation.targets,
        "asked_by": rotation.asked_by.user_name, "approved_by": rotation.approved_by.user_name,
    }  # fmt: skip
    names = f"asked for by {told['asked_by']}, approved by {told['approved_by']}"
    went_on = " It had been broken off, and has come to its end." if resumed else ""
    say(json.dumps(told) if arguments.json else f"Done: {rotation.what}, {names}.{went_on}")


def _progress(done: int, total: int) -> None:
    print(f"\r{done} / {total}", end="" if done < total else "\n", file=sys.stderr, flush=True)  # noqa: T201

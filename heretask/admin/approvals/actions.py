"""What Management does with requests: each checks the permission, then calls what the kernel holds the rules of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.approvals import asking, events, queries
from heretask.kernel.approvals.managing import Refused
from heretask.kernel.approvals.models import Approval
from heretask.kernel.identity.models import User
from heretask.kernel.log import record
from heretask.kernel.supplier import governing, recovery
from heretask.kernel.tenancy.models import Customer

from .queries import newcomers


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything on the page."""

    alive: list[Approval]
    over: list[Approval]
    managers: list[User]
    replacement: Approval | None


def read(*, by: Actor) -> Seen:
    """What waits, what was asked, and what became of it."""
    check(by, P.ADMIN_APPROVALS_USE)
    alive, over = queries.alive(), queries.over()
    record(events.READ, hits=len(alive) + len(over))
    return Seen(alive, over, queries.managers(), queries.replacement())


def see(approval_id: UUID, *, by: Actor) -> Approval:
    """One request with all that it says; raises Approval.DoesNotExist."""
    check(by, P.ADMIN_APPROVALS_USE)
    found = queries.get(approval_id)
    record(events.READ, on=("approval", found.id), hits=1)
    return found


def approve(approval_id: UUID, seen: str, *, by: Actor) -> None:
    """Approve what the other asked for, exactly as it was shown."""
    check(by, P.ADMIN_APPROVALS_USE)
    approval = queries.get(approval_id)
    if approval.asked_by_id == by.user_id:
        raise Refused(_("You asked for this yourself. The other manager approves it."))
    asking.approve(approval, seen)


def refuse(approval_id: UUID, *, by: Actor) -> None:
    """Refuse what the other asked for, or withdraw one's own."""
    check(by, P.ADMIN_APPROVALS_USE)
    approval = queries.get(approval_id)
    if approval.act == asking.REPLACE:
        governing.refuse_replacement(approval)
    else:
        asking.refuse(approval)


def carry_out(approval_id: UUID, *, by: Actor) -> None:
    """Do what was approved; what is done at the server is not done here."""
    check(by, P.ADMIN_APPROVALS_USE)
    approval = queries.get(approval_id)
    done = asking.ACTS[approval.act].carry_out if approval.act in asking.ACTS else None
    if done is None:
        raise Refused(_("This is carried out at the server, with the command that stands on the page."))
    if approval.act == asking.REPLACE and approval.waits_until and approval.waits_until > timezone.now():
        raise Refused(_("The 24 hours are not over yet."))
    done(approval)


def see_recovery(*, by: Actor) -> recovery.Wanted | None:
    """Who shall come in the place of both managers, where somebody asked with the recovery code."""
    check(by, P.ADMIN_APPROVALS_USE)
    found = recovery.running()
    return recovery.wanted_of(found) if found else None


def keep_managers(*, by: Actor) -> None:
    """Stop that: this manager is not gone. Raises Refused."""
    check(by, P.ADMIN_APPROVALS_USE)
    found = recovery.running()
    if found is None:
        raise Refused(_("It is over already."))
    recovery.stop(found)


def ask_at_the_server(*, act: str, slug: str, why: str, by: Actor) -> Approval:
    """Ask for something that the operator then does at the server."""
    check(by, P.ADMIN_APPROVALS_USE)
    if act not in asking.at_the_server():
        raise Refused(_("There is no such act."))
    if slug and (act != asking.ROTATE or not Customer.objects.using("gate").filter(slug=slug).exists()):
        raise Refused(_("Only wrapping keys are replaced for one customer, and it must be one of ours."))
    return asking.ask(act, {"slug": slug}, why)


def ask_replacement(*, incoming: UUID, minutes_on: dt.date, decision: str, why: str, by: Actor) -> Approval:
    """Ask for the other manager to be replaced by somebody who has a login here already."""
    check(by, P.ADMIN_APPROVALS_USE)
    others = [user for user in queries.managers() if user.id != by.user_id]
    if len(others) != 1:
        raise Refused(_("There is no other manager to be replaced."))
    if queries.replacement() is not None:
        raise Refused(_("A replacement is under way already."))
    if minutes_on > timezone.localdate():
        raise Refused(_("The minutes cannot be of a day to come."))
    chosen = next((user for user in newcomers() if user.id == incoming), None)
    if chosen is None:
        raise Refused(_("Choose somebody who has an open login here and is not a manager."))
    minutes = f"{minutes_on:%d-%m-%Y}, {' '.join(decision.split())}"
    return governing.ask_replacement(outgoing=others[0], incoming=chosen, minutes=minutes, why=why)

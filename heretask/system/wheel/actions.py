"""What is done with the wheel: it turns, a duty is closed or changes hands, a calendar program gets an address."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current
from heretask.system.records import actions as records
from heretask.system.records.models import Closing
from heretask.system.records.rules import Proof

from . import events, policies, queries
from .models import Assigned
from .policies import Refused
from .queries import Handing, Spoke


def turn(today: dt.date, *, by: Actor) -> int:
    """Plan the first duty of each rule of the wheel that never had one; how many were planned.

    However often, and by how many at once: the later ones are planned by closing, one after the other.
    """
    check(by, P.SYSTEM_WHEEL_CHANGE)
    queries.hold()
    missing = queries.unplanned()
    for rule in missing:
        records.plan(rule, about=None, opens_on=today, due_on=policies.first_due(rule, today))
    if missing:
        record(events.TURNED, hits=len(missing))
    return len(missing)


def see(today: dt.date, *, by: Actor) -> list[Spoke]:
    """Read the wheel."""
    check(by, P.SYSTEM_WHEEL_SEE)
    found = queries.wheel(today)
    record(events.READ, hits=len(found))
    return found


def see_duty(duty_id: UUID, today: dt.date, *, by: Actor) -> tuple[Spoke, list[Handing]]:
    """Read a rule by one of its duties; raises Duty.DoesNotExist."""
    check(by, P.SYSTEM_WHEEL_SEE)
    found = queries.spoke_of(duty_id, today)
    record(events.DUTY_READ, on=("duty", duty_id))
    return found, queries.handings(found.rule)


def close(duty_id: UUID, *, done_on: dt.date, note: str, by: Actor) -> Closing:
    """Close a duty whose proof is a note. Raises Refused, and Duty.DoesNotExist."""
    check(by, P.SYSTEM_WHEEL_CHANGE)
    spoke = queries.spoke_of(duty_id, timezone.localdate())
    policies.check_closes_here(spoke.rule)
    _check_open(spoke, duty_id)
    return records.close(
        spoke.rule, Proof(done_on, note), about=None, by=by, permission=P.SYSTEM_WHEEL_CHANGE, event=events.CLOSED
    )


def hand_over(duty_id: UUID, person_id: UUID | None, *, why: str, by: Actor) -> Assigned:
    """Say who answers for a duty from now on; nobody: Management. Raises Refused, and DoesNotExist."""
    check(by, P.SYSTEM_WHEEL_CHANGE)
    spoke = queries.spoke_of(duty_id, timezone.localdate())
    _check_open(spoke, duty_id)
    policies.check_reason(why)
    person = queries.person(person_id) if person_id else None
    policies.check_answers(person)
    if (spoke.person.id if spoke.person else None) == person_id:
        raise Refused(_("They answer for it already."))
    made = Assigned(duty_id=duty_id, person_id=person_id, customer_id=current().customer_id)
    seal(made, why=why.strip())
    made.save(force_insert=True)
    record(events.HANDED_OVER, on=("duty", duty_id))
    return made


def _check_open(spoke: Spoke, duty_id: UUID) -> None:
    if spoke.open is None or spoke.open.duty.id != duty_id:
        raise Refused(_("This duty is closed already. What is to be done now stands above its history."))

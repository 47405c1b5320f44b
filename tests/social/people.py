"""Citizens of the tests, all invented, and looking into the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from heretask.config import provision
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.log.trace import detail_place, trace
from heretask.kernel.secrets.keys import open_bytes
from heretask.kernel.tenancy.models import Customer, Unit
from heretask.social.citizens import actions
from heretask.social.citizens.models import Citizen, Relation, RelationKind
from tests.cast import Cast, Member


def make_citizen(
    cast: Cast, name: str, *, unit: Unit | None = None, cpr: str = "", light: str = "green", **facts: str
) -> Citizen:
    """A citizen of Solsikken, in Nord unless said otherwise."""
    customer = cast.fyrtaarnet if unit is not None and unit.customer_id == cast.fyrtaarnet.id else cast.solsikken
    with operator(customer, "test"):
        return actions.create_citizen(
            unit_id=(unit or cast.nord).id,
            name=name,
            cpr=cpr,
            facts=facts,
            light=light,
            by=provision.operator_of(customer),
        )


def relate(
    cast: Cast, citizen: Citizen, member: Member, kind: RelationKind = RelationKind.KEY_WORKER, **more: Any
) -> None:
    """Give `member` a relation of their own to the citizen, whatever it is: also one that is over."""
    with operator(cast.solsikken, "test"):
        Relation.objects.update_or_create(
            citizen_id=citizen.id, user_id=member.user.id, kind=kind, ended_at=None, defaults=more
        )


@contextmanager
def new_events(customer: Customer, events: list[Event]) -> Iterator[None]:
    """Fill `events` with what the block left in the customer's log, oldest first."""
    before = {e.id for e in all_events(customer)}
    yield
    events += [e for e in all_events(customer) if e.id not in before]


def all_events(customer: Customer) -> list[Event]:
    """The customer's log, but for the starts and ends of sessions."""
    with operator(customer, "test"):
        return [e for e in Event.objects.order_by("at", "id") if not e.action.startswith(("identity.", "session."))]


def opened_by(member: Member, event: Event) -> dict[str, Any]:
    """The sealed variables of an event."""
    with member.inside():
        here = trace()
        assert event.detail is not None
        plain = open_bytes(here.customer_key, bytes(event.detail), detail_place(here.customer_id, event.id))
    variables: dict[str, Any] = json.loads(plain)
    return variables

"""The database for one case (ORG-2): somebody of the supplier's under a running grant, an hour at most, reading only.

Every statement is an event of the customer's under the grant before it runs, so the customer watches it as it watches
pages. No key is opened for the answers: what is sealed comes out as it is stored. Everything, past the walls between
customers, takes both of Management and stands in every customer's log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connections, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import Denied
from heretask.kernel.approvals import asking as approvals
from heretask.kernel.approvals.at_server import Agreed
from heretask.kernel.identity.factors import use_code
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import begin, end, h1_of, operator, touch
from heretask.kernel.log import record
from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.log.trace import tracing
from heretask.kernel.secrets.keys import unwrap_customer_key
from heretask.kernel.staff.eligibility import Scope
from heretask.kernel.staff.gate import NotEligible, check_eligible
from heretask.kernel.tenancy.base import entered
from heretask.kernel.tenancy.models import Customer, CustomerKind

from . import events
from .inside import only_reading
from .models import Grant

EVERYTHING = "database.open"
LASTS = dt.timedelta(hours=1)
MOST_ROWS = 500
AGENT = "database"
READS = frozenset({"select", "with", "table", "values", "explain", "show"})


class Refused(Exception):
    """It may not be done, or not any more; the message is a sentence for whoever sits at the server."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement answered: columns and at most 500 rows, and whether there were more."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    more: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A login to the rows of one customer, without keys, for as long as the grant runs and an hour at most."""

    customer: Customer
    token: str
    grant: Grant
    ends_at: dt.datetime

    def run(self, statement: str) -> Answer:
        """Log one statement, then run it. Raises Refused once it is over, and psycopg.Error for a fault in it."""
        if statement.split(None, 1)[0].lower() not in READS:
            raise Refused(f"Only reading: a statement begins with {', '.join(sorted(READS))}.")
        at = touch(self.token, acted=True)
        if not at.signed_in:
            raise Refused(f"This access is over ({at.purpose or at.state}).")
        with entered(h1_of(self.token)), self._trace():
            record(events.STATEMENT, on=("grant", self.grant.id), variables={"statement": statement})
        try:
            with entered(h1_of(self.token)), only_reading():
                connections["default"].ensure_connection()
                return _asked(connections["default"].connection, statement)
        except Denied:
            raise Refused("Only reading: the database refused to write.") from None

    def close(self) -> None:
        """End it before its time."""
        end(touch(self.token, acted=False), "left", agent=AGENT)

    def _trace(self) -> Any:
        key = unwrap_customer_key(self.customer.id, bytes(self.customer.wrapped_key))  # for the event's words alone
        return tracing(key, grant=self.grant.id, agent=AGENT)


def open_case(customer: Customer, user_name: str, code: str) -> Case:
    """Begin it for `finn`, who proves with a one-time code that it is him. Raises Refused."""
    with operator(customer, "db open"):
        known = Grant.objects.filter(asked_name__startswith=f"{user_name}@", cut_at=None, ended_at=None)
        grant = known.filter(starts__lte=timezone.now(), ends_at__gt=timezone.now()).first()
    if grant is None or grant.ends_at is None:
        raise Refused(f"{user_name} has no access to {customer.slug} that runs now. It is asked for in System.")
    try:
        check_eligible(grant.asked_user, Scope.STRUCTURE)
    except NotEligible as reason:
        raise Refused(str(reason)) from reason
    user = User.objects.using("gate").select_related("customer").get(id=grant.asked_user)
    ends_at = min(grant.ends_at, timezone.now() + LASTS)
    with transaction.atomic(using="gate"):
        if not use_code(user, code):
            raise Refused("That code is not right, or was used before.")
        token, session = begin(
            "grant", customer_id=customer.id, user_id=user.id, ends_at=ends_at, grant_id=grant.id, agent=AGENT
        )
        record_at_gate(
            events.DATABASE_OPENED, customer_id=customer.id, actor=user.id, session=session, grant=grant.id,
            on=("grant", grant.id), agent=AGENT,
        )  # fmt: skip
    return Case(customer, token, grant, ends_at)


@dataclass(frozen=True, slots=True)
class Everything:
    """The database past the walls between customers, as its superuser, for an hour; in the supplier's own log."""

    connection: psycopg.Connection[Any]
    supplier: Customer
    ends_at: dt.datetime

    def run(self, statement: str) -> Answer:
        """Log one statement, then run it. Raises Refused once it is over, and psycopg.Error for a fault in it."""
        if timezone.now() > self.ends_at:
            raise Refused("The hour is over.")
        with operator(self.supplier, "db open"):
            record(events.EVERYTHING_STATEMENT, variables={"statement": statement})
        return _asked(self.connection, statement)

    def close(self) -> None:
        """End it before its time."""
        self.connection.close()


@contextmanager
def open_everything(superuser: str, agreed: Agreed) -> Iterator[Everything]:
    """As both of Management approved; every customer is told before the first statement."""
    said = {"why": agreed.why, "by": f"{agreed.asked_by}, {agreed.approved_by}"}
    for customer in Customer.objects.using("owner").filter(active=True).order_by("slug"):
        with operator(customer, "db open"):
            record(events.EVERYTHING_OPENED, variables=said)
    supplier = Customer.objects.using("owner").get(kind=CustomerKind.SUPPLIER)
    with psycopg.connect(superuser, autocommit=True) as connection:
        yield Everything(connection, supplier, timezone.now() + LASTS)


def _asked(connection: Any, statement: str) -> Answer:
    """Prepared, so that it is one statement and no second can ride along."""
    with psycopg.Cursor(connection) as cursor:
        cursor.execute(statement, prepare=True)
        if cursor.description is None:
            return Answer((), (), more=False)
        rows = cursor.fetchmany(MOST_ROWS + 1)
        return Answer([column.name for column in cursor.description], rows[:MOST_ROWS], len(rows) > MOST_ROWS)


approvals.declare(approvals.Act(EVERYTHING, gettext_lazy("Open the whole database"), "heretask db open --everything"))

"""Carrying out at the server what both of Management approved in Admin; done by the owner, who alone may."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import ProgrammingError, transaction

from heretask.kernel.identity.models import Credential
from heretask.kernel.identity.sessions import operator
from heretask.kernel.secrets.inside import inside
from heretask.kernel.secrets.opening import open_text
from heretask.kernel.tenancy.models import Customer, CustomerKind

from . import asking, events, queries
from .managing import FORBIDDEN, Refused
from .models import Approval


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who asked, who approved, and why."""

    asked_by: str
    approved_by: str
    why: str


def managers_sign_in() -> bool:
    """Whether there are two managers who have both signed in: from then on nobody types their names for them."""
    with operator(_supplier(), "managers"):
        ids = [user.id for user in queries.managers()]
    used = Credential.objects.using("gate").filter(user_id__in=ids).exclude(first_used_at=None).count()
    return used == len(ids) == 2


@contextmanager
def carried_out(given: str, act: str, parameters: Mapping[str, str]) -> Iterator[Agreed]:
    """Use the request `given`, once, if it says exactly this and is approved; undone where the act itself fails."""
    own = _supplier()
    with operator(own, "approval"):
        approval = _read(given)
        if approval.act != act or asking.parameters_of(approval) != dict(parameters):
            raise Refused("This is not what was asked for: run the command that stands on the page of the request.")
        if approval.approved_by is None:
            raise Refused("The other manager has not approved it.")
        agreed = Agreed(approval.asked_by.user_name, approval.approved_by.user_name, open_text(approval, "words"))
    with transaction.atomic(using="owner"):
        with inside(own.id, "approval") as here:
            try:
                said = here.rows("select ht.use_approval(%s, %s)", approval.id, act)[0][0]
            except ProgrammingError as failure:
                if getattr(failure.__cause__, "sqlstate", "") != FORBIDDEN:
                    raise
                raise Refused("It was carried out or refused already, or its 24 hours are over.") from failure
            if json.loads(said) != json.loads(approval.request):
                raise Refused("This is not what was asked for.")
            here.record(events.USED, on=("approval", approval.id), variables=asking.said_of(approval))
        yield agreed


def _read(given: str) -> Approval:
    try:
        return queries.get(UUID(given))
    except (ValueError, Approval.DoesNotExist):
        raise Refused(f"There is no request {given}.") from None


def _supplier() -> Customer:
    return Customer.objects.using("owner").get(kind=CustomerKind.SUPPLIER)

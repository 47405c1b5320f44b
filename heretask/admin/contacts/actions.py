"""Keeping the sheet of emergency contacts, and confirming once a year that it is still true."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.log.registry import Action
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current

from . import events, policies, queries
from .models import Sheet
from .policies import Contact, Refused
from .queries import Kept

__all__ = ["Refused"]


def see(*, by: Actor) -> Kept | None:
    """Read the sheet."""
    check(by, P.ADMIN_CONTACTS_KEEP)
    found = queries.newest()
    record(events.READ, hits=len(found.contacts) if found else 0)
    return found


def keep(contacts: Iterable[Contact], *, by: Actor) -> None:
    """Keep the whole sheet as it is from now on. Raises Refused."""
    check(by, P.ADMIN_CONTACTS_KEEP)
    _keep(policies.checked(contacts), events.KEPT)


def confirm(*, by: Actor) -> None:
    """Say that the sheet is still true. Raises Refused."""
    check(by, P.ADMIN_CONTACTS_KEEP)
    found = queries.newest()
    if found is None:
        raise Refused(_("Write at least one whom the supplier can call."))
    _keep(found.contacts, events.CONFIRMED)


def written() -> Kept | None:
    """The sheet for the supplier's sealed file, at the server: this customer's log says that it was read."""
    found = queries.newest()
    if found is not None:
        record(events.WRITTEN, hits=len(found.contacts))
    return found


def _keep(contacts: list[Contact], event: Action) -> None:
    made = Sheet(count=len(contacts), customer_id=current().customer_id)
    seal(made, contacts=json.dumps([asdict(one) for one in contacts], ensure_ascii=False))
    made.save(force_insert=True)
    record(event, hits=len(contacts))

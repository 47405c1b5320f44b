"""Suspending a login of any customer, and lifting that again (ORG-3)."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.approvals.managing import Refused
from heretask.kernel.log.searches import store_search, stored_search
from heretask.kernel.supplier import governing
from heretask.kernel.supplier.governing import Login, Suspended

PLACE = "admin.suspensions"


def see(*, by: Actor) -> list[Suspended]:
    """The suspensions that run, and those that were lifted."""
    check(by, P.ADMIN_SUSPENSIONS_RUN)
    return governing.suspensions()


def look_for(full_name: str, *, by: Actor) -> UUID:
    """Keep the whole name that is looked for; the id to be redirected to."""
    check(by, P.ADMIN_SUSPENSIONS_RUN)
    return store_search(PLACE, {"q": full_name})


def found(search_id: UUID, *, by: Actor) -> tuple[str, Login | None]:
    """What was looked for, and the login of exactly that name. Raises StoredSearch.DoesNotExist."""
    check(by, P.ADMIN_SUSPENSIONS_RUN)
    q = str(stored_search(PLACE, search_id)["q"])
    return q, governing.find_login(q)


def suspend(search_id: UUID, why: str, *, by: Actor) -> int:
    """Suspend the login that was looked for; returns how many sessions ended. Raises Refused."""
    _q, login = found(search_id, by=by)
    if login is None:
        raise Refused(_("There is no login of exactly this name."))
    return governing.suspend(login, why)


def lift(suspension_id: UUID, why: str, *, by: Actor) -> None:
    """Lift a suspension, with a reason that the customer reads. Raises Refused."""
    check(by, P.ADMIN_SUSPENSIONS_RUN)
    governing.lift(suspension_id, why)

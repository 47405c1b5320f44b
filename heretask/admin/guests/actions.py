"""Inviting guests and ending their access: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models.functions import Now
from django.utils import timezone

from heretask.admin.users import actions as users
from heretask.kernel.access import events as access_events
from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.guests import lists
from heretask.kernel.access.models import Assignment, Guest
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.models import User
from heretask.kernel.log import record
from heretask.kernel.log.models import Event
from heretask.kernel.log.searches import store_search, stored_search
from heretask.kernel.log.sentences import Teller
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer

from . import events, policies, queries
from .queries import Invited

PLACE = "admin.guests"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom somebody invites: name, what they read, from whom they come, why, and until which day."""

    name: str
    user_name: str
    role: str
    sender: str
    why: str
    until: dt.date


@dataclass(frozen=True, slots=True)
class Shown:
    """A guest with their list and what they did."""

    guest: Invited
    names: dict[UUID, str]
    places: dict[UUID, str]
    newest: list[Event]
    teller: Teller


@dataclass(frozen=True, slots=True)
class Sought:
    """Citizens who may be put on a guest's list."""

    guest: Invited
    words: str
    found: list[tuple[UUID, str, str]]
    total: int


def list_guests(*, by: Actor) -> list[Invited]:
    """All guests of the customer."""
    check(by, P.ADMIN_GUESTS_INVITE)
    found = queries.invited()
    record(events.LISTED, hits=len(found), shown=[one.user_id for one in found])
    return found


def invite(wanted: Wanted, *, by: Actor) -> tuple[Guest, users.Start]:
    """Make a login that reads until a day, and its way in; raises Refused where a rule says no."""
    check(by, P.ADMIN_GUESTS_INVITE)
    role = policies.check_role(wanted.role, Customer.objects.get(id=current().customer_id))
    ends_at = policies.check_end(wanted.until)
    sender, why = policies.check_text(wanted.sender, "sender"), policies.check_text(wanted.why, "why")
    user = users.create_user(user_name=wanted.user_name, name=wanted.name, by=by)
    guest = Guest(user=user, invited_by_id=by.user_id, ends_at=ends_at, customer_id=current().customer_id)
    seal(guest, sender=sender, why=why)
    guest.save(force_insert=True)
    held = Assignment.objects.create(user_id=user.id, role=role.key, until=wanted.until)
    until = {"role": role.key, "until": str(wanted.until)}
    record(
        access_events.ROLE_GIVEN, on=("user", user.id), changed=["role"],
        variables={**until, "unit": "", "assignment": str(held.id)},
    )  # fmt: skip
    record(events.INVITED, on=("user", user.id), changed=["guest"], variables=until)
    start = users.give_link(user=User.objects.select_related("customer").get(id=user.id), by=by)
    return guest, start


def see_guest(guest_id: UUID, *, by: Actor) -> Shown:
    """One guest: whom they read, until when, and what they opened; raises Denied for none."""
    guest = _guest(guest_id, by)
    names, places = queries.listed(guest)
    newest = queries.newest_events(guest.user_id)
    teller = Teller(citizens=dict(names))
    teller.learn(newest, citizens=True)
    record(
        events.SEEN, on=("user", guest.user_id), hits=len(newest), shown=[guest.user_id, *names],
        opened=teller.citizens.keys(),
    )  # fmt: skip
    return Shown(queries.of(guest), names, places, newest, teller)


def begin_search(guest_id: UUID, words: str, *, by: Actor) -> UUID:
    """Keep whom somebody looks for under an opaque id, to be answered by `resume_search`."""
    _guest(guest_id, by)
    return store_search(_place(guest_id), {"q": words})


def resume_search(guest_id: UUID, search_id: UUID, *, by: Actor) -> Sought:
    """Citizens whose name or unit fits and who are not on the list yet; all names are opened for it."""
    guest = _guest(guest_id, by)
    try:
        words = str(stored_search(_place(guest_id), search_id)["q"])
    except ObjectDoesNotExist:
        raise Denied(permission=P.ADMIN_GUESTS_INVITE) from None
    found, total, opened = queries.candidates(words, lists().scope(guest.user_id))
    shown = [one[0] for one in found]
    record(events.SOUGHT, variables={"q": words}, hits=total, shown=shown, opened=opened)
    return Sought(queries.of(guest), words, found, total)


def put_on_list(guest_id: UUID, citizens: Iterable[UUID], *, by: Actor) -> int:
    """Let a guest read these citizens too, as long as the invitation lasts; each is an event."""
    guest = _guest(guest_id, by)
    told = queries.of(guest)
    policies.check_lasts(told.lasts and told.has_list)
    return lists().put(guest.user_id, citizens, guest.ends_at)


def take_off_list(guest_id: UUID, citizen: UUID, *, by: Actor) -> int:
    """Let a guest no longer read a citizen, effective at their next click."""
    return lists().take(_guest(guest_id, by).user_id, citizen)


def end_guest(guest_id: UUID, *, by: Actor) -> None:
    """End a guest's access at once: role, list, sessions and login."""
    guest = _guest(guest_id, by)
    policies.check_lasts(guest.user.active)
    held = queries.assignment_of(guest)
    if held is not None:
        Assignment.objects.filter(id=held.id).update(ended_at=Now())
        record(
            access_events.ROLE_ENDED, on=("user", guest.user_id), changed=["role"],
            variables={"role": held.role, "unit": "", "assignment": str(held.id)},
        )  # fmt: skip
    lists().take(guest.user_id)
    users.deactivate_user(user=guest.user, by=by)
    record(
        events.ENDED, on=("user", guest.user_id), changed=["guest"],
        variables={"before": str(timezone.localdate(guest.ends_at)), "after": str(timezone.localdate())},
    )  # fmt: skip


def _guest(guest_id: UUID, by: Actor) -> Guest:
    check(by, P.ADMIN_GUESTS_INVITE)
    guest = queries.one(guest_id)
    if guest is None:
        raise Denied(permission=P.ADMIN_GUESTS_INVITE)
    return guest


def _place(guest_id: UUID) -> str:
    return f"{PLACE}/{guest_id}"

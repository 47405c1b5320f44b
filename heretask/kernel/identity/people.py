"""Users as other parts see them: the actor of a session, names for lists, and finding somebody at the door."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access import granted
from heretask.kernel.access.decide import Actor, Given
from heretask.kernel.access.models import Assignment, Guest
from heretask.kernel.grants.models import Grant
from heretask.kernel.secrets.opening import open_text
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer

from .models import User

_SHAPE = re.compile(r"^[a-z0-9æøå](?:[a-z0-9æøå._-]{0,38}[a-z0-9æøå])?$")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, with what a page shows of them."""

    actor: Actor
    name: str
    user_name: str
    customer: Customer
    language: str
    theme: str

    @property
    def role_label(self) -> str:
        """The first role's name, for the corner of the page."""
        return self.actor.given[0].label if self.actor.given else ""

    @property
    def unit_label(self) -> str:
        """The units' names."""
        return ", ".join(dict.fromkeys(g.unit_name for g in self.actor.given if g.unit_name))


def fold_user_name(text: str) -> str:
    """The one form of a user name: NFKC and case-folded, so that look-alikes of writing are one name (DATA-2)."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def check_user_name(text: str) -> str:
    """The folded form of `text`; raises ValueError with a sentence where it cannot be a user name."""
    name = fold_user_name(text)
    if not _SHAPE.match(name):
        raise ValueError(_("A user name has 1 to 40 letters (a to å), digits, dots, hyphens or underscores."))
    return name


def person_of_session() -> Person:
    """The person of the entered session, in two queries."""
    here = current()
    if here.kind == "grant":
        return _person_of_grant()
    user = User.objects.select_related("customer").get(id=here.person_id)
    return Person(
        actor=actor_for(user), name=open_text(user, "name"), user_name=f"{user.user_name}@{user.customer.slug}",
        customer=user.customer, language=user.language, theme=user.theme,
    )  # fmt: skip


def grant_of_session() -> Grant:
    """The grant under which somebody of the supplier's is inside; raises Grant.DoesNotExist where nobody is."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.my_grant()")
        own = cursor.fetchone()[0]
    return Grant.objects.select_related("customer").get(id=own)


def _person_of_grant() -> Person:
    """Somebody of the supplier's, who is no user here: known by their login's name, with what the grant allows."""
    grant = grant_of_session()
    given = Given(granted.ROLE, None, "", grant.scope_label, granted.MAY.get(grant.scope, frozenset()))
    allowed = granted.Granted(grant.id, grant.scope, frozenset(grant.citizens), grant.ends_at or grant.asked_at)
    actor = Actor(grant.owner_id, grant.asked_user, grant.asked_name, (given,), "grant", allowed)
    customer: Customer = grant.customer
    return Person(actor, grant.asked_name, grant.asked_name, customer, "", "")


def actor_for(user: User) -> Actor:
    """The actor that `user` is now, with the roles that run today; a guest's counts until the invitation is over."""
    rows = assignments_now().filter(user_id=user.id).select_related("unit", "own").order_by("made_at")
    return _actor(user, rows, lambda: is_invited(user.id))


def actors_for(users: Iterable[User]) -> dict[UUID, Actor]:
    """The actor that each of these is now, as `actor_for` has it: two queries, however many they are."""
    wanted = list(users)
    held: dict[UUID, list[Assignment]] = {}
    rows = assignments_now().filter(user_id__in=[u.id for u in wanted]).select_related("unit", "own")
    for row in rows.order_by("made_at"):
        held.setdefault(row.user_id, []).append(row)
    invited = set(Guest.objects.filter(ends_at__gt=Now()).values_list("user_id", flat=True))
    return {u.id: _actor(u, held.get(u.id, []), partial(invited.__contains__, u.id)) for u in wanted}


def _actor(user: User, rows: Iterable[Assignment], invited: Callable[[], bool]) -> Actor:
    found = ((a.is_role, a) for a in rows)
    given = [Given.of(role, a.unit_id, a.unit.name if a.unit else "") for role, a in found if role is not None]
    if any(g.guest for g in given) and not invited():
        given = [g for g in given if not g.guest]
    return Actor(user.owner_id, user.id, user.user_name, tuple(given))


def is_invited(user_id: UUID) -> bool:
    """Whether an invitation as a guest lasts, by the database's clock."""
    return Guest.objects.filter(user_id=user_id, ends_at__gt=Now()).exists()


def assignments_now() -> QuerySet[Assignment]:
    """Assignments that run today."""
    today = timezone.localdate()
    return Assignment.objects.filter(Q(until=None) | Q(until__gte=today), ended_at=None)


def all_ids() -> list[UUID]:
    """Every user of the customer, those who have left too."""
    return list(User.objects.values_list("id", flat=True))


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of users by id, in one query."""
    wanted = set(ids)
    found = {u.id: open_text(u, "name") for u in User.objects.filter(id__in=wanted)}
    missing = wanted - found.keys()
    if missing:  # the supplier's staff, who were inside under a grant
        found |= dict(Grant.objects.filter(asked_user__in=missing).values_list("asked_user", "asked_name"))
    return found

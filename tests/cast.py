"""The people of the tests: Anna (carer, Nord), Bo (her leader), Clara (carer, Syd), Eva (administrator), Dan (elsewhere)."""

from __future__ import annotations

import datetime as dt
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from heretask.admin.users import actions
from heretask.config import provision
from heretask.kernel.access.decide import Actor
from heretask.kernel.identity import factors, passwords
from heretask.kernel.identity.models import Throttle, User
from heretask.kernel.identity.people import actor_for
from heretask.kernel.identity.sessions import At, begin, h1_of, operator, touch
from heretask.kernel.log.trace import tracing
from heretask.kernel.secrets.keys import unwrap_customer_key
from heretask.kernel.tenancy.base import entered
from heretask.kernel.tenancy.models import Customer, CustomerKind, Unit
from heretask.system.records.queries import Item
from heretask.system.staff import actions as staff

PASSWORD = "Nattevagt-7"
SECRET = b"12345678901234567890"
_numbers = itertools.count(1)


@dataclass
class Member:
    """A person with a login, and what they know."""

    user: User
    customer: Customer
    name: str
    password: str = PASSWORD
    secret: bytes = SECRET

    @property
    def user_name(self) -> str:
        """What they type."""
        return f"{self.user.user_name}@{self.customer.slug}"

    @contextmanager
    def inside(self) -> Iterator[Actor]:
        """A real session of this person and its main transaction; yields the actor."""
        token = self.token()
        with entered(h1_of(token)), tracing(unwrap_customer_key(self.customer.id, self.customer.wrapped_key)):
            yield actor_for(User.objects.select_related("customer").get(id=self.user.id))

    def token(self) -> str:
        """The cookie of a new session."""
        with transaction.atomic(using="gate"):
            token, _id = begin(
                "person", customer_id=self.customer.id, user_id=self.user.id, address="127.0.0.1", agent="tests",
                proved_at=Now(),
            )  # fmt: skip
        return token

    def at(self) -> At:
        """A new session as the gate sees it."""
        return touch(self.token(), acted=True)

    def client(self) -> Client:
        """A browser in which this person is signed in."""
        client = Client(raise_request_exception=False, headers={"host": "localhost"})
        client.defaults["wsgi.url_scheme"] = "https"
        client.cookies["__Host-ht"] = self.token()
        return client


@dataclass
class Cast:
    """Everybody, and their customers and units."""

    solsikken: Customer
    fyrtaarnet: Customer
    nord: Unit = field(init=False)
    syd: Unit = field(init=False)
    fyr: Unit = field(init=False)
    anna: Member = field(init=False)
    bo: Member = field(init=False)
    clara: Member = field(init=False)
    eva: Member = field(init=False)
    dan: Member = field(init=False)

    @property
    def everybody(self) -> tuple[Member, ...]:
        """All members."""
        return (self.anna, self.bo, self.clara, self.eva, self.dan)


def make_cast() -> Cast:
    """Two customers that no other test knows, at an address that has tried nothing yet."""
    Throttle.objects.filter(scope="network").delete()  # all tests sign in from the same one
    number = f"{os.environ.get('PYTEST_XDIST_WORKER', '')}{next(_numbers)}"
    made = Cast(
        provision.create_customer(f"solsikken{number}", "Solsikken"),
        provision.create_customer(f"fyrtaarnet{number}", "Fyrtårnet"),
    )
    with operator(made.solsikken, "test"):
        by = provision.operator_of(made.solsikken)
        made.nord, made.syd = Unit.objects.create(name="Nord"), Unit.objects.create(name="Syd")
        made.anna = make_member(made.solsikken, "anna", "Anna Skov", "carer", made.nord, by)
        made.bo = make_member(made.solsikken, "bo", "Bo Friis", "team_leader", made.nord, by)
        made.clara = make_member(made.solsikken, "clara", "Clara Holst", "carer", made.syd, by)
        made.eva = make_member(made.solsikken, "eva", "Eva Lund", "administrator", None, by)
    with operator(made.fyrtaarnet, "test"):
        by = provision.operator_of(made.fyrtaarnet)
        made.fyr = Unit.objects.create(name="Fyr")
        made.dan = make_member(made.fyrtaarnet, "dan", "Dan Birk", "carer", made.fyr, by)
    for member in made.everybody:
        with transaction.atomic(using="gate"):
            factors.add_factor(
                User.objects.using("gate").select_related("customer").get(id=member.user.id), SECRET, confirmed=True
            )
    return made


def make_member(customer: Customer, user_name: str, name: str, role: str, unit: Unit | None, by: Actor) -> Member:
    """A user with the tests' password and one role; of the supplier, somebody long employed, checked and trained."""
    user = actions.create_user(user_name=user_name, name=name, by=by, hashed=_hashed())
    actions.give_role(user=user, role=role, unit=unit, by=by)
    if customer.kind == CustomerKind.SUPPLIER:
        admit(name, user.id, by)
    return Member(user, customer, name)


def admit(name: str, login: UUID | None, by: Actor) -> Item:
    """Somebody on the staff register of whom everything holds; inside a session of the supplier's operator."""
    today = timezone.localdate()
    day = today - dt.timedelta(days=100)
    person = staff.admit(name=name, login=login, hired_on=day, checked_on=day, signed_on=day, by=by)
    staff.record_training(person, done_on=day, what="Kursus", by=by)
    staff.employ(person, by=by)
    return person


def supplier() -> Customer:
    """The supplier's own customer."""
    return Customer.objects.using("owner").get(kind=CustomerKind.SUPPLIER)


def _hashed() -> str:
    global _hash  # noqa: PLW0603  (one slow hash for all)
    _hash = _hash or passwords.hash_of(PASSWORD)
    return _hash


_hash = ""

"""The synthetic person: lives in a customer of nobody, idles, searches and opens, and must be found in the log.

It acts on connections of its own, so that a measurement under another customer's ticket may ask it to act.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, OperationalError, connections, transaction
from django.db.models.functions import Now

from heretask.kernel.access.models import Assignment
from heretask.kernel.access.roles import Administrator, Carer
from heretask.kernel.identity.models import ReservedName, Session, User
from heretask.kernel.identity.sessions import At, begin, end, h1_of, stored_hash, touch
from heretask.kernel.log import record, tracing
from heretask.kernel.log.models import Event
from heretask.kernel.log.searches import store_search, stored_search
from heretask.kernel.log.trace import NotLogged
from heretask.kernel.secrets.keys import unwrap_customer_key
from heretask.kernel.secrets.opening import make_data_key, open_text, seal
from heretask.kernel.tenancy.base import entered, uuid7
from heretask.kernel.tenancy.models import Customer, CustomerKind, Unit

from . import events
from .models import Proof
from .reading import detail_of

NAME = "proof"
AGENT = "HereTask proof"
ROLES = (Carer, Administrator)
PLACE = "evidence.proof"
TOO_LONG = dt.timedelta(seconds=301)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Synthetic:
    """The synthetic person and its customer."""

    customer: Customer
    user_id: UUID


def alone(act: Callable[[], _T]) -> _T:
    """Let the synthetic person act on fresh connections, whatever transaction the caller is in."""

    def acting() -> _T:
        try:
            return act()
        finally:
            connections.close_all()  # those of this thread

    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(acting).result()


def ensure_synthetic() -> Synthetic:
    """The synthetic person, made where it is missing: a unit, a user with two roles, and a citizen who is nobody."""
    customer = Customer.objects.using("gate").get(kind=CustomerKind.SYNTHETIC)
    there = User.objects.using("gate").filter(customer_id=customer.id, user_name=NAME).first()
    if there is None:
        with suppress(IntegrityError):  # another process was quicker
            _make(customer)
        there = User.objects.using("gate").get(customer_id=customer.id, user_name=NAME)
    return Synthetic(customer, there.id)


def _make(customer: Customer) -> None:
    token = secrets.token_urlsafe(32)
    ticket = Session.objects.create(
        token_hash=stored_hash(h1_of(token)), kind="operator", customer_id=customer.id, purpose="synthetic person",
        ends_at=Now() + dt.timedelta(minutes=5), agent=AGENT,
    )  # fmt: skip
    try:
        with entered(h1_of(token)), tracing(_key(customer), agent=AGENT):
            unit = Unit.objects.create(name="Proof")
            user = User(user_name=NAME, customer_id=customer.id)
            seal(user, name="Proof")
            user.save(force_insert=True)
            ReservedName.objects.create(user_name=NAME, user=user.id)
            for role in ROLES:
                Assignment.objects.create(user_id=user.id, role=role.key, unit=unit if role.units else None)
            proof = Proof(subject=uuid7(), customer_id=customer.id)
            make_data_key(proof.subject).save(force_insert=True)
            seal(proof, text="about nobody")
            proof.save(force_insert=True)
            record(events.PROOF_MADE, on=("user", user.id))
    finally:
        Session.objects.filter(id=ticket.id).update(ended_at=Now(), end_reason="done")


@contextmanager
def signed_in() -> Iterator[tuple[Synthetic, str]]:
    """A session of the synthetic person: who it is, and its token. Ended afterwards."""
    person = ensure_synthetic()
    with transaction.atomic(using="gate"):
        token, session_id = begin("person", customer_id=person.customer.id, user_id=person.user_id, agent=AGENT)
    try:
        yield person, token
    finally:
        end(At("live", session_id, "person", person.customer.id, person.user_id), "proved", agent=AGENT)


@contextmanager
def inside(person: Synthetic, token: str) -> Iterator[None]:
    """A transaction of the synthetic person, with its events."""
    with entered(h1_of(token)), tracing(_key(person.customer), agent=AGENT):
        yield


def _key(customer: Customer) -> bytes:
    return unwrap_customer_key(customer.id, bytes(customer.wrapped_key))


@dataclass(frozen=True, slots=True)
class Idled:
    """What happened to a session 301 s after its last act."""

    touched: str
    entered: bool

    @property
    def refused(self) -> bool:
        """Whether both ways in were closed."""
        return self.touched == "idle" and not self.entered


def idle() -> Idled:
    """Stand still for 301 s (the session's clock is set back), then try to read and to act."""
    with signed_in() as (person, token):
        Session.objects.filter(token_hash=stored_hash(h1_of(token))).update(last_act=Now() - TOO_LONG)
        got_in = True
        try:
            with inside(person, token):
                pass
        except OperationalError as refusal:
            if getattr(refusal.__cause__, "sqlstate", "") != "28000":
                raise
            got_in = False
        return Idled(touch(token, acted=True, agent=AGENT).state, got_in)


def search() -> bool:
    """Search for a random word; whether the log has it with every variable."""
    word = secrets.token_hex(8)
    with signed_in() as (person, token):
        with inside(person, token):
            search_id = store_search(PLACE, {"q": word})
        with inside(person, token):
            asked = stored_search(PLACE, search_id)
            record(events.PROOF_SEARCHED, on=("search", search_id), variables=asked, hits=0)
        with inside(person, token):
            found = Event.objects.filter(action=events.PROOF_SEARCHED.name, object_id=search_id, actor=person.user_id)
            return [detail_of(event) for event in found] == [{"q": word}]


@dataclass(frozen=True, slots=True)
class Opening:
    """What happened when a synthetic citizen was opened with an event, and without."""

    found: bool
    unlogged_refused: bool


def open_citizen() -> Opening:
    """Open a synthetic citizen with its event and look for it in the log; then try to open without one."""
    with signed_in() as (person, token):
        with inside(person, token):
            row = Proof.objects.get()
            open_text(row, "text")
            event_id = record(
                events.PROOF_OPENED, citizen=row.subject, on=("proof", row.id), opened=[row.subject], shown=[row.id]
            )
        with inside(person, token):
            found = Event.objects.filter(id=event_id, citizen=row.subject, actor=person.user_id).exists()
        try:
            with inside(person, token):
                open_text(row, "text")
        except NotLogged:
            return Opening(found, unlogged_refused=True)
        return Opening(found, unlogged_refused=False)

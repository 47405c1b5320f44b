"""Reporting a security incident, and what becomes of it: for those who report, their administrators, and Management.

Management's side and the side of people who are not signed in are transactions at the gate; the database's functions
hold the rules (`kernel/sql/incidents.sql`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connections, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import Actor, Denied, check, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.approvals.managing import customer_at_gate, managing
from heretask.kernel.approvals.queries import managers
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import assignments_now
from heretask.kernel.identity.tries import reserve
from heretask.kernel.identity.whence import From
from heretask.kernel.log import record
from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.outbox import posting
from heretask.kernel.outbox.letters import letter
from heretask.kernel.secrets import keys
from heretask.kernel.secrets.opening import open_text, place_of, seal
from heretask.kernel.tenancy.base import current, uuid7
from heretask.kernel.tenancy.models import Customer, CustomerKind

from . import events, policies, queries
from .cases import leads_from
from .models import Incident, IncidentState, IncidentStep
from .policies import LONGEST_NOTICED, Refused, check_words
from .queries import Row

TRIES = 10  # reports, and looks at an answer, of one network without a session in a quarter of an hour
_WORDS = 8  # letters of the word: 40 bits, and ten tries in a quarter of an hour

_BODY = gettext_lazy(
    "Hello\n\nA security incident was reported in HereTask. Sign in and read it here:\n%(link)s\n\n"
    "For safety, nothing of it stands in this mail.\n"
)
_SUBJECT = gettext_lazy("A security incident was reported in HereTask")
_SMS = gettext_lazy("A security incident was reported in HereTask: %(link)s")
TO_MANAGEMENT = letter("platform.incidents.managed", _SUBJECT, _BODY, route="platform.incidents_all", sms=_SMS)
TO_ADMINISTRATORS = letter("platform.incidents.here", _SUBJECT, _BODY, route="platform.incidents", sms=_SMS)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that became of a report: which, what was said of it and by whom, and when."""

    kind: str
    text: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Report:
    """One report, opened."""

    id: UUID
    what: str
    noticed: str
    reporter: str
    page: str
    state: str
    made_at: dt.datetime
    told_at: dt.datetime | None
    opened_at: dt.datetime | None
    closed_at: dt.datetime | None
    steps: list[Step]
    mine: bool = False
    customer_name: str = ""
    number: str = ""
    leads: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A report in Management's list: no word of it."""

    id: UUID
    customer_id: UUID
    customer_name: str
    own: bool  # of the supplier's, or of somebody who was not signed in
    signed_in: bool
    page: str
    state: str
    made_at: dt.datetime
    told_at: dt.datetime | None
    opened_at: dt.datetime | None
    closed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A report made without signing in: its number, and the word to ask with, shown once."""

    number: str
    word: str


@dataclass(frozen=True, slots=True)
class Lists:
    """One's own reports, and those of one's customer where one follows them."""

    own: list[Row]
    here: list[Row] | None


# of those who are signed in


def report(*, what: str, noticed: str, page: str, by: Actor) -> Incident:
    """Report one; Management and the customer's administrators are told. Raises Refused."""
    check(by, P.PLATFORM_INCIDENTS_REPORT)
    what, noticed = check_words(what, "what"), check_words(noticed, "noticed", LONGEST_NOTICED)
    made = Incident(reporter_id=by.person_id, page=page, customer_id=current().customer_id)
    seal(made, what=what, noticed=noticed)
    made.save(force_insert=True)
    record(events.REPORTED, on=("incident", made.id))
    posting.tell(TO_ADMINISTRATORS, _followers() - {by.person_id})
    return made


def see_lists(*, by: Actor) -> Lists:
    """The lists."""
    check(by, P.PLATFORM_INCIDENTS_REPORT)
    own = queries.own_rows(by)
    here = queries.rows_here() if may(by, P.PLATFORM_INCIDENTS_FOLLOW) else None
    shown = {row.id for row in [*own, *(here or [])]}
    record(events.LISTED, hits=len(shown), shown=shown)
    return Lists(own, here)


def read(incident_id: UUID, *, by: Actor) -> Report:
    """One's own report, or one of a colleague where one follows them; Denied for any other."""
    check(by, P.PLATFORM_INCIDENTS_REPORT)
    try:
        found = queries.get(incident_id)
    except Incident.DoesNotExist:
        raise Denied(permission=P.PLATFORM_INCIDENTS_REPORT) from None
    mine = found.reporter_id == by.person_id
    if not mine:
        check(by, P.PLATFORM_INCIDENTS_FOLLOW)
    if mine and found.answered_at is not None:
        Incident.objects.filter(id=found.id).update(seen_at=found.answered_at)  # the moment itself is the database's
    steps = [_step(one.kind, open_text(one, "words"), one.made_at) for one in queries.steps_of(found)]
    record(events.READ, on=("incident", found.id))
    return Report(
        found.id, open_text(found, "what"), open_text(found, "noticed"),
        queries.name_of([found.reporter_id]).get(found.reporter_id or UUID(int=0), ""), found.page, found.state,
        found.made_at, found.told_at, found.opened_at, found.closed_at, steps, mine, number=found.number,
    )  # fmt: skip


def _followers() -> set[UUID]:
    """The administrators of this customer."""
    held = assignments_now().select_related("own")
    follow = [one.user_id for one in held if (role := one.is_role) and P.PLATFORM_INCIDENTS_FOLLOW in role.may]
    return set(User.objects.filter(id__in=follow, active=True).values_list("id", flat=True))


# of those who are not


def report_outside(*, what: str, noticed: str, whence: From) -> Kept:
    """Report one without a session: to Management, and to be found again by number and word. Raises Refused.

    Its event has no address: whoever reports without signing in may want to be nobody.
    """
    what, noticed = check_words(what, "what"), check_words(noticed, "noticed", LONGEST_NOTICED)
    _check_tries("incident", whence)
    supplier = _supplier()
    key = keys.unwrap_customer_key(supplier.id, bytes(supplier.wrapped_key))
    made = Incident(customer_id=supplier.id)
    sealed = {
        column: keys.seal_bytes(key, text.encode(), place_of(supplier.id, made, column))
        for column, text in (("what", what), ("noticed", noticed))
    }
    word = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _i in range(_WORDS))
    for _try in range(5):
        number = f"{secrets.randbelow(10**8):08d}"
        try:
            with transaction.atomic(using="gate"):
                _at_gate("report_outside", made.id, number, _hashed(word), sealed["what"], sealed["noticed"])
                record_at_gate(events.OUTSIDE, customer_id=supplier.id, on=("incident", made.id))
        except IntegrityError:
            continue  # that number is taken
        return Kept(number, word)
    raise RuntimeError("no number is free")


def look_up(number: str, word: str, *, whence: From) -> Report | None:
    """What became of a report made without signing in; None where number and word do not belong together."""
    _check_tries("incident look", whence)
    supplier = _supplier()
    digits = "".join(c for c in number if c.isascii() and c.isdecimal())
    with transaction.atomic(using="gate"):
        rows = _at_gate("find_outside", digits, _hashed(word))
        if not rows:
            return None
        record_at_gate(events.LOOKED_UP, customer_id=supplier.id, on=("incident", rows[0][0]))
    key = keys.unwrap_customer_key(supplier.id, bytes(supplier.wrapped_key))
    own, state, made_at, opened_at, closed_at = rows[0][:5]
    told = [
        _step(kind, _opened(key, supplier.id, IncidentStep(id=step), "words", words), at)
        for *_of, step, kind, words, at in rows
        if step
    ]
    steps = [replace(one, by="") for one in told]  # a page without a session names nobody
    return Report(own, "", "", "", "", state, made_at, None, opened_at, closed_at, steps, mine=True, number=digits)


def _check_tries(scope: str, whence: From) -> None:
    if reserve([(scope, whence.address.encode(), TRIES)]):
        raise Refused(_("Too many tries from here. Wait a quarter of an hour; your text stands as you wrote it."))


def _hashed(word: str) -> bytes:
    plain = "".join(word.split()).replace("-", "").casefold()
    return hashlib.sha256(f"heretask incident|{plain}".encode()).digest()


def _supplier() -> Customer:
    return Customer.objects.using("gate").get(kind=CustomerKind.SUPPLIER)


def _at_gate(function: str, *params: Any) -> list[tuple[Any, ...]]:
    places = ", ".join(["%s"] * len(params))
    with connections["gate"].cursor() as cursor:
        cursor.execute(f"select * from ht.{function}({places})", list(params))  # noqa: S608  (names of ours)
        return list(cursor.fetchall())


# of Management


def tell_management() -> int:
    """Note that Management is told of every report it was not told of, and put the mail out; how many there were.

    In the supplier's own periodic session: the database lets no other say so.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.tell_incidents()")
        count: int = cursor.fetchone()[0]
    if count:
        posting.tell(TO_MANAGEMENT, {user.id for user in managers() if user.active})
        record(events.TOLD, hits=count)
    return count


def waiting(*, by: Actor) -> list[Listed]:
    """What nobody of Management has opened, for their start page; no word of it."""
    check(by, P.PLATFORM_INCIDENTS_ANSWER)
    with managing() as here:
        return [Listed(*row) for row in here.call("incidents", True)]


def known(*, by: Actor) -> list[Listed]:
    """Of whom and when reports are, for whoever ties them to a case; no word of them."""
    check(by, P.PLATFORM_INCIDENTS_ANSWER)
    with managing() as here:
        return [Listed(*row) for row in here.call("incidents", False)]


def see_all(*, by: Actor) -> list[Listed]:
    """Reports of all customers: those that are not closed, then the newest; looking is an event."""
    check(by, P.PLATFORM_INCIDENTS_ANSWER)
    with managing() as here:
        found = [Listed(*row) for row in here.call("incidents", False)]
        here.record(events.LISTED_ALL, hits=len(found), shown=tuple(one.id for one in found))
    return found


def open_one(incident_id: UUID, *, by: Actor) -> Report:
    """Open a report: the first time stops the clock, and its customer reads that. Raises Refused."""
    check(by, P.PLATFORM_INCIDENTS_ANSWER)
    with managing() as here:
        (
            customer_id, customer_name, supplier, reporter, reporter_name, user_name, page, what, noticed, number,
            state, made_at, told_at, opened_at, closed_at, _first,
        ) = here.call("open_incident", incident_id, uuid7())[0]  # fmt: skip
        steps = here.call("incident_steps", incident_id)
        customer = customer_at_gate(customer_id)
        said = {"customer": customer.slug}
        here.record(events.OPENED, on=("incident", incident_id), variables=said)
        if not supplier:
            here.tell(customer, events.SUPPLIER_OPENED, on=("incident", incident_id), variables={"by": _my_name()})
    key = keys.unwrap_customer_key(customer.id, bytes(customer.wrapped_key))
    row = Incident(id=incident_id)
    name = _opened(key, customer_id, User(id=reporter), "name", reporter_name) if reporter else ""
    return Report(
        incident_id, _opened(key, customer_id, row, "what", what), _opened(key, customer_id, row, "noticed", noticed),
        f"{name} ({user_name}@{customer.slug})" if name else "", page, state, made_at, told_at, opened_at, closed_at,
        [
            _step(kind, _opened(key, customer_id, IncidentStep(id=own), "words", words), at)
            for own, kind, words, at in steps
        ],
        customer_name="" if not reporter else customer_name, number=number, leads=tuple(leads_from(incident_id)),
    )  # fmt: skip


def take_up(incident_id: UUID, *, by: Actor) -> None:
    """Say that it is looked into. Raises Refused."""
    _stepped(incident_id, IncidentState.LOOKING, "", by)


def answer(incident_id: UUID, text: str, *, by: Actor) -> None:
    """Answer the reporter. Raises Refused."""
    _stepped(incident_id, "answered", check_words(text, "text", policies.LONGEST), by)


def close(incident_id: UUID, text: str, *, by: Actor) -> None:
    """Close it, with what became of it. Raises Refused."""
    _stepped(incident_id, IncidentState.CLOSED, check_words(text, "text", policies.LONGEST), by)


def _stepped(incident_id: UUID, kind: str, text: str, by: Actor) -> None:
    check(by, P.PLATFORM_INCIDENTS_ANSWER)
    name = _my_name()
    with managing() as here:
        customer_id: UUID = here.call("incident_customer", incident_id)[0][0]
        customer, made = customer_at_gate(customer_id), IncidentStep(customer_id=customer_id)
        key = keys.unwrap_customer_key(customer.id, bytes(customer.wrapped_key))
        words = json.dumps({"text": text, "by": name}, ensure_ascii=False).encode()
        sealed = keys.seal_bytes(key, words, place_of(customer.id, made, "words"))
        here.call("step_incident", incident_id, made.id, kind, sealed)
        on, said = ("incident", incident_id), {"step": kind, "customer": customer.slug}
        here.record(events.STEPPED, on=on, variables=said)
        if customer.kind != CustomerKind.SUPPLIER:
            here.tell(customer, events.SUPPLIER_STEPPED, on=on, variables={"step": kind, "by": name})


def _my_name() -> str:
    return open_text(User.objects.get(id=current().person_id), "name")


def _opened(key: bytes, customer_id: UUID, row: Any, column: str, sealed: bytes | memoryview | None) -> str:
    if not sealed:
        return ""
    return keys.open_bytes(key, bytes(sealed), place_of(customer_id, row, column)).decode()


def _step(kind: str, words: str, at: dt.datetime) -> Step:
    said = json.loads(words) if words else {}
    return Step(kind, str(said.get("text", "")), str(said.get("by", "")), at)

"""Telling every customer: the notices put at each, mail about them, alarms while somebody is not told, and receipts."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.approvals.managing import Managing
from heretask.kernel.approvals.queries import managers
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import assignments_now
from heretask.kernel.log import record
from heretask.kernel.outbox import posting
from heretask.kernel.outbox.letters import letter
from heretask.kernel.secrets import keys
from heretask.kernel.secrets.opening import place_of, seal
from heretask.kernel.tenancy.base import current, uuid7
from heretask.kernel.tenancy.models import Customer

from . import events, queries
from .models import Alarm, Draft, Notice, Receipt, ReceiptKind, Step, StepKind
from .policies import ALARMS
from .queries import Found, Opened, Row

TOLD = letter(
    "system.breaches.notice", gettext_lazy("An urgent message from HereTask waits for you"),
    gettext_lazy(
        "Hello\n\nHereTask has something urgent to tell your workplace about the security of your data. Sign in, read"
        " it and acknowledge it here:\n%(link)s\n\nFor safety, nothing of it stands in this mail.\n"
    ),
    route="system.breaches_notices", urgent=True,
    sms=gettext_lazy("HereTask has an urgent message about the security of your data: %(link)s"),
)  # fmt: skip
EXERCISE = letter(
    "system.breaches.exercise", gettext_lazy("EXERCISE: a message from HereTask waits for you"),
    gettext_lazy(
        "Hello\n\nThis is an EXERCISE: nothing has happened. HereTask tries whether every customer can be told within"
        " 24 hours. Please sign in and acknowledge it here:\n%(link)s\n"
    ),
    route="system.breaches_notices", urgent=True,
    sms=gettext_lazy("EXERCISE, nothing has happened: HereTask has a message for you: %(link)s"),
)  # fmt: skip
ALARM = letter(
    "system.breaches.alarm", gettext_lazy("Customers have not been told of a breach"),
    gettext_lazy(
        "Hello\n\nA breach was reported %(hours)s hours ago, and %(untold)s customers have not been told. All must be"
        " within 24 hours:\n%(link)s\n\nFor safety, nothing of it stands in this mail.\n"
    ),
    route="system.breaches", urgent=True, hours=int, untold=int,
    sms=gettext_lazy("HereTask: breach reported %(hours)s hours ago, %(untold)s customers are not told: %(link)s"),
)  # fmt: skip
EXERCISE_ALARM = letter(
    "system.breaches.exercise_alarm", gettext_lazy("EXERCISE: customers have not been told"),
    gettext_lazy(
        "Hello\n\nThis is an EXERCISE. It began %(hours)s hours ago, and %(untold)s customers have not been told."
        " All must be within 24 hours:\n%(link)s\n"
    ),
    route="system.breaches", urgent=True, hours=int, untold=int,
    sms=gettext_lazy("EXERCISE in HereTask: %(hours)s hours, %(untold)s customers are not told: %(link)s"),
)  # fmt: skip


def notice_text(one: Opened, found: Found, parts: dict[str, Any], row: Row) -> dict[str, Any]:
    """What one customer is told: the free parts in both languages, and its own numbers from the log."""
    told: dict[str, Any] = {
        "parts": parts, "exercise": one.exercise, "reported_at": one.reported_at.isoformat(),
        "since": found.since.isoformat(), "until": found.until.isoformat(), "everything": found.scope == "everything",
    }  # fmt: skip
    if row.touched:
        told["facts"] = {
            "citizens": row.citizens, "events": row.events, "actions": row.actions, "hash": row.citizens_hash,
            "first_at": row.first_at.isoformat() if row.first_at else "",
            "last_at": row.last_at.isoformat() if row.last_at else "",
        }  # fmt: skip
    return told


def put(gate: Managing, one: Opened, draft: Draft, customer: Customer, told: dict[str, Any]) -> bool:
    """Put one customer's notice there, with the event on both sides, all at once; False where it lay there already."""
    made = Notice(id=uuid7(), customer_id=customer.id)
    key = keys.unwrap_customer_key(customer.id, bytes(customer.wrapped_key))
    plain = json.dumps(told, ensure_ascii=False).encode()
    sealed = keys.seal_bytes(key, plain, place_of(customer.id, made, "text"))
    new: bool = gate.call("put_breach_notice", made.id, customer.id, one.id, draft.id, sealed, queries.acts())[0][0]
    if new:
        said = {"exercise": one.exercise, "touched": "facts" in told}
        gate.record(events.SENT, on=("breach", one.id), variables={"customer": customer.slug, **said})
        gate.tell(customer, events.TOLD, on=("breach_notice", made.id), variables=said)
    return new


def check_sent(one: Opened) -> None:
    """Keep that every customer was told, by its notice or by hand, once it is so."""
    if StepKind.STARTED not in one.kinds or StepKind.SENT in one.kinds or one.closed:
        return
    if not queries.untold(queries.told(one.id)):
        _once(one, StepKind.SENT)


def post() -> int:
    """Tell this customer's administrators by mail and SMS that a notice waits, once for each, in its own work."""
    posted = set(Receipt.objects.filter(kind=ReceiptKind.POSTED).values_list("notice_id", flat=True))
    waiting = [row for row in queries.notices() if row.id not in posted]
    for row in waiting:
        count = posting.tell(EXERCISE if row.exercise else TOLD, _readers())
        Receipt.objects.create(notice_id=row.id, kind=ReceiptKind.POSTED, letters=count)
        record(events.POSTED, on=("breach_notice", row.id), variables={"letters": count})
    return len(waiting)


def watch() -> None:
    """Look at the clock of every open case: alarms at their hours, and whether everybody has received its notice."""
    for one in queries.open_cases():
        if one.dismissed:
            continue
        rows = queries.told(one.id)
        untold = len(queries.untold(rows))
        spent = timezone.now() - one.reported_at
        given = {alarm.hours for alarm in one.alarms}
        for hours in ALARMS:
            if untold and hours not in given and spent.total_seconds() >= hours * 3600:
                Alarm.objects.create(case_id=one.id, hours=hours, untold=untold)
                record(events.ALARMED, on=("breach", one.id), variables={"hours": hours, "untold": untold})
                posting.tell(
                    EXERCISE_ALARM if one.exercise else ALARM, {user.id for user in managers() if user.active},
                    hours=hours, untold=untold,
                )  # fmt: skip
        check_sent(one)
        check_received(queries.case(one.id))


def check_received(one: Opened) -> None:
    """Keep that somebody of every customer has read its notice, or is named as who was told by hand, once it is so."""
    if StepKind.SENT not in one.kinds or StepKind.RECEIVED in one.kinds:
        return
    if all(row.received_at for row in queries.told(one.id)):
        _once(one, StepKind.RECEIVED)
        record(events.RECEIVED, on=("breach", one.id))


def _once(one: Opened, kind: StepKind) -> None:
    made = Step(case_id=one.id, kind=kind, customer_id=current().customer_id)
    seal(made, words="{}")
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return  # another run has said so already


def _readers() -> set[UUID]:
    """The administrators of this customer."""
    held = assignments_now().select_related("own")
    may = [one.user_id for one in held if (role := one.is_role) and P.SYSTEM_BREACHES_READ in role.may]
    return set(User.objects.filter(id__in=may, active=True).values_list("id", flat=True))

"""What is done with records. The feature that uses them says which permission it takes, and which event tells of it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.log import record
from heretask.kernel.log.registry import Action
from heretask.kernel.periods import months_after
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current

from . import events, policies, queries
from .models import Closing, Document, Duty, Entry, Signature, Value, Version
from .policies import Refused
from .registers import Register
from .rules import Proof, Rule


def add(register: Register, values: Mapping[str, Any], *, by: Actor, event: Action = events.ADDED) -> Entry:
    """Put something on a register."""
    check(by, register.change)
    given = register.kept(values, whole=True)
    made = Entry.objects.create(register=register.key)
    for key, value in given.items():
        if value:
            _put(register, made.id, key, value, number=1, why="")
    record(event, on=(register.key, made.id), changed=[key for key, value in given.items() if value])
    return made


def change(
    register: Register, entry_id: UUID, values: Mapping[str, Any], *, by: Actor, why: str = "",
    event: Action = events.CHANGED, permission: Permission | None = None,
) -> list[str]:  # fmt: skip
    """Change fields of an entry; what was stays to be read. Returns which have another value now.

    With a `permission` a feature lets people change what is their own, where the register's own would be too much.
    """
    check(by, permission or register.change)
    before = queries.item(register, entry_id).values
    numbers = _numbers(entry_id)
    given = {key: value for key, value in register.kept(values, whole=False).items() if value != before[key]}
    try:
        with transaction.atomic():
            for key, value in given.items():
                _put(register, entry_id, key, value, number=numbers.get(key, 0) + 1, why=why)
    except IntegrityError:
        raise Refused(_("Somebody else has just changed this. Look at it again first.")) from None
    if given:
        record(event, on=(register.key, entry_id), changed=list(given), variables={"why": why} if why else None)
    return list(given)


def plan(rule: Rule, *, about: Entry | UUID | None, opens_on: dt.date, due_on: dt.date, kind: str = "") -> Duty:
    """Let somebody have to do something by a day. `kind` is what the log calls what it is about."""
    entry_id = about.id if isinstance(about, Entry) else about
    made = Duty.objects.create(rule=rule.key, entry_id=entry_id, opens_on=opens_on, due_on=due_on)
    on = (kind, entry_id) if entry_id else ("duty", made.id)
    record(events.PLANNED, on=on, variables={"duty": rule.key, "due": due_on.isoformat()})
    return made


def close(
    rule: Rule, proof: Proof, *, about: UUID | None, by: Actor, permission: Permission, kind: str = "",
    event: Action = events.CLOSED,
) -> Closing:  # fmt: skip
    """Close the open duty of a rule with a proof of the right period; a yearly one is planned anew from its day."""
    check(by, permission)
    duty = queries.open_duty(rule, about)
    if duty is None:
        raise Refused(_("Nothing of this kind is to be done now."))
    policies.check_period(proof.done_on, duty.opens_on, timezone.localdate())
    rule.accepts(proof)
    made = Closing(
        duty=duty, done_on=proof.done_on, signature=proof.signature, reference=proof.reference,
        customer_id=current().customer_id,
    )  # fmt: skip
    if proof.note.strip():
        seal(made, note=proof.note.strip())
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("Somebody else has just closed this.")) from None
    on = (kind, about) if about else ("duty", duty.id)
    record(event, on=on, variables={"duty": rule.key, "done": proof.done_on.isoformat()})
    if rule.months:
        due = months_after(proof.done_on, rule.months)
        plan(rule, about=about, opens_on=max(due - rule.early, proof.done_on), due_on=due, kind=kind)
    return made


def publish(
    kind: str, key: str, text: str, *, review_on: dt.date, by: Actor, permission: Permission
) -> Version:  # fmt: skip
    """Publish a new version of a document. Signatures of the ones before stay what they were."""
    check(by, permission)
    if not text.strip():
        raise Refused(_("Write the text."))
    if review_on <= timezone.localdate():
        raise Refused(_("The day of the next review must be to come."))
    document, _made = Document.objects.get_or_create(key=key, defaults={"kind": kind})
    newest = queries.newest_versions().get(key)
    plain = text.replace("\r\n", "\n").strip()
    digest = hashlib.sha256(plain.encode()).hexdigest()
    if newest is not None and newest.digest == digest:
        raise Refused(_("This is the text of the newest version."))
    made = Version(
        document=document, number=newest.number + 1 if newest else 1, digest=digest, review_on=review_on,
        customer_id=current().customer_id,
    )  # fmt: skip
    seal(made, text=plain)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("Somebody else has just changed this. Look at it again first.")) from None
    record(events.PUBLISHED, on=("version", made.id), variables={"document": key, "version": made.number})
    return made


def sign(
    version: Version, *, entry_id: UUID, how: str, signed_on: dt.date, on_paper: bool, by: Actor,
    permission: Permission, kind: str = "", event: Action = events.SIGNED,
) -> Signature:  # fmt: skip
    """Keep that somebody has signed or acknowledged a version."""
    check(by, permission)
    policies.check_not_to_come(signed_on, timezone.localdate())
    made = Signature.objects.create(version=version, entry_id=entry_id, how=how, signed_on=signed_on, on_paper=on_paper)
    record(event, on=(kind, entry_id), variables={"document": version.document.key, "version": version.number})
    return made


def _put(register: Register, entry_id: UUID, key: str, value: str, *, number: int, why: str) -> None:
    made = Value(entry_id=entry_id, field=key, number=number, customer_id=current().customer_id)
    if register.field(key).is_sealed:
        seal(made, text=value)
    else:
        made.plain = value
    if why:
        seal(made, why=why)
    made.save(force_insert=True)


def _numbers(entry_id: UUID) -> dict[str, int]:
    rows = Value.objects.filter(entry_id=entry_id).order_by("number").values_list("field", "number")
    return dict(rows)

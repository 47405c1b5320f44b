"""Replacing keys by wrapping others with new ones; no row of anything else changes, and the web goes on working.

A rotation is a row that says how far it must come. Each step is one short transaction, and what is stored tells which
step comes next: a rotation that was broken off anywhere is taken up again by running it again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models.functions import Now

from heretask.kernel.access.roles import Management
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import assignments_now, fold_user_name
from heretask.kernel.tenancy.models import Customer, CustomerKind

from . import events, keys, providers, rings
from .inside import Inside, inside
from .models import Rotation
from .opening import place_of

OUTER, CUSTOMERS, RETIRE = "outer", "customers", "retire"
BATCH = 500
PATIENCE = 600.0  # seconds to wait for a transaction that makes citizens' keys
Told = Callable[[int, int], None]


class Refused(Exception):
    """It may not be done, or not now; the message is a sentence for the operator."""


def supplier() -> Customer:
    """The supplier, whose Management asks and approves."""
    return Customer.objects.using("owner").get(kind=CustomerKind.SUPPLIER)


def begin(what: str, *, asked_by: str, approved_by: str, why: str, customer: Customer | None = None) -> Rotation:
    """Write down what two people of Management want done; raises Refused. `run` does it."""
    own = supplier()
    with inside(own.id, "keys rotate") as here:
        asked, approved = _manager(asked_by), _manager(approved_by)
        if asked.id == approved.id:
            raise Refused("Two people are needed: who asks may not approve.")
        if Rotation.objects.using("owner").filter(customer_id=own.id, ended_at=None).exists():
            raise Refused("The last one is not finished: run the same command once more first.")
        made = Rotation(
            customer_id=own.id, what=what, targets=_targets(what, customer), asked_by=asked, approved_by=approved
        )
        key = keys.unwrap_customer_key(own.id, here.ring())
        made.why = keys.seal_bytes(key, why.encode(), place_of(own.id, made, "why"))
        made.save(using="owner", force_insert=True)
        here.record(events.BEGUN, on=("rotation", made.id), variables=_said(made) | {"why": why})
    return made


def unfinished() -> Rotation | None:
    """What was begun and has not come to its end."""
    own = supplier()
    with inside(own.id, "keys status"):
        open_ones = Rotation.objects.using("owner").select_related("asked_by", "approved_by")
        return open_ones.filter(customer_id=own.id, ended_at=None).first()


def run(rotation: Rotation, told: Told = lambda _done, _total: None) -> None:
    """Do what is left of it; raises Refused where another process is at it, or where somebody must be waited for."""
    with _alone():
        if rotation.what == CUSTOMERS:
            _turn_all(rotation, told)
        elif rotation.what == OUTER:
            _rewrap_all(rotation, told)
        else:
            _retire(rotation)
        with inside(rotation.owner_id, "keys rotate") as here:
            Rotation.objects.using("owner").filter(id=rotation.id).update(ended_at=Now())
            action = events.RETIRED if rotation.what == RETIRE else events.DONE
            here.record(action, on=("rotation", rotation.id), variables=_said(rotation))


def needed_versions() -> set[providers.Version]:
    """The versions of the outermost key that some customer's ring needs."""
    stored = Customer.objects.using("owner").values_list("wrapped_key", flat=True)
    return {version for ring in stored for version in rings.versions_of(bytes(ring))}


def superfluous() -> list[providers.Version]:
    """Versions that wrap nothing in the database any more; older backups may need them."""
    kept = needed_versions() | {providers.newest()}
    found = {(p.code, version) for p in providers.reachable() for version in p.versions()}
    return sorted(found - kept)


def _manager(name: str) -> User:
    """An active user of the supplier with the role Management now."""
    folded = fold_user_name(name).removesuffix(f"@{supplier().slug}")
    user = User.objects.using("owner").filter(customer=supplier(), user_name=folded, active=True).first()
    if user is None or not assignments_now().using("owner").filter(user_id=user.id, role=Management.key).exists():
        raise Refused(f"{name} is nobody of Management with a login that is open.")
    return user


def _targets(what: str, customer: Customer | None) -> dict[str, Any]:
    if what == OUTER:
        code = providers.chosen().code
        known = {number for c, number in [*needed_versions(), *_ever_used()] if c == code}
        return {"version": [code, max(known | set(providers.chosen().versions()), default=0) + 1]}
    if what == RETIRE:
        gone = superfluous()
        if not gone:
            raise Refused("Every version there is is still needed: nothing was destroyed.")
        return {"versions": [list(version) for version in gone]}
    chosen = Customer.objects.using("owner").order_by("slug")
    if customer:
        chosen = chosen.filter(id=customer.id)
    parts = {one.id: rings.parts_of(bytes(one.wrapped_key)) for one in chosen}
    return {str(one): p.generation + (0 if p.before else 1) for one, p in parts.items()}


def _ever_used() -> list[providers.Version]:
    """Versions that were made or destroyed before: a number stands for one key for ever."""
    targets = Rotation.objects.using("owner").exclude(what=CUSTOMERS).values_list("targets", flat=True)
    found = [v for t in targets for v in ([t["version"]] if "version" in t else t["versions"])]
    return [(code, number) for code, number in found]


def _said(rotation: Rotation) -> dict[str, str]:
    """Who wanted what, as the log has it."""
    told = {"asked by": rotation.asked_by.user_name, "approved by": rotation.approved_by.user_name}
    if rotation.what == OUTER:
        code, number = rotation.targets["version"]
        return {"outermost key": providers.told((code, number)), **told}
    if rotation.what == RETIRE:
        gone = ", ".join(providers.told((code, number)) for code, number in rotation.targets["versions"])
        return {"outermost key": gone, **told}
    return {"customers": str(len(rotation.targets)), **told}


def _turn_all(rotation: Rotation, told: Told) -> None:
    for done, (customer, target) in enumerate(rotation.targets.items()):
        told(done, len(rotation.targets))
        _turn(UUID(customer), target, rotation)
    told(len(rotation.targets), len(rotation.targets))


def _turn(customer_id: UUID, target: int, rotation: Rotation) -> None:
    """Bring one customer's ring to the generation `target`, from wherever it stands."""
    parts = rings.parts_of(_stored(customer_id))
    if parts.generation < target:
        with _while_nobody_makes_keys(customer_id) as here:
            here.put_ring(rings.turned(customer_id, here.ring(locked=True)))
    elif parts.generation > target or not parts.before:
        return
    while True:
        while _rewrap_some(customer_id):
            pass
        with _while_nobody_makes_keys(customer_id) as here:
            stored = here.ring(locked=True)
            if not _older(here, rings.parts_of(stored).generation, 1):
                here.put_ring(rings.let_go(stored))
                here.record(events.TURNED, on=("rotation", rotation.id), variables=_names(rotation))
                return


def _rewrap_some(customer_id: UUID) -> int:
    """Wrap some of the citizens' keys with the wrapping key of now; returns how many there were to do."""
    with inside(customer_id, "keys rotate") as here:
        ring = rings.opened(customer_id, here.ring())
        rows = _older(here, ring.generation, BATCH)
        wrapped = [
            ring.wrap(customer_id, subject, ring.unwrap(customer_id, subject, bytes(old))) for _id, subject, old in rows
        ]
        if rows:
            here.rows(
                """update kernel_datakey k set wrapped = v.wrapped from unnest(%s::uuid[], %s::bytea[]) v(id, wrapped)
                    where k.customer_id = %s and k.id = v.id""",
                [row[0] for row in rows], wrapped, customer_id,
            )  # fmt: skip
    return len(rows)


def _older(here: Inside, generation: int, most: int) -> list[tuple[Any, ...]]:
    """Citizens' keys that an older wrapping key has wrapped."""
    return here.rows(
        """select id, subject, wrapped from kernel_datakey where customer_id = %s and ht.key_generation(wrapped) < %s
            order by id limit %s for update""",
        here.customer_id, generation, most,
    )  # fmt: skip


def _rewrap_all(rotation: Rotation, told: Told) -> None:
    """Wrap every customer's ring with the version wanted; a customer made meanwhile has it already."""
    code, number = rotation.targets["version"]
    providers.by_code(code).make(number)
    everybody = list(Customer.objects.using("owner").order_by("slug").values_list("id", flat=True))
    for done, customer_id in enumerate(everybody):
        told(done, len(everybody))
        with inside(customer_id, "keys rotate") as here:
            stored = here.ring(locked=True)
            if rings.versions_of(stored) != {providers.newest()}:
                here.put_ring(rings.rewrapped(customer_id, stored))
                here.record(events.TURNED, on=("rotation", rotation.id), variables=_names(rotation))
    told(len(everybody), len(everybody))


def _retire(rotation: Rotation) -> None:
    """Destroy versions; one that something needs again, since it was asked for, is kept."""
    kept = needed_versions() | {providers.newest()}
    for provider in providers.reachable():
        wanted = {number for code, number in rotation.targets["versions"] if code == provider.code}
        gone = {number for number in wanted & set(provider.versions()) if (provider.code, number) not in kept}
        if gone:
            provider.retire(gone)


def _names(rotation: Rotation) -> dict[str, str]:
    """What a customer's own log says: who of the supplier wanted it."""
    said = _said(rotation)
    said.pop("customers", None)
    return said


def _stored(customer_id: UUID) -> bytes:
    return bytes(Customer.objects.using("owner").values_list("wrapped_key", flat=True).get(id=customer_id))


@contextmanager
def _while_nobody_makes_keys(customer_id: UUID) -> Iterator[Inside]:
    """Inside a customer at a moment when no transaction that makes citizens' keys is open; never makes one queue."""
    until = time.monotonic() + PATIENCE
    while True:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute("select ht.try_turn_keys(%s)", [customer_id])
            if cursor.fetchone()[0]:
                with inside(customer_id, "keys rotate") as here:
                    yield here
                return
        if time.monotonic() > until:
            raise Refused("Citizens are being read in. Run the command once more when that is done; nothing is lost.")
        time.sleep(0.05)


@contextmanager
def _alone() -> Iterator[None]:
    """No other process replaces keys meanwhile."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtextextended('heretask keys', 0))")
        if not cursor.fetchone()[0]:
            raise Refused("Another process is replacing keys. Wait for it.")
    try:
        yield
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(hashtextextended('heretask keys', 0))")

"""What a drill finds out inside the restored copy: a process of its own, whose settings point at the copy.

Each check answers with a state and a count; nothing that was opened leaves this process. A new check is a function in
CHECKS, run in that order, and a name in `drill.STEPS`.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from heretask.kernel.identity.models import User
    from heretask.kernel.tenancy.models import Customer

OK, FAIL = "ok", "fail"
Found = tuple[str, str]
ELSEWHERE = {"partitions", "sealer"}  # what time alone makes due; nothing seals in a copy
SAMPLES = 5  # rows of each table at each customer


def rules() -> Found:
    """Migrations, policies, keys and grants are in the copy as they are in the running system."""
    from heretask.config import health
    from heretask.kernel.db import catalogue

    faults = catalogue.faults("owner")
    if faults:
        return FAIL, "; ".join(f"{where}: {what}" for what, where in faults[:3])
    missing = [name for name, well in health.examine().items() if not well and name not in ELSEWHERE]
    return (FAIL, ", ".join(missing)) if missing else (OK, "")


def samples() -> Found:
    """Sealed rows of every table and customer open under the restored keys; those of erased citizens must not."""
    from heretask.kernel.identity.sessions import operator
    from heretask.kernel.log import record
    from heretask.kernel.secrets.keys import CannotOpen
    from heretask.kernel.tenancy.models import Customer
    from heretask.system.backups import events

    opened = 0
    for customer in Customer.objects.using("owner").order_by("slug"):
        with operator(customer, "drill") as trace:
            count = 0
            for model, columns in _sealed():
                try:
                    count += _open_some(model, columns)
                except CannotOpen:
                    return FAIL, f"{opened + count}, then one of {model._meta.db_table} that does not open"
            record(events.SAMPLED, hits=count, opened=set(trace.opened))
        opened += count
    return OK, str(opened)


def _sealed() -> Iterator[tuple[Any, list[Any]]]:
    """The tables that hold sealed text, with those columns."""
    from django.apps import apps

    from heretask.kernel.secrets.fields import Sealed

    for model in apps.get_models():
        columns = [field for field in model._meta.local_fields if isinstance(field, Sealed)]
        if columns:
            yield model, columns


def _open_some(model: Any, columns: list[Any]) -> int:
    """Open some rows drawn at random, those of erased citizens left out; how many texts were opened."""
    from heretask.kernel.secrets.models import DataKey
    from heretask.kernel.secrets.opening import open_text

    opened = 0
    for column in columns:
        rows = model.objects.exclude(**{column.name: b""})
        if column.of != "customer":
            rows = rows.filter(**{f"{column.of}__in": DataKey.objects.values("subject")})
        somewhere = _somewhere(rows)
        if somewhere is None:
            continue
        for row in rows.filter(id__gte=somewhere).order_by("id")[:SAMPLES]:
            open_text(row, column.name)
            opened += 1
    return opened


def _somewhere(rows: Any) -> UUID | None:
    """An id between the first and the last: by the key's index, since a large table is not sorted for five rows."""
    ids = rows.order_by("id").values_list("id", flat=True)
    first = ids.first()
    if first is None:
        return None
    return UUID(int=first.int + secrets.randbelow(ids.last().int - first.int + 1))


def sign_in() -> Found:
    """Somebody signs in with password and one-time code, by the functions that every page uses, and is let in."""
    from heretask.config import provision
    from heretask.kernel.identity import codes, signing_in
    from heretask.kernel.identity.people import person_of_session
    from heretask.kernel.identity.sessions import NOWHERE, h1_of, touch
    from heretask.kernel.identity.whence import From
    from heretask.kernel.log.trace import tracing
    from heretask.kernel.secrets.keys import unwrap_customer_key
    from heretask.kernel.tenancy.base import entered

    supplier = provision.customer_called(provision.SUPPLIER)
    password, secret = secrets.token_urlsafe(24) + "aA1", codes.make_secret()
    user = _somebody(supplier, password, secret)
    whence = From("127.0.0.1", "HereTask drill")
    asked = signing_in.by_password(f"{user.user_name}@{supplier.slug}", password, at=NOWHERE, whence=whence)
    if asked.kind != "code":
        return FAIL, asked.kind
    let_in = signing_in.by_code(codes.code_now(secret), at=touch(asked.token, acted=True), whence=whence)
    if let_in.kind != "in":
        return FAIL, let_in.kind
    with entered(h1_of(let_in.token)), tracing(unwrap_customer_key(supplier.id, supplier.wrapped_key)):
        return (OK, "") if person_of_session().actor.user_id == user.id else (FAIL, "another person")


def _somebody(customer: Customer, password: str, secret: bytes) -> User:
    from django.db import transaction
    from django.utils import timezone

    from heretask.admin.users import actions
    from heretask.config import provision
    from heretask.kernel.identity import factors, passwords
    from heretask.kernel.identity.models import User
    from heretask.kernel.identity.sessions import operator
    from heretask.system.staff import actions as staff

    with operator(customer, "drill"):
        by = provision.operator_of(customer)
        name = f"drill-{secrets.token_hex(6)}"
        made = actions.create_user(user_name=name, name="Drill", by=by, hashed=passwords.hash_of(password))
        actions.give_role(user=made, role="developer", unit=None, by=by)
        today = timezone.localdate()  # in the copy, which nobody else ever enters, the register must let them in
        staff.admit(name="Drill", login=made.id, hired_on=today, checked_on=today, signed_on=today, by=by)
    user = User.objects.using("gate").select_related("customer").get(id=made.id)
    with transaction.atomic(using="gate"):
        factors.add_factor(user, secret, confirmed=True)
    return user


def erased() -> Found:
    """Erased citizens, whom the backup has brought back, are erased again; a second replay finds nothing more."""
    from .restoring import replay_tombstones

    again = replay_tombstones()
    return (FAIL, "not erased") if replay_tombstones() else (OK, str(again))


CHECKS: dict[str, Callable[[], Found]] = {"rules": rules, "erased": erased, "samples": samples, "sign-in": sign_in}


def main(names: list[str]) -> None:
    """Run the named checks, all without names; a line of JSON for each as soon as it is done."""
    from heretask.config import operating

    operating.django()
    from heretask.kernel.log.faults import place_of

    for name in names or CHECKS:
        try:
            state, found = CHECKS[name]()
        except Exception as failure:  # noqa: BLE001  (what breaks in the copy is a finding, told without its text)
            state, found = FAIL, place_of(failure)
        operating.say(json.dumps({"check": name, "state": state, "found": found}))
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

"""The second factors of a person: one-time codes, recovery codes, and of whom one is required. In gate transactions."""

from __future__ import annotations

from uuid import UUID

from django.db import connections, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from heretask.kernel.access.roles import ROLES
from heretask.kernel.secrets.keys import open_bytes, seal_bytes, unwrap_customer_key
from heretask.kernel.tenancy.models import Customer, CustomerKind

from . import codes, events, passkeys
from .models import Factor, User
from .whence import From, note


def second_factors(user_id: UUID) -> QuerySet[Factor]:
    """What a person can be asked for beside the password; recovery codes are not counted, they run out."""
    return Factor.objects.filter(user_id=user_id, kind__in=["totp", passkeys.KIND]).exclude(confirmed_at=None)


def needs_second_factor(user: User, customer: Customer) -> bool:
    """Whether a second factor is required: by the customer's guideline, and always of supplier and administrators."""
    return customer.second_factor or _always_needs_it(user, customer)


def may_be_vouched_for(user: User, customer: Customer) -> bool:
    """Whether colleagues may stand in for a lost factor: never for supplier, administrators and guests."""
    return not _always_needs_it(user, customer)


def _always_needs_it(user: User, customer: Customer) -> bool:
    if customer.kind == CustomerKind.SUPPLIER:
        return True
    with connections["gate"].cursor() as cursor:
        cursor.execute("select ht.roles_of(%s, %s)", [customer.id, user.id])
        if any(ROLES[row[0]].second_factor for row in cursor.fetchall() if row[0] in ROLES):
            return True
        cursor.execute("select ht.own_role_rules(%s, %s)", [customer.id, user.id])
        return bool(cursor.fetchone()[0])


def use_code(user: User, given: str) -> str:
    """'totp' or 'recovery' where the code fits and was not used before, else ''.

    The UPDATE decides among parallel tries.
    """
    for factor in Factor.objects.filter(user_id=user.id, kind="totp").exclude(confirmed_at=None):
        step = codes.matching_step(totp_secret(user, factor), given)
        if step is not None and Factor.objects.filter(id=factor.id, last_step__lt=step).update(
            last_step=step, used_at=Now()
        ):
            return "totp"
    unused = Factor.objects.filter(user_id=user.id, kind="recovery", used_at=None, secret=codes.hash_recovery(given))
    return "recovery" if unused.update(used_at=Now()) else ""


def pending_secret(user: User) -> bytes:
    """The user's unconfirmed secret for one-time codes; a new one where there is none."""
    with transaction.atomic(using="gate"):
        factor = Factor.objects.filter(user_id=user.id, kind="totp", confirmed_at=None).first()
        if factor:
            return totp_secret(user, factor)
        secret = codes.make_secret()
        add_factor(user, secret, confirmed=False)
        return secret


def confirm_pending(user: User, given: str, whence: From) -> list[str]:
    """Confirm the pending secret of `user` with a code; the new recovery codes, or nothing. In a gate transaction."""
    factor = Factor.objects.filter(user_id=user.id, kind="totp", confirmed_at=None).first()
    step = codes.matching_step(totp_secret(user, factor), given) if factor else None
    if factor is None or step is None:
        note(events.CODE_FAILED, user.customer, user, whence, "failed")
        return []
    Factor.objects.filter(user_id=user.id, kind="totp").exclude(id=factor.id).delete()
    Factor.objects.filter(id=factor.id).update(confirmed_at=Now(), last_step=step, used_at=Now())
    note(events.FACTOR_ADDED, user.customer, user, whence, "done")
    return new_recovery_codes(user, whence)


def new_recovery_codes(user: User, whence: From) -> list[str]:
    """Eight new recovery codes; the old ones are worth nothing any more. In a gate transaction."""
    Factor.objects.filter(user_id=user.id, kind="recovery").delete()
    made = codes.recovery_codes()
    for code in made:
        Factor.objects.create(
            customer_id=user.owner_id, user_id=user.id, kind="recovery", secret=codes.hash_recovery(code),
            confirmed_at=Now(),
        )  # fmt: skip
    note(events.RECOVERY_MADE, user.customer, user, whence, "done")
    return made


def add_factor(user: User, secret: bytes, *, confirmed: bool) -> Factor:
    """Store a secret for one-time codes, sealed under the customer's key."""
    factor = Factor(customer_id=user.owner_id, user_id=user.id, kind="totp", confirmed_at=Now() if confirmed else None)
    key = unwrap_customer_key(user.owner_id, user.customer.wrapped_key)
    factor.secret = seal_bytes(key, secret, _factor_place(factor))
    factor.save(force_insert=True)
    return factor


def totp_secret(user: User, factor: Factor) -> bytes:
    """The opened secret of a factor."""
    customer = (
        user.customer
        if "customer" in user._state.fields_cache
        else Customer.objects.using("gate").get(id=user.owner_id)
    )
    key = unwrap_customer_key(user.owner_id, customer.wrapped_key)
    return open_bytes(key, bytes(factor.secret), _factor_place(factor))


def _factor_place(factor: Factor) -> bytes:
    return b"kernel_factor|secret|" + factor.customer_id.bytes + factor.id.bytes

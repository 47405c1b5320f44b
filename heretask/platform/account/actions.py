"""What somebody does with their own account. All of it happens at the gate, each act with its event."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity import events, factors, passkeys, passwords, proving, shared, tries
from heretask.kernel.identity.models import BrowserPerson, Credential, Factor, Session, User, Vouching
from heretask.kernel.identity.people import Person
from heretask.kernel.identity.sessions import At, end, end_others
from heretask.kernel.identity.whence import From
from heretask.kernel.log import record
from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.log.registry import Action
from heretask.kernel.secrets.opening import open_text

from . import policies, queries
from .policies import Refused


def change_password(person: Person, current: str, password: str, *, at: At, whence: From) -> int:
    """Change one's own password; every other session ends and each browser asks for the code again (LOGIN-2)."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    credential = proving.check_password(person.actor.person_id, current, at=at, whence=whence)
    floor = max(passwords.FLOOR, person.customer.password_length)
    passwords.check_password_is_strong(
        password, floor=floor, about=(person.actor.user_name, person.customer.slug, *person.name.split())
    )
    if password == current:
        raise passwords.WeakPassword([_("Choose another password than the present one.")])
    hashed = passwords.hash_of(password)
    with transaction.atomic(using="gate"):
        Credential.objects.filter(id=credential.id).update(
            password=hashed, rule=passwords.RULE, set_at=Now(), start_until=None, length=floor
        )
        elsewhere = BrowserPerson.objects.filter(user_id=credential.user_id)
        if at.browser_id:
            elsewhere = elsewhere.exclude(browser_id=at.browser_id)
        elsewhere.update(second_factor_at=None)
        _note(events.PASSWORD_CHANGED, person, at, whence)
        return end_others(credential.user_id, credential.customer_id, but=at.id, reason="password changed")


def begin_factor(person: Person) -> bytes:
    """The secret that is being set up anew; the old one works until the new one is confirmed."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    return factors.pending_secret(_user(person))


def confirm_factor(person: Person, code: str, *, at: At, whence: From) -> list[str]:
    """Confirm the new one-time codes; the recovery codes to be shown once, or nothing where the code does not fit."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    policies.check_may_change_factors(at)
    if tries.reserve([("code", person.actor.person_id.bytes, tries.TRIES_KNOWN)]):
        raise Refused(_("Too many tries. Wait a quarter of an hour."))
    with transaction.atomic(using="gate"):
        return factors.confirm_pending(_user(person), code, whence)


def new_recovery_codes(person: Person, *, at: At, whence: From) -> list[str]:
    """New recovery codes, to be shown once."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    policies.check_may_change_factors(at)
    if not factors.second_factors(person.actor.person_id).exists():
        raise Refused(_("Set up one-time codes or a passkey first."))
    with transaction.atomic(using="gate"):
        return factors.new_recovery_codes(_user(person), whence)


def begin_passkey(person: Person, *, at: At) -> dict[str, Any]:
    """What the browser needs to make a passkey; on a shared browser one that lives elsewhere, on a telephone or key."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    policies.check_may_change_factors(at)
    return passkeys.begin_add(_user(person), _bound(at), shared=shared.is_shared(at.browser_id))


def is_shared(at: At) -> bool:
    """Whether this browser belongs to a unit, so that no passkey may live in it."""
    return shared.is_shared(at.browser_id)


def begin_proof(person: Person, *, at: At) -> dict[str, Any]:
    """What the browser needs to ask for a passkey that proves again who `person` is."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    return passkeys.begin_use(passkeys.AGAIN, _bound(at))


def add_passkey(person: Person, answer: str, label: str, *, at: At, whence: From) -> None:
    """Keep the passkey that the device has made. Raises Refused."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    policies.check_may_change_factors(at)
    on_shared = shared.is_shared(at.browser_id)
    refused = None
    with transaction.atomic(using="gate"):
        try:
            passkeys.add(_user(person), answer, _bound(at), label=label, shared=on_shared)
            _note(events.PASSKEY_ADDED, person, at, whence)
        except passkeys.Refused as failed:
            _note(events.PASSKEY_REFUSED, person, at, whence, outcome=failed.why)
            refused = failed
    if refused:
        raise Refused(_("The passkey was not accepted. Load the page again and try once more."))


def rename_passkey(person: Person, factor_id: UUID, label: str, *, at: At, whence: From) -> None:
    """Give one of one's passkeys another name. Raises Refused where it is gone."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    with transaction.atomic(using="gate"):
        if not passkeys.relabel(_user(person), _own_factor(person, factor_id, passkeys.KIND), label):
            raise Refused(_("That is gone already."))
        _note(events.PASSKEY_RENAMED, person, at, whence)


def remove_passkey(person: Person, factor_id: UUID, *, at: At, whence: From) -> None:
    """Remove one of one's passkeys, never the last way in. Raises Refused."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    policies.check_may_change_factors(at)
    with transaction.atomic(using="gate"):
        factor = _own_factor(person, factor_id, passkeys.KIND)
        policies.check_another_way_stays(_user(person), factor)
        factor.delete()
        _note(events.PASSKEY_REMOVED, person, at, whence)


def remove_codes(person: Person, *, at: At, whence: From) -> None:
    """Remove one's one-time codes, never the last way in. Raises Refused."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    policies.check_may_change_factors(at)
    with transaction.atomic(using="gate"):
        factor = _own_factor(person, None, "totp")
        policies.check_another_way_stays(_user(person), factor)
        factor.delete()
        _note(events.FACTOR_REMOVED, person, at, whence)


def look_at_asking(person: Person, code: str, *, at: At, whence: From) -> tuple[Vouching, str]:
    """Who asks under that code, and their name, for a colleague who may vouch. Raises Refused."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    if tries.reserve([("vouch code", person.actor.person_id.bytes, tries.TRIES_KNOWN)]):
        raise Refused(_("Too many tries. Wait a quarter of an hour."))
    waits = queries.asked_for(code)
    if waits is not None:
        tries.refund(("vouch code", person.actor.person_id.bytes, tries.TRIES_KNOWN))
    else:
        _note(events.VOUCH_REFUSED, person, at, whence, outcome="no such code")
        raise Refused(_("Nobody waits under that code. Ask for it again; it works for one hour."))
    try:
        policies.check_may_vouch(person.actor, at, waits.user_id, queries.units_of(waits.user_id))
    except Refused:
        _note(events.VOUCH_REFUSED, person, at, whence, outcome="may not")
        raise
    return waits, open_text(waits.user, "name")


def vouch(person: Person, code: str, password: str, *, at: At, whence: From) -> int:
    """Vouch for the colleague who waits under `code`, with one's own password; how many have. Raises Refused."""
    waits, _name = look_at_asking(person, code, at=at, whence=whence)
    proving.check_password(person.actor.person_id, password, at=at, whence=whence)
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.vouch(%s)", [waits.id])
        count = int(cursor.fetchone()[0])
    if not count:
        raise Refused(_("You have vouched already, or two others have."))
    record(events.VOUCHED, on=("user", waits.user_id), shown=[waits.user_id], outcome=f"{count} of 2")
    return count


def end_own_session(person: Person, session_id: UUID, *, whence: From) -> bool:
    """End one of one's own sessions; False where it is not one's own or has ended."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    session = Session.objects.filter(id=session_id, user_id=person.actor.person_id, ended_at=None).first()
    if session is None:
        return False
    ended = At("live", session.id, session.kind, session.customer_id, session.user_id)
    end(ended, "ended by oneself", address=whence.address, agent=whence.agent)
    return True


def _bound(at: At) -> bytes:
    return at.id.bytes if at.id else b""


def _own_factor(person: Person, factor_id: UUID | None, kind: str) -> Factor:
    """A factor of one's own; all of them are locked, so that of two removals at once the second sees the first."""
    own = Factor.objects.select_for_update().filter(user_id=person.actor.person_id, kind__in=["totp", passkeys.KIND])
    fitting = [f for f in own if f.kind == kind and f.confirmed_at and (factor_id is None or f.id == factor_id)]
    if not fitting:
        raise Refused(_("That is gone already."))
    return fitting[0]


def _user(person: Person) -> User:
    return User.objects.using("gate").select_related("customer").get(id=person.actor.person_id)


def _note(action: Action, person: Person, at: At, whence: From, outcome: str = "done") -> None:
    record_at_gate(
        action, customer_id=person.actor.customer_id, actor=person.actor.user_id, session=at.id,
        on=("user", person.actor.user_id), outcome=outcome, address=whence.address, agent=whence.agent,
    )  # fmt: skip

"""What somebody does with their own account. All of it happens at the gate, each act with its event."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity import events, passwords, signing_in
from heretask.kernel.identity.models import BrowserPerson, Credential, Factor, Session, User
from heretask.kernel.identity.people import Person
from heretask.kernel.identity.sessions import At, end, end_others
from heretask.kernel.identity.signing_in import From
from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.log.registry import Action


class WrongPassword(Exception):
    """The present password does not fit, or too many tries were made; the message says which."""


def prove(person: Person, password: str) -> Credential:
    """The credential of `person` where the present password fits; counted and throttled like a sign-in."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    user_id = person.actor.person_id
    if signing_in.reserve([("proof", user_id.bytes, signing_in.TRIES_KNOWN)]):
        raise WrongPassword(_("Too many tries. Wait a quarter of an hour."))
    credential = Credential.objects.get(user_id=user_id)
    if not passwords.matches(password, credential.password):
        raise WrongPassword(_("That is not your present password."))
    signing_in.refund(("proof", user_id.bytes, signing_in.TRIES_KNOWN))
    return credential


def change_password(person: Person, current: str, password: str, *, at: At, whence: From) -> int:
    """Change one's own password; every other session ends and each browser asks for the code again (LOGIN-2)."""
    credential = prove(person, current)
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
    return signing_in.pending_secret(_user(person))


def confirm_factor(person: Person, current: str, code: str, *, whence: From) -> list[str]:
    """Confirm the new one-time codes; the recovery codes to be shown once, or nothing where the code does not fit."""
    prove(person, current)
    with transaction.atomic(using="gate"):
        return signing_in.confirm_pending(_user(person), code, whence)


def new_recovery_codes(person: Person, current: str, *, whence: From) -> list[str]:
    """New recovery codes, to be shown once."""
    prove(person, current)
    if not Factor.objects.filter(user_id=person.actor.person_id, kind="totp").exclude(confirmed_at=None).exists():
        raise WrongPassword(_("Set up one-time codes first."))
    with transaction.atomic(using="gate"):
        return signing_in.new_recovery_codes(_user(person), whence)


def end_own_session(person: Person, session_id: UUID, *, whence: From) -> bool:
    """End one of one's own sessions; False where it is not one's own or has ended."""
    check(person.actor, Permission.PLATFORM_ACCOUNT_OWN)
    session = Session.objects.filter(id=session_id, user_id=person.actor.person_id, ended_at=None).first()
    if session is None:
        return False
    ended = At("live", session.id, session.kind, session.customer_id, session.user_id)
    end(ended, "ended by oneself", address=whence.address, agent=whence.agent)
    return True


def _user(person: Person) -> User:
    return User.objects.using("gate").select_related("customer").get(id=person.actor.person_id)


def _note(action: Action, person: Person, at: At, whence: From) -> None:
    record_at_gate(
        action, customer_id=person.actor.customer_id, actor=person.actor.user_id, session=at.id,
        on=("user", person.actor.user_id), address=whence.address, agent=whence.agent,
    )  # fmt: skip

"""Signing in. Hashing stays outside transactions: reserve a try (own commit), hash, then one gate transaction.

Unknown names and wrong passwords get the same answer after the same work. The account's own counter is separate for a
browser the person has used before, so nobody can lock a carer out on purpose.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Q
from django.db.models.functions import Now

from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.secrets.keys import keyed_hash, open_bytes, unwrap_customer_key
from heretask.kernel.secrets.opening import place_of
from heretask.kernel.staff.eligibility import Scope
from heretask.kernel.staff.gate import NotEligible, check_eligible
from heretask.kernel.tenancy.models import Customer, CustomerKind

from . import events, passkeys, passwords, vouching
from .factors import (
    confirm_pending,
    may_be_vouched_for,
    needs_second_factor,
    pending_secret,
    second_factors,
    use_code,
)
from .models import Browser, BrowserPerson, Credential, Session, User
from .people import fold_user_name
from .sessions import SHUT, At, begin, end_others
from .tries import TRIES_KNOWN, TRIES_NETWORK, TRIES_STRANGER, refund, reserve
from .whence import From, note

KEPT_OUT = SHUT | {"stopped"}  # by the customer's guidelines, or by the staff register
SECOND_FACTOR_LASTS = dt.timedelta(hours=12)
NOBODYS = UUID(int=0)  # no customer's id: looked for where there is no such customer, so that the work is the same


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try: in, code, password (to be changed), factor (to be set up), refused, wait, or one of KEPT_OUT.

    `why` says to somebody of the supplier who has proved to be themselves why they are stopped.
    """

    kind: str
    token: str = ""
    mark: str = ""
    why: str = ""


def by_password(given: str, password: str, *, at: At, whence: From) -> Outcome:
    """Try a user name (`anna@solsikken`) and a password."""
    customer, user = _find(given)
    browser = _browser(whence.mark)
    counters = _counters(given, user, browser, whence)
    refused = reserve(counters)
    if refused:
        note(events.THROTTLED, customer, user, whence, refused)
        return Outcome("wait")
    credential = Credential.objects.filter(user_id=user.id if user else NOBODYS).first()
    right = passwords.matches(password, credential.password if credential else "")
    with transaction.atomic(using="gate"):
        if not right or user is None or credential is None or not _still(user, credential):
            note(events.SIGN_IN_FAILED if user else events.SIGN_IN_UNKNOWN, customer, user, whence, "failed", given)
            return Outcome("refused")
        refund(counters[0])
        Credential.objects.filter(id=credential.id, first_used_at=None).update(first_used_at=Now())
        if customer and credential.length < customer.password_length <= len(password):
            credential.length = customer.password_length  # the guideline rose, and the password is long enough
            Credential.objects.filter(id=credential.id).update(length=credential.length)
        return _next(user, customer, credential, browser, at, whence)


def by_link(link: str, *, at: At, whence: From) -> Outcome:
    """Use a one-time link: once, within its 72 hours; leads to choosing a password."""
    if reserve([("network", whence.address.encode(), TRIES_NETWORK)]):
        return Outcome("wait")
    hashed = hashlib.sha256(link.encode()).digest()
    with transaction.atomic(using="gate"):
        credential = Credential.objects.select_for_update().filter(link_hash=hashed, link_until__gt=Now()).first()
        user = User.objects.using("gate").filter(id=credential.user_id, active=True).first() if credential else None
        if credential is None or user is None:
            return Outcome("refused")
        Credential.objects.filter(id=credential.id).update(link_hash=None, first_used_at=Now())
        customer = Customer.objects.using("gate").get(id=user.owner_id)
        record_at_gate(
            events.LINK_USED, customer_id=customer.id, actor=user.id, address=whence.address, agent=whence.agent
        )
        return _door(user, "password", _browser(whence.mark), at, whence)


def by_code(given: str, *, at: At, whence: From) -> Outcome:
    """Give the second factor at the door: a one-time code or a recovery code, each accepted once."""
    if not at.at_door or at.purpose != "code" or at.user_id is None or at.customer_id is None:
        return Outcome("refused")
    counters = [("code", at.user_id.bytes, TRIES_KNOWN), ("network", whence.address.encode(), TRIES_NETWORK)]
    refused = reserve(counters)
    user = User.objects.using("gate").select_related("customer").get(id=at.user_id)
    if refused:
        note(events.THROTTLED, user.customer, user, whence, refused)
        return Outcome("wait")
    with transaction.atomic(using="gate"):
        if not user.active or not use_code(user, given):
            note(events.CODE_FAILED, user.customer, user, whence, "failed")
            return Outcome("refused")
        refund(counters[0])
        browser = _browser_at(at)
        return _let_in(user, user.customer, browser, at, whence, second=True)


def by_passkey(answer: str, *, bound: bytes, at: At, whence: From) -> Outcome:
    """Sign in with a passkey, which is both factors: without a name, or instead of a code after the password."""
    if reserve([("network", whence.address.encode(), TRIES_NETWORK)]):
        return Outcome("wait")
    with transaction.atomic(using="gate"):
        try:
            user = passkeys.use(answer, passkeys.ENTER, bound)
        except passkeys.Refused as refused:
            action = events.PASSKEY_REFUSED if refused.user else events.PASSKEY_UNKNOWN
            note(action, refused.user.customer if refused.user else None, refused.user, whence, refused.why)
            return Outcome("refused")
        if at.at_door and at.user_id != user.id:
            note(events.PASSKEY_REFUSED, user.customer, user, whence, "another at the door")
            return Outcome("refused")
        browser = _browser_at(at) if at.at_door else _browser(whence.mark)
        return _let_in(user, user.customer, browser, at, whence, second=True, how="passkey")


def ask_colleagues(*, at: At, whence: From) -> str:
    """The code to read aloud to two colleagues, for somebody at the door whose second factor is lost; '' where not."""
    if not at.at_door or at.purpose != "code" or at.user_id is None or at.browser_id is None:
        return ""
    user = User.objects.using("gate").select_related("customer").get(id=at.user_id)
    if not may_be_vouched_for(user, user.customer) or reserve([("vouch", user.id.bytes, TRIES_KNOWN)]):
        return ""
    with transaction.atomic(using="gate"):
        note(events.VOUCH_ASKED, user.customer, user, whence, "asked")
        return vouching.ask(user, at.browser_id)


def by_colleagues(*, at: At, whence: From) -> Outcome:
    """One session without the second factor, where two colleagues have vouched; used up by it."""
    if not at.at_door or at.purpose != "code" or at.user_id is None or at.browser_id is None:
        return Outcome("refused")
    user = User.objects.using("gate").select_related("customer").get(id=at.user_id)
    with transaction.atomic(using="gate"):
        until = vouching.use(user.id, at.browser_id) if may_be_vouched_for(user, user.customer) else None
        if until is None or not user.active:
            return Outcome("refused")
        note(events.VOUCH_USED, user.customer, user, whence, "done")
        return _let_in(user, user.customer, _browser_at(at), at, whence, second=False, vouched_until=until)


def begin_passkey(*, bound: bytes, whence: From) -> dict[str, Any] | None:
    """What a browser at the door needs to ask for a passkey; None where too many were asked for from there."""
    if reserve([("challenge", whence.address.encode(), TRIES_NETWORK)]):
        return None
    return passkeys.begin_use(passkeys.ENTER, bound)


def choose_password(password: str, *, at: At, whence: From) -> Outcome:
    """Set the password at the door (after a start password or a link). Raises WeakPassword with the reasons."""
    if not at.at_door or at.purpose != "password" or at.user_id is None:
        return Outcome("refused")
    user = User.objects.using("gate").select_related("customer").get(id=at.user_id)
    floor = max(passwords.FLOOR, user.customer.password_length)
    passwords.check_password_is_strong(password, floor=floor, about=(user.user_name, user.customer.slug, *_names(user)))
    old = Credential.objects.get(user_id=user.id)
    if old.password and passwords.matches(password, old.password):
        from django.utils.translation import gettext as _

        raise passwords.WeakPassword([_("Choose another password than the start password.")])
    hashed = passwords.hash_of(password)
    with transaction.atomic(using="gate"):
        Credential.objects.filter(user_id=user.id).update(
            password=hashed, rule=passwords.RULE, set_at=Now(), start_until=None, link_hash=None, link_until=None,
            length=floor,
        )  # fmt: skip
        end_others(user.id, user.owner_id, but=at.id, reason="password changed")
        note(events.PASSWORD_CHANGED, user.customer, user, whence, "done")
        browser = _browser_at(at)
        credential = Credential.objects.get(user_id=user.id)
        return _next(user, user.customer, credential, browser, at, whence)


def length_at(at: At) -> int:
    """How many characters a new password of whoever is at the door must have."""
    if at.customer_id is None:
        return passwords.FLOOR
    return max(passwords.FLOOR, Customer.objects.using("gate").get(id=at.customer_id).password_length)


def _names(user: User) -> list[str]:
    """The person's own names, which no password of theirs may contain."""
    key = unwrap_customer_key(user.owner_id, user.customer.wrapped_key)
    place = place_of(user.owner_id, user, "name")
    return open_bytes(key, bytes(user.name), place).decode().split() if user.name else []


def begin_factor(at: At) -> tuple[User, bytes]:
    """The secret that somebody at the door is setting up: made once, shown until it is confirmed."""
    if at.user_id is None:
        raise ValueError("nobody is at the door")
    user = User.objects.using("gate").select_related("customer").get(id=at.user_id)
    return user, pending_secret(user)


def confirm_factor(given: str, *, at: At, whence: From) -> tuple[Outcome, list[str]]:
    """Confirm the new one-time codes with the first code; returns the recovery codes, to be shown once."""
    if not at.at_door or at.purpose != "factor" or at.user_id is None:
        return Outcome("refused"), []
    user = User.objects.using("gate").select_related("customer").get(id=at.user_id)
    if reserve([("code", user.id.bytes, TRIES_KNOWN)]):
        return Outcome("wait"), []
    with transaction.atomic(using="gate"):
        made = confirm_pending(user, given, whence)
        if not made:
            return Outcome("refused"), []
        browser = _browser_at(at)
        return _let_in(user, user.customer, browser, at, whence, second=True), made


def _find(given: str) -> tuple[Customer | None, User | None]:
    """Who is meant by `anna@solsikken`; the same two queries whether or not anybody is."""
    name, _at, slug = fold_user_name(given)[:120].partition("@")
    customer = Customer.objects.using("gate").filter(slug=slug.replace("\x00", ""), active=True).first()
    user = (
        User.objects.using("gate")
        .filter(customer_id=customer.id if customer else NOBODYS, user_name=name.replace("\x00", ""), active=True)
        .exclude(customer__kind=CustomerKind.SYNTHETIC)
        .select_related("customer")
        .first()
    )
    return customer, user


def _still(user: User, credential: Credential) -> bool:
    """Whether account and password are what they were before the slow hash; a start password lives 72 hours."""
    return (
        User.objects.using("gate").filter(id=user.id, active=True).exists()
        and Credential.objects.filter(id=credential.id, password=credential.password)
        .filter(Q(start_until=None) | Q(start_until__gt=Now()))
        .exists()
    )


def _browser(mark: str) -> Browser | None:
    return Browser.objects.filter(mark=hashlib.sha256(mark.encode()).digest()).first() if mark else None


def _browser_at(at: At) -> Browser | None:
    return Browser.objects.filter(id=at.browser_id).first() if at.browser_id else None


def _counters(given: str, user: User | None, browser: Browser | None, whence: From) -> list[tuple[str, bytes, int]]:
    known = user and browser and BrowserPerson.objects.filter(browser_id=browser.id, user_id=user.id).exists()
    if known and user and browser:
        own = ("person+browser", user.id.bytes + browser.id.bytes, TRIES_KNOWN)
    else:
        own = ("person", keyed_hash("throttle", fold_user_name(given)), TRIES_STRANGER)
    return [own, ("network", whence.address.encode(), TRIES_NETWORK)]


def _next(
    user: User, customer: Customer | None, credential: Credential, browser: Browser | None, at: At, whence: From
) -> Outcome:
    """What is still missing after the password: another password, a code, a factor; or nothing."""
    if customer is None:
        return Outcome("refused")
    has_factor = second_factors(user.id).exists()
    kept_out = _kept_out(user, customer, whence)
    if not has_factor:  # before anything is set up in vain
        kept_out = kept_out or _stopped(user, customer, whence)
    if kept_out:
        return kept_out
    too_short = credential.length < customer.password_length
    if credential.start_until is not None or not credential.password or too_short:
        return _door(user, "password", browser, at, whence)
    fresh = (
        browser is not None
        and BrowserPerson.objects.filter(
            browser_id=browser.id, user_id=user.id, second_factor_at__gt=Now() - SECOND_FACTOR_LASTS
        ).exists()
    )
    goes_on = vouching.goes_on(user.id, browser.id) if has_factor and not fresh and browser else None
    if goes_on and may_be_vouched_for(user, customer):
        return _let_in(user, customer, browser, at, whence, second=False, vouched_until=goes_on)
    if has_factor and not fresh:
        note(events.CODE_ASKED, customer, user, whence, "asked")
        return _door(user, "code", browser, at, whence)
    if not has_factor and needs_second_factor(user, customer):
        return _door(user, "factor", browser, at, whence)
    return _let_in(user, customer, browser, at, whence, second=False)


def _kept_out(user: User, customer: Customer, whence: From) -> Outcome | None:
    """What keeps somebody out now, whatever they know: the hours or networks of the customer's guidelines."""
    with connections["gate"].cursor() as cursor:
        cursor.execute("select ht.shut_for(%s, %s)", [customer.id, whence.address])
        shut = cursor.fetchone()[0]
    if not shut:
        return None
    note(events.SHUT_OUT, customer, user, whence, shut)
    return Outcome(shut)


def _door(user: User, purpose: str, browser: Browser | None, at: At, whence: From) -> Outcome:
    browser, mark = _known_browser(browser)
    token, _id = begin(
        "door", customer_id=user.owner_id, user_id=user.id, ends=at, purpose=purpose,
        browser_id=browser.id, address=whence.address[:64], agent=whence.agent[:200],
    )  # fmt: skip
    return Outcome(purpose, token, mark)


def _let_in(
    user: User, customer: Customer, browser: Browser | None, at: At, whence: From, *, second: bool, how: str = "",
    vouched_until: dt.datetime | None = None,
) -> Outcome:  # fmt: skip
    if kept_out := _kept_out(user, customer, whence) or _stopped(user, customer, whence):
        return kept_out
    how = how or ("second factor" if second else "vouched" if vouched_until else "password")
    browser, mark = _known_browser(browser)
    person, _made = BrowserPerson.objects.get_or_create(browser_id=browser.id, user_id=user.id)
    seen = {"signed_in_at": Now()} | ({"second_factor_at": Now()} if second else {})
    BrowserPerson.objects.filter(id=person.id).update(**seen)
    token, session_id = begin(
        "person", customer_id=customer.id, user_id=user.id, ends=at, idle_limit=min(300, customer.idle_seconds),
        browser_id=browser.id, proved_at=Now(), second_factor_at=Now() if second else None,
        ends_at=vouched_until, purpose=vouching.VOUCHED if vouched_until else "",
        address=whence.address[:64], agent=whence.agent[:200],
    )  # fmt: skip
    record_at_gate(
        events.SIGNED_IN, customer_id=customer.id, actor=user.id, session=session_id, on=("session", session_id),
        outcome=how, address=whence.address, agent=whence.agent,
    )  # fmt: skip
    return Outcome("in", token, mark)


def _stopped(user: User, customer: Customer, whence: From) -> Outcome | None:
    """That the staff register does not let somebody of the supplier in (STAFF-1, CONF-1); else None.

    Asked once they have proved to be themselves. The database asks again when the session is stored.
    """
    if customer.kind != CustomerKind.SUPPLIER:
        return None
    try:
        check_eligible(user.id, Scope.SIGN_IN)
    except NotEligible as why:
        note(events.STOPPED, customer, user, whence, "stopped")
        return Outcome("stopped", why=str(why))
    return None


def _known_browser(browser: Browser | None) -> tuple[Browser, str]:
    if browser:
        return browser, ""
    mark = secrets.token_urlsafe(32)
    return Browser.objects.create(mark=hashlib.sha256(mark.encode()).digest()), mark


def live_sessions(user_id: UUID) -> list[Session]:
    """The sessions of a user that live now, newest first."""
    return list(Session.objects.filter(user_id=user_id, kind="person", ended_at=None).order_by("-last_act"))

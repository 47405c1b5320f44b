"""Passkeys (WebAuthn). One is both factors: it is made and used only where the device has checked its owner.

A challenge is a row known by its hash: for one purpose, bound to one browser or session, deleted by its use. What
fails after that leaves it deleted, so nothing can be tried twice on one challenge.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import struct
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAttachment,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from heretask.kernel.secrets.keys import open_bytes, seal_bytes, unwrap_customer_key
from heretask.kernel.tenancy.models import CustomerKind

from .models import Challenge, Credential, Factor, User

KIND = "passkey"
SECONDS = 300  # how long a challenge waits for its answer
LONGEST = 20_000  # characters of an answer; a real one has some 1,500
ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256: what devices have, and nothing that is broken
ADD, ENTER, AGAIN = "add", "enter", "again"
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, struct.error, RecursionError)


class Refused(Exception):
    """The answer of a device was not accepted; `why` is a word for the log, `user` whose passkey it is, if known."""

    def __init__(self, why: str, user: User | None = None) -> None:
        super().__init__(why)
        self.why, self.user = why, user


def begin_add(user: User, bound: bytes, *, shared: bool) -> dict[str, Any]:
    """What a browser needs to make a passkey for `user`. On a shared one the passkey must live elsewhere."""
    held = [
        PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=bytes(f.credential_id))
        for f in Factor.objects.filter(user_id=user.id, kind=KIND)
        if f.credential_id is not None
    ]
    name = f"{user.user_name}@{user.customer.slug}"
    challenge = _make_challenge(ADD, bound)
    options, _state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=_handle(user), name=name, display_name=name), held,
        ResidentKeyRequirement.REQUIRED, UserVerificationRequirement.REQUIRED,
        AuthenticatorAttachment.CROSS_PLATFORM if shared else None, challenge=challenge,
    )  # fmt: skip
    return dict(options)


def add(user: User, answer: str, bound: bytes, *, label: str, shared: bool) -> Factor:
    """Keep the passkey that a device has made. In a gate transaction. Raises Refused."""
    try:
        given = _read(answer)
        parsed = RegistrationResponse.from_dict(given)
        state = _take(parsed.response.client_data.challenge, ADD, bound)
        made = _server().register_complete(state, parsed).credential_data
    except _UNREADABLE as unreadable:
        raise Refused("unreadable", user) from unreadable
    if made is None or made.public_key.get(3) not in ALGORITHMS or len(made.credential_id) > 1023:
        raise Refused("algorithm", user)
    if shared and given.get("authenticatorAttachment") == AuthenticatorAttachment.PLATFORM.value:
        raise Refused("shared browser", user)
    counter = parsed.response.attestation_object.auth_data.counter
    factor = Factor(
        customer_id=user.owner_id, user_id=user.id, kind=KIND, secret=b"", credential_id=made.credential_id,
        credential=bytes(made), sign_count=counter, confirmed_at=timezone.now(),
    )  # fmt: skip
    factor.label = _sealed_label(user, factor, label)
    try:
        with transaction.atomic(using="gate"):
            factor.save(force_insert=True)
    except IntegrityError as known:
        raise Refused("known already", user) from known
    return factor


def begin_use(purpose: str, bound: bytes) -> dict[str, Any]:
    """What a browser needs to ask for any passkey of ours: nobody's name is told before it has answered."""
    challenge = _make_challenge(purpose, bound)
    options, _state = _server().authenticate_begin(
        user_verification=UserVerificationRequirement.REQUIRED, challenge=challenge
    )
    return dict(options)


def use(answer: str, purpose: str, bound: bytes) -> User:
    """Whose passkey answered the challenge. In a gate transaction. Raises Refused.

    Of a copied device one of the two falls behind in counting: then the UPDATE meets no row. A count that stays at 0
    is normal for passkeys that several devices share.
    """
    try:
        parsed = AuthenticationResponse.from_dict(_read(answer))
        state = _take(parsed.response.client_data.challenge, purpose, bound)
        counter, handle = parsed.response.authenticator_data.counter, parsed.response.user_handle
    except _UNREADABLE as unreadable:
        raise Refused("unreadable") from unreadable
    factor = Factor.objects.filter(kind=KIND, credential_id=parsed.raw_id).first()
    if factor is None or factor.credential is None:
        raise Refused("unknown")
    user = User.objects.using("gate").select_related("customer").get(id=factor.user_id)
    try:
        _server().authenticate_complete(state, [AttestedCredentialData(bytes(factor.credential))], parsed)
    except _UNREADABLE as wrong:
        raise Refused("signature", user) from wrong
    own = Credential.objects.filter(user_id=user.id).values_list("handle", flat=True).first()
    if handle is not None and (own is None or bytes(own) != bytes(handle)):
        raise Refused("handle", user)
    if not user.active or not user.customer.active or user.customer.kind == CustomerKind.SYNTHETIC:
        raise Refused("closed", user)
    grows = Q(sign_count__lt=counter) if counter else Q(sign_count=0)
    if not Factor.objects.filter(grows, id=factor.id).update(sign_count=counter, used_at=Now()):
        raise Refused("counter", user)
    return user


def relabel(user: User, factor: Factor, label: str) -> bool:
    """Give a passkey another label; False where it is gone."""
    sealed = _sealed_label(user, factor, label)
    return bool(Factor.objects.filter(id=factor.id, user_id=user.id, kind=KIND).update(label=sealed))


def label_of(user: User, factor: Factor) -> str:
    """What its owner calls a passkey."""
    if not factor.label:
        return ""
    key = unwrap_customer_key(user.owner_id, user.customer.wrapped_key)
    return open_bytes(key, bytes(factor.label), _label_place(factor)).decode()


def has_passkey(user_id: UUID) -> bool:
    """Whether there is one to ask for."""
    return Factor.objects.filter(user_id=user_id, kind=KIND).exists()


def _make_challenge(purpose: str, bound: bytes) -> bytes:
    challenge = secrets.token_bytes(32)
    Challenge.objects.filter(until__lt=Now()).delete()
    until = Now() + dt.timedelta(seconds=SECONDS)
    Challenge.objects.create(hash=hashlib.sha256(challenge).digest(), purpose=purpose, bound=bound, until=until)
    return challenge


def _take(challenge: bytes, purpose: str, bound: bytes) -> dict[str, Any]:
    """Use a challenge up: of parallel answers one deletes the row."""
    hashed = hashlib.sha256(challenge).digest()
    gone, _each = Challenge.objects.filter(hash=hashed, purpose=purpose, bound=bound, until__gt=Now()).delete()
    if not gone:
        raise Refused("challenge")
    return {"challenge": websafe_encode(challenge), "user_verification": UserVerificationRequirement.REQUIRED}


_BYTES = ("clientDataJSON", "authenticatorData", "attestationObject", "signature", "userHandle")


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST:
        raise ValueError("too long")
    given = json.loads(answer)
    if not isinstance(given, dict):
        raise TypeError("not an object")
    said = given.get("response")
    texts = [given.get("id"), given.get("rawId"), *(said.get(key) for key in _BYTES)] if isinstance(said, dict) else [0]
    if not all(text is None or isinstance(text, str) for text in texts):
        raise TypeError("not text")  # a number where bytes belong would be taken for how many bytes to make
    return given


def _handle(user: User) -> bytes:
    """What passkeys know their owner by: random, the same for all of a person's passkeys."""
    made = secrets.token_bytes(32)
    Credential.objects.filter(user_id=user.id, handle=None).update(handle=made)
    return bytes(Credential.objects.get(user_id=user.id).handle or b"")


def _sealed_label(user: User, factor: Factor, label: str) -> bytes:
    key = unwrap_customer_key(user.owner_id, user.customer.wrapped_key)
    return seal_bytes(key, " ".join(label.split())[:60].encode(), _label_place(factor))


def _label_place(factor: Factor) -> bytes:
    return b"kernel_factor|label|" + factor.customer_id.bytes + factor.id.bytes


@cache
def _server() -> Fido2Server:
    """Answers only to our own address: a passkey made or used on any other page is refused."""
    address = settings.HERETASK_ADDRESS
    us = PublicKeyCredentialRpEntity(id=urlsplit(address).hostname or "", name="HereTask")
    server = Fido2Server(us, verify_origin=lambda origin: origin == address)
    server.allowed_algorithms = [
        PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=alg) for alg in ALGORITHMS
    ]
    return server

"""Proving again who one is, before something dangerous: with the password or a passkey, by whoever is signed in.

Each proof gives the session a new token, and never a longer life: its end, its browser and its second factor stay.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.log.gate import record_at_gate

from . import events, passkeys, passwords
from .models import Credential, Session
from .sessions import At, begin
from .tries import TRIES_KNOWN, refund, reserve
from .whence import From

FRESH = dt.timedelta(minutes=5)


class NotProved(Exception):
    """Who one is was not proved; the message is a sentence for the person who tried."""


def is_fresh(at: At) -> bool:
    """Whether the session's person has proved who they are within the last five minutes."""
    return at.proved_at is not None and at.proved_at > timezone.now() - FRESH


def check_password(user_id: UUID, password: str, *, at: At, whence: From) -> Credential:
    """The credential whose password fits; counted and throttled like a sign-in. Raises NotProved."""
    counter = ("proof", user_id.bytes, TRIES_KNOWN)
    if reserve([counter]):
        _note_failure(at, whence, "wait")
        raise NotProved(_("Too many tries. Wait a quarter of an hour."))
    credential = Credential.objects.filter(user_id=user_id).first()
    if not passwords.matches(password, credential.password if credential else "") or credential is None:
        _note_failure(at, whence, "password")
        raise NotProved(_("That is not your present password."))
    refund(counter)
    return credential


def by_password(password: str, *, at: At, whence: From) -> str:
    """A new token for this session, for the right password. Raises NotProved."""
    if at.user_id is None:
        raise NotProved(_("That is not your present password."))
    credential = check_password(at.user_id, password, at=at, whence=whence)
    with transaction.atomic(using="gate"):
        if not Credential.objects.filter(id=credential.id, password=credential.password).exists():
            raise NotProved(_("That is not your present password."))
        return _stepped_up(at, whence, "password")


def by_passkey(answer: str, *, at: At, whence: From) -> str:
    """A new token for this session, for a passkey of the same person. Raises NotProved."""
    sentence = _("This passkey was not accepted. Try again, or use your password.")
    token = ""
    with transaction.atomic(using="gate"):
        try:
            user = passkeys.use(answer, passkeys.AGAIN, at.id.bytes if at.id else b"")
        except passkeys.Refused as refused:
            _note_failure(at, whence, f"passkey: {refused.why}")
        else:
            if user.id == at.user_id:
                token = _stepped_up(at, whence, "passkey")
            else:
                _note_failure(at, whence, "passkey of another")
    if not token:  # raised after COMMIT: the challenge is used up, whatever came of it
        raise NotProved(sentence)
    return token


def _stepped_up(at: At, whence: From, how: str) -> str:
    """A new session in the place of this one. Raises NotProved where it has ended meanwhile."""
    live = Session.objects.select_for_update().filter(ended_at=None, kind="person")
    before = live.filter(id=at.id).first() if at.id else None
    if before is None or before.user_id is None:
        raise NotProved(_("Your session has ended."))
    token, session_id = begin(
        "person", customer_id=before.customer_id, user_id=before.user_id, ends=at, idle_limit=before.idle_limit,
        ends_at=before.ends_at, browser_id=before.browser_id, purpose=before.purpose, proved_at=Now(),
        second_factor_at=before.second_factor_at, address=whence.address[:64], agent=whence.agent[:200],
    )  # fmt: skip
    record_at_gate(
        events.PROVED, customer_id=before.customer_id, actor=before.user_id, session=session_id,
        on=("session", session_id), outcome=how, address=whence.address, agent=whence.agent,
    )  # fmt: skip
    return token


def _note_failure(at: At, whence: From, outcome: str) -> None:
    if at.customer_id is None:
        return
    record_at_gate(
        events.PROOF_FAILED, customer_id=at.customer_id, actor=at.user_id, session=at.id, outcome=outcome,
        address=whence.address, agent=whence.agent,
    )  # fmt: skip

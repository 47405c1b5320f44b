"""What leaves by mail and SMS: made untrue from outside (DATA-5)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from heretask.kernel.evidence.measuring import State
from heretask.kernel.identity.sessions import operator
from heretask.kernel.outbox.addresses import CONFIRM
from heretask.kernel.outbox.models import MailState, OutgoingMail, Way
from heretask.kernel.outbox.telephones import CODE
from heretask.kernel.secrets.opening import seal
from tests import database
from tests.system.breakers.breaking import Breaker, Kept, breaker, breakers_of, turns_red_alone_and_back, without
from tests.system.world import World


@contextmanager
def left_by_mail(world: World, words: str) -> Iterator[None]:
    """A mail that went out with those words behind our own, as if no guard had looked at it."""
    with operator(world.cast.solsikken, "test"):
        given = {"confirm": str(uuid4())}
        mail = OutgoingMail(
            user_id=world.cast.anna.user.id, letter=CONFIRM.key, parameters=given, state=MailState.SENT,
            customer_id=world.cast.solsikken.id,
        )  # fmt: skip
        seal(mail, address="post@example.dk", text=CONFIRM.finished(given, "da").text + words)
        mail.save(force_insert=True)
    try:
        yield
    finally:
        with operator(world.cast.solsikken, "test"):
            OutgoingMail.objects.filter(id=mail.id).delete()


@contextmanager
def left_by_sms(world: World, words: str) -> Iterator[None]:
    """An SMS that went out with those words behind our own, of a customer that lets SMS go."""
    customer = world.cast.solsikken.id
    with database.superuser() as admin:
        admin.execute("update kernel_customer set sms = true where id = %s", [customer])
    with operator(world.cast.solsikken, "test"):
        given = {"code": "123456"}
        text = OutgoingMail(
            user_id=world.cast.anna.user.id, way=Way.SMS, letter=CODE.key, parameters=given, state=MailState.SENT,
            customer_id=customer,
        )  # fmt: skip
        seal(text, address="4520000000", text=CODE.finished(given, "da", Way.SMS).text + words)
        text.save(force_insert=True)
    try:
        yield
    finally:
        with operator(world.cast.solsikken, "test"):
            OutgoingMail.objects.filter(id=text.id).delete()
        with database.superuser() as admin:
            admin.execute("update kernel_customer set sms = false where id = %s", [customer])


@breaker("DATA-5")
def a_mail_with_a_citizens_name(world: World) -> Iterator[None]:
    with left_by_mail(world, " Birthe "):
        yield


@breaker("DATA-5")
def a_mail_with_a_colleagues_name(world: World) -> Iterator[None]:
    with left_by_mail(world, " Skov "):
        yield


@breaker("DATA-5")
def a_mail_with_a_cpr_number(world: World) -> Iterator[None]:
    with left_by_mail(world, " 010150-0000 "):
        yield


@breaker("DATA-5")
def an_sms_with_a_citizens_name(world: World) -> Iterator[None]:
    with left_by_sms(world, " Birthe "):
        yield


@breaker("DATA-5")
def a_database_that_takes_words_for_a_mail(_world: World) -> Iterator[None]:
    with without("kernel_outgoingmail", "outgoingmail_plain"):
        yield


@breaker("DATA-5")
def a_door_of_the_calendar_that_could_read_words(_world: World) -> Iterator[None]:
    with database.superuser() as admin:
        admin.execute("grant select (words) on platform_calendar_appointment to ht_feed")
        try:
            yield
        finally:
            admin.execute("revoke select (words) on platform_calendar_appointment from ht_feed")


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_it_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)


def test_a_mail_that_holds_nothing_is_counted_and_breaks_nothing(own_world: World) -> None:
    before = own_world.result("DATA-5").figure
    with left_by_mail(own_world, ""):
        assert own_world.result("DATA-5").state == State.HOLDS
        assert own_world.result("DATA-5").figure != before


def test_a_mail_that_was_stopped_is_a_finding(own_world: World) -> None:
    with left_by_mail(own_world, " Birthe "), operator(own_world.cast.solsikken, "test"):
        OutgoingMail.objects.update(state=MailState.REFUSED)
        found = own_world.result("DATA-5")
    assert (found.state, found.sample["mails_stopped"]) == (State.DUE, 1)


def test_an_sms_that_holds_nothing_is_counted_and_breaks_nothing(own_world: World) -> None:
    before = own_world.result("DATA-5").sample["sms"]
    with left_by_sms(own_world, ""):
        found = own_world.result("DATA-5")
    assert (found.state, found.sample["sms"]) == (State.HOLDS, before + 1)

"""Every measured promise has its breaker, and what cannot be measured never holds."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.db import transaction

from heretask.kernel.evidence.measuring import MEASURES, State
from heretask.kernel.identity.sessions import begin, operator, touch
from heretask.kernel.log.models import Event
from tests.system.breakers.breaking import BREAKERS
from tests.system.world import (
    World,
    at_address,
    sign_in,
)


def test_every_measured_promise_has_a_breaker() -> None:
    for path in Path(__file__).parent.glob("test_*.py"):
        import_module(f"{__package__}.{path.stem}")
    assert set(BREAKERS) == set(MEASURES)
    assert len(MEASURES) >= 16


def test_what_cannot_be_measured_never_holds(own_world: World) -> None:
    with at_address("https://localhost:1"):
        assert own_world.result("DATA-1").state == State.UNKNOWN
        assert own_world.result("REMOTE-3").state == State.UNKNOWN


def test_a_session_that_begins_with_a_start_password_is_found(own_world: World) -> None:
    _token, _id = begin(
        "person",
        customer_id=own_world.cast.solsikken.id,
        user_id=own_world.starter.user.id,
        address="192.0.2.7",
        agent="t",
    )
    assert own_world.result("LOGIN-2").state == State.BROKEN


def test_a_session_replaced_by_another_sign_in_has_its_end_in_the_log(own_world: World) -> None:
    member = own_world.cast.bo
    at = touch(sign_in(member), acted=True)
    with transaction.atomic(using="gate"):
        begin(
            "person",
            customer_id=own_world.cast.solsikken.id,
            user_id=member.user.id,
            ends=at,
            address="192.0.2.7",
            agent="t",
        )
    with operator(own_world.cast.solsikken, "test"):
        assert Event.objects.filter(action="identity.session.ended", object_id=at.id, outcome="replaced").count() == 1
    assert own_world.result("LOG-2").sample["no_end"] == 0

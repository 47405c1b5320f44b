"""A right that was taken back is gone on every URL at the next request, whatever took it back (ORG-3, B2, B32)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from heretask.admin.users import actions as users
from heretask.config import provision
from heretask.kernel.access.models import Assignment
from heretask.kernel.approvals import asking
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import end_others, operator
from heretask.kernel.jobs import queue
from heretask.kernel.jobs.models import Job
from heretask.kernel.supplier import governing
from heretask.kernel.tenancy.models import Unit
from heretask.ui.marks import mark_of
from tests import database
from tests.architecture.test_urls import patterns
from tests.cast import Cast
from tests.management import Two, two_managers
from tests.work import allow, work

WHY = "For the tests of what is taken back"
GUARDED = [p for p in patterns() if getattr(mark_of(p.callback), "permission", None) is not None]
PLACES = {"place": "1-" + uuid4().hex, "number": 1, "line": 0}


@pytest.fixture
def two() -> Iterator[Two]:
    with two_managers() as made:
        yield made


def address(name: str, places: list[str]) -> str:
    return reverse(name, kwargs={place: PLACES.get(place, UUID(int=7)) for place in places})


def suspended(cast: Cast, two: Two) -> None:
    with two.grethe.inside():
        login = governing.find_login(cast.eva.user_name)
        assert login is not None
        assert governing.suspend(login, WHY) >= 1


def closed(cast: Cast, two: Two) -> None:
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        user = User.objects.select_related("customer").get(id=cast.anna.user.id)
        users.give_role(user=user, role="administrator", unit=None, by=by)  # somebody must stay
        users.deactivate_user(user=User.objects.select_related("customer").get(id=cast.eva.user.id), by=by)


def new_start_password(cast: Cast, two: Two) -> None:
    with operator(cast.solsikken, "test"):
        user = User.objects.select_related("customer").get(id=cast.eva.user.id)
        users.give_start_password(user=user, by=provision.operator_of(cast.solsikken), hashed=("x", "argon2$x"))


def password_changed(cast: Cast, two: Two) -> None:
    with transaction.atomic(using="gate"):
        end_others(cast.eva.user.id, cast.solsikken.id, but=None, reason="password changed")


def customer_closed(cast: Cast, two: Two) -> None:
    with two.grethe.inside():
        made = asking.ask(asking.CLOSE, {"customer": str(cast.solsikken.id), "slug": cast.solsikken.slug}, WHY)
    with two.henrik.inside():
        asking.approve(made, bytes(made.digest).hex())
    with two.grethe.inside():
        governing.close_customer(made)


def role_ended(cast: Cast, two: Two) -> None:
    with operator(cast.solsikken, "test"):
        user = User.objects.select_related("customer").get(id=cast.anna.user.id)
        users.give_role(user=user, role="administrator", unit=None, by=provision.operator_of(cast.solsikken))
    with database.superuser() as admin:
        admin.execute("update kernel_assignment set ended_at = now() where user_id = %s", [cast.eva.user.id])


def answers(client: Client) -> dict[str, int]:
    """What every guarded URL says, by both methods; the session ends with the first if it is over, so each is asked."""
    found = {}
    for pattern in GUARDED:
        url = address(str(pattern.name), list(pattern.pattern.converters))
        for method in ("get", "post"):
            answer = getattr(client, method)(url, {"q": "x"})
            to_door = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
            found[f"{method} {pattern.name}"] = 401 if to_door else answer.status_code
    return found


@pytest.mark.parametrize(
    "act", [suspended, closed, new_start_password, password_changed, customer_closed], ids=lambda act: str(act.__name__)
)
def test_a_session_is_over_on_every_url(cast: Cast, two: Two, act: Callable[[Cast, Two], None]) -> None:
    client = cast.eva.client()
    assert client.get("/admin/users/").status_code == 200
    act(cast, two)
    assert len(GUARDED) > 60
    assert {key: code for key, code in answers(client).items() if code != 401} == {}
    if act is customer_closed:
        with database.superuser() as admin:  # the cast of other tests is another, but jobs ask for all
            admin.execute("update kernel_customer set active = true where id = %s", [cast.solsikken.id])


def test_without_a_role_every_url_is_refused(cast: Cast, two: Two) -> None:
    client = cast.eva.client()
    assert client.get("/admin/users/").status_code == 200
    role_ended(cast, two)
    assert {key: code for key, code in answers(client).items() if code != 403} == {}


def test_a_manager_who_was_replaced_is_out_and_the_others_know_it(two: Two) -> None:
    henrik = two.henrik.client()
    with database.superuser() as admin:
        admin.execute(
            "update kernel_assignment set ended_at = now() where user_id = %s and role = 'management'",
            [two.henrik.user.id],
        )
    assert {key: code for key, code in answers(henrik).items() if code != 403} == {}
    with operator(two.own, "test"):
        assert Assignment.objects.filter(role="management", ended_at=None).count() == 1


@pytest.mark.parametrize("act", [suspended, customer_closed], ids=lambda act: str(act.__name__))
def test_queued_jobs_do_nothing_any_more(cast: Cast, two: Two, act: Callable[[Cast, Two], None]) -> None:
    allow("tests.units")
    with cast.eva.inside():
        job = queue.defer("tests.units")
    act(cast, two)
    with database.superuser() as admin:
        for _try in range(3):
            work()
        admin.execute("update kernel_customer set active = true where id = %s", [cast.solsikken.id])
    with operator(cast.solsikken, "test"):
        row = Job.objects.get(id=job)
        assert (row.state, row.outcome) == ("failed", {})


def test_a_job_under_way_stops_between_two_parts(cast: Cast) -> None:
    allow("tests.suspended_midway")
    with cast.eva.inside():
        job = queue.defer("tests.suspended_midway")
    for _try in range(3):
        work()
    with operator(cast.solsikken, "test"):
        assert Job.objects.get(id=job).state == "failed"
        assert not Unit.objects.filter(name="Efter").exists()
        assert Unit.objects.filter(name="Før").exists()

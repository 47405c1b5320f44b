"""A browser at the door, and the steps that people take there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.test import Client

from heretask.kernel.identity import codes
from heretask.kernel.identity.models import Factor
from tests import database
from tests.cast import Member
from tests.passkey import Device


def browser() -> Client:
    """A browser that nobody has used yet."""
    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    client.defaults["wsgi.url_scheme"] = "https"
    return client


def where(answer: Any) -> str:
    """Where an answer leads, or its status."""
    return str(answer.headers.get("Location", answer.status_code))


def give_password(client: Client, member: Member, password: str | None = None, **more: str) -> str:
    """The first step."""
    given = {"username": member.user_name, "password": member.password if password is None else password, **more}
    return where(client.post("/sign-in/", given))


def give_code(client: Client, member: Member) -> str:
    """The second step; the clock of codes is turned back, so that a test may sign in more than once in 30 s."""
    Factor.objects.filter(user_id=member.user.id).update(last_step=0)
    return where(client.post("/sign-in/code/", {"code": codes.code_now(member.secret)}))


def sign_in(client: Client, member: Member) -> Client:
    """All steps."""
    if give_password(client, member) == "/sign-in/code/":
        assert give_code(client, member) == "/platform/today/"
    return client


def make_passkey(client: Client, device: Device, label: str = "Telefon") -> str:
    """In one's own account."""
    options = client.post("/platform/account/passkey/begin/").json()
    return where(client.post("/platform/account/passkey/", {"label": label, "credential": device.make(options)}))


def use_passkey(client: Client, device: Device, **more: str) -> str:
    """At the door."""
    options = client.post("/sign-in/passkey/begin/").json()
    return where(client.post("/sign-in/passkey/", {"credential": device.use(options), **more}))


def events(customer_id: UUID, like: str = "%") -> list[tuple[str, str]]:
    """The events of a customer with their outcomes, in order."""
    with database.superuser() as admin:
        rows = admin.execute(
            "select action, outcome from kernel_event where customer_id = %s and action like %s order by at, id",
            [customer_id, like],
        )
        return [(str(row[0]), str(row[1])) for row in rows.fetchall()]

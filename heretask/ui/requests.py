"""What the gate has found out about a request, with its types; Django's own class knows nothing of it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from heretask.kernel.access.decide import Actor
from heretask.kernel.identity.people import Person
from heretask.kernel.identity.sessions import At


class Gated(HttpRequest):
    """A request as the gate leaves it. Never made: Django's requests are looked at as one."""

    ht: At
    person: Person | None
    new_grant: str | None  # of a session under a grant that begins here; empty: its cookie goes
    new_token: str  # of a session that was proved anew in this request; its cookie goes out with whatever is answered


def gated(request: HttpRequest) -> Gated:
    """The same request, with what the gate has put into it."""
    return cast(Gated, request)


def at_of(request: HttpRequest) -> At:
    """The state of the request's session."""
    return gated(request).ht


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; raises RuntimeError for a page outside sessions."""
    person = gated(request).person
    if person is None:
        raise RuntimeError("nobody is signed in")
    return person


def actor_of(request: HttpRequest) -> Actor:
    """Who acts, for checks and actions."""
    return person_of(request).actor

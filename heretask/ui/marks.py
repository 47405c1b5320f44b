"""How a URL says what it is: which permission it needs, and whether reaching it is a person's act.

Every view carries one of these marks; the gate refuses a view without one, and a test finds it before that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLResolver, get_resolver
from django.utils.functional import Promise

from heretask.kernel.access.permissions import Permission

_ARGUMENT = re.compile(r"<[^>]+>")
View = Callable[..., HttpResponseBase]
Asks = Callable[[HttpRequest], bool]


class Activity(StrEnum):
    """Whether a request counts as somebody's act (DATA-3): polling never does."""

    ACTIVE = "active"
    PASSIVE = "passive"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a URL is. `permission` None means open to all, for the reason in `why`; `proof` says when it needs one.

    A guest reads: they may send a form only where it asks a question or concerns their own login (`guests`).
    """

    permission: Permission | None
    activity: Activity
    why: str | Promise = ""
    door: bool = False
    guests: bool = False
    proof: Asks | None = None
    granted: bool = False  # works for the supplier inside under a grant too, where others refuse or do not look
    files: bool = False  # takes files: they are received and looked at before the transaction begins


def page(
    permission: Permission,
    *,
    activity: Activity = Activity.ACTIVE,
    guests: bool = False,
    proof: bool | Asks = False,
    granted: bool = False,
    files: bool = False,
) -> Callable[[View], View]:
    """A page or act for those signed in who hold `permission`; `guests` may send its form too, `files` come with it.

    With `proof` they must have proved who they are within five minutes, else they are asked to; what they sent is
    carried through and loses nothing. A function says for which requests.
    """
    asks: Asks | None = proof if callable(proof) else (lambda _request: True) if proof else None
    return _marking(Mark(permission, activity, guests=guests, proof=asks, granted=granted, files=files))


def sent(request: HttpRequest) -> bool:
    """For `proof`: looking is free, doing is not."""
    return request.method == "POST"


def open_page(
    why: str | Promise, *, activity: Activity = Activity.PASSIVE, door: bool = False, granted: bool = False
) -> Callable[[View], View]:
    """A URL without personal data that needs no session, and why; `door` for the steps of signing in.

    With `granted` it looks at the session under a grant, where the browser is inside a customer.
    """
    return _marking(Mark(None, activity, why, door, granted=granted))


@dataclass(frozen=True, slots=True)
class Address:
    """An address of ours: its name, its form for people (`/social/journal/…/`) and its mark."""

    name: str
    route: str
    mark: Mark


def addresses() -> list[Address]:
    """Every address of the URL configuration, in its order."""
    return list(_addresses(get_resolver(), "/"))


def _addresses(resolver: URLResolver, before: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        route = before + _ARGUMENT.sub("…", str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _addresses(entry, route)
        else:
            mark = mark_of(entry.callback)
            if mark is not None:  # the gate refuses what has none
                yield Address(str(entry.name), route, mark)


def mark_of(view: Any) -> Mark | None:
    """The mark of a view, or None where it was forgotten."""
    return getattr(view, "heretask_mark", None)


def _marking(mark: Mark) -> Callable[[View], View]:
    def marking(view: View) -> View:
        view.heretask_mark = mark  # type: ignore[attr-defined]
        return view

    return marking

"""Guests as pages show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.safestring import SafeString

from heretask.admin.users.actions import Start
from heretask.kernel.log.queries import Entry, moment, variables_of

from .actions import Shown


@dataclass(frozen=True, slots=True)
class Told:
    """A line of what a guest did."""

    at: dt.datetime
    sentence: SafeString


@dataclass(frozen=True, slots=True)
class Listed:
    """A citizen on a guest's list."""

    id: UUID
    name: str
    place: str


def guest_context(shown: Shown) -> dict[str, Any]:
    """One guest's page."""
    listed = [Listed(i, name, shown.places.get(i, "")) for i, name in shown.names.items()]
    return {
        "guest": shown.guest, "listed": sorted(listed, key=lambda one: (one.place, one.name)),
        "told": [
            Told(moment(event.at), shown.teller.sentence(Entry(event, variables_of(event)))) for event in shown.newest
        ],
    }  # fmt: skip


def start_context(start: Start, guest_id: UUID, name: str, slug: str) -> dict[str, Any]:
    """The way in, shown this once. The link's secret stands behind #, so no server's log ever has it."""
    address = settings.HERETASK_ADDRESS
    return {
        "guest_id": guest_id, "name": name, "user_name": f"{start.user.user_name}@{slug}", "code": start.link,
        "link": f"{address}/sign-in/link/#{start.link}", "link_page": f"{address}/sign-in/link/", "until": start.until,
    }  # fmt: skip

"""Browsers that a unit shares. Only such a browser shows, before anybody is known, who was here (DATA-2)."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db import connections
from django.db.models import F
from django.db.models.functions import Now

from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.secrets.keys import open_bytes, unwrap_customer_key
from heretask.kernel.secrets.opening import place_of

from . import events
from .models import Browser, BrowserPerson, SharedBrowser, User
from .whence import From

LASTS = dt.timedelta(days=90)
SHOWN_FOR = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Tile:
    """Somebody who signed in here today: first name and initial, never more; `first` is who was here last."""

    id: UUID
    name: str
    user_name: str
    first: bool


@dataclass(frozen=True, slots=True)
class Tiles:
    """What a shared browser shows at the door."""

    unit: str
    customer: str
    people: list[Tile]

    def one(self, wanted: str) -> Tile | None:
        """The tile that was touched; None for anybody who is not among them."""
        return next((t for t in self.people if str(t.id) == wanted), None)


def is_shared(browser_id: UUID | None) -> bool:
    """Whether a browser is marked as shared now."""
    return browser_id is not None and _marks(browser_id) is not None


def tiles(*, whence: From) -> Tiles | None:
    """Who is shown at the door of this browser; None where it is not shared. Showing somebody is an event."""
    hashed = hashlib.sha256(whence.mark.encode()).digest()
    browser = Browser.objects.filter(mark=hashed).first() if whence.mark else None
    mark = _marks(browser.id) if browser else None
    if browser is None or mark is None:
        return None
    with connections["gate"].cursor() as cursor:
        cursor.execute("select name, people from ht.crew(%s, %s)", [mark.owner_id, mark.unit_id])
        unit, crew = cursor.fetchone() or ("", [])
    if not unit:
        return None
    here = BrowserPerson.objects.filter(browser_id=browser.id, user_id__in=crew, signed_in_at__gt=Now() - SHOWN_FOR)
    order = list(here.order_by(F("signed_in_at").desc()).values_list("user_id", flat=True))
    users = {u.id: u for u in User.objects.using("gate").filter(id__in=order, active=True).select_related("customer")}
    shown = [users[i] for i in order if i in users]
    people = [Tile(u.id, _short(u), f"{u.user_name}@{u.customer.slug}", n == 0) for n, u in enumerate(shown)]
    if people:
        record_at_gate(
            events.TILES_SHOWN, customer_id=mark.owner_id, on=("browser", mark.id), hits=len(people),
            shown=tuple(t.id for t in people), address=whence.address, agent=whence.agent,
        )  # fmt: skip
    return Tiles(unit, mark.customer.name, people)


def _marks(browser_id: UUID) -> SharedBrowser | None:
    live = SharedBrowser.objects.using("gate").filter(browser=browser_id, ended_at=None, until__gt=Now())
    return live.filter(customer__active=True).select_related("customer").order_by("-made_at").first()


def _short(user: User) -> str:
    """'Anna S.' of 'Anna Skov'."""
    key = unwrap_customer_key(user.owner_id, user.customer.wrapped_key)
    parts = open_bytes(key, bytes(user.name), place_of(user.owner_id, user, "name")).decode().split()
    return f"{parts[0]} {parts[-1][:1]}." if len(parts) > 1 else "".join(parts[:1])

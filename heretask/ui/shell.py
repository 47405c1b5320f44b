"""What surrounds every page: the four systems, the menu of the one in use, the person, and what has just been done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person

from .requests import person_of


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the menu; `bottom` puts it into the phone's bar as well."""

    name: str
    label: Promise
    icon: str
    permission: Permission
    section: Promise | str = ""
    bottom: bool = False

    @property
    def system(self) -> str:
        """The system it belongs to."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class System:
    """One of the four, with the sentence that stands beside its name."""

    key: str
    label: str
    sentence: Promise
    icon: str


@dataclass(slots=True)
class Item:
    """A link in a menu."""

    key: str
    label: Any
    url: str
    icon: str
    sentence: Any = ""
    current: bool = False
    count: int = 0


@dataclass(slots=True)
class Section:
    """A headed group of links."""

    title: Any
    items: list[Item] = field(default_factory=list)


SYSTEMS = (
    System("platform", "Platform", _("Today's work and your own account"), "today"),
    System("social", "Social", _("The citizens' journals"), "book"),
    System("system", "System", _("The living assessment"), "wheel"),
    System("admin", "Admin", _("Users, rights and the log"), "sliders"),
)

DONE: dict[str, Promise] = {}
FEET: dict[str, tuple[Permission, Callable[[], Item | None]]] = {}
DOORS: list[Callable[[], Item | None]] = []


def foot(system: str, permission: Permission, made: Callable[[], Item | None]) -> None:
    """Let `made` say what stands in the footer of every page of `system`, for those who hold `permission`.

    It is called once a page, in its transaction.
    """
    FEET[system] = (permission, made)


def beside_the_door(made: Callable[[], Item | None]) -> None:
    """Let `made` say what those who are not signed in find in the footer; it is called once a page."""
    DOORS.append(made)


def done(key: str, sentence: Promise) -> str:
    """Declare the sentence that is shown once after an act; the URL carries its key, never its words."""
    DONE[key] = sentence
    return key


SHARED_COOKIE = "__Host-shared"  # says that the people of a unit share this browser; a hint for the menu, no credential


@dataclass(slots=True)
class Shell:
    """The one variable that `ui/shell.html` and `ui/plain.html` read."""

    system: str = "platform"
    systems: list[Item] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    bottom: list[Item] = field(default_factory=list)
    person: Any = None
    customer_name: str = ""
    unit_label: str = ""
    language: str = "da"
    idle_seconds: int = 300
    warn_seconds: int = 240
    idle_minutes: int = 5
    done: Any = ""
    theme: str = ""
    demo: bool = False
    watermark: str = ""
    granted: Inside | None = None
    foot: Item | None = None
    doors: list[Item] = field(default_factory=list)
    incident_url: str = ""
    search_url: str = ""
    account_url: str = ""
    sign_out_url: str = "/sign-out/"
    switch_url: str = ""
    language_url: str = "/language/"
    theme_url: str = "/theme/"
    activity_url: str = "/platform/session/acted/"
    session_url: str = "/platform/session/"
    sign_in_url: str = "/sign-in/"


@dataclass(frozen=True, slots=True)
class Inside:
    """That somebody of the supplier's is inside a customer: said on every page, with the way out."""

    customer: str
    scope: str
    ends_at: dt.datetime
    leave_url: str

    @property
    def minutes_left(self) -> int:
        """Minutes that are left, the one that runs included."""
        return max(0, int((self.ends_at - timezone.now()).total_seconds() // 60) + 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """The person in the corner of the page."""

    name: str
    initials: str
    role_label: str
    user_name: str
    opaque: str


def outside(request: HttpRequest) -> Shell:
    """The shell of a page without a session."""
    return Shell(
        language=get_language() or "da", demo=settings.HERETASK_DEMO, theme=_theme(request),
        incident_url=reverse("platform.incidents_outside"),
    )  # fmt: skip


def inside(request: HttpRequest, place: str) -> Shell:
    """The shell for the person of this request, with the menu entries they may use."""
    person = person_of(request)
    places = places_for(person.actor)
    system = place.partition(".")[0]
    made = outside(request)
    made.system = system
    made.person = Shown(
        person.name, _initials(person.name), person.role_label, person.user_name, person.actor.person_id.hex
    )
    if person.actor.guest:
        made.watermark = _watermark(person.name)
    made.customer_name, made.unit_label = person.customer.name, person.unit_label
    made.idle_seconds = min(300, person.customer.idle_seconds)
    made.warn_seconds = made.idle_seconds - 60 if made.idle_seconds > 60 else made.idle_seconds // 2
    made.idle_minutes = made.idle_seconds // 60
    made.done = DONE.get(request.GET.get("done", ""), "")
    made.granted = _granted(person)
    _lead_on(made, person.actor, place)
    if SHARED_COOKIE in request.COOKIES:
        made.switch_url = reverse("switch_person")
    for known in SYSTEMS:
        first = next((p for p in places if p.system == known.key), None)
        if first:
            made.systems.append(
                Item(known.key, known.label, reverse(first.name), known.icon, known.sentence, known.key == system)
            )
    for entry in (p for p in places if p.system == system):
        if not made.sections or made.sections[-1].title != entry.section:
            made.sections.append(Section(entry.section))
        made.sections[-1].items.append(_item(entry, place))
    made.bottom = [_item(p, place) for p in places if p.bottom][:4]
    if system in FEET and may(person.actor, FEET[system][0]):
        made.foot = FEET[system][1]()
    return made


def _lead_on(made: Shell, actor: Actor, place: str) -> None:
    """The addresses that stand on every page, for those who have them."""
    made.account_url = "" if made.granted else reverse("platform.account")
    if may(actor, Permission.PLATFORM_INCIDENTS_REPORT):  # others have the form that needs no session
        made.incident_url = f"{reverse('platform.incidents_report')}?page={place}"
    if may(actor, Permission.PLATFORM_TODAY_SEE):
        made.search_url = reverse("platform.search")


def _granted(person: Person) -> Inside | None:
    grant = person.actor.grant
    if grant is None:
        return None
    return Inside(person.customer.name, person.role_label, grant.ends_at, reverse("system.access_leave"))


def places_for(actor: Actor) -> list[Place]:
    """The places of the menus that somebody may open, in their order."""
    return [place for place in _places() if may(actor, place.permission)]


def place_names() -> dict[str, str]:
    """What each place of the menus is called, by its URL name: for sentences that speak of pages."""
    return {entry.name: str(entry.label) for entry in _places()}


def _item(entry: Place, place: str) -> Item:
    return Item(entry.name, entry.label, reverse(entry.name), entry.icon, current=entry.name == place)


def _watermark(name: str) -> str:
    """What lies over every page a guest sees, on paper too: whose eyes saw it, and when."""
    now, guest = timezone.localtime(), gettext("guest")
    return f"{name[:32]} · {date_format(now, 'j. F Y')} {now:%H.%M} · {guest}"


def _places() -> tuple[Place, ...]:
    places: tuple[Place, ...] = import_string(settings.HERETASK_NAVIGATION)
    return places


def _theme(request: HttpRequest) -> str:
    chosen = request.COOKIES.get("__Host-theme", "")
    return chosen if chosen in {"light", "dark"} else ""


def _initials(name: str) -> str:
    parts = name.split()
    return (parts[0][:1] + parts[-1][:1]).upper() if len(parts) > 1 else name[:2].upper()

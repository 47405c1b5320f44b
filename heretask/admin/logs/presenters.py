"""Events as rows of a page: days, sentences with links, what stands below them, and equal refusals as one."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.reasons import read
from heretask.kernel.jobs.models import Job
from heretask.kernel.log import witness
from heretask.kernel.log.asking import HOUR
from heretask.kernel.log.models import Event
from heretask.kernel.log.queries import Entry, Filters, Place, moment
from heretask.kernel.log.registry import ACTIONS, Category
from heretask.kernel.log.sentences import Teller, linked, needed
from heretask.kernel.log.witness import Answer
from heretask.ui.charts import level_of
from heretask.ui.shell import Item

from . import exporting
from .actions import Reading
from .queries import KEPT_DAYS, Figures, figures, places

_LOCAL = ZoneInfo("Europe/Copenhagen")
MOST_HOURS = 10_000_000  # the year 3110
_ICONS = {
    Category.OPENED: "eye", Category.SEARCHED: "search", Category.CHANGED: "pen", Category.HANDED: "print",
    Category.DENIED: "lock", Category.SESSION: "door", Category.SYSTEM: "sliders",
}  # fmt: skip
_LABELS = {
    "q": _("words"), "kind": _("what happened"), "since": _("from"), "until": _("to"), "person": _("person"),
    "citizen": _("citizen"), "session": _("session"), "hour": _("hour"), "days": _("days"), "show": _("shown"),
    "page": _("page"), "older_than": _("older than"),
}  # fmt: skip
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


@dataclass(slots=True)
class Row:
    """One event as the page shows it, or several equal refusals."""

    at: dt.datetime
    sentence: SafeString
    below: list[str]
    icon: str
    badge: str
    times: int
    place: str
    session: UUID | None
    hour: int
    key: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour as a link: what stands on it, how dark it is, and the words of it."""

    label: str
    level: int
    words: str
    url: str


@dataclass(slots=True)
class Day:
    """The rows of one day."""

    date: dt.date
    rows: list[Row] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many events they are."""
        return sum(row.times for row in self.rows)


def log_context(
    reading: Reading, filters: Filters, figures: Figures, *, base: str, kind_in_url: bool
) -> dict[str, Any]:
    """The log's page."""
    teller = Teller(places(), _link, citizens=reading.citizens)
    about = {filters.person} if filters.person else set()
    teller.learn([entry.event for entry in reading.entries], citizens=False)
    if about - teller.users.keys():
        teller.learn_users(about)
    kept = f"kind={filters.kind}&" if kind_in_url and filters.kind else ""
    return {
        "days": days(reading.entries, teller), "filters": filters, "on": _on(filters, teller), "base": base,
        "older_url": f"{base}?{kept}before={place_as_text(reading.next)}" if reading.next else "",
        "looked": reading.looked,
        "figures": figures, "busiest": _busiest(figures), "hours": _hours(figures), "title": _title(filters, teller),
        **_neighbours(filters),
        "hidden": filters.as_variables(),
    }  # fmt: skip


def days(entries: list[Entry], teller: Teller) -> list[Day]:
    """Rows by day; refusals that follow one another and are equal become one with a count."""
    found: list[Day] = []
    for entry in entries:
        row = _row(entry, teller)
        if not found or found[-1].date != row.at.date():
            found.append(Day(row.at.date()))
        rows = found[-1].rows
        if rows and row.key is not None and rows[-1].key == row.key:
            rows[-1].times += row.times
        else:
            rows.append(row)
    return found


def place_as_text(place: Place) -> str:
    """Where a page ends, for a URL: a time and an id, nothing about anybody."""
    return f"{place[0]}.{place[1].hex}"


def place_from_text(text: str) -> Place | None:
    """What `place_as_text` wrote; None for anything else."""
    found = re.fullmatch(r"(\d{1,18})\.([0-9a-f]{32})", text, flags=re.ASCII)
    return (int(found[1]), UUID(found[2])) if found else None


def export_context(job: Job) -> dict[str, Any]:
    """How far an extract is."""
    return {
        "job_id": job.id, "state": job.state, "done": job.done, "total": job.total, "made_at": job.made_at,
        "ended": job.state in {"done", "failed"}, "ready": exporting.may_be_fetched(job),
        "rows": job.outcome.get("rows", 0), "sha256": job.outcome.get("sha256", ""),
        "until": dt.datetime.fromisoformat(job.outcome["until"]) if "until" in job.outcome else None,
        "gone": job.state == "done" and not exporting.may_be_fetched(job), "days": KEPT_DAYS,
        "masked": bool(job.outcome.get("masked")), "size": job.outcome.get("size", 0),
        "without_place": job.outcome.get("without_place", 0), "no_room": job.outcome.get("problem") == "no room",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a noted checkpoint: a state for its colour, and a sentence."""

    state: str
    sentence: str


def checkpoint_context(answers: list[Answer]) -> dict[str, Any]:
    """The page of checkpoints."""
    return {"note": witness.newest_note(), "line": witness.newest_line(), "answers": [_told(one) for one in answers]}


def _told(answer: Answer) -> Told:
    noted, size = f"{answer.noted:n}", f"{answer.size:n}"
    sentences = {
        "same": _("The log is just the one you noted: %(noted)s events, and none since."),
        "grown": _(
            "The log is the one you noted, grown: %(noted)s events then, %(size)s now. Nothing of it was changed."
        ),
        "shrunk": _(
            "The log has become shorter than what you noted: %(noted)s events then, %(size)s now. Events were removed, "
            "or an old copy was put back. Call somebody outside the supplier before you do anything else."
        ),
        "rewritten": _(
            "The log is not the one you noted: among its first %(noted)s events something was changed afterwards. Call "
            "somebody outside the supplier before you do anything else."
        ),
        "foreign": _("This checkpoint is of another customer's log, not of yours."),
        "forged": _("The signature of this checkpoint does not hold. It was changed, or not copied in full."),
        "unknown": _("This checkpoint was signed with a key that has never signed your log."),
        "damaged": _(
            "The log of today does not lead to its own newest checkpoint. Tell the supplier, and keep what you noted."
        ),
        "unsigned": _("Nothing of your log has been signed yet. Try again in a minute."),
    }  # fmt: skip
    state = "ok" if answer.holds else "due" if answer.state in {"foreign", "unsigned"} else "broken"
    return Told(state, str(sentences[answer.state]) % {"noted": noted, "size": size})


def foot() -> Item | None:
    """The newest checkpoint, for the foot of every page of Admin."""
    line = witness.newest_line()
    if not line:
        return None
    return Item("admin.log", line, reverse("admin.log_checkpoint"), "seal", _("Newest checkpoint of the log:"))


def on_words(filters: Filters, names: dict[UUID, str]) -> list[str]:
    """What is filtered by, in words, for the confirmation of an extract."""
    return [word for word, _url in _on(filters, Teller(citizens=names, users=names))]


def _row(entry: Entry, teller: Teller) -> Row:
    event, action = entry.event, ACTIONS.get(entry.event.action)
    category = action.category if action else Category.SYSTEM
    denied = category is Category.DENIED
    return Row(
        at=moment(event.at).astimezone(_LOCAL), sentence=teller.sentence(entry), below=_below(entry, category, teller),
        icon=_ICONS[category], badge=str(category.label), times=event.times,
        place=place_as_text((event.at, event.id)),
        session=event.session, hour=event.at // 3_600_000_000,
        key=_same(event) if denied else None,
    )  # fmt: skip


def _same(event: Event) -> tuple[Any, ...]:
    """What makes two refusals equal."""
    return (event.action, event.actor, event.object_kind, event.object_id, event.address, event.outcome)


def _below(entry: Entry, category: Category, teller: Teller) -> list[str]:
    event, said = entry.event, []
    missing = needed(event)
    if missing:
        said.append(gettext("Needed by someone who %(permission)s") % {"permission": missing})
    elif event.purpose:
        right = teller.right(event.purpose)
        said += [right] if right else [] if read(event.purpose) else [event.purpose]
    if category is Category.SEARCHED:
        said += [
            f"{_LABELS.get(key, key)}: {value}" for key, value in entry.variables.items() if value not in ("", None)
        ]
        if event.hits is not None:
            said.append(ngettext("%(count)d hit", "%(count)d hits", event.hits) % {"count": event.hits})
    elif entry.variables.get("why"):
        said.append(f"»{entry.variables['why']}«")
    if event.changed:
        said.append(gettext("Changed: %(fields)s") % {"fields": ", ".join(event.changed)})
    if event.outcome not in {"done", "refused", ""}:
        said.append(event.outcome)
    browser = browser_of(event.agent)
    if browser:
        said.append(browser)
    return said


def _facts(entry: Entry) -> list[tuple[str, str]]:
    event = entry.event
    facts = [
        (gettext("Event"), str(event.id)), (gettext("Action"), event.action),
        (gettext("Time"), moment(event.at).isoformat()),
        (gettext("Network address"), event.address), (gettext("Browser"), event.agent),
        (gettext("Outcome"), event.outcome),
        (gettext("Ids shown"), ", ".join(str(i) for i in event.shown)),
        (gettext("Variables"), "; ".join(f"{key}={value}" for key, value in entry.variables.items())),
        (gettext("Leaf"), bytes(event.leaf).hex()),
    ]  # fmt: skip
    return [(name, value) for name, value in facts if value]


def event_context(reading: Reading) -> dict[str, Any]:
    """One event's page, with everything that is stored of it."""
    teller = Teller(places(), _link, citizens=reading.citizens)
    teller.learn([entry.event for entry in reading.entries], citizens=False)
    return {"row": _row(reading.entries[0], teller), "facts": _facts(reading.entries[0])}


def browser_of(agent: str) -> str:
    """A browser in two words: 'Firefox, Windows'."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part)


def _on(filters: Filters, teller: Teller) -> list[tuple[str, str]]:
    """Each filter that is set, in words, and the page without it (filters of a stored search go together)."""
    everything = reverse("admin.log")
    on = []
    if filters.q:
        on.append(f"»{filters.q}«")
    if filters.kind in set(Category):
        on.append(str(Category(filters.kind).label))
    if filters.since:
        on.append(gettext("from %(day)s") % {"day": filters.since.strftime("%d-%m-%Y")})
    if filters.until:
        on.append(gettext("to %(day)s") % {"day": filters.until.strftime("%d-%m-%Y")})
    if filters.person:
        on.append(teller.users.get(filters.person) or gettext("one user"))
    if filters.citizen:
        on.append(teller.citizens.get(filters.citizen) or gettext("one citizen"))
    if filters.session:
        on.append(gettext("one session"))
    if filters.hour:
        on.append(_span(filters.hour))
    return [(word, everything) for word in on]


def number_of(hour: dt.datetime) -> int:
    """The number of an hour, counted from 1970."""
    return int(hour.timestamp()) // 3600


def hour_of(number: int) -> dt.datetime | None:
    """When the hour of that number begins; None for one that no clock has."""
    return dt.datetime.fromtimestamp(number * 3600, dt.UTC) if number < MOST_HOURS else None


def day_of(number: int) -> dt.date | None:
    """The day of Denmark in which an hour lies."""
    hour = hour_of(number)
    return hour.astimezone(_LOCAL).date() if hour else None


def hours_context() -> dict[str, Any]:
    """The last day by hours, to choose one."""
    found = figures()
    return {"hours": _hours(found), "busiest": _busiest(found)}


def _hours(figures: Figures) -> list[Hour]:
    most, found = max(figures.hours) or 1, []
    for n, count in enumerate(figures.hours):
        begins = figures.first_hour.astimezone(dt.UTC) + n * HOUR  # not by the wall clock, which jumps twice a year
        words = ngettext("%(hour)s: %(count)d event", "%(hour)s: %(count)d events", count)
        told = words % {"hour": _span(begins), "count": count}
        url = reverse("admin.log_hour", args=[number_of(begins)])
        found.append(Hour(f"{begins.astimezone(_LOCAL).hour:02d}", level_of(count, most), told, url))
    return found


def _span(begins: dt.datetime) -> str:
    """'23-11-2026, 14.00-15.00'."""
    local = begins.astimezone(_LOCAL)
    return f"{local:%d-%m-%Y}, {local:%H.%M}-{(begins + HOUR).astimezone(_LOCAL):%H.%M}"


def _neighbours(filters: Filters) -> dict[str, str]:
    """The hour before and the one after, where a page shows one hour."""
    if filters.hour is None:
        return {}
    number = number_of(filters.hour)
    return {"hour_before": _hour_url(number - 1), "hour_after": _hour_url(number + 1)}


def _hour_url(number: int) -> str:
    return reverse("admin.log_hour", args=[number]) if 0 <= number < MOST_HOURS else ""


def _title(filters: Filters, teller: Teller) -> str:
    """What the page answers, where it answers one of the three questions."""
    person = teller.users.get(filters.person, "") if filters.person else ""
    citizen = teller.citizens.get(filters.citizen, "") if filters.citizen else ""
    if person and citizen:
        return gettext("%(person)s and %(citizen)s") % {"person": person, "citizen": citizen}
    if person:
        return gettext("What did %(person)s do?") % {"person": person}
    if citizen:
        return gettext("Everything about %(citizen)s") % {"citizen": citizen}
    return gettext("Everything in one hour: %(hour)s") % {"hour": _span(filters.hour)} if filters.hour else ""


def _busiest(figures: Figures) -> str:
    most = max(figures.hours)
    hour = (figures.first_hour.astimezone(dt.UTC) + figures.hours.index(most) * HOUR).astimezone(_LOCAL).hour
    if not most:
        return gettext("Nothing has happened for a day.")
    return gettext("Most in the hour from %(hour)s: %(count)s events.") % {"hour": f"{hour:02d}", "count": most}


def _link(kind: str, of: UUID, name: str) -> str:
    return linked(reverse("admin.log_person" if kind == "user" else "admin.log_citizen", args=[of]), name)

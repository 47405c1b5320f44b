"""Reading messages. What is opened here is noted as opened; the action that calls records the event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from heretask.kernel.access import reach
from heretask.kernel.access.addressed import To, addressed_to, in_words
from heretask.kernel.access.decide import Actor, decide
from heretask.kernel.access.permissions import Permission
from heretask.kernel.files import holders, keeping
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actors_for, names_of
from heretask.kernel.secrets.opening import load_keys, open_text

from . import policies
from .models import Destination, Message, Participant, Receipt, Thread

PAGE = 25
LOOKED = 300  # conversations in which the filter looks for people
NEWEST = 60  # messages of one conversation that a page shows
HOLDER = "platform.message"
USE, CITIZEN = Permission.PLATFORM_MESSAGES_USE, Permission.SOCIAL_CITIZENS_SEE


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation on somebody's list; without words where it is about a citizen they do not reach any more."""

    id: UUID
    subject: str
    citizen: UUID | None
    about: str
    between: str
    newest_at: dt.datetime
    unread: int
    urgent: int
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """One page of a list; `older` is the entry after which the next page begins."""

    lines: tuple[Line, ...]
    older: UUID | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody a message is to, and how far it has come with them."""

    name: str
    read_at: dt.datetime | None
    confirmed_at: dt.datetime | None
    recalled: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A message, opened. `readers` are told to its author alone."""

    id: UUID
    text: str
    author: str
    own: bool
    urgent: bool
    sent_at: dt.datetime
    recalled_at: dt.datetime | None
    to_confirm: bool
    confirmed_at: dt.datetime | None
    readers: tuple[Reader, ...] = ()
    files: tuple[keeping.Shown, ...] = ()

    @property
    def said(self) -> str:
        """Its text; of one that is photos and files alone, how many."""
        pictures = sum(1 for one in self.files if one.is_picture)
        return self.text or policies.files_told(pictures, len(self.files) - pictures)

    @property
    def key(self) -> str:
        """Its id as parts of a page are named by it."""
        return self.id.hex

    @property
    def read(self) -> int:
        """How many have read it."""
        return sum(1 for one in self.readers if one.read_at)

    @property
    def confirmed(self) -> int:
        """How many have confirmed it."""
        return sum(1 for one in self.readers if one.confirmed_at)

    @property
    def may_recall(self) -> bool:
        """Whether somebody has not read it yet."""
        return self.own and any(not one.read_at and not one.recalled for one in self.readers)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation on its page."""

    id: UUID
    subject: str
    citizen: UUID | None
    about: str
    to: tuple[str, ...]
    people: tuple[str, ...]
    gone: tuple[str, ...]  # those who have no login any more
    messages: tuple[Shown, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed down to."""

    show: str = ""  # "unread", "urgent" or everything
    person: UUID | None = None
    days: int = 0

    @property
    def asked(self) -> dict[str, str]:
        """As the log keeps it; empty where nothing is chosen."""
        said = {"show": self.show, "person": str(self.person or ""), "days": str(self.days or "")}
        return said if any(said.values()) else {}


@dataclass(slots=True)
class Waiting:
    """How many messages somebody has not read, and how many urgent ones they have not confirmed."""

    unread: int = 0
    urgent: int = 0
    lines: list[Line] = field(default_factory=list)


def thread_by_id(thread_id: UUID, by: Actor) -> Thread | None:
    """A conversation in which `by` takes part, closed; about a citizen only while they reach them."""
    thread = Thread.objects.filter(participants__user_id=by.person_id, id=thread_id).first()
    if thread is None or (thread.citizen and not reach.within(by, CITIZEN, [thread.citizen])):
        return None
    return thread


def message_to(message_id: UUID, by: Actor) -> Message | None:
    """A message that `by` may see, closed."""
    message = visible(by).filter(id=message_id).first()
    return message if message is not None and thread_by_id(message.thread_id, by) is not None else None


def sees_files(message_id: UUID, by: Actor) -> bool:
    """Whether `by` may see a message, and so its files."""
    return decide(by, USE).allowed and message_to(message_id, by) is not None


def page_of(message_id: UUID) -> tuple[str, UUID]:
    """The page of a message: its conversation."""
    return "platform.messages_thread", Message.objects.values_list("thread_id", flat=True).get(id=message_id)


holders.holder(HOLDER, sees_files, page_of)


def visible(by: Actor) -> QuerySet[Message]:
    """The messages of one's own and those one was sent, but for what was called back before one read it."""
    mine = Receipt.objects.filter(message=OuterRef("pk"), user_id=by.person_id, recalled_at=None)
    return Message.objects.filter(Q(author_id=by.person_id) | Exists(mine))


def lines_for(by: Actor, filters: Filters, before: UUID | None = None, most: int = PAGE) -> Lines:
    """One page of somebody's conversations, the newest first; a bounded number of queries."""
    rows = Participant.objects.filter(user_id=by.person_id)
    if filters.show in {"unread", "urgent"}:
        rows = rows.filter(thread_id__in=_waiting(by, filters.show).values("thread_id"))
    if filters.person:
        rows = rows.filter(thread__participants__user_id=filters.person)
    if filters.days:
        rows = rows.filter(newest_at__gte=timezone.now() - dt.timedelta(days=filters.days))
    if before:
        last = Participant.objects.filter(id=before, user_id=by.person_id).values_list("newest_at", flat=True).first()
        if last is not None:
            rows = rows.filter(Q(newest_at__lt=last) | Q(newest_at=last, id__lt=before))
    found = list(rows.select_related("thread").order_by("-newest_at", "-id")[: most + 1])
    page = found[:most]
    return Lines(_lines(by, page), page[-1].id if len(found) > most else None)


def _lines(by: Actor, page: Sequence[Participant]) -> tuple[Line, ...]:
    threads = [row.thread for row in page]
    ids = [thread.id for thread in threads]
    reached = reach.within(by, CITIZEN, (t.citizen for t in threads if t.citizen))
    load_keys(reached)
    about = reach.named(reached)
    counted = _per_thread(by, ids)
    to = _destinations(ids)
    authors = names_of({t.author_id for t in threads})
    return tuple(
        Line(
            t.id, open_text(t, "subject") if not t.citizen or t.citizen in reached else "", t.citizen,
            about.get(t.citizen, "") if t.citizen else "",
            " → ".join(p for p in (authors.get(t.author_id, ""), ", ".join(to.get(t.id, ()))) if p), row.newest_at,
            *counted.get(t.id, (0, 0)), closed=bool(t.citizen and t.citizen not in reached),
        )
        for row, t in zip(page, threads, strict=True)
    )  # fmt: skip


def _waiting(by: Actor, what: str) -> QuerySet[Receipt]:
    rows = Receipt.objects.filter(user_id=by.person_id, recalled_at=None)
    return rows.filter(read_at=None) if what == "unread" else rows.filter(urgent=True, confirmed_at=None)


_UNREAD = Count("id", filter=Q(read_at=None))
_URGENT = Count("id", filter=Q(urgent=True, confirmed_at=None))


def _per_thread(by: Actor, ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """How much of each conversation is not read, and how much urgent is not confirmed; one query."""
    rows = Receipt.objects.filter(user_id=by.person_id, thread_id__in=ids, recalled_at=None).order_by()
    counted = rows.values_list("thread_id").annotate(unread=_UNREAD, urgent=_URGENT)
    return {thread: (unread, urgent) for thread, unread, urgent in counted}


def _destinations(ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    rows = list(Destination.objects.filter(thread_id__in=ids).order_by("id"))
    words = in_words(row.to for row in rows)
    told: dict[UUID, list[str]] = {}
    for row in rows:
        told.setdefault(row.thread_id, []).append(words[row.to])
    return told


def waiting_for(by: Actor, *, most: int = 0) -> Waiting:
    """What waits for somebody, counted by two indexes; with `most` conversations of it as lines."""
    found = Waiting(_waiting(by, "unread").count(), _waiting(by, "urgent").count())
    if most and (found.unread or found.urgent):
        rows = _waiting(by, "unread").values("thread_id"), _waiting(by, "urgent").values("thread_id")
        page = Participant.objects.filter(Q(thread_id__in=rows[0]) | Q(thread_id__in=rows[1]), user_id=by.person_id)
        found.lines = list(_lines(by, list(page.select_related("thread").order_by("-newest_at", "-id")[:most])))
    return found


def newest_of(thread_id: UUID, by: Actor) -> UUID | None:
    """The newest message of a conversation that `by` may see; for the page that is open already."""
    return visible(by).filter(thread_id=thread_id).order_by("-sent_at", "-id").values_list("id", flat=True).first()


def conversation(thread: Thread, by: Actor) -> Conversation:
    """Open a conversation: its newest messages, oldest first, and of one's own who has read them."""
    rows = list(visible(by).filter(thread_id=thread.id).order_by("-sent_at", "-id")[: NEWEST + 1])
    more, page = len(rows) > NEWEST, rows[:NEWEST][::-1]
    own = [m.id for m in page if m.author_id == by.user_id]
    receipts: dict[UUID, list[Receipt]] = {}
    for receipt in Receipt.objects.filter(
        Q(user_id=by.person_id) | Q(message_id__in=own), message_id__in=[m.id for m in page]
    ):
        receipts.setdefault(receipt.message_id, []).append(receipt)
    files = keeping.held_by([m.id for m in page])
    people = list(Participant.objects.filter(thread_id=thread.id).values_list("user_id", "user__active"))
    ids = {user for user, _active in people} | {m.author_id for m in page}
    names = names_of(ids | {r.user_id for several in receipts.values() for r in several})
    here = sorted(names.get(u, "") for u, active in people if active)
    return Conversation(
        thread.id, open_text(thread, "subject"), thread.citizen,
        reach.named([thread.citizen]).get(thread.citizen, "") if thread.citizen else "",
        tuple(_destinations([thread.id]).get(thread.id, ())), tuple(here),
        tuple(sorted(names.get(u, "") for u, active in people if not active)),
        tuple(_shown(m, by, receipts.get(m.id, []), names, files.get(m.id, ())) for m in page), more,
    )  # fmt: skip


def _shown(
    message: Message, by: Actor, receipts: Sequence[Receipt], names: dict[UUID, str], files: Sequence[keeping.Shown]
) -> Shown:
    own = message.author_id == by.user_id
    mine = next((r for r in receipts if r.user_id == by.user_id), None)
    readers = [Reader(names.get(r.user_id, ""), r.read_at, r.confirmed_at, bool(r.recalled_at)) for r in receipts]
    return Shown(
        message.id, open_text(message, "text"), names.get(message.author_id, ""), own, message.urgent,
        message.sent_at, message.recalled_at,
        to_confirm=bool(mine and message.urgent and mine.confirmed_at is None),
        confirmed_at=mine.confirmed_at if mine else None,
        readers=tuple(sorted(readers, key=lambda r: (r.read_at is not None, r.name))) if own else (),
        files=tuple(files),
    )  # fmt: skip


def people_of(to: Iterable[To], citizen: UUID | None, *, but: UUID) -> set[UUID]:
    """Whom a message to these addresses would reach now: who may use messages and, about a citizen, reaches them."""
    wanted = set(to)
    return {
        actor.user_id for actor in _actors(citizen)
        if actor.user_id and actor.user_id != but and any(one.reaches(actor) for one in wanted)
    }  # fmt: skip


def still_here(users: Iterable[UUID], citizen: UUID | None) -> set[UUID]:
    """Those of some users who may still be written to."""
    return set(users) & {actor.user_id for actor in _actors(citizen) if actor.user_id}


def _actors(citizen: UUID | None) -> list[Actor]:
    """Everybody who may use messages now, and reaches the citizen where there is one."""
    users = list(User.objects.filter(active=True, suspended_at=None))
    actors = [a for a in actors_for(users).values() if not a.guest and decide(a, USE).allowed]
    if citizen is None:
        return actors
    reaching = reach.who_reaches(actors, CITIZEN, citizen)
    return [a for a in actors if a.user_id in reaching]


def who_can_be_told(citizen: UUID) -> set[UUID]:
    """Everybody to whom a message about this citizen may be."""
    return {actor.user_id for actor in _actors(citizen) if actor.user_id}


def destinations_of(thread_id: UUID) -> list[To]:
    """To whom a conversation is."""
    return [row.to for row in Destination.objects.filter(thread_id=thread_id)]


def is_to(by: Actor, thread_id: UUID) -> bool:
    """Whether a conversation is to `by` by its addresses."""
    return Destination.objects.filter(addressed_to(by), thread_id=thread_id).exists()


def partners(by: Actor) -> dict[UUID, str]:
    """With whom somebody has had their newest conversations, by name; for the list's filter."""
    mine = Participant.objects.filter(user_id=by.person_id).order_by("-newest_at", "-id").values("thread_id")[:LOOKED]
    others = Participant.objects.filter(thread_id__in=mine).exclude(user_id=by.person_id)
    names = names_of(set(others.order_by().values_list("user_id", flat=True).distinct()))
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def is_unread(user_id: UUID, thread_id: UUID) -> bool:
    """Whether something in a conversation has not been read by somebody."""
    return Receipt.objects.filter(user_id=user_id, thread_id=thread_id, read_at=None, recalled_at=None).exists()

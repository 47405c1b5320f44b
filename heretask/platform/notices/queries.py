"""Reading notices. They are about no citizen, and sealed under the customer's key."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from heretask.kernel.access.addressed import To, in_words
from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import assignments_now, names_of
from heretask.kernel.secrets.opening import open_texts, seal

from . import policies
from .models import Acknowledgement, Notice
from .policies import Words, today

MOST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A notice as a list has it. `mine`: when the reader acknowledged it; `waits`: whether they still have to."""

    id: UUID
    words: Words
    to: str
    by: str
    starts: dt.date
    ends: dt.date
    pinned: bool
    must: bool
    withdrawn: bool
    mine: dt.datetime | None
    waits: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """Who has acknowledged, when, and who of those it is for has not."""

    have: list[tuple[str, dt.datetime]]
    have_not: list[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice with all that stands on its page. `watch` is for whoever put it up, and for leaders."""

    line: Line
    withdrawn_by: str
    withdrawn_at: dt.datetime | None
    watch: Watch | None


def board(by: Actor) -> list[Notice]:
    """What holds for `by`: pinned ones first, then the newest."""
    rows = Notice.objects.filter(policies.read_by(by) & policies.holding(today()))
    return list(rows.order_by("-pinned", "-made_at")[:MOST])


def coming(by: Actor) -> list[Notice]:
    """What `by` watches and that has not begun."""
    rows = Notice.objects.filter(policies.watched_by(by), starts__gt=today(), withdrawn_at=None)
    return list(rows.order_by("starts")[:MOST])


def earlier(by: Actor) -> list[Notice]:
    """What is over or was withdrawn, of those that were for `by` or that they watch; the newest first."""
    over = Q(ends__lt=today()) | Q(withdrawn_at__isnull=False)
    whose = policies.read_by(by) & Q(starts__lte=today()) | policies.watched_by(by)
    return list(Notice.objects.filter(over, whose).order_by("-made_at")[:MOST])


def waiting(by: Actor) -> Q:
    """What `by` has to acknowledge; never their own, which they have read."""
    done = Acknowledgement.objects.filter(notice_id=OuterRef("id"), user_id=by.person_id)
    return (
        policies.read_by(by) & policies.holding(today()) & Q(must=True) & ~Q(made_by_id=by.person_id) & ~Q(Exists(done))
    )


def waiting_rows(by: Actor) -> list[Notice]:
    """Those, the oldest first."""
    return list(Notice.objects.filter(waiting(by)).order_by("-pinned", "made_at")[:MOST])


def count_waiting(by: Actor) -> int:
    """How many; nothing is opened."""
    return Notice.objects.filter(waiting(by)).count()


def lines_of(rows: Sequence[Notice], by: Actor) -> list[Line]:
    """Open some: a bounded number of queries, however many they are."""
    names = names_of({row.made_by_id for row in rows}) if rows else {}
    told = _to_words(rows)
    done = dict(
        Acknowledgement.objects.filter(notice_id__in=[row.id for row in rows], user_id=by.person_id)
        .values_list("notice_id", "made_at")
    ) if rows else {}  # fmt: skip
    return [
        Line(
            row.id, Words(**json.loads(text)), told[row.id], names.get(row.made_by_id, ""), row.starts, row.ends,
            row.pinned, row.must, row.withdrawn_at is not None, done.get(row.id),
            row.must and row.id not in done and row.withdrawn_at is None and row.starts <= today() <= row.ends
            and row.made_by_id != by.user_id,
        )
        for row, text in zip(rows, open_texts(rows, "words"), strict=True)
    ]  # fmt: skip


def put(row: Notice, words: Words) -> None:
    """Seal the words of one."""
    seal(row, words=json.dumps({"title": words.title, "text": words.text}, ensure_ascii=False))


def notice_called(own: UUID, *, held: bool = False) -> Notice | None:
    """One, closed."""
    rows = Notice.objects.select_for_update() if held else Notice.objects.all()
    return rows.filter(id=own).first()


def shown(row: Notice, by: Actor) -> Shown:
    """Open one with all that stands on its page."""
    line = lines_of([row], by)[0]
    watch = _watch(row) if row.must and policies.watches(by, row) else None
    name = names_of([row.withdrawn_by_id]).get(row.withdrawn_by_id, "") if row.withdrawn_by_id else ""
    return Shown(line, name, row.withdrawn_at, watch)


def _watch(row: Notice) -> Watch:
    done = dict(Acknowledgement.objects.filter(notice_id=row.id).values_list("user_id", "made_at"))
    people = _readers(row) - {row.made_by_id}
    names = names_of(people | done.keys())
    have = sorted(((names.get(user, ""), at) for user, at in done.items()), key=lambda one: one[1])
    return Watch(have, sorted(names.get(user, "") for user in people - done.keys()))


def _readers(row: Notice) -> set[UUID]:
    """Those whom it is for now; who comes into the unit or the role later is among them from then on."""
    rows = assignments_now().filter(user__active=True, user__suspended_at=None).select_related("own")
    if row.to_unit_id is not None:
        rows = rows.filter(unit_id=row.to_unit_id)
    found = set()
    for one in rows:
        role = one.is_role
        if role is None or role.guest or P.PLATFORM_NOTICES_READ not in role.may:
            continue
        if not row.to_role or role.key == row.to_role:
            found.add(one.user_id)
    return found


def _to_words(rows: Iterable[Notice]) -> dict[UUID, str]:
    """For whom each is, in words."""
    to = {row.id: address_of(row) for row in rows}
    told = in_words({one for one in to.values() if one is not None})
    return {own: told[one] if one is not None else _("Everybody") for own, one in to.items()}


def address_of(row: Notice) -> To | None:
    """For whom it is; None for all."""
    if row.to_role:
        return To.having(row.to_role, row.to_unit_id)
    return To.unit(row.to_unit_id) if row.to_unit_id else None

"""Keeping files: their bytes sealed beside the database, put with what they stand with, and gone with it."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from heretask.kernel.access.decide import Actor
from heretask.kernel.log import record
from heretask.kernel.log.trace import trace
from heretask.kernel.retention.cleaning import cleans
from heretask.kernel.secrets import files as sealed
from heretask.kernel.secrets import forgetting
from heretask.kernel.secrets.opening import key_of, load_keys, open_data, open_text, open_texts, seal
from heretask.kernel.tenancy.base import current

from . import events, holders
from .accepting import Accepted
from .models import KeptFile
from .policies import MOST, PENDING_HOURS, Refused, too_many

PICTURES = frozenset({"jpg", "png"})
SMALL = 48  # small pictures that one page shows; the rest stand there by name


@dataclass(frozen=True, slots=True)
class Files:
    """What comes with a message or a note: new files, and those of one's own that wait already."""

    new: Sequence[Accepted] = ()
    waiting: Sequence[UUID] = ()


NO_FILES = Files()


@dataclass(frozen=True, slots=True)
class Named:
    """A file by its name alone, opened, and what it stands with."""

    id: UUID
    name: str
    held_by: UUID
    citizen: UUID | None
    made_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as a page shows it, opened. `small` is its small picture, where it is one."""

    id: UUID
    name: str
    kind: str
    size: int
    small: bytes = b""

    @property
    def is_picture(self) -> bool:
        """Whether it can be looked at here; anything else can be handed over alone."""
        return self.kind in PICTURES


def keep(
    given: Sequence[Accepted], by: Actor, *, citizen: UUID | None, kind: str = "", of: UUID | None = None
) -> list[KeptFile]:
    """Keep files with a thing of `kind`, or waiting for one. Their bytes go again if this transaction fails."""
    made = []
    for one in given:
        row = KeptFile(
            author_id=by.person_id, citizen=citizen, held_as=kind, held_by=of, kind=one.kind, size=len(one.content),
            width=one.width, height=one.height, customer_id=current().customer_id,
        )  # fmt: skip
        seal(row, name=one.name, digest=hashlib.sha256(one.content).hexdigest(), small=one.small)
        trace().undo.append(_removing([(row.owner_id, row.id)]))
        with sealed.SealedFileWriter(key_of(row, "name"), row.owner_id, row.id, kept=True) as file:
            file.write(one.content)
        row.save(force_insert=True)
        made.append(row)
    return made


def attach(kind: str, of: UUID, files: Files, by: Actor, *, citizen: UUID | None) -> int:
    """Put new files, and one's own that waited, with a thing; how many. Raises Refused where that is too many."""
    if not holders.known(kind):
        raise ValueError(f"{kind} does not hold files")
    if len(files.new) + len(files.waiting) > MOST:
        raise Refused(too_many())
    count = len(keep(files.new, by, citizen=citizen, kind=kind, of=of))
    if files.waiting:
        count += _waiting(by, citizen).filter(id__in=list(files.waiting)).update(held_as=kind, held_by=of)
    if count:
        record(events.KEPT, citizen=citizen, on=(kind.rpartition(".")[2], of), hits=count)
    return count


def counted(files: Files, by: Actor, *, citizen: UUID | None) -> tuple[int, int]:
    """How many pictures and how many other files these are, of those that wait only one's own that are there."""
    kinds = [one.kind for one in files.new]
    if files.waiting:
        kinds += _waiting(by, citizen).filter(id__in=list(files.waiting)).values_list("kind", flat=True)
    pictures = sum(1 for kind in kinds if kind in PICTURES)
    return pictures, len(kinds) - pictures


def wait(files: Files, by: Actor, *, citizen: UUID | None) -> list[UUID]:
    """Keep files for what was not sent yet, so that nobody has to choose them twice; the ids of all that wait."""
    made = keep(files.new[: max(0, MOST - len(files.waiting))], by, citizen=citizen)
    if made:
        record(events.WAITING, citizen=citizen, hits=len(made))
    return [*files.waiting, *(row.id for row in made)]


def waiting_for(ids: Iterable[UUID], by: Actor, *, citizen: UUID | None) -> list[Shown]:
    """One's own files that wait, of those ids, opened; the caller records the event."""
    wanted = list(ids)[:MOST]
    return _shown(list(_waiting(by, citizen).filter(id__in=wanted).order_by("id"))) if wanted else []


def held_by(things: Collection[UUID]) -> dict[UUID, list[Shown]]:
    """The files of many things, opened, in one query; the caller has checked that they may be seen, and records it.

    A page shows so many small pictures and no more; further ones stand there by their names.
    """
    if not things:
        return {}
    found: dict[UUID, list[Shown]] = {}
    rows = list(KeptFile.objects.filter(held_by__in=list(things)).defer("small").order_by("-id"))
    first = [row.id for row in rows if row.kind in PICTURES][:SMALL]
    small = {row.id: row for row in KeptFile.objects.filter(id__in=first)} if first else {}
    for row in reversed(rows):
        shown = _shown([small.get(row.id, row)], small=row.id in small)[0]
        found.setdefault(row.held_by, []).append(shown)  # type: ignore[arg-type]
    return found


def newest(kind: str, which: Q, most: int) -> list[Named]:
    """The names of the newest files that stand with things of a kind; `which` leaves those alone that may be seen.

    A bounded number is opened, in one query; the caller says in its event whose citizens they were.
    """
    rows = list(KeptFile.objects.filter(which, held_as=kind).defer("small", "digest").order_by("-id")[:most])
    load_keys({row.citizen for row in rows if row.citizen})
    return [
        Named(row.id, name, row.held_by, row.citizen, row.made_at)
        for row, name in zip(rows, open_texts(rows, "name"), strict=True) if row.held_by
    ]  # fmt: skip


def remove_with(kind: str, things: Collection[UUID]) -> int:
    """Remove the files of things that go, and their bytes once that is certain; how many."""
    return _removed("default", current().customer_id, KeptFile.objects.filter(held_as=kind, held_by__in=list(things)))


def remove_others(kind: str, of: UUID, still: Collection[UUID]) -> int:
    """Remove those files of a thing that are not wanted any more; how many."""
    rows = KeptFile.objects.filter(held_as=kind, held_by=of).exclude(id__in=list(still))
    return _removed("default", current().customer_id, rows)


def remove_waiting(ids: Collection[UUID], by: Actor) -> int:
    """Remove one's own files that wait, of those ids."""
    rows = KeptFile.objects.filter(author_id=by.person_id, held_by=None, id__in=list(ids))
    return _removed("default", current().customer_id, rows)


@cleans("kernel.files")
def clean(most: int) -> int:
    """Remove files that waited for a day for something that was never sent."""
    before = timezone.now() - dt.timedelta(hours=PENDING_HOURS)
    ids = list(KeptFile.objects.filter(held_by=None, made_at__lt=before).values_list("id", flat=True)[:most])
    return _removed("default", current().customer_id, KeptFile.objects.filter(id__in=ids))


def _waiting(by: Actor, citizen: UUID | None) -> QuerySet[KeptFile]:
    return KeptFile.objects.filter(author_id=by.person_id, citizen=citizen, held_by=None)


def _shown(rows: Sequence[KeptFile], *, small: bool = True) -> list[Shown]:
    return [
        Shown(row.id, open_text(row, "name"), row.kind, row.size, open_data(row, "small") if small else b"")
        for row in rows
    ]


def _removed(alias: str, customer_id: UUID, rows: QuerySet[KeptFile]) -> int:
    ids = list(rows.values_list("id", flat=True))
    if ids:
        rows.filter(id__in=ids).delete()
        transaction.on_commit(_removing([(customer_id, own) for own in ids]), using=alias)
    return len(ids)


def _removing(places: Sequence[tuple[UUID, UUID]]) -> Callable[[], None]:
    def remove() -> None:
        for customer_id, own in places:
            with contextlib.suppress(OSError):  # then it lies there sealed, and no row knows of it
                sealed.remove(customer_id, own, kept=True)

    return remove


def _forget(alias: str, customer_id: UUID, subjects: Mapping[UUID, dt.datetime]) -> None:
    rows = KeptFile.objects.using(alias).filter(customer_id=customer_id, citizen__in=list(subjects))
    _removed(alias, customer_id, rows)


def _remembers(alias: str, customer_id: UUID, subjects: Sequence[UUID]) -> set[UUID]:
    rows = KeptFile.objects.using(alias).filter(customer_id=customer_id, citizen__in=subjects)
    return {citizen for citizen in rows.values_list("citizen", flat=True) if citizen}


def _tell(subject: UUID) -> dict[str, int]:
    return {"files": KeptFile.objects.filter(citizen=subject).count()}


forgetting.register("kernel.files", forget=_forget, remembers=_remembers, tell=_tell)

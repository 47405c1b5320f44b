"""Taking the log out as CSV: as a job for the person who asked, and for the operator at the server."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.sessions import operator
from heretask.kernel.jobs import queue
from heretask.kernel.jobs.models import Job
from heretask.kernel.log import bundle, naming, record
from heretask.kernel.log.covering import PATIENCE, cover
from heretask.kernel.log.exporting import Export
from heretask.kernel.log.proving import Sink
from heretask.kernel.log.queries import EXPORT_TASK, Filters, count_for, meaning_of
from heretask.kernel.log.trace import Trace, trace
from heretask.kernel.secrets.files import SealedFileReader, place_of
from heretask.kernel.secrets.opening import open_text, seal
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer

from . import events
from .models import Extract, FetchRight
from .queries import places

FETCH_WITHIN = dt.timedelta(minutes=5)


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants taken out: `plain` with the search words, `noted` sizes of checkpoints to compare with."""

    filters: Filters
    plain: bool = False
    noted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """An export about to begin: what is taken, up to when, and how many events that is at most."""

    filters: Filters
    until: int
    total: int


def keep(filters: Filters, *, by: Actor) -> UUID:
    """Keep what somebody may want taken out, for the question whether they do."""
    check(by, P.ADMIN_LOG_EXPORT)
    extract = Extract(user_id=_person(by), customer_id=by.customer_id)
    seal(extract, asked=json.dumps(filters.as_variables()))
    extract.save(force_insert=True)
    return extract.id


def kept(extract_id: UUID, *, by: Actor) -> Wish:
    """What one has asked for oneself; raises Extract.DoesNotExist for anybody else's."""
    extract = Extract.objects.get(id=extract_id, user_id=_person(by))
    asked = json.loads(open_text(extract, "asked"))
    noted = tuple(int(size) for size in asked.get("noted", "").split())
    return Wish(Filters.from_variables(asked), asked.get("plain") == "yes", noted)


def ask(extract_id: UUID, why: str, *, by: Actor, plain: bool = False, noted: Sequence[int] = ()) -> UUID:
    """Have it taken out: queued under a ticket, with an event that says what and what for. Returns the job.

    Search words stand in it where `plain` is asked for by somebody who may; otherwise they are masked.
    """
    check(by, P.ADMIN_LOG_EXPORT)
    if plain:
        check(by, P.ADMIN_LOG_EXPORT_PLAIN)
    filters = kept(extract_id, by=by).filters
    extract = Extract.objects.get(id=extract_id, user_id=_person(by))
    more = {"plain": "yes"} if plain else {}
    more |= {"noted": " ".join(map(str, noted))} if noted else {}
    seal(extract, asked=json.dumps({**filters.as_variables(), **more}))
    extract.save(update_fields=["asked"])
    job = queue.defer(EXPORT_TASK, minutes=60, extract=str(extract_id))
    record(events.EXPORT_ASKED, on=("job", job), variables={**filters.as_variables(), **more, "why": why})
    return job


def begin(filters: Filters, *, by: Actor) -> Asked:
    """Fix what an export takes: events up to this moment, so that all its parts speak of the same log."""
    check(by, P.ADMIN_LOG_EXPORT)
    until = time.time_ns() // 1000
    return Asked(filters, until, count_for(filters, until))


def look_up(export: Export) -> None:
    """Find out what the words of an export mean; it opens names, and says so. In a transaction of its own."""
    if export.filters.q:
        with export.enter():
            export.meaning = meaning_of(export.filters.q)
            record(
                events.EXPORT_LOOKED, variables=export.filters.as_variables(), opened=export.meaning.opened.keys(),
                hits=len(export.meaning.citizens),
            )  # fmt: skip


def names_in(filters: Filters, *, by: Actor) -> dict[UUID, str]:
    """The names of the person and citizen that the filters are about, for the confirmation; with its event."""
    check(by, P.ADMIN_LOG_EXPORT)
    names = naming.names("user", [filters.person] if filters.person else [])
    if filters.citizen:
        citizens = naming.names("citizen", [filters.citizen])
        record(
            events.LOG_READ, citizen=filters.citizen, variables=filters.as_variables(), hits=0, opened=citizens.keys(),
            shown=citizens.keys(),
        )  # fmt: skip
        names |= citizens
    return names


def finish(export: Export, *, job: UUID | None, sha256: str, told: str = "") -> None:
    """The event of a finished export, in the caller's transaction; `sha256` is that of what is handed out."""
    about: dict[str, object] = {"sha256": sha256, "csv_sha256": export.sha256, "until": export.until, "to": told}
    about |= {"masked": export.masked, "checkpoint": export.base.size, "without_place": export.without_place}
    record(events.EXPORTED, on=("job", job), hits=export.rows, variables={**export.filters.as_variables(), **about})


def fetch(job: Job, *, by: Actor) -> UUID:
    """Hand an extract to the one who asked for it: a right to fetch it once, within minutes; and the event."""
    check(by, P.ADMIN_LOG_EXPORT)
    if not may_be_fetched(job):
        raise Refused(_("This extract cannot be fetched any more. Make a new one."))
    right = FetchRight.objects.create(user_id=_person(by), job=job, until=timezone.now() + FETCH_WITHIN)
    record(
        events.HANDED_OUT, on=("job", job.id), hits=int(job.outcome["rows"]),
        variables={"sha256": job.outcome["sha256"], "right": str(right.id)},
    )  # fmt: skip
    return right.id


def use(right_id: UUID, *, by: Actor) -> tuple[Job, Iterator[bytes]]:
    """Use a right to fetch: once. The pieces are opened one by one, without the database, after COMMIT."""
    check(by, P.ADMIN_LOG_EXPORT)
    rights = FetchRight.objects.filter(id=right_id, user_id=_person(by), used_at=None, until__gt=Now())
    if not rights.update(used_at=Now()):
        raise Refused(_("A right to fetch works once, within 5 minutes. Fetch the extract again from its page."))
    job = FetchRight.objects.select_related("job").get(id=right_id).job
    try:
        reader = SealedFileReader(trace().customer_key, by.customer_id, UUID(job.outcome["file"]))
    except FileNotFoundError as gone:
        raise Refused(_("This extract cannot be fetched any more. Make a new one.")) from gone
    return job, iter(reader)


def may_be_fetched(job: Job) -> bool:
    """Whether a job has left a file that is still there."""
    if job.task != EXPORT_TASK or job.state != "done" or "file" not in job.outcome:
        return False
    return place_of(current().customer_id, UUID(job.outcome["file"])).exists()


def own_exports(by: Actor, limit: int = 5) -> list[Job]:
    """One's newest exports."""
    return list(Job.objects.filter(task=EXPORT_TASK, user=by.user_id).order_by("-made_at")[:limit])


def prepared(
    customer: Customer,
    *,
    by: Actor,
    filters: Filters | None = None,
    masked: bool = False,
    noted: Sequence[int] = (),
    seal_now: Callable[[], object] | None = None,
    patience: float = PATIENCE,
) -> Export:
    """The operator's export of a customer's log, ready to be written: sealed, signed, and its words understood."""

    @contextmanager
    def enter() -> Iterator[Trace]:
        with operator(customer, "log export") as here:
            yield here

    with enter():
        begun = begin(filters or Filters(), by=by)
    cover(enter, begun.until, seal=seal_now, patience=patience)
    made = Export(begun.filters, begun.until, enter, places(), masked=masked, since=noted, part=5_000)
    look_up(made)
    return made


def write_to(out: Path, export: Export) -> str:
    """Write a prepared export into files of the operator's: a .zip with everything, or a CSV and its proof beside it.

    They are in the clear, readable by their owner only; what is broken off leaves nothing. Returns `out`'s SHA-256.
    """
    if out.suffix.lower() == ".zip":
        with export.enter() as here:
            key, customer_id = here.customer_key, here.customer_id
        with _private_file(out) as sink:
            sha256 = bundle.write_zip(export, sink, f"{out.stem}.csv", customer_key=key, customer_id=customer_id)
    else:
        with _private_file(out.with_name(f"{out.name}.proof")) as proof, _private_file(out) as table:
            export.write_to(table, proof)
        sha256 = export.sha256
    with export.enter():
        finish(export, job=None, sha256=sha256, told="operator")
    return sha256


def _person(by: Actor) -> UUID:
    """Who asks; the operator has a way of their own."""
    if by.user_id is None:
        raise Denied(permission=P.ADMIN_LOG_EXPORT)
    return by.user_id


@contextmanager
def _private_file(path: Path) -> Iterator[Sink]:
    draft = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as sink:
            yield sink
            sink.flush()
            os.fsync(sink.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise

"""The export as a job: each part in a short transaction, the file sealed, its outcome on the job's row."""

from __future__ import annotations

import datetime as dt
import errno
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.utils.translation import override as language

from heretask.kernel.access.decide import check, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actors_for, person_of_session
from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import ticket
from heretask.kernel.log import bundle, tree
from heretask.kernel.log.covering import cover
from heretask.kernel.log.exporting import Export
from heretask.kernel.log.queries import EXPORT_TASK, moment
from heretask.kernel.outbox import posting
from heretask.kernel.outbox.letters import Hash, letter
from heretask.kernel.outbox.models import MailAddress
from heretask.kernel.retention import cleaning
from heretask.kernel.retention.cleaning import cleans
from heretask.kernel.secrets.files import SealedFileWriter, remove_older
from heretask.kernel.tenancy.base import current

from . import exporting
from .models import Extract, FetchRight
from .queries import KEPT_DAYS, places

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@task(EXPORT_TASK)
def export(job: UUID, *, extract: str) -> None:
    """Make the extract that somebody asked for; a second try writes the file anew."""
    here = ticket()
    with here.enter() as trace:
        person = person_of_session()
        wish = exporting.kept(UUID(extract), by=person.actor)
        if wish.plain:
            check(person.actor, P.ADMIN_LOG_EXPORT_PLAIN)
        begun = exporting.begin(wish.filters, by=person.actor)
        customer_id, key = trace.customer_id, trace.customer_key
        here.progress(0, begun.total)
    remove_older(customer_id, KEPT_DAYS)
    cover(here.enter, begun.until)
    made = Export(begun.filters, begun.until, here.enter, places(), masked=not wish.plain, since=wish.noted)
    made.told = lambda rows: here.progress(min(rows, begun.total), begun.total)
    name = f"heretask-log-{timezone.localdate():%Y-%m-%d}.csv"
    try:
        with language(person.language), SealedFileWriter(key, customer_id, job) as out:
            exporting.look_up(made)
            sha256 = bundle.write_zip(made, out, name, customer_key=key, customer_id=customer_id)
    except OSError as full:
        if full.errno in _NO_ROOM:
            with here.enter():
                here.progress(0, begun.total, problem="no room")
        raise
    with here.enter():
        exporting.finish(made, job=job, sha256=sha256, told=person.actor.user_name)
        here.progress(
            begun.total, begun.total, rows=made.rows, sha256=sha256, csv_sha256=made.sha256, file=str(job),
            until=moment(begun.until).isoformat(), name=name.replace(".csv", ".zip"), masked=made.masked,
            size=made.base.size, without_place=made.without_place,
        )  # fmt: skip


CHECKPOINT = letter(
    "admin.logs.checkpoint",
    gettext_lazy("The newest checkpoint of the log in HereTask"),
    gettext_lazy(
        "Hello\n\nThis is how far the log of your workplace in HereTask had come on %(day)s:\n\n%(size)s %(root)s\n\n"
        "Keep this mail. Whoever shortens or rewrites the log later is found out by it here:\n%(link)s\n\n"
        "You choose under My account whether these mails come.\n"
    ),
    route="admin.log_checkpoint",
    size=int,
    root=Hash,
    day=dt.date,
)


@task("admin.logs.checkpoint")
def tell_checkpoint(_job: UUID) -> None:
    """Send the newest checkpoint to those who wish it and may read the log: what they keep, nobody here can change."""
    with ticket().enter():
        newest = tree.newest_checkpoint()
        if newest is None:
            return
        wishing = {a.user_id: a for a in MailAddress.objects.filter(
            checkpoints=True, confirmed_at__isnull=False, bounced_at=None, user__active=True
        )}  # fmt: skip
        people = actors_for(User.objects.filter(id__in=wishing))
        root, day = Hash(bytes(newest.root)[:8]), timezone.localdate(newest.at)
        for own, address in wishing.items():
            if may(people[own], P.ADMIN_LOG_READ):
                posting.put(CHECKPOINT, address, size=newest.size, root=root, day=day)


@cleans("logs.fetch_right")
def old_rights(most: int) -> int:
    """Rights to fetch an extract live for minutes; a month later nobody asks about them."""
    return cleaning.remove_older(FetchRight, 30, most)


@cleans("logs.extract")
def old_extracts(most: int) -> int:
    """What somebody wanted to take out."""
    return cleaning.remove_older(Extract, 30, most)


@cleans("logs.file")
def old_files(_most: int) -> int:
    """The extracts themselves, sealed on disk."""
    return remove_older(current().customer_id, KEPT_DAYS)

"""Handing over by a link, and withdrawing: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.secrets.files import SealedFileWriter, remove
from heretask.kernel.secrets.opening import seal
from heretask.platform.printing import actions as printing
from heretask.platform.printing.policies import check_period
from heretask.platform.printing.queries import new_number
from heretask.platform.printing.sheets import Kind, Sheet

from . import events, locking, policies, queries
from .models import Handing
from .policies import To
from .queries import Line

USE = P.PLATFORM_HANDING_USE


@dataclass(frozen=True, slots=True)
class Given:
    """What is shown to the giver once: the link's token and the code, which travel apart."""

    handing: Handing
    token: str
    code: str
    label: str
    to: To


def kind_for(key: str, about: UUID, by: Actor) -> Kind:
    """What is to be handed over; raises Denied. Opens nothing."""
    check(by, USE)
    return printing.kind_for(key, about, by)


def give(
    *, key: str, about: UUID, to: To, basis: str, last_day: dt.date, by: Actor,
    paper: Callable[[Sheet, Handing], bytes], days: int = 0,
) -> Given:  # fmt: skip
    """Make the document for one receiver; only link and code together open it. Raises Refused and Denied."""
    kind = kind_for(key, about, by)
    kept = policies.check_to(to)
    policies.check_basis(basis)
    ends_at = policies.check_end(last_day)
    chosen = check_period(days, periods=kind.periods)
    sheet = kind.make(about, chosen, by)
    token, code = locking.new_token(), locking.new_code()
    row = Handing(
        giver_id=by.person_id, kind=key, about=about, subject=sheet.citizen, number=new_number(), lines=sheet.lines,
        basis=basis, ends_at=ends_at, customer_id=by.customer_id,
    )  # fmt: skip
    seal(row, to=json.dumps({"name": kept.name, "relation": kept.relation, "why": kept.why}, ensure_ascii=False))
    made = locking.lock(token, code, row.id)
    row.link_hash, row.salt, row.check_hash = made.link_hash, made.salt, made.check_hash
    row.save(force_insert=True)
    why = f"{kept.name}, {kept.relation}: {kept.why} ({policies.BASES[basis]})"
    record(
        events.GIVEN if sheet.citizen else events.GIVEN_LIST, citizen=sheet.citizen, on=("handing", row.id),
        hits=sheet.lines, variables={"why": why}, opened=sheet.opened,
    )  # fmt: skip
    with SealedFileWriter(made.key, by.customer_id, row.file, kept=True) as file:  # last: what fails before leaves none
        file.write(paper(sheet, row))
    return Given(row, token, code, str(kind.label), kept)


def see_own(*, by: Actor) -> list[Line]:
    """What one has handed over by links, and what became of it."""
    check(by, USE)
    found, opened = queries.own(by)
    record(events.LISTED, hits=len(found), shown=[line.id for line in found], opened=opened)
    return found


def withdraw(handing_id: UUID, *, by: Actor) -> Handing:
    """Let it be opened no more, and destroy the file. Raises Refused where it is over already."""
    row = policies.check_own(by, queries.handing_called(handing_id))
    policies.check_waiting(row)
    row.withdrawn_at = row.emptied_at = timezone.now()
    row.save(update_fields=["withdrawn_at", "emptied_at"])
    record(events.WITHDRAWN, citizen=row.subject, on=("handing", row.id), changed=["withdrawn_at"])
    remove(row.owner_id, row.file, kept=True)
    return row

"""What is done with citizens: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.log import record
from heretask.kernel.log.registry import Action
from heretask.kernel.log.searches import store_search, stored_search
from heretask.kernel.secrets import erasing, forgetting
from heretask.kernel.secrets.erasing import Told
from heretask.kernel.secrets.models import DataKey
from heretask.kernel.secrets.opening import make_data_key, open_text, seal
from heretask.kernel.secrets.words import words_of
from heretask.kernel.tenancy.base import current
from heretask.social import indexing

from . import events, policies, queries
from .models import Citizen, Light
from .queries import Head, Summary

PLACE = "social.citizens"
ERASE_PLACE = "social.citizens_erase"
_CPR = re.compile(r"(\d{6})[- ]?(\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search among the citizens."""

    words: str
    rows: list[Summary]
    among: int


@dataclass(frozen=True, slots=True)
class ToErase:
    """What must be seen before somebody is erased: who it is, and how much there is of them."""

    id: UUID
    name: str
    cpr: str
    unit_name: str
    active: bool
    counts: dict[str, int]


def list_citizens(by: Actor) -> list[Summary]:
    """The citizens `by` works with: those of their units, and those they are close to."""
    check(by, Permission.SOCIAL_CITIZENS_SEE)
    rows = queries.summaries(queries.citizens_for(by, Permission.SOCIAL_CITIZENS_SEE))
    ids = [row.id for row in rows]
    record(events.LISTED, hits=len(ids), shown=ids, opened=ids)
    return rows


def begin_search(words: str, by: Actor) -> UUID:
    """Keep what is asked for under an opaque id, to be answered by `resume_search`."""
    check(by, Permission.SOCIAL_CITIZENS_SEE)
    return store_search(PLACE, {"q": words})


def resume_search(search_id: UUID, by: Actor) -> Found:
    """Answer a search of one's own; raises Denied for anybody else's."""
    check(by, Permission.SOCIAL_CITIZENS_SEE)
    try:
        variables = stored_search(PLACE, search_id)
    except ObjectDoesNotExist:
        raise Denied(permission=Permission.SOCIAL_CITIZENS_SEE) from None
    return search_citizens(str(variables["q"]), by)


def search_citizens(words: str, by: Actor) -> Found:
    """Search name and room of those `by` works with, by how words begin; a whole CPR number is found by equality.

    Keyed hashes say who may fit; only they are opened.
    """
    check(by, Permission.SOCIAL_CITIZENS_SEE)
    return _sought(queries.citizens_for(by, Permission.SOCIAL_CITIZENS_SEE), words, events.SEARCHED)


def _sought(rows: Sequence[Citizen], words: str, said: Action) -> Found:
    """Those of `rows` whom the words mean; `said` is the event that names those who were opened to find out."""
    number = _CPR.fullmatch(words.strip())
    if number:
        wanted = queries.cpr_hash(number[0])
        fitting = [c for c in rows if c.cpr_hash is not None and bytes(c.cpr_hash) == wanted]
        found = opened = queries.summaries(fitting)
    else:
        asked = words_of(words)
        opened = queries.summaries(queries.may_begin(rows, asked))
        found = [row for row in opened if queries.begins(words_of(f"{row.name} {row.room}"), asked)]
    shown = [row.id for row in found]
    record(said, variables={"q": words}, hits=len(found), shown=shown, opened=[row.id for row in opened])
    return Found(words, found, len(rows))


def open_citizen(citizen_id: UUID, by: Actor) -> Head:
    """Open one citizen's own data; raises Denied for one `by` does not work with."""
    head = queries.head_for(citizen_id, by, Permission.SOCIAL_CITIZENS_SEE)
    record(events.OPENED, citizen=citizen_id, on=("citizen", citizen_id), shown=[citizen_id], opened=[citizen_id])
    return head


def create_citizen(
    *,
    unit_id: UUID,
    name: str,
    by: Actor,
    cpr: str = "",
    facts: Mapping[str, str] | None = None,
    light: str = Light.GREEN,
    moved_in: dt.date | None = None,
) -> Citizen:
    """Create a citizen with a key of their own."""
    check(by, Permission.SOCIAL_CITIZENS_IMPORT)
    citizen, key = build_citizen(unit_id=unit_id, name=name, cpr=cpr, facts=facts, light=light, moved_in=moved_in)
    key.save(force_insert=True)
    citizen.save(force_insert=True)
    indexing.put_citizens([(citizen.id, queries.sought_texts(name, facts or {}))])
    record(events.CREATED, citizen=citizen.id, on=("citizen", citizen.id), changed=["name", "cpr", "facts", "unit"])
    return citizen


def build_citizen(
    *,
    unit_id: UUID,
    name: str,
    cpr: str = "",
    facts: Mapping[str, str] | None = None,
    light: str = Light.GREEN,
    moved_in: dt.date | None = None,
) -> tuple[Citizen, DataKey]:
    """A citizen and their key, sealed and not yet saved, for those who make many at once and record their own event."""
    citizen = Citizen(
        customer_id=current().customer_id, unit_id=unit_id, light=light, moved_in=moved_in,
        cpr_hash=queries.cpr_hash(cpr),
    )  # fmt: skip
    key = make_data_key(citizen.id)
    known = {name: text for name, text in (facts or {}).items() if text}
    seal(citizen, name=name.strip(), cpr=cpr, facts=json.dumps(known, ensure_ascii=False, sort_keys=True))
    return citizen, key


def list_erased(by: Actor) -> list[Told]:
    """Who was erased, newest first: no names are left, but when, by whom and why."""
    check(by, Permission.SOCIAL_CITIZENS_ERASE)
    told = erasing.all_erased()
    record(events.ERASED_LISTED, hits=len(told), shown=[one.subject for one in told])
    return told


def begin_erase_search(words: str, by: Actor) -> UUID:
    """Keep what is asked for, to be answered by `resume_erase_search`."""
    check(by, Permission.SOCIAL_CITIZENS_ERASE)
    return store_search(ERASE_PLACE, {"q": words})


def resume_erase_search(search_id: UUID, by: Actor) -> Found:
    """Look for somebody to erase in the whole customer, by name or CPR number; raises Denied for another's search."""
    check(by, Permission.SOCIAL_CITIZENS_ERASE)
    try:
        words = str(stored_search(ERASE_PLACE, search_id)["q"])
    except ObjectDoesNotExist:
        raise Denied(permission=Permission.SOCIAL_CITIZENS_ERASE) from None
    return _sought(queries.not_erased(), words, events.ERASE_SEARCHED)


def look_at_erasing(citizen_id: UUID, by: Actor) -> ToErase:
    """What erasing this citizen would mean; nothing is changed. Raises Denied, and Gone for one erased already."""
    check(by, Permission.SOCIAL_CITIZENS_ERASE)
    citizen = queries.to_erase(citizen_id)
    found = ToErase(
        citizen.id, open_text(citizen, "name"), open_text(citizen, "cpr"), citizen.unit.name, citizen.active,
        forgetting.told(citizen.id),
    )  # fmt: skip
    record(events.ERASE_SHOWN, citizen=citizen_id, on=("citizen", citizen_id), opened=[citizen_id], shown=[citizen_id])
    return found


def erase_citizen(citizen_id: UUID, *, typed: str, reason: str, by: Actor) -> None:
    """Destroy a citizen's key, and with it every word about them, for ever. Raises Refused where a rule says no."""
    check(by, Permission.SOCIAL_CITIZENS_ERASE)
    citizen = queries.to_erase(citizen_id)
    why = policies.check_erasing(open_text(citizen, "name"), typed, reason)
    erasing.erase(citizen_id, why)
    record(
        events.ERASED, citizen=citizen_id, on=("citizen", citizen_id), opened=[citizen_id], shown=[citizen_id],
        variables={"why": why}, changed=["name", "cpr", "facts", "notes", "drafts", "tasks", "appointments"],
    )  # fmt: skip

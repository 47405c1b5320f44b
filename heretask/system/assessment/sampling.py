"""Samples by an auditor's own seed: drawn out of what they may see, kept, and drawn anew each time one is read."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.decide import Actor, check, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.populations import POPULATIONS, Line, Period, Population
from heretask.kernel.log import record
from heretask.kernel.secrets.opening import open_text, seal
from heretask.kernel.tenancy.base import current

from . import events, policies
from .models import Sample

LISTED = 30  # the newest of a list


@dataclass(frozen=True, slots=True)
class Seen:
    """A sample with its seed, its rows as the reader may see them, and what drawing it anew just now has given."""

    sample: Sample
    seed: str
    lines: tuple[Line, ...]
    gone: tuple[UUID, ...]  # drawn, and not there any more
    size: int
    digest: str
    drawn: tuple[UUID, ...]

    @property
    def same_population(self) -> bool:
        """Whether it is drawn from the very rows it was drawn from then."""
        return self.digest == self.sample.digest

    @property
    def same_rows(self) -> bool:
        """Whether the same rows come out."""
        return list(self.drawn) == self.sample.drawn


def open_to(by: Actor) -> list[Population]:
    """What this person may draw from: rows that they may see anyway."""
    return [one for one in POPULATIONS.values() if may(by, one.permission)]


def draw(key: str, first: dt.date, last: dt.date, *, seed: str, wanted: int, by: Actor) -> Sample:
    """Draw by a seed, and keep what was drawn, from how many and by whom. Raises Refused with a sentence."""
    check(by, P.SYSTEM_ASSESSMENT_SEE)
    known = POPULATIONS[key]
    check(by, known.permission)
    period = Period(*policies.check_period(first, last, timezone.now()))
    plain, number = policies.check_seed(seed), policies.check_wanted(wanted)
    found = known.find(period, policies.LARGEST + 1)
    policies.check_size(len(found))
    made = Sample(
        population=key, since=period.since, until=period.until, wanted=number, size=len(found),
        digest=_digest(found), drawn=policies.draw(plain, found, number), customer_id=current().customer_id,
    )  # fmt: skip
    seal(made, seed=plain)
    made.save(force_insert=True)
    told = {"rows": key, "of": str(made.size), "sha256": made.digest, "seed": plain}
    record(events.DRAWN, on=("sample", made.id), hits=len(made.drawn), variables=told)
    return made


def see_all(*, by: Actor) -> list[Sample]:
    """The newest samples of what this person may see, whoever drew them."""
    check(by, P.SYSTEM_ASSESSMENT_SEE)
    keys = [one.key for one in open_to(by)]
    found = list(Sample.objects.filter(population__in=keys).order_by("-done_at")[:LISTED])
    record(events.SAMPLES_LISTED, hits=len(found))
    return found


def see(sample_id: UUID, *, by: Actor) -> Seen:
    """One sample, with its rows, drawn anew; raises Sample.DoesNotExist."""
    sample, known, period = _get(sample_id, by)
    seed, found = open_text(sample, "seed"), known.find(period, policies.LARGEST + 1)
    lines = {line.id: line for line in known.tell(sample.drawn, period, by)}
    record(events.SAMPLE_READ, on=("sample", sample.id), hits=len(lines))
    return Seen(
        sample, seed, tuple(lines[own] for own in sample.drawn if own in lines),
        tuple(own for own in sample.drawn if own not in lines), len(found), _digest(found),
        tuple(policies.draw(seed, found, sample.wanted)),
    )  # fmt: skip


def take_list(sample_id: UUID, *, by: Actor) -> bytes:
    """The list that a sample is drawn from, as it is now: ids alone. Raises Sample.DoesNotExist."""
    sample, known, period = _get(sample_id, by)
    content = policies.listed(known.find(period, policies.LARGEST + 1))
    record(events.LIST_HANDED, on=("sample", sample.id), variables={"sha256": hashlib.sha256(content).hexdigest()})
    return content


def _get(sample_id: UUID, by: Actor) -> tuple[Sample, Population, Period]:
    check(by, P.SYSTEM_ASSESSMENT_SEE)
    sample = Sample.objects.get(id=sample_id)
    known = POPULATIONS[sample.population]
    check(by, known.permission)
    return sample, known, Period(sample.since, sample.until)


def _digest(found: list[UUID]) -> str:
    return hashlib.sha256(policies.listed(found)).hexdigest()

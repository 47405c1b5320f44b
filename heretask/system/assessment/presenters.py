"""The assessment as its page shows it: words, figures, samples, and thirty days as a strip."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise as Lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heretask.kernel.evidence.measuring import MEASURES
from heretask.kernel.evidence.promises import PROMISES, SECTIONS, Promise
from heretask.kernel.evidence.weighing import NOT_MEASURED
from heretask.kernel.identity.people import names_of
from heretask.kernel.jobs.models import Job
from heretask.ui.shell import Item
from heretask.ui.templatetags.ht import state_word

from .queries import DAYS, Assessment, Document, Others, Shown, is_shown
from .words import said_sample, said_state

KINDS_OF_DOCUMENT: dict[str, tuple[Lazy | str, Lazy]] = {
    "pdf": ("PDF", gettext_lazy("For people: to read, print and archive. Works with a screen reader (PDF/UA, PDF/A).")),
    "json": ("JSON", gettext_lazy("For programs: every promise with state, figure, sample and how it was measured.")),
    "oscal": ("OSCAL", gettext_lazy("For auditors' tools: assessment results after OSCAL 1.2.")),
    "catalog": (gettext_lazy("OSCAL catalog"), gettext_lazy("The promises themselves as controls, after OSCAL 1.2.")),
}  # fmt: skip
Samples = Sequence[tuple[str, Lazy | str]]  # keys and names of what can be drawn from
FILTERS = ("ok", "due", "broken", "unknown")
KINDS: dict[str, Lazy] = {
    "E": gettext_lazy("enforced by the software"), "M": gettext_lazy("checked by measuring"),
    "D": gettext_lazy("a duty of people"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One promise."""

    id: str
    sentence: Lazy
    kinds: str
    state: str
    word: str
    figure: str
    counts: Lazy | str
    how: Lazy | str
    sample: tuple[tuple[str, str], ...]
    measured_at: dt.datetime | None
    stale: bool
    seconds: str
    version: str
    strip: tuple[str, ...]
    strip_label: str
    customers: tuple[tuple[str, str, str, str], ...]
    samples: tuple[tuple[str, Lazy | str], ...]

    @property
    def group(self) -> str:
        """Under which of the four heads it is counted: not measured yet is never among those that hold."""
        return "unknown" if self.state == NOT_MEASURED else self.state

    @property
    def measured(self) -> bool:
        """Whether anything is claimed at all."""
        return self.measured_at is not None


@dataclass(frozen=True, slots=True)
class Section:
    """Promises under one head."""

    title: Lazy
    key: str
    rows: tuple[Row, ...]
    of: int
    measured: int


def page_context(found: Assessment, shown: str, *, by_customer: bool, samples: Mapping[str, Samples]) -> dict[str, Any]:
    """Everything that the page needs. `shown` filters by state; '' shows all. `samples` can be drawn by this reader."""
    rows = {
        id_: _row(promise, found, by_customer=by_customer, samples=samples.get(id_, ()))
        for id_, promise in PROMISES.items()
    }
    counts = Counter(row.group for row in rows.values())
    waiting = sum(not row.measured for row in rows.values())
    shown = shown if shown in FILTERS else ""
    sections = []
    for number, (title, promises) in enumerate(SECTIONS, 1):
        own = [rows[p.id] for p in promises]
        kept = tuple(row for row in own if not shown or row.group == shown)
        if kept:
            sections.append(Section(title, f"s{number}", kept, len(own), sum(row.measured for row in own)))
    ages = [row.measured_at for row in rows.values() if row.measured_at]
    return {
        "sections": sections, "shown": shown, "all": len(rows), "waiting": waiting, "everywhere": found.everywhere,
        "stats": [(key, STATS[key], counts[key], key == shown) for key in FILTERS],
        "urgent": [row for row in rows.values() if row.state in {"broken", "unknown"}],
        "urgent_state": "broken" if counts["broken"] else "unknown",
        "latest": max(ages, default=None), "oldest": min(ages, default=None),
        "versions": sorted({row.version for row in rows.values() if row.version}),
    }  # fmt: skip


STATS: dict[str, Lazy] = {
    "ok": gettext_lazy("Holds"), "due": gettext_lazy("Due"), "broken": gettext_lazy("Broken"),
    "unknown": gettext_lazy("Not measured"),
}  # fmt: skip


def _row(promise: Promise, found: Assessment, *, by_customer: bool, samples: Samples) -> Row:
    weighed = found.weighed[promise.id]
    measure = MEASURES.get(promise.id)
    strip = _strip(found.days.get(promise.id, {}))
    customers = weighed.at if by_customer and len(weighed.at) > 1 else ()
    return Row(
        promise.id, promise.sentence, ", ".join(str(KINDS[kind]) for kind in promise.kinds), weighed.state,
        said_state(weighed.state, stale=weighed.stale), weighed.figure,
        capfirst(str(measure.counts)) if measure else "",
        measure.how if measure else "",
        said_sample(weighed.sample), weighed.measured_at, weighed.stale, formats.number_format(weighed.seconds, 2),
        weighed.code_version, strip, _strip_label(strip),
        tuple((c.customer, c.state_now, state_word(c.state_now), c.figure) for c in customers), tuple(samples),
    )  # fmt: skip


def _strip(days: Mapping[dt.date, str]) -> tuple[str, ...]:
    today = timezone.localdate()
    return tuple(days.get(today - dt.timedelta(days=back), "unknown") for back in range(DAYS - 1, -1, -1))


def _strip_label(strip: tuple[str, ...]) -> str:
    count = Counter(strip)
    parts = [
        (count["broken"], ngettext("broken %(count)d day", "broken %(count)d days", count["broken"])),
        (count["due"], ngettext("due %(count)d day", "due %(count)d days", count["due"])),
        (count["ok"], ngettext("held %(count)d day", "held %(count)d days", count["ok"])),
        (count["unknown"], ngettext("not measured %(count)d day", "not measured %(count)d days", count["unknown"])),
    ]
    said = ", ".join(words % {"count": number} for number, words in parts if number)
    return _("30 days: %(said)s") % {"said": said}


def shown_context(found: Mapping[str, Shown]) -> dict[str, Any]:
    """The summary for strangers: sentences, states and days, and nothing else."""
    words = {
        "ok": _("Holds"), "due": _("Due"), "broken": _("Does not hold"), "unknown": _("Not measured"),
    }  # fmt: skip
    states = {id_: found[id_].state if id_ in found else "unknown" for id_ in PROMISES}
    count = Counter(states.values())
    days = [one.day for one in found.values()]
    return {
        "stats": [(key, words[key], count[key]) for key in FILTERS], "all": len(states), "day": min(days, default=None),
        "sections": [
            (f"s{number}", title, [(p.id, p.sentence, states[p.id], words[states[p.id]]) for p in promises])
            for number, (title, promises) in enumerate(SECTIONS, 1)
        ],
    }  # fmt: skip


def door() -> Item | None:
    """The way to that summary, at the foot of the pages of those who are not signed in, where it is shown."""
    if not is_shown():
        return None
    return Item("assessment", _("How our promises stand"), reverse("system.assessment_shown"), "shield")


def documents_context(found: list[Document], unfinished: list[Job]) -> dict[str, Any]:
    """What can be taken out, what is being made, and what was."""
    names = names_of({one.taken.done_by for one in found if one.taken.done_by})
    return {
        "kinds": list(KINDS_OF_DOCUMENT.items()),
        "unfinished": [{"at": job.made_at, **job_context(job)} for job in unfinished],
        "documents": [
            {
                "id": one.taken.id, "kind": KINDS_OF_DOCUMENT[one.taken.kind][0], "at": one.taken.done_at,
                "digest": one.taken.digest, "size": filesizeformat(one.taken.size), "signed": one.signature is not None,
                "who": names.get(one.taken.done_by, "") if one.taken.done_by else "",
            }
            for one in found
        ],
    }  # fmt: skip


def _kind_of(job: Job) -> Lazy | str:
    """What a job makes, as far as it has come to say so."""
    kind = str(job.outcome.get("kind", ""))
    return KINDS_OF_DOCUMENT[kind][0] if kind in KINDS_OF_DOCUMENT else ""


def measuring_context(job: Job, others: Others) -> dict[str, Any]:
    """How far measuring is: here promise by promise, then customer by customer."""
    own = job_context(job)
    return {
        **own, "here": own["ended"], "others": others, "ended": own["ended"] and others.ended,
        "failed": own["failed"] or others.failed > 0,
    }  # fmt: skip


def job_context(job: Job) -> dict[str, Any]:
    """How far a document is, or measuring at one's own customer."""
    return {
        "kind": _kind_of(job),
        "job_id": job.id, "done": job.done, "total": max(job.total, 1), "state": job.state,
        "ended": job.state in {"done", "failed"}, "failed": job.state == "failed",
    }  # fmt: skip

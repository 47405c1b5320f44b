"""The assessment as its page shows it: words, figures, samples, and thirty days as a strip."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
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

from .queries import DAYS, Assessment, Document, Others
from .words import SAMPLES

KINDS_OF_DOCUMENT: dict[str, tuple[Lazy | str, Lazy]] = {
    "pdf": ("PDF", gettext_lazy("For people: to read, print and archive. Works with a screen reader (PDF/UA, PDF/A).")),
    "json": ("JSON", gettext_lazy("For programs: every promise with state, figure, sample and how it was measured.")),
    "oscal": ("OSCAL", gettext_lazy("For auditors' tools: assessment results after OSCAL 1.2.")),
    "catalog": (gettext_lazy("OSCAL catalog"), gettext_lazy("The promises themselves as controls, after OSCAL 1.2.")),
}  # fmt: skip
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


def page_context(found: Assessment, shown: str, *, by_customer: bool) -> dict[str, Any]:
    """Everything that the page needs. `shown` filters by state; '' shows all."""
    rows = {id_: _row(promise, found, by_customer=by_customer) for id_, promise in PROMISES.items()}
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


def _row(promise: Promise, found: Assessment, *, by_customer: bool) -> Row:
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
        tuple((c.customer, c.state_now, str(_state_word(c.state_now)), c.figure) for c in customers),
    )  # fmt: skip


def said_state(state: str, *, stale: bool) -> str:
    """The word for a state."""
    if state == NOT_MEASURED:
        return _("Not measured yet")
    if stale and state == "unknown":
        return _("Too old")
    return str(_state_word(state))


def _state_word(state: str) -> str:
    words = {"ok": _("Holds"), "due": _("Due"), "broken": _("Broken"), "unknown": _("Cannot be measured")}
    return words[state]


def said_sample(sample: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """A sample in words."""
    return tuple((str(SAMPLES.get(name, name)), _value(value)) for name, value in sample.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or _("none")
    return _("none") if value is None else str(value)


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


def documents_context(found: list[Document]) -> dict[str, Any]:
    """What can be taken out, and what was."""
    names = names_of({one.taken.done_by for one in found if one.taken.done_by})
    return {
        "kinds": list(KINDS_OF_DOCUMENT.items()),
        "documents": [
            {
                "id": one.taken.id, "kind": KINDS_OF_DOCUMENT[one.taken.kind][0], "at": one.taken.done_at,
                "digest": one.taken.digest, "size": filesizeformat(one.taken.size), "signed": one.signature is not None,
                "who": names.get(one.taken.done_by, "") if one.taken.done_by else "",
            }
            for one in found
        ],
    }  # fmt: skip


def job_context(job: Job, others: Others) -> dict[str, Any]:
    """How far measuring is: here promise by promise, then customer by customer."""
    ended = job.state in {"done", "failed"}
    return {
        "job_id": job.id, "done": job.done, "total": max(job.total, 1), "state": job.state, "others": others,
        "here": ended, "ended": ended and others.ended, "failed": job.state == "failed" or others.failed > 0,
    }  # fmt: skip

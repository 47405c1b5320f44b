"""Self-audits and minutes as their pages show them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms import Form
from django.utils import timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heretask.kernel.access.decide import Actor
from heretask.kernel.evidence.promises import SECTIONS
from heretask.kernel.identity.people import names_of
from heretask.kernel.log import witness
from heretask.kernel.secrets.opening import open_text
from heretask.system.assessment.words import said_sample, said_state
from heretask.system.records.models import Signature
from heretask.ui.templatetags.ht import day, day_whole

from .declarations import FAILS, FROM_MINUTES, KEEPS, REMARK, UNASSESSED, VERDICTS
from .languages import LANGUAGES, own, read
from .minutes import Kept
from .models import Step
from .queries import Finding, Seen

STATE_OF = {KEEPS: "ok", REMARK: "ok", FAILS: "broken", UNASSESSED: "unknown"}
HOW: dict[str, Lazy] = {
    "passkey": gettext_lazy("with a passkey"), "password": gettext_lazy("with their password"),
    "sign-in": gettext_lazy("with password and code just before"),
    "vouched": gettext_lazy("with their password, vouched for by two colleagues"),
    "unknown": gettext_lazy("how they proved who they are is not known"),
}  # fmt: skip

AS_DOCUMENT: dict[str, Lazy] = {
    "da": gettext_lazy("As a document in Danish"), "en": gettext_lazy("As a document in English"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mending:
    """Something that must be mended, as a line."""

    id: UUID
    what: str
    sub: str
    state: str
    word: str
    promise: str
    open: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One promise of an audit: what was frozen of it, and what was concluded."""

    id: str
    sentence: str
    state: str
    word: str
    figure: str
    counts: str
    how: str
    measured_at: dt.datetime | None
    version: str
    sample: tuple[tuple[str, str], ...]
    verdict: str
    verdict_state: str
    verdict_word: Any
    words: str
    who: str
    form: Form | None
    carried: tuple[Mending, ...]


def list_context(audits: list[Seen], findings: list[Finding], minutes: list[Kept]) -> dict[str, Any]:
    """Everything there is, the newest first."""
    names = names_of({s.done_by for seen in audits for s in seen.steps.values() if s.done_by})
    return {
        "audits": [_audit_line(seen, names) for seen in audits],
        "under_way": next((seen.audit.id for seen in audits if seen.finished is None), None),
        "minutes": [_minutes_line(kept) for kept in minutes],
        "minutes_open": any(not kept.signed for kept in minutes),
        "open_findings": _mendings(f for f in findings if f.open),
        "mended": _mendings(f for f in findings if not f.open),
    }  # fmt: skip


def _audit_line(seen: Seen, names: Mapping[UUID, str]) -> dict[str, Any]:
    state, word = _standing(seen)
    return {
        "id": seen.audit.id, "at": seen.audit.done_at, "state": state, "word": word, "counts": _counted(seen.verdicts),
        "done": len(seen.conclusions), "of": len(seen.promises),
        "by": ", ".join(names.get(s.done_by, "") for s in seen.steps.values() if s.done_by),
    }  # fmt: skip


def _standing(seen: Seen) -> tuple[str, str]:
    if seen.finished is None:
        return "due", _("Under way")
    return ("ok", _("Finished")) if seen.countersigned else ("due", _("Waits for the other manager"))


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{str(label).lower()}: {counts[key]}" for key, label in VERDICTS.items() if counts[key])


def _minutes_line(kept: Kept) -> dict[str, Any]:
    content = kept.content()
    waiting = _("Waits for %(count)d signatures") if not kept.signers else _("Waits for the other signature")
    return {
        "id": kept.document, "held_on": content.held_on, "number": kept.version.number, "signed": kept.signed,
        "decisions": len(content.decisions), "state": "ok" if kept.signed else "due",
        "word": _("Signed by both") if kept.signed else waiting % {"count": 2},
    }  # fmt: skip


def _mendings(findings: Iterable[Finding]) -> tuple[Mending, ...]:
    rows = list(findings)
    names = names_of({UUID(f.item.values["responsible"]) for f in rows})
    return tuple(_mending(one, names) for one in rows)


def _mending(one: Finding, names: Mapping[UUID, str]) -> Mending:
    values, standing = one.item.values, one.standing
    whence = _("The general meeting") if values["origin"] == FROM_MINUTES else _("Self-audit")
    due = standing.duty.due_on if standing else timezone.localdate()
    late = standing.missed_by if standing else 0
    word, state = _("by %(day)s") % {"day": day(due)}, "ok"
    if standing and standing.closing:
        word = _("Mended")
    elif late:
        state = "broken"
        word = ngettext("%(count)d day late", "%(count)d days late", late) % {"count": late}
    elif standing and standing.state == "due":
        state = "due"
    name = names.get(UUID(values["responsible"]), "")
    return Mending(one.item.id, values["what"], f"{name} · {whence}", state, word, values["promise"], one.open)


def audit_context(seen: Seen, findings: list[Finding], *, by: Actor) -> dict[str, Any]:
    """One audit: its sections, who stands behind it, and what came of it."""
    ids = (
        {s.done_by for s in seen.steps.values()} | {c.done_by for c in seen.conclusions.values()} | {seen.audit.done_by}
    )
    names = names_of({one for one in ids if one})
    state, word = _standing(seen)
    own = [f for f in findings if f.item.values["source"] == str(seen.audit.id)]
    seconds = sorted(c.seconds for c in seen.conclusions.values())
    mine = seen.finished is not None and seen.finished.done_by == by.user_id
    return {
        "audit": seen.audit, "state": state, "word": word, "done": len(seen.conclusions), "of": len(seen.promises),
        "left": seen.left, "sections": [_section_line(seen, n) for n in range(1, len(SECTIONS) + 1)],
        "next": next_section(seen, 0), "begun_by": names.get(seen.audit.done_by or UUID(int=0), ""),
        "finished": _step(seen.finished, names), "countersigned": _step(seen.countersigned, names), "mine": mine,
        "counts": [(STATE_OF[key], label, seen.verdicts[key]) for key, label in VERDICTS.items()],
        "intact": seen.intact, "digest": seen.finished.digest if seen.finished else seen.audit.digest,
        "findings": _mendings(own), "seconds": round(seconds[len(seconds) // 2]) if seconds else None,
        "together": max((c.batch for c in seen.conclusions.values()), default=0),
        "rows": [_row(seen, id_, (), names) for id_ in seen.promises] if seen.finished else [],
    }  # fmt: skip


def _step(step: Step | None, names: Mapping[UUID, str]) -> str:
    if step is None:
        return ""
    who = {"name": names.get(step.done_by or UUID(int=0), ""), "day": day(step.done_at), "how": HOW.get(step.how, "")}
    return _("%(name)s, %(day)s, %(how)s") % who


def _section_line(seen: Seen, number: int) -> dict[str, Any]:
    title, promises = SECTIONS[number - 1]
    own = [p.id for p in promises if p.id in seen.promises]
    done = [id_ for id_ in own if id_ in seen.conclusions]
    broken = sum(seen.promises[id_]["state"] == "broken" for id_ in own)
    return {
        "number": number, "title": title, "done": len(done), "of": len(own), "broken": broken,
        "complete": len(done) == len(own),
    }  # fmt: skip


def next_section(seen: Seen, after: int) -> int | None:
    """The next section with something to conclude on, beginning after one and going round; None where all is done."""
    count = len(SECTIONS)
    for step in range(1, count + 1):
        number = (after - 1 + step) % count + 1
        if not _section_line(seen, number)["complete"]:
            return number
    return None


def section_context(
    seen: Seen, number: int, findings: list[Finding],
    given: Mapping[str, Form],
) -> dict[str, Any]:  # fmt: skip
    """The promises of one section."""
    title, promises = SECTIONS[number - 1]
    names = names_of({c.done_by for c in seen.conclusions.values() if c.done_by})
    open_ones = [f for f in findings if f.open]
    rows = []
    for promise in promises:
        form = given[promise.id]
        rows.append(_row(seen, promise.id, _mendings(f for f in open_ones if f.item.values["promise"] == promise.id),
                         names, form if seen.finished is None else None))  # fmt: skip
    waiting = [row for row in rows if not row.verdict and row.state == "ok"]
    return {
        "audit": seen.audit, "number": number, "title": title, "rows": rows, "rest": len(waiting),
        "done": len(seen.conclusions), "of": len(seen.promises), "locked": seen.finished is not None,
        "before": number - 1 or None, "after": number + 1 if number < len(SECTIONS) else None, "last": len(SECTIONS),
    }  # fmt: skip


def _row(
    seen: Seen, id_: str, carried: tuple[Mending, ...], names: Mapping[UUID, str],
    form: Form | None = None,
) -> Row:  # fmt: skip
    one, conclusion = seen.promises[id_], seen.conclusions.get(id_)
    verdict = conclusion.verdict if conclusion else ""
    return Row(
        id_, read(one["sentence"]), one["state"],
        said_state(one["state"], stale=one["stale"]), one["figure"], read(one["counts"]), read(one["how"]),
        dt.datetime.fromisoformat(one["measured_at"]) if one["measured_at"] else None, one["code"],
        said_sample(one["sample"]), verdict, STATE_OF.get(verdict, ""), VERDICTS.get(verdict, ""),
        open_text(conclusion, "words") if conclusion else "",
        names.get(conclusion.done_by, "") if conclusion and conclusion.done_by else "", form, carried,
    )  # fmt: skip


def minutes_context(kept: Kept, filled: Any, people: Mapping[UUID, str], *, by: Actor) -> dict[str, Any]:
    """Minutes: read-only once signed, and before that the forms of `filled`."""
    content = kept.content()
    names = names_of(
        {s.done_by for s in kept.signatures if s.done_by} | {v.done_by for v in kept.versions if v.done_by}
    )
    return {
        "kept": kept, "content": content, "held_on": content.held_on, "since": dt.date.fromisoformat(content.since),
        "signatures": [_signature(one, names) for one in kept.signatures], "locked": kept.signed,
        "mine": by.user_id in kept.signers, "filled": filled,
        "older": str(filled.base) != str(kept.version.id),  # what was filled in stands on a version before
        "papers": [(code, AS_DOCUMENT[code]) for code in LANGUAGES],
        "versions": [(v, names.get(v.done_by or UUID(int=0), "")) for v in kept.versions],
        "carried": [{**one, "due_on": dt.date.fromisoformat(one["due_on"])} for one in content.carried],
        "points": [
            (point.point, point, [_decision(d.what, d.responsible, d.due_on, people) for d in point.point.decisions])
            for point in filled.points
        ],
    }  # fmt: skip


def minutes_paper(kept: Kept, people: Mapping[UUID, str]) -> dict[str, Any]:
    """The newest version as a document: facts, remarks and decisions item by item, and who has signed just this."""
    content = kept.content()
    names = names_of({s.done_by for s in kept.signatures if s.done_by})
    tables = [
        {
            "title": point.heading, "columns": 2, "head": [_("What"), _("Promise")],
            "rows": [
                *([fact.said, fact.promise or "-"] for fact in point.facts),
                *([[point.remark, "-"]] if point.remark else []),
                *(
                    [
                        _("Decided: %(what)s (%(who)s, by %(day)s)")
                        % {"what": d.what, "who": people.get(UUID(d.responsible), ""), "day": _day(d.due_on)},
                        "-",
                    ]
                    for d in point.decisions
                ),
            ],
        }
        for point in content.items
    ]  # fmt: skip
    return {
        "lang": own(), "title": _("General meeting of %(day)s") % {"day": _day(content.meeting_on)},
        "customer": "HereTask", "page": [_("Page"), _("of")], "foot": witness.newest_line(),
        "facts": [
            [_("Version"), str(kept.version.number)], [_("Facts since"), _day(content.since)],
            [_("Who took part"), ", ".join(content.participants)],
            *([one["name"], f"{one['at']:%Y-%m-%d %H:%M} · {one['how']}"] for one in _signatures_of(kept, names)),
        ],
        "intro": [] if kept.signed else [_("Not signed by both managers yet.")],
        "tables": tables, "note_title": _("SHA-256 of this version:"), "note": [kept.version.digest],
    }  # fmt: skip


def _signatures_of(kept: Kept, names: Mapping[UUID, str]) -> list[dict[str, Any]]:
    return [
        {**found, "at": timezone.localtime(found["at"])} for found in (_signature(s, names) for s in kept.signatures)
    ]


def _decision(what: str, responsible: str, due_on: str, people: Mapping[UUID, str]) -> dict[str, Any]:
    return {"what": what, "who": people.get(UUID(responsible), ""), "due_on": dt.date.fromisoformat(due_on)}


def _signature(one: Signature, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {"name": names.get(one.done_by or UUID(int=0), ""), "at": one.done_at, "how": HOW.get(one.how, "")}


def _day(kept: str) -> str:
    return day_whole(dt.date.fromisoformat(kept))

"""Reading minutes: documents of the engine whose text is what a meeting had before it, said and decided.

The text is canonical JSON, so that its digest is the same for everybody; the facts in it are frozen from the day on
which the minutes were begun, in each language, so that everybody reads their own and signs the same.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from heretask.system.records import queries as records
from heretask.system.records.models import Document, Signature, Version

from .canonical import canonical
from .declarations import MINUTES
from .languages import Words, read


@dataclass(slots=True)
class Decision:
    """What the meeting decided: what, who is responsible, and by when."""

    what: str
    responsible: str
    due_on: str


@dataclass(slots=True)
class Fact:
    """One sentence of an item, in each language; the promise it bears on, and how that stood."""

    text: Words | str
    promise: str
    state: str

    @property
    def said(self) -> str:
        """The sentence in the reader's language."""
        return read(self.text)


@dataclass(slots=True)
class Point:
    """One item of the agenda: its facts as they were, and what was said and decided."""

    key: str
    title: Words | str
    facts: list[Fact]
    remark: str = ""
    decisions: list[Decision] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """What it is about, in the reader's language."""
        return read(self.title)


@dataclass(slots=True)
class Content:
    """Everything that minutes say."""

    meeting_on: str
    since: str
    participants: list[str]
    items: list[Point]
    carried: list[dict[str, str]]

    def text(self) -> str:
        """As it is kept and signed."""
        return canonical(asdict(self))

    @property
    def held_on(self) -> dt.date:
        """The day of the meeting."""
        return dt.date.fromisoformat(self.meeting_on)

    @property
    def decisions(self) -> list[Decision]:
        """All decisions, in the order of the agenda."""
        return [decision for point in self.items for decision in point.decisions]


def content_of(text: str) -> Content:
    """What a kept text says."""
    kept: dict[str, Any] = json.loads(text)
    kept.pop("language", None)  # of whoever began, before each read their own
    points = [
        Point(**{
            **point, "facts": [Fact(**one) for one in point["facts"]],
            "decisions": [Decision(**one) for one in point["decisions"]],
        })
        for point in kept.pop("items")
    ]  # fmt: skip
    return Content(items=points, **kept)


@dataclass(frozen=True, slots=True)
class Kept:
    """Minutes as they are now: the newest version, who signed it, and every version before."""

    document: UUID
    version: Version
    versions: list[Version]
    signatures: list[Signature]  # of the newest version

    @property
    def signers(self) -> set[UUID | None]:
        """Who has signed the newest version."""
        return {one.done_by for one in self.signatures}

    @property
    def signed(self) -> bool:
        """Whether two people have signed the newest version."""
        return len(self.signers) > 1

    @property
    def signed_on(self) -> dt.date | None:
        """The day of the second signature."""
        return max(one.signed_on for one in self.signatures) if self.signed else None

    def content(self) -> Content:
        """What the newest version says."""
        return content_of(records.text_of(self.version))


def all_minutes() -> list[Kept]:
    """Every minutes, the newest first; in two queries."""
    return _kept(Version.objects.filter(document__kind=MINUTES))


def one(document_id: UUID) -> Kept:
    """Minutes by their id; raises Document.DoesNotExist."""
    found = _kept(Version.objects.filter(document__kind=MINUTES, document_id=document_id))
    if not found:
        raise Document.DoesNotExist
    return found[0]


def _kept(rows: Any) -> list[Kept]:
    by_document: dict[UUID, list[Version]] = {}
    for version in rows.select_related("document").order_by("-number"):
        by_document.setdefault(version.document_id, []).append(version)
    newest = [versions[0].id for versions in by_document.values()]
    signed: dict[UUID, list[Signature]] = {}
    for signature in Signature.objects.filter(version_id__in=newest).order_by("done_at"):
        signed.setdefault(signature.version_id, []).append(signature)
    found = [Kept(id_, own[0], own, signed.get(own[0].id, [])) for id_, own in by_document.items()]
    return sorted(found, key=lambda kept: kept.versions[-1].done_at, reverse=True)

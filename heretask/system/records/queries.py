"""Reading records: entries as they are now, what was changed, versions, and how duties stand on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Max

from heretask.kernel.secrets.opening import open_text

from .models import Closing, Duty, Entry, Signature, Value, Version
from .registers import Field, Register
from .rules import RULES, Rule


@dataclass(slots=True)
class Item:
    """An entry as it is now."""

    id: UUID
    done_at: dt.datetime
    done_by: UUID | None
    values: dict[str, str] = field(default_factory=dict)

    def date(self, key: str) -> dt.date | None:
        """A date that is kept."""
        kept = self.values.get(key)
        return dt.date.fromisoformat(kept) if kept else None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one field."""

    at: dt.datetime
    by: UUID | None
    field: Field
    before: str
    after: str
    why: str
    number: int  # of the field: 1 is its first value


def items(register: Register, ids: Iterable[UUID] | None = None) -> list[Item]:
    """Every entry of a register as it is now, or those of `ids`, in two queries."""
    rows = Entry.objects.filter(register=register.key).order_by("id")
    if ids is not None:
        rows = rows.filter(id__in=set(ids))
    found = {e.id: Item(e.id, e.done_at, e.done_by, dict.fromkeys((f.key for f in register.fields), "")) for e in rows}
    newest: dict[tuple[UUID, str], Value] = {}
    for value in Value.objects.filter(entry_id__in=found).order_by("number"):
        newest[value.entry_id, value.field] = value
    for (entry, key), value in newest.items():
        found[entry].values[key] = kept_of(value)
    return list(found.values())


def item(register: Register, entry_id: UUID) -> Item:
    """One entry; raises Entry.DoesNotExist for one of another register, too."""
    for one in items(register, [entry_id]):
        return one
    raise Entry.DoesNotExist


def kept_of(value: Value) -> str:
    """What a value says, whether sealed or not."""
    return value.plain or open_text(value, "text")


def history(register: Register, entry_id: UUID) -> list[Change]:
    """Every change of an entry, the newest first; its first values count from nothing."""
    before: dict[str, str] = {}
    found = []
    for value in Value.objects.filter(entry_id=entry_id).order_by("number"):
        after, was = kept_of(value), before.get(value.field, "")
        before[value.field] = after
        if value.field in {f.key for f in register.fields}:
            found.append(
                Change(
                    value.done_at, value.done_by, register.field(value.field), was, after, open_text(value, "why"),
                    value.number,
                )
            )  # fmt: skip
    return sorted(found, key=lambda change: change.at, reverse=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a duty stands on a day."""

    duty: Duty
    rule: Rule
    closing: Closing | None
    today: dt.date

    @property
    def days_left(self) -> int:
        """Days until it is due; below zero, how late it is."""
        return (self.duty.due_on - self.today).days

    @property
    def warning(self) -> int | None:
        """Which of the rule's warnings is being given: the smallest number of days that is not yet passed."""
        passed = [days for days in self.rule.warnings if 0 <= self.days_left <= days]
        return min(passed) if passed and self.closing is None else None

    @property
    def state(self) -> str:
        """ok, due or broken; a closed one is ok."""
        if self.closing is not None:
            return "ok"
        if self.days_left < 0:
            return "broken"
        return "due" if self.warning is not None else "ok"

    @property
    def missed_by(self) -> int:
        """How many days after its day it was done, or is not done yet; what was missed stays missed."""
        done = self.closing.done_on if self.closing else self.today
        return max(0, (done - self.duty.due_on).days)


def standings(entry_ids: Iterable[UUID], today: dt.date) -> dict[UUID, list[Standing]]:
    """All duties of some entries, the newest first: it is the one that counts. In two queries."""
    ids = set(entry_ids)
    closings = {c.duty_id: c for c in Closing.objects.filter(duty__entry_id__in=ids)}
    found: dict[UUID, list[Standing]] = {entry: [] for entry in ids}
    for duty in Duty.objects.filter(entry_id__in=ids, rule__in=RULES).order_by("-id"):
        if duty.entry_id:
            found[duty.entry_id].append(Standing(duty, RULES[duty.rule], closings.get(duty.id), today))
    return found


def general_standings(today: dt.date) -> list[Standing]:
    """All duties about no entry, which are those of the annual wheel, the newest first. In two queries."""
    duties = list(Duty.objects.filter(entry__isnull=True, rule__in=RULES).order_by("-id"))
    closings = {c.duty_id: c for c in Closing.objects.filter(duty__entry__isnull=True)}
    return [Standing(duty, RULES[duty.rule], closings.get(duty.id), today) for duty in duties]


def open_duty(rule: Rule, entry_id: UUID | None) -> Duty | None:
    """The newest duty of a rule about an entry, where it is not closed."""
    of_rule = Duty.objects.filter(rule=rule.key)
    own = of_rule.filter(entry_id=entry_id) if entry_id else of_rule.filter(entry__isnull=True)
    newest = own.order_by("-id").first()
    return newest if newest and not Closing.objects.filter(duty_id=newest.id).exists() else None


def newest_versions() -> dict[str, Version]:
    """The newest version of each document, by its key."""
    numbers = dict(Version.objects.values_list("document_id").annotate(Max("number")))
    rows = Version.objects.filter(document_id__in=numbers).select_related("document")
    return {v.document.key: v for v in rows if v.number == numbers[v.document_id]}


def versions(key: str) -> list[Version]:
    """Every version of a document, the newest first."""
    return list(Version.objects.filter(document__key=key).select_related("document").order_by("-number"))


def text_of(version: Version) -> str:
    """The text of a version."""
    return open_text(version, "text")


def note_of(closing: Closing) -> str:
    """The words of a proof."""
    return open_text(closing, "note")


def signatures(entry_ids: Iterable[UUID]) -> list[Signature]:
    """Signatures of some entries, the newest first."""
    rows = Signature.objects.filter(entry_id__in=set(entry_ids)).select_related("version__document")
    return list(rows.order_by("-signed_on", "-id"))

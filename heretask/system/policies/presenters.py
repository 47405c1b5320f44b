"""Policies as their pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import names_of
from heretask.platform.drafts.queries import Draft
from heretask.system.records import queries as records
from heretask.system.records.models import Version
from heretask.system.records.queries import Item as Entry
from heretask.ui.templatetags.ht import day

from . import queries
from .declarations import ACKNOWLEDGED, ENOUGH, POLICIES, Policy
from .differing import Difference, difference
from .queries import Kept, Reader

SOON = 30  # days before its day that a review is said to be near


def state_of(one: Kept) -> tuple[str, str]:
    """How a policy stands, worst first, and the word for it."""
    if one.version is None or one.review_on is None:
        return "broken", _("Not published yet")
    late = sum(reader.state == "broken" for reader in one.readers)
    if not one.is_reviewed:
        return "broken", _("Review overdue")
    if late:
        return "broken", ngettext("%(n)d is late", "%(n)d are late", late) % {"n": late}
    if one.waiting:
        count = len(one.waiting)
        return "due", ngettext("%(n)d to acknowledge", "%(n)d to acknowledge", count) % {"n": count}
    if (one.review_on - one.today).days <= SOON:
        return "due", _("Review is near")
    return "ok", _("Holds")


def list_context(found: list[Kept], *, by: Actor) -> dict[str, Any]:
    """The list, with what waits for oneself."""
    today = timezone.localdate()
    rows = []
    for one in found:
        state, word = state_of(one)
        own = next((r for r in one.waiting if r.person.values["login"] == str(by.user_id)), None)
        rows.append({
            "policy": one.policy, "version": one.version, "review_on": one.review_on, "done": one.acknowledged,
            "all": len(one.readers), "state": state, "word": word, "own": own,
        })  # fmt: skip
    return {
        "rows": rows, "may_publish": may(by, P.SYSTEM_POLICIES_PUBLISH),
        "own": sum(row["own"] is not None for row in rows),
        "published": sum(row["version"] is not None for row in rows),
        "year_open": queries.year_is_open(today), "year_ready": all(one.is_reviewed for one in found),
    }  # fmt: skip


def one_context(one: Kept, *, by: Actor, left: int = 0, right: int = 0) -> dict[str, Any]:
    """One policy: its text, its versions, what differs between two of them, and who has acknowledged."""
    policy = one.policy
    versions, signed = records.versions(policy.document), queries.acknowledgements(policy)
    reviews = queries.reviews_of(policy)
    names = names_of({by for by in (*(v.done_by for v in versions), *(r.done_by for r in reviews)) if by})
    items = queries.items_of(one.version)
    state, word = state_of(one)
    return {
        "policy": policy, "state": state, "word": word, "version": one.version, "review_on": one.review_on,
        "text": queries.body_of(one.version) if one.version else "",
        "items": [(part.label, items[part.key]) for part in policy.required if part.key in items],
        "versions": [(v, _who(v.done_by, names), _count(v, signed)) for v in versions],
        "reviews": [(r, r.values["note"], r.date("review_on"), _who(r.done_by, names)) for r in reviews],
        "readers": [_reader(r) for r in sorted(one.readers, key=lambda r: (r.done is not None, r.due_on))],
        "done": one.acknowledged, "all": len(one.readers),
        "own": next((r for r in one.waiting if r.person.values["login"] == str(by.user_id)), None),
        "may_publish": may(by, P.SYSTEM_POLICIES_PUBLISH), "compared": _compared(versions, left, right),
    }  # fmt: skip


def write_context(policy: Policy, newest: Version | None) -> dict[str, Any]:
    """The page of a new version."""
    return {"policy": policy, "newest": newest, "number": newest.number + 1 if newest else 1}


def first_values(policy: Policy, newest: Version | None, draft: Draft | None) -> dict[str, Any]:
    """What the form begins with: the draft, else the newest text, else one to start from."""
    items = queries.items_of(newest)
    begun: dict[str, Any] = {
        "text": queries.body_of(newest) if newest else str(policy.first),
        **{one.key: items.get(one.key, str(one.first)) for one in policy.required},
    }
    kept = {key: value for key, value in draft.fields.items() if key in {*begun, "review_on"}} if draft else {}
    return begun | kept


def changes(newest: Version | None, text: str) -> Difference:
    """What a text would change."""
    return difference(records.text_of(newest) if newest else "", text)


def acknowledge_context(policy: Policy, version: Version, before: Version | None) -> dict[str, Any]:
    """The page on which a version is read, with what is new since the last one that was acknowledged."""
    text = queries.body_of(version)
    earlier = queries.body_of(before) if before and before.id != version.id else ""
    return {
        "policy": policy, "version": version, "before": before if earlier else None, "text": text,
        "difference": difference(earlier, text) if earlier else None,
    }  # fmt: skip


def is_enough(wrong: list[Policy]) -> bool:
    """Whether a short test with those wrong answers counts."""
    return len(POLICIES) - len(wrong) >= ENOUGH


def test_context(attempts: list[Entry], wrong: list[Policy]) -> dict[str, Any]:
    """The short test, with what was answered wrongly just now and all attempts."""
    return {
        "wrong": wrong, "right": len(POLICIES) - len(wrong), "all": len(POLICIES), "enough": ENOUGH,
        "attempts": [(one.date("taken_on"), one.values["score"]) for one in attempts],
    }  # fmt: skip


def passage(policy: Policy, version: Version) -> str:
    """The line of the text that answers the control question; the whole text where its words are not in it."""
    text = queries.body_of(version)
    lines = [line for line in text.splitlines() if any(word in line.casefold() for word in policy.question.passage)]
    return "\n".join(lines) or text


def items_of(version: Version) -> dict[str, str]:
    """The required sentences that are acknowledged on their own."""
    return queries.items_of(version)


def own_line(policy: Policy, reader: Reader) -> dict[str, Any]:
    """What My duties says of a policy that waits."""
    left = (reader.due_on - reader.today).days
    if left < 0:
        word = ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left}
    else:
        word = ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left} if left else _("Due today")
    return {
        "label": _("Read and acknowledge: %(policy)s") % {"policy": policy.title}, "state": reader.state, "word": word,
        "sub": _("Due %(day)s") % {"day": day(reader.due_on)}, "promise": policy.promise,
        "url": reverse("system.policies_acknowledge", args=[policy.slug]),
    }  # fmt: skip


def _reader(reader: Reader) -> dict[str, Any]:
    if reader.done:
        how = _("on paper") if reader.done.on_paper else _("here")
        sub, word = _("Acknowledged %(day)s, %(how)s") % {"day": day(reader.done.signed_on), "how": how}, _("Done")
    else:
        sub = _("Due %(day)s") % {"day": day(reader.due_on)}
        word = _("Late") if reader.state == "broken" else _("Waits")
    return {
        "id": reader.person.id, "name": reader.person.values["name"], "sub": sub, "state": reader.state, "word": word,
        "on_paper": reader.done is None and not reader.person.values["login"],
    }  # fmt: skip


def _who(by: UUID | None, names: Mapping[UUID, str]) -> str:
    return names.get(by, _("a user who is gone")) if by else _("The operator at the server")


def _count(version: Version, signed: list[Any]) -> int:
    return len({s.entry_id for s in signed if s.version_id == version.id and s.how == ACKNOWLEDGED})


def _compared(versions: list[Version], left: int, right: int) -> dict[str, Any] | None:
    """Two versions side by side: those that were asked for, else the newest two."""
    by_number = {v.number: v for v in versions}
    if len(versions) < 2:
        return None
    newest = versions[0].number
    left, right = (left, right) if left in by_number and right in by_number else (newest - 1, newest)
    found = difference(records.text_of(by_number[left]), records.text_of(by_number[right]))
    return {"left": left, "right": right, "difference": found, "numbers": sorted(by_number)}

"""Reviews as their pages and their minutes show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.roles import ROLES
from heretask.kernel.identity.people import names_of
from heretask.kernel.log import witness
from heretask.kernel.secrets.opening import open_text

from . import actions, policies, queries
from .actions import Group, Seen
from .models import Campaign, Decision, Item
from .queries import YEARLY

MOST_SHOWN = 60  # flagged rights that a page lists at once; the next follow when these are decided


@dataclass(frozen=True, slots=True)
class Row:
    """A review in the list."""

    id: UUID
    title: str
    sub: str
    waiting: int
    rights: int
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class Right:
    """A right as a row."""

    id: UUID
    name: str
    words: str
    used: str
    flags: list[str]
    campaign: Campaign


def campaign_rows(found: Iterable[Campaign], waiting: dict[UUID, int]) -> list[Row]:
    """The list of reviews."""
    return [
        Row(
            one.id, title_of(one), _("Deadline %(day)s") % {"day": _day(one.due_at)}, left, one.rights,
            *_state(one, left),
        )
        for one in found
        for left in [waiting.get(one.id, 0)]
    ]  # fmt: skip


def title_of(one: Campaign) -> str:
    """What a review is called."""
    day = _day(one.started_at)
    if one.kind == YEARLY:
        return _("Review of everybody, %(day)s") % {"day": day}
    return _("After a change of job, %(day)s") % {"day": day}


def _state(one: Campaign, left: int) -> tuple[str, str]:
    if not left:
        return "ok", _("Finished")
    if one.due_at < timezone.now():
        return "broken", _("Past the deadline")
    return "due", _("%(count)d wait") % {"count": left}


def right_words(item: Item) -> str:
    """The right and where: 'Carer, Nord'."""
    label = str(ROLES[item.role].label) if item.role in ROLES else item.label
    return f"{label}, {item.unit.name}" if item.unit else label


def _right(item: Item) -> Right:
    flags = [str(policies.FLAGS[name]) for name in item.flags if name in policies.FLAGS]
    return Right(item.id, open_text(item.user, "name"), right_words(item), used_words(item), flags, item.campaign)


def used_words(item: Item) -> str:
    """When it was last used."""
    return _("Last used %(day)s") % {"day": _day(item.used_at)} if item.used_at else _("No use seen")


def campaign_context(seen: Seen) -> dict[str, Any]:
    """One review."""
    one = seen.campaign
    for item in (*seen.flagged, *seen.own):
        item.campaign = one
    people, batches = _speed(seen.decisions)
    state, word = _state(one, seen.left)
    return {
        "one": one, "title": title_of(one), "state": state, "word": word, "left": seen.left,
        "reviewed": one.rights - seen.left, "due": one.due_at,
        "flagged": [_right(item) for item in seen.flagged[:MOST_SHOWN]], "flagged_count": len(seen.flagged),
        "own": [_right(item) for item in seen.own],
        "groups": [(group.key, group.name or _("Without a unit"), len(group.items)) for group in seen.groups],
        "removed": sum(d.what != actions.KEEP for d in seen.decisions), "decided": len(seen.decisions),
        "proven": sum(bool(d.proof.get("holds")) for d in seen.decisions if d.what != actions.KEEP),
        "seconds": round(people, 1), "most_together": batches,
        "ends": one.supplier or one.ends_care,
    }  # fmt: skip


def _speed(decisions: list[Decision]) -> tuple[float, int]:
    """Seconds of the middle decision of a person, and the most that were kept in one act."""
    seconds = sorted(d.seconds for d in decisions if d.by_id)
    return (seconds[len(seconds) // 2] if seconds else 0.0), max((d.batch for d in decisions), default=0)


def group_context(campaign: Campaign, group: Group) -> dict[str, Any]:
    """The rights of a unit that are kept together."""
    for item in group.items:
        item.campaign = campaign
    name = group.name or _("Without a unit")
    return {
        "one": campaign, "key": group.key, "name": name, "title": title_of(campaign),
        "rights": [_right(item) for item in group.items],
    }  # fmt: skip


def item_context(item: Item, others: list[Item], by: Actor) -> dict[str, Any]:
    """One right with everything one needs to know to decide."""
    rights = queries.rights_of(item)
    giver = names_of([item.given_by]).get(item.given_by, "") if item.given_by else ""
    user = item.user
    return {
        "item": item, "right": _right(item), "title": title_of(item.campaign), "giver": giver,
        "may": [str(p.sentence) for p in Permission if p in rights and p.system != "platform"],
        "others": [right_words(other) for other in others], "own": item.user_id == by.user_id,
        "user_url": reverse("admin.users_one", args=[user.id]), "needs_reason": bool(item.flags),
        "removable": not queries.is_manager(item), "since": item.since,
    }  # fmt: skip


def minutes_told(seen: Seen) -> dict[str, Any]:
    """The minutes: every word in the reader's language."""
    one, context = seen.campaign, campaign_context(seen)
    names = names_of({d.by_id for d in seen.decisions if d.by_id} | {d.item.user_id for d in seen.decisions})
    open_rows = [*seen.flagged, *seen.own, *(item for group in seen.groups for item in group.items)]
    what = {actions.KEEP: _("Stays"), actions.REMOVE: _("Taken away"), actions.DEADLINE: _("Ended at the deadline")}
    rows = [
        [
            _day(d.made_at), names.get(d.item.user_id, ""), right_words(d.item), what[d.what],
            open_text(d, "reason") or ", ".join(str(policies.FLAGS[f]) for f in d.item.flags),
            names.get(d.by_id, "") if d.by_id else _("By itself"), _proof(d),
        ]
        for d in seen.decisions
    ]  # fmt: skip
    sections = [{"title": _("Decisions"), "rows": rows}] if rows else []
    if open_rows:
        waiting = [["", open_text(i.user, "name"), right_words(i), _("Waits"), "", "", ""] for i in open_rows]
        sections.append({"title": _("Not decided yet"), "rows": waiting})
    return {
        "lang": get_language() or "da", "title": _("Minutes of an access review"), "customer": queries.customer().name,
        "page": [_("Page"), _("of")], "foot": witness.newest_line(),
        "facts": [
            (_("Review:"), title_of(one)), (_("Deadline:"), _day(one.due_at)),
            (_("Reviewed:"), f"{context['reviewed']} / {one.rights}"),
            (_("Taken away and proven:"), f"{context['proven']} / {context['removed']}"),
            (_("Seconds of a decision, the middle one:"), str(context["seconds"])),
            (_("Most decided in one act:"), str(context["most_together"])),
        ],
        "head": [_("Day"), _("Whose"), _("Right"), _("Decision"), _("Why"), _("Decided by"), _("Proof")],
        "sections": sections,
    }  # fmt: skip


def _proof(decision: Decision) -> str:
    told = decision.proof
    if not told:
        return ""
    if told.get("account"):
        return _("Ended in the register")
    return _("%(refused)d of %(asked)d refused") % {"refused": told["refused"], "asked": told["asked"]}


def _day(value: Any) -> str:
    return f"{timezone.localtime(value):%d-%m-%Y}"

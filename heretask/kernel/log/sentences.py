"""An event as a sentence in the reader's language, for pages (with links) and for files (plain)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from heretask.kernel.access import reasons
from heretask.kernel.access.models import OwnRole
from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.roles import ROLES
from heretask.kernel.tenancy.guidelines import LABELS as GUIDELINES
from heretask.kernel.tenancy.models import Unit

from . import naming
from .models import Event
from .queries import Entry
from .registry import ACTIONS, Category

Link = Callable[[str, UUID, str], str]  # kind ('user' or 'citizen'), id, name -> markup


def plain(kind: str, of: UUID, name: str) -> str:  # noqa: ARG001  (the same shape as a linking one)
    """A name without a link."""
    return name


@dataclass(slots=True)
class Teller:
    """Knows the names that some events speak of, and tells each as a sentence.

    `places` are the words for URL names, which refusals speak of; `citizens` are names already known.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    link: Link = plain
    users: dict[UUID, str] = field(default_factory=dict)
    citizens: dict[UUID, str] = field(default_factory=dict)
    objects: dict[tuple[str, UUID], str] = field(default_factory=dict)
    units: dict[UUID, str] = field(default_factory=dict)
    erased: set[UUID] = field(default_factory=set)
    sealed: set[UUID] = field(default_factory=set)

    def learn(self, events: Iterable[Event], *, citizens: bool) -> None:
        """Load the names of everybody in `events`: one query for each kind of thing, not for each event.

        With `citizens` their names are opened, and the caller must log them; otherwise they are told by their id.
        """
        found = list(events)
        people = {e.actor for e in found if e.actor} | {
            e.object_id for e in found if e.object_id and e.object_kind == "user"
        }
        self.learn_users(people | {i for i in map(_owner, found) if i})
        if citizens:
            self.citizens |= naming.names("citizen", citizens_of(found) - self.citizens.keys())
        self.learn_units(e.purpose for e in found)
        if self.link is not plain:  # in files citizens stand by their id, erased or not
            unnamed = citizens_of(found) - self.citizens.keys()
            self.erased |= naming.erased(unnamed)
            self.sealed |= naming.sealed("citizen", unnamed)
        for kind in {e.object_kind for e in found} & naming.NAMES.keys() - {"user", "citizen"}:
            ids = {e.object_id for e in found if e.object_kind == kind and e.object_id}
            self.objects |= {(kind, i): name for i, name in naming.names(kind, ids).items()}

    def learn_users(self, ids: Iterable[UUID]) -> None:
        """Load the names of users that are not known yet."""
        self.users |= naming.names("user", set(ids) - self.users.keys())

    def learn_units(self, purposes: Iterable[str]) -> None:
        """Load the names of units in which somebody had a right, and of the customer's own roles that gave it."""
        codes = set(purposes)
        if own := reasons.own_roles_in(codes) - self.units.keys():
            self.units |= dict(OwnRole.objects.filter(id__in=own).values_list("id", "label"))
        missing = reasons.units_in(codes) - self.units.keys()
        if missing:
            self.units |= dict(Unit.objects.filter(id__in=missing).values_list("id", "name"))

    def right(self, purpose: str) -> str:
        """By what right it was done: role, unit and reason as they were then; '' where the event does not say."""
        found = reasons.read(purpose)
        if found is None or found.kind == reasons.OPERATOR:
            return ""
        return f"{found.place(self.units)} · {found.why(self.units)}"

    def sentence(self, entry: Entry, words: str | None = None) -> SafeString:
        """The event as a sentence, escaped; names are links where this teller links. `words` may stand for its own."""
        event = entry.event
        action = ACTIONS.get(event.action)
        told = escape(str(action.sentence)) if action else escape(_("Something happened: %(words)s."))
        return mark_safe(  # noqa: S308  (the sentence is escaped above, every value below)
            told % {
                "actor": self.actor(event),
                "citizen": self.citizen(event.citizen),
                "object": self.object(event),
                "hits": conditional_escape(str(event.hits if event.hits is not None else 0)),
                "words": conditional_escape((words_of(entry) if words is None else words) if action else event.action),
            }
        )  # fmt: skip

    def actor(self, event: Event) -> SafeString:
        """Who did it; of a session that somebody else ended, whose it was."""
        owner = _owner(event)
        if owner:
            return self._named("user", owner, self.users.get(owner) or _("a user who is gone"))
        if event.actor:
            return self._named("user", event.actor, self.users.get(event.actor) or _("a user who is gone"))
        if event.agent.startswith("operator"):
            return escape(_("The operator at the server"))
        if event.agent == "job":
            return escape(_("HereTask itself"))
        return escape(_("Somebody unknown"))

    def citizen(self, of: UUID | None) -> SafeString:
        """Which citizen it was about; by id where the name is not known here."""
        if of is None:
            return escape(_("a citizen"))
        if of in self.erased:
            return self._named("citizen", of, _("an erased citizen"))
        if of in self.sealed and of not in self.citizens:
            return self._named("citizen", of, _("a sealed citizen"))
        return self._named("citizen", of, self.citizens.get(of) or _("citizen %(id)s") % {"id": of})

    def object(self, event: Event) -> SafeString:
        """What it was done to."""
        if event.object_kind == "user" and event.object_id:
            return self._named("user", event.object_id, self.users.get(event.object_id) or _("a user who is gone"))
        if event.object_id and (event.object_kind, event.object_id) in self.objects:
            return escape(self.objects[event.object_kind, event.object_id])
        if event.object_kind == "citizen" or (event.citizen and not event.object_kind):
            return self.citizen(event.object_id if event.object_kind else event.citizen)
        return escape(self.place(event.object_kind))

    def place(self, name: str) -> str:
        """The words for a URL name: its own, or those of the place it belongs to."""
        if name in self.places:
            return self.places[name]
        longest = max((p for p in self.places if name.startswith(p)), key=len, default="")
        return self.places[longest] if longest else (name.replace(".", " ").replace("_", " ") or _("a page"))

    def _named(self, kind: str, of: UUID, name: str) -> SafeString:
        return conditional_escape(self.link(kind, of, name))


def _owner(event: Event) -> UUID | None:
    """Whose session an administrator ended: kept among the ids shown, since the actor is the administrator."""
    return event.shown[0] if event.action == "identity.session.ended" and event.shown else None


def citizens_of(events: Iterable[Event]) -> set[UUID]:
    """The citizens that sentences about `events` name."""
    found = list(events)
    objects = {e.object_id for e in found if e.object_kind == "citizen" and e.object_id}
    return objects | {e.citizen for e in found if e.citizen}


_FORMS = {  # how a sentence says a few variables that belong together
    frozenset({"why"}): "%(why)s",
    frozenset({"until"}): "%(until)s",
    frozenset({"line"}): "%(line)s",
    frozenset({"unit"}): "%(unit)s",
    frozenset({"to", "by_right", "way"}): "%(to)s · %(by_right)s · %(way)s",
    frozenset({"why", "by"}): "%(why)s (%(by)s)",
    frozenset({"statement"}): "%(statement)s",
    frozenset({"label", "unit"}): "%(label)s, %(unit)s",
    frozenset({"since", "until"}): "%(since)s - %(until)s",
}


def words_of(entry: Entry) -> str:
    """What a sentence says in the place of %(words)s: the role given, the change made, or what was searched for."""
    said = entry.variables
    if "act" in said:
        from heretask.kernel.approvals.asking import told  # requests write their events through the log

        return told(said)
    if "scope" in said:
        from heretask.kernel.grants.naming import told as told_of_grant  # as requests do

        return told_of_grant(said)
    if "role" in said:
        role = ROLES.get(str(said["role"]))
        label = str(role.label) if role else str(said.get("label") or said["role"])
        return f"{label} ({said['unit']})" if said.get("unit") else label
    if "before" in said and "after" in said:
        return _change_told(said)
    if said.keys() == {"right"}:
        return next((str(p.sentence) for p in Permission if p.value == said["right"]), str(said["right"]))
    form = _FORMS.get(frozenset(said))
    if form:
        return form % said
    if said.get("q"):
        rest = [f"{key}: {value}" for key, value in said.items() if key != "q" and value not in ("", None)]
        return ", ".join([f"»{said['q']}«", *rest])
    return ", ".join(f"{key}: {value}" for key, value in said.items() if value not in ("", None))


def _change_told(said: Mapping[str, Any]) -> str:
    """A change, from what to what."""
    if isinstance(said["after"], list):
        return _permissions_told(said["before"] or [], said["after"])
    told = f"{said['before'] or '–'} → {said['after'] or '–'}"
    if "setting" in said:
        return f"{GUIDELINES.get(str(said['setting']), said['setting'])}: {told}"
    return told


def _permissions_told(before: list[str], after: list[str]) -> str:
    """What a role allows now and did not before, and the other way round."""
    known = {p.value: str(p.sentence) for p in Permission}
    parts = []
    for words, changed in ((_("now"), set(after) - set(before)), (_("no longer"), set(before) - set(after))):
        codes = [code for code in changed if code.partition(".")[0] != "platform"]  # those everybody has
        if codes:
            parts.append(f"{words} {', '.join(known.get(code, code) for code in sorted(codes))}")
    return "; ".join(parts) or _("its name or what it is for")


def needed(event: Event) -> str:
    """What was missing, for a refusal; '' where the event does not say."""
    known = {p.value: p for p in Permission}
    if ACTIONS.get(event.action) and ACTIONS[event.action].category is Category.DENIED and event.purpose in known:
        return str(known[event.purpose].sentence)
    return ""


def linked(url: str, name: str) -> SafeString:
    """A name as a link."""
    return format_html('<a href="{}">{}</a>', url, name)

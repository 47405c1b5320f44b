"""When somebody may do something about a citizen, and the sentence that says why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, Denied, check, decide
from heretask.kernel.access.permissions import Permission

from .models import Citizen, Relation, RelationKind

SHORTEST_REASON = 5
_WORD = re.compile(r"\w+")
NUMBER = re.compile(r"\d{6}[- ]?\d{4}|\d{8}", re.ASCII)  # a CPR number, a telephone's


def units_for(by: Actor, permission: Permission) -> tuple[UUID, ...]:
    """The units in which a role of `by` includes `permission`."""
    return tuple({g.unit_id for g in by.given if g.unit_id and permission in g.may})


def everywhere(by: Actor, permission: Permission) -> bool:
    """Whether `by` holds `permission` for the whole customer, as administrators do."""
    return by.kind == "operator" or any(g.unit_id is None and permission in g.may for g in by.given)


def is_opaque(by: Actor, citizen: Citizen) -> bool:
    """Whether `by` has to do with somebody sealed whom they do not reach: then no name is opened."""
    return citizen.sealed and not decide(by, Permission.SOCIAL_CITIZENS_SEE, citizen).allowed


def check_citizen(by: Actor, permission: Permission, citizen: Citizen | None) -> str:
    """Why `by` may; raises Denied, equally for a citizen of others and for one who is not there at all."""
    if citizen is None:
        raise Denied(permission=permission)
    return check(by, permission, citizen)


class Refused(Exception):
    """A rule says no to what stands in `field`; the message is a sentence for the person who asked."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


def check_erasing(name: str, typed: str, reason: str) -> str:
    """The reason as it is kept; raises Refused where the name typed is another, or the reason would keep the person.

    The reason outlives the person's key, in the log and on the page that says that they were erased.
    """
    if spoken(typed) != spoken(name):
        raise Refused(
            _("That is not the name that stands above. Type it exactly, so that nobody else is erased."), "name"
        )
    kept = " ".join(reason.split()).rstrip(".")
    if len(kept) < SHORTEST_REASON:
        raise Refused(_("Give the reason in a few words: it is what is left to say."), "reason")
    words = set(_WORD.findall(kept.casefold()))
    if NUMBER.search(kept) or words & {part for part in _WORD.findall(name.casefold()) if len(part) > 2}:
        raise Refused(
            _("The reason stays when the citizen is gone: leave names and numbers of people out of it."), "reason"
        )
    return kept


def spoken(name: str) -> str:
    """The form in which whole names are compared."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def why_sentence(why: str, by: Actor, relations: Iterable[Relation]) -> str:
    """The decision's sentence, more exact where the reason is a relation of one's own."""
    own = {r.kind: r for r in relations if r.user_id == by.user_id}
    if not own or RelationKind.KEY_WORKER in own:
        return why
    if RelationKind.SUBSTITUTE in own:
        until = own[RelationKind.SUBSTITUTE].until
        if until is None:
            return _("You have access because you are a substitute here.")
        day = formats.date_format(until)
        return _("You have access because you are a substitute here until %(day)s.") % {"day": day}
    if RelationKind.SHIFT in own:
        return _("You have access because you are on shift here.")
    return _("You have access because this citizen stands on the list you were invited to read.")

"""Which actions there are, and the sentence each is read as."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Category(StrEnum):
    """The handful of words a reader filters the log by."""

    OPENED = "opened"
    SEARCHED = "searched"
    CHANGED = "changed"
    HANDED = "handed"
    DENIED = "denied"
    SESSION = "session"
    SYSTEM = "system"

    @property
    def label(self) -> Promise:
        """The word in the reader's language."""
        return _LABELS[self]


_LABELS = {
    Category.OPENED: _("Opened"),
    Category.SEARCHED: _("Searched"),
    Category.CHANGED: _("Changed"),
    Category.HANDED: _("Printed and handed over"),
    Category.DENIED: _("Refused"),
    Category.SESSION: _("Sign-in"),
    Category.SYSTEM: _("By itself"),
}


@dataclass(frozen=True, slots=True)
class Action:
    """One kind of event. `sentence` has the places %(actor)s, %(citizen)s, %(object)s, %(hits)s and %(words)s."""

    name: str
    sentence: Promise
    category: Category
    opens: bool = False
    unseen: bool = False

    def __str__(self) -> str:
        return self.name


ACTIONS: dict[str, Action] = {}


def event(name: str, sentence: Promise, category: Category, *, opens: bool = False, unseen: bool = False) -> Action:
    """Declare an action; `opens`: sealed data of its citizens is opened by it (LOG-3); `unseen`: and nobody saw it."""
    if name in ACTIONS:
        raise ValueError(f"the event {name} is declared twice")
    ACTIONS[name] = Action(name, sentence, category, opens, unseen)
    return ACTIONS[name]

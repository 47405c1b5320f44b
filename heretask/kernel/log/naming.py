"""How ids in the log become names: each kind of object is registered by the feature that owns it.

A naming function may open sealed names; the page that shows them records an event that says so, as any other page does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from heretask.kernel.access.decide import Denied
from heretask.kernel.identity.people import all_ids, names_of

Naming = Callable[[Iterable[UUID]], dict[UUID, str]]
Everybody = Callable[[], Iterable[UUID]]
Among = Callable[[Iterable[UUID]], set[UUID]]

NAMES: dict[str, Naming] = {}
_EVERYBODY: dict[str, Everybody] = {}
_PLACES: dict[str, Naming] = {}
_SEALED: dict[str, Among] = {}


def register(
    kind: str,
    function: Naming,
    *,
    everybody: Everybody | None = None,
    places: Naming | None = None,
    sealed: Among | None = None,
) -> None:
    """Let `function` name the ids of `kind`; it answers with those it knows, in a bounded number of queries.

    `everybody` gives all ids of that kind, to look among; `places` where each belongs, which tells equal names apart;
    `sealed` which of some ids have no name for readers of the log.
    """
    if kind in NAMES:
        raise ValueError(f"the kind {kind} is named twice")
    NAMES[kind] = function
    if everybody:
        _EVERYBODY[kind] = everybody
    if places:
        _PLACES[kind] = places
    if sealed:
        _SEALED[kind] = sealed


def names(kind: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of those ids that can be named; none for a kind that nobody has registered."""
    wanted = set(ids)
    function = NAMES.get(kind)
    return function(wanted) if function and wanted else {}


def everybody(kind: str) -> list[UUID]:
    """The ids of all of that kind."""
    return list(_EVERYBODY[kind]()) if kind in _EVERYBODY else []


def places(kind: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Where each belongs, in words that are not sealed."""
    return _PLACES[kind](set(ids)) if kind in _PLACES else {}


def sealed(kind: str, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these are sealed: a sentence says so instead of their name."""
    wanted = set(ids)
    return _SEALED[kind](wanted) if kind in _SEALED and wanted else set()


def erased(ids: Iterable[UUID]) -> set[UUID]:
    """Which of these citizens were erased: they have no name any more, and a sentence says so."""
    from heretask.kernel.secrets.erasing import erased_among  # erasing writes its reason through the log

    return erased_among(ids)


def check_is_here(kind: str, of: UUID) -> None:
    """Raise Denied for an id that names nobody of this customer, past or present: no page is made of nothing."""
    if of not in names(kind, [of]) and of not in sealed(kind, [of]) and of not in everybody(kind):
        raise Denied


register("user", names_of, everybody=all_ids)

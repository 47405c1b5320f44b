"""One act for several users at once: tried first by the very actions and taken back, then done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.models import User
from heretask.kernel.log import record
from heretask.kernel.log.trace import trace
from heretask.kernel.tenancy.models import Unit
from heretask.kernel.undo.undoing import together

from . import actions, events, queries
from .policies import Refused

MOST = 100
GIVE, END, CLOSE = "give", "end", "close"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done to each of them."""

    act: str
    role: str = ""
    unit: Unit | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of it for one user: a sentence, or why not."""

    user_id: UUID
    name: str
    did: str
    refused: str


def preview(users: Iterable[UUID], wanted: Wanted, *, by: Actor) -> list[Outcome]:
    """What would happen to each, one after the other; nothing of it stays."""
    check(by, P.ADMIN_USERS_CHANGE)
    here = trace()
    before = len(here.pending)
    with together("nothing", by) as steps:
        outcomes: list[Outcome] = []
        with _taken_back():
            outcomes = _each(users, wanted, by, steps)
            steps.clear()
    del here.pending[before:]
    record(events.BULK_LOOKED, hits=len(outcomes), shown=[one.user_id for one in outcomes])
    return outcomes


def carry_out(users: Iterable[UUID], wanted: Wanted, *, by: Actor) -> list[Outcome]:
    """Do it for each whom no rule stops; all of it can be taken back as a whole."""
    check(by, P.ADMIN_USERS_CHANGE)
    with together("users", by) as steps:
        outcomes = _each(users, wanted, by, steps)
    done = [one for one in outcomes if not one.refused]
    record(events.BULK_DONE, hits=len(done), shown=[one.user_id for one in done])
    return outcomes


def _each(users: Iterable[UUID], wanted: Wanted, by: Actor, steps: list[dict[str, object]]) -> list[Outcome]:
    found = []
    for user in queries.users_of(users):
        name, mark = queries.name_of(user), len(steps)
        try:
            with actions.undone_if_refused():
                found.append(Outcome(user.id, name, _one(user, wanted, by), ""))
        except Refused as refused:
            del steps[mark:]
            found.append(Outcome(user.id, name, "", str(refused)))
    return found


def _one(user: User, wanted: Wanted, by: Actor) -> str:
    if wanted.act == CLOSE:
        ended = actions.deactivate_user(user=user, by=by)
        if not ended:
            return _("is closed")
        words = ngettext("is closed; %(count)d session ends", "is closed; %(count)d sessions end", ended)
        return words % {"count": ended}
    if wanted.act == GIVE:
        made = actions.give_role(user=user, role=wanted.role, unit=wanted.unit, by=by, until=wanted.until)
        return _("gets the role %(role)s") % {"role": queries.words_of(made)}
    held = queries.held_by(user, wanted.role, wanted.unit)
    if not held:
        raise Refused(_("They do not have this role there."))
    for assignment in held:
        actions.end_role(assignment=assignment, by=by)
    return _("loses the role %(role)s") % {"role": ", ".join(queries.words_of(one) for one in held)}


class _TakenBackError(Exception):
    """Ends the savepoint of what was only tried."""


@contextmanager
def _taken_back() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise _TakenBackError
    except _TakenBackError:
        pass

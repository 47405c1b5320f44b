"""Reading citizens. What is opened here is noted as opened; the action that calls records the event."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connections
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from heretask.kernel.access.decide import Actor, Denied, Gone, decide
from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import names_of
from heretask.kernel.log.trace import trace
from heretask.kernel.secrets.erasing import erased
from heretask.kernel.secrets.opening import load_keys, open_text
from heretask.kernel.tenancy.models import Unit
from heretask.social import indexing

from . import policies
from .models import Citizen, EmergencyOpening, Relation, RelationKind

_DANISH = str.maketrans({"æ": "z{", "ø": "z|", "å": "z}", "ä": "z{", "ö": "z|"})


@dataclass(frozen=True, slots=True)
class Summary:
    """A citizen as a line of a list."""

    id: UUID
    unit_id: UUID
    unit_name: str
    name: str
    room: str
    warning: str
    light: str
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Emergency:
    """That the reader has opened a citizen in an emergency, and until when."""

    id: UUID
    until: dt.datetime

    @property
    def hours_left(self) -> int:
        """Whole hours that are left."""
        return self._minutes() // 60

    @property
    def minutes_left(self) -> int:
        """Minutes that are left beside the whole hours."""
        return self._minutes() % 60

    def _minutes(self) -> int:
        return max(0, int((self.until - timezone.now()).total_seconds() // 60))


@dataclass(frozen=True, slots=True)
class Close:
    """Somebody with a relation of their own to a citizen."""

    name: str
    kind: str
    label: str
    until: dt.date | None
    ends_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A citizen as the head of a page: what a carer must know at once, and why they may."""

    id: UUID
    name: str
    cpr: str
    unit_name: str
    light: str
    active: bool
    moved_in: dt.date | None
    facts: dict[str, str]
    close: tuple[Close, ...]
    why: str
    born: dt.date | None = field(default=None)
    sealed: bool = False
    sealed_why: str = ""
    may_relate: bool = False  # whether the reader says who works with them
    emergency: Emergency | None = None  # the reader's own, where it is what lets them in

    @property
    def key_workers(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(c.name for c in self.close if c.kind == RelationKind.KEY_WORKER)

    @property
    def room(self) -> str:
        """'Room 12', or what is written where there is no number."""
        return room_of(self.facts)

    @property
    def age(self) -> int | None:
        """Whole years today."""
        if self.born is None:
            return None
        today = timezone.localdate()
        return today.year - self.born.year - ((today.month, today.day) < (self.born.month, self.born.day))


def running() -> QuerySet[Relation]:
    """Relations that run now: not ended, their last day not over, their last moment not reached by the clock."""
    today = Q(until=None) | Q(until__gte=timezone.localdate())
    return Relation.objects.filter(today, Q(ends_at=None) | Q(ends_at__gt=Now()), ended_at=None)


def reaching() -> QuerySet[Relation]:
    """Running relations that reach their citizen: a guest's list does not reach one who is sealed (decision 28)."""
    return running().exclude(kind=RelationKind.GUEST, citizen__sealed=True)


def emergencies() -> QuerySet[EmergencyOpening]:
    """Emergency openings that last now, by the database's clock."""
    return EmergencyOpening.objects.filter(until__gt=Now())


def citizens() -> QuerySet[Citizen]:
    """Citizens with what a decision about them needs, in one query."""
    near = reaching().filter(citizen=OuterRef("pk")).values("user_id")
    opened = emergencies().filter(citizen=OuterRef("pk")).values("user_id")
    return Citizen.objects.select_related("unit").annotate(
        close_to=ArraySubquery(near), opened_by=ArraySubquery(opened)
    )  # type: ignore[no-redef]


def citizen_for(citizen_id: UUID, by: Actor, permission: Permission) -> Citizen:
    """The citizen, closed; raises Denied alike for one of others and for one who is not there, Gone for one erased."""
    citizen = citizens().filter(id=citizen_id).first()
    policies.check_citizen(by, permission, citizen)
    assert citizen is not None  # noqa: S101  (check_citizen has raised)
    check_not_erased(citizen)
    return citizen


def check_not_erased(citizen: Citizen) -> None:
    """Raise Gone, with when, by whom and why, for whoever was erased. To be asked after what was allowed."""
    if citizen.erased_at is not None:
        told = erased(citizen.id)
        raise Gone(told.sentence if told else "")


def to_erase(citizen_id: UUID) -> Citizen:
    """The citizen to be erased, held until the transaction ends; raises Denied for none, Gone for one erased before.

    One who is sealed is as if not there: an administrator unseals them first, with a reason.
    """
    citizen = Citizen.objects.select_for_update().filter(id=citizen_id).first()
    if citizen is None or citizen.sealed:
        raise Denied(permission=Permission.SOCIAL_CITIZENS_ERASE)
    check_not_erased(citizen)
    return citizen


def not_erased() -> list[Citizen]:
    """Every citizen of the customer who is neither erased nor sealed, moved out or not, closed."""
    return list(Citizen.objects.filter(erased_at=None, sealed=False).select_related("unit"))


def citizens_for(by: Actor, permission: Permission) -> list[Citizen]:
    """The citizens `by` works with, closed, in one query."""
    rows = citizens().filter(active=True)
    if by.kind not in {"operator", "grant"}:  # of a grant the decision alone says whom it reaches
        near = reaching().filter(user_id=by.person_id).values("citizen_id")
        opened = emergencies().filter(user_id=by.person_id).values("citizen_id")
        own = Q(unit_id__in=policies.units_for(by, permission), sealed=False)
        rows = rows.filter(own | Q(id__in=near) | Q(id__in=opened))
    return [citizen for citizen in rows if decide(by, permission, citizen).allowed]


def summaries(rows: Sequence[Citizen]) -> list[Summary]:
    """Open name, room and warning of each; one query for all keys. Ordered by unit and name, as Danes do."""
    load_keys(citizen.id for citizen in rows)
    opened = []
    for citizen in rows:
        facts = facts_of(citizen)
        opened.append(
            Summary(
                citizen.id, citizen.unit_id, citizen.unit.name, open_text(citizen, "name"), room_of(facts),
                facts.get("warning", ""), citizen.light, citizen.sealed,
            )
        )  # fmt: skip
    return sorted(opened, key=lambda row: (danish_order(row.unit_name), danish_order(row.name)))


def head_for(citizen_id: UUID, by: Actor, permission: Permission) -> Head:
    """Open a citizen for the head of a page; raises Denied. Four queries, five in an emergency."""
    citizen = citizen_for(citizen_id, by, permission)
    relations = list(reaching().filter(citizen_id=citizen.id).order_by("kind", "made_at"))
    names = names_of(r.user_id for r in relations) if relations else {}
    facts = facts_of(citizen)
    close = tuple(Close(names.get(r.user_id, ""), r.kind, r.kind_label, r.until, r.ends_at) for r in relations)
    own = emergencies().filter(citizen_id=citizen.id, user_id=by.user_id) if by.user_id in citizen.opened_by else None
    opening = own.order_by("-until").first() if own is not None else None
    return Head(
        id=citizen.id, name=open_text(citizen, "name"), cpr=open_text(citizen, "cpr"), unit_name=citizen.unit.name,
        light=citizen.light, active=citizen.active, moved_in=citizen.moved_in, facts=facts, close=close,
        why=policies.why_sentence(policies.check_citizen(by, permission, citizen), by, relations),
        born=_date(facts.get("born", "")), sealed=citizen.sealed, sealed_why=open_text(citizen, "sealed_why"),
        may_relate=citizen.unit_id in policies.units_for(by, Permission.SOCIAL_CITIZENS_RELATE),
        emergency=Emergency(opening.id, opening.until) if opening else None,
    )  # fmt: skip


def facts_of(citizen: Citizen) -> dict[str, str]:
    """Open what is known: room, warning, relative, guardian, municipality, born (ISO)."""
    facts: dict[str, str] = json.loads(open_text(citizen, "facts") or "{}")
    return facts


def room_of(facts: Mapping[str, str]) -> str:
    """A bare number becomes 'Room 12'; 'Flat 3' or 'own home' stays as it is written."""
    room = facts.get("room", "")
    return _("Room %(room)s") % {"room": room} if room[:1].isdigit() else room


def may_begin(rows: Sequence[Citizen], asked: Sequence[str]) -> list[Citizen]:
    """Of these citizens those in whose name or room words may begin as asked: by the index, closed."""
    if not asked:
        return []
    hashed = indexing.hashes_of_beginnings(asked)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select * from ht.find_citizens(%s::bigint[], %s::uuid[])", [hashed, [citizen.id for citizen in rows]]
        )
        found = {row[0] for row in cursor.fetchall()}
    return [citizen for citizen in rows if citizen.id in found]


def names_begin(word: str) -> bool:
    """Whether a name of any citizen here begins with this word, or its first letters; by the index, closed."""
    everybody = list(Citizen.objects.filter(erased_at=None).values_list("id", flat=True))
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select exists (select from ht.find_citizens(%s::bigint[], %s::uuid[]))",
            [indexing.hashes_of_beginnings([word]), everybody],
        )
        return bool(cursor.fetchone()[0])


def begins(words: Sequence[str], asked: Sequence[str]) -> bool:
    """Whether each word asked for is how one of the words begins; a single letter is a whole word ('room 4')."""
    return all(any(word == one or (len(one) > 1 and word.startswith(one)) for word in words) for one in asked)


def sought_texts(name: str, facts: Mapping[str, str]) -> list[str]:
    """What finds a citizen in a list: name and room, as they read in each language."""
    rooms = set()
    for code, _label in settings.LANGUAGES:
        with override(code):
            rooms.add(room_of(facts))
    return [name, *rooms]


def names_by_id(ids: Iterable[UUID], *, sealed: bool = True) -> dict[UUID, str]:
    """The names of citizens by id, in two queries; erased ones are left out, with `sealed=False` sealed ones too."""
    found = Citizen.objects.filter(id__in=set(ids))
    rows = list((found if sealed else found.filter(sealed=False)).only("id", "customer_id", "name"))
    load_keys(citizen.id for citizen in rows)
    kept = trace().data_keys
    return {citizen.id: open_text(citizen, "name") for citizen in rows if citizen.id in kept}


def names_for_the_log(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names as readers of the log may see them, who work with nobody: those who are sealed have none there."""
    return names_by_id(ids, sealed=False)


def sealed_among(ids: Iterable[UUID]) -> set[UUID]:
    """Which of these are sealed."""
    return set(Citizen.objects.filter(id__in=set(ids), sealed=True).values_list("id", flat=True))


def all_ids() -> list[UUID]:
    """Every citizen of the customer who is not sealed, those who have moved out too; closed."""
    return list(Citizen.objects.filter(sealed=False).values_list("id", flat=True))


def units_by_id(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The unit of each citizen; nothing is opened for it."""
    return dict(Citizen.objects.filter(id__in=set(ids)).values_list("id", "unit__name"))


def units() -> dict[str, UUID]:
    """The customer's units that are in use, by name."""
    return dict(Unit.objects.filter(active=True).order_by("name").values_list("name", "id"))


def keyed(purpose: str, value: str) -> bytes:
    """HMAC-SHA-256 of `value` under a key that comes from the customer's own: equal only inside one customer."""
    key = hashlib.sha256(b"citizens:" + purpose.encode() + b":" + trace().customer_key).digest()
    return hmac.digest(key, value.encode(), "sha256")


def cpr_hash(cpr: str) -> bytes | None:
    """What finds a CPR number by equality; None for none."""
    digits = "".join(letter for letter in cpr if letter.isdigit())
    return keyed("cpr", digits) if digits else None


def danish_order(name: str) -> str:
    """The key by which Danish names are sorted: æ, ø and å come last."""
    return name.casefold().translate(_DANISH)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def any_citizen() -> bool:
    """Whether this customer has a citizen; none is opened."""
    return Citizen.objects.exists()

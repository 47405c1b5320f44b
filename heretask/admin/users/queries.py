"""Reading a customer's users: the list, one user with everything they have, and what a form needs to offer."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.models import Assignment, OwnRole
from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.roles import ROLES, AnyRole, Management
from heretask.kernel.identity.models import ReservedName, User
from heretask.kernel.identity.people import assignments_now, check_user_name
from heretask.kernel.log.queries import Entry, history_of, last_sign_ins
from heretask.kernel.secrets.opening import open_text
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer, CustomerKind, Unit

PAGE = 50
LOOK_BACK = dt.timedelta(days=90)  # how far the list looks for the last sign-in
_LAST_LETTERS = str.maketrans("æøå", "\U0001f000\U0001f001\U0001f002")
SHOWN = ("active", "closed", "all")


@dataclass(frozen=True, slots=True)
class Held:
    """A role that a user has now."""

    id: UUID
    label: str
    unit: str
    until: dt.date | None

    @property
    def words(self) -> str:
        """The role and where: 'Carer, Nord'."""
        return f"{self.label}, {self.unit}" if self.unit else self.label


@dataclass(frozen=True, slots=True)
class Listed:
    """A user as the list shows them."""

    id: UUID
    name: str
    user_name: str
    active: bool
    roles: list[Held]
    last: dt.datetime | None
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class UserList:
    """A page of users, and how many there are."""

    users: list[Listed]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may do by a role: sentences that begin with 'may', and where."""

    label: str
    sentence: str
    unit: str
    until: dt.date | None
    may: list[str]


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything about one user that an administrator sees."""

    user: User
    name: str
    held: list[Held]
    reach: list[Reach]
    history: list[Entry]
    earlier_names: list[str]
    last: dt.datetime | None
    roles: frozenset[str] = frozenset()


def list_users(*, q: str = "", show: str = "active", page: int = 1) -> UserList:
    """Users by name. Names are sealed, so they are sorted and searched here, after one query."""
    rows = User.objects.all()
    if show != "all":
        rows = rows.filter(active=show != "closed")
    held = _held_now()
    word = q.casefold()
    named = [(open_text(u, "name"), u) for u in rows]
    fitting = [
        (name, user) for name, user in named
        if word in name.casefold() or word in user.user_name
        or any(word in h.words.casefold() for h in held.get(user.id, ()))
    ]  # fmt: skip
    fitting.sort(key=lambda pair: (_as_danes_sort(pair[0]), pair[1].user_name))
    pages = max(1, -(-len(fitting) // PAGE))
    page = min(max(1, page), pages)
    chosen = fitting[(page - 1) * PAGE : page * PAGE]
    last = last_sign_ins([u.id for _name, u in chosen], timezone.now() - LOOK_BACK)
    listed = [
        Listed(u.id, name, u.user_name, u.active, held.get(u.id, []), last.get(u.id), u.suspended_at is not None)
        for name, u in chosen
    ]
    return UserList(listed, len(fitting), page, pages)


def count_users() -> tuple[int, int]:
    """How many logins are open, and how many closed."""
    states = list(User.objects.values_list("active", flat=True))
    return states.count(True), states.count(False)


def get_user(user_id: UUID) -> User:
    """A user of this customer; raises User.DoesNotExist."""
    return User.objects.select_related("customer").get(id=user_id)


def get_assignment(user_id: UUID, assignment_id: UUID) -> Assignment:
    """A role of a user; raises Assignment.DoesNotExist."""
    return Assignment.objects.select_related("user", "unit", "own").get(id=assignment_id, user_id=user_id)


def assignment_of(assignment_id: UUID) -> Assignment:
    """A role somebody has or had; raises Assignment.DoesNotExist."""
    return Assignment.objects.select_related("user", "unit", "own").get(id=assignment_id)


def unit_of(unit_id: str) -> Unit | None:
    """A unit by its id as text; None for none."""
    return Unit.objects.get(id=unit_id) if unit_id else None


def state_of_role(assignment_id: UUID) -> list[str]:
    """How a role that was given or ended stands now: for undoing, which must find it as it was left."""
    row = assignment_of(assignment_id)
    return [str(row.ended_at or ""), str(row.until or ""), str(row.user.active)]


def state_of_name(user_id: UUID) -> str:
    """What somebody signs in as now."""
    return get_user(user_id).user_name


def state_of_login(user_id: UUID) -> list[str]:
    """Whether a login is open, and since when it is not."""
    user = get_user(user_id)
    return [str(user.active), str(user.deactivated_at or "")]


def users_of(ids: Iterable[UUID]) -> list[User]:
    """These users of the customer, by user name."""
    return list(User.objects.filter(id__in=list(ids)).select_related("customer"))


def held_by(user: User, role: str, unit: Unit | None) -> list[Assignment]:
    """The roles of that key that a user has now, in one unit or in any."""
    rows = assignments_now().filter(user_id=user.id).select_related("user", "unit", "own").order_by("made_at")
    return [row for row in rows if row.role_key == role and (unit is None or row.unit_id == unit.id)]


def words_of(row: Assignment) -> str:
    """A role and where: 'Carer, Nord'."""
    return _held(row).words


def detail_for(user: User) -> Detail:
    """One user with roles, reach, history and earlier names; the same few queries for everybody."""
    rows = list(assignments_now().filter(user_id=user.id).select_related("unit", "own").order_by("made_at"))
    reserved = ReservedName.objects.filter(user=user.id).order_by("made_at").values_list("user_name", flat=True)
    return Detail(
        user=user,
        name=open_text(user, "name"),
        held=[_held(a) for a in rows],
        reach=[
            Reach(
                str(role.label), str(role.sentence), a.unit.name if a.unit else "", a.until,
                [str(p.sentence) for p in Permission if p in role.may],
            )
            for a in rows if (role := a.is_role) is not None
        ],
        history=history_of("user", user.id),
        earlier_names=[name for name in reserved if name != user.user_name],
        last=last_sign_ins([user.id], timezone.now() - LOOK_BACK).get(user.id),
        roles=frozenset(a.role for a in rows),
    )  # fmt: skip


def name_of(user: User) -> str:
    """The name of a user."""
    return open_text(user, "name")


def roles_offered() -> list[AnyRole]:
    """The roles that can be given here: the built-in ones, then the customer's own. No page makes a manager."""
    supplier = Customer.objects.get(id=current().customer_id).kind == CustomerKind.SUPPLIER
    built_in = [
        role for role in ROLES.values() if role.supplier == supplier and not role.guest and role is not Management
    ]
    return [*built_in, *OwnRole.objects.filter(active=True)]


def units_offered() -> list[Unit]:
    """The units that are open."""
    return list(Unit.objects.filter(active=True))


def suggest_user_name(name: str) -> str:
    """A free user name for a person: 'anna', else 'anna.skov', else with a number."""
    words = ["".join(c for c in part if c.isalnum()) for part in _plain(name).split()]
    words = [word for word in words if word]
    if not words:
        return ""
    stems = list(dict.fromkeys([words[0], f"{words[0]}.{words[-1]}"] if len(words) > 1 else [words[0]]))
    base = stems[-1][:36]
    taken = set(ReservedName.objects.filter(user_name__startswith=words[0][:36]).values_list("user_name", flat=True))
    for candidate in [*stems, *(f"{base}{n}" for n in range(2, 1000))]:
        try:
            folded = check_user_name(candidate)
        except ValueError:
            continue
        if folded not in taken:
            return folded
    return ""


def _plain(name: str) -> str:
    """Small letters without accents; å, æ and ø stay, since they are letters of their own."""
    letters = unicodedata.normalize("NFC", name).casefold()
    kept = (letter if letter in "åæø" else unicodedata.normalize("NFKD", letter)[0] for letter in letters)
    return "".join(kept).replace("-", " ")


def _as_danes_sort(name: str) -> str:
    """A key that puts æ, ø and å last, as Danes expect it."""
    return name.casefold().translate(_LAST_LETTERS)


def _held(row: Assignment) -> Held:
    label = str(row.is_role.label) if row.is_role else row.role
    return Held(row.id, label, row.unit.name if row.unit else "", row.until)


def _held_now() -> dict[UUID, list[Held]]:
    held: dict[UUID, list[Held]] = {}
    for row in assignments_now().select_related("unit", "own").order_by("made_at"):
        held.setdefault(row.user_id, []).append(_held(row))
    return held

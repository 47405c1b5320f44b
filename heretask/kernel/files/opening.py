"""Opening a kept file and handing it over: each asks the feature that holds it, and leaves an event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import names_of
from heretask.kernel.log import record
from heretask.kernel.log.registry import Action
from heretask.kernel.secrets.files import SealedFileReader
from heretask.kernel.secrets.opening import key_of, open_text, seal
from heretask.kernel.tenancy.base import current

from . import events, holders
from .handing import Basis, Way
from .keeping import PICTURES
from .models import HandedOver, KeptFile
from .policies import Refused

LONGEST_RECEIVER = 120
Content = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Opened:
    """A kept file, opened; `content` reads its bytes, without the database, once the event is stored."""

    id: UUID
    name: str
    kind: str
    size: int
    width: int
    height: int
    author: str
    made_at: object
    citizen: UUID | None
    content: Content
    place: tuple[str, UUID] | None = None  # the page on which it stands

    @property
    def is_picture(self) -> bool:
        """Whether it can be looked at here."""
        return self.kind in PICTURES


def see(file_id: UUID, by: Actor) -> Opened:
    """Open a file's page: what it is called, whose it is."""
    return _opened(file_id, by, P.PLATFORM_FILES_OPEN, events.SEEN)


def open_picture(file_id: UUID, by: Actor) -> Opened:
    """Open a picture in full; raises Denied for anything else, which is never shown here."""
    found = _opened(file_id, by, P.PLATFORM_FILES_OPEN, events.OPENED)
    if not found.is_picture:
        raise Denied(permission=P.PLATFORM_FILES_OPEN)
    return found


def ask(file_id: UUID, by: Actor) -> Opened:
    """Open the page that asks to whom, why and how a file is handed over."""
    return _opened(file_id, by, P.PLATFORM_FILES_HAND, events.ASKED)


def hand_over(file_id: UUID, *, receiver: str, basis: str, way: str, by: Actor) -> Opened:
    """Hand a file over: the row and the event first, then its bytes. Raises Refused where something is missing."""
    row = _row(file_id, by, P.PLATFORM_FILES_HAND)
    to = check_receiver(receiver)
    if basis not in Basis.values or way not in Way.values:
        raise Refused(_("Say by what right and in which way it is handed over."))
    given = HandedOver(
        file=row.id, user_id=by.person_id, citizen=row.citizen, basis=basis, way=way, customer_id=row.owner_id
    )
    seal(given, receiver=to)
    given.save(force_insert=True)
    said = {"to": to, "by_right": str(Basis(basis).label), "way": str(Way(way).label)}
    return _told(row, events.HANDED, said)


def check_receiver(text: str) -> str:
    """Who gets it, as it is kept; raises Refused."""
    to = " ".join(text.replace("\x00", " ").split())
    if not to:
        raise Refused(_("Write who receives it: a person and where they work, or an authority."))
    if len(to) > LONGEST_RECEIVER:
        raise Refused(_("Write the receiver in %(limit)d characters at most.") % {"limit": LONGEST_RECEIVER})
    return to


def _opened(file_id: UUID, by: Actor, permission: P, event: Action) -> Opened:
    return _told(_row(file_id, by, permission), event, None)


def _row(file_id: UUID, by: Actor, permission: P) -> KeptFile:
    """A file that `by` may see: because they see what it stands with, or chose it themselves a while ago."""
    row = KeptFile.objects.defer("small").filter(id=file_id).first()
    if row is None:
        raise Denied(permission=permission)
    own = row.held_by is None and row.author_id == by.user_id
    if not own and not (row.held_by and holders.sees(row.held_as, row.held_by, by)):
        raise Denied(permission=permission)
    check(by, permission)
    return row


def _told(row: KeptFile, event: Action, said: dict[str, str] | None) -> Opened:
    name, key, customer_id = open_text(row, "name"), key_of(row, "name"), current().customer_id
    reader = SealedFileReader(key, customer_id, row.id, kept=True)
    reader.close()  # that it is there and begins as it must is known before anything is said to have been opened
    record(
        event, citizen=row.citizen, on=("file", row.id), variables=said, shown=[row.id],
        opened=[row.citizen] if row.citizen else [],
    )  # fmt: skip
    return Opened(
        row.id, name, row.kind, row.size, row.width, row.height, names_of({row.author_id}).get(row.author_id, ""),
        row.made_at, row.citizen, lambda: b"".join(SealedFileReader(key, customer_id, row.id, kept=True)),
        holders.place(row.held_as, row.held_by) if row.held_by else None,
    )  # fmt: skip

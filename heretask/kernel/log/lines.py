"""An event as a line of a file: what comes again and again is made once, and only sealed variables are opened.

A row is what `rows.py` reads: every cell as PostgreSQL's own text. `tests/admin/test_export.py` writes the same lines
the plain way, event by event, and compares the bytes.
"""

from __future__ import annotations

import csv
import io
import json
import re
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Any
from uuid import UUID
from zlib import adler32
from zoneinfo import ZoneInfo

from heretask.kernel.identity.models import User
from heretask.kernel.secrets import keys
from heretask.kernel.spreadsheet import neutralise

from . import naming
from .encoding import SALT, commitment
from .models import Event
from .queries import Entry, Meaning
from .registry import ACTIONS
from .sentences import Teller, words_of
from .trace import Trace, detail_place

COLUMNS = (
    "time_utc", "time_copenhagen", "at", "id", "customer", "actor_user_name", "actor_name", "actor", "session", "grant",
    "action", "sentence", "object_kind", "object_id", "citizen", "purpose", "detail", "hits", "shown", "outcome",
    "address", "agent", "changed", "times", "place", "salt", "commitment", "leaf",
)  # fmt: skip
HEADER = f"\ufeff{';'.join(COLUMNS)}\r\n".encode()
OLDER = "older form"  # stands where a commitment would, in a masked row whose form has none
MASKED = "•••"
_MOST = 10_000  # remembered of each kind; forgotten when there are more, so that memory stays small
_LOCAL = ZoneInfo("Europe/Copenhagen")
_QUOTED = re.compile('[;"\r\n]')
_PLAIN_NAME = re.compile(r"[\w.\-]+", re.ASCII)
_tag = struct.Struct(">IIH").pack
Row = tuple[Any, ...]


class Remembered(dict[Any, Any]):
    """What a function answered, for keys that come again."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: Any) -> Any:
        if len(self) >= _MOST:
            self.clear()
        made = self[key] = self.make(key)
        return made


def quoted(text: str) -> str:
    """A text as a cell of CSV; one that a spreadsheet could run gets an apostrophe."""
    cell = neutralise(text)
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell


def changed_cell(array: str) -> str:
    """Names out of PostgreSQL's text of an array: with a blank between, or as JSON where a name is not plain."""
    names = next(csv.reader(io.StringIO(array[1:-1]), escapechar="\\", doublequote=False), [])
    plain = all(_PLAIN_NAME.fullmatch(name) for name in names)
    return quoted(" ".join(names) if plain else json.dumps(names, ensure_ascii=False))


def hour_cells(hour: int) -> tuple[str, str, str]:
    """How the two readable times of an event begin in that hour since 1970, and how the second one ends."""
    utc = datetime.fromtimestamp(hour * 3600, UTC)
    local = utc.astimezone(_LOCAL).isoformat()
    return utc.isoformat()[:13], local[:13], local[19:]


_MINUTES = [f":{minute:02d}:{second:02d}." for minute in range(60) for second in range(60)]  # of each second in an hour


class Lines:
    """Makes the lines of one export, and the tag of each (what the proof says of it).

    With `masked` the variables are left out, in `detail` and in sentences, and a commitment stands for them.
    """

    def __init__(self, customer_id: UUID, teller: Teller, *, masked: bool, meaning: Meaning | None) -> None:
        self.customer, self.customer_id = str(customer_id), customer_id
        self.teller, self.masked, self.meaning = teller, masked, meaning
        self.text, self.changed = Remembered(quoted), Remembered(changed_cell)
        self.hour = Remembered(hour_cells)
        self.names: dict[str | None, str] = {None: ";;"}  # an actor -> user name, name and id as cells
        self.told: dict[tuple[Any, ...], tuple[str, str]] = {}
        self._met: set[tuple[str, str]] = set()

    def learn(self, rows: Sequence[Row]) -> None:
        """Load the names that these rows need: a query for each kind of thing, not for each row."""
        actors = {row[2] for row in rows if row[2]} - self.names.keys()
        if len(self.names) + len(actors) > _MOST:
            self.names, actors = {None: ";;"}, {row[2] for row in rows if row[2]}
        things = {(row[6], row[7]) for row in rows if row[7]} - self._met
        owners = {row[12][1:37] for row in rows if row[5] == _ENDED and len(row[12]) > 2}
        people = {*map(UUID, actors | owners), *(UUID(of) for kind, of in things if kind == "user")}
        self.teller.learn_users(people)
        for kind in {kind for kind, _ in things} & naming.NAMES.keys() - {"user", "citizen"}:
            found = naming.names(kind, {UUID(of) for of_kind, of in things if of_kind == kind})
            self.teller.objects |= {(kind, of): name for of, name in found.items()}
        self._met |= things
        self._name(actors)

    def made(self, rows: Iterable[Row], here: Trace) -> tuple[list[bytes], list[bytes], list[int]]:
        """The lines of those rows that are wanted, their tags and places; the key of `here` opens their variables."""
        lines, tags, places = [], [], []
        for row in rows:
            found = self._line(row, here)
            if found is not None:
                lines.append(found[0])
                tags.append(found[1])
                if row[19] is not None:
                    places.append(int(row[19]))
        return lines, tags, places

    def _line(self, row: Row, here: Trace) -> tuple[bytes, bytes] | None:
        (
            at, id_, actor, session, grant, action, object_kind, object_id, citizen, purpose, detail, hits, shown,
            outcome, address, agent, changed, times, salt, place, leaf,
        ) = row  # fmt: skip
        said, hidden, salt, detail_cell = "", "", salt[2:], ""
        plain = self._opened(id_, detail, here) if detail is not None else b""
        if self.meaning is not None and not self.meaning.fits(_event(row), json.loads(plain) if plain else {}):
            return None
        if plain:
            said = self._sentence(row, json.loads(plain))
            detail_cell = "" if self.masked else quoted(plain.decode())
            if self.masked:
                hidden = commitment(bytes.fromhex(salt), plain).hex() if len(salt) > 2 * SALT else OLDER
                salt = salt[: 2 * SALT]
        else:
            said = self._sentence(row, {})
        hour, second = divmod(int(at[:-6]), 3600)
        text, (utc, local, hours), clock, leaf = self.text, self.hour[hour], _MINUTES[second] + at[-6:], leaf[2:]
        line = (
            f"{utc}{clock}+00:00;{local}{clock}{hours};{at};{id_};{self.customer};{self.names[actor]};{session or ''};"
            f"{grant or ''};{text[action]};{said};{text[object_kind]};{object_id or ''};{citizen or ''};"
            f"{text[purpose]};{detail_cell};{'' if hits is None else hits};{shown[1:-1].replace(',', ' ')};"
            f"{text[outcome]};{text[address]};{text[agent]};{self.changed[changed]};{times};"
            f"{'' if place is None else place};{salt};{hidden};{leaf}\r\n"
        ).encode()
        end = -68 - len(hidden)  # before the last two cells, their marks and the line's end
        return line, _tag(int(leaf[:8], 16), adler32(line), adler32(line[end - len(salt) : end]) & 0xFFFF)

    def _opened(self, id_: str, detail: str, here: Trace) -> bytes:
        return keys.open_bytes(here.customer_key, bytes.fromhex(detail[2:]), detail_place(self.customer_id, UUID(id_)))

    def _sentence(self, row: Row, variables: Mapping[str, Any]) -> str:
        """The sentence as a cell. But for the words it hangs on a few cells only, and is remembered by them."""
        actor, action = row[2], row[5]
        key = (
            action, actor, row[15] if actor is None else "", row[8], row[6], row[7],
            row[11] if "hits" in _places[action] else "", row[12] if action == _ENDED else "",
        )  # fmt: skip
        told = self.told.get(key)
        if told is None:
            if len(self.told) >= _MOST:
                self.told.clear()
            sentence = unescape(self.teller.sentence(Entry(_event(row), {}), _WORDS))
            told = self.told[key] = (sentence, quoted(sentence.replace(_WORDS, "")))
        if not variables:
            return told[1]
        words = words_of(Entry(_NO_EVENT, {"q": MASKED} if self.masked else dict(variables)))
        return quoted(told[0].replace(_WORDS, words))

    def _name(self, actors: Iterable[str]) -> None:
        wanted = set(actors)
        found = {str(i): name for i, name in User.objects.filter(id__in=wanted).values_list("id", "user_name")}
        for actor in wanted:
            name = self.teller.users.get(UUID(actor), "")
            self.names[actor] = f"{quoted(found.get(actor, ''))};{quoted(name)};{actor}"


_ENDED = "identity.session.ended"
_WORDS = "\0"  # no text of a database holds it
_NO_EVENT = Event()


def _places_in(action: str) -> list[str]:
    return re.findall(r"%\((\w+)\)s", str(ACTIONS[action].sentence)) if action in ACTIONS else []


_places = Remembered(_places_in)


def _event(row: Row) -> Event:
    """As much of an event as its sentence, and the question whether words mean it, look at."""

    def an_id(value: str | None) -> UUID | None:
        return UUID(value) if value else None

    return Event(
        id=UUID(row[1]), actor=an_id(row[2]), action=row[5], object_kind=row[6], object_id=an_id(row[7]),
        citizen=an_id(row[8]), purpose=row[9], hits=None if row[11] is None else int(row[11]),
        shown=[UUID(one) for one in row[12][1:-1].split(",") if one], agent=row[15],
    )  # fmt: skip

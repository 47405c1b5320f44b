"""Citizens out of a customer's spreadsheet: read, compared with who is here, and carried out, all or nothing.

A row is found again by its CPR number. Blank cells and missing columns change nothing, nobody is removed, and the same
file a second time changes nothing. Whoever is unchanged since the last reading is not even opened to be compared.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.log import record
from heretask.kernel.secrets.models import DataKey
from heretask.kernel.secrets.opening import load_keys, open_text, seal
from heretask.kernel.spreadsheet import Cell, Column, Problem, Unreadable, cpr, danish_date, one_of, read_rows, text
from heretask.kernel.spreadsheet import check as check_sheet
from heretask.kernel.spreadsheet.converting import birth_date
from heretask.social import indexing

from . import actions, events, queries
from .models import Citizen, ImportFile, Light

TASK = "social.citizens_import"
KEPT_FOR = dt.timedelta(days=1)
BATCH = 500
LONGEST_NAME, LONGEST_FACT = 120, 500
FACTS = ("room", "warning", "relative", "guardian", "municipality")
Told = Callable[[int, int], None]


def nobody(done: int, total: int) -> None:
    """Tell nobody how far it is."""


@dataclass(slots=True)
class Planned:
    """What one row comes to: new, changed or unchanged."""

    line: int
    state: str
    name: str
    cpr: str
    unit_id: UUID
    facts: dict[str, str]
    light: str | None
    moved_in: dt.date | None
    import_hash: bytes
    citizen: Citizen | None = None


@dataclass(slots=True)
class Plan:
    """A whole file: what it would do, and everything that must be corrected first."""

    rows: list[Planned] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether it can be carried out."""
        return all(problem.warning for problem in self.problems)

    @property
    def counts(self) -> Counter[str]:
        """How many rows are new, changed and unchanged."""
        return Counter(row.state for row in self.rows)

    @property
    def changes(self) -> bool:
        """Whether anything would happen."""
        return any(row.state != "unchanged" for row in self.rows)


class NotSound(Exception):
    """The file has problems; nothing of it was read in."""


def read_in(data: bytes, name: str, *, by: Actor, told: Told = nobody) -> Plan:
    """Read a file in at once, in the caller's transaction. Raises NotSound with nothing changed."""
    plan = plan_for(data, name, by=by)
    carry_out(plan, by=by, told=told)
    return plan


def plan_for(data: bytes, name: str, *, by: Actor) -> Plan:
    """Read a file and compare it with the citizens who are here; nothing is changed. A bounded number of queries."""
    check(by, Permission.SOCIAL_CITIZENS_IMPORT)
    columns = _columns()
    try:
        checked = check_sheet(read_rows(data, name), columns, lambda values: values["cpr"])
    except Unreadable as wrong:
        return Plan(problems=[Problem(0, "", "", wrong.sentence)])
    needed = [column.key for column in columns if column.required]
    whole = [row for row in checked.rows if all(row.values[key] is not None for key in needed)]  # no column, no value
    rows = [_planned(row.line, row.values) for row in whole]
    _compare(rows)
    return Plan(rows, list(checked.problems))


def carry_out(plan: Plan, *, by: Actor, told: Told = nobody) -> None:
    """Do what a plan says, in the caller's transaction; raises NotSound where the file has problems."""
    check(by, Permission.SOCIAL_CITIZENS_IMPORT)
    if not plan.ok:
        raise NotSound
    new = [row for row in plan.rows if row.state == "new"]
    changed = [row for row in plan.rows if row.state == "changed"]
    shown: list[UUID] = []
    for batch in range(0, len(new), BATCH):
        shown += _create(new[batch : batch + BATCH])
        told(len(shown), len(new) + len(changed))
    for batch in range(0, len(changed), BATCH):
        shown += _change(changed[batch : batch + BATCH])
        told(len(shown), len(new) + len(changed))
    _remember(plan.rows)
    counts = {state: plan.counts[state] for state in ("new", "changed", "unchanged")}
    record(events.IMPORTED, variables=counts, hits=len(shown), shown=shown)


def one_at_a_time() -> None:
    """Let two readings-in of one customer follow each other, so that both compare with what is really there."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('citizens ' || ht.customer()::text))")


def keep_file(data: bytes, name: str, *, by: Actor) -> ImportFile:
    """Keep a file, sealed, until it is read in or thrown away; files forgotten for a day are removed first."""
    check(by, Permission.SOCIAL_CITIZENS_IMPORT)
    ImportFile.objects.filter(made_at__lt=timezone.now() - KEPT_FOR).delete()
    kept = ImportFile(user_id=by.user_id, customer_id=by.customer_id)
    seal(kept, name=name[:200], content=base64.b64encode(data).decode())
    kept.save(force_insert=True)
    return kept


def kept_file(file_id: UUID, by: Actor) -> ImportFile:
    """One's own kept file; raises Denied for anybody else's."""
    try:
        return ImportFile.objects.get(id=file_id, user_id=by.person_id)
    except ObjectDoesNotExist:
        raise Denied(permission=Permission.SOCIAL_CITIZENS_IMPORT) from None


def plan_for_kept(kept: ImportFile, *, by: Actor) -> Plan:
    """The plan for a kept file, compared with who is here now."""
    return plan_for(base64.b64decode(open_text(kept, "content")), open_text(kept, "name"), by=by)


def look_through(kept: ImportFile, *, by: Actor) -> Plan:
    """The preview of a kept file, with its event."""
    plan = plan_for_kept(kept, by=by)
    record(events.FILE_CHECKED, on=("file", kept.id), hits=len(plan.rows))
    return plan


def give_up(kept: ImportFile, *, by: Actor) -> None:
    """Remove a kept file unread."""
    check(by, Permission.SOCIAL_CITIZENS_IMPORT)
    record(events.FILE_DROPPED, on=("file", kept.id))
    kept.delete()


def _columns() -> list[Column]:
    lights = {"Grøn": Light.GREEN, "Gul": Light.YELLOW, "Rød": Light.RED}
    lights |= {"Green": Light.GREEN, "Yellow": Light.YELLOW, "Red": Light.RED}
    fact = _at_most(LONGEST_FACT)
    return [
        Column("name", ("Navn", "Fulde navn", "Borger", "Name"), True, _at_most(LONGEST_NAME)),
        Column("cpr", ("CPR", "CPR-nummer", "CPR-nr.", "CPR nr.", "CPRnr", "Personnummer"), True, cpr),
        Column("unit", ("Enhed", "Afdeling", "Hus", "Unit"), True, one_of(queries.units())),
        Column("room", ("Værelse", "Bolig", "Lejlighed", "Room"), convert=fact),
        Column("moved_in", ("Indflyttet", "Indflytningsdato", "Moved in"), convert=danish_date),
        Column("warning", ("Pas på", "Advarsel", "Allergi", "Allergier", "Warning"), convert=fact),
        Column("relative", ("Pårørende", "Nærmeste pårørende", "Relative"), convert=fact),
        Column("guardian", ("Værge", "Guardian"), convert=fact),
        Column("municipality", ("Handlekommune", "Kommune", "Municipality"), convert=fact),
        Column("light", ("Trafiklys", "Light"), convert=one_of(lights)),
    ]


def _at_most(longest: int) -> Callable[[Cell], str]:
    def convert(cell: Cell) -> str:
        plain = text(cell)
        if len(plain) > longest:
            raise Unreadable(_("The text is longer than %(limit)d characters.") % {"limit": longest})
        return plain

    return convert


def _planned(line: int, values: dict[str, Any]) -> Planned:
    number: str = values["cpr"]
    facts = {name: str(values[name]) for name in FACTS if values[name]}
    born = birth_date(number)
    if born:
        facts["born"] = born.isoformat()
    given = {name: str(value) for name, value in values.items() if value is not None}
    known = queries.keyed("import", json.dumps(given, sort_keys=True, ensure_ascii=False))
    return Planned(
        line, "new", values["name"], number, values["unit"], facts, values["light"], values["moved_in"], known
    )


def _compare(rows: Sequence[Planned]) -> None:
    """Find each row's citizen; only those who were not read in from an equal row before are opened."""
    hashes = {queries.cpr_hash(row.cpr): row for row in rows}
    here = list(Citizen.objects.filter(cpr_hash__in=list(hashes)))
    unknown = []
    for citizen in here:
        row = hashes[bytes(citizen.cpr_hash or b"")]
        row.citizen, row.state = citizen, "unchanged"
        if bytes(citizen.import_hash or b"") != row.import_hash:
            unknown.append((citizen, row))
    if not unknown:
        return
    load_keys(citizen.id for citizen, _row in unknown)
    for citizen, row in unknown:
        facts = queries.facts_of(citizen)
        row.facts = {**facts, **row.facts}
        same = (
            row.name == open_text(citizen, "name")
            and row.facts == facts
            and row.unit_id == citizen.unit_id
            and row.light in (None, citizen.light)
            and row.moved_in in (None, citizen.moved_in)
        )
        row.state = "unchanged" if same else "changed"
    ids = [citizen.id for citizen, _row in unknown]
    record(events.COMPARED, hits=len(ids), shown=ids, opened=ids)


def _create(rows: Sequence[Planned]) -> list[UUID]:
    made = []
    for row in rows:
        citizen, key = actions.build_citizen(
            unit_id=row.unit_id, name=row.name, cpr=row.cpr, facts=row.facts, light=row.light or Light.GREEN,
            moved_in=row.moved_in,
        )  # fmt: skip
        citizen.import_hash = row.import_hash
        made.append((citizen, key))
    DataKey.objects.bulk_create([key for _citizen, key in made])
    Citizen.objects.bulk_create([citizen for citizen, _key in made])
    _index(rows, [citizen.id for citizen, _key in made])
    return [citizen.id for citizen, _key in made]


def _change(rows: Sequence[Planned]) -> list[UUID]:
    changed = [row.citizen for row in rows if row.citizen is not None]
    for row in rows:
        citizen = row.citizen
        if citizen is None:
            continue
        seal(citizen, name=row.name, facts=json.dumps(row.facts, ensure_ascii=False, sort_keys=True))
        citizen.unit_id = row.unit_id
        citizen.light = row.light or citizen.light
        citizen.moved_in = row.moved_in or citizen.moved_in
    Citizen.objects.bulk_update(changed, ["name", "facts", "unit", "light", "moved_in"], batch_size=100)
    _index([row for row in rows if row.citizen is not None], [citizen.id for citizen in changed])
    return [citizen.id for citizen in changed]


def _index(rows: Sequence[Planned], ids: Sequence[UUID]) -> None:
    """Let the citizens of these rows be found by name and room."""
    texts = (queries.sought_texts(row.name, row.facts) for row in rows)
    indexing.put_citizens(zip(ids, texts, strict=True))


def _remember(rows: Sequence[Planned]) -> None:
    """Note from which row each citizen comes, so that an equal one need not be compared again."""
    here = []
    for row in rows:
        if row.citizen is not None and bytes(row.citizen.import_hash or b"") != row.import_hash:
            row.citizen.import_hash = row.import_hash
            here.append(row.citizen)
    Citizen.objects.bulk_update(here, ["import_hash"], batch_size=BATCH)

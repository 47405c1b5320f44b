"""A register as a file: CSV and XLSX in which nothing is a formula, or JSON with keys that stay."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor
from heretask.kernel.spreadsheet import write_csv, write_xlsx
from heretask.system.records.queries import Item
from heretask.system.records.registers import Field, Kind, Register

from . import queries


def taken_out(register: Register, found: Sequence[Item], at: dt.datetime, ending: str, *, by: Actor) -> bytes:
    """The whole register: names only of registers that the reader may see, nothing sealed for being delicate."""
    names = {key: of if queries.may_see(key, by) else {} for key, of in queries.references_of(register).items()}
    fields = [f for f in register.fields if not f.sealed or f.kind is Kind.MANY]
    if ending == "json":
        return _json(register, fields, found, at, names)
    rows: list[list[object]] = [[*(str(f.label) for f in fields), _("Added")]]
    rows += [[*(_cell(f, item, names) for f in fields), timezone.localdate(item.done_at)] for item in found]
    out = io.BytesIO()
    if ending == "csv":
        write_csv(rows, out)
    else:
        write_xlsx(rows, out, str(register.title))
    return out.getvalue()


def _cell(field: Field, item: Item, names: dict[str, dict[str, str]]) -> object:
    kept = item.values[field.key]
    if field.kind is Kind.REFERENCE:
        return names.get(field.of, {}).get(kept, "") if kept else ""
    if field.kind is Kind.NUMBER and kept:
        return int(kept)
    return field.shown(kept) if kept else ""


def _json(
    register: Register,
    fields: Sequence[Field],
    found: Sequence[Item],
    at: dt.datetime,
    names: dict[str, dict[str, str]],
) -> bytes:
    def value(field: Field, kept: str) -> Any:
        if not kept:
            return None
        if field.kind is Kind.REFERENCE:
            return {"id": kept, "name": names.get(field.of, {}).get(kept)}
        if field.kind is Kind.MANY:
            return kept.split(",")
        return int(kept) if field.kind is Kind.NUMBER else kept

    said = {
        "register": register.key, "title": str(register.title), "taken_out_at": at.isoformat(),
        "fields": {f.key: str(f.label) for f in fields},
        "entries": [
            {"id": str(i.id), "added_at": i.done_at.isoformat(), **{f.key: value(f, i.values[f.key]) for f in fields}}
            for i in found
        ],
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, indent=1).encode()

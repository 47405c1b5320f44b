"""Where backups may lie: a folder, its country and site, and who declared that, under which contract and when (OPS-2).

Told by `HERETASK_BACKUP_…` or by `secrets/backup.json` of the installation (`heretask backup target` writes it). It is
read anew each time, so that evidence and backups see the same.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings

COUNTRY = "DK"
DUMP, PGBACKREST = "dump", "pgbackrest"
KINDS = (DUMP, PGBACKREST)
_VARIABLES = {
    "folder": "HERETASK_BACKUP_TARGET", "country": "HERETASK_BACKUP_COUNTRY", "site": "HERETASK_BACKUP_SITE",
    "declared_by": "HERETASK_BACKUP_DECLARED_BY", "contract": "HERETASK_BACKUP_CONTRACT",
    "declared_on": "HERETASK_BACKUP_DECLARED_ON", "days": "HERETASK_BACKUP_DAYS",
    "key_days": "HERETASK_BACKUP_KEY_DAYS",
}  # fmt: skip


class Refused(Exception):
    """It is not done; `code` for programs and pages, the text is a sentence for the operator."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """One target. Dumps are kept `days` days, the keys beside them `key_days`: erased keys must soon be gone here."""

    kind: str
    folder: str
    country: str = ""
    site: str = ""
    declared_by: str = ""
    contract: str = ""
    declared_on: str = ""
    days: int = 90
    key_days: int = 35

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(self.folder)

    @property
    def missing(self) -> list[str]:
        """What nobody has declared."""
        return [name for name in ("site", "declared_by", "contract", "declared_on") if not getattr(self, name)]

    @property
    def problem(self) -> tuple[str, str] | None:
        """Why no backup may go there, as code and sentence; None where it may."""
        if self.country != COUNTRY:
            return "country", f"Backups must lie in Denmark; this target is declared to lie in {self.country or '?'}."
        if self.missing:
            return "undeclared", f"Of the target nobody has declared: {', '.join(self.missing)}."
        if not self.path.is_absolute() or not self.path.is_dir():
            return "folder", f"{self.folder} is not a folder that is there; is it mounted?"
        return None


def file() -> Path:
    """Where the installation keeps what was declared."""
    return Path(settings.HERETASK_HOME) / "secrets" / "backup.json"


def declared(kind: str = DUMP) -> Target | None:
    """The target of this kind as it was declared, good or not; None where there is none."""
    kept: dict[str, Any] = json.loads(file().read_text()).get(kind, {}) if file().exists() else {}
    if kind == DUMP:
        kept |= {name: os.environ[variable] for name, variable in _VARIABLES.items() if variable in os.environ}
    if not kept.get("folder"):
        return None
    made = Target(kind=kind, **{name: kept[name] for name in _VARIABLES if name in kept})
    return replace(made, days=int(made.days), key_days=int(made.key_days))


def all_declared() -> list[Target]:
    """The targets there are."""
    return [found for kind in KINDS if (found := declared(kind)) is not None]


def usable(kind: str = DUMP) -> Target:
    """The target; raises Refused where there is none or a backup may not go there."""
    found = declared(kind)
    if found is None:
        raise Refused("no target", "No target is declared: heretask backup target --folder … --country DK --site …")
    if found.problem:
        raise Refused(*found.problem)
    return found


def declare(made: Target) -> None:
    """Write down a target; raises Refused where a backup may not go there."""
    if made.problem:
        raise Refused(*made.problem)
    kept = json.loads(file().read_text()) if file().exists() else {}
    kept[made.kind] = {name: value for name, value in asdict(made).items() if name != "kind"}
    draft = file().with_suffix(".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(json.dumps(kept, indent=1))
    draft.replace(file())

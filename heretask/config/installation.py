"""One installation: where its data lies, which database it uses, and its own secrets (file mode 0600).

`HERETASK_HOME` (default `.heretask` in the working folder) holds everything. `HERETASK_DATABASE` names a PostgreSQL of
one's own as `host=… port=… dbname=…`; without it the embedded one is used.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from heretask.kernel.secrets.keyfile import KeyFile

ROLES = (
    "heretask_owner", "heretask_app", "heretask_gate", "heretask_worker", "heretask_clock", "heretask_sealer",
    "heretask_backup",
)  # fmt: skip


@dataclass
class Installation:
    """What a process must know before Django can be set up."""

    home: str
    host: str = ""
    port: int = 5432
    database: str = "heretask"
    embedded: bool = True
    demo: bool = False
    https_port: int = 8443  # where it was last served, for measurements from outside
    options: dict[str, str] = field(default_factory=dict)  # sslmode and the like, of a PostgreSQL of one's own
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    passwords: dict[str, str] = field(default_factory=lambda: {r: secrets.token_urlsafe(24) for r in ROLES})

    @property
    def path(self) -> Path:
        """The folder that holds everything."""
        return Path(self.home)

    @property
    def key_file(self) -> Path:
        """The outermost key (kernel/secrets/keyfile.py); `HERETASK_KEY_FILE` puts it elsewhere, away from the data."""
        return Path(os.environ.get("HERETASK_KEY_FILE", self.path / "secrets" / "key"))

    @property
    def seal_key_file(self) -> Path:
        """The key that signs the log's checkpoints, in a folder that the web keeps itself out of."""
        return Path(os.environ.get("HERETASK_SEAL_KEY_FILE", self.path / "sealer" / "key"))

    @property
    def secrets_exist(self) -> bool:
        """Whether this installation has been made before."""
        return (self.path / "secrets" / "installation.json").exists()

    def save(self, *, key: bool = True) -> None:
        """Write `installation.json`; the first time the key file too (unless not `key`), for this program's user only.

        A key file that is lost later is never made anew: it would open nothing, and hide that the old one is gone.
        """
        first = not self.secrets_exist
        _write(self.path / "secrets" / "installation.json", json.dumps(asdict(self), indent=1))
        in_file = os.environ.get("HERETASK_KEY_PROVIDER", "file") == "file"
        if key and first and in_file and not self.key_file.exists():
            KeyFile(self.key_file).make(1)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)


def home() -> Path:
    """The folder of this installation."""
    return Path(os.environ.get("HERETASK_HOME", ".heretask")).resolve()


def load() -> Installation:
    """The installation as it was saved, or a new one that is not saved yet."""
    saved = home() / "secrets" / "installation.json"
    made = Installation(home=str(home()))
    if saved.exists():
        for name, value in json.loads(saved.read_text()).items():
            setattr(made, name, {**made.passwords, **value} if name == "passwords" else value)
        made.home = str(home())
    own = os.environ.get("HERETASK_DATABASE")
    if own:
        parts = {name: str(value) for name, value in conninfo_to_dict(own).items()}
        made.embedded = False
        made.host, made.port = parts.get("host", made.host), int(parts.get("port", made.port))
        made.database = parts.pop("dbname", made.database)
        made.options = {k: v for k, v in parts.items() if k not in {"host", "port", "user", "password"}}
    return made

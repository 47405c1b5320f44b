"""After a disaster: the newest backup, or a named one, into an installation in which there is nothing."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from heretask.config import cluster, installation
from heretask.config.operating import django, say, sorry


def restore(arguments: argparse.Namespace) -> int:
    """Roles, rows, files, keys, tombstones; then the checks that a start makes as well."""
    chosen = installation.load()
    if os.environ.get("HERETASK_KEY_PROVIDER", "file") == "file" and not chosen.key_file.exists():
        return sorry(f"The outermost key is missing. Put it back at {chosen.key_file}, mode 0600; no backup holds it.")
    if not chosen.embedded and not arguments.into:
        return sorry("Name the superuser of your PostgreSQL: --into 'host=/run/postgresql user=postgres'")
    try:
        with cluster.started(chosen) as base:
            chosen.save(key=False)
            django()
            return _restore(arguments, chosen, base.conninfo() if base is not None else arguments.into)
    except cluster.NoPostgres as missing:
        return sorry(missing)


def _restore(arguments: argparse.Namespace, chosen: installation.Installation, superuser: str) -> int:
    import psycopg

    from heretask.kernel.backup.target import Refused

    from .restoring import Into, check_is_empty
    from .restoring import restore as carry_out
    from .telling import Steps
    from .verifying import Bent, CannotVerify, check_lies_right, manifest_of

    into = Into(superuser, chosen.database, chosen.passwords, chosen.path / "files")
    steps = Steps(("find", "integrity", "restore", "files", "keys"), lambda name, _done, _of: say(f"{name} …"))
    try:
        check_is_empty(into)
        with steps.step("find"):
            backup = _chosen(arguments)
            told = manifest_of(backup)
        with steps.step("integrity"):
            check_lies_right(backup, told)
        carry_out(backup, told, into, steps)
    except (Refused, Bent, CannotVerify) as wrong:
        return sorry(wrong)
    except psycopg.OperationalError as wrong:
        return sorry(f"PostgreSQL does not let this superuser in: {wrong}")
    return _afterwards(backup.name)


def _chosen(arguments: argparse.Namespace) -> Path:
    """The folder of the backup: given whole, or by its name on the declared target."""
    from heretask.kernel.backup import shelf, target
    from heretask.kernel.backup.target import Refused

    given: str = arguments.source
    if given and Path(given).is_dir():
        folder = Path(given).absolute()
        if shelf.NAME.fullmatch(folder.name):
            return folder
    else:
        found = target.declared()
        if found is None:
            raise Refused("no target", "No target is declared here; name the folder of a backup, or of the target.")
        folder = found.path / given
        if given and folder.is_dir():
            return folder
    names = shelf.names(folder) if folder.is_dir() else []
    if not names:
        raise Refused("no backup", f"There is no backup in {folder}.")
    return folder / names[0]


def _afterwards(name: str) -> int:
    """Migrations, tombstones, catalogue; and the event."""
    from django.conf import settings

    from heretask.config import health, operating, provision, sealing
    from heretask.kernel.db import catalogue
    from heretask.kernel.identity.sessions import operator
    from heretask.kernel.log import record
    from heretask.kernel.log.sealkeys import SealKeys
    from heretask.system.backups import events

    from .restoring import replay_tombstones

    operating.migrate(argparse.Namespace())
    again = replay_tombstones()
    say(f"tombstones: {again} keys destroyed again")
    catalogue.check("owner")
    keys = SealKeys(settings.HERETASK_SEAL_KEY_FILE)
    keys.ensure()
    sealing.seal_all(keys)  # what the backup holds without a place; the sealer goes on from there
    with operator(provision.customer_called(provision.SUPPLIER), "backup restore"):
        record(events.RESTORED, variables={"backup": name})
    found = health.examine()
    for part, well in found.items():
        say(f"{'well ' if well else 'NOT WELL'} {part}")
    return 0 if all(found.values()) else sorry("The backup is in, but not all is as it must be; see above.")

"""The operator's commands about taking the log out, and checking what was taken."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from heretask.config import operating
from heretask.config.operating import customer_called, say, sorry

if TYPE_CHECKING:
    from heretask.kernel.log.verify import Note


def export(arguments: argparse.Namespace) -> int:
    """Take a customer's whole log out into a file; its rows and its SHA-256 are printed."""
    operating.django()
    from heretask.admin.logs import exporting
    from heretask.config import provision
    from heretask.kernel.log.verify import Stop

    customer, out = customer_called(arguments.customer), Path(arguments.out)
    if customer is None:
        return sorry(f"There is no customer {arguments.customer}.")
    if not out.parent.is_dir():
        return sorry(f"There is no folder {out.parent}.")
    try:
        noted = [note.size for note in _noted(arguments.since)]
    except Stop as stop:
        return sorry(stop.fault.told("en"))
    made = exporting.prepared(
        customer, by=provision.operator_of(customer), masked=arguments.masked, noted=noted, seal_now=_seal
    )
    try:
        sha256 = exporting.write_to(out, made)
    except OSError as failure:
        return sorry(f"{out} could not be written: {failure.strerror}. Nothing of it is left behind.")
    told = {
        "file": arguments.out, "rows": made.rows, "sha256": sha256, "until": made.until, "masked": made.masked,
        "checkpoint": made.base.size, "without_place": made.without_place,
        "proof": None if out.suffix.lower() == ".zip" else f"{arguments.out}.proof",
    }  # fmt: skip
    if arguments.json:
        say(json.dumps(told))
        return 0
    say(f"{made.rows} events in {arguments.out}\nSHA-256 {sha256}\ncheckpoint of {made.base.size} events")
    if made.without_place:
        say(f"{made.without_place} events have no signed place yet; they stand last. Is a sealer running?")
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Check an extract; or, with --customer and --since, whether the log of today is the noted one, grown."""
    if bool(arguments.file) == bool(arguments.customer):
        return sorry("Name either a file, or a customer with --customer.")
    if arguments.customer:
        return _living(arguments)
    from heretask.kernel.log import verify as verifier

    given = [arguments.file, "--language", arguments.language]
    given += [word for path in arguments.since for word in ("--since", path)]
    return verifier.main([*given, "--json"] if arguments.json else given)


def checkpoint(arguments: argparse.Namespace) -> int:
    """Print the newest signed checkpoint of a customer's log."""
    operating.django()
    from heretask.kernel.identity.sessions import operator
    from heretask.kernel.log import witness

    customer = customer_called(arguments.customer)
    if customer is None:
        return sorry(f"There is no customer {arguments.customer}.")
    with operator(customer, "log checkpoint"):
        note, line = witness.newest_note(), witness.newest_line()
    if not note:
        return sorry("Nothing of this log has been signed yet.")
    say(json.dumps({"note": note, "line": line}) if arguments.json else note.rstrip())
    return 0


def _living(arguments: argparse.Namespace) -> int:
    operating.django()
    from heretask.kernel.identity.sessions import operator
    from heretask.kernel.log import witness
    from heretask.kernel.log.verify import Stop

    customer = customer_called(arguments.customer)
    if customer is None:
        return sorry(f"There is no customer {arguments.customer}.")
    if not arguments.since:
        return sorry("Name a file with the checkpoint you noted: --since FILE")
    try:
        noted = _noted(arguments.since)
    except Stop as stop:
        return sorry(stop.fault.told("en")) + 1  # 2: it could not be checked
    with operator(customer, "log verify"):
        answers = [witness.compare(note) for note in noted]
    for answer in answers:
        told = {
            "state": answer.state,
            "holds": answer.holds,
            "noted": answer.noted,
            "size": answer.size,
            "at": answer.at,
        }
        say(json.dumps(told) if arguments.json else f"{answer.state}: {answer.noted} events noted, {answer.size} now")
    return 0 if all(answer.holds for answer in answers) else 1


def _noted(paths: list[str]) -> list[Note]:
    from heretask.kernel.log.verify import read_noted

    return [note for path in paths for note in read_noted(Path(path))]


def _seal() -> None:
    """Seal at once where no sealer is at work, and its key may be read; otherwise the export waits for one."""
    from django.conf import settings

    from heretask.config.sealing import seal_all
    from heretask.kernel.log.sealkeys import SealKeys

    keys = SealKeys(Path(settings.HERETASK_SEAL_KEY_FILE))
    try:
        keys.ensure()
        seal_all(keys)
    except OSError as failure:
        sorry(f"The sealer's key cannot be read here ({failure.strerror}); waiting for a sealer.")

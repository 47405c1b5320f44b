"""The operator's commands about the sealing of the log."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from heretask.config import operating

if TYPE_CHECKING:
    from heretask.kernel.log.sealkeys import SealKeys


def seal(arguments: argparse.Namespace) -> int:
    """Give every waiting event its place and sign what has grown; a running sealer does it where there is one."""
    operating.django()
    from django.conf import settings

    from heretask.kernel.log.sealkeys import SealKeys

    keys = SealKeys(Path(settings.HERETASK_SEAL_KEY_FILE))
    keys.ensure()
    sealed = seal_all(keys)
    if sealed is None:
        return operating.sorry("A sealer is at work already; it seals within a second and signs within a minute.")
    operating.say(json.dumps({"sealed": sealed}) if arguments.json else f"{sealed} events sealed")
    return 0


def seal_all(keys: SealKeys) -> int | None:
    """Seal all that waits and sign; None where another sealer is at work."""
    from django.db import connections

    from heretask.kernel.log.sealing import Sealer

    sealer, sealed = Sealer(keys, sign_every=0), 0
    try:
        if not sealer.lead():
            return None
        sealer.begin()
        while True:
            placed = sealer.step()
            sealed += placed
            if placed < sealer.batch:
                return sealed
    finally:
        connections["sealer"].close()  # and the lock with it


def rotate(arguments: argparse.Namespace) -> int:
    """Sign with a new key beside the old one, or (--retire) with the newest alone once everybody knows it."""
    operating.django()
    from django.conf import settings

    from heretask.kernel.log.sealkeys import SealKeys

    keys = SealKeys(Path(settings.HERETASK_SEAL_KEY_FILE))
    keys.ensure()
    if arguments.retire:
        gone = keys.retire()
        operating.say(json.dumps({"retired": gone}) if arguments.json else f"{gone} older keys retired")
        return 0
    count = keys.rotate()
    operating.say(json.dumps({"keys": count}) if arguments.json else f"{count} keys sign from now on")
    return 0

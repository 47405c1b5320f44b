#!/usr/bin/env python3
"""The switch outside the server (MON-1): asks HereTask when it last watched itself, and says so when it did not.

Runs on another machine, from cron or a timer, every five minutes. It needs Python 3.9 and nothing else:

    */5 * * * *  python3 heretask_watch.py https://heretask.example /path/to/key

It is silent and ends with 0 while all is well. Otherwise it says one sentence and ends with 1, which cron sends by
mail (MAILTO), or a timer acts upon (OnFailure=). The file with the key must be readable by its owner alone.
"""

from __future__ import annotations

import json
import ssl
import stat
import sys
import urllib.error
import urllib.request
from pathlib import Path

LATE = 900  # seconds since the last round of watching: three were missed
PATIENCE = 20  # seconds for one answer
PATH = "/system/monitoring/heartbeat/"


def trouble(address: str, key: str, authority: str | None = None) -> str:
    """What is wrong, as a sentence; empty where nothing is. `authority` is a certificate to trust, if not public."""
    asked = urllib.request.Request(address.rstrip("/") + PATH, headers={"Authorization": f"Bearer {key}"})
    try:
        context = ssl.create_default_context(cafile=authority)
        with urllib.request.urlopen(asked, timeout=PATIENCE, context=context) as answer:
            told = json.load(answer)
    except urllib.error.HTTPError as refusal:
        if refusal.code == 403:
            return "HereTask does not know this key: a new one was made, or it is written wrongly."
        return f"HereTask answers, but not with its heartbeat (status {refusal.code})."
    except (OSError, ValueError) as failure:
        return f"HereTask cannot be reached: {type(failure).__name__}."
    since = told.get("seconds_since_last_round")
    if since is None:
        return "HereTask has never watched itself."
    if since > LATE:
        return f"HereTask has not watched itself for {since // 60} minutes. See that the worker and the clock run."
    return ""


def main(given: list[str]) -> int:
    """The status a timer acts upon."""
    if len(given) not in (2, 3) or not given[0].startswith("https://"):
        print(__doc__)
        return 2
    file = Path(given[1])
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            print(f"Others may read {file.name}: chmod 600 it first.")
            return 2
        key = file.read_text().strip()
    except OSError:
        print("The file with the key cannot be read.")
        return 2
    said = trouble(given[0], key, given[2] if len(given) == 3 else None)
    if said:
        print(said)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

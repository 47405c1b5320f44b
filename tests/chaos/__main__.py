"""`python -m tests.chaos`: kills the sealer under load, then the database, and says what was lost. 0 only for nothing."""

from __future__ import annotations

import argparse
import sys

from .stage import scratch


def main() -> int:
    """Both trials on an installation of their own."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--writers", type=int, default=64)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--kills", type=int, default=30, help="of the working sealer")
    parser.add_argument("--rounds", type=int, default=30, help="kills of the whole database")
    asked = parser.parse_args()
    faults = []
    with scratch() as base:
        from . import database, sealing

        for name in ("sealer", "database"):
            if name == "sealer":
                outcome = sealing.run(base, writers=asked.writers, events=asked.events, kills=asked.kills)
            else:
                outcome = database.run(base, rounds=asked.rounds)
            faults += outcome.faults
            said = ", ".join(f"{key} {value:,}" for key, value in outcome.figures.items())
            sys.stdout.write(f"{name}: {said}\n{name}: {'; '.join(outcome.faults) or 'nothing lost, nothing twice'}\n")
            sys.stdout.flush()
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""How a long run says where it is: steps with their seconds, for the terminal, for the job's row and for the record."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

Tell = Callable[[str, int, int], None]  # the step's name, how many are done, of how many


def quietly(_step: str, _done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Step:
    """One step of a run: its name, what came of it (ok, fail, unverified), how long it took, and a short finding."""

    name: str
    state: str = "ok"
    seconds: float = 0.0
    found: str = ""

    def as_object(self) -> dict[str, Any]:
        """For programs."""
        return {**asdict(self), "seconds": round(self.seconds, 2)}


class Steps:
    """The steps of one run in their order."""

    def __init__(self, names: tuple[str, ...], tell: Tell = quietly) -> None:
        self.names, self.tell, self.done = names, tell, list[Step]()

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Time one step; what it raises goes on, the step then counts as one that failed."""
        self.tell(name, self.names.index(name), len(self.names))
        made, started = Step(name), time.monotonic()
        self.done.append(made)
        try:
            yield made
        except BaseException:
            made.state = "fail" if made.state == "ok" else made.state
            raise
        finally:
            made.seconds = time.monotonic() - started

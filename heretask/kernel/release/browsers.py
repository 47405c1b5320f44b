"""What a walk through the systems in real browsers found, as a small file: which engine, how wide, and how far it came.

The file is made beside a release (`make browsers`) and kept with it (WEB-1). It speaks of code, not of people.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any

ENGINES = ("chromium", "firefox", "webkit")  # webkit stands in for Safari, decision 53
PHONE, DESK = WIDTHS = (390, 1280)  # CSS pixels
STEPS = (
    "sign_in", "today", "citizen", "draft", "note", "search", "message", "parts", "calendar", "idle", "sign_out",
)  # fmt: skip
_MOST = 20_000  # characters of such a file; a real one has three thousand


class CannotRead(Exception):
    """This is no such file; the message says why, for whoever stands at the server."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One engine at one width: the steps that were done, and what failed, if anything."""

    engine: str
    version: str
    width: int
    steps: tuple[str, ...]
    failed: str = ""

    @property
    def passed(self) -> bool:
        """Whether it came to the end, and the end is where ours is."""
        return not self.failed and self.steps == STEPS


@dataclass(frozen=True, slots=True)
class Walked:
    """All walks of one evening, and the fingerprint of the code that was walked through."""

    code: str
    at: dt.datetime
    walks: tuple[Walk, ...]

    def of(self, engine: str, width: int) -> Walk | None:
        """The walk of that engine at that width."""
        return next((one for one in self.walks if (one.engine, one.width) == (engine, width)), None)

    def engine_passed(self, engine: str) -> bool:
        """Whether an engine passed at every width."""
        return all((one := self.of(engine, width)) is not None and one.passed for width in WIDTHS)

    @property
    def passed(self) -> tuple[str, ...]:
        """The engines that passed at every width."""
        return tuple(engine for engine in ENGINES if self.engine_passed(engine))

    def versions(self) -> dict[str, str]:
        """The version of each engine that walked."""
        return {one.engine: one.version for one in self.walks}


def written(found: Walked) -> str:
    """As a file."""
    return json.dumps(
        {"code": found.code, "at": found.at.isoformat(), "walks": [asdict(one) for one in found.walks]}, indent=1
    )


def read(content: str) -> Walked:
    """What such a file says; raises CannotRead."""
    if len(content) > _MOST:
        raise CannotRead("The file is too long to be a result of `make browsers`.")
    try:
        said = json.loads(content)
        walks = tuple(_walk(one) for one in said["walks"])
        found = Walked(str(said["code"]), dt.datetime.fromisoformat(said["at"]), walks)
    except (ValueError, KeyError, TypeError):
        raise CannotRead("The file is no result of `make browsers`.") from None
    if found.at.tzinfo is None or len(found.code) != 64:
        raise CannotRead("The file does not say of which code it is, or when.")
    if len({(one.engine, one.width) for one in walks}) != len(walks) or not walks:
        raise CannotRead("The file has no walk, or one of them twice.")
    return found


def _walk(said: dict[str, Any]) -> Walk:
    steps = tuple(one for one in said["steps"] if one in STEPS)
    walk = Walk(said["engine"], str(said["version"])[:40], int(said["width"]), steps, str(said["failed"])[:400])
    if walk.engine not in ENGINES or walk.width not in WIDTHS or len(steps) != len(said["steps"]):
        raise ValueError("unknown")
    return walk

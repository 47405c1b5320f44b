"""How a sample is drawn, and who may explain and judge. Nothing here reads the database."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Set
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.reasons import read

FEWEST, MOST, ONE_IN = 5, 20, 50
EXPLAIN_WITHIN, JUDGE_WITHIN = dt.timedelta(days=7), dt.timedelta(days=14)
UNRELATED, EMERGENCY, NAMESAKE, COLLEAGUE, KNOWN = "unrelated", "emergency", "namesake", "colleague", "known"
WHYS = {
    UNRELATED: gettext_lazy("No relation of their own"),
    EMERGENCY: gettext_lazy("Opened in an emergency"),
    NAMESAKE: gettext_lazy("The same family name"),
    COLLEAGUE: gettext_lazy("Named like a colleague"),
    KNOWN: gettext_lazy("A well-known person"),
}
WEIGHTS = {UNRELATED: 2, EMERGENCY: 8, NAMESAKE: 6, COLLEAGUE: 6, KNOWN: 8}
CHOICES = {
    "close": gettext_lazy("I work closely with this citizen"),
    "shift": gettext_lazy("I was on shift where the citizen lives"),
    "emergency": gettext_lazy("It was an emergency"),
    "search": gettext_lazy("I looked for something and opened this citizen"),
    "asked": gettext_lazy("A colleague or a relative asked me"),
    "mistake": gettext_lazy("I opened the wrong citizen"),
    "other": gettext_lazy("Something else"),
}
VERDICTS = {
    "justified": gettext_lazy("Justified"),
    "talk": gettext_lazy("Needs a talk"),
    "not": gettext_lazy("Not justified"),
}


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def why_likelier(purpose: str, citizen: str, opener: str, colleagues: Set[str], known: Set[str]) -> list[str]:
    """What makes an opening likelier to be drawn; names are compared without regard to capital letters."""
    reason, name = read(purpose), citizen.casefold().split()
    found = []
    if reason is None or reason.kind != "relation":
        found.append(EMERGENCY if reason and reason.kind == "emergency" else UNRELATED)
    if name and opener.casefold().split()[-1:] == name[-1:]:
        found.append(NAMESAKE)
    if " ".join(name) in colleagues:
        found.append(COLLEAGUE)
    if " ".join(name) in known:
        found.append(KNOWN)
    return found


def weight_of(whys: Iterable[str]) -> int:
    """How many lots an opening has."""
    return 1 + sum(WEIGHTS[why] for why in whys)


def luck(seed: bytes, event: UUID, weight: int) -> bytes:
    """The best of an opening's lots: SHA-256 of seed, event and the lot's number (4 bytes, from 0)."""
    return max(hashlib.sha256(seed + event.bytes + lot.to_bytes(4, "big")).digest() for lot in range(weight))


def how_many(pool: int) -> int:
    """One in fifty is drawn, at least 5 and at most 20."""
    return min(pool, max(FEWEST, min(MOST, pool // ONE_IN)))


def draw(seed: bytes, pool: Iterable[tuple[UUID, int]]) -> list[UUID]:
    """The openings with the best lots, the best first: unpredictable before the root is signed, the same ever after."""
    lots = sorted(((luck(seed, event, weight), event) for event, weight in pool), reverse=True)
    return [event for _luck, event in lots[: how_many(len(lots))]]


def check_choice(choice: str, words: str) -> str:
    """The words as they are kept; raises Refused for no such reason, or 'something else' without words."""
    plain = " ".join(words.split())[:300]
    if choice not in CHOICES:
        raise Refused(_("Choose a reason."))
    if choice == "other" and len(plain) < 3:
        raise Refused(_("Write in a few words what it was."))
    return plain


def check_may_judge(opener: UUID, by: UUID | None) -> None:
    """Raise Refused for somebody who judges their own opening."""
    if by is None or by == opener:
        raise Refused(_("Your own openings are judged by somebody else."))


def check_verdict(verdict: str, words: str) -> str:
    """The words as they are kept; what is not simply justified needs some."""
    plain = " ".join(words.split())[:300]
    if verdict not in VERDICTS:
        raise Refused(_("Choose a judgment."))
    if verdict != "justified" and len(plain) < 3:
        raise Refused(_("Write in a few words why."))
    return plain

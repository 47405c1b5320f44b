"""Slips of the pen: a note as it was first written, why it was wrong, and how it should have been."""

import random
import re
from collections.abc import Callable
from typing import NamedTuple


class Correction(NamedTuple):
    """Why a note was corrected, what it says now, and after how many minutes."""

    reason: str
    corrected_text: str
    minutes_later: int


class Slip(NamedTuple):
    """A note with a mistake in it, and the reason given when it was found."""

    wrong_text: str
    reason: str


_CLOCK = re.compile(r"kl\. (\d{1,2})\.(\d\d)")
_SIDES = {"højre": "venstre", "venstre": "højre"}
_SIDE = re.compile(r"\b(højre|venstre)\b")
_KILOS = re.compile(r"(\d\d),(\d) kg")
_FORGOTTEN = (
    "Glemte at skrive det sidste med.", "Tilføjer, hvad jeg ikke nåede før vagtskiftet.",
    "Notatet var ikke skrevet færdigt.", "Kom i tanke om det på vej hjem og har ringet det ind.",
)  # fmt: skip


def _clock(rng: random.Random, text: str, _name: str, _other: str) -> Slip | None:
    found = _CLOCK.search(text)
    if not found:
        return None
    hour = int(found[1]) - rng.choice((1, 2))
    if hour < 0:
        return None
    wrong = f"kl. {hour}.{found[2]}"
    reason = rng.choice(("Forkert klokkeslæt, det rigtige er {}.", "Jeg skrev et forkert klokkeslæt. Det var {}."))
    return Slip(text.replace(found[0], wrong), reason.format(found[0]))


def _side(rng: random.Random, text: str, _name: str, _other: str) -> Slip | None:
    found = _SIDE.search(text)
    if not found:
        return None
    reason = rng.choice(("Kom til at bytte om på højre og venstre.", "Forkert side, det er {} side.")).format(found[1])
    return Slip(_SIDE.sub(lambda match: _SIDES[match[1]], text), reason)


def _kilos(_rng: random.Random, text: str, _name: str, _other: str) -> Slip | None:
    found = _KILOS.search(text)
    if not found or found[1] == found[1][::-1]:
        return None
    return Slip(text.replace(found[0], f"{found[1][::-1]},{found[2]} kg"), "Byttede om på cifrene i vægten.")


def _colleague(_rng: random.Random, text: str, name: str, other: str) -> Slip | None:
    if not name or not other or name == other or not re.search(rf"\b{name}\b", text):
        return None
    return Slip(re.sub(rf"\b{name}\b", other, text), f"Det var {name} og ikke {other}, der var med.")


def _unfinished(rng: random.Random, text: str, _name: str, _other: str) -> Slip | None:
    head, stop, last = text.rpartition(". ")
    if not stop or len(head) < 70 or not last[:1].isupper() or head.endswith(("kl", "ca", "temp", "d", "tlf")):
        return None
    return Slip(head + ".", rng.choice(_FORGOTTEN))


_KINDS: tuple[Callable[[random.Random, str, str, str], Slip | None], ...] = (
    _side, _clock, _kilos, _colleague, _unfinished, _unfinished,
)  # fmt: skip


def make_slip(rng: random.Random, text: str, colleague: str, other: str) -> Slip | None:
    """Spoil a right text in a way that people do, if it offers one."""
    for kind in rng.sample(_KINDS, len(_KINDS)):
        slip = kind(rng, text, colleague, other)
        if slip is not None and slip.wrong_text != text:
            return slip
    return None

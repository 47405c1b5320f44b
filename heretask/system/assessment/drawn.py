"""Samples as their pages show them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise as Lazy

from heretask.kernel.evidence.populations import POPULATIONS, Population
from heretask.kernel.evidence.promises import PROMISES
from heretask.kernel.identity.people import names_of

from .models import Sample
from .sampling import Seen

FILE = "heretask-population.txt"


def by_promise(populations: Iterable[Population]) -> dict[str, list[tuple[str, Lazy | str]]]:
    """From what the reader may draw, for each promise that rests on it."""
    found: dict[str, list[tuple[str, Lazy | str]]] = defaultdict(list)
    for one in populations:
        for promise in one.promises:
            found[promise].append((one.key, one.label))
    return dict(found)


def list_context(found: list[Sample]) -> dict[str, Any]:
    """What was drawn before."""
    names = names_of({one.done_by for one in found if one.done_by})
    return {
        "samples": [
            {**_told(one), "who": names.get(one.done_by, "") if one.done_by else "", "count": len(one.drawn)}
            for one in found
        ]
    }


def context(seen: Seen) -> dict[str, Any]:
    """One sample: its rows, what came of drawing it anew, and how anybody else does."""
    one = seen.sample
    known = POPULATIONS[one.population]
    names = names_of({one.done_by} if one.done_by else set())
    return {
        **_told(one), "seen": seen, "seed": seen.seed, "digest": one.digest, "lines": seen.lines, "gone": seen.gone,
        "who": names.get(one.done_by, "") if one.done_by else "", "until_moment": one.until, "since_moment": one.since,
        "promises": [(id_, PROMISES[id_].sentence) for id_ in known.promises],
        "commands": _commands(seen), "drawn": one.drawn,
    }  # fmt: skip


def _told(one: Sample) -> dict[str, Any]:
    known = POPULATIONS[one.population]
    last = timezone.localdate(one.until - dt.timedelta(microseconds=1))
    return {
        "id": one.id, "label": known.label, "first": timezone.localdate(one.since), "last": last, "at": one.done_at,
        "size": one.size, "wanted": one.wanted,
    }  # fmt: skip


def _commands(seen: Seen) -> tuple[str, str]:
    """With our own program, and with what every Unix has: the words of the seed quoted for a shell."""
    seed, number = _quoted(seen.seed), seen.sample.wanted
    return (
        f"python3 verify.py sample {FILE} --seed {seed} --number {number}",
        f'seed={seed}\nwhile read -r id; do echo "$(printf \'%s%s\' "$seed" "$id" | sha256sum | cut -c1-64) $id"\n'
        f"done < {FILE} | sort | head -n {number}",
    )


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "'\\''") + "'"

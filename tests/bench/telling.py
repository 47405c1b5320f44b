"""G11b: whether the time of the answer tells who exists: the area under the curve of known against unknown names."""

from __future__ import annotations

import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from django.db import connections

from heretask.admin.users import actions
from heretask.kernel.identity import signing_in
from heretask.kernel.identity.sessions import NOWHERE
from heretask.kernel.identity.whence import From
from tests.cast import Cast, make_cast

from .figures import Figure, Goal, Row, quantile

PARTS = 5  # the tries are cut into so many parts for the spread


def measure(*, quick: bool) -> list[Row]:
    """A wrong password for a known name, against three kinds of names that let nobody in; in an order drawn anew."""
    tries = 30 if quick else 2000
    cast = make_cast()
    with cast.eva.inside() as eva:
        actions.deactivate_user(user=cast.clara.user, by=eva)
    slug = cast.solsikken.slug
    kinds = {"no such name": f"nobody@{slug}", "no such customer": "anna@nowhere", "closed login": cast.clara.user_name}
    figures = [_figure(kind, cast, name, tries) for kind, name in kinds.items()]
    what = "how well the time of the answer tells known names from others (AUC, 0.5 is not at all)"
    return [Row("G11b", what, Goal(0.55, at_least=False), "known against", figures)]


def _figure(kind: str, cast: Cast, name: str, tries: int) -> Figure:
    chance = random.Random(17)
    seen: dict[str, list[float]] = {cast.anna.user_name: [], name: []}
    for given in [cast.anna.user_name, name]:  # both sides have been here once before anything counts
        _try(given)
    for _ in range(tries):
        for given in chance.sample(list(seen), 2):
            seen[given].append(_try(given))
    known, other = seen[cast.anna.user_name], seen[name]
    parts = sorted(area(known[n::PARTS], other[n::PARTS]) for n in range(PARTS))
    milliseconds = {
        "known_ms": round(quantile(known, 0.5) * 1000, 2),
        "other_ms": round(quantile(other, 0.5) * 1000, 2),
    }
    return Figure(
        kind, area(known, other), quantile(parts, 0.25), quantile(parts, 0.75), {**milliseconds, "tries": tries}
    )


def area(one: Sequence[float], other: Sequence[float]) -> float:
    """How often a time of one side is longer than one of the other, whichever way round tells more: 0.5 to 1."""
    ordered = sorted(other)
    above = sum(bisect_left(ordered, x) + bisect_right(ordered, x) for x in one) / (2 * len(one) * len(other))
    return max(above, 1 - above)


def _try(given: str) -> float:
    """The seconds of one try, with the counters emptied before, so that every try is the first."""
    with connections["gate"].cursor() as cursor:
        cursor.execute("delete from kernel_throttle")
    began = time.perf_counter()
    outcome = signing_in.by_password(given, "Wrong-word-9", at=NOWHERE, whence=From("127.0.0.9", "bench"))
    took = time.perf_counter() - began
    if outcome.kind != "refused":
        raise RuntimeError(f"answered {outcome.kind}")
    return took

"""What leaves the demo's assessment: the summary that everybody may see, and two samples that Eva drew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.utils import timezone

from heretask.kernel.access.decide import Actor
from heretask.system.assessment import actions, sampling


def outside(as_person: Callable[[str], AbstractContextManager[Actor]]) -> None:
    """As Grethe chose to show it, and as Eva looked into it."""
    with as_person("grethe") as by:
        actions.show_to_all(shown=True, by=by)
    today = timezone.localdate()
    with as_person("eva") as by:
        sampling.draw(
            "openings", today - dt.timedelta(days=30), today, seed="Stormen tog taget af hallen i Hvide Sande",
            wanted=12, by=by,
        )  # fmt: skip
        sampling.draw("logins", today - dt.timedelta(days=30), today, seed="Syv, ni og tretten", wanted=5, by=by)

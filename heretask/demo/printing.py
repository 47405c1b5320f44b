"""What the demo's people have on paper: printed by the real actions, one still there and one handed over."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actor_for
from heretask.platform.printing import actions
from heretask.platform.printing.policies import Handed


def papers(citizens: Sequence[UUID]) -> None:
    """Anna has printed two journals: one she still has, one went with the citizen to the doctor."""
    anna = actor_for(User.objects.select_related("customer").get(user_name="anna"))
    went, still = (
        actions.print_sheet(
            key="journal", about=citizen, form=actions.new_form(), reason=reason, words=words, days=7, by=anna
        ).paper
        for citizen, reason, words in ((citizens[1], "health", "Kontrol hos egen læge"), (citizens[0], "meeting", ""))
    )
    actions.hand(went.id, Handed("Lone Lund", "egen læge", "Skulle se ugens notater før kontrollen"), by=anna)
    assert still.ended_at is None  # noqa: S101  (it is what the demo shows)

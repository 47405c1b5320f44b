"""Paper: made untrue from outside (DATA-6)."""

from __future__ import annotations

from collections.abc import Iterator

from heretask.platform.printing import actions
from heretask.platform.printing.models import Paper
from tests.system.breakers.breaking import (
    breaker,
    changed,
)
from tests.system.world import World, acting, sign_in


def printed(world: World) -> Paper:
    """Anna prints a journal, as a person does; it is shredded at once."""
    with acting(world.cast.anna, sign_in(world.cast.anna)) as by:
        made = actions.print_sheet(
            key="journal", about=world.citizen, form=actions.new_form(), reason="care", words="", days=1, by=by
        )
        actions.shred(made.paper.id, by=by)
    return made.paper


@breaker("DATA-6")
def a_print_without_an_event(world: World) -> Iterator[None]:
    paper = printed(world)
    with changed("platform_printing_paper", "id = %s", [paper.id], id="=gen_random_uuid()"):
        yield

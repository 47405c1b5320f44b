"""The demo's security incidents: one that Anna reported and Grethe answered, and one that nobody has opened yet."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

from heretask.kernel.access.decide import Actor
from heretask.kernel.identity.whence import From
from heretask.platform.incidents import actions

Acting = Callable[[str], AbstractContextManager[Actor]]


def incidents(acting: Acting) -> UUID:
    """Reported, opened and answered by the real actions, each in a session of its own; Anna's report."""
    with acting("anna") as anna:
        made = actions.report(
            what="Jeg glemte min telefon i bussen. Der er adgang til HereTask på den, men den er låst med kode.",
            noticed="Kl. 15, da jeg kom hjem fra Nord", page="platform.today", by=anna,
        )  # fmt: skip
    with acting("grethe") as grethe:
        actions.open_one(made.id, by=grethe)
        actions.take_up(made.id, by=grethe)
        actions.answer(
            made.id, "Tak, fordi du sagde det med det samme. Adgangen er lukket. Er den fundet igen?", by=grethe
        )
    actions.report_outside(
        what="Der lå en udskrift med navne i papircontaineren bag huset. Jeg har lagt den ind på kontoret.",
        noticed="I dag ved indgangen til Syd", whence=From("127.0.0.1", "demo"),
    )  # fmt: skip
    return made.id

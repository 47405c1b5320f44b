"""What the demo's people have written to each other: sent by the real actions, then moved back in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from heretask.demo.drawing import key_cabinet
from heretask.kernel.access.addressed import To
from heretask.kernel.access.decide import Actor
from heretask.kernel.files import keeping
from heretask.kernel.files.accepting import accept
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actor_for
from heretask.kernel.tenancy.models import Unit
from heretask.platform.messages import actions
from heretask.platform.messages.models import Message, Participant, Receipt, Thread


def messages(unit: Unit, citizens: Sequence[UUID]) -> None:
    """A handful of conversations of the cast: one urgent, one about a citizen, one answered, one for everybody."""
    cast = {u.user_name: u for u in User.objects.filter(user_name__in=["anna", "bo", "clara", "eva"])}
    anna, bo, clara, eva = (_actor(cast[name]) for name in ("anna", "bo", "clara", "eva"))
    card = _send(
        eva, [To.having("carer")], "Nye adgangskort",
        "De nye adgangskort ligger på kontoret. Hent dit inden fredag; de gamle virker ikke fra mandag.", days=4,
    )  # fmt: skip
    _read(card, [anna, clara], days=4)
    swap = _send(
        clara, [_person(anna)], "Bytte vagt på lørdag?", "Kan du tage min aftenvagt på lørdag mod din søndag?", days=2
    )
    _read(swap, [anna], days=2)
    _answer(swap, anna, "Ja, det passer fint. Vil du skrive det i vagtplanen?", days=1)
    _answer(swap, clara, "Det er gjort. Tusind tak!", days=0, hours=3)
    about = _send(
        anna, [_person(bo), To.having("carer", unit.id)], "Besøg i weekenden",
        "Søsteren kommer søndag kl. 14 og vil gerne tale med en af os om kosten. Hvem er her?", days=1,
        citizen=citizens[0],
    )  # fmt: skip
    _read(about, [bo], days=1)
    _answer(about, bo, "Det er jeg. Jeg tager en kop kaffe med dem begge.", days=0, hours=5)
    _read(about, [anna], days=0)
    _send(clara, [_person(anna)], "", "", days=0, hours=1, photo=key_cabinet())
    _send(
        bo, [To.unit(unit.id)], "Medicinrummet har fået ny lås",
        "Fra i aften kl. 18 virker kun den nye nøgle. Den ligger i nøgleskabet, hylde 2. Bekræft, at I har set det.",
        days=0, hours=2, urgent=True, photo=key_cabinet(),
    )  # fmt: skip


def _actor(user: User) -> Actor:
    return actor_for(User.objects.select_related("customer").get(id=user.id))


def _person(actor: Actor) -> To:
    return To.person(actor.person_id)


def _send(
    by: Actor, to: list[To], subject: str, text: str, *, days: int, hours: int = 0, urgent: bool = False,
    citizen: UUID | None = None, photo: bytes = b"",
) -> Thread:  # fmt: skip
    files = keeping.Files([accept(photo, "Nøgleskab.jpg")] if photo else [])
    thread = actions.send(to=to, subject=subject, text=text, by=by, urgent=urgent, citizen_id=citizen, files=files)
    _back(thread, days, hours)
    return thread


def _answer(thread: Thread, by: Actor, text: str, *, days: int, hours: int = 0) -> None:
    actions.reply(thread.id, text=text, by=by)
    _back(thread, days, hours)


def _back(thread: Thread, days: int, hours: int) -> None:
    """Let the newest message have been sent then."""
    at = timezone.now() - dt.timedelta(days=days, hours=hours, minutes=7)
    newest = Message.objects.filter(thread_id=thread.id).order_by("-sent_at")[0]
    Message.objects.filter(id=newest.id).update(sent_at=at)
    Participant.objects.filter(thread_id=thread.id).update(newest_at=at)


def _read(thread: Thread, people: Sequence[Actor], *, days: int) -> None:
    at = timezone.now() - dt.timedelta(days=days, minutes=1)
    ids = [actor.person_id for actor in people]
    Receipt.objects.filter(thread_id=thread.id, user_id__in=ids, read_at=None).update(read_at=at)

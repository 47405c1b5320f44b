"""Measured: all mail and SMS that left, looked at again as sent, and what the database refuses to keep of it."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.measuring import Result, State, evidence
from heretask.kernel.evidence.reading import since
from heretask.kernel.secrets.opening import open_texts

from . import guard, leaving
from .letters import LETTERS
from .models import MailState, OutgoingMail, Way

LEFT = (MailState.SENT, MailState.BOUNCED, MailState.FAILED)  # a server that refused it has seen it, too
MOST = 20_000  # the newest; a customer of sixty people sends a tenth of it


@evidence(
    "DATA-5",
    counts=_("what left, mails and SMS of 30 days and calendars, with a CPR number or a name in it, of all"),
    how=_(
        "Each mail and SMS that left is kept sealed, as it was sent. All of 30 days are opened and looked through for "
        "CPR numbers and for the names of users and citizens. Beside them: those that our guard stopped, and whether "
        "the database itself refuses words in what they are made of. The calendars that programs fetch are made anew "
        "for everybody who has one and looked through in the same way."
    ),
)
def nothing_personal_leaves() -> Result:
    """Look through everything that left."""
    left = list(OutgoingMail.objects.filter(state__in=LEFT, made_at__gte=since()).order_by("-made_at")[:MOST])
    leaks = _leaks(left)
    ways = list(leaving.looked_at())
    texts = [text for _key, way in ways for text in way.texts]
    leaks += _leaks_among(texts)
    held_back = OutgoingMail.objects.filter(state=MailState.REFUSED, made_at__gte=since()).order_by()
    ways_stopped = list(held_back.values_list("way", flat=True))
    stopped = len(ways_stopped)
    open_door = 0 if _is_held() else 1
    texted = sum(mail.way == Way.SMS for mail in left)
    sample: dict[str, Any] = {
        "mails": len(left) - texted, "mails_stopped": ways_stopped.count(Way.MAIL), "sms": texted,
        "sms_stopped": ways_stopped.count(Way.SMS), "mail_words_possible": bool(open_door),
    }  # fmt: skip
    for key, way in ways:
        sample |= {f"{key}_given": way.given, f"{key}_words_possible": way.words_possible}
        open_door += way.words_possible
    figure = f"{leaks} / {len(left) + len(texts)}"
    if leaks or open_door:
        return Result(State.BROKEN, figure, sample)
    return Result(State.DUE if stopped else State.HOLDS, figure, sample)


def _leaks(left: list[OutgoingMail]) -> int:
    """How many hold what must not leave. Names are asked for once, for the words of all of them."""
    texts = open_texts(left, "text")
    foreign = []
    wrong = set()
    for mail, text in zip(left, texts, strict=True):
        letter = LETTERS.get(mail.letter)
        finished = letter.finished(mail.parameters, "da", mail.way) if letter else None
        other = letter.finished(mail.parameters, "en", mail.way) if letter else None
        fixed = finished.fixed | other.fixed if finished and other else frozenset()
        ours = (*finished.ours, *(other.ours if other else ())) if finished else ()
        if guard.has_number(text, ours) or text == "":
            wrong.add(mail.id)
        foreign.append((mail.id, guard.foreign_words(text, fixed, ours)))
    names = guard.names_among(word for _id, words in foreign for word in words)
    return len(wrong | {mail_id for mail_id, words in foreign if words & names})


def _leaks_among(texts: list[leaving.Text]) -> int:
    """How many of what is given out elsewhere hold it."""
    foreign = [guard.foreign_words(one.text, one.fixed, one.ours) for one in texts]
    names = guard.names_among(word for words in foreign for word in words)
    return sum(
        guard.has_number(one.text, one.ours) or bool(words & names) for one, words in zip(texts, foreign, strict=True)
    )


def _is_held() -> bool:
    """Whether the database refuses a mail that is made of words."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_constraint where conname = 'outgoingmail_plain' and convalidated"
            " and conrelid = 'public.kernel_outgoingmail'::regclass) and not ht.is_plain(%s::jsonb)",
            ['{"name": "Birthe Holm"}'],
        )
        return bool(cursor.fetchone()[0])

"""What of a journal can be printed: a period of it, and one signed note with its corrections."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import Actor, Denied
from heretask.kernel.access.permissions import Permission
from heretask.kernel.secrets.opening import open_text
from heretask.platform.printing.sheets import Block, Sheet, sheet
from heretask.social.citizens.queries import citizen_for
from heretask.ui.templatetags.ht import clock, mask_cpr

from . import queries
from .models import Note
from .queries import ShownNote

READ = Permission.SOCIAL_JOURNAL_READ
MOST = 400  # notes on one print; a longer period says that it is cut


def check_journal(citizen_id: UUID, by: Actor) -> None:
    """Raise Denied for whoever may not read this journal."""
    citizen_for(citizen_id, by, READ)


def journal(citizen_id: UUID, days: int, by: Actor) -> Sheet:
    """The signed notes of the last days, newest first."""
    since = timezone.now() - dt.timedelta(days=days)
    rows = queries.visible(citizen_id, by).filter(signed_at__isnull=False, happened_at__gte=since)
    found = list(rows.order_by("-happened_at", "-id")[: MOST + 1])
    blocks = [_block(note) for note in queries.opened(found[:MOST], by)]
    if not blocks:
        blocks.append(Block(_("No note is signed in this period.")))
    if len(found) > MOST:
        blocks.append(Block(_("Older notes of the period are not on this print.")))
    period = _("%(since)s to %(until)s") % {"since": _day(since), "until": _day(timezone.now())}
    return _sheet(_("Journal: %(name)s"), citizen_id, by, blocks, period)


def check_note(note_id: UUID, by: Actor) -> None:
    """Raise Denied for a note that is not signed, or about somebody whose journal `by` may not read."""
    _signed(note_id, by)


def note(note_id: UUID, _days: int, by: Actor) -> Sheet:
    """One note as it was signed, and each correction beside it."""
    row = _signed(note_id, by)
    (shown,) = queries.opened([row], by)
    return _sheet(_("Note: %(name)s"), row.citizen_id, by, [_block(shown)], "")


def _signed(note_id: UUID, by: Actor) -> Note:
    row = queries.note_by_id(note_id)
    if row is None or row.signed_at is None:
        raise Denied(permission=READ)
    citizen_for(row.citizen_id, by, READ)
    return row


def _sheet(title: str, citizen_id: UUID, by: Actor, blocks: list[Block], period: str) -> Sheet:
    citizen = citizen_for(citizen_id, by, READ)
    said = [mask_cpr(open_text(citizen, "cpr")), citizen.unit.name, period]
    return Sheet(
        title % {"name": open_text(citizen, "name")}, " · ".join(part for part in said if part), tuple(blocks),
        frozenset({citizen_id}), citizen_id,
    )  # fmt: skip


def _block(shown: ShownNote) -> Block:
    head = f"{_day(shown.happened_at)} {clock(shown.happened_at)} · {shown.kind_label} · {shown.author_name}"
    texts = [shown.text]
    for one in shown.corrections:
        said = {"when": f"{_day(one.made_at)} {clock(one.made_at)}", "name": one.author_name, "why": one.reason}
        texts += ["", _("Corrected %(when)s by %(name)s (%(why)s):") % said, one.text]
    late = _("Written later: %(when)s") % {"when": f"{_day(shown.written_at)} {clock(shown.written_at)}"}
    return Block(head, "\n".join(texts), late if shown.late else "")


def _day(moment: dt.datetime) -> str:
    """The day as paper needs it, which is read tomorrow: never 'today'."""
    return date_format(timezone.localtime(moment), "j. F Y")


def _note_back(note_id: UUID) -> str:
    row = queries.note_by_id(note_id)
    return reverse("social.journal", args=[row.citizen_id]) if row else reverse("social.citizens")


sheet(
    "journal", gettext_lazy("Journal"), check=check_journal, make=journal, periods=True,
    back=lambda citizen_id: reverse("social.journal", args=[citizen_id]),
)  # fmt: skip
sheet("note", gettext_lazy("Note from the journal"), check=check_note, make=note, back=_note_back)

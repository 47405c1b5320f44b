"""What a search finds of notes: the files in them, by name. Their texts have a search of their own."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access import reach
from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.files import keeping
from heretask.platform.search.sources import Found, Hit, answer, finds, fits
from heretask.ui.templatetags.ht import day

from . import queries

NEWEST = 300  # names that are opened


@finds(
    47, Permission.SOCIAL_JOURNAL_READ, _("Files in notes"), "clip",
    bound=_("Of files in notes: the newest 300 that you may see, by name."),
)  # fmt: skip
def files(words: str, by: Actor) -> Found:
    """Files by their names, in notes that one may read; each leads to its note in the journal."""
    check(by, Permission.SOCIAL_JOURNAL_READ)
    citizens = reach.mine(by, Permission.SOCIAL_JOURNAL_READ)
    notes = queries.readable(by).values("id")
    rows = keeping.newest(queries.HOLDER, Q(citizen__in=citizens, held_by__in=notes), NEWEST)
    opened = {row.citizen for row in rows if row.citizen}
    kept = [row for row in rows if fits(words, row.name)]
    names = reach.named({row.citizen for row in kept if row.citizen})
    hits = [
        (row.id, Hit(row.name, f"{reverse('social.journal', args=[row.citizen])}?note={row.held_by}",
                     f"{names.get(row.citizen, '')} · {day(row.made_at)}"))
        for row in kept if row.citizen
    ]  # fmt: skip
    return answer(hits, opened)

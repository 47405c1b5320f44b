"""What waits in access reviews, on the start page of those who decide."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import day

from . import presenters, queries


@cards(12, Permission.ADMIN_REVIEWS_RUN)
def waiting(_person: Person) -> list[Card]:
    """Reviews with rights that nobody has decided; past the deadline they are red and urgent."""
    found = queries.campaigns()
    left = queries.counts(one.id for one in found)
    rows, late = [], False
    for one in found:
        count = left.get(one.id, 0)
        if not count:
            continue
        over = one.due_at < timezone.now()
        late |= over
        told = ngettext("%(count)d right waits", "%(count)d rights wait", count) % {"count": count}
        word = _("Past the deadline") if over else _("By %(day)s") % {"day": day(one.due_at)}
        url = reverse("admin.reviews_one", args=[one.id])
        rows.append(
            Row(
                presenters.title_of(one), told, url=url, button=_("Decide"), state="broken" if over else "due",
                state_word=word,
            )
        )  # fmt: skip
    return [Card(_("Who has access?"), rows, urgent=late)] if rows else []

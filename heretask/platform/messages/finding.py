"""What a search finds of messages: colleagues to write to, and conversations by subject and text.

Texts are sealed and in no index, so a bounded number is opened: the newest that one may read.
"""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access import reach
from heretask.kernel.access.addressed import addresses
from heretask.kernel.access.decide import Actor, check
from heretask.kernel.files import keeping
from heretask.kernel.secrets.opening import load_keys, open_text, open_texts
from heretask.platform.search.sources import Found, Hit, answer, excerpt, finds, fits
from heretask.ui.templatetags.ht import day

from . import queries
from .queries import CITIZEN, USE

NEWEST = 300  # messages that are opened to look for words
FILES = 300  # names of files that are


@finds(10, USE, _("Colleagues"), "person", more="platform.messages_new", more_word=_("Write a message"))
def colleagues(words: str, by: Actor) -> Found:
    """People one may write to, by name, role and unit; the hit leads to a message to them."""
    check(by, USE)
    write = reverse("platform.messages_new")
    found = [
        (one.to.user_id, Hit(one.name, f"{write}?to={one.to.code}", one.place))
        for one in addresses(by, USE).people
        if one.to.user_id and one.to.user_id != by.user_id and fits(words, one.label)
    ]
    return answer(found)


@finds(
    40, USE, _("Messages"), "message", more="platform.messages", more_word=_("All messages"),
    bound=_("Of messages: the newest 300 that you may read."),
)  # fmt: skip
def messages(words: str, by: Actor) -> Found:
    """Conversations in which a message or the subject holds the words, each once, the newest first."""
    check(by, USE)
    rows = list(
        queries.visible(by).filter(recalled_at=None).select_related("thread").order_by("-sent_at", "-id")[:NEWEST]
    )
    reached = reach.within(by, CITIZEN, {row.citizen for row in rows if row.citizen})
    rows = [row for row in rows if row.citizen is None or row.citizen in reached]
    opened = {row.citizen for row in rows if row.citizen}
    load_keys(opened)
    subjects = {row.thread_id: open_text(row.thread, "subject") for row in {r.thread_id: r for r in rows}.values()}
    found = {}
    for row, text in zip(rows, open_texts(rows, "text"), strict=True):
        subject = subjects[row.thread_id]
        if row.thread_id not in found and fits(words, subject, text):
            url = reverse("platform.messages_thread", args=[row.thread_id])
            found[row.thread_id] = Hit(subject, url, f"{day(row.sent_at)} · {excerpt(words, text)}")
    return answer(found.items(), opened)


@finds(
    45, USE, _("Files in messages"), "clip", more="platform.messages", more_word=_("All messages"),
    bound=_("Of files in messages: the newest 300 that you may see, by name."),
)  # fmt: skip
def files(words: str, by: Actor) -> Found:
    """Files by their names, in messages that one may read; each leads to its conversation."""
    check(by, USE)
    theirs = queries.visible(by).filter(recalled_at=None)
    citizens = reach.mine(by, CITIZEN)
    which = Q(held_by__in=theirs.values("id")) & (Q(citizen=None) | Q(citizen__in=citizens))
    rows = keeping.newest(queries.HOLDER, which, FILES)
    kept = [row for row in rows if fits(words, row.name)]
    threads = dict(theirs.filter(id__in=[row.held_by for row in kept]).values_list("id", "thread_id"))
    hits = [
        (row.id, Hit(row.name, reverse("platform.messages_thread", args=[threads[row.held_by]]), day(row.made_at)))
        for row in kept
    ]
    return answer(hits, {row.citizen for row in rows if row.citizen})

"""What DATA-5 asks of the wheel's feed: how often it was given, each made anew, and what the database allows."""

from __future__ import annotations

from django.db import connections

from heretask.kernel.outbox.leaving import Text, Way, leaves
from heretask.kernel.secrets.words import words_of
from heretask.platform.calendar import feeds

from . import queries
from .feed import PAGE, PREFIX, WHEEL


def look() -> Way:
    """Make the feed anew for everybody who has one, and give it to be looked through."""
    given, owners = feeds.counted(WHEEL)
    due = queries.feed_rows() if owners else []
    return Way(given, (_looked_through(due),) * len(owners), _could_hold_words())


def _looked_through(due: list[queries.Due]) -> Text:
    """A feed as it is given, unfolded, beside the sentences of rules, which are the same everywhere."""
    fixed = frozenset(words_of(" ".join(str(rule.sentence) for rule in queries.rules())))
    empty = frozenset(words_of(_text([])))
    ours = tuple(text for one in due for text in (feeds.link_of(PAGE, one[0]), feeds.uid_of(PREFIX, one[0])))
    return Text(_text(due), fixed | empty | _form(), ours)


def _text(due: list[queries.Due]) -> str:
    return feeds.unfolded(feeds.compose(WHEEL, due, "da"))


def _form() -> frozenset[str]:
    """The words of the form itself: names of fields, and the class."""
    return frozenset(words_of("begin end vevent uid dtstamp dtstart dtend value date summary url class private"))


def _could_hold_words() -> bool:
    """Whether the owner of the feed's function may read a name, a reason or the words of a proof."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select has_column_privilege('ht_feed', 'public.system_records_closing', 'note', 'select')"
            " or has_column_privilege('ht_feed', 'public.kernel_user', 'name', 'select')"
            " or has_any_column_privilege('ht_feed', 'public.system_records_value', 'select')"
            " or has_any_column_privilege('ht_feed', 'public.system_wheel_assigned', 'select')"
        )
        return bool(cursor.fetchone()[0])


leaves("wheel_feeds", look)

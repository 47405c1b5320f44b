"""When something about a unit may be done, whoever does it."""

from __future__ import annotations

from uuid import UUID

from django.db import connections
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from heretask.kernel.spreadsheet import Unreadable, text
from heretask.kernel.tenancy.models import Unit, UnitKind
from heretask.kernel.tenancy.occupancy import what_lives_in

LONGEST_NAME = 80
NOBODY = UUID(int=0)


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def one_at_a_time() -> None:
    """Wait until nobody else changes rights or units here: a role given meanwhile must keep its unit open."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('rights ' || ht.customer()::text))")


def check_name(name: str, of: UUID | None = None) -> str:
    """The name of a unit; raises Refused for none, one that cannot be read, or that of another unit."""
    try:
        plain = " ".join(text(name).split())
    except Unreadable as wrong:
        raise Refused(wrong.sentence) from wrong
    if not plain or len(plain) > LONGEST_NAME:
        raise Refused(_("Write a name of %(count)d characters at most.") % {"count": LONGEST_NAME})
    if any(one.name.casefold() == plain.casefold() for one in Unit.objects.exclude(id=of or NOBODY)):
        raise Refused(_("There is a unit of that name already, open or closed."))
    return plain


def check_kind(kind: str) -> str:
    """A kind of unit; raises Refused for any other word."""
    if kind not in UnitKind.values:
        raise Refused(_("Choose what kind of unit it is."))
    return kind


def check_is_empty(unit: Unit) -> None:
    """Raise Refused, saying what must move first, while anybody lives or works there."""
    there = what_lives_in(unit.id)
    if there:
        sentence = _("First move or end what is in %(unit)s: %(what)s.")
        raise Refused(sentence % {"unit": unit.name, "what": get_text_list(there, _("and"))})

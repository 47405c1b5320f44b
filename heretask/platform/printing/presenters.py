"""Sheets and papers as pages show them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.identity.people import Person
from heretask.ui.templatetags.ht import clock

from .actions import Printed
from .queries import Papers

MARKS = 12  # how often the mark stands on a page


def sheet_context(printed: Printed, person: Person) -> dict[str, Any]:
    """The sheet, and on every page of it who printed it, for which customer, when, and the number of the print."""
    made = timezone.localtime(printed.paper.made_at)
    when = f"{date_format(made, 'j. F Y')} {clock(made)}"
    said = {
        "name": person.name, "customer": person.customer.name, "when": when, "number": printed.paper.number,
        "reason": printed.reason,
    }  # fmt: skip
    return {
        "sheet": printed.sheet, "paper": printed.paper, "watch": range(MARKS),
        "mark": f"{person.name[:32]} · {person.customer.name[:24]} · {when} · {printed.paper.number}",
        "foot": _("Printed by %(name)s, %(customer)s, %(when)s. Number %(number)s. Reason: %(reason)s.") % said,
    }  # fmt: skip


def told(papers: Papers) -> str:
    """'2 open, 1 of them overdue'."""
    if not papers.count:
        return _("No paper of yours is open.")
    return f"{counts_told(papers.count, papers.overdue)}."


def left_told(count: int) -> str:
    """What is said to somebody who is about to sign out."""
    if not count:
        return _("All your paper is shredded or handed over.")
    return ngettext(
        "You have %(n)d print that is neither shredded nor handed over.",
        "You have %(n)d prints that are neither shredded nor handed over.", count,
    ) % {"n": count}  # fmt: skip


def counts_told(count: int, late: int) -> str:
    """How many papers are open, and how many too long."""
    said = ngettext("%(n)d open paper", "%(n)d open papers", count) % {"n": count}
    if not late:
        return said
    return f"{said} · " + ngettext("%(n)d overdue", "%(n)d overdue", late) % {"n": late}

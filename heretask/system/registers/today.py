"""What the registers put on the start page: for Management what must be looked at, for customers who begins soon."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.kernel.tenancy.models import CustomerKind
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import day

from . import actions, pictures, presenters, supply


@cards(27, Permission.SYSTEM_REGISTERS_SEE)
def registers_of_today(person: Person) -> list[Card]:
    """Registers in which something is overdue or due; no card where nothing is."""
    found = presenters.index_context(actions.see_all(by=person.actor))["cards"]
    rows = []
    for one in found:
        if not one["broken"] and not one["due"]:
            continue
        number, state = (one["broken"], "broken") if one["broken"] else (one["due"], "due")
        word = ngettext("%(number)d overdue", "%(number)d overdue", number) if state == "broken" else ngettext(
            "%(number)d due", "%(number)d due", number
        )  # fmt: skip
        url = reverse("system.registers_list", args=[one["key"]])
        rows.append(Row(str(one["title"]), url=url, state=state, state_word=word % {"number": number}))
    return [Card(_("Registers"), rows, more_url=reverse("system.registers"), more=_("All registers"))] if rows else []


@cards(40, Permission.SYSTEM_HELPERS_SEE)
def helpers_of_today(person: Person) -> list[Card]:
    """Subcontractors that begin soon, while a customer may still object; the supplier's own people announced them."""
    if person.customer.kind == CustomerKind.SUPPLIER:
        return []
    coming = pictures.helpers_context(supply.see_helpers(by=person.actor))["coming"]
    rows = [
        Row(
            one["name"], _("Begins %(day)s: %(service)s") % {"day": day(one["begins_on"]), "service": one["service"]},
            url=reverse("system.helpers"), state="due", state_word=_("You can object"),
        ) for one in coming
    ]  # fmt: skip
    return [Card(_("New subcontractors"), rows)] if rows else []

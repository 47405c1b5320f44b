"""The page of emergency contacts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions
from .forms import SheetForm
from .policies import Refused

PLACE = "admin.contacts"
KEPT = done("contacts_kept", _("It is kept. We call these people when the systems are down."))
CONFIRMED = done("contacts_confirmed", _("Confirmed. We ask again in a year."))


@page(P.ADMIN_CONTACTS_KEEP)
@require_http_methods(["GET", "POST"])
def contacts(request: HttpRequest) -> HttpResponse:
    """Whom the supplier calls, and changing that."""
    by = actor_of(request)
    form = SheetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep(form.contacts, by=by)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go(PLACE, done=KEPT)
    found = actions.see(by=by)
    if request.method != "POST":
        form = SheetForm(contacts=found.contacts if found else None)
    late = found is not None and found.due_on < timezone.localdate()
    context = {"form": form, "found": found, "late": late}
    return show(request, "admin/contacts/contacts.html", context, place=PLACE, status=422 if form.errors else 200)


@page(P.ADMIN_CONTACTS_KEEP)
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """They are still the right ones."""
    try:
        actions.confirm(by=actor_of(request))
    except Refused:
        return go(PLACE)
    return go(PLACE, done=CONFIRMED)

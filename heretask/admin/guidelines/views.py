"""Pages of the customer's guidelines."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.ui.marks import page
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters, queries
from .forms import GuidelinesForm
from .policies import Refused

PLACE = "admin.guidelines"
CHANGED = done("guidelines_changed", _("The guidelines are changed."))


@page(P.ADMIN_GUIDELINES_SEE)
@require_GET
def guidelines(request: HttpRequest) -> HttpResponse:
    """Each guideline beside its floor and its default."""
    return _page(request, GuidelinesForm(initial=GuidelinesForm.initial_of(queries.guidelines())))


@page(P.ADMIN_GUIDELINES_CHANGE)
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Change them: first whom it would meet, then, when it is sure, the change."""
    form, before, by = GuidelinesForm(request.POST), queries.guidelines(), actor_of(request)
    if not form.is_valid():
        return _page(request, form)
    wanted, given = form.wanted(before), form.cleaned_data
    accepted_by, reason = given["accepted_by"], given["reason"]
    try:
        if request.POST.get("sure") == "1":
            actions.change_guidelines(wanted, accepted_by, reason, by=by)
            return go("admin.guidelines", done=CHANGED)
        tried = actions.try_guidelines(wanted, accepted_by, reason, by=by)
    except Refused as refused:
        form.add_error(refused.field or None, str(refused))
        return _page(request, form)
    context: dict[str, Any] = presenters.tried_context(tried, before, wanted)
    context |= {"again": presenters.again(wanted, accepted_by, reason), "accepted_by": accepted_by, "reason": reason}
    return show(request, "admin/guidelines/tried.html", context, place=PLACE)


def _page(request: HttpRequest, form: GuidelinesForm) -> Page:
    context = presenters.page_context(queries.customer(), queries.history(), by=actor_of(request))
    return show(request, "admin/guidelines/guidelines.html", {**context, "form": form}, place=PLACE)

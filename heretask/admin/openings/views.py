"""Pages of the question who has opened a citizen."""

from __future__ import annotations

import re
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log.openings import Place
from heretask.kernel.log.searches import store_search, stored_search
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of

from . import actions, presenters
from .forms import CitizenForm

PLACE, SEARCH = "admin.openings", "admin.openings"


@page(P.ADMIN_LOG_READ)
def openings(request: HttpRequest) -> HttpResponse:
    """Whom somebody asks about: part of a name, kept before it is answered."""
    form = CitizenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return go("admin.openings_found", store_search(SEARCH, {"q": form.cleaned_data["q"]}))
    return show(request, "admin/openings/find.html", {"form": form}, place=PLACE)


@page(P.ADMIN_LOG_READ)
@require_GET
def found(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """The citizens whose names fit."""
    try:
        words = str(stored_search(SEARCH, search_id)["q"])
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    sought = actions.find_citizens(words, by=actor_of(request))
    context = {"form": CitizenForm(initial={"q": words}), "sought": sought}
    return show(request, "admin/openings/find.html", context, place=PLACE)


@page(P.ADMIN_LOG_READ)
@require_GET
def citizen(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Who has opened this citizen, by person."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(n) for n in actions.PERIODS} else actions.PERIODS[1]
    answer = actions.see_openers(citizen_id, days, _place(request.GET.get("before", "")), by=actor_of(request))
    return show(request, "admin/openings/citizen.html", presenters.answer_context(answer), place=PLACE)


def _place(text: str) -> Place | None:
    """Where an answer goes on: a time and an id, nothing about anybody."""
    told = re.fullmatch(r"(\d{1,18})\.([0-9a-f]{32})", text, flags=re.ASCII)
    return (int(told[1]), UUID(told[2])) if told else None

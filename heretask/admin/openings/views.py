"""Pages of the question who has opened a citizen."""

from __future__ import annotations

import re
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log.openings import Place
from heretask.kernel.log.searches import store_search, stored_search
from heretask.kernel.paper.making import pdf
from heretask.ui.marks import page
from heretask.ui.pages import Paper, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, exporting, presenters
from .exporting import Refused
from .forms import CitizenForm, LetterForm, NamesForm

PLACE, SEARCH = "admin.openings", "admin.openings"
CHOSEN = done("letter_names_chosen", _lazy("It is chosen. The next letter follows it."))


@page(P.ADMIN_LOG_READ, guests=True)
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
    context = {**presenters.answer_context(answer), "may_hand": may(actor_of(request), P.ADMIN_OPENINGS_HAND)}
    return show(request, "admin/openings/citizen.html", context, place=PLACE)


@page(P.ADMIN_OPENINGS_HAND)
def letter(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Which letter a citizen gets: the period, for whom, and why."""
    form = LetterForm(request.POST or None, initial=LetterForm.beginning())
    if request.method == "POST" and form.is_valid():
        return go("admin.openings_letter_read", exporting.ask(form.wanted(citizen_id), by=actor_of(request)))
    context = {"form": form, "citizen": citizen_id, "names": exporting.customer().letter_names}
    return show(request, "admin/openings/letter.html", context, place=PLACE)


@page(P.ADMIN_OPENINGS_HAND)
@require_GET
def letter_read(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """The letter as it will be, to be read first."""
    try:
        told = presenters.letter_told(exporting.read(search_id, by=actor_of(request)))
    except Refused as refused:
        return _refused(request, str(refused))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    return show(request, "admin/openings/letter_read.html", presenters.letter_page(told, search_id), place=PLACE)


@page(P.ADMIN_OPENINGS_HAND)
@require_POST
def letter_paper(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """The letter as PDF: its event is sent with COMMIT, and the paper is made while that is on its way."""
    try:
        told = presenters.letter_told(exporting.make(search_id, by=actor_of(request)))
    except Refused as refused:
        return _refused(request, str(refused))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    at = timezone.localtime()
    return Paper(lambda: pdf("openings", told, at=at), f"heretask-openings-{at:%Y-%m-%d}")


@page(P.ADMIN_OPENINGS_CHOOSE)
def names(request: HttpRequest) -> HttpResponse:
    """Whether letters name staff."""
    now = exporting.customer().letter_names
    form = NamesForm(request.POST or None, initial={"names": "names" if now else "roles"})
    if request.method == "POST" and form.is_valid():
        try:
            exporting.choose_names(form.cleaned_data["names"], form.cleaned_data["reason"], by=actor_of(request))
        except Refused as refused:
            form.add_error("names", str(refused))
        else:
            return go("admin.openings_names", done=CHOSEN)
    return show(request, "admin/openings/names.html", {"form": form, "names": now}, place=PLACE)


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    return show(request, "admin/openings/refused.html", {"sentence": sentence}, place=PLACE, status=409)


def _place(text: str) -> Place | None:
    """Where an answer goes on: a time and an id, nothing about anybody."""
    told = re.fullmatch(r"(\d{1,18})\.([0-9a-f]{32})", text, flags=re.ASCII)
    return (int(told[1]), UUID(told[2])) if told else None

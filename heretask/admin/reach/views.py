"""Pages of the question what somebody reaches, and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log.searches import store_search, stored_search
from heretask.ui.marks import page
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of, person_of

from . import actions, presenters, queries
from .forms import CitizenForm, WhyForm

PLACE, SEARCH, QUESTION = "admin.users", "admin.reach_find", "admin.reach_why"


@page(P.ADMIN_USERS_SEE)
@require_GET
def reach(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """What can this person reach?"""
    return _page(request, user_id)


@page(P.ADMIN_USERS_SEE)
@require_POST
def find(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Look for a citizen to ask about; stored first, so that no word of it stands in a URL."""
    form, user = CitizenForm(request.POST), _user(user_id)
    if form.is_valid():
        return go("admin.reach_found", user.id, store_search(SEARCH, {"q": form.cleaned_data["q"]}))
    return _page(request, user_id, citizen_form=form)


@page(P.ADMIN_USERS_SEE)
@require_GET
def found(request: HttpRequest, user_id: UUID, search_id: UUID) -> HttpResponse:
    """The citizens whose names fit."""
    words = str(_stored(SEARCH, search_id)["q"])
    sought = actions.find_citizens(words, user=_user(user_id), by=actor_of(request))
    extra = {**presenters.sought_context(sought), "right": presenters.first_right()}
    return _page(request, user_id, citizen_form=CitizenForm(initial={"q": words}), **extra)


@page(P.ADMIN_USERS_SEE)
@require_POST
def ask(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Ask why, or why not; kept first, so that the citizen stands in no URL."""
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, user_id, why_form=form)
    given = form.cleaned_data
    kept = {"permission": given["permission"], "citizen": str(given["citizen"] or "")}
    return go("admin.reach_why", user_id, store_search(QUESTION, kept))


@page(P.ADMIN_USERS_SEE)
@require_GET
def why(request: HttpRequest, user_id: UUID, search_id: UUID) -> HttpResponse:
    """The decision about one right, in its own words."""
    kept = _stored(QUESTION, search_id, answering=False)
    citizen = UUID(kept["citizen"]) if kept["citizen"] else None
    answer = actions.ask_why(_user(user_id), P(kept["permission"]), citizen, by=actor_of(request))
    form = _form(request, initial=kept, about_citizen=citizen is not None)
    return _page(request, user_id, why_form=form, **presenters.answer_context(answer))


def _form(request: HttpRequest, data: Any = None, **kwargs: Any) -> WhyForm:
    return WhyForm(data, supplier=queries.is_supplier(person_of(request).customer), **kwargs)


def _stored(place: str, search_id: UUID, *, answering: bool = True) -> dict[str, Any]:
    try:
        return stored_search(place, search_id, answering=answering)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def _user(user_id: UUID) -> Any:
    try:
        return queries.get_user(user_id)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def _page(request: HttpRequest, user_id: UUID, **extra: Any) -> Page:
    user = _user(user_id)
    shown = actions.see_reach(user, by=actor_of(request))
    context = presenters.reach_context(shown, person_of(request).customer.slug)
    forms = {"why_form": _form(request), "citizen_form": CitizenForm()}
    return show(request, "admin/reach/reach.html", {**context, **forms, **extra}, place=PLACE)

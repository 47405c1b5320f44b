"""Pages of who works with whom: a unit, a citizen, and sealing."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import ReasonForm, RelationForm, SearchForm
from .policies import Refused

PLACE = "social.people"
GIVEN = done("relation_given", _("It is arranged, and in effect at their next click."))
ENDED = done("relation_ended", _("It has ended, in effect at their next click."))
SEALED = done("citizen_sealed", _("The citizen is sealed. Only those who are named reach them."))
UNSEALED = done("citizen_unsealed", _("The citizen is no longer sealed."))


@page(Permission.SOCIAL_CITIZENS_RELATE)
@require_GET
def unit(request: HttpRequest) -> HttpResponse:
    """Who works with whom in a unit."""
    overview = actions.see_unit(_uuid(request.GET.get("unit", "")), by=actor_of(request))
    return show(request, "social/people/unit.html", presenters.overview_context(overview), place=PLACE)


@page(Permission.SOCIAL_CITIZENS_RELATE)
@require_GET
def people(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Who works with a citizen."""
    return _people(request, citizen_id)


@page(Permission.SOCIAL_CITIZENS_RELATE)
@require_POST
def search(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Take in whom somebody looks for; it is answered under an opaque id."""
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _people(request, citizen_id, form=form, status=422)
    words = form.cleaned_data["q"]
    return go("social.people_found", citizen_id, actions.begin_search(citizen_id, words, by=actor_of(request)))


@page(Permission.SOCIAL_CITIZENS_RELATE)
@require_http_methods(["GET", "POST"])
def found(request: HttpRequest, citizen_id: UUID, search_id: UUID) -> HttpResponse:
    """Those whose names fit, and naming one of them."""
    sought = actions.resume_search(citizen_id, search_id, by=actor_of(request))
    form = RelationForm(sought.found, request.POST if request.method == "POST" else None, initial=_initial())
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_relation(citizen_id=citizen_id, by=actor_of(request), **form.chosen)
            return go("social.people_citizen", citizen_id, done=GIVEN)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    context = {"sought": sought, "shown": sought.shown, "form": form, "search": SearchForm(initial={"q": sought.words})}
    return show(request, "social/people/found.html", context, place=PLACE, status=422 if form.errors else 200)


@page(Permission.SOCIAL_CITIZENS_RELATE)
@require_POST
def end(request: HttpRequest, relation_id: UUID) -> HttpResponse:
    """End a relation."""
    try:
        ended = actions.end_relation(relation_id, by=actor_of(request))
    except Refused as refused:
        return show(request, "social/people/refused.html", {"sentence": str(refused)}, place=PLACE, status=409)
    return go("social.people_citizen", ended.citizen_id, done=ENDED)


@page(Permission.SOCIAL_CITIZENS_SEAL)
@require_http_methods(["GET", "POST"])
def seal(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Who would lose access; and, with a reason, sealing or unsealing."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        sealing = request.POST.get("act") != "unseal"
        act = actions.seal_citizen if sealing else actions.unseal_citizen
        try:
            act(citizen_id, reason=form.cleaned_data["reason"], by=actor_of(request))
            return go(PLACE, done=SEALED if sealing else UNSEALED)  # their own page may be closed to the one who sealed
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    losing = actions.look_at_sealing(citizen_id, by=actor_of(request))
    context = {"losing": losing, "shown": losing.shown, "form": form}
    return show(request, "social/people/seal.html", context, place=PLACE, status=422 if form.errors else 200)


def _people(
    request: HttpRequest, citizen_id: UUID, *, form: SearchForm | None = None, status: int = 200
) -> HttpResponse:
    context = presenters.people_context(actions.see_people(citizen_id, by=actor_of(request)))
    more = {
        "search": form or SearchForm(),
        "may_seal": may(actor_of(request), Permission.SOCIAL_CITIZENS_SEAL),
        "may_read": may(actor_of(request), Permission.SOCIAL_JOURNAL_READ),
    }  # fmt: skip
    return show(request, "social/people/people.html", {**context, **more}, place=PLACE, status=status)


def _initial() -> dict[str, object]:
    """A shift of 8 hours; a substitute for a week, which is how long agencies send one."""
    return {"kind": "substitute", "hours": 8, "until": timezone.localdate() + dt.timedelta(days=7)}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

"""Pages of units."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log.searches import store_search, stored_search
from heretask.ui.marks import page
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters, queries
from .forms import SearchForm, UnitForm
from .policies import Refused
from .queries import Listed

PLACE = "admin.units"
MADE = done("unit_made", _("The unit is made."))
CHANGED = done("unit_changed", _("The unit is changed. Everybody in it stays there."))
CLOSED = done("unit_closed", _("The unit is closed. It can be opened again."))
OPENED = done("unit_opened", _("The unit is open again."))


@page(P.ADMIN_UNITS_SEE)
def units(request: HttpRequest) -> HttpResponse:
    """The list; a search is stored first, so that no word of it stands in a URL."""
    form = SearchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        q = form.cleaned_data["q"]
        return go("admin.units_search", store_search(PLACE, {"q": q})) if q else go("admin.units")
    return _list(request, form, queries.units())


@page(P.ADMIN_UNITS_SEE)
@require_GET
def search(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """The list, searched."""
    try:
        q = str(stored_search(PLACE, search_id)["q"])
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    return _list(request, SearchForm(initial={"q": q}), actions.search_units(q, by=actor_of(request)), q)


@page(P.ADMIN_UNITS_CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """Make a unit."""
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.make_unit(name=given["name"], kind=given["kind"], by=actor_of(request))
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            return go("admin.units_one", made.id, done=MADE)
    return show(request, "admin/units/new.html", {"form": form}, place=PLACE)


@page(P.ADMIN_UNITS_SEE)
@require_GET
def one(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """One unit."""
    return _unit(request, unit_id)


@page(P.ADMIN_UNITS_CHANGE)
@require_POST
def change(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Change name and kind."""
    form = UnitForm(request.POST)
    if not form.is_valid():
        return _unit(request, unit_id, form=form)
    given = form.cleaned_data

    def act() -> None:
        actions.change_unit(unit_id, name=given["name"], kind=given["kind"], by=actor_of(request))

    return _acted(request, unit_id, act, CHANGED, form)


@page(P.ADMIN_UNITS_CHANGE)
@require_POST
def close(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Close a unit."""
    return _acted(request, unit_id, lambda: actions.close_unit(unit_id, by=actor_of(request)), CLOSED)


@page(P.ADMIN_UNITS_CHANGE)
@require_POST
def reopen(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Open a closed unit again."""
    return _acted(request, unit_id, lambda: actions.open_unit(unit_id, by=actor_of(request)), OPENED)


def _list(request: HttpRequest, form: SearchForm, found: list[Listed], q: str = "") -> Page:
    context = {**presenters.list_context(found, q=q, by=actor_of(request)), "form": form}
    return show(request, "admin/units/list.html", context, place=PLACE)


def _unit(request: HttpRequest, unit_id: UUID, refused: str = "", form: UnitForm | None = None) -> Page:
    try:
        found = queries.unit(unit_id)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    context = presenters.unit_context(queries.listed(found), queries.history_of_unit(found.id), by=actor_of(request))
    context["form"] = form or UnitForm(initial={"name": found.name, "kind": found.kind})
    return show(request, "admin/units/unit.html", {**context, "refused": refused}, place=PLACE)


def _acted(
    request: HttpRequest, unit_id: UUID, act: Callable[[], object], key: str, form: UnitForm | None = None
) -> HttpResponse:
    try:
        act()
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except Refused as refused:
        return _unit(request, unit_id, str(refused), form)
    return go("admin.units_one", unit_id, done=key)

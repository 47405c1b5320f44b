"""Pages of suspended logins, for the supplier's Management."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.approvals.managing import Refused
from heretask.ui.marks import page, sent
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import NameForm, WhyForm

PLACE = actions.PLACE
SUSPENDED = done("login_suspended", _("The login is suspended. Its sessions have ended, and its customer is told."))
LIFTED = done("suspension_lifted", _("The suspension is lifted, and the customer is told."))


@page(P.ADMIN_SUSPENSIONS_RUN)
@require_http_methods(["GET", "POST"])
def suspensions(request: HttpRequest) -> HttpResponse:
    """The list; looking for a login is stored first, so that no name stands in a URL."""
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return go("admin.suspensions_search", actions.look_for(form.cleaned_data["q"], by=actor_of(request)))
    return _page(request, form)


@page(P.ADMIN_SUSPENSIONS_RUN)
@require_GET
def search(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """The login of exactly that name."""
    return _login(request, search_id, WhyForm())


@page(P.ADMIN_SUSPENSIONS_RUN, proof=sent)
@require_POST
def suspend(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Suspend it."""
    form = WhyForm(request.POST)
    if form.is_valid():
        try:
            _found(lambda: actions.suspend(search_id, form.cleaned_data["why"], by=actor_of(request)))
        except Refused as refused:
            form.add_error("why", str(refused))
        else:
            return go(PLACE, done=SUSPENDED)
    return _login(request, search_id, form, status=422)


@page(P.ADMIN_SUSPENSIONS_RUN, proof=sent)
@require_POST
def lift(request: HttpRequest, suspension_id: UUID) -> HttpResponse:
    """Lift a suspension."""
    form = WhyForm(request.POST, prefix=suspension_id.hex)
    if form.is_valid():
        try:
            actions.lift(suspension_id, form.cleaned_data["why"], by=actor_of(request))
        except Refused as refused:
            form.add_error("why", str(refused))
        else:
            return go(PLACE, done=LIFTED)
    return _page(request, NameForm(), refused=form, status=422)


def _page(request: HttpRequest, form: NameForm, refused: WhyForm | None = None, status: int = 200) -> Page:
    context: dict[str, Any] = presenters.list_context(actions.see(by=actor_of(request)))
    for row in context["running"]:
        prefix = row["one"].id.hex
        row["form"] = refused if refused is not None and refused.prefix == prefix else WhyForm(prefix=prefix)
    if refused is not None and refused.prefix not in {row["one"].id.hex for row in context["running"]}:
        status = 409  # lifted by the other manager meanwhile, or never there
    context |= {"form": refused if refused is not None else form, "name_form": form}
    return show(request, "admin/suspensions/suspensions.html", context, place=PLACE, status=status)


def _login(request: HttpRequest, search_id: UUID, form: WhyForm, status: int = 200) -> Page:
    by = actor_of(request)
    q, login = _found(lambda: actions.found(search_id, by=by))
    context = presenters.login_context(q, login, by.person_id) | {"form": form, "search_id": search_id}
    return show(request, "admin/suspensions/login.html", context, place=PLACE, status=status)


def _found(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ObjectDoesNotExist as missing:
        raise Http404 from missing

"""Pages of what takes both of Management."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.approvals.managing import Refused
from heretask.ui.marks import page, sent
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import ReplaceForm, ServerForm

PLACE = "admin.approvals"
ASKED = done("approval_asked", _("It is asked for. The other manager sees it on the start page."))
APPROVED = done("approval_approved", _("It is approved, exactly as it stands here."))
REFUSED = done("approval_refused", _("It is over. It stands in the history."))
CARRIED_OUT = done("approval_used", _("It is carried out."))
KEPT = done("managers_kept", _("It is stopped. Both managers stay, and the code is worth nothing any more."))
TOLD = done(
    "replacement_asked", _("It is asked for, and all customers are told. It can be carried out after 24 hours.")
)


@page(P.ADMIN_APPROVALS_USE)
@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for whom, and what became of everything."""
    return _page(request)


@page(P.ADMIN_APPROVALS_USE)
@require_GET
def one(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """One request, with exactly what it says."""
    return _one(request, approval_id)


@page(P.ADMIN_APPROVALS_USE, proof=sent)
@require_POST
def approve(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """Approve what the other asked for."""
    seen = request.POST.get("digest", "")[:64]
    return _acted(request, approval_id, lambda: actions.approve(approval_id, seen, by=actor_of(request)), APPROVED)


@page(P.ADMIN_APPROVALS_USE)
@require_POST
def refuse(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """Refuse or withdraw."""
    return _acted(request, approval_id, lambda: actions.refuse(approval_id, by=actor_of(request)), REFUSED)


@page(P.ADMIN_APPROVALS_USE)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Stop that both managers are replaced: one click, since it may be the last hour."""
    try:
        actions.keep_managers(by=actor_of(request))
    except Refused as refused:
        return _page(request, refused=str(refused), status=409)
    return go(PLACE, done=KEPT)


@page(P.ADMIN_APPROVALS_USE, proof=sent)
@require_POST
def carry_out(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """Do what was approved."""
    return _acted(request, approval_id, lambda: actions.carry_out(approval_id, by=actor_of(request)), CARRIED_OUT)


@page(P.ADMIN_APPROVALS_USE, proof=sent)
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for something that is done at the server."""
    form = ServerForm(request.POST, prefix="server")
    if form.is_valid():
        try:
            made = actions.ask_at_the_server(**form.cleaned_data, by=actor_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("admin.approvals_one", made.id, done=ASKED)
    return _page(request, server=form, status=422)


@page(P.ADMIN_APPROVALS_USE, proof=sent)
@require_POST
def replace(request: HttpRequest) -> HttpResponse:
    """Ask for the other manager to be replaced."""
    form = ReplaceForm(request.POST, prefix="replace")
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.ask_replacement(
                incoming=UUID(given["incoming"]), minutes_on=given["minutes_on"], decision=given["decision"],
                why=given["why"], by=actor_of(request),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("admin.approvals_one", made.id, done=TOLD)
    return _page(request, replace=form, status=422)


def _page(
    request: HttpRequest,
    *,
    server: ServerForm | None = None,
    replace: ReplaceForm | None = None,
    refused: str = "",
    status: int = 200,
) -> Page:
    by = actor_of(request)
    context: dict[str, Any] = presenters.page_context(actions.read(by=by), by.person_id)
    context |= {"server": server or ServerForm(prefix="server"), "form": server or replace}
    context |= {"recovery": actions.see_recovery(by=by), "refused": refused}
    context["replace"] = replace or ReplaceForm(prefix="replace")
    return show(request, "admin/approvals/approvals.html", context, place=PLACE, status=status)


def _one(request: HttpRequest, approval_id: UUID, refused: str = "", status: int = 200) -> Page:
    by = actor_of(request)
    approval = _found(lambda: actions.see(approval_id, by=by))
    context = presenters.request_context(approval, by.person_id) | {"refused": refused}
    return show(request, "admin/approvals/one.html", context, place=PLACE, status=status)


def _acted(request: HttpRequest, approval_id: UUID, act: Callable[[], None], key: str) -> HttpResponse:
    try:
        _found(act)
    except Refused as refused:
        return _one(request, approval_id, str(refused), status=409)
    return go("admin.approvals_one", approval_id, done=key)


def _found(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ObjectDoesNotExist as missing:
        raise Http404 from missing

"""Pages of the supplier's access: asking and entering; and, inside a customer, where one is and how to leave."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.grants.asking import Refused
from heretask.kernel.identity.sessions import end
from heretask.kernel.identity.whence import From
from heretask.ui.marks import page, sent
from heretask.ui.middleware import address_of, agent_of
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of, at_of, gated, person_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import AskForm, CodeForm

PLACE = "system.access"
ASKED = done("grant_asked", _("The customer is asked. Without an answer the request dies after an hour."))
RUNS = done("grant_runs", _("The customer approved this beforehand. You can enter now."))
BACK = done("grant_handed_back", _("The access is handed back."))
LEFT = done("grant_left", _("You have left the customer."))
GLASS = done("grant_glass_asked", _("The other manager is asked."))


@page(P.SYSTEM_ACCESS_ASK)
@require_GET
def access(request: HttpRequest) -> HttpResponse:
    """What runs, what waits, what was; and asking."""
    return _page(request)


@page(P.SYSTEM_ACCESS_ASK)
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask a customer."""
    by = actor_of(request)
    form = AskForm(actions.see(by=by).customers, request.POST)
    if form.is_valid():
        try:
            running = actions.ask(form.wanted, by=by)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go(PLACE, done=RUNS if running else ASKED)
    return _page(request, form=form, status=422)


@page(P.ADMIN_APPROVALS_USE, proof=sent)
@require_POST
def glass(request: HttpRequest) -> HttpResponse:
    """Ask the other manager for access without the customer's answer."""
    by = actor_of(request)
    form = AskForm(actions.see(by=by).customers, request.POST, glass=True, prefix="glass")
    if form.is_valid():
        try:
            return go("admin.approvals_one", actions.ask_for_glass(form.wanted, by=by), done=GLASS)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _page(request, glass_form=form, status=422)


@page(P.SYSTEM_ACCESS_ASK)
@require_POST
def enter(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Begin the second session, with a one-time code of this moment."""
    form = CodeForm(request.POST)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    whence = From(address_of(request), agent_of(request))
    try:
        gated(request).new_grant = actions.enter(grant_id, code, whence=whence, by=actor_of(request))
    except Refused as refused:
        return _page(request, refused=str(refused), status=422)
    return go("system.access_inside")


@page(P.SYSTEM_ACCESS_ASK)
@require_POST
def hand_back(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """End it before its time."""
    try:
        actions.hand_back(grant_id, by=actor_of(request))
    except Refused as refused:
        return _page(request, refused=str(refused), status=409)
    return go(PLACE, done=BACK)


@page(P.SYSTEM_ACCESS_INSIDE)
@require_GET
def inside(request: HttpRequest) -> HttpResponse:
    """Where one is: which customer, how far, until when."""
    person = person_of(request)
    grant = person.actor.grant
    context = {
        "customer": person.customer.name, "scope": person.role_label, "ends_at": grant.ends_at if grant else None,
        "keyless": grant is not None and grant.keyless,
    }  # fmt: skip
    return show(request, "system/access/inside.html", context, place="system.access_inside")


@page(P.SYSTEM_ACCESS_INSIDE, granted=True)
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the second session; one's own goes on."""
    end(at_of(request), "left", address=address_of(request), agent=agent_of(request))
    gated(request).new_grant = ""
    return go(PLACE, done=LEFT)


def _page(
    request: HttpRequest,
    *,
    form: AskForm | None = None,
    glass_form: AskForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    seen = actions.see(by=actor_of(request))
    rows = [presenters.row(one) for one in seen.grants]
    context: dict[str, Any] = {
        "now": [r for r in rows if r.grant.runs or r.grant.waits],
        "past": [r for r in rows if not (r.grant.runs or r.grant.waits)],
        "form": form or AskForm(seen.customers), "refused": refused, "code": CodeForm(),
        "glass": (glass_form or AskForm(seen.customers, glass=True, prefix="glass")) if seen.manages else None,
    }  # fmt: skip
    return show(request, "system/access/access.html", context, place=PLACE, status=status)

"""Pages of the log's retention."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.paper.making import pdf
from heretask.kernel.retention import queries
from heretask.ui.marks import page
from heretask.ui.pages import Page, Paper, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import MessagesForm, MonthsForm
from .policies import Refused, check_months

PLACE = "admin.retention"
MESSAGES_CHANGED = done("message_months_changed", _("It is changed. Messages that are older go the next night."))
CHANGED = done("log_months_changed", _("It is changed. What is older goes the next night."))


@page(P.ADMIN_RETENTION_SEE)
@require_GET
def retention(request: HttpRequest) -> HttpResponse:
    """How long the log is kept, and the protocol of what went."""
    return _page(request, MonthsForm(initial={"months": queries.customer().log_months}))


@page(P.ADMIN_RETENTION_CHANGE)
@require_POST
def months(request: HttpRequest) -> HttpResponse:
    """Change how long; where it gets shorter, first what would go."""
    form = MonthsForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    wanted, why = form.cleaned_data["months"], form.cleaned_data["reason"]
    before = queries.customer().log_months
    try:
        check_months(wanted, before, why)
        if wanted < before and form.cleaned_data["sure"] != wanted:
            context = {"wanted": wanted, "why": why, "now": before, **presenters.going_context(wanted)}
            return show(request, "admin/retention/shorter.html", context, place=PLACE)
        actions.change_months(wanted, why, by=actor_of(request))
    except Refused as refused:
        form.add_error("reason" if wanted < before else "months", str(refused))
        return _page(request, form)
    return go("admin.retention", done=CHANGED)


@page(P.ADMIN_RETENTION_CHANGE)
@require_POST
def messages(request: HttpRequest) -> HttpResponse:
    """Change how long messages are kept."""
    form = MessagesForm(request.POST)
    if form.is_valid():
        try:
            actions.change_message_months(
                form.cleaned_data["messages"], form.cleaned_data["reason"], by=actor_of(request)
            )  # fmt: skip
        except Refused as refused:
            form.add_error("messages", str(refused))
        else:
            return go("admin.retention", done=MESSAGES_CHANGED)
    return _page(request, MonthsForm(initial={"months": queries.customer().log_months}), form, status=422)


@page(P.ADMIN_RETENTION_SEE)
@require_GET
def protocol(request: HttpRequest, month_id: UUID) -> HttpResponse:
    """One month of the protocol."""
    try:
        found = actions.read_protocol(month_id, by=actor_of(request))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    return show(request, "admin/retention/protocol.html", presenters.protocol_context(found), place=PLACE)


@page(P.ADMIN_RETENTION_SEE)
@require_POST
def protocol_paper(request: HttpRequest, month_id: UUID) -> HttpResponse:
    """One month of the protocol as PDF."""
    try:
        found = actions.print_protocol(month_id, by=actor_of(request))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    told, at = presenters.protocol_told(found, queries.customer()), timezone.localtime()
    return Paper(lambda: pdf("protocol", told, at=at), f"heretask-protocol-{at:%Y-%m-%d}")


def _page(request: HttpRequest, form: MonthsForm, messages: MessagesForm | None = None, status: int = 200) -> Page:
    context: dict[str, Any] = presenters.page_context()
    kept = queries.customer().message_months
    context |= {
        "form": form, "may_change": may(actor_of(request), P.ADMIN_RETENTION_CHANGE), "message_months": kept,
        "messages_form": messages or MessagesForm(initial={"messages": kept}),
    }  # fmt: skip
    return show(request, "admin/retention/retention.html", context, place=PLACE, status=status)

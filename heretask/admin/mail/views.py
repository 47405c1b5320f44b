"""The page of outgoing mail and SMS."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission
from heretask.ui.marks import page
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .policies import Refused

PLACE = "admin.mail"
LET_GO = done("sms_let_go", _("Notices may go by SMS. Everybody chooses under My account whether any come."))
STOPPED = done("sms_stopped", _("No notice goes by SMS any more."))


@page(Permission.ADMIN_MAIL_SEE)
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """What went out by e-mail and SMS in 30 days, and what could not."""
    return _page(request)


@page(Permission.ADMIN_MAIL_CHOOSE)
@require_POST
def sms(request: HttpRequest) -> HttpResponse:
    """Let notices go by SMS, or no more."""
    chosen = request.POST.get("sms") == "on"
    try:
        actions.let_sms_go(chosen, by=actor_of(request))
    except Refused as refused:
        return _page(request, refused=str(refused), status=409)
    return go("admin.mail", done=LET_GO if chosen else STOPPED)


def _page(request: HttpRequest, *, refused: str = "", status: int = 200) -> Page:
    by = actor_of(request)
    context = presenters.outbox_context(actions.see_outbox(by))
    context |= {"not_done": refused, "may_choose": may(by, Permission.ADMIN_MAIL_CHOOSE)}
    return show(request, "admin/mail/outbox.html", context, place=PLACE, status=status)

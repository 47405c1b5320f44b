"""The page of outgoing mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from heretask.kernel.access.permissions import Permission
from heretask.ui.marks import page
from heretask.ui.pages import show
from heretask.ui.requests import actor_of

from . import actions, presenters


@page(Permission.ADMIN_MAIL_SEE)
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """What went out by e-mail in 30 days, and what could not."""
    context = presenters.outbox_context(actions.see_outbox(actor_of(request)))
    return show(request, "admin/mail/outbox.html", context, place="admin.mail")

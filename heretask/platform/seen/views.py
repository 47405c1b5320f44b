"""The page of what one has seen."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from heretask.kernel.access.permissions import Permission
from heretask.ui.marks import page
from heretask.ui.pages import show
from heretask.ui.requests import actor_of

from . import actions, presenters


@page(Permission.PLATFORM_SEEN_OWN)
@require_GET
def seen(request: HttpRequest) -> HttpResponse:
    """Everything this guest has opened and asked, from the log."""
    context = presenters.seen_context(actions.see_own(actor_of(request)))
    return show(request, "platform/seen/seen.html", context, place="platform.seen")

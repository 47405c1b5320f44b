"""Pages of notices to customers: what Management has written, a new one; acknowledging one from the start page."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.permissions import Permission
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import AnnouncementForm
from .policies import Refused

PLACE = "platform.announcements"
WRITE = Permission.PLATFORM_ANNOUNCEMENTS_WRITE
UP = done("announcement_up", _("It is put up: customers see it on their start page while it holds."))
DOWN = done("announcement_down", _("It is withdrawn, and no customer sees it any more."))
HEARD = done("announcement_heard", _("Acknowledged."))


@page(WRITE)
@require_GET
def written(request: HttpRequest) -> HttpResponse:
    """What Management has told customers."""
    return _written(request)


@page(WRITE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Tell every customer something."""
    form = AnnouncementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.publish(
                form.words, admins=given["admins"], must=given["must"], starts=given["starts"], ends=given["ends"],
                by=actor_of(request),
            )  # fmt: skip
            return go("platform.announcements", done=UP)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    status = 422 if form.errors else 200
    return show(request, "platform/announcements/new.html", {"form": form}, place=PLACE, status=status)


@page(WRITE)
@require_POST
def withdraw(request: HttpRequest, announcement_id: UUID) -> HttpResponse:
    """Let one hold no more."""
    try:
        actions.withdraw(announcement_id, by=actor_of(request))
    except Refused as refused:
        return _written(request, str(refused))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    return go("platform.announcements", done=DOWN)


@page(Permission.PLATFORM_TODAY_SEE, guests=True)
@require_POST
def acknowledge(request: HttpRequest, announcement_id: UUID) -> HttpResponse:
    """Say that I have read it."""
    try:
        actions.acknowledge(announcement_id, by=actor_of(request))
    except Refused:
        return go("platform.today")
    return go("platform.today", done=HEARD)


def _written(request: HttpRequest, refused: str = "") -> HttpResponse:
    context = presenters.page_of(actions.see_written(by=actor_of(request))) | {"refused": refused}
    status = 422 if refused else 200
    return show(request, "platform/announcements/written.html", context, place=PLACE, status=status)

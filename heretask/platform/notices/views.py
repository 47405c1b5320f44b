"""Pages of notices: what holds, what is over, one of them, a new one."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.permissions import Permission
from heretask.ui.marks import Activity, page
from heretask.ui.pages import fragment, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import NoticeForm
from .policies import Refused

PLACE = "platform.notices"
READ = Permission.PLATFORM_NOTICES_READ
PUT_UP = Permission.PLATFORM_NOTICES_PUT_UP
LASTS = dt.timedelta(days=14)  # what a new one is offered
UP = done("notice_up", _("The notice is put up."))
ACKNOWLEDGED = done("notice_acknowledged", _("Acknowledged. It still stands under Notices."))
WITHDRAWN = done("notice_withdrawn", _("The notice is withdrawn. It is kept under Earlier ones."))


@page(READ)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """What holds for me."""
    found = actions.see_board(by=actor_of(request))
    waits = sum(line.waits for line in found.lines)
    context = {
        "items": [presenters.item_of(line) for line in found.lines], "may_put_up": found.may_put_up,
        "coming": [presenters.item_of(line) for line in found.coming], "told": presenters.waiting_told(waits),
        "here": "now",
    }  # fmt: skip
    return show(request, "platform/notices/board.html", context, place=PLACE)


@page(READ)
@require_GET
def earlier(request: HttpRequest) -> HttpResponse:
    """What is over, or was withdrawn."""
    lines = actions.see_earlier(by=actor_of(request))
    context = {"items": [presenters.item_of(line) for line in lines], "here": "earlier"}
    return show(request, "platform/notices/board.html", context, place=PLACE)


@page(READ, activity=Activity.PASSIVE)
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """How many I have to acknowledge, asked for by the page itself now and then; none is opened for it."""
    found = presenters.waiting_told(actions.count_waiting(by=actor_of(request)))
    return fragment(request, "platform/notices/_waiting.html", {"told": found})


@page(READ)
@require_GET
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """One notice."""
    return _one(request, notice_id)


@page(PUT_UP)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Put up a notice."""
    by = actor_of(request)
    initial = {"starts": actions.today(), "ends": actions.today() + LASTS}
    form = NoticeForm(actions.choices_for(by), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.put_up(
                words=form.words, to=given["to"], starts=given["starts"], ends=given["ends"], pinned=given["pinned"],
                must=given["must"], by=by,
            )  # fmt: skip
            return go("platform.notice", made.id, done=UP)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    status = 422 if form.errors else 200
    return show(request, "platform/notices/new.html", {"form": form}, place=PLACE, status=status)


@page(READ)
@require_POST
def acknowledge(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Say that I have read it."""
    try:
        actions.acknowledge(notice_id, by=actor_of(request))
    except Refused as refused:
        return _one(request, notice_id, refused=str(refused))
    if request.POST.get("back") == "today":
        return go("platform.today", done=ACKNOWLEDGED)
    return go("platform.notice", notice_id, done=ACKNOWLEDGED)


@page(PUT_UP)
@require_POST
def withdraw(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Take it down."""
    try:
        actions.withdraw(notice_id, by=actor_of(request))
    except Refused as refused:
        return _one(request, notice_id, refused=str(refused))
    return go("platform.notice", notice_id, done=WITHDRAWN)


def _one(request: HttpRequest, notice_id: UUID, *, refused: str = "") -> HttpResponse:
    by = actor_of(request)
    shown = actions.see(notice_id, by=by)
    context = {
        **presenters.one_of(shown), "refused": refused, "may_withdraw": actions.may_withdraw(shown, by=by),
    }  # fmt: skip
    return show(request, "platform/notices/notice.html", context, place=PLACE, status=422 if refused else 200)

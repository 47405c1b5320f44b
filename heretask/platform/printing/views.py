"""The one page that prints, and the pages of the paper that comes of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission as P
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of, person_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import HandForm, PrintForm
from .policies import Refused

PLACE = "platform.papers"
USE = P.PLATFORM_PRINTING_USE
SHREDDED = done("paper_shredded", _("Shredded. You can take it back for ten minutes."))
HANDED = done("paper_handed", _("Written down who has it. You can take it back for ten minutes."))
BACK = done("paper_back", _("Taken back: the paper is open."))
GONE = done("paper_gone", _("That paper is ticked off already."))


@page(USE)
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, kind: str, about: UUID) -> HttpResponse:
    """Ask why, then show what is printed; the event of the print goes with it."""
    by = actor_of(request)
    found = actions.kind_for(kind, about, by)
    if request.method == "POST":
        form = PrintForm(request.POST, periods=found.periods)
        if form.is_valid():
            try:
                printed = actions.print_sheet(key=kind, about=about, by=by, **form.asked)
                context = presenters.sheet_context(printed, person_of(request)) | {"back": found.back(about)}
                return show(request, "platform/printing/sheet.html", context, place=PLACE)
            except Refused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    else:
        form = PrintForm(periods=found.periods, initial={"form": actions.new_form()})
    outside = reverse("platform.handing_give", args=[kind, about]) if may(by, P.PLATFORM_HANDING_USE) else ""
    context = {"form": form, "label": found.label, "back": found.back(about), "hand_url": outside}
    return show(request, "platform/printing/ask.html", context, place=PLACE, status=422 if form.errors else 200)


@page(USE)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """One's own papers."""
    return _mine(request)


@page(USE)
@require_GET
def leaving(request: HttpRequest) -> HttpResponse:
    """A reminder on the way out: how much paper is left, and both ways on."""
    count, late = actions.count_own(by=actor_of(request))
    context = {"told": presenters.left_told(count), "late": late, "count": count}
    return show(request, "platform/printing/leaving.html", context, place=PLACE)


@page(P.PLATFORM_PRINTING_LEAD)
@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """The open papers of one's people."""
    papers = actions.see_units(by=actor_of(request))
    context = {"papers": papers, "told": presenters.counts_told(papers.count, papers.overdue), "leads": True}
    return show(request, "platform/printing/units.html", context, place=PLACE)


@page(USE)
@require_POST
def shred(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """It is shredded."""
    return _act(request, paper_id, actions.shred, SHREDDED)


@page(USE)
@require_POST
def back(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """It is not gone after all."""
    return _act(request, paper_id, actions.take_back, BACK)


@page(USE)
@require_http_methods(["GET", "POST"])
def hand(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Say who has it now."""
    by = actor_of(request)
    form = HandForm(request.POST if request.method == "POST" else None)
    try:
        if form.is_bound and form.is_valid():
            try:
                actions.hand(paper_id, form.handed, by=by)
                return go(PLACE, done=HANDED)
            except Refused as refused:
                if refused.field is None:
                    raise
                form.add_error(refused.field, str(refused))
        context = {"form": form, "line": actions.see_one(paper_id, by=by)}
    except Refused:
        return go(PLACE, done=GONE)
    return show(request, "platform/printing/hand.html", context, place=PLACE, status=422 if form.errors else 200)


def _act(request: HttpRequest, paper_id: UUID, act: Any, told: str) -> HttpResponse:
    try:
        act(paper_id, by=actor_of(request))
    except Refused as refused:
        return _mine(request, refused=str(refused))
    where = {"today": "platform.today", "units": "platform.papers_units"}
    return go(where.get(request.POST.get("back", ""), PLACE), done=told)


def _mine(request: HttpRequest, refused: str = "") -> HttpResponse:
    by = actor_of(request)
    papers = actions.see_own(by=by)
    context = {
        "papers": papers, "told": presenters.told(papers), "refused": refused, "here": "mine",
        "leads": may(by, P.PLATFORM_PRINTING_LEAD),
    }  # fmt: skip
    return show(request, "platform/printing/mine.html", context, place=PLACE, status=409 if refused else 200)

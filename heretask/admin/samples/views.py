"""Pages of the sample checks: of those who opened, of those who judge, and of those who see the draws."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.paper.making import pdf
from heretask.ui.marks import page
from heretask.ui.pages import Paper, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import ExplainForm, JudgeForm, KnownForm
from .policies import Refused

PLACE, MINE = "admin.samples", "platform.today"
EXPLAINED = done("sample_explained", _("Thank you. Somebody else looks at it now."))
JUDGED = done("sample_judged", _("Judged."))
KNOWN = done("sample_known", _("The list is changed. The next draw follows it."))


@page(P.ADMIN_SAMPLES_JUDGE)
@require_GET
def samples(request: HttpRequest) -> HttpResponse:
    """What waits for a judgment, and the draws."""
    by = actor_of(request)
    context = presenters.list_context(actions.list_waiting(by=by), actions.list_draws(by=by), by)
    return show(request, "admin/samples/list.html", context, place=PLACE)


@page(P.ADMIN_SAMPLES_RUN)
@require_GET
def draw(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """A draw with its seed and its method."""
    try:
        found, lines, names = actions.see_draw(draw_id, by=actor_of(request))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    return show(request, "admin/samples/draw.html", presenters.draw_context(found, lines, names), place=PLACE)


@page(P.ADMIN_SAMPLES_RUN)
@require_POST
def minutes(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """The minutes as PDF."""
    try:
        found, lines, names = actions.make_minutes(draw_id, by=actor_of(request))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    told, at = presenters.minutes_told(found, lines, names), timezone.localtime()
    return Paper(lambda: pdf("review", told, at=at), f"heretask-samples-{at:%Y-%m-%d}")


@page(P.ADMIN_SAMPLES_JUDGE)
def judge(request: HttpRequest, drawn_id: UUID) -> HttpResponse:
    """Somebody else's opening."""
    by, status = actor_of(request), 200
    form = JudgeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.judge(drawn_id, form.cleaned_data["verdict"], form.cleaned_data["words"], by=by)
        except Refused as no:
            form.add_error("words", str(no))
            status = 409
        else:
            return go("admin.samples", done=JUDGED)
    try:
        line, name = actions.see(drawn_id, by=by)
    except Refused as no:
        return show(request, "admin/samples/refused.html", {"sentence": str(no)}, place=PLACE, status=409)
    context = {**presenters.line_context(line, name), "form": form}
    return show(request, "admin/samples/judge.html", context, place=PLACE, status=status)


@page(P.ADMIN_SAMPLES_RUN)
def known(request: HttpRequest) -> HttpResponse:
    """The list of well-known people."""
    by, status = actor_of(request), 200
    ending = request.method == "POST" and "end" in request.POST
    form = KnownForm(request.POST if request.method == "POST" and not ending else None)
    try:
        if ending:
            actions.end_known(UUID(request.POST["end"]), by=by)
            return go("admin.samples_known", done=KNOWN)
        if request.method == "POST" and form.is_valid():
            actions.add_known(form.cleaned_data["name"], by=by)
            return go("admin.samples_known", done=KNOWN)
    except (Refused, ValueError) as no:
        status = 409
        if not ending:
            form.add_error("name", str(no))
    context = {"people": actions.list_known(by=by), "form": form}
    return show(request, "admin/samples/known.html", context, place=PLACE, status=status)


@page(P.PLATFORM_SAMPLES_OWN)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """One's own openings that wait for a word."""
    found = actions.list_own(by=actor_of(request))
    return show(request, "admin/samples/mine.html", presenters.own_context(found), place=MINE)


@page(P.PLATFORM_SAMPLES_OWN, guests=True)
def explain(request: HttpRequest, drawn_id: UUID) -> HttpResponse:
    """One of one's own openings: a reason is one tap."""
    by, status = actor_of(request), 200
    form = ExplainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.explain(drawn_id, form.cleaned_data["choice"], form.cleaned_data["words"], by=by)
        except Refused as no:
            form.add_error("words", str(no))
            status = 409
        else:
            return go("platform.today", done=EXPLAINED)
    line, name, likely = actions.see_own(drawn_id, by=by)
    context = {**presenters.explain_context(line, name, likely), "form": form}
    return show(request, "admin/samples/explain.html", context, place=MINE, status=status)

"""Pages of emergency openings: looking somebody up, opening, ending, following up."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.permissions import Permission
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import AnswerForm, OpenForm, SearchForm
from .policies import Refused

PLACE, FOLLOW = "social.emergency", "social.emergency_follow_up"
OPENED = done("emergency_opened", _("Open for 3 hours. The citizen's leader is told."))
ENDED = done("emergency_ended", _("Your emergency opening has ended."))
ANSWERED = done("emergency_answered", _("Answered. The one who opened is told."))


@page(Permission.SOCIAL_CITIZENS_EMERGENCY)
@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Whom somebody looks for, kept before it is answered; and one's own openings."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return go("social.emergency_found", actions.begin_search(form.cleaned_data["q"], by=actor_of(request)))
    own = [presenters.row(line) for line in actions.see_own(by=actor_of(request))]
    context = {"search": form, "own": own}
    return show(request, "social/emergency/find.html", context, place=PLACE, status=422 if form.errors else 200)


@page(Permission.SOCIAL_CITIZENS_EMERGENCY)
@require_http_methods(["GET", "POST"])
def found(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Who was found: name and unit; and, with a reason, the opening."""
    answer = actions.resume_search(search_id, by=actor_of(request))
    closed = [hit for hit in answer.hits if not hit.reached]
    form = OpenForm(closed, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            opening = actions.open_in_emergency(
                answer, UUID(form.cleaned_data["citizen"]), reason=form.cleaned_data["reason"], by=actor_of(request)
            )
            return go("social.journal", opening.citizen_id, done=OPENED)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    context = {
        "answer": answer, "closed": closed, "reached": [hit for hit in answer.hits if hit.reached], "form": form,
        "search": SearchForm(initial={"q": answer.words}),
    }  # fmt: skip
    return show(request, "social/emergency/found.html", context, place=PLACE, status=422 if form.errors else 200)


@page(Permission.SOCIAL_CITIZENS_EMERGENCY)
@require_POST
def end(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """End one's own opening now."""
    actions.end_opening(opening_id, by=actor_of(request))
    return go(PLACE, done=ENDED)


@page(Permission.SOCIAL_CITIZENS_FOLLOW_UP)
@require_GET
def follow_up(request: HttpRequest) -> HttpResponse:
    """Openings that wait for an answer, and those that had one lately."""
    listed = actions.list_openings(by=actor_of(request))
    context = {
        "waiting": [presenters.row(line) for line in listed.waiting],
        "answered": [presenters.row(line) for line in listed.answered],
    }  # fmt: skip
    return show(request, "social/emergency/follow_up.html", context, place=FOLLOW)


@page(Permission.SOCIAL_CITIZENS_FOLLOW_UP)
@require_http_methods(["GET", "POST"])
def judge(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """One opening: who, when, why, what was done; and the leader's answer."""
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.answer(opening_id, justified=given["justified"], remark=given["remark"], by=actor_of(request))
            return go(FOLLOW, done=ANSWERED)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    context = {**presenters.judged_context(actions.see_opening(opening_id, by=actor_of(request))), "form": form}
    return show(request, "social/emergency/judge.html", context, place=FOLLOW, status=422 if form.errors else 200)

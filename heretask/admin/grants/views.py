"""Pages of supplier access, for a customer's administrators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.grants.answering import Refused
from heretask.ui.marks import Activity, page, sent
from heretask.ui.pages import fragment, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import JudgeForm, StandingForm

PLACE = "admin.grants"
ONE = "admin.grants_one"
APPROVED = done("grant_approved", _("The supplier has access now. You see here what is opened, and can cut it off."))
REFUSED = done("grant_refused", _("Refused. The supplier reads that."))
CUT = done("grant_cut", _("Cut off. The supplier is refused at the next click."))
SEEN = done("grant_seen", _("Noted that you have read it."))
JUDGED = done("grant_judged", _("Your judgement is kept, and cannot be changed."))
STANDING = done("grant_standing", _("Requests like that approve themselves until then."))
WITHDRAWN = done("grant_withdrawn", _("Withdrawn. Every request waits for an answer again."))


@page(P.ADMIN_ACCESS_ANSWER)
@require_GET
def grants(request: HttpRequest) -> HttpResponse:
    """What waits, runs and was; and what is approved beforehand."""
    return _list(request)


@page(P.ADMIN_ACCESS_ANSWER)
@require_GET
def one(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """One grant: its question, what happens under it now, or the report."""
    return _one(request, grant_id)


@page(P.ADMIN_ACCESS_ANSWER, activity=Activity.PASSIVE)
@require_GET
def live(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """What is new, for the page that watches; empty where nothing is. It never prolongs a session."""
    by = actor_of(request)
    grant, newest = _found(lambda: actions.newest(grant_id, by=by))
    ticked = f"{newest}-{presenters.row(grant).state}"
    if request.GET.get("since", "") == ticked:
        return HttpResponse(status=204)
    context = presenters.grant_context(actions.watch(grant_id, by=by)) | {"ticked": ticked}
    return fragment(request, "admin/grants/_live.html", context)


@page(P.ADMIN_ACCESS_ANSWER, proof=sent)
@require_POST
def approve(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Give the access that is asked for."""
    return _acted(request, grant_id, lambda: actions.answer(grant_id, yes=True, by=actor_of(request)), APPROVED)


@page(P.ADMIN_ACCESS_ANSWER)
@require_POST
def refuse(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Refuse it."""
    return _acted(request, grant_id, lambda: actions.answer(grant_id, yes=False, by=actor_of(request)), REFUSED)


@page(P.ADMIN_ACCESS_ANSWER)
@require_POST
def cut(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Cut it off."""
    return _acted(request, grant_id, lambda: actions.cut(grant_id, by=actor_of(request)), CUT)


@page(P.ADMIN_ACCESS_ANSWER)
@require_POST
def seen(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """That the report was read."""
    return _acted(request, grant_id, lambda: actions.see_report(grant_id, by=actor_of(request)), SEEN)


@page(P.ADMIN_ACCESS_ANSWER)
@require_POST
def judge(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Judge an access without an answer."""
    form = JudgeForm(request.POST)
    if not form.is_valid():
        return _one(request, grant_id, form=form, status=422)
    words = form.cleaned_data["words"]
    return _acted(request, grant_id, lambda: actions.judge(grant_id, words, by=actor_of(request)), JUDGED)


@page(P.ADMIN_ACCESS_ANSWER, proof=sent)
@require_POST
def standing(request: HttpRequest) -> HttpResponse:
    """Approve beforehand."""
    form = StandingForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.pre_approve(given["scope"], given["minutes"], form.ends, by=actor_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go(PLACE, done=STANDING)
    return _list(request, form=form, status=422)


@page(P.ADMIN_ACCESS_ANSWER)
@require_POST
def withdraw(request: HttpRequest, standing_id: UUID) -> HttpResponse:
    """Withdraw that."""
    try:
        actions.withdraw(standing_id, by=actor_of(request))
    except Refused as refused:
        return _list(request, refused=str(refused), status=409)
    return go(PLACE, done=WITHDRAWN)


def _list(
    request: HttpRequest, *, form: StandingForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = presenters.list_context(actions.see_all(by=actor_of(request)))
    context |= {"form": form or StandingForm(), "refused": refused}
    return show(request, "admin/grants/grants.html", context, place=PLACE, status=status)


def _one(
    request: HttpRequest, grant_id: UUID, *, form: JudgeForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    watched = _found(lambda: actions.watch(grant_id, by=actor_of(request)))
    context = presenters.grant_context(watched)
    context |= {"form": form or JudgeForm(), "refused": refused}
    context["ticked"] = f"{context['newest']}-{context['row'].state}"
    return show(request, "admin/grants/grant.html", context, place=PLACE, status=status)


def _acted(request: HttpRequest, grant_id: UUID, act: Callable[[], None], key: str) -> HttpResponse:
    try:
        _found(act)
    except Refused as refused:
        return _one(request, grant_id, refused=str(refused), status=409)
    return go(ONE, grant_id, done=key)


def _found(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ObjectDoesNotExist as missing:
        raise Http404 from missing

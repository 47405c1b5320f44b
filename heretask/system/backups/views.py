"""Backups and drills: seen and started by Management. Nothing here holds the credentials with which they run."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission as P
from heretask.ui.marks import Activity, page
from heretask.ui.pages import Page, fragment, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters, queries
from .forms import ReportForm

PLACE = "system.backups"
REPORTED = done("backup_reported", _("The provider's report is written down."))


@page(P.SYSTEM_BACKUPS_SEE)
@require_GET
def backups(request: HttpRequest) -> HttpResponse:
    """Which backups there are, where they lie, and whether they were proven."""
    return _page(request, ReportForm())


@page(P.SYSTEM_BACKUPS_RUN)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Have a backup taken now."""
    return _asked(request, lambda by: actions.ask_backup(by=by))


@page(P.SYSTEM_BACKUPS_RUN)
@require_POST
def drill(request: HttpRequest) -> HttpResponse:
    """Have the newest backup restored on trial now."""
    return _asked(request, lambda by: actions.ask_drill(by=by))


@page(P.SYSTEM_BACKUPS_SEE)
@require_GET
def running(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far a run is; without scripts the page is loaded again."""
    return show(request, "system/backups/running.html", _job(job_id), place=PLACE)


@page(P.SYSTEM_BACKUPS_SEE, activity=Activity.PASSIVE)
@require_GET
def progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The same as a piece of the page, asked for again and again."""
    return fragment(request, "system/backups/_progress.html", _job(job_id))


@page(P.SYSTEM_BACKUPS_RUN)
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Write down the hosting provider's report."""
    form = ReportForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.report(
                reported_on=given["reported_on"], good=given["result"] == "good", site=given["site"],
                by=actor_of(request),
            )  # fmt: skip
        except actions.Refused as refused:
            form.add_error("reported_on", str(refused))
        else:
            return go(PLACE, done=REPORTED)
    return _page(request, form, status=422)


def _page(request: HttpRequest, form: ReportForm, refused: str = "", status: int = 200) -> Page:
    by = actor_of(request)
    context = presenters.page_context(actions.read_backups(by=by))
    context |= {"form": form, "refused": refused, "may_run": may(by, P.SYSTEM_BACKUPS_RUN)}
    return show(request, "system/backups/backups.html", context, place=PLACE, status=status)


def _asked(request: HttpRequest, ask: Callable[[Actor], UUID]) -> HttpResponse:
    try:
        return go("system.backups_running", ask(actor_of(request)))
    except actions.Refused as refused:
        return _page(request, ReportForm(), str(refused), status=409)


def _job(job_id: UUID) -> dict[str, object]:
    try:
        return presenters.job_context(queries.job(job_id))
    except ObjectDoesNotExist:
        raise Http404 from None

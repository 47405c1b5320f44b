"""Pages of security incidents: reporting one, one's own, the customer's, and Management's."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.approvals.managing import Refused as Late
from heretask.kernel.identity.whence import From
from heretask.ui.marks import open_page, page
from heretask.ui.middleware import address_of
from heretask.ui.pages import go, show, show_outside
from heretask.ui.requests import actor_of
from heretask.ui.shell import done, place_names

from . import actions, presenters
from .forms import LookUpForm, ReportForm, StepForm
from .policies import Refused

PLACE = "platform.incidents"
ALL = "platform.incidents_all"
REPORTED = done("incident_reported", _("Thank you. Management has been told. You see here what becomes of it."))
LOOKING = done("incident_looking", _("The reporter sees that you look into it."))
ANSWERED = done("incident_answered", _("Your answer is sent. The reporter sees it on their start page."))
CLOSED = done("incident_closed", _("Closed. The reporter sees what became of it."))


@page(P.PLATFORM_INCIDENTS_REPORT, guests=True)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The two fields."""
    form = ReportForm(request.POST or None)
    origin = request.POST.get("page", request.GET.get("page", ""))
    origin = origin if origin in place_names() else ""
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.report(**form.cleaned_data, page=origin, by=actor_of(request))
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            return go("platform.incidents_one", made.id, done=REPORTED)
    context = {"form": form, "origin": origin, "page_name": presenters.page_name(origin)}
    return show(request, "platform/incidents/report.html", context, place=PLACE, status=422 if form.errors else 200)


@page(P.PLATFORM_INCIDENTS_REPORT)
@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    """One's own reports, and the customer's."""
    context = presenters.lists_context(actions.see_lists(by=actor_of(request)))
    return show(request, "platform/incidents/list.html", context, place=PLACE)


@page(P.PLATFORM_INCIDENTS_REPORT)
@require_GET
def one(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """One report, and what became of it."""
    context = presenters.report_context(actions.read(incident_id, by=actor_of(request)))
    return show(request, "platform/incidents/one.html", context, place=PLACE)


@open_page(_("reports a security incident without a session; shows nothing of anybody"))
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def outside(request: HttpRequest) -> HttpResponse:
    """The two fields for those who are not signed in."""
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = actions.report_outside(**form.cleaned_data, whence=From(address_of(request), ""))
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            return show_outside(request, "platform/incidents/kept.html", {"kept": kept})
    return show_outside(request, "platform/incidents/outside.html", {"form": form}, status=422 if form.errors else 200)


@open_page(_("shows what became of a report to who has its number and word; no name of anybody"))
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """What became of a report that was made without signing in."""
    form, found = LookUpForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.look_up(**form.cleaned_data, whence=From(address_of(request), ""))
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            if found is None:
                form.add_error("word", _("No report has this number and word. Look at both once more."))
    context = {"form": form, **(presenters.report_context(found) if found else {})}
    return show_outside(request, "platform/incidents/look_up.html", context, status=422 if form.errors else 200)


@page(P.PLATFORM_INCIDENTS_ANSWER)
@require_GET
def everywhere(request: HttpRequest) -> HttpResponse:
    """Management's list."""
    context = presenters.everywhere_context(actions.see_all(by=actor_of(request)))
    return show(request, "platform/incidents/all.html", context, place=ALL)


@page(P.PLATFORM_INCIDENTS_ANSWER)
@require_GET
def managed(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """One report, for Management; opening it stops the clock."""
    return _managed(request, incident_id)


@page(P.PLATFORM_INCIDENTS_ANSWER)
@require_POST
def step(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Look into it, answer, or close it with what became of it."""
    form, by = StepForm(request.POST), actor_of(request)
    text = form.data.get("text", "")
    acts: dict[str, tuple[Callable[[], None], str]] = {
        "looking": (lambda: actions.take_up(incident_id, by=by), LOOKING),
        "answer": (lambda: actions.answer(incident_id, text, by=by), ANSWERED),
        "close": (lambda: actions.close(incident_id, text, by=by), CLOSED),
    }
    if request.POST.get("act") not in acts:
        raise BadRequest
    act, key = acts[request.POST["act"]]
    try:
        act()
    except Refused as refused:
        form.is_valid()
        form.add_error(refused.field, str(refused))
        return _managed(request, incident_id, form=form, status=422)
    except Late as late:
        return _managed(request, incident_id, refused=str(late), status=409)
    return go("platform.incidents_managed", incident_id, done=key)


def _managed(
    request: HttpRequest, incident_id: UUID, *, form: StepForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    try:
        found = actions.open_one(incident_id, by=actor_of(request))
    except Late:
        raise Http404 from None
    context = presenters.report_context(found) | {"form": form or StepForm(), "refused": refused}
    return show(request, "platform/incidents/managed.html", context, place=ALL, status=status)

"""Pages of citizens: the list, the search, erasing, and reading in from a spreadsheet."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.permissions import Permission
from heretask.kernel.jobs.queue import defer, own_job
from heretask.ui.marks import Activity, page, sent
from heretask.ui.pages import fragment, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, importing, presenters
from .forms import EraseForm, EraseSearchForm, SearchForm, UploadForm
from .policies import Refused

DROPPED = done("citizens_file_dropped", _("The file was thrown away; nothing was read in."))
ERASED = done("citizen_erased", _("The citizen is erased. What was written about them can no longer be opened."))
PROBLEMS = 200
ERASE = "social.citizens_erase"


@page(Permission.SOCIAL_CITIZENS_SEE)
@require_GET
def citizens(request: HttpRequest) -> HttpResponse:
    """Whom I work with."""
    rows = actions.list_citizens(actor_of(request))
    context = {"groups": presenters.by_unit(rows), "count": len(rows), "search": SearchForm(), "found": None}
    return show(request, "social/citizens/list.html", context, place="social.citizens")


@page(Permission.SOCIAL_CITIZENS_SEE, guests=True)
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Take a search in; it is answered under an opaque id."""
    form = SearchForm(request.POST)
    if form.is_valid():
        if not form.cleaned_data["q"].strip():
            return go("social.citizens")
        return go("social.citizens_found", actions.begin_search(form.cleaned_data["q"], actor_of(request)))
    rows = actions.list_citizens(actor_of(request))
    context = {"groups": presenters.by_unit(rows), "count": len(rows), "search": form, "found": None}
    return show(request, "social/citizens/list.html", context, place="social.citizens", status=422)


@page(Permission.SOCIAL_CITIZENS_SEE)
@require_GET
def found(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """The answer to a search."""
    answer = actions.resume_search(search_id, actor_of(request))
    context = {
        "groups": presenters.by_unit(answer.rows), "count": len(answer.rows), "found": answer,
        "search": SearchForm(initial={"q": answer.words}),
    }  # fmt: skip
    return show(request, "social/citizens/list.html", context, place="social.citizens")


@page(Permission.SOCIAL_CITIZENS_ERASE)
@require_GET
def erasing(request: HttpRequest) -> HttpResponse:
    """Find somebody to erase; who was erased before."""
    return _erasing(request, EraseSearchForm())


@page(Permission.SOCIAL_CITIZENS_ERASE)
@require_POST
def erase_search(request: HttpRequest) -> HttpResponse:
    """Take a search in; it is answered under an opaque id."""
    form = EraseSearchForm(request.POST)
    if not form.is_valid():
        return _erasing(request, form, status=422)
    return go("social.citizens_erase_found", actions.begin_erase_search(form.cleaned_data["q"], actor_of(request)))


@page(Permission.SOCIAL_CITIZENS_ERASE)
@require_GET
def erase_found(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Whom the words fit."""
    answer = actions.resume_erase_search(search_id, actor_of(request))
    form = EraseSearchForm(initial={"q": answer.words})
    form.fields["q"].help_text = ""  # said on the page before
    context = {"found": answer, "groups": presenters.by_unit(answer.rows), "search": form}
    return show(request, "social/citizens/erase_found.html", context, place=ERASE)


@page(Permission.SOCIAL_CITIZENS_ERASE, proof=sent)
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """What goes and what stays; and, with the name typed and a reason, the erasure itself."""
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.erase_citizen(
                citizen_id, typed=form.cleaned_data["name"], reason=form.cleaned_data["reason"], by=actor_of(request)
            )
            return go(ERASE, done=ERASED)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    seen = actions.look_at_erasing(citizen_id, actor_of(request))
    status = 422 if form.errors else 200
    return show(request, "social/citizens/erase.html", {"seen": seen, "form": form}, place=ERASE, status=status)


def _erasing(request: HttpRequest, form: EraseSearchForm, status: int = 200) -> HttpResponse:
    told = actions.list_erased(actor_of(request))
    return show(request, "social/citizens/erasing.html", {"search": form, "told": told}, place=ERASE, status=status)


@page(Permission.SOCIAL_CITIZENS_IMPORT)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Step 1: choose a file; it is kept sealed until the preview is answered."""
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            given = form.cleaned_data["file"]
            kept = importing.keep_file(given.read(), given.name, by=actor_of(request))
            return go("social.citizens_import_preview", kept.id)
    status = 422 if form.errors else 200
    return show(request, "social/citizens/upload.html", {"form": form}, place="social.citizens_import", status=status)


@page(Permission.SOCIAL_CITIZENS_IMPORT)
@require_GET
def preview(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Step 2: what the file would do, and everything that must be corrected first."""
    plan = importing.look_through(importing.kept_file(file_id, actor_of(request)), by=actor_of(request))
    context = {
        "file_id": file_id, "ok": plan.ok, "changes": plan.changes, "counts": dict(plan.counts),
        "errors": [p for p in plan.problems if not p.warning][:PROBLEMS],
        "error_count": sum(not p.warning for p in plan.problems),
        "warnings": [p for p in plan.problems if p.warning][:PROBLEMS],
    }  # fmt: skip
    return show(request, "social/citizens/preview.html", context, place="social.citizens_import")


@page(Permission.SOCIAL_CITIZENS_IMPORT)
@require_POST
def confirm(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Step 3: read it in, as a job."""
    kept = importing.kept_file(file_id, actor_of(request))
    return go("social.citizens_import_job", defer(importing.TASK, file=str(kept.id)))


@page(Permission.SOCIAL_CITIZENS_IMPORT)
@require_POST
def drop(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Throw the file away unread."""
    importing.give_up(importing.kept_file(file_id, actor_of(request)), by=actor_of(request))
    return go("social.citizens_import", done=DROPPED)


@page(Permission.SOCIAL_CITIZENS_IMPORT)
@require_GET
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far the reading in is."""
    return show(request, "social/citizens/job.html", _progress(request, job_id), place="social.citizens_import")


@page(Permission.SOCIAL_CITIZENS_IMPORT, activity=Activity.PASSIVE)
@require_GET
def job_part(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The same, for a page that follows it by itself."""
    context = _progress(request, job_id)
    answer = fragment(request, "social/citizens/_progress.html", context)
    if context["ended"]:
        answer["X-Done"] = "1"
    return answer


def _progress(request: HttpRequest, job_id: UUID) -> dict[str, object]:
    try:
        found_job = own_job(job_id, actor_of(request).user_id)
    except ObjectDoesNotExist:
        raise Http404 from None
    if found_job.task != importing.TASK:
        raise Http404
    refused = bool(found_job.outcome.get("refused")) or found_job.state == "failed"
    return {
        "ended": found_job.state in {"done", "failed"}, "refused": refused, "done": found_job.done,
        "total": found_job.total, "outcome": found_job.outcome,
        "part_url": reverse("social.citizens_import_part", args=[job_id]),
    }  # fmt: skip

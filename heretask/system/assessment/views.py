"""The living assessment: read by customers and supplier, measured anew by Management."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.weighing import as_objects
from heretask.kernel.identity.tries import reserve
from heretask.kernel.jobs import queue
from heretask.platform.account.views import whence
from heretask.ui.marks import Activity, open_page, page
from heretask.ui.pages import Given, fragment, go, show, show_outside
from heretask.ui.requests import person_of
from heretask.ui.shell import done

from . import actions, documents, drawn, presenters, queries, sampling
from .forms import SampleForm
from .policies import Refused

PLACE = "system.assessment"
TAKEN = done("assessment_taken", _("It is made and kept. The signature follows within a few seconds."))
LOOKS = 120  # of one network in a quarter of an hour: a whole office may look
SHOWN = done("assessment_shown", _("Everybody may see which promises hold."))
HIDDEN = done("assessment_hidden", _("Strangers are shown nothing any more."))
MEASURED = done("assessment_measured", _("Everything is measured, at every customer."))


@page(P.SYSTEM_ASSESSMENT_SEE)
@require_GET
def assessment(request: HttpRequest) -> HttpResponse:
    """What we have promised, and whether it holds."""
    by = person_of(request).actor
    found = actions.read_assessment(customer=person_of(request).customer, by=by)
    may_measure = may(by, P.SYSTEM_ASSESSMENT_MEASURE)
    samples = drawn.by_promise(sampling.open_to(by))
    context = presenters.page_context(found, request.GET.get("state", ""), by_customer=may_measure, samples=samples)
    context |= {"may_draw": bool(samples), "may_measure": may_measure, "may_show": may(by, P.SYSTEM_ASSESSMENT_SHOW)}
    if context["may_show"]:
        context["showing"] = queries.is_showing()
    return show(request, "system/assessment/assessment.html", context, place=PLACE)


@page(P.SYSTEM_ASSESSMENT_SEE)
@require_GET
def as_json(request: HttpRequest) -> HttpResponse:
    """The same for programs."""
    by = person_of(request).actor
    found = actions.read_assessment(customer=person_of(request).customer, by=by)
    objects = as_objects(found.weighed.values(), named=not found.everywhere or may(by, P.SYSTEM_ASSESSMENT_MEASURE))
    return JsonResponse(objects, safe=False, json_dumps_params={"ensure_ascii": False})


@page(P.SYSTEM_ASSESSMENT_SEE)
@require_GET
def papers(request: HttpRequest) -> HttpResponse:
    """Take the assessment out as PDF, JSON or OSCAL; and what was taken out before."""
    by = person_of(request).actor
    context = presenters.documents_context(actions.see_documents(by=by), queries.unfinished(by.user_id))
    return show(request, "system/assessment/documents.html", context, place=PLACE)


@page(P.SYSTEM_ASSESSMENT_SEE)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Have a document made of the newest measurements, in the reader's language."""
    kind = request.POST.get("kind", "")
    if kind not in documents.FORMATS:
        raise Http404
    language = (get_language() or "da")[:2]
    return go("system.assessment_making", actions.order(kind, language=language, by=person_of(request).actor))


@page(P.SYSTEM_ASSESSMENT_SEE)
@require_GET
def making(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far a document is; without scripts the page is loaded again."""
    context = _job(request, job_id, everywhere=False)
    if context["state"] == "done":
        return go("system.assessment_documents", done=TAKEN)
    return show(request, "system/assessment/making.html", context, place=PLACE)


@page(P.SYSTEM_ASSESSMENT_SEE, activity=Activity.PASSIVE)
@require_GET
def making_progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The same as a piece of the page, asked for again and again."""
    return fragment(request, "system/assessment/_making.html", _job(request, job_id, everywhere=False))


@page(P.SYSTEM_ASSESSMENT_SEE)
@require_POST
def fetch(request: HttpRequest, taken_id: UUID, part: str) -> HttpResponse:
    """Hand out a document or its signature; its event goes first."""
    try:
        found = actions.fetch(taken_id, by=person_of(request).actor)
    except ObjectDoesNotExist:
        raise Http404 from None
    name = f"heretask-assessment-{found.taken.done_at:%Y-%m-%d}.{documents.ENDINGS[found.taken.kind]}"
    if part == "signature" and found.signature:
        signed = found.signature.text.encode()
        return Given(lambda: signed, f"{name}.sig")
    if part != "file":
        raise Http404
    content = found.content()
    return Given(lambda: content, name)


@page(P.SYSTEM_ASSESSMENT_SEE, guests=True)
@require_http_methods(["GET", "POST"])
def samples(request: HttpRequest) -> HttpResponse:
    """Draw a sample by a seed of one's own; and what was drawn before."""
    by = person_of(request).actor
    populations = sampling.open_to(by)
    form = SampleForm(populations, request.POST or None, initial={"population": request.GET.get("of", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = sampling.draw(
                given["population"], given["first"], given["last"], seed=given["seed"], wanted=given["wanted"], by=by
            )
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            return go("system.assessment_sample", made.id)
    context = {"form": form, "may_draw": bool(populations), **drawn.list_context(sampling.see_all(by=by))}
    return show(request, "system/assessment/samples.html", context, place=PLACE, status=422 if form.errors else 200)


@page(P.SYSTEM_ASSESSMENT_SEE)
@require_GET
def sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """One sample with its rows, drawn anew just now."""
    try:
        found = sampling.see(sample_id, by=person_of(request).actor)
    except ObjectDoesNotExist:
        raise Http404 from None
    return show(request, "system/assessment/sample.html", drawn.context(found), place=PLACE)


@page(P.SYSTEM_ASSESSMENT_SEE, guests=True)
@require_POST
def sample_list(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """The ids that a sample is drawn from, to draw it anew elsewhere."""
    try:
        content = sampling.take_list(sample_id, by=person_of(request).actor)
    except ObjectDoesNotExist:
        raise Http404 from None
    return Given(lambda: content, "heretask-population.txt")


@open_page(_("says which promises hold, where Management shows it: no figure, no customer and nobody's name"))
@require_GET
def shown(request: HttpRequest) -> HttpResponse:
    """The summary for strangers; an address that is not there until Management shows it."""
    if not queries.is_shown():
        raise Http404
    if reserve([("assessment", whence(request).address.encode(), LOOKS)]):
        return HttpResponse(
            _("Too many looks. Wait a quarter of an hour."), status=429, content_type="text/plain; charset=utf-8"
        )
    return show_outside(request, "system/assessment/shown.html", presenters.shown_context(queries.shown()))


@page(P.SYSTEM_ASSESSMENT_SHOW, proof=True)
@require_POST
def show_to_all(request: HttpRequest) -> HttpResponse:
    """Show strangers the summary, or cease to."""
    wanted = request.POST.get("shown") == "yes"
    actions.show_to_all(shown=wanted, by=person_of(request).actor)
    return go(PLACE, done=SHOWN if wanted else HIDDEN)


@page(P.SYSTEM_ASSESSMENT_MEASURE)
@require_POST
def measure(request: HttpRequest) -> HttpResponse:
    """Have everything measured now."""
    return go("system.assessment_measuring", actions.measure_now(by=person_of(request).actor))


@page(P.SYSTEM_ASSESSMENT_MEASURE)
@require_GET
def measuring(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far it is; without scripts the page is loaded again."""
    context = _job(request, job_id, everywhere=True)
    if context["ended"] and not context["failed"]:
        return go(PLACE, done=MEASURED)
    return show(request, "system/assessment/measuring.html", context, place=PLACE)


@page(P.SYSTEM_ASSESSMENT_MEASURE, activity=Activity.PASSIVE)
@require_GET
def progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The same as a piece of the page, asked for again and again."""
    return fragment(request, "system/assessment/_progress.html", _job(request, job_id, everywhere=True))


def _job(request: HttpRequest, job_id: UUID, *, everywhere: bool) -> dict[str, Any]:
    try:
        job = queue.own_job(job_id, person_of(request).actor.user_id)
    except ObjectDoesNotExist:
        raise Http404 from None
    return presenters.measuring_context(job, queries.others(job.id)) if everywhere else presenters.job_context(job)

"""The living assessment: read by customers and supplier, measured anew by Management."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.weighing import as_objects
from heretask.kernel.jobs import queue
from heretask.kernel.log import witness
from heretask.ui.marks import Activity, page
from heretask.ui.pages import Given, fragment, go, show
from heretask.ui.requests import person_of
from heretask.ui.shell import done

from . import actions, documents, presenters, queries

PLACE = "system.assessment"
TAKEN = done("assessment_taken", _("It is made and kept. The signature follows within a few seconds."))
MEASURED = done("assessment_measured", _("Everything is measured, at every customer."))


@page(P.SYSTEM_ASSESSMENT_SEE)
@require_GET
def assessment(request: HttpRequest) -> HttpResponse:
    """What we have promised, and whether it holds."""
    by = person_of(request).actor
    found = actions.read_assessment(customer=person_of(request).customer, by=by)
    may_measure = may(by, P.SYSTEM_ASSESSMENT_MEASURE)
    context = presenters.page_context(found, request.GET.get("state", ""), by_customer=may_measure)
    return show(request, "system/assessment/assessment.html", {**context, "may_measure": may_measure}, place=PLACE)


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
    found = actions.see_documents(by=person_of(request).actor)
    return show(request, "system/assessment/documents.html", presenters.documents_context(found), place=PLACE)


@page(P.SYSTEM_ASSESSMENT_SEE)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Make a document of the newest measurements, and keep it as it leaves."""
    kind = request.POST.get("kind", "")
    if kind not in documents.FORMATS:
        raise Http404
    person = person_of(request)
    found = actions.read_assessment(customer=person.customer, by=person.actor)
    told = documents.document(found, customer=person.customer.name, minutes=queries.signed_minutes())
    content = documents.make(kind, told, found, foot=witness.newest_line())
    actions.take(kind, content, language=told["language"], by=person.actor)
    return go("system.assessment_documents", done=TAKEN)


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


@page(P.SYSTEM_ASSESSMENT_MEASURE)
@require_POST
def measure(request: HttpRequest) -> HttpResponse:
    """Have everything measured now."""
    return go("system.assessment_measuring", actions.measure_now(by=person_of(request).actor))


@page(P.SYSTEM_ASSESSMENT_MEASURE)
@require_GET
def measuring(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far it is; without scripts the page is loaded again."""
    context = _job(request, job_id)
    if context["ended"] and not context["failed"]:
        return go(PLACE, done=MEASURED)
    return show(request, "system/assessment/measuring.html", context, place=PLACE)


@page(P.SYSTEM_ASSESSMENT_MEASURE, activity=Activity.PASSIVE)
@require_GET
def progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The same as a piece of the page, asked for again and again."""
    return fragment(request, "system/assessment/_progress.html", _job(request, job_id))


def _job(request: HttpRequest, job_id: UUID) -> dict[str, Any]:
    try:
        job = queue.own_job(job_id, person_of(request).actor.user_id)
    except ObjectDoesNotExist:
        raise Http404 from None
    return presenters.job_context(job, queries.others(job.id))

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
from heretask.ui.marks import Activity, page
from heretask.ui.pages import fragment, go, show
from heretask.ui.requests import person_of
from heretask.ui.shell import done

from . import actions, presenters

PLACE = "system.assessment"
MEASURED = done("assessment_measured", _("Everything is measured. The other customers' figures follow in a moment."))


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
    if context["state"] == "done":
        return go(PLACE, done=MEASURED)
    return show(request, "system/assessment/measuring.html", context, place=PLACE)


@page(P.SYSTEM_ASSESSMENT_MEASURE, activity=Activity.PASSIVE)
@require_GET
def progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The same as a piece of the page, asked for again and again."""
    return fragment(request, "system/assessment/_progress.html", _job(request, job_id))


def _job(request: HttpRequest, job_id: UUID) -> dict[str, Any]:
    try:
        return presenters.job_context(queue.own_job(job_id, person_of(request).actor.user_id))
    except ObjectDoesNotExist:
        raise Http404 from None

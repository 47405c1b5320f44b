"""The page of who may reach what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from heretask.kernel.access.permissions import Permission as P
from heretask.ui.marks import page
from heretask.ui.pages import show
from heretask.ui.requests import actor_of, person_of

from . import actions, presenters


@page(P.SYSTEM_ASSESSMENT_SEE)
@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """Every right, by role, with the addresses that stand under it."""
    found = actions.read_matrix(customer=person_of(request).customer, by=actor_of(request))
    return show(request, "system/rights/matrix.html", presenters.page_context(found), place="system.rights")

"""Pages of the search across journals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from heretask.kernel.access.permissions import Permission
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of

from . import actions, presenters
from .forms import SearchForm

PLACE = "social.search"


@page(Permission.SOCIAL_JOURNAL_SEARCH, guests=True)
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The field; a search is taken in, and answered under an opaque id."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return go("social.search_found", actions.begin_search(form.cleaned_data["q"], actor_of(request)))
    return _page(request, {"search": form}, status=422 if form.errors else 200)


@page(Permission.SOCIAL_JOURNAL_SEARCH)
@require_GET
def found(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """One page of the answer."""
    answer = actions.resume_search(search_id, actor_of(request), before=_uuid(request.GET.get("before", "")))
    here = reverse("social.search_found", args=[search_id])
    context = {
        "search": SearchForm(initial={"q": answer.words}), "answer": answer, "count": len(answer.notes),
        "days": presenters.by_day(answer.notes, answer.terms), "first_url": "" if answer.first_page else here,
        "older_url": f"{here}?before={answer.older}" if answer.older else "",
    }  # fmt: skip
    return _page(request, context)


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return show(request, "social/search/search.html", context, place=PLACE, status=status)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

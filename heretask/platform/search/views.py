"""Pages of the search across everything."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission as P
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions
from .forms import SearchForm

PLACE = "platform.search"
FORGOTTEN = done("search_forgotten", _("Your last searches are cleared from here. The log keeps them."))


@page(P.PLATFORM_TODAY_SEE, guests=True)
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The field, one's last searches, and what one opened lately; a search is taken in and answered under an id."""
    by = actor_of(request)
    form = SearchForm(request.POST if request.method == "POST" else None, first=True)
    if request.method == "POST" and form.is_valid():
        return go("platform.search_found", actions.begin_search(form.cleaned_data["q"], by))
    context = {"search": form, "start": actions.start(by)}
    return show(request, "platform/search/search.html", context, place=PLACE, status=422 if form.errors else 200)


@page(P.PLATFORM_TODAY_SEE)
@require_GET
def found(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """What was found."""
    answer = actions.resume_search(search_id, actor_of(request))
    context = {
        "search": SearchForm(initial={"q": answer.words}), "answer": answer,
        "bounds": [source.bound for source in actions.asked(actor_of(request)) if source.bound],
        "may_journals": may(actor_of(request), P.SOCIAL_JOURNAL_SEARCH),
    }  # fmt: skip
    return show(request, "platform/search/search.html", context, place=PLACE)


@page(P.PLATFORM_TODAY_SEE, guests=True)
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Clear the list of one's last searches."""
    actions.forget(actor_of(request))
    return go(PLACE, done=FORGOTTEN)

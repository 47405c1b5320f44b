"""Pages of the releases: seen and fetched by developers and Management, approved by Management."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission as P
from heretask.ui.marks import page, sent
from heretask.ui.pages import Page, Paper, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .policies import Refused

PLACE = "system.releases"
APPROVED = done("release_approved", _("It is released. It may run from now on."))


@page(P.SYSTEM_RELEASES_FETCH)
@require_GET
def releases(request: HttpRequest) -> HttpResponse:
    """Which releases there are, and which of them runs."""
    by = actor_of(request)
    context = presenters.releases_context(actions.read_releases(by=by))
    context |= {"may_approve": may(by, P.SYSTEM_RELEASES_APPROVE)}
    return show(request, "system/releases/releases.html", context, place=PLACE)


@page(P.SYSTEM_RELEASES_FETCH)
@require_GET
def one(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """One release: its commit, its materials, who approved it."""
    return _one(request, release_id)


@page(P.SYSTEM_RELEASES_APPROVE, proof=sent)
@require_POST
def approve(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Approve it."""
    try:
        actions.approve(release_id, seen=request.POST.get("commit", "")[:40], by=actor_of(request))
    except ObjectDoesNotExist:
        raise Http404 from None
    except Refused as refused:
        return _one(request, release_id, str(refused), status=409)
    return go("system.releases_one", release_id, done=APPROVED)


@page(P.SYSTEM_RELEASES_FETCH)
@require_POST
def fetch_source(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """The source archive."""
    return _fetched(request, release_id, actions.fetch_source, "tar.gz")


@page(P.SYSTEM_RELEASES_FETCH)
@require_POST
def fetch_bill(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """The bill of materials, as CycloneDX JSON."""
    return _fetched(request, release_id, actions.fetch_bill, "cdx.json")


def _fetched(request: HttpRequest, release_id: UUID, fetch: actions.Fetch, ending: str) -> HttpResponse:
    try:
        found, opens = fetch(release_id, by=actor_of(request))
    except ObjectDoesNotExist:
        raise Http404 from None
    except Refused as refused:
        return _one(request, release_id, str(refused), status=409)
    return Paper(opens, f"heretask-{found.version}", ending=ending)


def _one(request: HttpRequest, release_id: UUID, refused: str = "", status: int = 200) -> Page:
    by = actor_of(request)
    try:
        found, parts = actions.read_release(release_id, by=by)
    except ObjectDoesNotExist:
        raise Http404 from None
    context = presenters.release_context(found, parts)
    context |= {
        "refused": refused, "may_approve": may(by, P.SYSTEM_RELEASES_APPROVE), "why_not": actions.may_fetch(by=by),
    }  # fmt: skip
    return show(request, "system/releases/one.html", context, place=PLACE, status=status)

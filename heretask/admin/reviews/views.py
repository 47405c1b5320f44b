"""Pages of the access reviews."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from heretask.admin.users.policies import Refused as UserRefused
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.paper.making import pdf
from heretask.ui.marks import page
from heretask.ui.pages import Page, Paper, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters, queries
from .forms import DecideForm, StartForm
from .policies import Refused

PLACE = "admin.reviews"
KEPT = done("review_kept", _("Kept."))
REMOVED = done("review_removed", _("Taken away, and proven: the right is refused from now on."))
STARTED = done("review_started", _("The review has begun."))


@page(P.ADMIN_REVIEWS_RUN)
def reviews(request: HttpRequest) -> HttpResponse:
    """All reviews; beginning one."""
    form, refused = StartForm(request.POST if request.method == "POST" else None), ""
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.start(by=actor_of(request), ends_care=form.cleaned_data["ends_care"])
        except Refused as no:
            refused = str(no)
        else:
            return go("admin.reviews_one", made.id, done=STARTED)
    found, waiting = actions.list_campaigns(by=actor_of(request))
    context = {"rows": presenters.campaign_rows(found, waiting), "form": form, "refused": refused}
    return show(
        request, "admin/reviews/list.html", {**context, "supplier": queries.is_supplier(queries.customer())},
        place=PLACE, status=409 if refused else 200,
    )  # fmt: skip


@page(P.ADMIN_REVIEWS_RUN)
def one(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """One review: what is odd first, the rest by unit."""
    return _one(request, campaign_id)


@page(P.ADMIN_REVIEWS_RUN)
def group(request: HttpRequest, campaign_id: UUID, group: str) -> HttpResponse:
    """The rights of a unit that have no flag, kept together."""
    campaign = _campaign(campaign_id)
    if request.method == "POST":
        try:
            actions.keep_group(campaign, group, by=actor_of(request))
        except Refused as no:
            return _one(request, campaign_id, str(no))
        return go("admin.reviews_one", campaign.id, done=KEPT)
    found = actions.see_group(campaign, group, by=actor_of(request))
    if found is None:
        return _one(request, campaign_id)
    return show(request, "admin/reviews/group.html", presenters.group_context(campaign, found), place=PLACE)


@page(P.ADMIN_REVIEWS_RUN)
def right(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One right, decided by itself."""
    try:
        item = queries.get_item(item_id)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    form = DecideForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        act, reason = form.cleaned_data["act"], form.cleaned_data["reason"]
        try:
            (actions.remove if act == "remove" else actions.keep)(item, reason, by=actor_of(request))
        except (Refused, UserRefused) as no:
            form.add_error("reason", str(no))
            status = 409
        else:
            return go("admin.reviews_one", item.campaign_id, done=REMOVED if act == "remove" else KEPT)
    others = actions.see_item(item, by=actor_of(request))
    context = presenters.item_context(item, others, actor_of(request))
    return show(request, "admin/reviews/right.html", {**context, "form": form}, place=PLACE, status=status)


@page(P.ADMIN_REVIEWS_RUN)
@require_POST
def minutes(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The minutes as PDF: its event is sent with COMMIT, and the paper is made while that is on its way."""
    found = actions.make_minutes(_campaign(campaign_id), by=actor_of(request))
    told, at = presenters.minutes_told(found), timezone.localtime()
    return Paper(lambda: pdf("review", told, at=at), f"heretask-review-{at:%Y-%m-%d}")


def _one(request: HttpRequest, campaign_id: UUID, refused: str = "") -> Page:
    seen = actions.see(_campaign(campaign_id), by=actor_of(request))
    context = {**presenters.campaign_context(seen), "refused": refused}
    return show(request, "admin/reviews/one.html", context, place=PLACE, status=409 if refused else 200)


def _campaign(campaign_id: UUID) -> Any:
    try:
        return queries.get_campaign(campaign_id)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing

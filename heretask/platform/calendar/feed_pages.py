"""The pages of a feed, the same for every kind: one's address, ending it, and what a calendar program is given."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heretask.ui.middleware import address_of, agent_of
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import feeds
from .feeds import Kind

ENDED = done("calendar_feed_ended", _("The address is worth nothing any more."))


def own(request: HttpRequest, kind: Kind, template: str, *, place: str) -> HttpResponse:
    """Whether one has an address; a new one, shown once."""
    by, address = actor_of(request), ""
    if request.method == "POST":
        address = settings.HERETASK_ADDRESS.rstrip("/") + reverse(kind.address, args=[feeds.make(kind, by=by)])
    context = {"made_at": feeds.made_at(kind, by=by), "address": address}
    return show(request, template, context, place=place)


def end(request: HttpRequest, kind: Kind, back: str) -> HttpResponse:
    """No address any more."""
    feeds.end(kind, by=actor_of(request))
    return go(back, done=ENDED)


def given(request: HttpRequest, kind: Kind, secret: str) -> HttpResponse:
    """For a program that knows the secret; 404 for any other, and 429 for a network that asks too often."""
    try:
        found = feeds.answer(kind, secret, address=address_of(request), agent=agent_of(request))
    except feeds.TooOften:
        return HttpResponse(status=429, headers={"Retry-After": "900"})
    if found is None:
        raise Http404
    return HttpResponse(found, content_type="text/calendar; charset=utf-8")

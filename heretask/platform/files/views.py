"""Pages of a kept file. A picture is shown inside a page, which empties itself when nobody is there."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.files import opening
from heretask.kernel.files.policies import Refused
from heretask.ui.marks import Activity, page
from heretask.ui.pages import Given, Picture, go, show
from heretask.ui.requests import actor_of

from .forms import HandOver

PLACE = "platform.today"


@page(P.PLATFORM_FILES_OPEN)
@require_GET
def file(request: HttpRequest, kept_id: UUID) -> HttpResponse:
    """A file's page: the picture in full, or what it is."""
    by = actor_of(request)
    context = {
        "file": opening.see(kept_id, by), "picture_url": reverse("platform.file_picture", args=[kept_id]),
        "may_hand": may(by, P.PLATFORM_FILES_HAND),
    }  # fmt: skip
    return show(request, "platform/files/file.html", context, place=PLACE)


@page(P.PLATFORM_FILES_OPEN, activity=Activity.PASSIVE)  # asked for by the page, not by a person
@require_GET
def picture(request: HttpRequest, kept_id: UUID) -> HttpResponse:
    """A picture in full, for the page that shows it; whoever asks for it alone gets that page."""
    if request.headers.get("Sec-Fetch-Dest", "image") != "image":
        return go("platform.file", kept_id)
    found = opening.open_picture(kept_id, actor_of(request))
    return Picture(found.content, found.kind)


@page(P.PLATFORM_FILES_HAND)
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, kept_id: UUID) -> HttpResponse:
    """To whom, why and how; then the bytes, to be saved."""
    by = actor_of(request)
    form = HandOver(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            given = opening.hand_over(kept_id, by=by, **form.cleaned_data)
            return Given(given.content, given.name)
        except Refused as refused:
            form.add_error("receiver", str(refused))
    context = {"file": opening.ask(kept_id, by), "form": form, "post_url": request.path}
    return show(request, "platform/files/hand_over.html", context, place=PLACE, status=422 if form.errors else 200)

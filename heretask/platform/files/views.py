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

PLACE = "platform.today"  # of a file that stands nowhere yet


@page(P.PLATFORM_FILES_OPEN)
@require_GET
def file(request: HttpRequest, kept_id: UUID) -> HttpResponse:
    """A file's page: the picture in full, or what it is."""
    by = actor_of(request)
    found = opening.see(kept_id, by)
    back = reverse(found.place[0], args=[found.place[1]]) if found.place else ""
    picture_url, may_hand = reverse("platform.file_picture", args=[kept_id]), may(by, P.PLATFORM_FILES_HAND)
    context = {"file": found, "back": back, "picture_url": picture_url, "may_hand": may_hand}
    return show(request, "platform/files/file.html", context, place=_place(found))


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
    found = opening.ask(kept_id, by)
    context = {"file": found, "form": form, "post_url": request.path}
    status = 422 if form.errors else 200
    return show(request, "platform/files/hand_over.html", context, place=_place(found), status=status)


def _place(found: opening.Opened) -> str:
    """The menu's entry: that of what the file stands with."""
    name = found.place[0] if found.place else PLACE
    return "social.citizens" if name.startswith("social.") else name.partition("_")[0]

"""Every component once, for whoever builds a page; in the demo alone."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from heretask.ui.gallery import gallery_context
from heretask.ui.marks import open_page
from heretask.ui.pages import fragment


@open_page(gettext_lazy("shows components with made-up words, in the demo alone"))
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """The gallery."""
    if not settings.HERETASK_DEMO:
        raise Http404
    return fragment(request, "ui/gallery.html", gallery_context())

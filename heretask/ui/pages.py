"""Answers of a view: a page that is drawn only after its events are on their way, a fragment, a redirect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import get_template
from django.urls import reverse

from . import shell


class Page(HttpResponse):
    """A page not yet drawn. Its context must hold loaded data only: a query while drawing is an error."""

    def __init__(self, request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> None:
        super().__init__(status=status)
        self.drawing = (request, template, context)

    def draw(self) -> None:
        """Render the template into this answer."""
        request, template, context = self.drawing
        self.content = get_template(template).render(dict(context), request).encode()


class Paper(Page):
    """A document that is made where a page would be drawn: after its event is on its way, and before it has left."""

    def __init__(self, make: Callable[[], bytes], name: str, *, ending: str = "pdf") -> None:
        # what is no paper of ours is bytes to a browser, never something to show
        kind = "application/pdf" if ending == "pdf" else "application/octet-stream"
        HttpResponse.__init__(self, content_type=kind)
        self.make = make
        self["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'

    def draw(self) -> None:
        """Make the document."""
        self.content = self.make()


def show(request: HttpRequest, template: str, context: Mapping[str, Any], *, place: str, status: int = 200) -> Page:
    """A whole page inside a session. `place` is the URL name of the menu's current entry ('social.journal')."""
    return Page(request, template, {**context, "shell": shell.inside(request, place)}, status)


def show_outside(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> Page:
    """A whole page without a session."""
    return Page(request, template, {**context, "shell": shell.outside(request)}, status)


def fragment(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> Page:
    """A piece of a page."""
    return Page(request, template, context, status)


def go(name: str, *args: Any, done: str = "") -> HttpResponseRedirect:
    """Redirect to the URL of that name; `done` is the key of a sentence to be shown there once."""
    return HttpResponseRedirect(reverse(name, args=args) + (f"?done={done}" if done else ""))

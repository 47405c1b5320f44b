"""Answers of a view: a page that is drawn only after its events are on their way, a fragment, a redirect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import get_template
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode

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


class Bare:
    """Marks an answer that a browser may neither run nor let fetch anything: a file, never a page."""

    POLICY = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


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


class Given(Bare, Paper):
    """A kept file as it is handed over: bytes to a browser, to be saved under its name and never shown."""

    def __init__(self, make: Callable[[], bytes], name: str) -> None:
        HttpResponse.__init__(self, content_type="application/octet-stream")
        self.make = make
        self["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
        self["Content-Security-Policy"] = Bare.POLICY


class Picture(Bare, Paper):
    """A picture that we ourselves have written, shown inside a page of ours."""

    KINDS = {"jpg": "image/jpeg", "png": "image/png"}

    def __init__(self, make: Callable[[], bytes], kind: str) -> None:
        HttpResponse.__init__(self, content_type=self.KINDS[kind])
        self.make = make
        self["Content-Disposition"] = f'inline; filename="picture.{kind}"'
        self["Content-Security-Policy"] = Bare.POLICY


def show(request: HttpRequest, template: str, context: Mapping[str, Any], *, place: str, status: int = 200) -> Page:
    """A whole page inside a session. `place` is the URL name of the menu's current entry ('social.journal')."""
    return Page(request, template, {**context, "shell": shell.inside(request, place)}, status)


def show_outside(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> Page:
    """A whole page without a session."""
    made = shell.outside(request)
    made.doors = [item for ask in shell.DOORS if (item := ask())]
    return Page(request, template, {**context, "shell": made}, status)


def fragment(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> Page:
    """A piece of a page."""
    return Page(request, template, context, status)


def go(name: str, *args: Any, done: str = "", **asked: str) -> HttpResponseRedirect:
    """Redirect to the URL of that name; `done` is the key of a sentence to be shown there once.

    `asked` is what else the address asks for: never a word of anybody's.
    """
    query = urlencode({key: value for key, value in {**asked, "done": done}.items() if value})
    return HttpResponseRedirect(reverse(name, args=args) + (f"?{query}" if query else ""))

"""Pages of the giver, and the receiver's door, where nobody is signed in."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.whence import From
from heretask.ui.marks import open_page, page, sent
from heretask.ui.middleware import address_of, agent_of
from heretask.ui.pages import Paper, go, show, show_outside
from heretask.ui.requests import actor_of, person_of
from heretask.ui.shell import done

from . import actions, opening, presenters
from .forms import CodeForm, GiveForm, LinkForm
from .policies import Refused

PLACE = "platform.handings"
USE = P.PLATFORM_HANDING_USE
WITHDRAWN = done("handing_withdrawn", gettext_lazy("Withdrawn. The link opens nothing any more."))
OVER = done("handing_over", gettext_lazy("It is over already: it was opened, withdrawn, or its time has ended."))


@page(USE)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What one has handed over, and what became of it."""
    lines = presenters.told(actions.see_own(by=actor_of(request)))
    return show(request, "platform/handing/mine.html", {"lines": lines}, place=PLACE)


@page(USE, proof=sent)
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, kind: str, about: UUID) -> HttpResponse:
    """Say to whom and on what basis; then link and code are shown, once."""
    by = actor_of(request)
    found = actions.kind_for(kind, about, by)
    form = GiveForm(request.POST if request.method == "POST" else None, periods=found.periods)
    if form.is_bound and form.is_valid():
        asked, person = form.asked, person_of(request)
        try:
            given = actions.give(
                key=kind, about=about, by=by, **asked,
                paper=lambda sheet, row: presenters.document(sheet, row, asked["to"], person),
            )  # fmt: skip
            return show(request, "platform/handing/given.html", presenters.given_context(given), place=PLACE)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    context = {"form": form, "label": found.label, "back": found.back(about)}
    return show(request, "platform/handing/give.html", context, place=PLACE, status=422 if form.errors else 200)


@page(USE)
@require_POST
def withdraw(request: HttpRequest, handing_id: UUID) -> HttpResponse:
    """Let it be opened no more."""
    try:
        actions.withdraw(handing_id, by=actor_of(request))
    except Refused:
        return go(PLACE, done=OVER)
    return go(PLACE, done=WITHDRAWN)


@open_page(gettext_lazy("somebody outside fetches what was handed to them; their link and code are the key"))
@require_http_methods(["GET", "POST"])
def handed(request: HttpRequest) -> HttpResponse:
    """The receiver: first the link, which the page fills in, then the code; then the document, once."""
    whence = From(address_of(request), agent_of(request))
    if "code" in request.POST:
        return _fetched(request, whence)
    form = LinkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _code(request, CodeForm(initial={"link": form.cleaned_data["link"].strip()}), whence)
    return show_outside(request, "platform/handing/link.html", {"form": form}, 422 if form.errors else 200)


def _fetched(request: HttpRequest, whence: From) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            document = opening.fetch(form.cleaned_data["link"], form.cleaned_data["code"], whence)
            return Paper(lambda: document, "document")
        except opening.TryAgain as wrong:
            form.add_error("code", _("The code is not right. Tries left: %(left)d.") % {"left": wrong.left})
        except opening.NotOpened:
            return _closed(request)
    return _code(request, form, whence)


def _code(request: HttpRequest, form: CodeForm, whence: From) -> HttpResponse:
    link = form["link"].value() or ""
    try:
        waiting = opening.seen(str(link), whence)
    except opening.NotOpened:
        return _closed(request)
    context = {"form": form, "waiting": waiting}
    return show_outside(request, "platform/handing/code.html", context, 422 if form.errors else 200)


def _closed(request: HttpRequest) -> HttpResponse:
    """One and the same for whatever does not open."""
    return show_outside(request, "platform/handing/closed.html", {}, 410)

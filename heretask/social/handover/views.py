"""Pages of the hand-over: what is marked in a unit, taking over, and the mark of a note."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.permissions import Permission
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .policies import Refused

PLACE = "social.handover"
TAKE = Permission.SOCIAL_HANDOVER_TAKE
MARK = Permission.SOCIAL_HANDOVER_MARK
TAKEN = done("handover_taken", _("You have taken over the shift."))
UNTAKEN = done("handover_untaken", _("It is as if you had not taken over."))
MARKED = done("handover_marked", _("The note is marked for the next shift."))
UNMARKED = done("handover_unmarked", _("The note is no longer marked for the next shift."))
STANDS = done("handover_stands", _("Nothing was changed: somebody was there before you, or it is too late."))


@page(TAKE)
@require_GET
def first(request: HttpRequest) -> HttpResponse:
    """The hand-over of my unit."""
    unit_id = actions.first_unit(actor_of(request))
    if unit_id is None:
        return show(request, "social/handover/none.html", {}, place=PLACE)
    return _unit(request, unit_id)


@page(TAKE)
@require_GET
def unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """The hand-over of a unit."""
    return _unit(request, unit_id)


@page(TAKE)
@require_POST
def take(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Take over the shift, with what stood on my screen."""
    try:
        actions.take_over(unit_id, _uuid(request.POST.get("showing", "")), by=actor_of(request))
    except Refused as refused:
        return _unit(request, unit_id, refused=str(refused))
    return go("social.handover_unit", unit_id, done=TAKEN)


@page(TAKE)
@require_POST
def undo(request: HttpRequest, unit_id: UUID, undo_id: UUID) -> HttpResponse:
    """Take back that I have taken over."""
    try:
        actions.undo_takeover(unit_id, undo_id, by=actor_of(request))
    except Refused as refused:
        return _unit(request, unit_id, refused=str(refused))
    return go("social.handover_unit", unit_id, done=UNTAKEN)


@page(MARK)
@require_POST
def mark(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Mark a signed note for the next shift."""
    return _marked(lambda: actions.mark_note(note_id, by=actor_of(request)).citizen_id, note_id, MARKED)


@page(MARK)
@require_POST
def unmark(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Take the mark away."""
    return _marked(lambda: actions.unmark_note(note_id, by=actor_of(request)).citizen_id, note_id, UNMARKED)


@page(MARK)
@require_POST
def put_back(request: HttpRequest, note_id: UUID, undo_id: UUID) -> HttpResponse:
    """Put a mark back that I have just taken away."""
    return _marked(lambda: actions.put_back(note_id, undo_id, by=actor_of(request)).citizen_id, note_id, MARKED)


def _unit(request: HttpRequest, unit_id: UUID, *, refused: str = "") -> HttpResponse:
    screen = actions.see_unit(unit_id, by=actor_of(request), period=request.GET.get("since", ""))
    context = {**presenters.page(screen), "refused": refused}
    return show(request, "social/handover/unit.html", context, place=PLACE, status=422 if refused else 200)


def _marked(act: Callable[[], UUID], note_id: UUID, told: str) -> HttpResponse:
    """Back to the note in its journal, where its mark stands, or the offer to put it back."""
    try:
        citizen_id = act()
    except Refused:
        return go("social.citizens", done=STANDS)
    return HttpResponseRedirect(f"{reverse('social.journal', args=[citizen_id])}?note={note_id}&done={told}")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

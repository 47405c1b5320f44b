"""The address to which a page sends what is being written, every few seconds."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from heretask.kernel.access.permissions import Permission
from heretask.kernel.secrets.keys import CannotOpen
from heretask.ui.marks import Activity, page
from heretask.ui.requests import actor_of

from . import actions


@page(Permission.PLATFORM_TODAY_SEE, activity=Activity.PASSIVE)  # sent by a timer: the act itself is told apart
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """200 with the time of saving; 400 for what is no draft, 413 for one that is too long."""
    place = request.POST.get("place", "")
    actor = actor_of(request)
    if request.POST.get("person") not in (None, "", actor.person_id.hex):
        return JsonResponse({"saved": False}, status=409)  # another person's words: never into this one's drafts
    try:
        citizen_id = _about(place)
        given = json.loads(request.POST.get("content", ""))
        fields = {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
        cursor = max(0, min(int(request.POST.get("cursor", "0") or 0), 1_000_000))
    except (ValueError, AttributeError):
        return JsonResponse({"saved": False}, status=400)
    try:
        draft = actions.save_draft(
            place=place[:120], citizen_id=citizen_id, fields=fields, cursor=cursor,
            cursor_field=request.POST.get("cursor_field", ""), by=actor,
        )  # fmt: skip
    except actions.TooLong:
        return JsonResponse({"saved": False}, status=413)
    except CannotOpen:
        return JsonResponse({"saved": False}, status=404)
    return JsonResponse({"saved": True, "at": draft.saved_at.isoformat()})


def _about(place: str) -> UUID | None:
    """Whom a place is about: its last part; all zeros are nobody."""
    last = UUID(place.rpartition("/")[2])
    return last if last.int else None

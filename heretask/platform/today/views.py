"""The page everybody starts on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from heretask.kernel.access.permissions import Permission
from heretask.ui.marks import page
from heretask.ui.pages import show
from heretask.ui.requests import person_of

from .cards import cards_for


@page(Permission.PLATFORM_TODAY_SEE)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What is urgent, what is going on, and whom I work with."""
    person = person_of(request)
    made = cards_for(person)
    context = {
        "first_name": person.name.split()[0], "now": timezone.now(),
        "urgent": [c for c in made if c.urgent], "work": [c for c in made if not c.urgent and not c.aside],
        "aside": [c for c in made if c.aside],
    }  # fmt: skip
    return show(request, "platform/today/today.html", context, place="platform.today")

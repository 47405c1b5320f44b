"""Pages of the calendar: one's own, a unit's, a citizen's; one appointment; the address for a calendar program."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from heretask.kernel.access.permissions import Permission
from heretask.kernel.undo import undoing
from heretask.kernel.undo.policies import Refused as NotUndone
from heretask.ui.marks import Activity, open_page, page, sent
from heretask.ui.pages import fragment, go, show
from heretask.ui.recurring import mark_of
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, changing, feed_pages, presenters
from .feed import CALENDAR
from .forms import ONWARDS, ChangeForm, NewForm, initial_of
from .policies import Refused
from .windows import Window, window

PLACE = "platform.calendar"
USE = Permission.PLATFORM_CALENDAR_USE
MADE = done("appointment_made", _("The appointment stands in the calendar."))
MADE_ALL = done("appointments_made", _("The appointments stand in the calendar."))
CHANGED = done("appointment_changed", _("The appointment is changed."))
CHANGED_ON = done("appointment_changed_on", _("This one and those after it are changed."))
CHANGED_BACK = done("appointment_changed_back", _("They are as they were before."))
CANCELLED = done("appointment_cancelled", _("Cancelled. You can take it back here."))
RESTORED = done("appointment_restored", _("Taken back: it stands in the calendar again."))


@page(USE)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I take part in."""
    asked = _window(request)
    found = actions.see_mine(asked, by=actor_of(request))
    return _calendar(request, asked, found, reverse("platform.calendar"), {"whose": "mine", "back": "calendar:"})


@page(USE, activity=Activity.PASSIVE)
@require_GET
def left(request: HttpRequest) -> HttpResponse:
    """How many are left today, asked for by the page itself now and then; none is opened for it."""
    found = presenters.left_told(actions.count_today(by=actor_of(request)))
    return fragment(request, "platform/calendar/_left.html", {"left": found})


@page(USE)
@require_GET
def unit(request: HttpRequest) -> HttpResponse:
    """The calendar of the unit one works in."""
    return _unit(request, None)


@page(USE)
@require_GET
def unit_one(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """The calendar of one of the units one works in."""
    return _unit(request, unit_id)


@page(USE)
@require_GET
def citizen(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """The appointments about a citizen."""
    asked = _window(request)
    found = actions.see_citizen(citizen_id, asked, by=actor_of(request))
    here = reverse("platform.calendar_citizen", args=[citizen_id])
    more = {"whose": "citizen", "found": found, "back": f"calendar-citizen:{citizen_id.hex}"}
    return _calendar(request, asked, found, here, more)


@page(USE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make an appointment of a unit, or between people."""
    return _new(request, None, "")


@page(USE)
@require_http_methods(["GET", "POST"])
def new_citizen(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Make an appointment about a citizen."""
    return _new(request, citizen_id, actions.citizen_called(citizen_id, by=actor_of(request)))


@page(USE)
@require_GET
def appointment(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """One appointment."""
    return _one(request, appointment_id)


@page(USE)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Change one, or those after it, too."""
    by = actor_of(request)
    shown = actions.see(appointment_id, by=by)
    recurring = bool(shown.later and shown.goes_on)
    given: dict[str, Any] = {"recurring": recurring, "held": presenters.held_names(shown)}
    form = ChangeForm(actions.offered(by), request.POST or None, initial=initial_of(shown), **given)
    plan, seen = None, ""
    if request.method == "POST" and form.is_valid():
        asked = {"words": form.words, "people": form.cleaned_data["people"], "by": by}
        try:
            if not form.onwards:
                actions.change(appointment_id, span=form.span, **asked)
                return go("platform.appointment", appointment_id, done=CHANGED)
            asked |= {"span": form.span, "rule": form.rule}
            plan = presenters.change_told(changing.plan_onwards(appointment_id, **asked))
            seen = mark_of(form.rule, form.span, plan["becomes"])
            if request.POST.get("seen") == seen:
                changing.change_onwards(appointment_id, **asked)
                return go("platform.appointment", appointment_id, done=CHANGED_ON)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            plan = None
    context = {"form": form, "shown": shown, "plan": plan, "seen": seen}
    return show(request, "platform/calendar/change.html", context, place=PLACE, status=422 if form.errors else 200)


@page(USE)
@require_POST
def undo(request: HttpRequest, appointment_id: UUID, undo_id: UUID) -> HttpResponse:
    """Let those that come be as they were before one's own change."""
    by = actor_of(request)
    actions.see(appointment_id, by=by)
    try:
        undoing.undo(undoing.own(undo_id, by), by=by)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except NotUndone as refused:
        return _one(request, appointment_id, refused=str(refused))
    return go("platform.appointment", appointment_id, done=CHANGED_BACK)


@page(USE)
@require_POST
def cancel(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Cancel one, or those after it, too."""
    try:
        actions.cancel(appointment_id, onwards=request.POST.get("which") == ONWARDS, by=actor_of(request))
    except Refused as refused:
        return _one(request, appointment_id, refused=str(refused))
    return go("platform.appointment", appointment_id, done=CANCELLED)


@page(USE)
@require_POST
def restore(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Take back that it was cancelled."""
    actions.restore(appointment_id, by=actor_of(request))
    return go("platform.appointment", appointment_id, done=RESTORED)


@page(USE, proof=sent)
@require_http_methods(["GET", "POST"])
def own_feed(request: HttpRequest) -> HttpResponse:
    """The address for a calendar program."""
    return feed_pages.own(request, CALENDAR, "platform/calendar/feed.html", place=PLACE)


@page(USE)
@require_POST
def end_feed(request: HttpRequest) -> HttpResponse:
    """No address any more."""
    return feed_pages.end(request, CALENDAR, "platform.calendar_feed")


@open_page(_("a calendar program has no session; the address holds a secret, and no word but times is given"))
@require_safe
def given_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """When somebody is busy, for a calendar program that knows the secret."""
    return feed_pages.given(request, CALENDAR, secret)


def _window(request: HttpRequest) -> Window:
    return window(request.GET.get("view", ""), request.GET.get("day", ""), actions.today())


def _calendar(request: HttpRequest, asked: Window, found: Any, here: str, more: dict[str, Any]) -> HttpResponse:
    context = {**presenters.page_of(asked, found.entries, found.others, here), **more}
    context["back"] = f"{more['back']}:{asked.view}:{'' if asked.free else asked.day.isoformat()}"
    return show(request, "platform/calendar/calendar.html", context, place=PLACE)


def _unit(request: HttpRequest, unit_id: UUID | None) -> HttpResponse:
    asked = _window(request)
    found = actions.see_unit(unit_id, asked, by=actor_of(request))
    here = reverse("platform.calendar_unit_one", args=[unit_id]) if unit_id else reverse("platform.calendar_unit")
    back = f"calendar-unit:{found.unit.id.hex}" if found.unit else "calendar:"
    return _calendar(request, asked, found, here, {"whose": "unit", "found": found, "back": back})


def _new(request: HttpRequest, citizen_id: UUID | None, name: str) -> HttpResponse:
    by = actor_of(request)
    initial = {"day": request.GET.get("day") or actions.today(), "every": 1, "people": [str(by.person_id)]}
    form = NewForm(
        actions.offered(by), request.POST if request.method == "POST" else None, initial=initial,
        about_citizen=citizen_id is not None,
    )  # fmt: skip
    plan = None
    if request.method == "POST" and form.is_valid():
        people = form.cleaned_data["people"]
        try:
            given: dict[str, Any] = {
                "words": form.words, "span": form.span, "people": people, "by": by, "citizen_id": citizen_id,
                "unit_id": form.unit_id,
            }  # fmt: skip
            rule = form.rule
            if rule is None:
                return go("platform.appointment", actions.make(**given).id, done=MADE)
            plan = actions.plan(rule, form.span, people, by=by)
            if request.POST.get("seen") == mark_of(rule):
                return go("platform.appointment", actions.make_recurring(rule=rule, **given)[0].id, done=MADE_ALL)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            plan = None
    context = {
        "form": form, "citizen_id": citizen_id, "name": name, "plan": presenters.plan_told(plan) if plan else None,
        "seen": mark_of(plan.rule) if plan else "",
    }  # fmt: skip
    return show(request, "platform/calendar/new.html", context, place=PLACE, status=422 if form.errors else 200)


def _one(request: HttpRequest, appointment_id: UUID, *, refused: str = "") -> HttpResponse:
    by = actor_of(request)
    shown = actions.see(appointment_id, by=by)
    context = {**presenters.one_of(shown, undoing.offered("appointment", appointment_id, by)), "refused": refused}
    return show(request, "platform/calendar/appointment.html", context, place=PLACE, status=422 if refused else 200)

"""Pages of tasks: one's own, a unit's, a citizen's; one task; making and changing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.permissions import Permission
from heretask.kernel.undo import undoing
from heretask.kernel.undo.policies import Refused as NotUndone
from heretask.ui.marks import Activity, page
from heretask.ui.pages import fragment, go, show
from heretask.ui.recurring import mark_of
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, changing, presenters
from .forms import CommentForm, HandOverForm, NewForm, OnwardsForm, WhatForm, initial_of, initial_onwards
from .policies import Refused

PLACE = "platform.tasks"
USE = Permission.PLATFORM_TASKS_USE
MADE = done("task_made", _("The task is made."))
SERIES_MADE = done("task_series_made", _("The recurring task is made. The next ones stand in the lists."))
SERIES_ENDED = done("task_series_ended", _("It recurs no more."))
TICKED = done("task_ticked", _("Ticked off. Under “Done today” you can take it back."))
TICKED_HERE = done("task_ticked_here", _("Ticked off. You can take it back here."))
TICKED_TODAY = done("task_ticked_today", _("Ticked off. You can take it back for ten minutes."))
REOPENED = done("task_reopened", _("Taken back: it is not done."))
DROPPED = done("task_dropped", _("It is not needed any more. You can open it again."))
HANDED = done("task_handed", _("Handed over."))
CHANGED_ON = done("task_changed_on", _("This one and those after it are changed."))
CHANGED_BACK = done("task_changed_back", _("They come again as they did before."))
CHANGED = done("task_changed", _("The task is changed."))
SAID = done("task_said", _("The comment stands on the task."))


@page(USE)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What is to me: late, today, the next two weeks, done today."""
    listed = actions.see_mine(by=actor_of(request))
    context = {
        "parts": presenters.parts_of(listed, people=True), "counts": presenters.counts_told(listed.counts),
        "back": "mine", "own": actor_of(request).person_id,
    }  # fmt: skip
    return show(request, "platform/tasks/mine.html", context, place=PLACE)


@page(USE, activity=Activity.PASSIVE)
@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """How many are open, asked for by the page itself now and then; no task is opened for it."""
    found = presenters.counts_told(actions.count_mine(by=actor_of(request)))
    return fragment(request, "platform/tasks/_counts.html", {"counts": found})


@page(USE)
@require_GET
def unit(request: HttpRequest) -> HttpResponse:
    """The tasks of the unit one works in."""
    return _unit(request, None)


@page(USE)
@require_GET
def unit_one(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """The tasks of one of the units one works in."""
    return _unit(request, unit_id)


@page(USE)
@require_GET
def citizen(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """The tasks about a citizen."""
    found = actions.see_citizen(citizen_id, by=actor_of(request))
    parts = presenters.parts_of(found.listed, people=True, about=False)
    context = {"found": found, "parts": parts, "back": f"citizen:{citizen_id.hex}"}
    return show(request, "platform/tasks/citizen.html", context, place=PLACE)


@page(USE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Give somebody a task."""
    return _new(request, None, "")


@page(USE)
@require_http_methods(["GET", "POST"])
def new_citizen(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Give somebody a task about a citizen."""
    return _new(request, citizen_id, actions.citizen_called(citizen_id, by=actor_of(request)))


@page(USE)
@require_GET
def task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """One task."""
    return _task(request, task_id)


@page(USE)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Change what is to be done, or when."""
    by = actor_of(request)
    form = WhatForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            actions.change_task(task_id, words=form.words, by=by, **form.due)
            return go("platform.task", task_id, done=CHANGED)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    shown = actions.see_task(task_id, by=by)
    form = form or WhatForm(initial=initial_of(shown.row, shown.words))
    context = {"form": form, "shown": shown}
    return show(request, "platform/tasks/change.html", context, place=PLACE, status=422 if form.errors else 200)


@page(USE)
@require_http_methods(["GET", "POST"])
def onwards(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Change one that recurs and those after it; what becomes of them is said first."""
    by = actor_of(request)
    try:
        found = changing.see_onwards(task_id, by=by)
    except Refused as refused:
        return _task(request, task_id, refused=str(refused))
    form = OnwardsForm(actions.addresses_for(by), request.POST or None, initial=initial_onwards(found))
    change, seen = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            rule = form.rule
            if rule is None:
                raise Refused(str(_("It does not recur.")), "often")
            change = changing.plan_onwards(task_id, rule, by=by)
            told = presenters.change_told(change)
            seen = mark_of(rule, told["becomes"])
            if request.POST.get("seen") == seen:
                changing.change_onwards(task_id, words=form.words, to=form.cleaned_data["to"], rule=rule, by=by)
                return go("platform.task", task_id, done=CHANGED_ON)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            change = None
    context = {
        "form": form, "shown": found.shown, "plan": presenters.change_told(change) if change else None, "seen": seen,
    }  # fmt: skip
    return show(request, "platform/tasks/onwards.html", context, place=PLACE, status=422 if form.errors else 200)


@page(USE)
@require_POST
def undo(request: HttpRequest, task_id: UUID, undo_id: UUID) -> HttpResponse:
    """Let those that come go on as they did before one's own change."""
    by = actor_of(request)
    actions.see_task(task_id, by=by)
    try:
        undoing.undo(undoing.own(undo_id, by), by=by)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except NotUndone as refused:
        return _task(request, task_id, refused=str(refused))
    return go("platform.task", task_id, done=CHANGED_BACK)


@page(USE)
@require_POST
def tick(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Tick a task off, from wherever it stands."""
    where = request.POST.get("back", "")
    here = TICKED_HERE if where.startswith("calendar") else TICKED
    return _act(request, task_id, actions.tick, TICKED_TODAY if where == "today" else here)


@page(USE)
@require_POST
def reopen(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Take back that it is done."""
    return _act(request, task_id, actions.reopen, REOPENED)


@page(USE)
@require_POST
def drop(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Say that it is not needed any more."""
    return _act(request, task_id, actions.drop, DROPPED)


@page(USE)
@require_POST
def line(request: HttpRequest, task_id: UUID, line: int) -> HttpResponse:
    """Tick a line of the list, or take its tick back."""
    try:
        actions.tick_line(task_id, line, by=actor_of(request))
    except Refused as refused:
        return _task(request, task_id, refused=str(refused))
    return go("platform.task", task_id)


@page(USE)
@require_POST
def comment(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Write a comment."""
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            actions.comment(task_id, form.cleaned_data["text"], by=actor_of(request))
            return go("platform.task", task_id, done=SAID)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    return _task(request, task_id, said=form)


@page(USE)
@require_POST
def hand_over(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Give it to somebody else."""
    by = actor_of(request)
    form = HandOverForm(actions.addresses_for(by), request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.hand_over(task_id, given["to"], text=given["text"], by=by)
            return go(PLACE, done=HANDED)  # the task itself may be closed to the one who handed it over
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    return _task(request, task_id, hand=form)


@page(USE)
@require_POST
def end_series(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """Let a task recur no more."""
    try:
        actions.end_series(series_id, by=actor_of(request))
    except Refused as refused:
        return show(request, "platform/tasks/refused.html", {"sentence": str(refused)}, place=PLACE, status=409)
    return go(PLACE, done=SERIES_ENDED)


def _act(request: HttpRequest, task_id: UUID, act: Any, told: str) -> HttpResponse:
    """Do it, and lead back to where it was asked for."""
    try:
        act(task_id, by=actor_of(request))
    except Refused as refused:
        return _task(request, task_id, refused=str(refused))
    back = presenters.back_of(request.POST.get("back", ""))
    return go(back.name, *back.ids, done=told, **back.asked)


def _unit(request: HttpRequest, unit_id: UUID | None) -> HttpResponse:
    found = actions.see_unit(unit_id, by=actor_of(request))
    context = {
        "found": found, "parts": presenters.parts_of(found.listed, people=True),
        "counts": presenters.counts_told(found.listed.counts),
        "back": f"unit:{found.unit.id.hex}" if found.unit else "mine",
    }  # fmt: skip
    return show(request, "platform/tasks/unit.html", context, place=PLACE)


def _new(request: HttpRequest, citizen_id: UUID | None, name: str) -> HttpResponse:
    by = actor_of(request)
    form = NewForm(actions.addresses_for(by), request.POST if request.method == "POST" else None, initial=_initial())
    plan = None
    if request.method == "POST" and form.is_valid():
        given = {"words": form.words, "to": form.cleaned_data["to"], "citizen_id": citizen_id, "by": by}
        try:
            rule = form.rule
            if rule is None:
                made = actions.make_task(**given, **form.due)
                return go("platform.task", made.id, done=MADE)
            plan = actions.plan(rule, by=by)
            if request.POST.get("seen") == mark_of(rule):
                actions.make_series(rule=rule, **given)
                return go(PLACE, done=SERIES_MADE)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            plan = None
    context = {
        "form": form, "citizen_id": citizen_id, "name": name, "plan": presenters.plan_told(plan) if plan else None,
        "seen": mark_of(plan.rule) if plan else "",
    }  # fmt: skip
    return show(request, "platform/tasks/new.html", context, place=PLACE, status=422 if form.errors else 200)


def _initial() -> dict[str, Any]:
    return {"day": actions.today(), "every": 1}


def _task(
    request: HttpRequest, task_id: UUID, *, refused: str = "", said: CommentForm | None = None,
    hand: HandOverForm | None = None,
) -> HttpResponse:  # fmt: skip
    by = actor_of(request)
    context = presenters.task_context(actions.see_task(task_id, by=by), undoing.offered("task", task_id, by))
    more = {
        "refused": refused, "said": said or CommentForm(), "hand": hand or HandOverForm(actions.addresses_for(by)),
        "back": f"task:{task_id.hex}",
    }  # fmt: skip
    wrong = bool(refused or said or hand)
    return show(request, "platform/tasks/task.html", {**context, **more}, place=PLACE, status=422 if wrong else 200)

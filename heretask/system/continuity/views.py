"""Contingency plans and exercises: read by everybody of the supplier, run by Management."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.ui.marks import page, sent
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, forms, presenters, queries
from .declarations import Plan
from .policies import Refused
from .queries import Exercise

PLACE = "system.continuity"
PUBLISHED = done(
    "plan_published", _("The new version is published. Both managers and the hosting provider agree to it.")
)
AGREED = done("plan_agreed", _("It is written down that you agree."))
PARTY = done("plan_party", _("The agreement is written down."))
PREPARED = done("exercise_prepared", _("The exercise is prepared. Press Begin when everybody is there."))
RECORDED = done("exercise_recorded", _("It is written down."))


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done in an exercise."""

    form: type[django_forms.Form]
    carry_out: Callable[[Exercise, Mapping[str, Any], Actor], object]


ACTS: dict[str, Act] = {
    "begin": Act(django_forms.Form, lambda one, _given, by: actions.begin(one, by=by)),
    "step": Act(forms.StepForm, lambda one, given, by: actions.write_step(one, text=given["text"], by=by)),
    "finding": Act(forms.FindingForm, lambda one, given, by: actions.write_finding(one, text=given["text"], by=by)),
    "end": Act(django_forms.Form, lambda one, _given, by: actions.end(one, by=by)),
    "action": Act(forms.ActionForm, lambda one, given, by: actions.give_action(one, by=by, **given)),
    "conclude": Act(forms.ConcludeForm, lambda one, given, by: actions.conclude(one, by=by, **given)),
}


@page(P.SYSTEM_CONTINUITY_SEE)
@require_GET
def continuity(request: HttpRequest) -> HttpResponse:
    """Plans, exercises and open actions."""
    by = actor_of(request)
    context = presenters.list_context(*actions.see_all(by=by), by=by)
    return show(request, "system/continuity/list.html", context, place=PLACE)


@page(P.SYSTEM_CONTINUITY_SEE)
@require_GET
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """One plan: its text, who has agreed to it, and its exercises."""
    return _plan_page(request, _plan(key))


def _publishes(request: HttpRequest) -> bool:
    """Publishing asks who one is; looking at the page does not."""
    return request.method == "POST"


@page(P.SYSTEM_CONTINUITY_RUN, proof=_publishes)
def write(request: HttpRequest, key: str) -> HttpResponse:
    """Write a new version and publish it."""
    found, by = _plan(key), actor_of(request)
    newest, draft = actions.write(found, by=by)
    form = forms.WriteForm(request.POST or None, initial=presenters.first_values(found, newest, draft))
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish(found, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.continuity_plan", key, done=PUBLISHED)
    context = {
        "plan": found, "newest": newest, "number": newest.number + 1 if newest else 1, "form": form, "draft": draft,
        "draft_url": reverse("platform.draft_save"), "draft_place": actions.draft_place(found),
    }  # fmt: skip
    return show(request, "system/continuity/write.html", context, place=PLACE, status=422 if form.errors else 200)


@page(P.SYSTEM_CONTINUITY_RUN, proof=sent)
@require_POST
def agree(request: HttpRequest, key: str) -> HttpResponse:
    """Agree to just the version that was read."""
    found, form = _plan(key), forms.VersionForm(request.POST)
    if form.is_valid():
        try:
            actions.agree(found, version_id=form.cleaned_data["version"], by=actor_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.continuity_plan", key, done=AGREED)
    return _plan_page(request, found, refused=form)


@page(P.SYSTEM_CONTINUITY_RUN)
@require_POST
def party(request: HttpRequest, key: str) -> HttpResponse:
    """Write down that the hosting provider or a customer has agreed."""
    found, form = _plan(key), forms.PartyForm(request.POST)
    if form.is_valid():
        given = dict(form.cleaned_data)
        try:
            actions.record_agreement(found, version_id=given.pop("version"), by=actor_of(request), **given)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.continuity_plan", key, done=PARTY)
    return _plan_page(request, found, form)


@page(P.SYSTEM_CONTINUITY_RUN)
def prepare(request: HttpRequest) -> HttpResponse:
    """Prepare an exercise."""
    form = forms.PrepareForm(request.POST or None, initial={"plan": request.GET.get("plan", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.prepare(
                _plan(given["plan"]), scenario=given["scenario"], people=given["people"], by=actor_of(request)
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.continuity_exercise", made.id, done=PREPARED)
    return show(
        request, "system/continuity/new.html", {"form": form}, place=PLACE, status=422 if form.errors else 200
    )  # fmt: skip


@page(P.SYSTEM_CONTINUITY_SEE)
@require_GET
def exercise(request: HttpRequest, exercise_id: UUID) -> HttpResponse:
    """One exercise: its scenario, people, steps, findings and actions."""
    return _exercise_page(request, exercise_id)


@page(P.SYSTEM_CONTINUITY_RUN)
@require_POST
def act(request: HttpRequest, exercise_id: UUID, act: str) -> HttpResponse:
    """Begin, write down, end, give an action, conclude."""
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    found, form = _found(lambda: queries.exercise(exercise_id)), chosen.form(request.POST)
    if form.is_valid():
        try:
            chosen.carry_out(found, form.cleaned_data, actor_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.continuity_exercise", exercise_id, done=RECORDED)
    return _exercise_page(request, exercise_id, act, form)


@page(P.SYSTEM_CONTINUITY_SEE)
@require_POST
def action_done(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """Say what was done."""
    item = _found(lambda: queries.action(action_id))
    form = forms.DoneForm(request.POST)
    if form.is_valid():
        try:
            actions.close_action(action_id, note=form.cleaned_data["note"], by=actor_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.continuity_exercise", item.values["exercise"], done=RECORDED)
    return _exercise_page(request, UUID(item.values["exercise"]), "done", form)


def _plan(key: str) -> Plan:
    found = actions.plan_called(key)
    if found is None:
        raise Http404
    return found


def _found(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def _errors(form: django_forms.Form | None) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors) if form else ""


def _plan_page(
    request: HttpRequest, found: Plan, form: django_forms.Form | None = None, refused: django_forms.Form | None = None
) -> Page:
    by = actor_of(request)
    one, exercises = actions.see(found, by=by)
    initial = {"version": one.version.id if one.version else None}
    context = presenters.plan_context(one, exercises, by=by) | {
        "party": form or forms.PartyForm(initial=initial), "agree": forms.VersionForm(initial=initial),
        "refused": _errors(form or refused),
    }  # fmt: skip
    return show(
        request, "system/continuity/plan.html", context, place=PLACE, status=422 if context["refused"] else 200
    )  # fmt: skip


def _exercise_page(
    request: HttpRequest, exercise_id: UUID, acted: str = "", form: django_forms.Form | None = None
) -> Page:
    by = actor_of(request)
    found = _found(lambda: actions.see_exercise(exercise_id, by=by))
    empty = {key: chosen.form() for key, chosen in ACTS.items()} | {"done": forms.DoneForm()}
    context = presenters.exercise_context(found, empty | ({acted: form} if form else {}), by=by)
    context |= {"acted": acted, "refused": _errors(form)}
    return show(request, "system/continuity/exercise.html", context, place=PLACE, status=422 if form else 200)

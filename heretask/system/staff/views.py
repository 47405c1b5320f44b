"""The staff register for Management, and one's own duties for everybody of the supplier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.approvals.managing import Refused as NotAsked
from heretask.ui.marks import page
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, forms, presenters, queries
from .declarations import CLEAR, DOCUMENTS
from .policies import Refused

PLACE, OWN_PLACE = "system.staff", "system.staff_mine"
HIRED = done("staff_hired", _("They are on the register. What must be recorded before the first sign-in stands below."))
RECORDED = done("staff_recorded", _("It is recorded."))
ASKED = done("staff_override_asked", _("It is asked for. The other manager finds it under Two people."))
SIGNED = done("staff_signed", _("You have signed. Thank you."))
TO_MEND = done("staff_to_mend", _("It is recorded. Mend what you answered no to, and state it again."))
PUBLISHED = done("staff_published", _("The new version is published. What was signed before stays signed."))


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done to somebody: what is filled in, and what then happens."""

    form: type[django_forms.Form]
    carry_out: Callable[[Any, Mapping[str, Any], Actor], object]
    done: str = RECORDED


def _return(_person: Any, given: Mapping[str, Any], by: Actor) -> None:
    actions.take_back(queries.device(given["device"]), returned_on=given["day"], by=by)


ACTS: dict[str, Act] = {
    "check": Act(
        forms.CheckForm,
        lambda who, given, by: actions.record_check(
            who, checked_on=given["day"], clear=given["outcome"] == CLEAR, by=by
        ),
    ),
    "sign": Act(forms.DayForm, lambda who, given, by: actions.sign_on_paper(who, signed_on=given["day"], by=by)),
    "training": Act(
        forms.TrainingForm,
        lambda who, given, by: actions.record_training(who, done_on=given["day"], what=given["what"], by=by),
    ),
    "consultation": Act(
        forms.ConsultationForm,
        lambda who, given, by: actions.record_consultation(who, done_on=given["day"], remarks=given["remarks"], by=by),
    ),
    "closing": Act(forms.DayForm, lambda who, given, by: actions.declare_closing(who, signed_on=given["day"], by=by)),
    "employ": Act(django_forms.Form, lambda who, _given, by: actions.employ(who, by=by)),
    "leave": Act(forms.DayForm, lambda who, given, by: actions.leave(who, left_on=given["day"], by=by)),
    "rehire": Act(forms.DayForm, lambda who, given, by: actions.rehire(who, hired_on=given["day"], by=by)),
    "login": Act(forms.LoginForm, lambda who, given, by: actions.tie_login(who, _uuid(given["login"]), by=by)),
    "override": Act(forms.OverrideForm, lambda who, given, by: actions.ask_override(who, by=by, **given), ASKED),
    "equip": Act(forms.EquipmentForm, lambda who, given, by: actions.hand_out(who, by=by, **given)),
    "return": Act(forms.ReturnForm, _return),
}
OWN_ACTS: dict[str, Act] = {
    "sign": Act(
        forms.SignForm, lambda _who, given, by: actions.sign_own(version_id=given["version"], by=by), SIGNED
    ),
    "training": Act(
        forms.TrainingForm, lambda _who, given, by: actions.train_own(done_on=given["day"], what=given["what"], by=by)
    ),
    "consultation": Act(
        forms.OwnConsultationForm, lambda _who, given, by: actions.consult_own(remarks=given["remarks"], by=by)
    ),
    "statement": Act(forms.StatementForm, lambda _who, given, by: actions.state_own(answers=given["answers"], by=by)),
}  # fmt: skip


@page(P.SYSTEM_STAFF_SEE)
@require_GET
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody on the register: what holds, what is due, what is overdue, and what each may do by it."""
    found = actions.see_staff(by=actor_of(request))
    left = request.GET.get("show") == "left"
    return show(request, "system/staff/list.html", presenters.list_context(found, left=left), place=PLACE)


@page(P.SYSTEM_STAFF_CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """Put somebody on the register."""
    form = forms.HireForm(request.POST or None, initial={"login": request.GET.get("login", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.hire(
                name=given["name"], hired_on=given["hired_on"], login=_uuid(given["login"]), by=actor_of(request)
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.staff_one", made.id, done=HIRED)
    return show(request, "system/staff/new.html", {"form": form}, place=PLACE, status=422 if form.errors else 200)


@page(P.SYSTEM_STAFF_SEE)
@require_GET
def one(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person: what they may do and why not, what must be done, and all that was."""
    return _person(request, person_id)


@page(P.SYSTEM_STAFF_CHANGE)
@require_POST
def one_act(request: HttpRequest, person_id: UUID, act: str) -> HttpResponse:
    """Record something about somebody."""
    chosen = _act(ACTS, act)
    person = _found(lambda: queries.member(person_id)).item
    form = chosen.form(request.POST)
    if form.is_valid():
        try:
            _found(lambda: chosen.carry_out(person, form.cleaned_data, actor_of(request)))
        except (Refused, NotAsked) as refused:
            return _person(request, person_id, act, form, str(refused))
        return go("system.staff_one", person_id, done=chosen.done)
    return _person(request, person_id, act, form)


@page(P.SYSTEM_STAFF_OWN)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """One's own duties, each with what does it."""
    return _mine(request)


@page(P.SYSTEM_STAFF_OWN)
@require_POST
def mine_act(request: HttpRequest, act: str) -> HttpResponse:
    """Do one of one's own duties."""
    chosen, by = _act(OWN_ACTS, act), actor_of(request)
    form = _own_forms(queries.own(by.person_id), request.POST)[act]
    if form.is_valid():
        try:
            fine = chosen.carry_out(None, form.cleaned_data, by)
        except Refused as refused:
            return _mine(request, act, form, str(refused))
        return go(OWN_PLACE, done=TO_MEND if fine is False else chosen.done)
    return _mine(request, act, form)


@page(P.SYSTEM_STAFF_CHANGE)
def document(request: HttpRequest, key: str) -> HttpResponse:
    """A document with its versions, and publishing another one."""
    if key not in DOCUMENTS:
        raise Http404
    versions = queries.versions(key)
    form = forms.PublishForm(request.POST or None, initial=presenters.first_text(key, versions))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.publish(key, given["text"], review_on=given["review_on"], by=actor_of(request))
        except Refused as refused:
            form.add_error("text", str(refused))
        else:
            return go("system.staff_document", key, done=PUBLISHED)
    context = {**presenters.document_context(key, versions), "form": form}
    return show(request, "system/staff/document.html", context, place=PLACE, status=422 if form.errors else 200)


def _act(acts: Mapping[str, Act], key: str) -> Act:
    if key not in acts:
        raise Http404
    return acts[key]


def _uuid(given: str | None) -> UUID | None:
    return UUID(given) if given else None


def _found(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def _person(
    request: HttpRequest, person_id: UUID, act: str = "", form: django_forms.Form | None = None, refused: str = ""
) -> Page:
    by = actor_of(request)
    found = _found(lambda: actions.see_person(person_id, by=by))
    empty = {key: chosen.form() for key, chosen in ACTS.items()} | ({act: form} if form is not None else {})
    context = presenters.person_context(found, empty, by=by) | {"refused": refused, "acted": act}
    return show(request, "system/staff/person.html", context, place=PLACE, status=200 if form is None else 422)


def _own_forms(found: queries.Member | None, given: Any = None) -> dict[str, django_forms.Form]:
    """The form of each of one's own acts; the statement asks about each device that one has."""
    made = {key: chosen.form(given) for key, chosen in OWN_ACTS.items() if key != "statement"}
    return made | {"statement": forms.StatementForm(given, devices=found.kept_devices if found else ())}


def _mine(request: HttpRequest, act: str = "", form: django_forms.Form | None = None, refused: str = "") -> Page:
    by = actor_of(request)
    found, versions = actions.see_own(by=by)
    empty = _own_forms(found) | ({act: form} if form is not None else {})
    context = presenters.own_context(found, versions, empty) | {"refused": refused, "acted": act}
    return show(request, "system/staff/mine.html", context, place=OWN_PLACE, status=200 if form is None else 422)

"""Pages of the registers for Management, and the list of subcontractors that every customer may read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission as P
from heretask.system.records.registers import REGISTERS
from heretask.ui.marks import page, sent
from heretask.ui.pages import Given, Page, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, exporting, forms, pictures, presenters, risks, supply
from .declarations import CONCERNS
from .policies import Refused
from .shelves import SHELVES, Shelf
from .suggestions import FIRST

PLACE, HELPERS = "system.registers", "system.helpers"
PLACES = {"risks": "system.registers_risks", "subcontractors": "system.registers_subcontractors"}
ADDED = done("register_added", _("It stands on the register."))
CHANGED = done("register_changed", _("It is changed. What was before stays below."))
RECORDED = done("register_recorded", _("It is recorded."))
BEGUN = done("register_begun", _("They stand on the register. Look at each within 30 days."))
REVIEWED = done("register_reviewed", _("The yearly review is closed. The next is planned."))


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done to an entry: what is filled in, what then happens, and the button's words."""

    form: type[django_forms.Form]
    carry_out: Callable[[UUID, Mapping[str, Any], Actor], object]
    verb: Any


ACTS: dict[tuple[str, str], Act] = {
    ("risks", "look"): Act(
        forms.LookForm, lambda id_, given, by: risks.look_at(id_, by=by, **given), _("I have looked at it")
    ),
    ("subcontractors", "assess"): Act(
        forms.AssessForm, lambda id_, given, by: supply.assess(id_, by=by, **given), _("Record the assessment")
    ),
    ("requirements", "decide"): Act(
        forms.DecideForm,
        lambda id_, given, by: supply.decide(id_, by=by, **{**given, "accepted": given["accepted"] == "yes"}),
        _("Decide"),
    ),
}
YEARLY: dict[str, tuple[Callable[[str, Actor], None], str]] = {
    "access": (lambda words, by: supply.state_no_access(words=words, by=by), "system.registers_physical"),
    "processing": (lambda words, by: supply.close_processing(words=words, by=by), "system.registers_processing"),
    "requirements": (lambda words, by: supply.close_requirements(words=words, by=by), "system.registers_requirements"),
}


@page(P.SYSTEM_REGISTERS_SEE)
@require_GET
def registers(request: HttpRequest) -> HttpResponse:
    """Which registers there are, and how they stand."""
    found = actions.see_all(by=actor_of(request))
    return show(request, "system/registers/index.html", presenters.index_context(found), place=PLACE)


@page(P.SYSTEM_REGISTERS_SEE)
@require_GET
def listed(request: HttpRequest, register: str) -> HttpResponse:
    """A register."""
    return _listed(request, _shelf(register))


@page(P.SYSTEM_REGISTERS_CHANGE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, register: str) -> HttpResponse:
    """Put something on a register."""
    shelf, by = _shelf(register), actor_of(request)
    if not shelf.verb:
        raise Http404
    form = forms.entry_form(shelf.register, by)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add(shelf, form.cleaned_data, by=by)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.registers_one", register, made.id, done=ADDED)
    return _form(request, shelf, form, "system/registers/new.html")


@page(P.SYSTEM_REGISTERS_SEE)
@require_GET
def one(request: HttpRequest, register: str, entry_id: UUID) -> HttpResponse:
    """One entry."""
    return _one(request, _shelf(register), entry_id)


@page(P.SYSTEM_REGISTERS_CHANGE)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, register: str, entry_id: UUID) -> HttpResponse:
    """Change an entry, with a reason; `back` is a value that is to be put back."""
    shelf, by = _shelf(register), actor_of(request)
    found = _found(lambda: actions.see_one(shelf, entry_id, by=by))
    initial = presenters.change_initial(shelf.register, found.item, request.GET.get("back", ""), found.history)
    form = forms.changing_form(shelf.register, by)(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            actions.change(shelf, entry_id, given, why=given.pop("why"), by=by)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.registers_one", register, entry_id, done=CHANGED)
    more = {"id": entry_id, "title": found.listed.titles[entry_id]}
    return _form(request, shelf, form, "system/registers/change.html", more)


@page(P.SYSTEM_REGISTERS_CHANGE)
@require_POST
def one_act(request: HttpRequest, register: str, entry_id: UUID, act: str) -> HttpResponse:
    """Do something to an entry that is no mere change."""
    chosen = ACTS.get((register, act))
    if chosen is None:
        raise Http404
    form = chosen.form(request.POST)
    if form.is_valid():
        try:
            _found(lambda: chosen.carry_out(entry_id, form.cleaned_data, actor_of(request)))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.registers_one", register, entry_id, done=RECORDED)
    return _one(request, _shelf(register), entry_id, act, form)


@page(P.SYSTEM_REGISTERS_SEE, proof=sent)
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest, register: str) -> HttpResponse:
    """Take a register out as a file, with a reason; any register of the engine."""
    if register not in REGISTERS:
        raise Http404
    form, by = forms.ExportForm(request.POST or None), actor_of(request)
    if request.method == "POST" and form.is_valid():
        ending = form.cleaned_data["form"]
        try:
            declared, found, at = actions.take_out(register, ending=ending, why=form.cleaned_data["why"], by=by)
        except Refused as refused:
            form.add_error("why", str(refused))
        else:
            content = exporting.taken_out(declared, found, at, ending, by=by)
            return Given(lambda: content, f"{register}-{at:%Y-%m-%d}.{ending}")
    context = {"form": form, "register": REGISTERS[register], "key": register, "on_shelf": register in SHELVES}
    return show(request, "system/registers/export.html", context, place=PLACE, status=422 if form.errors else 200)


@page(P.SYSTEM_REGISTERS_CHANGE)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin with a first set of risks."""
    form, by = forms.BeginForm(request.POST or None), actor_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            risks.begin_with(form.cleaned_data["risks"], by=by)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.registers_risks", done=BEGUN)
    context = {"form": form, "first": FIRST, "chosen": form["risks"].value() or []}
    return _show(request, "system/registers/begin.html", context, "risks", form)


@page(P.SYSTEM_REGISTERS_CHANGE)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """The yearly review of all risks, with the answer on monitoring."""
    by = actor_of(request)
    now = risks.see_review(by=by)
    chosen = forms.DeclaringForm if now.faults is None else forms.ReviewForm
    form = chosen(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"found": None, "planted": None, "declared": False, **form.cleaned_data}
        try:
            risks.close_review(by=by, **given)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.registers_risks", done=REVIEWED)
    context = {"form": form, **pictures.review_context(now)}
    return _show(request, "system/registers/review.html", context, "risks", form)


@page(P.SYSTEM_REGISTERS_CHANGE)
@require_http_methods(["GET", "POST"])
def new_report(request: HttpRequest) -> HttpResponse:
    """Keep a report that a subcontractor has sent."""
    shelf, by = SHELVES["reports"], actor_of(request)
    form = forms.report_form(by)(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        file = given.pop("file")
        try:
            made = supply.keep_report(
                given, name=file.name if file else "", content=file.read() if file else b"", by=by
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.registers_one", "reports", made.id, done=ADDED)
    return _form(request, shelf, form, "system/registers/new.html", {"files": True})


@page(P.SYSTEM_REGISTERS_SEE)
@require_POST
def report_file(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """A report's file as it was received."""
    try:
        found, content = supply.fetch_report(entry_id, by=actor_of(request))
    except (ObjectDoesNotExist, Refused):
        raise Http404 from None
    return Given(content, found.values["file"])


@page(P.SYSTEM_REGISTERS_SEE)
@require_GET
def requirements(request: HttpRequest) -> HttpResponse:
    """Which subcontractor keeps which of our promises, and where theirs differ."""
    return _requirements(request, None)


@page(P.SYSTEM_REGISTERS_CHANGE)
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, entry_id: UUID, promise: str) -> HttpResponse:
    """Write down what a subcontractor's requirement is."""
    shelf, by = SHELVES["requirements"], actor_of(request)
    own = _found(lambda: actions.see_one(SHELVES["subcontractors"], entry_id, by=by))
    if promise not in CONCERNS[own.item.values["kind"]]:
        raise Http404
    form = forms.entry_form(shelf.register, by)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = supply.answer(entry_id, promise, form.cleaned_data, by=by)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.registers_one", "requirements", made.id, done=RECORDED)
    more = {
        "subcontractor": own.item.values["name"], "promise": promise, "id": entry_id,
        "sentence": presenters.promise_sentence(promise),
    }  # fmt: skip
    return _form(request, shelf, form, "system/registers/answer.html", more)


@page(P.SYSTEM_REGISTERS_CHANGE)
@require_POST
def yearly(request: HttpRequest, act: str) -> HttpResponse:
    """Close a yearly duty of a register, with words."""
    if act not in YEARLY:
        raise Http404
    carry_out, place = YEARLY[act]
    form = forms.NoteForm(request.POST)
    if form.is_valid():
        try:
            carry_out(form.cleaned_data["words"], actor_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go(place, done=RECORDED)
    if act == "requirements":
        return _requirements(request, form)
    return _listed(request, SHELVES["physical" if act == "access" else act], form)


@page(P.SYSTEM_HELPERS_SEE)
@require_GET
def helpers(request: HttpRequest) -> HttpResponse:
    """Who helps the supplier: for each customer's administrators."""
    context = pictures.helpers_context(supply.see_helpers(by=actor_of(request)))
    return show(request, "system/registers/helpers.html", context, place=HELPERS)


def _shelf(key: str) -> Shelf:
    if key not in SHELVES:
        raise Http404
    return SHELVES[key]


def _found(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def _listed(request: HttpRequest, shelf: Shelf, form: django_forms.Form | None = None) -> Page:
    by = actor_of(request)
    found = actions.see(shelf, by=by)
    context = presenters.list_context(found, request.GET, by=by) | pictures.picture_of(found)
    return _show(
        request, "system/registers/list.html", context | {"note": form or forms.NoteForm()}, shelf.register.key, form
    )


def _requirements(request: HttpRequest, form: django_forms.Form | None) -> Page:
    by = actor_of(request)
    context = pictures.requirements_context(*supply.see_requirements(by=by))
    context |= {"note": form or forms.NoteForm(), "may_change": may(by, P.SYSTEM_REGISTERS_CHANGE)}
    return _show(request, "system/registers/requirements.html", context, "subcontractors", form)


def _one(
    request: HttpRequest, shelf: Shelf, entry_id: UUID, act: str = "", form: django_forms.Form | None = None
) -> Page:  # fmt: skip
    by = actor_of(request)
    found = _found(lambda: actions.see_one(shelf, entry_id, by=by))
    offered = [
        (name, of.verb, form if form is not None and name == act else of.form(), name == act)
        for (key, name), of in ACTS.items() if key == shelf.register.key
    ]  # fmt: skip
    context = presenters.entry_context(found, by=by) | {"acts": offered}
    return _show(request, "system/registers/one.html", context, shelf.register.key, form)


def _form(
    request: HttpRequest, shelf: Shelf, form: django_forms.Form, template: str, more: Mapping[str, Any] | None = None
) -> Page:  # fmt: skip
    context = {"form": form, "shelf": shelf, "key": shelf.register.key, **(more or {})}
    return _show(request, template, context, shelf.register.key, form)


def _show(
    request: HttpRequest, template: str, context: Mapping[str, Any], key: str, form: django_forms.Form | None
) -> Page:  # fmt: skip
    status = 422 if form is not None and form.errors else 200
    return show(request, template, context, place=PLACES.get(key, PLACE), status=status)

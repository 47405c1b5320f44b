"""Breaches: Management's cases, and a customer's own notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.paper.making import pdf
from heretask.kernel.spreadsheet.writing import csv_chunks
from heretask.ui.marks import Activity, page, sent
from heretask.ui.pages import Given, Page, Paper, fragment, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, containing, figures, forms, noticed, own, presenters, queries, words
from .policies import Refused
from .queries import Opened

PAGES = 6  # digits of the number of a page
PLACE, OWN_PLACE = "system.breaches", "system.breaches_notices"
RUN, READ = P.SYSTEM_BREACHES_RUN, P.SYSTEM_BREACHES_READ
BEGUN = done("breach_begun", _("The case is begun. Its clock runs since it was reported."))
RECORDED = done("breach_recorded", _("It is recorded in the case."))
LINKED = done("breach_linked", _("The report belongs to this case. The clock runs since the earliest of them."))
TOLD = done("breach_told_by_hand", _("It is written down that they were told."))
DRAFTED = done("breach_drafted", _("The notices are written. The other manager reads and approves them."))
APPROVED = done("breach_approved", _("The notices are approved. They can be sent now."))
CLOSED = done("breach_closed", _("The case is closed."))
ACKNOWLEDGED = done("breach_acknowledged", _("Acknowledged. HereTask sees that you have read it."))
DECIDED = done("breach_decided", _("It stands in your register."))


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done in a case: what is filled in, and what then happens; an answer of its own leads on."""

    form: type[django_forms.Form]
    carry_out: Callable[[Opened, Mapping[str, Any], Actor], object]
    done: str = RECORDED
    works: bool = False  # a job does it: the answer is its id
    leads: str = ""  # the page of what was made: the answer is its id


def _suspect(one: Opened, given: Mapping[str, Any], by: Actor) -> UUID:
    return actions.suspect(one, by=by, **given)[1]


ACTS: dict[str, Act] = {
    "assess": Act(
        forms.AssessForm,
        lambda one, given, by: actions.assess(one, risk=given["risk"] == "yes", text=given["text"], by=by),
    ),
    "suspect": Act(forms.SuspectForm, _suspect, works=True),
    "note": Act(forms.NoteForm, lambda one, given, by: actions.note(one, given["text"], by=by)),
    "police": Act(
        forms.PoliceForm,
        lambda one, given, by: actions.police(
            one, reported=given["reported"] == "yes", on=given["on"], number=given["number"], why=given["why"], by=by
        ),
    ),
    "link": Act(forms.LinkForm, lambda one, given, by: actions.link_report(one, given["report"], by=by), LINKED),
    "handle": Act(
        forms.HandleForm, lambda one, given, by: actions.handle(one, by=by, **given), leads="system.continuity_exercise"
    ),
    "register": Act(forms.RegisterForm, lambda one, given, by: actions.keep_in_register(one, given, by=by)),
    "close": Act(forms.CloseForm, lambda one, given, by: actions.close(one, given["text"], by=by), CLOSED),
}
WEIGHTY: dict[str, Act] = {
    "suspend": Act(
        forms.LoginForm, lambda one, given, by: containing.suspend(one, given["login"], given["why"], by=by)
    ),
    "lift": Act(forms.LoginForm, lambda one, given, by: containing.lift(one, given["login"], given["why"], by=by)),
    "sessions": Act(forms.OfForm, lambda one, given, by: containing.end_sessions(one, given["of"], by=by)),
    "grants": Act(forms.GrantsForm, lambda one, given, by: containing.end_grants(one, given["of"], by=by)),
    "approve": Act(
        forms.ApproveForm, lambda one, given, by: actions.approve(one, given["seen"], given["why"], by=by), APPROVED
    ),
    "send": Act(django_forms.Form, lambda one, _given, by: actions.send(one, by=by), works=True),
}


@page(RUN)
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Every case, with its clock and how many customers are told."""
    found = actions.see_cases(by=actor_of(request))
    return show(request, "system/breaches/list.html", presenters.list_context(found, figures.figures()), place=PLACE)


@page(RUN)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a case: from a report, by oneself, or as an exercise."""
    initial = {"report": request.GET.get("report", ""), "exercise": request.GET.get("exercise") == "1"}
    form, by = forms.BeginForm(request.POST or None, initial=initial), actor_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.begin(by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.breaches_one", made.id, done=BEGUN)
    status = 422 if form.errors else 200
    report = form["report"].value()
    context = {"form": form, "report": report, "others": presenters.may_take(actions.see_open(by=by)) if report else []}
    return show(request, "system/breaches/new.html", context, place=PLACE, status=status)


@page(RUN)
@require_GET
def one(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case: its clock, what is next, and all that was done."""
    return _case(request, case_id)


@page(RUN)
@require_GET
def customers(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The customers of a case, a page at a time; who was not told first."""
    found = _found(lambda: actions.see(case_id, by=actor_of(request)))
    number = request.GET.get("page", "1")
    context = presenters.customers_context(
        found, request.GET.get("show", ""), int(number) if number.isdecimal() and len(number) < PAGES else 1
    )
    return show(request, "system/breaches/customers.html", context, place=PLACE)


@page(RUN)
@require_http_methods(["GET", "POST"])
def customer(request: HttpRequest, case_id: UUID, customer_id: UUID) -> HttpResponse:
    """One customer in a case: what was found, how far its notice is, and writing down that it was told by hand."""
    by = actor_of(request)
    found = _found(lambda: actions.see(case_id, by=by))
    form = forms.HandForm(request.POST or None, initial={"who": presenters.my_name(by.person_id)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.reach(found, customer_id, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.breaches_customer", case_id, customer_id, done=TOLD)
    context = presenters.customer_context(found, customer_id)
    if context is None:
        raise Http404
    status = 422 if form.errors else 200
    return show(request, "system/breaches/customer.html", context | {"form": form}, place=PLACE, status=status)


@page(RUN)
@require_POST
def act(request: HttpRequest, case_id: UUID, act: str) -> HttpResponse:
    """Do one thing in a case."""
    return _acted(request, case_id, ACTS, act)


@page(RUN, proof=sent)
@require_POST
def weighty(request: HttpRequest, case_id: UUID, act: str) -> HttpResponse:
    """Do what ends access, or what all customers read."""
    return _acted(request, case_id, WEIGHTY, act)


@page(RUN)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write the free parts of the notices, in both languages; the system has begun."""
    by = actor_of(request)
    found = _found(lambda: actions.see(case_id, by=by))
    computed = next((f for f in queries.findings(case_id) if f.digest), None)
    if computed is None:
        return go("system.breaches_one", case_id)
    newest = queries.newest_draft(case_id)
    parts = newest[1] if newest else words.first_parts(found, computed)
    initial = {f"{part}_{lang}": text for lang, texts in parts.items() for part, text in texts.items()}
    form = forms.DraftForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.draft(found, computed, form.parts, by=by)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.breaches_one", case_id, done=DRAFTED)
    context = {
        "one": found, "title": presenters.titled(found), "form": form, "computed": presenters.found_context(computed),
    }  # fmt: skip
    return show(request, "system/breaches/draft.html", context, place=PLACE, status=422 if form.errors else 200)


@page(RUN)
@require_GET
def working(request: HttpRequest, case_id: UUID, job_id: UUID) -> HttpResponse:
    """How far looking through the logs, or telling the customers, is; without scripts the page is loaded again."""
    return show(request, "system/breaches/working.html", _job(case_id, job_id), place=PLACE)


@page(RUN, activity=Activity.PASSIVE)
@require_GET
def progress(request: HttpRequest, case_id: UUID, job_id: UUID) -> HttpResponse:
    """The same as a piece of the page, asked for again and again."""
    return fragment(request, "system/breaches/_progress.html", _job(case_id, job_id))


@page(RUN)
@require_POST
def paper(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case as a document."""
    told, at = _found(lambda: actions.hand_out(case_id, by=actor_of(request))), timezone.now()
    made = presenters.paper_of(told, "HereTask")
    return Paper(lambda: pdf("protocol", made, at=at), f"heretask-breach-{at:%Y-%m-%d}")


@page(RUN)
@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """The register of breaches as a file."""
    rows = presenters.register_rows(actions.see_register(by=actor_of(request)), own=False)
    return Given(lambda: b"".join(csv_chunks(rows)), "breaches.csv")


@page(READ)
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """What HereTask has told this customer of breaches."""
    found = own.see_notices(by=actor_of(request))
    return show(request, "system/breaches/notices.html", noticed.notices_context(found), place=OWN_PLACE)


@page(READ)
@require_GET
def notice(request: HttpRequest, told_id: UUID) -> HttpResponse:
    """One notice; reading it is a receipt."""
    return _notice(request, told_id)


@page(READ)
@require_POST
def acknowledge(request: HttpRequest, told_id: UUID) -> HttpResponse:
    """Say that one has read it."""
    _found(lambda: own.acknowledge(told_id, by=actor_of(request)))
    return go("system.breaches_notice", told_id, done=ACKNOWLEDGED)


@page(READ)
@require_POST
def decide(request: HttpRequest, told_id: UUID) -> HttpResponse:
    """Write down what this customer does about it."""
    form = forms.DecideForm(request.POST)
    if form.is_valid():
        try:
            _found(lambda: own.decide(told_id, form.cleaned_data, by=actor_of(request)))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.breaches_notice", told_id, done=DECIDED)
    return _notice(request, told_id, form)


@page(READ)
@require_POST
def own_register(request: HttpRequest) -> HttpResponse:
    """This customer's register of breaches as a file."""
    rows = presenters.register_rows(own.see_register(by=actor_of(request)), own=True)
    return Given(lambda: b"".join(csv_chunks(rows)), "breaches.csv")


def _acted(request: HttpRequest, case_id: UUID, acts: Mapping[str, Act], key: str) -> HttpResponse:
    if key not in acts:
        raise Http404
    chosen, by = acts[key], actor_of(request)
    found = _found(lambda: queries.case(case_id))
    form = chosen.form(request.POST, **_choices(key, found, by))
    if form.is_valid():
        try:
            answer = chosen.carry_out(found, form.cleaned_data, by)
        except Refused as refused:
            return _case(request, case_id, key, form, str(refused))
        if chosen.works:
            return go("system.breaches_working", case_id, answer)
        if chosen.leads:
            return go(chosen.leads, answer)
        return go("system.breaches_one", case_id, done=chosen.done)
    return _case(request, case_id, key, form)


def _case(
    request: HttpRequest, case_id: UUID, act: str = "", form: django_forms.Form | None = None, refused: str = ""
) -> Page:
    by = actor_of(request)
    found = _found(lambda: actions.see(case_id, by=by))
    context = presenters.case_context(found, by.person_id)
    entry = actions.registered(case_id)
    empty: dict[str, django_forms.Form] = {
        key: one.form(auto_id=f"id_{key}_%s", **_choices(key, found, by)) for key, one in {**ACTS, **WEIGHTY}.items()
    }
    empty["handle"].initial["scenario"] = found.title
    empty["register"] = forms.RegisterForm(initial=presenters.initial_of(entry), auto_id="id_register_%s")
    if context["draft"]:
        empty["approve"] = forms.ApproveForm(initial={"seen": context["draft"].digest}, auto_id="id_approve_%s")
    if form is not None:
        empty[act] = form
    context |= {
        "forms": empty, "acted": act, "refused": refused, "registered": entry is not None,
        "runs": presenters.runs(actions.runs_of(found)),
    }  # fmt: skip
    return show(request, "system/breaches/case.html", context, place=PLACE, status=200 if form is None else 422)


def _choices(key: str, found: Opened, by: Actor) -> dict[str, Any]:
    """What a form is to choose from, where it chooses from something that is kept."""
    if key == "link":
        return {"reports": presenters.report_choices([] if found.exercise or found.closed else actions.untied(by=by))}
    if key == "handle":
        return {"people": presenters.people()}
    return {}


def _notice(request: HttpRequest, told_id: UUID, form: django_forms.Form | None = None) -> Page:
    shown = _found(lambda: own.read(told_id, by=actor_of(request)))
    context = noticed.notice_context(shown)
    context["form"] = form or forms.DecideForm(initial=presenters.initial_of(shown.entry))
    return show(
        request, "system/breaches/notice.html", context, place=OWN_PLACE, status=200 if form is None else 422
    )  # fmt: skip


def _job(case_id: UUID, job_id: UUID) -> dict[str, object]:
    found = _found(lambda: queries.job(job_id))
    return {
        "case_id": case_id, "job_id": job_id, "state": found.state, "ended": found.ended_at is not None,
        "failed": found.state == "failed", "done": found.done, "total": found.total,
        "sends": found.task == "breaches.send",
    }  # fmt: skip


def _found(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ObjectDoesNotExist as missing:
        raise Http404 from missing

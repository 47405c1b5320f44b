"""Pages of the log: reading, asking for an extract, and fetching it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.jobs import queue
from heretask.kernel.log.queries import EXPORT_TASK, Filters
from heretask.kernel.log.registry import Category
from heretask.kernel.log.searches import store_search, stored_search
from heretask.ui.marks import Activity, page
from heretask.ui.pages import Page, fragment, go, show
from heretask.ui.requests import actor_of

from . import actions, exporting, presenters, queries
from .exporting import Refused
from .forms import ExtractForm, FilterForm, HourForm, NotedForm, WhoForm

PLACE = "admin.log"
PEOPLE = "admin.log.people"
Answer = TypeVar("Answer", bound=HttpResponseBase)


@page(P.ADMIN_LOG_READ, guests=True)
def log(request: HttpRequest) -> HttpResponse:
    """The whole log; what is asked of it is stored first, so that no word of it stands in a URL."""
    if request.method == "POST":
        form = FilterForm(request.POST)
        if form.is_valid():
            kept = form.filters.as_variables()
            return go("admin.log_search", store_search(PLACE, kept)) if kept else go("admin.log")
        return _log(request, Filters(), form)
    kind = request.GET.get("kind", "")
    return _log(request, Filters(kind=kind if kind in set(Category) else ""), kind_in_url=True)


@page(P.ADMIN_LOG_READ)
@require_GET
def search(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """The log, as it was asked for."""
    return _log(request, Filters.from_variables(_found(lambda: stored_search(PLACE, search_id))))


@page(P.ADMIN_LOG_READ, guests=True)
def people(request: HttpRequest) -> HttpResponse:
    """Whose acts somebody wants to see: part of a name, kept before it is answered."""
    form = WhoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return go("admin.log_people_found", store_search(PEOPLE, {"q": form.cleaned_data["q"]}))
    return show(request, "admin/logs/people.html", {"form": form}, place=PLACE)


@page(P.ADMIN_LOG_READ)
@require_GET
def people_found(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """The users whose names fit."""
    found = actions.find_people(str(_found(lambda: stored_search(PEOPLE, search_id))["q"]), by=actor_of(request))
    form = WhoForm(initial={"q": found.words})
    return show(request, "admin/logs/people.html", {"form": form, "people": found}, place=PLACE)


@page(P.ADMIN_LOG_READ, guests=True)
def hours(request: HttpRequest) -> HttpResponse:
    """Which hour somebody wants to see."""
    form = HourForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        return go("admin.log_hour", presenters.number_of(form.begins))
    return show(request, "admin/logs/hours.html", {"form": form, **presenters.hours_context()}, place=PLACE)


@page(P.ADMIN_LOG_READ)
@require_GET
def hour(request: HttpRequest, number: int) -> HttpResponse:
    """Everything in one hour, counted from 1970: a number that tells nothing about anybody."""
    begins = presenters.hour_of(number)
    if begins is None:
        raise Http404
    return _log(request, Filters(hour=begins))


@page(P.ADMIN_LOG_READ)
@require_GET
def person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """What one person did, and what was done to their login."""
    return _log(request, Filters(person=user_id))


@page(P.ADMIN_LOG_READ)
@require_GET
def citizen(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Every event in which one citizen stands, alone or among others."""
    return _log(request, Filters(citizen=citizen_id))


@page(P.ADMIN_LOG_READ)
@require_GET
def citizen_person(request: HttpRequest, citizen_id: UUID, user_id: UUID) -> HttpResponse:
    """What one person had to do with one citizen."""
    return _log(request, Filters(citizen=citizen_id, person=user_id))


@page(P.ADMIN_LOG_READ)
@require_GET
def session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """What happened in one session; `near` is an hour in which it lived, since no index knows sessions."""
    near = request.GET.get("near", "")
    day = presenters.day_of(int(near)) if near.isdecimal() and len(near) < 8 else None
    if day is None:
        return _log(request, Filters(session=session_id))
    night = dt.timedelta(days=1)  # no session lasts longer
    return _log(request, Filters(session=session_id, since=day - night, until=day + night))


@page(P.ADMIN_LOG_READ)
@require_GET
def event(request: HttpRequest, place: str) -> HttpResponse:
    """One event in full."""
    found = presenters.place_from_text(place)
    if found is None:
        raise Http404
    reading = _found(lambda: actions.read_event(found, by=actor_of(request)))
    return show(request, "admin/logs/event.html", presenters.event_context(reading), place=PLACE)


@page(P.ADMIN_LOG_EXPORT)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """From the log's page to the question whether to take just this out."""
    form = FilterForm(request.POST)
    if not form.is_valid():
        return go("admin.log")
    return go("admin.log_confirm", exporting.keep(form.filters, by=actor_of(request)))


def _plain(request: HttpRequest) -> bool:
    """Whether an extract is asked for with the words that were searched for."""
    return request.method == "POST" and bool(request.POST.get("plain"))


@page(P.ADMIN_LOG_EXPORT, proof=_plain)
def confirm(request: HttpRequest, extract_id: UUID) -> HttpResponse:
    """What would be taken, and why; then the job."""
    filters = _found(lambda: exporting.kept(extract_id, by=actor_of(request))).filters
    form = ExtractForm(request.POST or None, may_plain=may(actor_of(request), P.ADMIN_LOG_EXPORT_PLAIN))
    if request.method == "POST" and form.is_valid():
        given, plain = form.cleaned_data, bool(form.cleaned_data.get("plain"))
        job = exporting.ask(extract_id, given["why"], by=actor_of(request), plain=plain, noted=form.sizes)
        return go("admin.log_export_job", job)
    begun = exporting.begin(filters, by=actor_of(request))
    names = exporting.names_in(filters, by=actor_of(request))
    context = {
        "form": form, "total": begun.total, "words": presenters.on_words(filters, names), "extract_id": extract_id,
        "with_words": bool(filters.q),
    }  # fmt: skip
    return show(request, "admin/logs/confirm.html", context, place=PLACE)


@page(P.ADMIN_LOG_EXPORT)
@require_GET
def export_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far an extract is; without scripts the page is loaded again."""
    return show(request, "admin/logs/export.html", _export(request, job_id), place=PLACE)


@page(P.ADMIN_LOG_EXPORT, activity=Activity.PASSIVE)
@require_GET
def export_state(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The same as a piece of the page, asked for again and again."""
    context = _export(request, job_id)
    answer = fragment(request, "admin/logs/_export_state.html", context)
    if context["ended"]:
        answer["X-Done"] = "1"
    return answer


@page(P.ADMIN_LOG_EXPORT)
@require_POST
def fetch(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Hand the extract over: the event and a right that works once are committed by this request, the bytes follow."""
    job = _found(lambda: queue.own_job(job_id, actor_of(request).user_id))
    try:
        return go("admin.log_file", exporting.fetch(job, by=actor_of(request)))
    except Refused as refused:
        return _refused(request, str(refused))


@page(P.ADMIN_LOG_EXPORT)
@require_GET
def file(request: HttpRequest, right_id: UUID) -> HttpResponseBase:
    """The bytes. The gate commits (the right is used up) before the first piece, which needs no database."""
    try:
        job, pieces = exporting.use(right_id, by=actor_of(request))
    except Refused as refused:
        return _refused(request, str(refused))
    return _attached(StreamingHttpResponse(pieces, content_type="application/zip"), job.outcome["name"])


@page(P.ADMIN_LOG_READ)
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint, and the question whether the log of today is one that was noted earlier."""
    form, answers = NotedForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        answers = [actions.compare(note, by=actor_of(request)) for note in form.cleaned_data["noted"][:10]]
    context = {"form": form, **presenters.checkpoint_context(answers)}
    return show(request, "admin/logs/checkpoint.html", context, place=PLACE)


@page(P.ADMIN_LOG_READ, guests=True)
@require_GET
def checkpoint_file(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint as a text file."""
    note = actions.take_checkpoint(by=actor_of(request))
    if not note:
        raise Http404
    name = f"heretask-checkpoint-{timezone.localdate():%Y-%m-%d}.txt"
    return _attached(HttpResponse(note, content_type="text/plain; charset=utf-8"), name)


@page(P.ADMIN_LOG_READ, guests=True)
@require_GET
def verifier(request: HttpRequest) -> HttpResponse:
    """The program that checks an extract."""
    program = actions.take_verifier(by=actor_of(request))
    return _attached(HttpResponse(program, content_type="text/x-python; charset=utf-8"), "verify.py")


def _attached(answer: Answer, name: str) -> Answer:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _found(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def _log(request: HttpRequest, filters: Filters, form: FilterForm | None = None, *, kind_in_url: bool = False) -> Page:
    before = presenters.place_from_text(request.GET.get("before", ""))
    reading = actions.read_log(filters, before, by=actor_of(request))
    base = request.path if request.method == "GET" else reverse("admin.log")
    context = presenters.log_context(reading, filters, queries.figures(), base=base, kind_in_url=kind_in_url)
    exports = [presenters.export_context(job) for job in exporting.own_exports(actor_of(request))]
    form = form or FilterForm(initial=filters.as_variables())
    context |= {"form": form, "exports": exports, "newest": not before}
    if not (filters.as_variables() or before):
        context |= {"who_form": WhoForm(auto_id="who_%s"), "person_form": WhoForm(auto_id="person_%s")}
    return show(request, "admin/logs/log.html", context, place=PLACE)


def _export(request: HttpRequest, job_id: UUID) -> dict[str, Any]:
    job = _found(lambda: queue.own_job(job_id, actor_of(request).user_id))
    if job.task != EXPORT_TASK:
        raise Http404
    return presenters.export_context(job)


def _refused(request: HttpRequest, sentence: str) -> Page:
    return show(request, "admin/logs/refused.html", {"sentence": sentence}, place=PLACE, status=409)

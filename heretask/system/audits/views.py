"""The self-audit: begun, concluded on section by section, finished by one manager and countersigned by the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.promises import SECTIONS
from heretask.ui.marks import page
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of, person_of
from heretask.ui.shell import done

from . import actions, forms, minutes, presenters, queries
from .actions import Mend, Said
from .policies import Refused

PLACE = "system.audits"
BEGUN = done("audit_begun", _("Everything measured is frozen. Go through the promises section by section."))
CONCLUDED = done("audit_concluded", _("Your conclusions are kept."))
FINISHED = done("audit_finished", _("It is finished and locked. The other manager reads and countersigns it."))
COUNTERSIGNED = done("audit_countersigned", _("It is countersigned. The year's self-audit is done."))
MENDED = done("audit_mended", _("It is recorded."))
Loaded = TypeVar("Loaded")


def found(load: Callable[[], Loaded]) -> Loaded:
    """What is loaded, or that there is no such page."""
    try:
        return load()
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


@page(P.SYSTEM_AUDITS_RUN)
@require_GET
def audits(request: HttpRequest) -> HttpResponse:
    """Every self-audit and every minutes, and what must be mended."""
    return overview(request)


def overview(
    request: HttpRequest, refused: str = "", finding: UUID | None = None, form: Any = None, meeting: Any = None
) -> Page:  # fmt: skip
    """The page, with what was refused on it."""
    by = actor_of(request)
    seen, findings = actions.see_all(by=by)
    context = presenters.list_context(seen, findings, minutes.all_minutes())
    more = {
        "refused": refused, "refused_finding": finding, "note_form": form or forms.NoteForm(),
        "meeting_form": meeting or forms.MeetingForm(),
    }  # fmt: skip
    return show(request, "system/audits/list.html", context | more, place=PLACE, status=422 if refused else 200)


@page(P.SYSTEM_AUDITS_RUN)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a self-audit."""
    try:
        made = actions.begin(customer=person_of(request).customer, by=actor_of(request))
    except Refused as refused:
        return overview(request, str(refused))
    return go("system.audits_one", made.id, done=BEGUN)


@page(P.SYSTEM_AUDITS_RUN)
@require_GET
def one(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """One self-audit: how far it is, and what was concluded."""
    return _one(request, audit_id)


def _one(request: HttpRequest, audit_id: UUID, refused: str = "") -> Page:
    by = actor_of(request)
    seen = found(lambda: actions.see(audit_id, by=by))
    context = presenters.audit_context(seen, queries.findings(), by=by) | {"refused": refused}
    return show(request, "system/audits/one.html", context, place=PLACE, status=422 if refused else 200)


@page(P.SYSTEM_AUDITS_RUN)
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, audit_id: UUID, number: int) -> HttpResponse:
    """The promises of one section, each with what was measured and a conclusion to give."""
    if not 1 <= number <= len(SECTIONS):
        raise Http404
    if request.method != "POST":
        return _section(request, audit_id, number)
    people = queries.people()
    given = {
        promise.id: forms.ConclusionForm(request.POST, prefix=promise.id, people=people)
        for promise in SECTIONS[number - 1][1]
    }
    if sum(not form.is_valid() for form in given.values()):  # each is asked, so that each shows what is wrong
        return _section(request, audit_id, number, given, str(_("Something cannot be read. It stands at its field.")))
    try:
        found(lambda: actions.conclude(
            audit_id, number - 1, _said(given), rest_keeps="rest" in request.POST, by=actor_of(request)
        ))  # fmt: skip
    except Refused as refused:
        return _section(request, audit_id, number, given, str(refused))
    following = presenters.next_section(queries.audit(audit_id), number)
    if following:
        return go("system.audits_section", audit_id, following, done=CONCLUDED)
    return go("system.audits_one", audit_id, done=CONCLUDED)


def _said(given: Mapping[str, forms.ConclusionForm]) -> list[Said]:
    """Conclusions that were chosen, and differ from nothing."""
    read = {id_: form.cleaned_data for id_, form in given.items()}
    return [
        Said(id_, one["verdict"], one["words"], Mend(one["what"], one["responsible"], one["due_on"]))
        for id_, one in read.items()
        if one["verdict"]
    ]


def _section(
    request: HttpRequest, audit_id: UUID, number: int, given: Mapping[str, forms.ConclusionForm] | None = None,
    refused: str = "",
) -> Page:  # fmt: skip
    seen = found(lambda: actions.see_section(audit_id, number - 1, by=actor_of(request)))
    if given is None:
        people = queries.people()
        given = {p.id: forms.ConclusionForm(prefix=p.id, people=people) for p in SECTIONS[number - 1][1]}
    context = presenters.section_context(seen, number, queries.findings(), given)
    return show(
        request, "system/audits/section.html", context | {"refused": refused}, place=PLACE,
        status=422 if refused else 200,
    )  # fmt: skip


@page(P.SYSTEM_AUDITS_RUN, proof=True)
@require_POST
def finish(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """Finish it: from here on it is locked."""
    try:
        found(lambda: actions.finish(audit_id, by=actor_of(request)))
    except Refused as refused:
        return _one(request, audit_id, str(refused))
    return go("system.audits_one", audit_id, done=FINISHED)


@page(P.SYSTEM_AUDITS_RUN, proof=True)
@require_POST
def countersign(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """Countersign what the other manager finished."""
    try:
        found(lambda: actions.countersign(audit_id, by=actor_of(request)))
    except Refused as refused:
        return _one(request, audit_id, str(refused))
    return go("system.audits_one", audit_id, done=COUNTERSIGNED)


@page(P.SYSTEM_AUDITS_RUN)
@require_POST
def mend(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """Record how something was mended."""
    form = forms.NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        found(lambda: actions.mend(finding_id, note=note, by=actor_of(request)))
    except Refused as error:
        return overview(request, str(error), finding_id, form)
    return go(PLACE, done=MENDED)

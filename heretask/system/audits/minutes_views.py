"""Minutes of the general meeting: begun from facts, filled in, and signed by both managers."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.paper.making import pdf
from heretask.ui.marks import page
from heretask.ui.pages import Page, Paper, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import forms, holding, languages, presenters, queries
from .actions import Mend
from .holding import Filled
from .policies import Refused
from .views import PLACE, found, overview

BEGUN = done("minutes_begun", _("The facts are frozen. Write what was said and decided, then sign."))
SAVED = done("minutes_saved", _("Another version is saved. Both managers sign it."))
SIGNED = done("minutes_signed", _("You have signed exactly this version."))


@page(P.SYSTEM_AUDITS_RUN)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin minutes."""
    form = forms.MeetingForm(request.POST)
    if not form.is_valid():
        return overview(request, str(_("Choose the day of the meeting.")), meeting=form)
    try:
        made = holding.begin(meeting_on=form.cleaned_data["meeting_on"], by=actor_of(request))
    except Refused as refused:
        return overview(request, str(refused), meeting=form)
    return go("system.minutes", made.document_id, done=BEGUN)


@page(P.SYSTEM_AUDITS_RUN)
@require_GET
def minutes(request: HttpRequest, minutes_id: UUID) -> HttpResponse:
    """Minutes as they stand, to be filled in and signed; locked once both have."""
    return _show(request, minutes_id)


@page(P.SYSTEM_AUDITS_RUN)
@require_POST
def paper(request: HttpRequest, minutes_id: UUID) -> HttpResponse:
    """The newest version as a document to keep (PDF/A) in the language chosen, with its check sum and who signed it."""
    chosen = request.POST.get("language", "")
    language = chosen if chosen in languages.LANGUAGES else languages.own()
    kept = found(lambda: holding.hand_out(minutes_id, language, by=actor_of(request)))
    with translation.override(language):
        made = presenters.minutes_paper(kept, queries.people())
    held_on, at = kept.content().held_on, timezone.now()
    name = f"heretask-minutes-{held_on:%Y-%m-%d}-v{kept.version.number}-{language}"
    return Paper(lambda: pdf("protocol", made, at=at), name)


@page(P.SYSTEM_AUDITS_RUN)
@require_POST
def save(request: HttpRequest, minutes_id: UUID) -> HttpResponse:
    """Save another version."""
    by = actor_of(request)
    kept = found(lambda: holding.see(minutes_id, by=by))
    given = forms.MinutesForms(kept.content(), kept.version.id, queries.people(), request.POST)
    if not given.is_valid():
        return _show(request, minutes_id, given, str(_("Something cannot be read. It stands at its field.")))
    try:
        holding.save(minutes_id, _filled(given), base=given.head.cleaned_data["base"], by=by)
    except Refused as refused:
        return _show(request, minutes_id, given, str(refused))
    return go("system.minutes", minutes_id, done=SAVED)


@page(P.SYSTEM_AUDITS_RUN, proof=True)
@require_POST
def sign(request: HttpRequest, minutes_id: UUID) -> HttpResponse:
    """Sign exactly the version that was read."""
    by = actor_of(request)
    kept = found(lambda: holding.see(minutes_id, by=by))
    given = forms.MinutesForms(kept.content(), kept.version.id, queries.people(), request.POST)
    if not given.is_valid():
        return _show(request, minutes_id, given, str(_("Something cannot be read. It stands at its field.")))
    base = given.head.cleaned_data["base"]
    try:
        if base == kept.version.id:
            holding.check_saved(kept, _filled(given))
        holding.sign(minutes_id, version_id=base, by=by)
    except Refused as refused:
        return _show(request, minutes_id, given, str(refused))
    return go("system.minutes", minutes_id, done=SIGNED)


def _filled(given: forms.MinutesForms) -> Filled:
    """What the forms say; a decision whose words were taken away is none."""
    decisions = {
        one.point.key: [
            Mend(row["what"], row["responsible"], row["due_on"])
            for row in (form.cleaned_data for form in one.decisions)
            if row["what"].strip()
        ]
        for one in given.points
    }
    remarks = {one.point.key: one.remark.cleaned_data["remark"] for one in given.points}
    return Filled(given.head.cleaned_data["participants"].splitlines(), remarks, decisions)


def _show(request: HttpRequest, minutes_id: UUID, given: forms.MinutesForms | None = None, refused: str = "") -> Page:
    by = actor_of(request)
    kept = found(lambda: holding.see(minutes_id, by=by))
    people = queries.people()
    filled = given or forms.MinutesForms(kept.content(), kept.version.id, people)
    context = presenters.minutes_context(kept, filled, people, by=by) | {"refused": refused}
    return show(request, "system/audits/minutes.html", context, place=PLACE, status=422 if refused else 200)

"""Pages of the journal: reading, writing, signing, searching and correcting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission
from heretask.kernel.files.keeping import Files
from heretask.platform.drafts.queries import Draft
from heretask.ui.beside import links_of
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .actions import Journal, Work
from .forms import CorrectionForm, NoteForm, SearchForm
from .policies import Refused

SIGNED = done("note_signed", _("The note is signed."))
UNMARKED = done(
    "note_saved_unmarked", _("The note is saved. Only you can see it; mark it for the next shift when you sign it.")
)
SAVED = done("note_saved", _("The note is saved. Only you can see it until you sign it."))
DISCARDED = done("note_discarded", _("It was thrown away."))
CORRECTED = done("note_corrected", _("The correction stands beside the note."))
STANDS = done("note_stands", _("The note is signed already, and stands as it is."))
PLACE = "social.citizens"


@page(Permission.SOCIAL_JOURNAL_READ)
@require_GET
def journal(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """A citizen's journal, newest first."""
    return _journal(request, citizen_id)


@page(Permission.SOCIAL_JOURNAL_WRITE, files=True)
@require_POST
def write(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Sign, save for later or throw away what was written; where something is missing, nothing of it is lost."""
    act = request.POST.get("act", "sign")
    if act == "discard":
        waiting = NoteForm(request.POST).waiting_ids
        actions.discard_draft(citizen_id, actor_of(request), waiting=waiting)
        return go("social.journal", citizen_id, done=DISCARDED)
    form = NoteForm(request.POST, request.FILES)
    files = Files(form.accepted, form.waiting_ids)
    if form.is_valid():
        if act == "save":
            actions.write_note(citizen_id=citizen_id, by=actor_of(request), files=files, **form.said)
            return go("social.journal", citizen_id, done=_saved(form))
        actions.write_and_sign(
            citizen_id=citizen_id, by=actor_of(request), files=files, hand_over=form.for_next_shift, **form.said
        )
        return go("social.journal", citizen_id, done=SIGNED)
    waiting = actions.wait(citizen_id, files, actor_of(request))
    return _journal(request, citizen_id, form=form, waiting=waiting, status=422)


@page(Permission.SOCIAL_JOURNAL_SEARCH, guests=True)
@require_POST
def search(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Take a search in; it is answered under an opaque id."""
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _journal(request, citizen_id, search_form=form, status=422)
    asked = form.cleaned_data
    search_id = actions.begin_search(
        citizen_id=citizen_id, words=asked["q"], kind=asked["kind"], period=asked["period"], by=actor_of(request)
    )
    return go("social.journal_found", citizen_id, search_id)


@page(Permission.SOCIAL_JOURNAL_SEARCH)
@require_GET
def found(request: HttpRequest, citizen_id: UUID, search_id: UUID) -> HttpResponse:
    """The answer to a search, its hits marked."""
    answer = actions.resume_search(
        citizen_id, search_id, actor_of(request), first=_number(request.GET.get("first", ""))
    )
    hits = answer.hits
    here = reverse("social.journal_found", args=[citizen_id, search_id])
    step, last = len(hits.notes), hits.first + len(hits.notes)
    context = {
        "head": answer.head, "beside": links_of(answer.head.id, actor_of(request)),
        "opened_at": answer.opened_at, "days": presenters.by_day(hits.notes, answer.terms),
        "answer": answer, "may_correct": may(actor_of(request), Permission.SOCIAL_JOURNAL_CORRECT),
        "may_mark": may(actor_of(request), Permission.SOCIAL_HANDOVER_MARK),
        "may_log": may(actor_of(request), Permission.ADMIN_LOG_READ),
        "may_open": may(actor_of(request), Permission.PLATFORM_FILES_OPEN),
        "may_print": may(actor_of(request), Permission.PLATFORM_PRINTING_USE),
        "search": SearchForm(initial={"q": answer.words, "kind": answer.kind, "period": answer.period}),
        "pager": {
            "from": min(hits.first + 1, last), "to": last, "total": hits.total,
            "previous_url": f"{here}?first={max(0, hits.first - presenters.HITS)}" if hits.first else "",
            "next_url": f"{here}?first={last}" if step and last < hits.total else "",
        },
    }  # fmt: skip
    return show(request, "social/journal/found.html", context, place=PLACE)


@page(Permission.SOCIAL_JOURNAL_WRITE, files=True)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Go on with one's own unsigned note."""
    try:
        if request.method == "POST":
            return _edited(request, note_id)
        work = actions.open_unsigned(note_id, actor_of(request))
        form = NoteForm(initial=presenters.note_initial(work.note) | _fields(work.draft))
        return _edit_page(request, work, form)
    except Refused:
        return go("social.citizens", done=STANDS)


@page(Permission.SOCIAL_JOURNAL_SIGN)
@require_POST
def sign(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Sign one's own note as it stands."""
    try:
        note = actions.sign_note(note_id, actor_of(request))
    except Refused:
        return go("social.citizens", done=STANDS)
    return go("social.journal", note.citizen_id, done=SIGNED)


@page(Permission.SOCIAL_JOURNAL_WRITE)
@require_POST
def discard(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Throw one's own unsigned note away."""
    try:
        citizen_id = actions.discard_note(note_id, actor_of(request))
    except Refused:
        return go("social.citizens", done=STANDS)
    return go("social.journal", citizen_id, done=DISCARDED)


@page(Permission.SOCIAL_JOURNAL_CORRECT)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Put a correction beside a signed note."""
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.correct_note(note_id=note_id, by=actor_of(request), **form.cleaned_data)
            return go("social.journal", made.citizen_id, done=CORRECTED)
        except Refused as refusal:
            form.add_error("text", str(refusal))
    work = actions.open_signed(note_id, actor_of(request))
    if request.method == "GET":
        form = CorrectionForm(initial={"text": work.note.newest_text} | _fields(work.draft))
    card, writing = presenters.card(work.note), _writing(work.draft, _note_place(work))
    may_open = may(actor_of(request), Permission.PLATFORM_FILES_OPEN)
    context = {"work": work, "form": form, "card": card, "may_open": may_open, **writing}
    return show(request, "social/journal/correct.html", context, place=PLACE, status=422 if form.errors else 200)


def _journal(
    request: HttpRequest,
    citizen_id: UUID,
    *,
    form: NoteForm | None = None,
    search_form: SearchForm | None = None,
    waiting: Sequence[UUID] = (),
    status: int = 200,
) -> HttpResponse:
    by, begin = actor_of(request), _uuid(request.GET.get("note", ""))
    read: Journal = actions.read_journal(
        citizen_id, by, before=_uuid(request.GET.get("before", "")), begin=begin, waiting=waiting
    )
    context = {
        "head": read.head, "beside": links_of(read.head.id, by),
        "opened_at": read.opened_at, "days": presenters.by_day(read.stretch.notes),
        "shown": len(read.stretch.notes), "total": read.stretch.total, "older": read.stretch.older,
        "first_page": not {"before", "note"} & request.GET.keys(),
        "form": form or NoteForm(initial=_fields(read.draft)), "search": search_form or SearchForm(),
        "waiting": read.waiting, "may_open": may(by, Permission.PLATFORM_FILES_OPEN),
        "may_write": may(by, Permission.SOCIAL_JOURNAL_WRITE),
        "may_correct": may(by, Permission.SOCIAL_JOURNAL_CORRECT), "may_log": may(by, Permission.ADMIN_LOG_READ),
        "may_print": may(by, Permission.PLATFORM_PRINTING_USE), "may_mark": may(by, Permission.SOCIAL_HANDOVER_MARK),
        "marked": presenters.marked(read.marked), "undo": presenters.unmarked(read.unmarked, begin),
        "post_url": reverse("social.journal_write", args=[citizen_id]),
        **_writing(read.draft if form is None else None, actions.draft_place(citizen_id)),
    }  # fmt: skip
    return show(request, "social/journal/journal.html", context, place=PLACE, status=status)


def _edited(request: HttpRequest, note_id: UUID) -> HttpResponse:
    form = NoteForm(request.POST, request.FILES)
    files = Files(form.accepted, form.waiting_ids)
    if not form.is_valid():
        return _edit_page(request, actions.open_unsigned(note_id, actor_of(request), files), form, status=422)
    given = {"files": files, "still": form.still, **form.said}
    if request.POST.get("act") == "save":
        note = actions.change_note(note_id=note_id, by=actor_of(request), **given)
        return go("social.journal", note.citizen_id, done=_saved(form))
    note = actions.change_and_sign(note_id=note_id, by=actor_of(request), hand_over=form.for_next_shift, **given)
    return go("social.journal", note.citizen_id, done=SIGNED)


def _saved(form: NoteForm) -> str:
    """What is said of a note saved for later: a mark comes with the signature, never before."""
    return UNMARKED if form.for_next_shift else SAVED


def _edit_page(request: HttpRequest, work: Work, form: NoteForm, status: int = 200) -> HttpResponse:
    draft = None if form.is_bound else work.draft
    context = {
        "work": work, "form": form, "post_url": reverse("social.journal_edit", args=[work.note.id]), "editing": True,
        "waiting": work.waiting, "held": work.note.files, **_writing(draft, _note_place(work)),
        "may_mark": may(actor_of(request), Permission.SOCIAL_HANDOVER_MARK),
    }  # fmt: skip
    return show(request, "social/journal/edit.html", context, place=PLACE, status=status)


def _writing(draft: Draft | None, place: str) -> dict[str, Any]:
    """What the form being written in tells drafts.js."""
    return {"draft": draft, "draft_place": place, "draft_url": reverse("platform.draft_save")}


def _fields(draft: Draft | None) -> dict[str, Any]:
    return dict(draft.fields) if draft else {}


def _note_place(work: Work) -> str:
    return actions.note_place(work.note.id, work.note.citizen_id)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0

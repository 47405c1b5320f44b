"""Pages of messages: the list, a new one, a conversation, and the two polls that never prolong a session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.files.keeping import Files
from heretask.platform.drafts.queries import Draft
from heretask.ui.attaching import Attaching
from heretask.ui.marks import Activity, page
from heretask.ui.pages import fragment, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import Narrow, NewMessage, Reply
from .policies import Refused

PLACE = "platform.messages"
SENT = done("message_sent", _("The message is sent."))
CONFIRMED = done("message_confirmed", _("You have confirmed it. The sender sees that."))
RECALLED = done("message_recalled", _("It is called back from all who had not read it."))
TOO_LATE = done("message_too_late", _("Everybody has read it by now, so it cannot be called back."))
DISCARDED = done("message_discarded", _("It was thrown away."))


@page(P.PLATFORM_MESSAGES_USE)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """One's own conversations, the newest first."""
    by = actor_of(request)
    filters = presenters.filters_of(request.GET)
    seen = actions.see_list(by, filters, presenters.uuid_of(request.GET.get("before", "")))
    context = presenters.inbox_context(seen, filters, request.GET)
    context["narrow"] = Narrow(initial=presenters.narrow_initial(filters), people=seen.partners)
    context["may_about"] = may(by, P.SOCIAL_CITIZENS_SEE)
    return show(request, "platform/messages/inbox.html", context, place=PLACE)


@page(P.PLATFORM_MESSAGES_USE, activity=Activity.PASSIVE)  # asked by a timer
@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """How much waits, for the open list."""
    waiting = actions.count_waiting(actor_of(request))
    shown = presenters.number_of(request.GET.get("seen", ""))
    return fragment(request, "platform/messages/_state.html", presenters.state_context(waiting, shown))


@page(P.PLATFORM_MESSAGES_USE, files=True)
def new(request: HttpRequest) -> HttpResponse:
    """A new message that is about no citizen."""
    return _new(request, None)


@page(P.PLATFORM_MESSAGES_USE)
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """Choosing whom a message is about."""
    context = {"citizens": actions.choose_citizen(actor_of(request))}
    return show(request, "platform/messages/about.html", context, place=PLACE)


@page(P.PLATFORM_MESSAGES_USE, files=True)
def citizen(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """A new message about a citizen, to those who work with them."""
    return _new(request, citizen_id)


@page(P.PLATFORM_MESSAGES_USE)
@require_GET
def thread(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """A conversation; opening it is reading it."""
    return _thread(request, thread_id)


@page(P.PLATFORM_MESSAGES_USE, activity=Activity.PASSIVE)  # asked by a timer
@require_GET
def thread_state(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Whether somebody has written since the page was opened; nothing is shown or read by it."""
    newest = presenters.uuid_of(request.GET.get("newest", ""))
    news = actions.has_news(thread_id, newest, actor_of(request))
    context = {"news": news, "url": reverse("platform.messages_thread", args=[thread_id])}
    return fragment(request, "platform/messages/_news.html", context)


@page(P.PLATFORM_MESSAGES_USE, files=True)
@require_POST
def reply(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Answer; where that cannot be, nothing of it is lost."""
    by = actor_of(request)
    if request.POST.get("act") == "discard":
        actions.discard_draft(by, thread_id, waiting=Reply(request.POST).waiting_ids)
        return go("platform.messages_thread", thread_id, done=DISCARDED)
    form = Reply(request.POST, request.FILES)
    files = Files(form.accepted, form.waiting_ids)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.reply(thread_id, text=given["text"], urgent=given["urgent"], by=by, files=files)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            return go("platform.messages_thread", thread_id, done=SENT)
    waiting = actions.wait(files, by, thread_id=thread_id)
    return _thread(request, thread_id, form=form, waiting=waiting, status=422)


@page(P.PLATFORM_MESSAGES_USE)
@require_POST
def confirm(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Confirm an urgent message."""
    return go("platform.messages_thread", actions.confirm(message_id, actor_of(request)), done=CONFIRMED)


@page(P.PLATFORM_MESSAGES_USE)
@require_POST
def recall(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Call one's own message back from those who have not read it."""
    try:
        found, _count = actions.recall(message_id, actor_of(request))
    except Refused:
        return go("platform.messages", done=TOO_LATE)
    return go("platform.messages_thread", found, done=RECALLED)


def _new(request: HttpRequest, citizen_id: UUID | None) -> HttpResponse:
    by = actor_of(request)
    if request.POST.get("act") == "discard":
        actions.discard_draft(by, citizen_id=citizen_id, waiting=Attaching(request.POST).waiting_ids)
        return go("platform.messages", done=DISCARDED)
    writing = actions.begin(by, citizen_id)
    if request.method == "POST":
        form = NewMessage(request.POST, request.FILES, offered=writing.found)
        files = Files(form.accepted, form.waiting_ids)
        if form.is_valid():
            given = form.cleaned_data
            try:
                made = actions.send(
                    to=form.addressed, subject=given["subject"], text=given["text"], urgent=given["urgent"],
                    citizen_id=citizen_id, by=by, files=files,
                )  # fmt: skip
                return go("platform.messages_thread", made.id, done=SENT)
            except Refused as refused:
                form.add_error(refused.field, str(refused))
        waiting = actions.wait(files, by, citizen_id=citizen_id)
        writing = actions.begin(by, citizen_id, waiting) if waiting else writing
    else:
        chosen = {"to": request.GET.get("to", "")}  # from a colleague who was searched for; a draft goes before it
        form = NewMessage(initial=chosen | presenters.initial_of(writing.draft), offered=writing.found)
    here = reverse("platform.messages_citizen", args=[citizen_id]) if citizen_id else reverse("platform.messages_new")
    context = {
        "form": form, "writing": writing, "post_url": here, "waiting": writing.waiting,
        **_draft(None if form.is_bound else writing.draft, actions.new_place(citizen_id)),
    }  # fmt: skip
    return show(request, "platform/messages/new.html", context, place=PLACE, status=422 if form.errors else 200)


def _thread(
    request: HttpRequest, thread_id: UUID, *, form: Reply | None = None, waiting: Sequence[UUID] = (), status: int = 200
) -> HttpResponse:
    by = actor_of(request)
    found = actions.read(thread_id, by, waiting)
    context = {
        "thread": found.conversation, "days": presenters.by_day(found.conversation.messages),
        "form": form or Reply(initial=presenters.initial_of(found.draft)),
        "post_url": reverse("platform.messages_reply", args=[thread_id]), "waiting": found.waiting,
        "may_open": may(by, P.PLATFORM_FILES_OPEN),
        "poll_url": presenters.poll_url(thread_id, found.newest),
        **_draft(None if form else found.draft, actions.reply_place(thread_id, found.conversation.citizen)),
    }  # fmt: skip
    return show(request, "platform/messages/thread.html", context, place=PLACE, status=status)


def _draft(draft: Draft | None, place: str) -> dict[str, Any]:
    """What the form being written in tells drafts.js."""
    return {"draft": draft, "draft_place": place, "draft_url": reverse("platform.draft_save")}

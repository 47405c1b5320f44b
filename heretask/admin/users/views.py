"""Pages of users. Every act answers a refusal with its sentence on the form, and loses nothing that was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity import passwords
from heretask.kernel.jobs import queue
from heretask.kernel.log.searches import store_search, stored_search
from heretask.kernel.undo import undoing
from heretask.kernel.undo.policies import Refused as NotUndone
from heretask.ui.marks import Activity, page, sent
from heretask.ui.pages import Page, fragment, go, show
from heretask.ui.requests import actor_of, person_of
from heretask.ui.shell import done

from . import actions, bulk, importing, presenters, queries
from .forms import BulkForm, CreateForm, NameForm, RoleForm, SearchForm, UploadForm, UserNameForm
from .importing import TASK
from .policies import Refused

PLACE, IMPORT_PLACE = "admin.users", "admin.users_import"
RENAMED = done("user_renamed", _("The user name is changed. The old one stays reserved."))
NAMED = done("user_named", _("The name is changed."))
ROLE_GIVEN = done("role_given", _("The role is given."))
ROLE_ENDED = done("role_ended", _("The role is ended. It has effect at their next click."))
CLOSED = done("user_closed", _("The login is closed. Every session ends at its next click."))
OPENED = done("user_opened", _("The login is open again."))
SEVERAL = done("users_several", _("It is done for all who were named. You can take it back for ten minutes."))
UNDONE = done("users_undone", _("It is as it was before."))
GIVEN_UP = done("users_file_dropped", _("The file is removed. Nothing was read in."))


@page(P.ADMIN_USERS_SEE)
def users(request: HttpRequest) -> HttpResponse:
    """The list; a search is stored first, so that no word of it stands in a URL."""
    form = SearchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        q = form.cleaned_data["q"]
        return go("admin.users_search", store_search(PLACE, {"q": q})) if q else go("admin.users")
    return _list(request, form, "", reverse("admin.users"))


@page(P.ADMIN_USERS_SEE)
def users_search(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """The list, searched."""
    q = str(_found(lambda: stored_search(PLACE, search_id))["q"])
    return _list(request, SearchForm(initial={"q": q}), q, request.path)


@page(P.ADMIN_USERS_CHANGE, proof=sent)
def new(request: HttpRequest) -> HttpResponse:
    """Create a login; the answer shows the way in once, so it is no redirect."""
    form = CreateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            start = actions.add_user(
                user_name=given["user_name"], name=given["name"], role=given["role"], unit=form.chosen_unit,
                until=given["until"], by=actor_of(request),
                hashed=_start_password() if given["start"] == "password" else None,
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _start(request, start, given["name"], created=True)
    return show(request, "admin/users/new.html", {"form": form}, place=PLACE)


@page(P.ADMIN_USERS_CHANGE)
@require_POST
def several(request: HttpRequest) -> HttpResponse:
    """One act for several users: what it would do for each, and then, when it is sure, doing it."""
    form, by = BulkForm(request.POST), actor_of(request)
    if not form.chosen:
        form.add_error(None, _("Choose at least one person in the list."))
    if not form.is_valid():
        return _list(request, SearchForm(), "", reverse("admin.users"), bulk_form=form, chosen=form.chosen)
    if request.POST.get("sure") == "1":
        bulk.carry_out(form.chosen, form.wanted, by=by)
        return go("admin.users", done=SEVERAL)
    outcomes = bulk.preview(form.chosen, form.wanted, by=by)
    context = presenters.bulk_context(outcomes, form.wanted, form.chosen)
    return show(request, "admin/users/bulk.html", context, place=PLACE)


@page(P.ADMIN_USERS_CHANGE)
@require_POST
def undo_several(request: HttpRequest, undo_id: UUID) -> HttpResponse:
    """Take back the newest change of several users at once, all of it."""
    by = actor_of(request)
    row = _found(lambda: undoing.own(undo_id, by))
    try:
        undoing.undo(row, by=by)
    except NotUndone as refused:
        return _list(request, SearchForm(), "", reverse("admin.users"), refused=str(refused))
    return go("admin.users", done=UNDONE)


@page(P.ADMIN_USERS_CHANGE)
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """The user name's field again, with a suggestion where none was written."""
    name, given = request.POST.get("name", "")[:120], request.POST.get("user_name", "")[:40]
    form = CreateForm(initial={"user_name": given or queries.suggest_user_name(name.replace("\x00", ""))})
    return fragment(request, "ui/_field.html", {"field": form["user_name"], "quiet": True})


@page(P.ADMIN_USERS_SEE)
def one(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One user."""
    return _user(request, user_id)


@page(P.ADMIN_USERS_CHANGE)
@require_POST
def rename(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Change the user name."""
    form = UserNameForm(request.POST, prefix="rename")

    def act(user: Any) -> None:
        actions.rename_user(user=user, user_name=form.cleaned_data["user_name"], by=actor_of(request))

    return _acted(request, user_id, act, RENAMED, rename_form=form)


@page(P.ADMIN_USERS_CHANGE)
@require_POST
def name(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Change the person's name."""
    form = NameForm(request.POST, prefix="name")

    def act(user: Any) -> None:
        actions.change_name(user=user, name=form.cleaned_data["name"], by=actor_of(request))

    return _acted(request, user_id, act, NAMED, name_form=form)


@page(P.ADMIN_USERS_CHANGE, proof=True)
@require_POST
def give_role(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Give a role."""
    form = RoleForm(request.POST, prefix="role")

    def act(user: Any) -> None:
        given = form.cleaned_data
        actions.give_role(
            user=user, role=given["role"], unit=form.chosen_unit, until=given["until"], by=actor_of(request)
        )

    return _acted(request, user_id, act, ROLE_GIVEN, role_form=form)


@page(P.ADMIN_USERS_CHANGE)
@require_POST
def end_role(request: HttpRequest, user_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Take a role away."""
    assignment = _found(lambda: queries.get_assignment(user_id, assignment_id))
    return _acted(
        request, user_id, lambda _user: actions.end_role(assignment=assignment, by=actor_of(request)), ROLE_ENDED
    )


@page(P.ADMIN_USERS_CHANGE, proof=True)
@require_POST
def start_password(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A new start password, shown once."""
    hashed = _start_password()
    return _given(
        request, user_id, lambda user: actions.give_start_password(user=user, by=actor_of(request), hashed=hashed)
    )


@page(P.ADMIN_USERS_CHANGE, proof=True)
@require_POST
def link(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A new one-time link, shown once."""
    return _given(request, user_id, lambda user: actions.give_link(user=user, by=actor_of(request)))


@page(P.ADMIN_USERS_CHANGE, proof=True)
@require_POST
def start_over(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Second factors that were lost are removed; a new one-time link is shown once."""
    return _given(request, user_id, lambda user: actions.start_over(user=user, by=actor_of(request)))


@page(P.ADMIN_USERS_CHANGE)
@require_POST
def close(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Close a login."""
    return _acted(request, user_id, lambda user: actions.deactivate_user(user=user, by=actor_of(request)), CLOSED)


@page(P.ADMIN_USERS_CHANGE)
@require_POST
def reopen(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Open a closed login again."""
    return _acted(request, user_id, lambda user: actions.reactivate_user(user=user, by=actor_of(request)), OPENED)


@page(P.ADMIN_USERS_CHANGE)
@require_POST
def undo(request: HttpRequest, user_id: UUID, undo_id: UUID) -> HttpResponse:
    """Take back the newest thing that one has done to a user."""
    by = actor_of(request)
    row = _found(lambda: undoing.own(undo_id, by))
    try:
        undoing.undo(row, by=by)
    except NotUndone as refused:
        return _user(request, user_id, str(refused))
    return go("admin.users_one", user_id, done=UNDONE)


@page(P.ADMIN_USERS_IMPORT)
def import_file(request: HttpRequest) -> HttpResponse:
    """Choose a spreadsheet."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        kept = importing.keep_file(
            sent.read(), sent.name, make_units=form.cleaned_data["make_units"], by=actor_of(request)
        )
        return go("admin.users_import_preview", kept.id)
    return show(request, "admin/users/import.html", {"form": form}, place=IMPORT_PLACE)


@page(P.ADMIN_USERS_IMPORT)
def import_preview(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """What a file would do."""
    kept = _found(lambda: importing.kept_file(file_id, actor_of(request)))
    plan = importing.look_through(kept, by=actor_of(request))
    context = presenters.plan_context(plan, kept.id, make_units=kept.make_units)
    return show(request, "admin/users/import_preview.html", context, place=IMPORT_PLACE)


@page(P.ADMIN_USERS_IMPORT)
@require_POST
def import_confirm(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Have a file read in."""
    kept = _found(lambda: importing.kept_file(file_id, actor_of(request)))
    return go("admin.users_import_job", queue.defer(TASK, file=str(kept.id)))


@page(P.ADMIN_USERS_IMPORT)
@require_POST
def import_give_up(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Remove a file unread."""
    importing.give_up(_found(lambda: importing.kept_file(file_id, actor_of(request))), by=actor_of(request))
    return go("admin.users_import", done=GIVEN_UP)


@page(P.ADMIN_USERS_IMPORT)
def import_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far a file is; without scripts the page is loaded again."""
    context = _found(lambda: presenters.job_context(queue.own_job(job_id, actor_of(request).user_id)))
    return show(request, "admin/users/import_job.html", context, place=IMPORT_PLACE)


@page(P.ADMIN_USERS_IMPORT, activity=Activity.PASSIVE)
def import_state(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The same as a piece of the page, asked for again and again."""
    context = _found(lambda: presenters.job_context(queue.own_job(job_id, actor_of(request).user_id)))
    answer = fragment(request, "admin/users/_import_state.html", context)
    if context["ended"]:
        answer["X-Done"] = "1"
    return answer


def _slug(request: HttpRequest) -> str:
    return person_of(request).customer.slug


def _found(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def _start_password() -> tuple[str, str]:
    """A start password and its hash.

    The hash is slow on purpose and the request's transaction is already open, so it is made here, before the first
    statement that locks a row: nobody waits for it but the one who asked.
    """
    password = passwords.start_password()
    return password, passwords.hash_of(password)


def _list(request: HttpRequest, form: SearchForm, q: str, base: str, **more: Any) -> Page:
    wanted = request.GET.get("show", "")
    chosen = wanted if wanted in queries.SHOWN else "active"
    number = request.GET.get("page", "1")
    found = actions.see_users(
        q=q, show=chosen, page=int(number[:6]) if number[:6].isdecimal() else 1, by=actor_of(request)
    )
    counts = queries.count_users()
    context = presenters.list_context(found, q=q, show=chosen, base=base, counts=counts, by=actor_of(request))
    if context["may_change"]:
        context["bulk_form"] = BulkForm()
        context["undo"] = presenters.bulk_undo_context(undoing.offered("users", None, actor_of(request)))
    return show(request, "admin/users/list.html", {**context, "form": form, **more}, place=PLACE)


def _user(request: HttpRequest, user_id: UUID, refused: str = "", **forms: Any) -> Page:
    user = _found(lambda: queries.get_user(user_id))
    detail = actions.see_user(user=user, by=actor_of(request))
    context = presenters.user_context(detail, by=actor_of(request), slug=_slug(request))
    context["undo"] = presenters.undo_context(user, undoing.offered("user", user.id, actor_of(request)))
    if context["may_change"]:
        context["role_form"] = RoleForm(prefix="role")
        context["rename_form"] = UserNameForm(prefix="rename")
        context["name_form"] = NameForm(prefix="name", initial={"name": detail.name})
    # the form that was refused takes the place of the empty one, so that nothing written in it is lost
    return show(request, "admin/users/user.html", {**context, **forms, "refused": refused}, place=PLACE)


def _acted(request: HttpRequest, user_id: UUID, act: Callable[[Any], Any], key: str, **forms: Any) -> HttpResponse:
    """Do one thing to a user: back to their page, or the page with the sentence that says why not."""
    user = _found(lambda: queries.get_user(user_id))
    if all(form.is_valid() for form in forms.values()):
        try:
            act(user)
        except Refused as refused:
            return _user(request, user_id, str(refused), **forms)
        return go("admin.users_one", user_id, done=key)
    return _user(request, user_id, **forms)


def _given(request: HttpRequest, user_id: UUID, give: Callable[[Any], actions.Start]) -> HttpResponse:
    user = _found(lambda: queries.get_user(user_id))
    try:
        start = give(user)
    except Refused as refused:
        return _user(request, user_id, str(refused))
    return _start(request, start, queries.name_of(user), created=False)


def _start(request: HttpRequest, start: actions.Start, person: str, *, created: bool) -> Page:
    context = presenters.start_context(start, name=person, slug=_slug(request), created=created)
    return show(request, "admin/users/start.html", context, place=PLACE)

"""Pages of roles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.undo import undoing
from heretask.kernel.undo.policies import Refused as NotUndone
from heretask.ui.marks import page
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters, queries
from .forms import RoleForm
from .policies import Refused

PLACE = "admin.roles"
MADE = done("role_made", _("The role is made. Give it to people on their page, or to several in the list of users."))
CHANGED = done("role_changed", _("The role is changed. It has effect at the next click of everybody who has it."))
RETIRED = done("role_retired", _("The role is out of use."))
UNDONE = done("role_undone", _("The role is as it was before."))


@page(P.ADMIN_ROLES_SEE)
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """Which roles there are."""
    built_in, own, retired = queries.roles()
    context = presenters.list_context(built_in, own, retired, supplier=queries.is_supplier(), by=actor_of(request))
    return show(request, "admin/roles/list.html", context, place=PLACE)


@page(P.ADMIN_ROLES_CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """Put together a role."""
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            role = actions.make_role(form.wanted, by=actor_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("admin.roles_own", role.id, done=MADE)
    return show(request, "admin/roles/edit.html", {"form": form}, place=PLACE)


@page(P.ADMIN_ROLES_SEE)
@require_GET
def built_in(request: HttpRequest, key: str) -> HttpResponse:
    """A built-in role."""
    role = queries.built_in(key)
    if role is None:
        raise Http404
    return _page(request, role)


@page(P.ADMIN_ROLES_SEE)
@require_GET
def own(request: HttpRequest, role_id: UUID) -> HttpResponse:
    """A role of the customer's own."""
    return _page(request, _role(role_id))


@page(P.ADMIN_ROLES_CHANGE)
def edit(request: HttpRequest, role_id: UUID) -> HttpResponse:
    """Change a role."""
    role = _role(role_id)
    form = RoleForm(request.POST or None, initial=RoleForm.initial_of(actions.state_of(role.id)))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_role(role.id, form.wanted, by=actor_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("admin.roles_own", role.id, done=CHANGED)
    people = len({one.user_id for one in queries.holders_of(role)})
    return show(request, "admin/roles/edit.html", {"form": form, "role": role, "people": people}, place=PLACE)


@page(P.ADMIN_ROLES_CHANGE)
@require_POST
def retire(request: HttpRequest, role_id: UUID) -> HttpResponse:
    """Take a role out of use."""
    role = _role(role_id)
    try:
        actions.retire_role(role.id, by=actor_of(request))
    except Refused as refused:
        return _page(request, role, str(refused))
    return go("admin.roles", done=RETIRED)


@page(P.ADMIN_ROLES_CHANGE)
@require_POST
def undo(request: HttpRequest, role_id: UUID, undo_id: UUID) -> HttpResponse:
    """Take back the newest change of a role."""
    role = _role(role_id)
    by = actor_of(request)
    try:
        undoing.undo(undoing.own(undo_id, by), by=by)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except NotUndone as refused:
        return _page(request, role, str(refused))
    return go("admin.roles_own", role.id, done=UNDONE)


def _role(role_id: UUID) -> Any:
    try:
        return queries.own_role(role_id)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def _page(request: HttpRequest, role: Any, refused: str = "") -> Page:
    by = actor_of(request)
    shown = actions.see_role(role, by=by)
    offer = undoing.offered("role", getattr(role, "id", None), by) if hasattr(role, "id") else None
    context = presenters.role_context(shown, by=by, offer=offer)
    return show(request, "admin/roles/role.html", {**context, "refused": refused}, place=PLACE)

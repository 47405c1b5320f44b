"""Pages of guests: the list, inviting, one guest with their list of citizens, and ending."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.admin.users.actions import undone_if_refused
from heretask.admin.users.policies import Refused as UserRefused
from heretask.kernel.access.permissions import Permission as P
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of, person_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import InviteForm, ListForm, SearchForm
from .policies import Refused

PLACE = "admin.guests"
ADDED = done("guest_list_longer", _("They are on the list."))
TAKEN = done("guest_list_shorter", _("Taken off the list, in effect at the guest's next click."))
ENDED = done("guest_ended", _("The guest's access has ended, and the login is closed."))


@page(P.ADMIN_GUESTS_INVITE)
@require_GET
def guests(request: HttpRequest) -> HttpResponse:
    """Who is here as a guest, and who was."""
    found = actions.list_guests(by=actor_of(request))
    context = {"now": [one for one in found if one.lasts], "past": [one for one in found if not one.lasts]}
    return show(request, "admin/guests/list.html", context, place=PLACE)


@page(P.ADMIN_GUESTS_INVITE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the answer shows the way in once, so it is no redirect."""
    form = InviteForm(request.POST if request.method == "POST" else None, initial=InviteForm.beginning())
    if request.method == "POST" and form.is_valid():
        try:
            with undone_if_refused():
                guest, start = actions.invite(form.wanted, by=actor_of(request))
            slug = person_of(request).customer.slug
            context = presenters.start_context(start, guest.id, form.cleaned_data["name"], slug)
            return show(request, "admin/guests/start.html", context, place=PLACE)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        except UserRefused as refused:
            form.add_error("name", str(refused))
    return show(request, "admin/guests/new.html", {"form": form}, place=PLACE, status=422 if form.errors else 200)


@page(P.ADMIN_GUESTS_INVITE)
@require_GET
def one(request: HttpRequest, guest_id: UUID) -> HttpResponse:
    """One guest."""
    return _guest(request, guest_id)


@page(P.ADMIN_GUESTS_INVITE)
@require_POST
def search(request: HttpRequest, guest_id: UUID) -> HttpResponse:
    """Take in whom somebody looks for; it is answered under an opaque id."""
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _guest(request, guest_id, form=form, status=422)
    return go(
        "admin.guests_found", guest_id, actions.begin_search(guest_id, form.cleaned_data["q"], by=actor_of(request))
    )


@page(P.ADMIN_GUESTS_INVITE)
@require_http_methods(["GET", "POST"])
def found(request: HttpRequest, guest_id: UUID, search_id: UUID) -> HttpResponse:
    """Citizens who fit, and putting some of them on the list."""
    sought = actions.resume_search(guest_id, search_id, by=actor_of(request))
    form = ListForm(sought.found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_on_list(guest_id, map(UUID, form.cleaned_data["citizens"]), by=actor_of(request))
            return go("admin.guests_one", guest_id, done=ADDED)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    context = {"sought": sought, "guest": sought.guest, "form": form, "search": SearchForm(initial={"q": sought.words})}
    return show(request, "admin/guests/found.html", context, place=PLACE, status=422 if form.errors else 200)


@page(P.ADMIN_GUESTS_INVITE)
@require_POST
def remove(request: HttpRequest, guest_id: UUID) -> HttpResponse:
    """Take a citizen off the list."""
    try:
        citizen = UUID(request.POST.get("citizen", ""))
    except ValueError:
        raise Http404 from None
    actions.take_off_list(guest_id, citizen, by=actor_of(request))
    return go("admin.guests_one", guest_id, done=TAKEN)


@page(P.ADMIN_GUESTS_INVITE)
@require_POST
def end(request: HttpRequest, guest_id: UUID) -> HttpResponse:
    """End a guest's access at once."""
    try:
        actions.end_guest(guest_id, by=actor_of(request))
    except Refused as refused:
        return _guest(request, guest_id, refused=str(refused), status=409)
    return go(PLACE, done=ENDED)


def _guest(
    request: HttpRequest, guest_id: UUID, *, form: SearchForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    context = presenters.guest_context(actions.see_guest(guest_id, by=actor_of(request)))
    more = {"search": form or SearchForm(), "refused": refused}
    return show(request, "admin/guests/guest.html", {**context, **more}, place=PLACE, status=status)

"""The page of shared browsers."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of, at_of
from heretask.ui.shell import SHARED_COOKIE, done

from . import actions, queries
from .forms import ShareForm
from .policies import Refused

PLACE = "admin.browsers"
SHARED = done("browser_shared", _("This browser is shared now. Switch person is in the bar at the top."))
UNSHARED = done("browser_unshared", _("The browser is not shared any more."))


@page(P.ADMIN_BROWSERS_SHARE)
def browsers(request: HttpRequest) -> HttpResponse:
    """Which browsers are shared; marking this one."""
    by, this = actor_of(request), at_of(request).browser_id
    form = ShareForm(request.POST or None, units=queries.units_offered(by))
    if request.method == "POST" and form.is_valid():
        try:
            actions.share(browser_id=this, unit=form.chosen, label=form.cleaned_data["label"], by=by)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            answer = go("admin.browsers", done=SHARED)
            answer.set_cookie(SHARED_COOKIE, "1", max_age=90 * 86400, secure=True, httponly=True, samesite="Lax")
            return answer
    found = queries.shared_browsers(by, this)
    context = {"browsers": found, "form": form, "this": next((b for b in found if b.is_this), None)}
    return show(request, "admin/browsers/browsers.html", context, place=PLACE, status=422 if form.errors else 200)


@page(P.ADMIN_BROWSERS_SHARE)
@require_POST
def unshare(request: HttpRequest, shared_id: UUID) -> HttpResponse:
    """End the sharing of one of them."""
    by = actor_of(request)
    try:
        mark = queries.get_shared(by, shared_id)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    actions.unshare(mark=mark, by=by)
    answer = go("admin.browsers", done=UNSHARED)
    if mark.browser == at_of(request).browser_id:
        answer.delete_cookie(SHARED_COOKIE)
    return answer

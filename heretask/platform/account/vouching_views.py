"""A lost second factor at night: asking at the door, and vouching for a colleague from a session of one's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity import proving, signing_in, vouching
from heretask.ui.marks import open_page, page
from heretask.ui.pages import fragment, go, show, show_outside
from heretask.ui.requests import at_of, person_of
from heretask.ui.shell import done

from . import actions, forms, queries
from .own_views import PLACE
from .policies import Refused
from .views import after, onward, waits_for, whence

VOUCHED = done("vouched", _("You have vouched. Your colleague can go on when two have."))


@open_page(gettext_lazy("asking two colleagues, after the right password"), door=True)
def ask(request: HttpRequest) -> HttpResponse:
    """A code to read aloud, how many have vouched, and the way on."""
    if not waits_for(request, "code"):
        return redirect("/sign-in/")
    at, code, refused = at_of(request), "", ""
    if request.method == "POST" and "go" in request.POST:
        outcome = signing_in.by_colleagues(at=at, whence=whence(request))
        if outcome.kind in {"in", *signing_in.KEPT_OUT}:
            return onward(request, outcome)
        code, refused = _shown_again(request), str(_("Two colleagues must vouch first."))
    elif request.method == "POST":
        code = signing_in.ask_colleagues(at=at, whence=whence(request))
        refused = "" if code else str(_("That is not possible here. Ask your administrator."))
    context = {
        "code": code, "refused": refused, "next": after(request), **queries.ways_at_code(at),
    }  # fmt: skip
    return show_outside(request, "platform/account/vouch_ask.html", context, 422 if refused else 200)


@open_page(gettext_lazy("how many have vouched, asked for again and again"), door=True)
@require_GET
def ask_state(request: HttpRequest) -> HttpResponse:
    """The same as a piece of the page."""
    count = queries.vouched(at_of(request)) if waits_for(request, "code") else None
    answer = fragment(request, "platform/account/_vouch_state.html", {"vouched": count})
    if count in (None, 2):
        answer["X-Done"] = "1"
    return answer


@page(Permission.PLATFORM_ACCOUNT_OWN)
def vouch(request: HttpRequest) -> HttpResponse:
    """First the code and whom it belongs to, then one's own password."""
    form, asks, failed = forms.VouchCode(request.POST or None), None, False
    if request.method == "POST" and form.is_valid():
        person, at, code = person_of(request), at_of(request), form.cleaned_data["code"]
        try:
            waits, name = actions.look_at_asking(person, code, at=at, whence=whence(request))
            sure = forms.Vouch(request.POST if "current" in request.POST else None, initial={"code": code})
            asks = {"name": name, "at": waits.made_at, "form": sure}
            if sure.is_valid():
                actions.vouch(person, code, sure.cleaned_data["current"], at=at, whence=whence(request))
                return go(PLACE, done=VOUCHED)
        except proving.NotProved as wrong:
            sure.add_error("current", str(wrong))
            failed = True
        except Refused as refused:
            form.add_error("code", str(refused))
            asks = None
    context = {"form": form, "asks": asks}
    return show(
        request, "platform/account/vouch.html", context, place=PLACE, status=422 if failed or form.errors else 200
    )


def _shown_again(request: HttpRequest) -> str:
    """The code that stood on the page already, where it is still the one that is waited for."""
    code, at = request.POST.get("code", "")[:20], at_of(request)
    waits = vouching.standing(at.user_id, at.browser_id) if at.user_id and at.browser_id else None
    return code if waits and bytes(waits.code_hash) == vouching.hash_of(code) else ""

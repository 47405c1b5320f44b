"""The door: user name and password, the code, a first password, a first factor; and the way out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token, rotate_token
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.identity import codes, passwords, shared, signing_in
from heretask.kernel.identity.sessions import SHUT, end, touch
from heretask.kernel.identity.signing_in import Outcome
from heretask.kernel.identity.whence import From
from heretask.platform.printing.leaving import has_paper
from heretask.ui.marks import open_page
from heretask.ui.middleware import COOKIE, MARK_COOKIE, address_of, agent_of, token_of
from heretask.ui.pages import go, show_outside
from heretask.ui.requests import at_of
from heretask.ui.shell import SHARED_COOKIE

from . import forms, presenters, queries

STEPS = {"code": "/sign-in/code/", "password": "/sign-in/password/", "factor": "/sign-in/factor/"}
HOME = "/platform/today/"


def whence(request: HttpRequest) -> From:
    """Where a request comes from."""
    return From(address_of(request), agent_of(request), request.COOKIES.get(MARK_COOKIE, ""))


@open_page(gettext_lazy("leads to one's own day or to the door"), door=True)
@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """The bare address."""
    return redirect(HOME if at_of(request).signed_in else "/sign-in/")


@open_page(gettext_lazy("the door itself"), door=True)
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password; the same answer for an unknown name and a wrong password."""
    if request.method != "POST":
        if at_of(request).signed_in:
            return HttpResponseRedirect(after(request))
        return sign_in_page(request, forms.SignIn())
    form = forms.SignIn(request.POST)
    if not form.is_valid():
        return sign_in_page(request, form, status=422)
    given = form.cleaned_data
    outcome = signing_in.by_password(given["username"], given["password"], at=at_of(request), whence=whence(request))
    if outcome.kind == "wait":
        form.add_error(None, _("Too many tries. Wait a quarter of an hour, or ask your administrator."))
    elif outcome.kind == "refused":
        form.add_error("password", _("User name and password do not fit together. Try again."))
    else:
        return onward(request, outcome)
    return sign_in_page(request, form, status=429 if outcome.kind == "wait" else 422)


@open_page(gettext_lazy("the second step of signing in"), door=True)
def give_code(request: HttpRequest) -> HttpResponse:
    """The one-time code."""
    form = forms.Code(request.POST or None)
    if not waits_for(request, "code"):
        return redirect("/sign-in/")
    if request.method == "POST" and form.is_valid():
        outcome = signing_in.by_code(form.cleaned_data["code"], at=at_of(request), whence=whence(request))
        if outcome.kind in {"in", *signing_in.KEPT_OUT}:
            return onward(request, outcome)
        sentence = _("That code does not fit, or has been used. Wait for the next one.")
        form.add_error(
            "code", sentence if outcome.kind == "refused" else _("Too many tries. Wait a quarter of an hour.")
        )
    context = {
        "form": form,
        "next": after(request),
        "person": presenters.demo_code(at_of(request).user_id, queries.demo_people()),
        **queries.ways_at_code(at_of(request)),
    }
    return show_outside(request, "platform/account/code.html", context, 422 if form.errors else 200)


@open_page(gettext_lazy("a one-time link leads here; its code never reaches a log"), door=True)
def link(request: HttpRequest) -> HttpResponse:
    """A one-time link: the code stands behind the # and is sent by the page or typed."""
    form = forms.Link(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = signing_in.by_link(form.cleaned_data["link"].strip(), at=at_of(request), whence=whence(request))
        if outcome.kind == "password":
            return onward(request, outcome)
        form.add_error("link", _("This link has been used or is too old. Ask your administrator for a new one."))
    return show_outside(request, "platform/account/link.html", {"form": form}, 422 if form.errors else 200)


@open_page(gettext_lazy("choosing a password at the first sign-in"), door=True)
def first_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own, after a start password or a link."""
    if not waits_for(request, "password"):
        return redirect("/sign-in/")
    length = signing_in.length_at(at_of(request))
    form = forms.NewPassword(request.POST or None, length=length)
    if request.method == "POST" and form.is_valid():
        try:
            return onward(
                request,
                signing_in.choose_password(form.cleaned_data["password"], at=at_of(request), whence=whence(request)),
            )
        except passwords.WeakPassword as weak:
            for reason in weak.reasons:
                form.add_error("password", reason)
    return show_outside(
        request,
        "platform/account/first_password.html",
        {"form": form, "next": after(request), "length": length if length > passwords.FLOOR else 0},
        422 if form.errors else 200,
    )


@open_page(gettext_lazy("setting up the second factor at the first sign-in"), door=True)
def first_factor(request: HttpRequest) -> HttpResponse:
    """One-time codes by an authenticator app: QR code, secret, first code, recovery codes once."""
    if not waits_for(request, "factor"):
        return redirect("/sign-in/")
    form = forms.Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome, recovery = signing_in.confirm_factor(
            form.cleaned_data["code"], at=at_of(request), whence=whence(request)
        )
        if outcome.kind in signing_in.KEPT_OUT:
            return onward(request, outcome)
        if outcome.kind == "in":
            page = show_outside(request, "platform/account/recovery.html", {"codes": recovery, "next": after(request)})
            return _with_cookies(request, page, outcome)
        form.add_error(
            "code", _("That code does not fit. Check the clock of your telephone and wait for the next one.")
        )
    user, secret = signing_in.begin_factor(at_of(request))
    address = codes.setup_address(secret, f"{user.user_name}@{user.customer.slug}")
    context = {
        "form": form,
        "qr": presenters.qr(address),
        "secret": presenters.grouped(codes.as_text(secret)),
        "next": after(request),
    }
    return show_outside(request, "platform/account/first_factor.html", context, 422 if form.errors else 200)


@open_page(gettext_lazy("signing out must always work"), door=True)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session here and everywhere it is open; who has paper left is told so first, and may go anyway."""
    at = at_of(request)
    if at.state == "live" and at.kind == "person" and "anyway" not in request.POST and has_paper(at.h1):
        return go("platform.papers_leaving")
    return _left(request, "signed out", "out")


@open_page(gettext_lazy("leaving a shared browser to the next person must always work"), door=True)
@require_POST
def switch_person(request: HttpRequest) -> HttpResponse:
    """End this session and show who else was here; what was half written stays with its writer."""
    return _left(request, "switched", "switched")


def _left(request: HttpRequest, reason: str, why: str) -> HttpResponse:
    at = at_of(request)
    if at.state == "live":
        end(at, reason, address=address_of(request), agent=agent_of(request))
    response = redirect(f"/sign-in/?why={why}")
    response.delete_cookie(COOKIE)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@open_page(gettext_lazy("tells a tab whether its session lives; polling never prolongs it"), door=True, granted=True)
@require_GET
def session_state(request: HttpRequest) -> JsonResponse:
    """For the idle clock in the browser."""
    at = at_of(request)
    alive = at.signed_in
    person = at.user_id.hex if alive and at.user_id else ""
    said = {
        "alive": alive,
        "seconds_left": int(at.seconds_left or 0),
        "person": person,
        "csrf": get_token(request) if alive else "",
    }
    return JsonResponse(said, status=200 if alive else 401)


@open_page(gettext_lazy("a person moved, typed or scrolled, some seconds ago"), door=True, granted=True)
@require_POST
def acted(request: HttpRequest) -> HttpResponse:
    """Prolongs the session from the moment of the act, not of its telling: so the gate passes it as passive."""
    try:
        ago = float(request.POST.get("ago") or 0)
    except ValueError:
        ago = 0.0
    at = touch(token_of(request), acted=True, ago=ago, address=address_of(request), agent=agent_of(request))
    return HttpResponse(status=204 if at.signed_in else 401)


@open_page(gettext_lazy("the language is two letters in a cookie"))
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Danish or English, for this browser."""
    return _choice(request, "__Host-language", "language", {"da", "en"})


@open_page(gettext_lazy("the theme is one word in a cookie"))
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device is set."""
    return _choice(request, "__Host-theme", "theme", {"light", "dark", "system"})


def _choice(request: HttpRequest, cookie: str, field: str, allowed: set[str]) -> HttpResponse:
    chosen = request.POST.get(field, "")
    back = request.POST.get("next") or request.headers.get("Referer", "/")
    response = HttpResponseRedirect(back if _own(request, back) else "/")
    if chosen in allowed:
        response.set_cookie(cookie, chosen, max_age=365 * 86400, secure=True, httponly=True, samesite="Lax")
    return response


def waits_for(request: HttpRequest, purpose: str) -> bool:
    """Whether somebody at the door has still this step to take."""
    at = at_of(request)
    return at.at_door and at.purpose == purpose


def _own(request: HttpRequest, url: str) -> bool:
    return url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=True)


def after(request: HttpRequest) -> str:
    """Where somebody wanted to go, on our own pages."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else HOME


def onward(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    """To the next step of the door, or in, with the new cookies."""
    wanted = after(request)
    if outcome.kind == "stopped":  # somebody of the supplier whom the staff register does not let in
        sentence = _("You cannot sign in now. %(why)s Ask Management.") % {"why": outcome.why}
        return sign_in_page(request, forms.SignIn(), status=403, refused=sentence)
    if outcome.kind == "in":
        target = wanted
    elif outcome.kind in STEPS:  # what was asked for waits until the last step
        target = STEPS[outcome.kind] + (f"?next={wanted}" if wanted != HOME else "")
    else:
        target = f"/sign-in/?why={outcome.kind}" if outcome.kind in SHUT else "/sign-in/"
    return _with_cookies(request, HttpResponseRedirect(target), outcome)


def _with_cookies(request: HttpRequest, response: HttpResponse, outcome: Outcome) -> HttpResponse:
    if outcome.token:
        rotate_token(request)
        response.set_cookie(COOKIE, outcome.token, secure=True, httponly=True, samesite="Lax")
    if outcome.mark:
        response.set_cookie(MARK_COOKIE, outcome.mark, max_age=365 * 86400, secure=True, httponly=True, samesite="Lax")
    return response


def sign_in_page(request: HttpRequest, form: forms.SignIn, status: int = 200, refused: str = "") -> HttpResponse:
    """The door. A shared browser shows who was here; a tile that was touched fills in that person's name."""
    tiles = shared.tiles(whence=whence(request))
    other = form.is_bound or bool(refused) or "other" in request.GET
    chosen = tiles.one(request.GET.get("who", "") or request.POST.get("who", "")) if tiles else None
    if chosen and not form.is_bound:
        form = forms.SignIn(initial={"username": chosen.user_name})
        form.fields["password"].widget.attrs["autofocus"] = True
    context = {
        "form": form, "next": after(request), "home": HOME, "why": presenters.why(request.GET.get("why", "")),
        "people": queries.demo_people() if settings.HERETASK_DEMO else [], "tiles": tiles, "chosen": chosen,
        "show_tiles": bool(tiles and tiles.people and not (chosen or other)),
        "refused": refused,
    }  # fmt: skip
    page = show_outside(request, "platform/account/sign_in.html", context, status)
    if tiles:  # so that the menu offers to switch persons; it opens nothing by itself
        page.set_cookie(SHARED_COOKIE, "1", max_age=90 * 86400, secure=True, httponly=True, samesite="Lax")
    elif SHARED_COOKIE in request.COOKIES:
        page.delete_cookie(SHARED_COOKIE)
    return page

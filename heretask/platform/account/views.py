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

from heretask.kernel.identity import codes, passwords, signing_in
from heretask.kernel.identity.sessions import end, touch
from heretask.kernel.identity.signing_in import From, Outcome
from heretask.ui.marks import open_page
from heretask.ui.middleware import COOKIE, MARK_COOKIE, address_of, agent_of
from heretask.ui.pages import show_outside
from heretask.ui.requests import at_of

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
            return HttpResponseRedirect(_after(request))
        return _sign_in_page(request, forms.SignIn())
    form = forms.SignIn(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, status=422)
    given = form.cleaned_data
    outcome = signing_in.by_password(given["username"], given["password"], at=at_of(request), whence=whence(request))
    if outcome.kind == "wait":
        form.add_error(None, _("Too many tries. Wait a quarter of an hour, or ask your administrator."))
    elif outcome.kind == "refused":
        form.add_error("password", _("User name and password do not fit together. Try again."))
    else:
        return _onward(request, outcome)
    return _sign_in_page(request, form, status=429 if outcome.kind == "wait" else 422)


@open_page(gettext_lazy("the second step of signing in"), door=True)
def give_code(request: HttpRequest) -> HttpResponse:
    """The one-time code."""
    form = forms.Code(request.POST or None)
    if not _waits_for(request, "code"):
        return redirect("/sign-in/")
    if request.method == "POST" and form.is_valid():
        outcome = signing_in.by_code(form.cleaned_data["code"], at=at_of(request), whence=whence(request))
        if outcome.kind in {"in", "stopped"}:
            return _onward(request, outcome)
        sentence = _("That code does not fit, or has been used. Wait for the next one.")
        form.add_error(
            "code", sentence if outcome.kind == "refused" else _("Too many tries. Wait a quarter of an hour.")
        )
    context = {
        "form": form,
        "next": _after(request),
        "person": presenters.demo_code(at_of(request).user_id, queries.demo_people()),
    }
    return show_outside(request, "platform/account/code.html", context, 422 if form.errors else 200)


@open_page(gettext_lazy("a one-time link leads here; its code never reaches a log"), door=True)
def link(request: HttpRequest) -> HttpResponse:
    """A one-time link: the code stands behind the # and is sent by the page or typed."""
    form = forms.Link(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = signing_in.by_link(form.cleaned_data["link"].strip(), at=at_of(request), whence=whence(request))
        if outcome.kind == "password":
            return _onward(request, outcome)
        form.add_error("link", _("This link has been used or is too old. Ask your administrator for a new one."))
    return show_outside(request, "platform/account/link.html", {"form": form}, 422 if form.errors else 200)


@open_page(gettext_lazy("choosing a password at the first sign-in"), door=True)
def first_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own, after a start password or a link."""
    if not _waits_for(request, "password"):
        return redirect("/sign-in/")
    form = forms.NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _onward(
                request,
                signing_in.choose_password(form.cleaned_data["password"], at=at_of(request), whence=whence(request)),
            )
        except passwords.WeakPassword as weak:
            for reason in weak.reasons:
                form.add_error("password", reason)
    return show_outside(
        request,
        "platform/account/first_password.html",
        {"form": form, "next": _after(request)},
        422 if form.errors else 200,
    )


@open_page(gettext_lazy("setting up the second factor at the first sign-in"), door=True)
def first_factor(request: HttpRequest) -> HttpResponse:
    """One-time codes by an authenticator app: QR code, secret, first code, recovery codes once."""
    if not _waits_for(request, "factor"):
        return redirect("/sign-in/")
    form = forms.Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome, recovery = signing_in.confirm_factor(
            form.cleaned_data["code"], at=at_of(request), whence=whence(request)
        )
        if outcome.kind == "stopped":
            return _onward(request, outcome)
        if outcome.kind == "in":
            page = show_outside(request, "platform/account/recovery.html", {"codes": recovery, "next": _after(request)})
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
        "next": _after(request),
    }
    return show_outside(request, "platform/account/first_factor.html", context, 422 if form.errors else 200)


@open_page(gettext_lazy("signing out must always work"), door=True)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session here and everywhere it is open."""
    at = at_of(request)
    if at.state == "live":
        end(at, "signed out", address=address_of(request), agent=agent_of(request))
    response = redirect("/sign-in/?why=out")
    response.delete_cookie(COOKIE)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@open_page(gettext_lazy("tells a tab whether its session lives; polling never prolongs it"), door=True)
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


@open_page(gettext_lazy("a person moved, typed or scrolled, some seconds ago"), door=True)
@require_POST
def acted(request: HttpRequest) -> HttpResponse:
    """Prolongs the session from the moment of the act, not of its telling: so the gate passes it as passive."""
    try:
        ago = float(request.POST.get("ago") or 0)
    except ValueError:
        ago = 0.0
    at = touch(request.COOKIES.get(COOKIE), acted=True, ago=ago, address=address_of(request), agent=agent_of(request))
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


def _waits_for(request: HttpRequest, purpose: str) -> bool:
    at = at_of(request)
    return at.at_door and at.purpose == purpose


def _own(request: HttpRequest, url: str) -> bool:
    return url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=True)


def _after(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else HOME


def _onward(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    after = _after(request)
    if outcome.kind == "stopped":  # somebody of the supplier whom the staff register does not let in
        return _sign_in_page(request, forms.SignIn(), status=403, stopped=outcome.why)
    if outcome.kind == "in":
        target = after
    elif outcome.kind in STEPS:
        target = STEPS[outcome.kind] + (f"?next={after}" if after != HOME else "")
    else:
        target = "/sign-in/"
    return _with_cookies(request, HttpResponseRedirect(target), outcome)


def _with_cookies(request: HttpRequest, response: HttpResponse, outcome: Outcome) -> HttpResponse:
    if outcome.token:
        rotate_token(request)
        response.set_cookie(COOKIE, outcome.token, secure=True, httponly=True, samesite="Lax")
    if outcome.mark:
        response.set_cookie(MARK_COOKIE, outcome.mark, max_age=365 * 86400, secure=True, httponly=True, samesite="Lax")
    return response


def _sign_in_page(request: HttpRequest, form: forms.SignIn, status: int = 200, stopped: str = "") -> HttpResponse:
    context = {
        "form": form, "next": _after(request), "home": HOME, "why": presenters.why(request.GET.get("why", "")),
        "people": queries.demo_people() if settings.HERETASK_DEMO else [], "stopped": stopped,
    }  # fmt: skip
    return show_outside(request, "platform/account/sign_in.html", context, status)

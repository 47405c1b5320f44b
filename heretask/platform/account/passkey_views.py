"""Passkeys: at the door, for a proof, and in one's own account. What the script asks for is answered as JSON."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity import signing_in
from heretask.ui.marks import open_page, page
from heretask.ui.pages import go, show
from heretask.ui.requests import at_of, person_of
from heretask.ui.shell import done

from . import actions, forms, queries
from .own_views import PLACE, account_page
from .policies import Refused
from .views import onward, sign_in_page, whence

ADDED = done("passkey_added", _("The passkey is ready. Next time you can sign in with it alone."))
RENAMED = done("passkey_renamed", _("The passkey has its new name."))
REMOVED = done("passkey_removed", _("The passkey is removed. Remove it from your device, too."))


@open_page(gettext_lazy("what a passkey is asked to sign at the door; tells nothing of anybody"), door=True)
@require_POST
def begin_sign_in(request: HttpRequest) -> HttpResponse:
    """The challenge for a passkey at the door."""
    options = signing_in.begin_passkey(bound=_bound(request), whence=whence(request))
    return JsonResponse(options or {}, status=200 if options else 429)


@open_page(gettext_lazy("signing in with a passkey"), door=True)
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey: no name, no password."""
    outcome = signing_in.by_passkey(
        request.POST.get("credential", ""), bound=_bound(request), at=at_of(request), whence=whence(request)
    )
    if outcome.kind in {"in", *signing_in.KEPT_OUT}:
        return onward(request, outcome)
    form = forms.SignIn()
    return sign_in_page(
        request, form, status=429 if outcome.kind == "wait" else 422,
        refused=gettext("Too many tries. Wait a quarter of an hour, or ask your administrator.")
        if outcome.kind == "wait" else gettext("That passkey was not accepted. Try again, or use your password."),
    )  # fmt: skip


@page(Permission.PLATFORM_ACCOUNT_OWN, guests=True)
@require_POST
def begin_proof(request: HttpRequest) -> HttpResponse:
    """The challenge for a passkey that proves again who one is."""
    return JsonResponse(actions.begin_proof(person_of(request), at=at_of(request)))


@page(Permission.PLATFORM_ACCOUNT_OWN, guests=True, proof=True)
def add(request: HttpRequest) -> HttpResponse:
    """A new passkey."""
    label = queries.browser_name(request.headers.get("User-Agent", ""))
    form = forms.Passkey(request.POST or None, initial={"label": label})
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_passkey(
                person_of(request), request.POST.get("credential", ""), form.cleaned_data["label"],
                at=at_of(request), whence=whence(request),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go(PLACE, done=ADDED)
    context = {"form": form, "on_shared": actions.is_shared(at_of(request))}
    return show(request, "platform/account/passkey.html", context, place=PLACE, status=422 if form.errors else 200)


@page(Permission.PLATFORM_ACCOUNT_OWN, guests=True, proof=True)
@require_POST
def begin_add(request: HttpRequest) -> HttpResponse:
    """The challenge for a new passkey."""
    try:
        return JsonResponse(actions.begin_passkey(person_of(request), at=at_of(request)))
    except Refused as refused:
        return JsonResponse({"refused": str(refused)}, status=409)


@page(Permission.PLATFORM_ACCOUNT_OWN, guests=True)
@require_POST
def rename(request: HttpRequest, factor_id: UUID) -> HttpResponse:
    """Another name for a passkey."""
    form = forms.Passkey(request.POST)
    if not form.is_valid():
        return account_page(request, refused=gettext("A passkey needs a name."), status=422)
    try:
        actions.rename_passkey(
            person_of(request), factor_id, form.cleaned_data["label"], at=at_of(request), whence=whence(request)
        )
    except Refused as refused:
        return account_page(request, refused=str(refused), status=409)
    return go(PLACE, done=RENAMED)


@page(Permission.PLATFORM_ACCOUNT_OWN, guests=True, proof=True)
@require_POST
def remove(request: HttpRequest, factor_id: UUID) -> HttpResponse:
    """One passkey less."""
    try:
        actions.remove_passkey(person_of(request), factor_id, at=at_of(request), whence=whence(request))
    except Refused as refused:
        return account_page(request, refused=str(refused), status=409)
    return go(PLACE, done=REMOVED)


def _bound(request: HttpRequest) -> bytes:
    """What a challenge at the door belongs to: this browser's own secret, which its forms carry."""
    return hashlib.sha256(b"door" + str(request.META.get("CSRF_COOKIE", "")).encode()).digest()

"""Own account: password, one-time codes, recovery codes, own sessions."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity import codes, passwords, proving
from heretask.kernel.identity.passwords import WeakPassword
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import at_of, person_of
from heretask.ui.shell import done

from . import actions, forms, presenters, queries
from .policies import Refused
from .views import whence

CHANGED = done("password_changed", _("Your password has been changed, and all your other sessions have ended."))
ENDED = done("session_ended", _("The session has ended."))
GONE = done("session_gone", _("That session had ended already."))
CODES_REMOVED = done("codes_removed", _("The one-time codes are removed."))
PLACE = "platform.account"


@page(Permission.PLATFORM_ACCOUNT_OWN)
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """What there is, and what can be changed."""
    return account_page(request)


@page(Permission.PLATFORM_ACCOUNT_OWN, guests=True)
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password."""
    length = max(passwords.FLOOR, person_of(request).customer.password_length)
    form = forms.ChangePassword(request.POST, length=length)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.change_password(
                person_of(request), given["current"], given["password"], at=at_of(request), whence=whence(request)
            )
            return go(PLACE, done=CHANGED)
        except WeakPassword as weak:
            for reason in weak.reasons:
                form.add_error("password", reason)
        except proving.NotProved as wrong:
            form.add_error("current", str(wrong))
    return account_page(request, password=form, status=422)


@page(Permission.PLATFORM_ACCOUNT_OWN, guests=True, proof=True)
def factor(request: HttpRequest) -> HttpResponse:
    """Set one-time codes up anew, for a new telephone."""
    code = forms.Code(request.POST or None)
    if request.method == "POST" and code.is_valid():
        try:
            made = actions.confirm_factor(
                person_of(request), code.cleaned_data["code"], at=at_of(request), whence=whence(request)
            )
            if made:
                return show(request, "platform/account/own_recovery.html", {"codes": made}, place=PLACE)
            code.add_error("code", _("That code does not fit. Wait for the next one."))
        except Refused as refused:
            code.add_error("code", str(refused))
    secret = actions.begin_factor(person_of(request))
    context = {
        "code": code, "secret": presenters.grouped(codes.as_text(secret)),
        "qr": presenters.qr(codes.setup_address(secret, person_of(request).user_name)),
    }  # fmt: skip
    return show(
        request,
        "platform/account/factor.html",
        context,
        place=PLACE,
        status=422 if code.errors else 200,
    )


@page(Permission.PLATFORM_ACCOUNT_OWN, guests=True, proof=True)
@require_POST
def remove_factor(request: HttpRequest) -> HttpResponse:
    """No one-time codes any more."""
    try:
        actions.remove_codes(person_of(request), at=at_of(request), whence=whence(request))
    except Refused as refused:
        return account_page(request, refused=str(refused), status=409)
    return go(PLACE, done=CODES_REMOVED)


@page(Permission.PLATFORM_ACCOUNT_OWN, guests=True, proof=True)
@require_POST
def recovery(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once."""
    try:
        made = actions.new_recovery_codes(person_of(request), at=at_of(request), whence=whence(request))
    except Refused as refused:
        return account_page(request, refused=str(refused), status=409)
    return show(request, "platform/account/own_recovery.html", {"codes": made}, place=PLACE)


@page(Permission.PLATFORM_ACCOUNT_OWN, guests=True)
@require_POST
def end_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End one of one's own sessions."""
    ended = actions.end_own_session(person_of(request), session_id, whence=whence(request))
    return go(PLACE, done=ENDED if ended else GONE)


def account_page(
    request: HttpRequest, *, password: forms.ChangePassword | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    """The account, with the form or the sentence of what was refused."""
    person = person_of(request)
    length = max(passwords.FLOOR, person.customer.password_length)
    context = {
        "account": queries.own_account(person.actor.person_id, at_of(request).id),
        "person": person, "roles": [(g.label, g.unit_name) for g in person.actor.given],
        "password_form": password or forms.ChangePassword(length=length), "refused": refused,
    }  # fmt: skip
    return show(request, "platform/account/account.html", context, place=PLACE, status=status)

"""Own account: password, one-time codes, recovery codes, own sessions."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity import codes, passwords
from heretask.kernel.identity.passwords import WeakPassword
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import at_of, person_of
from heretask.ui.shell import done

from . import actions, forms, presenters, queries
from .views import whence

CHANGED = done("password_changed", _("Your password has been changed, and all your other sessions have ended."))
ENDED = done("session_ended", _("The session has ended."))
GONE = done("session_gone", _("That session had ended already."))
PLACE = "platform.account"


@page(Permission.PLATFORM_ACCOUNT_OWN)
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """What there is, and what can be changed."""
    return _account(request)


@page(Permission.PLATFORM_ACCOUNT_OWN)
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
        except actions.WrongPassword as wrong:
            form.add_error("current", str(wrong))
    return _account(request, password=form, status=422)


@page(Permission.PLATFORM_ACCOUNT_OWN)
def factor(request: HttpRequest) -> HttpResponse:
    """Set one-time codes up anew, for a new telephone."""
    proof, code = forms.Proof(request.POST or None), forms.Code(request.POST or None)
    if request.method == "POST" and proof.is_valid() and code.is_valid():
        try:
            made = actions.confirm_factor(
                person_of(request), proof.cleaned_data["current"], code.cleaned_data["code"], whence=whence(request)
            )
            if made:
                return show(request, "platform/account/own_recovery.html", {"codes": made}, place=PLACE)
            code.add_error("code", _("That code does not fit. Wait for the next one."))
        except actions.WrongPassword as wrong:
            proof.add_error("current", str(wrong))
    secret = actions.begin_factor(person_of(request))
    context = {
        "proof": proof, "code": code, "secret": presenters.grouped(codes.as_text(secret)),
        "qr": presenters.qr(codes.setup_address(secret, person_of(request).user_name)),
    }  # fmt: skip
    return show(
        request,
        "platform/account/factor.html",
        context,
        place=PLACE,
        status=422 if proof.errors or code.errors else 200,
    )


@page(Permission.PLATFORM_ACCOUNT_OWN)
@require_POST
def recovery(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once."""
    form = forms.Proof(request.POST)
    if form.is_valid():
        try:
            made = actions.new_recovery_codes(person_of(request), form.cleaned_data["current"], whence=whence(request))
            return show(request, "platform/account/own_recovery.html", {"codes": made}, place=PLACE)
        except actions.WrongPassword as wrong:
            form.add_error("current", str(wrong))
    return _account(request, proof=form, status=422)


@page(Permission.PLATFORM_ACCOUNT_OWN)
@require_POST
def end_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End one of one's own sessions."""
    ended = actions.end_own_session(person_of(request), session_id, whence=whence(request))
    return go(PLACE, done=ENDED if ended else GONE)


def _account(
    request: HttpRequest,
    *,
    password: forms.ChangePassword | None = None,
    proof: forms.Proof | None = None,
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    length = max(passwords.FLOOR, person.customer.password_length)
    context = {
        "account": queries.own_account(person.actor.person_id, at_of(request).id),
        "person": person, "roles": [(g.label, g.unit_name) for g in person.actor.given],
        "password_form": password or forms.ChangePassword(length=length),
        "proof_form": proof or forms.Proof(auto_id="id_recovery_%s"),
    }  # fmt: skip
    return show(request, "platform/account/account.html", context, place=PLACE, status=status)

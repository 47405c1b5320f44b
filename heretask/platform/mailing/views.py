"""The page of notices by e-mail and SMS."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.outbox import addresses, posting, sms, telephones
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from .forms import AddressForm, ChoiceForm, CodeForm, NumberForm

PLACE = "platform.account"
ASKED = done("mail_asked", _("We have sent a link to the address. Open it to confirm that it is yours."))
CONFIRMED = done("mail_confirmed", _("The address is confirmed."))
CHOSEN = done("mail_chosen", _("Your choice is kept."))
REMOVED = done("mail_removed", _("The address is removed. No more mail comes."))
TEXTED = done("number_asked", _("We are sending a code to the telephone. Write it below."))
PROVEN = done("number_proven", _("The number is yours. SMS come as you have chosen below."))
NUMBER_REMOVED = done("number_removed", _("The number is removed. No more SMS come."))


@page(P.PLATFORM_ACCOUNT_OWN, guests=True)
def mailing(request: HttpRequest) -> HttpResponse:
    """One's own address and telephone and what is sent there; giving another address."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            addresses.set_address(form.cleaned_data["email"], by=actor_of(request))
        except addresses.Refused as refused:
            form.add_error("email", str(refused))
        else:
            return go("platform.mailing", done=ASKED)
    return _page(request, form=form, status=422 if form.errors else 200)


@page(P.PLATFORM_ACCOUNT_OWN, guests=True)
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Choose which notices come, and how."""
    by = actor_of(request)
    ways = _ways(by)
    if not ways:
        return _page(request, refused=_("Give an address or a number first."), status=409)
    form = ChoiceForm(request.POST, ways=ways, log=may(by, P.ADMIN_LOG_READ))
    if not form.is_valid():  # boxes alone: only a page from before something was removed has others
        return _page(request, choice=form, status=422)
    given = form.cleaned_data
    try:
        if "mail" in ways:
            addresses.choose(
                notices="mail" in given["notices"], urgent="mail" in given["urgent"],
                checkpoints=given.get("checkpoints", False), by=by,
            )  # fmt: skip
        if "sms" in ways:
            telephones.choose(notices="sms" in given["notices"], urgent="sms" in given["urgent"], by=by)
    except addresses.Refused as refused:
        return _page(request, refused=str(refused), status=409)
    return go("platform.mailing", done=CHOSEN)


@page(P.PLATFORM_ACCOUNT_OWN, guests=True)
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """No address any more."""
    addresses.remove(by=actor_of(request))
    return go("platform.mailing", done=REMOVED)


@page(P.PLATFORM_ACCOUNT_OWN, guests=True)
@require_POST
def number(request: HttpRequest) -> HttpResponse:
    """Give a telephone number, and have a code sent there."""
    form = NumberForm(request.POST)
    if form.is_valid():
        try:
            telephones.set_number(form.cleaned_data["telephone"], by=actor_of(request))
        except addresses.Refused as refused:
            form.add_error("telephone", str(refused))
        else:
            return go("platform.mailing", done=TEXTED)
    return _page(request, number=form, status=422)


@page(P.PLATFORM_ACCOUNT_OWN, guests=True)
@require_POST
def prove(request: HttpRequest) -> HttpResponse:
    """Give back the code of the SMS."""
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            telephones.prove(form.cleaned_data["code"], by=actor_of(request))
        except addresses.Refused as refused:
            form.add_error("code", str(refused))
        else:
            return go("platform.mailing", done=PROVEN)
    return _page(request, code=form, status=422)


@page(P.PLATFORM_ACCOUNT_OWN, guests=True)
@require_POST
def remove_number(request: HttpRequest) -> HttpResponse:
    """No number any more."""
    telephones.remove(by=actor_of(request))
    return go("platform.mailing", done=NUMBER_REMOVED)


@page(P.PLATFORM_ACCOUNT_OWN, guests=True)
def confirm(request: HttpRequest, confirm: UUID) -> HttpResponse:
    """The link of the mail, opened by whom it was sent to: looking asks, the button confirms."""
    if request.method != "POST":
        return show(request, "platform/mailing/confirm.html", {"confirm": confirm}, place=PLACE)
    try:
        addresses.confirm(confirm, by=actor_of(request))
    except addresses.Refused as refused:
        return _page(request, refused=str(refused), status=409)
    return go("platform.mailing", done=CONFIRMED)


def _ways(by: Actor) -> list[str]:
    """The ways in which notices can come to `by`, as things are."""
    found = ["mail"] if addresses.own(by) else []
    return [*found, "sms"] if posting.goes_by_sms() and telephones.own(by) else found


def _page(request: HttpRequest, *, refused: object = "", status: int = 200, **sent: forms.Form) -> HttpResponse:
    """The page with everything as it is; a form that was sent and refused stands in the place of an empty one."""
    by = actor_of(request)
    row, telephone, lets = addresses.own(by), telephones.own(by), posting.goes_by_sms()
    chosen = {
        kind: [way for way, one in (("mail", row), ("sms", telephone)) if one is not None and getattr(one, kind)]
        for kind in ("notices", "urgent")
    }
    ways = [way for way, there in (("mail", row), ("sms", telephone and lets)) if there]
    initial = {**chosen, "checkpoints": row.checkpoints if row else False}
    context = {
        "row": row, "address": addresses.shown(row) if row else "", "refused": refused, "ways": ways,
        "form": AddressForm(), "number": NumberForm(), "code": CodeForm(),
        "choice": ChoiceForm(initial=initial, ways=ways, log=may(by, P.ADMIN_LOG_READ)),
        "telephone": telephone, "telephone_number": telephones.shown(telephone) if telephone else "",
        "first": telephone is not None and telephones.takes_a_code(telephone) and lets, "lets_sms_go": lets,
        "sends": bool(settings.HERETASK_SMTP), "texts": bool(settings.HERETASK_SMS), "provider": sms.PROVIDER, **sent,
    }  # fmt: skip
    return show(request, "platform/mailing/mailing.html", context, place=PLACE, status=status)

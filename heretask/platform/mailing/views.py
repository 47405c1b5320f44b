"""The page of notices by e-mail."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.outbox import addresses
from heretask.ui.marks import page
from heretask.ui.pages import go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from .forms import AddressForm, ChoiceForm

PLACE = "platform.account"
ASKED = done("mail_asked", _("We have sent a link to the address. Open it to confirm that it is yours."))
CONFIRMED = done("mail_confirmed", _("The address is confirmed."))
CHOSEN = done("mail_chosen", _("Your choice is kept."))
REMOVED = done("mail_removed", _("The address is removed. No more mail comes."))


@page(P.PLATFORM_ACCOUNT_OWN, guests=True)
def mailing(request: HttpRequest) -> HttpResponse:
    """One's own address and what is sent there; giving another one."""
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
    """Choose which notices come."""
    form = ChoiceForm(request.POST, log=may(actor_of(request), P.ADMIN_LOG_READ))
    form.is_valid()  # two boxes: there is nothing to get wrong
    given = form.cleaned_data
    try:
        addresses.choose(
            notices=given["notices"], checkpoints=given.get("checkpoints", False), by=actor_of(request)
        )  # fmt: skip
    except addresses.Refused as refused:
        return _page(request, form=AddressForm(), refused=str(refused), status=409)
    return go("platform.mailing", done=CHOSEN)


@page(P.PLATFORM_ACCOUNT_OWN, guests=True)
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """No address any more."""
    addresses.remove(by=actor_of(request))
    return go("platform.mailing", done=REMOVED)


@page(P.PLATFORM_ACCOUNT_OWN, guests=True)
def confirm(request: HttpRequest, confirm: UUID) -> HttpResponse:
    """The link of the mail, opened by whom it was sent to: looking asks, the button confirms."""
    if request.method != "POST":
        return show(request, "platform/mailing/confirm.html", {"confirm": confirm}, place=PLACE)
    try:
        addresses.confirm(confirm, by=actor_of(request))
    except addresses.Refused as refused:
        return _page(request, form=AddressForm(), refused=str(refused), status=409)
    return go("platform.mailing", done=CONFIRMED)


def _page(request: HttpRequest, *, form: AddressForm, refused: str = "", status: int = 200) -> HttpResponse:
    by = actor_of(request)
    row = addresses.own(by)
    initial = {"notices": row.notices, "checkpoints": row.checkpoints} if row else {}
    context = {
        "row": row, "address": addresses.shown(row) if row else "", "form": form, "refused": refused,
        "choice": ChoiceForm(initial=initial, log=may(by, P.ADMIN_LOG_READ)), "sends": bool(settings.HERETASK_SMTP),
    }  # fmt: skip
    return show(request, "platform/mailing/mailing.html", context, place=PLACE, status=status)

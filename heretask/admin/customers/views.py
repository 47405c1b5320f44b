"""Pages of customers, for the supplier's Management."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.approvals.managing import Refused
from heretask.kernel.identity import passwords
from heretask.kernel.supplier.governing import Overview
from heretask.ui.marks import page, sent
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters
from .forms import CustomerForm, WhyForm

PLACE = "admin.customers"
ASKED = done("customer_asked", _("It is asked for. The other manager has 24 hours to approve it."))


@page(P.ADMIN_CUSTOMERS_RUN)
@require_GET
def customers(request: HttpRequest) -> HttpResponse:
    """All customers."""
    context = presenters.list_context(actions.see_customers(by=actor_of(request)))
    return show(request, "admin/customers/customers.html", context, place=PLACE)


@page(P.ADMIN_CUSTOMERS_RUN, proof=sent)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Create one; the answer shows the start password once, so it is no redirect."""
    form = CustomerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = passwords.start_password()
        try:
            made = actions.create(
                **form.cleaned_data, start=(password, passwords.hash_of(password)), by=actor_of(request)
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return show(request, "admin/customers/founded.html", presenters.founded_context(made), place=PLACE)
    return show(request, "admin/customers/new.html", {"form": form}, place=PLACE)


@page(P.ADMIN_CUSTOMERS_RUN)
@require_GET
def one(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """One customer."""
    return _one(request, _customer(request, customer_id), WhyForm())


@page(P.ADMIN_CUSTOMERS_RUN, proof=sent)
@require_POST
def ask(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Ask for it to be closed, or to be opened again."""
    customer, form = _customer(request, customer_id), WhyForm(request.POST)
    if form.is_valid():
        try:
            made = actions.ask(customer, form.cleaned_data["why"], by=actor_of(request))
        except Refused as refused:
            form.add_error("why", str(refused))
        else:
            return go("admin.approvals_one", made.id, done=ASKED)
    return _one(request, customer, form, status=422)


def _customer(request: HttpRequest, customer_id: UUID) -> Overview:
    found = actions.see_customer(customer_id, by=actor_of(request))
    if found is None:
        raise Http404
    return found


def _one(request: HttpRequest, customer: Overview, form: WhyForm, status: int = 200) -> Page:
    context = presenters.customer_context(customer) | {"form": form}
    return show(request, "admin/customers/one.html", context, place=PLACE, status=status)

"""Pages of the servers: seen and kept by Management."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission as P
from heretask.ui.marks import page
from heretask.ui.pages import Page, Paper, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters, queries
from .forms import AccountForm, AnnounceForm, ExplainForm, PortalForm
from .policies import Refused

PLACE = "system.servers"
ANNOUNCED = done("server_announced", _("It is announced. Sign in on the server within that time."))
EXPLAINED = done("server_explained", _("It is explained."))
ADDED = done("server_account_added", _("It is written down whose account that is."))
ENDED = done("server_account_ended", _("The account is nobody's any more. Close it on the servers as well."))
KEPT = done("server_portal_kept", _("The log is kept."))


@page(P.SYSTEM_SERVERS_SEE)
@require_GET
def servers(request: HttpRequest) -> HttpResponse:
    """Who was on the servers, what nobody announced, and what is announced."""
    return _servers(request, _announce_form(request))


@page(P.SYSTEM_SERVERS_RUN)
@require_POST
def announce(request: HttpRequest) -> HttpResponse:
    """Announce work."""
    form = _announce_form(request)
    if form.is_valid():
        starts, ends = form.span()
        given = form.cleaned_data
        try:
            actions.announce(user=given["user"], starts=starts, ends=ends, why=given["why"], by=actor_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go(PLACE, done=ANNOUNCED)
    return _servers(request, form, status=422)


@page(P.SYSTEM_SERVERS_RUN)
def explain(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Explain what nobody announced."""
    form, by = ExplainForm(request.POST or None), actor_of(request)
    try:
        visit = actions.read_visit(visit_id, by=by)
        if request.method == "POST" and form.is_valid():
            actions.explain(visit_id, why=form.cleaned_data["why"], by=by)
            return go(PLACE, done=EXPLAINED)
    except ObjectDoesNotExist:
        raise Http404 from None
    except Refused as refused:
        form.add_error(None, str(refused))
    context = {"form": form, "row": presenters.visit_row(visit, by.user_id)}
    return show(request, "system/servers/explain.html", context, place=PLACE, status=422 if form.errors else 200)


@page(P.SYSTEM_SERVERS_SEE)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """Whose accounts there are."""
    return _accounts(request, AccountForm(people=queries.people()))


@page(P.SYSTEM_SERVERS_RUN)
@require_POST
def add_account(request: HttpRequest) -> HttpResponse:
    """Write down whose an account is."""
    form = AccountForm(request.POST, people=queries.people())
    if form.is_valid():
        try:
            actions.add_account(**form.cleaned_data, by=actor_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.servers_accounts", done=ADDED)
    return _accounts(request, form, status=422)


@page(P.SYSTEM_SERVERS_RUN)
@require_POST
def end_account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """An account is nobody's from now on."""
    try:
        actions.end_account(account_id, by=actor_of(request))
    except ObjectDoesNotExist:
        raise Http404 from None
    return go("system.servers_accounts", done=ENDED)


@page(P.SYSTEM_SERVERS_SEE)
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """How the servers are set up, by the last check of each."""
    found = actions.read_reports(by=actor_of(request))
    return show(request, "system/servers/reports.html", presenters.reports_context(found), place=PLACE)


@page(P.SYSTEM_SERVERS_SEE)
@require_GET
def portal(request: HttpRequest) -> HttpResponse:
    """Which logs of the hosting portal were received."""
    last = (timezone.localdate().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    until = (last + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return _portal(request, PortalForm(initial={"since": last, "until": until}))


@page(P.SYSTEM_SERVERS_RUN)
@require_POST
def keep_portal_log(request: HttpRequest) -> HttpResponse:
    """Keep a log of the hosting portal."""
    form = PortalForm(request.POST, request.FILES)
    if form.is_valid():
        given, sent = form.cleaned_data, form.cleaned_data["file"]
        try:
            actions.keep_portal_log(
                since=given["since"], until=given["until"], only_ours=given["result"] == "clean",
                findings=given["findings"], content=sent.read(), name=sent.name, by=actor_of(request),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.servers_portal", done=KEPT)
    return _portal(request, form, status=422)


@page(P.SYSTEM_SERVERS_SEE)
@require_POST
def portal_file(request: HttpRequest, log_id: UUID) -> HttpResponse:
    """The file as it was received."""
    try:
        found, content = actions.fetch_portal_log(log_id, by=actor_of(request))
    except (ObjectDoesNotExist, Refused):
        raise Http404 from None
    return Paper(content, f"portal-{found.since:%Y-%m-%d}-{found.until:%Y-%m-%d}", ending=found.ending)


def _announce_form(request: HttpRequest) -> AnnounceForm:
    initial = {"user": actor_of(request).user_id, **presenters.announced_today(timezone.now())}
    return AnnounceForm(request.POST or None, people=queries.people_with_accounts(), initial=initial)


def _servers(request: HttpRequest, form: AnnounceForm, status: int = 200) -> Page:
    by = actor_of(request)
    context = presenters.servers_context(actions.read_visits(by=by), by.user_id)
    context |= {"form": form, "may_run": may(by, P.SYSTEM_SERVERS_RUN)}
    return show(request, "system/servers/servers.html", context, place=PLACE, status=status)


def _accounts(request: HttpRequest, form: AccountForm, status: int = 200) -> Page:
    by = actor_of(request)
    context = presenters.accounts_context(actions.read_accounts(by=by))
    context |= {"form": form, "may_run": may(by, P.SYSTEM_SERVERS_RUN)}
    return show(request, "system/servers/accounts.html", context, place=PLACE, status=status)


def _portal(request: HttpRequest, form: PortalForm, status: int = 200) -> Page:
    by = actor_of(request)
    context = presenters.portal_context(actions.read_portal_logs(by=by))
    context |= {"form": form, "may_run": may(by, P.SYSTEM_SERVERS_RUN)}
    return show(request, "system/servers/portal.html", context, place=PLACE, status=status)

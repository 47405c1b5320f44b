"""The annual wheel, one duty of it, what this week asks for, and the address for a calendar program."""

from __future__ import annotations

from uuid import UUID

from django import forms as django_forms
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from heretask.kernel.access.permissions import Permission as P
from heretask.platform.calendar import feed_pages
from heretask.ui.marks import open_page, page, sent
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of, person_of
from heretask.ui.shell import done

from . import actions, forms, presenters
from . import monday as this_week
from .feed import WHEEL
from .policies import Refused

PLACE = "system.wheel"
PLANNED = done("wheel_planned", _("The year is planned. Each duty has its day."))
CLOSED = done("wheel_closed", _("It is closed, and the next one is planned."))
HANDED = done("wheel_handed", _("It is handed over. The person finds it on their start page."))


@page(P.SYSTEM_WHEEL_SEE)
@require_GET
def wheel(request: HttpRequest) -> HttpResponse:
    """The year: a list of what is to be done, the drawing of the same, and what was missed."""
    today, by = timezone.localdate(), actor_of(request)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else today.year
    context = presenters.wheel_context(actions.see(today, by=by), today, year, by=by)
    return show(request, "system/wheel/wheel.html", context, place=PLACE)


@page(P.SYSTEM_WHEEL_CHANGE)
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Plan what was never planned; the clock does it each night."""
    actions.turn(timezone.localdate(), by=actor_of(request))
    return go(PLACE, done=PLANNED)


@page(P.SYSTEM_WHEEL_SEE)
@require_GET
def duty(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """One duty: the rule, who answers, how it closes, and all its history."""
    return _duty(request, duty_id)


@page(P.SYSTEM_WHEEL_CHANGE)
@require_POST
def close(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """Close a duty with a note of what was done."""
    form = forms.CloseForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.close(duty_id, done_on=given["day"], note=given["note"], by=actor_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        except ObjectDoesNotExist as missing:
            raise Http404 from missing
        else:
            return go("system.wheel_duty", duty_id, done=CLOSED)
    return _duty(request, duty_id, "close", form)


@page(P.SYSTEM_WHEEL_CHANGE)
@require_POST
def hand_over(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """Say who answers for a duty from now on."""
    form = forms.HandOverForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        person = UUID(given["person"]) if given["person"] else None
        try:
            actions.hand_over(duty_id, person, why=given["why"], by=actor_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        except ObjectDoesNotExist as missing:
            raise Http404 from missing
        else:
            return go("system.wheel_duty", duty_id, done=HANDED)
    return _duty(request, duty_id, "hand", form)


@page(P.SYSTEM_WHEEL_CHANGE)
@require_GET
def monday(request: HttpRequest) -> HttpResponse:
    """Three things for this week."""
    today, customer = timezone.localdate(), person_of(request).customer
    found = this_week.see(today, slug=customer.slug, by=actor_of(request))
    context = {"found": found, "today": today, "week": today.isocalendar().week}
    return show(request, "system/wheel/monday.html", context, place="system.monday")


@page(P.SYSTEM_WHEEL_SEE, proof=sent)
@require_http_methods(["GET", "POST"])
def own_feed(request: HttpRequest) -> HttpResponse:
    """The address for a calendar program."""
    return feed_pages.own(request, WHEEL, "system/wheel/feed.html", place=PLACE)


@page(P.SYSTEM_WHEEL_SEE)
@require_POST
def end_feed(request: HttpRequest) -> HttpResponse:
    """No address any more."""
    return feed_pages.end(request, WHEEL, "system.wheel_feed")


@open_page(_("a calendar program has no session; the address holds a secret, and no name is given"))
@require_safe
def given_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """When duties of the year are due, for a calendar program that knows the secret."""
    return feed_pages.given(request, WHEEL, secret)


def _duty(request: HttpRequest, duty_id: UUID, act: str = "", form: django_forms.Form | None = None) -> Page:
    by = actor_of(request)
    try:
        spoke, handings = actions.see_duty(duty_id, timezone.localdate(), by=by)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    shown: dict[str, django_forms.Form] = {"close": forms.CloseForm(), "hand": forms.HandOverForm()}
    if form is not None:
        shown[act] = form
    context = presenters.duty_context(spoke, handings, duty_id, shown, by=by) | {"acted": act}
    return show(request, "system/wheel/duty.html", context, place=PLACE, status=200 if form is None else 422)

"""Watching: read by Management, alarms taken on, limits chosen, faults planted; and what the switch outside is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import names_of
from heretask.kernel.identity.tries import reserve
from heretask.platform.account.views import whence
from heretask.system.records.policies import Refused as RecordRefused
from heretask.ui.marks import open_page, page
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, presenters, queries
from .forms import ConclusionForm, LimitForm, TakeForm
from .policies import Refused
from .signals import SIGNALS

PLACE = "system.monitoring"
TAKEN = done("alarm_taken", _("The alarm is taken on."))
LIMITED = done("limit_chosen", _("The limit counts from the next round on."))
PLANTED = done("faults_planted", _("The faults are planted. The next rounds, within ten minutes, must find them."))
CONCLUDED = done("watching_concluded", _("The exercise is concluded, and the duty of the year is done."))
WATCH_FILE = Path(__file__).with_name("watch.py")
TRIES = 60  # looks of one network in a quarter of an hour: a switch looks every minute at most


@page(P.SYSTEM_MONITORING_SEE)
@require_GET
def monitoring(request: HttpRequest) -> HttpResponse:
    """What is watched, what alarms, and whether the watching was tried."""
    return _page(request)


@page(P.SYSTEM_MONITORING_RUN)
@require_POST
def take(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """Take on an alarm."""
    form = TakeForm(request.POST, prefix=f"a{alarm_id}")
    try:
        return _doing(
            request, form, "words", lambda by, given: actions.take(alarm_id, given["words"], by=by), TAKEN,
            take_form=form, taking=alarm_id,
        )  # fmt: skip
    except ObjectDoesNotExist:
        raise Http404 from None


@page(P.SYSTEM_MONITORING_RUN)
@require_POST
def limit(request: HttpRequest, signal: str) -> HttpResponse:
    """Alarm from another figure on."""
    if signal not in SIGNALS:
        raise Http404
    form = LimitForm(request.POST, prefix=f"l-{signal}")
    return _doing(
        request, form, "figure", lambda by, given: actions.choose_limit(signal, given["figure"], given["why"], by=by),
        LIMITED, limit_form=form, limiting=signal,
    )  # fmt: skip


@page(P.SYSTEM_MONITORING_RUN)
@require_POST
def plant(request: HttpRequest) -> HttpResponse:
    """Plant faults, to see whether watching finds them."""
    try:
        actions.plant(by=actor_of(request))
    except Refused as refused:
        return _page(request, refused=str(refused), status=409)
    return go(PLACE, done=PLANTED)


@page(P.SYSTEM_MONITORING_RUN)
@require_POST
def conclude(request: HttpRequest) -> HttpResponse:
    """Conclude the exercise: the duty of the year is done by it."""
    form = ConclusionForm(request.POST)
    return _doing(
        request, form, "words", lambda by, given: actions.conclude(given["words"], by=by), CONCLUDED, conclusion=form
    )


@page(P.SYSTEM_MONITORING_RUN, proof=True)
@require_POST
def watcher(request: HttpRequest) -> HttpResponse:
    """A new key for the switch outside, shown once."""
    return _page(request, new_key=actions.make_watcher(by=actor_of(request)))


@page(P.SYSTEM_MONITORING_SEE)
@require_POST
def watcher_file(request: HttpRequest) -> HttpResponse:
    """The program of the switch outside: one file that needs nothing but Python."""
    actions.waiting(by=actor_of(request))
    answer = HttpResponse(WATCH_FILE.read_bytes(), content_type="application/octet-stream")
    answer["Content-Disposition"] = 'attachment; filename="heretask_watch.py"'
    return answer


@open_page(_("says when the last round of watching was, to whoever shows the watcher's key"))
@require_GET
def heartbeat(request: HttpRequest) -> JsonResponse:
    """For the switch outside: 200 with two figures, 403 for any other key, 429 for too many looks."""
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    if reserve([("heartbeat", whence(request).address.encode(), TRIES)]):
        return JsonResponse({"error": "too many looks"}, status=429)
    found = queries.heartbeat(actions.hash_of(token)) if kind == "Bearer" and token else None
    return JsonResponse({"error": "unknown key"}, status=403) if found is None else JsonResponse(found)


def _doing(
    request: HttpRequest, form: Form, field: str, act: Callable[[Actor, dict[str, Any]], None], said: str,
    **context: Any,
) -> HttpResponse:  # fmt: skip
    """Do it and go back; a refusal stands at its field, and nothing that was written is lost."""
    if form.is_valid():
        try:
            act(actor_of(request), form.cleaned_data)
        except (Refused, RecordRefused) as refused:
            form.add_error(field, str(refused))
        else:
            return go(PLACE, done=said)
    return _page(request, form=form, status=422, **context)


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> Page:
    by = actor_of(request)
    context = presenters.page_context(actions.read(by=by))
    ids = {one.taken_by for one in context["past"] if one.taken_by}
    names = names_of(ids)
    context |= {"names": names, "may_run": may(by, P.SYSTEM_MONITORING_RUN), "conclusion": ConclusionForm()}
    context["waiting"] = [
        (one, more["take_form"] if more.get("taking") == one.id else TakeForm(prefix=f"a{one.id}"))
        for one in context["waiting"]
    ]
    context["watches"] = [
        (
            one,
            more["limit_form"] if more.get("limiting") == one.signal.key
            else LimitForm(prefix=f"l-{one.signal.key}", initial={"figure": f"{one.plain_limit:g}"}),
            more.get("limiting") == one.signal.key,
        )
        for one in context["watches"]
    ]  # fmt: skip
    context["past"] = [(one, names.get(one.taken_by, "")) for one in context["past"]]
    return show(request, "system/monitoring/monitoring.html", {**context, **more}, place=PLACE, status=status)

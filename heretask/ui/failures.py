"""Pages for what went wrong: a sentence that helps, and not a word of what lies behind."""

from __future__ import annotations

import logging
import sys

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from heretask.kernel.log.faults import place_of

from .shell import outside

logger = logging.getLogger("heretask.request")


def answer(request: HttpRequest, code: int, title: str, sentence: str) -> HttpResponse:
    """A whole page for people, one sentence for fragments."""
    if request.headers.get("HX-Request"):
        return HttpResponse(sentence, status=code, content_type="text/plain; charset=utf-8")
    context = {
        "shell": outside(request),
        "code": code,
        "title": title,
        "sentence": sentence,
        "back_url": "/",
    }
    return HttpResponse(render_to_string("ui/error.html", context, request), status=code)


def refused(request: HttpRequest, *, status: int, signed_in: bool = False) -> HttpResponse:
    """403 and 404 read alike: neither tells whether there is something behind the URL."""
    if signed_in:
        sentence = _("There is nothing here that you have access to. The try has been written in the log.")
    else:
        sentence = _("There is no such page.")
    return answer(request, 404 if status == 404 else 403, _("Not for you, or not here"), sentence)


def gone(request: HttpRequest, erased: Exception) -> HttpResponse:
    """Somebody who was erased: said to those who had access before, with the words of the refusal."""
    more = _("What was written about this citizen can no longer be opened by anybody.")
    return answer(request, 410, _("This citizen was erased"), f"{erased} {more}")


def grant_over(request: HttpRequest, why: str) -> HttpResponse:
    """The supplier's access to a customer is over: said once, on whatever page was asked for."""
    sentence = {
        "cut": _("The customer has cut this access off."),
        "handed back": _("This access was handed back."),
        "idle": _("You were inside the customer without doing anything for too long. Enter again while the time runs."),
        "left": _("You have left the customer."),
    }.get(why, _("The time of this access is over."))
    return answer(request, 403, _("You are not inside the customer any more"), sentence)


def bad_request(request: HttpRequest, failure: Exception) -> HttpResponse:
    """What came in cannot be read."""
    sentence = _("What was sent could not be read. Go back and try again; nothing has been changed.")
    return answer(
        request, 400, _("That could not be read"), str(failure) if getattr(failure, "shown", False) else sentence
    )


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    return answer(request, 500, _("Something went wrong"), _("The fault is ours. Nothing was shown or changed."))


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database, or the log, cannot be reached: nothing is shown."""
    response = answer(
        request, 503, _("HereTask cannot answer right now"),
        _("Nothing was shown or changed. What you were writing is still in your window. Try again in a moment."),
    )  # fmt: skip
    response["Retry-After"] = "5"
    return response


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """The form was made before signing in again, or does not come from our pages."""
    return answer(
        request, 403, _("The page was too old"),
        _("Go back, load the page again and send it once more. Nothing has been changed."),
    )  # fmt: skip


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's own 400."""
    return bad_request(request, exception)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's own 403; inside a session it becomes a refusal with its event."""
    return _inside(request, exception) or refused(request, status=403)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's own 404; inside a session it becomes a refusal with its event."""
    return _inside(request, exception) or refused(request, status=404)


def handler500(request: HttpRequest) -> HttpResponse:
    """Any exception of a view: handed on to the gate, which rolls back; logged by type and place, never by value."""
    failure = sys.exc_info()[1]
    if failure is not None:
        inside = _inside(request, failure)
        if inside is not None:
            return inside
        log_failure(failure)
        if isinstance(failure, DatabaseError | InterfaceError):
            return unavailable(request)
    return failed(request)


def log_failure(failure: BaseException) -> None:
    """One line: the kind of failure and where in the code."""
    logger.error("failed: %s", place_of(failure))


def _inside(request: HttpRequest, failure: BaseException) -> HttpResponse | None:
    """In a request's main transaction: an empty answer that carries the failure to the gate, to be raised there."""
    if getattr(request, "person", None) is None:
        return None
    carrier = HttpResponse(status=500)
    carrier.heretask_failure = failure  # type: ignore[attr-defined]
    return carrier

"""The way of a request (DESIGN 3): headers, language, failures, the gate, and one transaction around everything.

No byte leaves before COMMIT has returned; where the event cannot be stored, the answer is 503 and shows nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import lru_cache
from http import HTTPStatus
from uuid import UUID

import brotli
from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import rotate_token
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode

from heretask.kernel.access import events as access_events
from heretask.kernel.access.decide import Denied, Gone, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.grants.inside import only_reading
from heretask.kernel.identity import proving
from heretask.kernel.identity.people import grant_of_session, person_of_session
from heretask.kernel.identity.sessions import ENDS_NOW, NOWHERE, At, touch
from heretask.kernel.identity.whence import From
from heretask.kernel.log import events as log_events
from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.log.trace import NotLogged, Trace, record, send, tracing
from heretask.kernel.secrets.keys import CannotOpen, unwrap_customer_key
from heretask.kernel.secrets.sealing import NoKeys
from heretask.kernel.tenancy.base import entered
from heretask.kernel.tenancy.models import Customer

from . import failures as answers
from . import proof
from .marks import Activity, Mark, mark_of
from .pages import Bare, Page, Paper
from .receiving import receive_if
from .requests import gated

logger = logging.getLogger("heretask.request")
Handler = Callable[[HttpRequest], HttpResponseBase]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_TOLD = frozenset({"idle", "absolute", "suspended", *ENDS_NOW})  # why a session ended, as the door says it
COOKIE = settings.SESSION_COOKIE_NAME
GRANT_COOKIE = "__Host-ht-grant"  # of the second session, bound to one customer, beside the supplier's own
MARK_COOKIE = "__Host-ht-browser"


def address_of(request: HttpRequest) -> str:
    """The client's address. A forwarded one is believed from our own proxies only, counted from the right (B8)."""
    forwarded: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    chain = [part.strip() for part in forwarded.split(",") if part.strip()]
    if settings.HERETASK_PROXIES and len(chain) >= settings.HERETASK_PROXIES:
        return chain[-settings.HERETASK_PROXIES][:64]
    return str(request.META.get("REMOTE_ADDR") or "")[:64]


def agent_of(request: HttpRequest) -> str:
    """The browser's own description, without control characters and cut short."""
    return "".join(c for c in request.META.get("HTTP_USER_AGENT", "") if c.isprintable())[:200]


def headers(get_response: Handler) -> Handler:
    """Security headers on every answer; nothing but static files may be kept by a browser (REMOTE-3)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        static = request.path.startswith(settings.STATIC_URL)
        if not isinstance(response, Bare) and not (static and response["Content-Type"].startswith("text/")):
            response["Content-Security-Policy"] = POLICY  # what is no page of ours (Bare) may do nothing at all
        if not static:
            response["Referrer-Policy"] = "same-origin"
            response["Cross-Origin-Opener-Policy"] = "same-origin"
            response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), interest-cohort=()"
            response["Cache-Control"] = "no-store"
        return response

    return middleware


def smaller(get_response: Handler) -> Handler:
    """Style sheets, scripts and drawings go compressed; pages never: their length would tell what they say (BREACH)."""
    compressing = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not request.path.startswith(settings.STATIC_URL) or response.status_code != HTTPStatus.OK:
            return response
        if "br" not in request.headers.get("Accept-Encoding", "").replace(" ", "").split(","):
            return compressing.process_response(request, response)
        body = _squeezed(response.getvalue())
        small = HttpResponse(body, headers={k: v for k, v in response.items() if k not in {"Content-Length", "ETag"}})
        small["Content-Encoding"] = "br"
        patch_vary_headers(small, ["Accept-Encoding"])
        response.close()
        return small

    return middleware


@lru_cache(maxsize=64)
def _squeezed(body: bytes) -> bytes:
    """That file at its smallest: slow to make, and made once."""
    small: bytes = brotli.compress(body)
    return small


def language(get_response: Handler) -> Handler:
    """Danish first; English where the person chose it. The choice is a cookie with two letters in it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get("__Host-language", "")
        with translation.override(chosen if chosen in {"da", "en"} else "da"):
            response = get_response(request)
            if not request.path.startswith(settings.STATIC_URL):  # what stays the same for everybody is kept as that
                response["Content-Language"] = translation.get_language() or "da"
                patch_vary_headers(response, ["Cookie"])
            return response

    return middleware


def gate(get_response: Handler) -> Handler:
    """The session, the mark of the URL, and the main transaction. A database that is gone is answered with 503."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        asked = gated(request)
        asked.ht, asked.person, asked.new_token, asked.new_grant = NOWHERE, None, "", None
        try:
            response = _passed(request, get_response)
        except (DatabaseError, InterfaceError, NotLogged) as failure:
            asked.person = None
            for alias in ("gate", "default"):
                connections[alias].close_if_unusable_or_obsolete()
            logger.error("%s: %s %s", _place(request), type(failure).__name__, _sqlstate(failure))
            response = answers.unavailable(request)
        if asked.new_token:
            response.set_cookie(COOKIE, asked.new_token, secure=True, httponly=True, samesite="Lax")
        if asked.new_grant:
            response.set_cookie(GRANT_COOKIE, asked.new_grant, secure=True, httponly=True, samesite="Lax")
        elif asked.new_grant is not None:
            response.delete_cookie(GRANT_COOKIE)
        return response

    return middleware


def _passed(request: HttpRequest, get_response: Handler) -> HttpResponseBase:
    try:
        mark = mark_of(resolve(request.path_info).func)
    except Resolver404:
        mark = Mark(None, Activity.PASSIVE, "there is no such page")
    if mark is None:
        logger.critical("a URL without a mark: %s", _place(request))
        return answers.refused(request, status=403)
    if mark.why and not mark.door:
        return _drawn(get_response(request))
    under_grant = bool(request.COOKIES.get(GRANT_COOKIE)) and (mark.permission is not None or mark.granted)
    at = _touched(request, acted=mark.activity is Activity.ACTIVE, token=token_of(request) if under_grant else None)
    gated(request).ht = at
    if under_grant and mark.permission is not None and not (at.signed_in and at.kind == "grant"):
        gated(request).new_grant = ""
        return answers.grant_over(request, at.purpose if at.state == "ended" else at.state)
    return _asked_for(request, get_response, at, mark)


def _asked_for(request: HttpRequest, get_response: Handler, at: At, mark: Mark) -> HttpResponseBase:
    """The answer to a request whose session is known: outside, at the door, after a proof, or inside."""
    if mark.permission is None:
        return _drawn(get_response(request))
    if not at.signed_in:
        return _to_sign_in(request, at)
    if mark.proof is not None:
        if mark.proof(request) and not proving.is_fresh(at):
            return _proved(request, get_response, at, mark, mark.permission)
        if proof.ASKED in request.POST:  # asked in one tab, proved in another meanwhile
            return redirect(request.get_full_path())
    return _inside(request, get_response, at, mark, mark.permission)


def _proved(
    request: HttpRequest, get_response: Handler, at: At, mark: Mark, permission: Permission
) -> HttpResponseBase:
    """The answer to somebody who proves again who they are with this very request; else the page that asks for it."""
    refused = ""
    if proof.was_given(request):
        try:
            token = proof.take(request, at, From(address_of(request), agent_of(request)))
        except proving.NotProved as failed:
            refused = str(failed)
        else:
            gated(request).new_token = token
            gated(request).ht = at = touch(token, acted=True)
            if proof.ASKED in request.POST:  # it was a page that was asked for: nothing is sent again
                rotate_token(request)
                return redirect(request.get_full_path())
            return _inside(request, get_response, at, mark, permission)
    return _inside(request, lambda asking: proof.ask(asking, refused), at, mark, permission)


def _drawn(response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, Page):
        response.draw()
    return response


def token_of(request: HttpRequest) -> str | None:
    """The cookie of the session that a page is about: of a grant where the browser is inside a customer."""
    return request.COOKIES.get(GRANT_COOKIE) or request.COOKIES.get(COOKIE)


def _touched(request: HttpRequest, *, acted: bool, token: str | None = None) -> At:
    """Touch the session; a connection that a restart of the database has broken is replaced once."""
    token = token or request.COOKIES.get(COOKIE)
    address, agent = address_of(request), agent_of(request)
    try:
        return touch(token, acted=acted, address=address, agent=agent)
    except (OperationalError, InterfaceError) as lost:
        if _sqlstate(lost)[:3] not in {"", "080", "57P"}:  # lost connections only: SQLSTATE 08xxx, 57P0x, or none
            raise
        for alias in ("gate", "default"):
            connections[alias].close()
        return touch(token, acted=acted, address=address, agent=agent)


def _answered(
    request: HttpRequest, get_response: Handler, at: At, mark: Mark, permission: Permission
) -> HttpResponseBase:
    """Enter, check, let the view answer, and send its events with COMMIT: everything in one transaction."""
    if not connections["default"].in_atomic_block and connections["default"].connection is not None:
        connections["default"].close_if_unusable_or_obsolete()
    with entered(at.h1), _tracing(request, at) as trace:
        person = gated(request).person = person_of_session()
        check(person.actor, permission)
        reads_only = person.actor.guest and not mark.guests
        if reads_only and request.method not in {"GET", "HEAD"}:
            raise Denied(permission=permission)
        inside = person.actor.grant is not None and not mark.granted
        if inside and request.method not in {"GET", "HEAD"}:
            raise Denied(permission=permission)
        reads_only = reads_only or inside
        with only_reading() if inside else nullcontext():
            response = get_response(request)
            if gated(request).new_token:  # after the form's own token was looked at, before a page carries the next
                rotate_token(request)
            failure = getattr(response, "heretask_failure", None)
            if failure is not None:
                raise failure
        if reads_only and not _marked(response):
            raise Denied(permission=permission)
        if isinstance(response, Page):
            if not trace.pending and mark.activity is Activity.ACTIVE:  # no page without an event (LOG-3)
                record(log_events.SHOWN, on=(resolve(request.path_info).view_name, None))
            send(trace)  # events and COMMIT travel while the page is drawn
            response.draw()
    return response


def _tracing(request: HttpRequest, at: At) -> AbstractContextManager[Trace]:
    """What collects this request's events. Without the scope for it, no key of the customer's is unwrapped."""
    address, agent = address_of(request), agent_of(request)
    if at.kind == "grant":
        grant = grant_of_session()
        gated(request).ht = replace(at, grant_id=grant.id)
        if not grant.opens:
            return tracing(b"", grant=grant.id, keyless=True, address=address, agent=agent)
        key = unwrap_customer_key(grant.owner_id, grant.customer.wrapped_key)
        return tracing(key, grant=grant.id, address=address, agent=agent)
    customer = Customer.objects.get()
    return tracing(unwrap_customer_key(customer.id, customer.wrapped_key), address=address, agent=agent)


def _marked(response: HttpResponseBase) -> bool:
    """Whether a guest may have this answer: a page, which bears their name, or a redirect; no file and no paper."""
    return response.status_code in {301, 302} or (isinstance(response, Page) and not isinstance(response, Paper))


def _inside(
    request: HttpRequest, get_response: Handler, at: At, mark: Mark, permission: Permission
) -> HttpResponseBase:
    """The answer inside the session; a refusal or failure rolls it back and leaves its event through the gate."""
    try:
        receive_if(request, mark)
        return _answered(request, get_response, at, mark, permission)
    except Denied as denied:
        _note_denial(request, denied)
        return (
            answers.gone(request, denied)
            if isinstance(denied, Gone)
            else answers.refused(request, status=403, signed_in=True)
        )
    except Http404:
        _note_denial(request, None)
        return answers.refused(request, status=404, signed_in=True)
    except (BadRequest, SuspiciousOperation) as bad:
        return answers.bad_request(request, bad)
    except NotLogged:
        record_at_gate(log_events.UNLOGGED, customer_id=at.customer_id or UUID(int=0), actor=at.user_id, session=at.id)
        raise
    except CannotOpen as failure:
        return _cannot_open(request, at, failure)
    except (OperationalError, InterfaceError, DatabaseError) as failure:
        if _sqlstate(failure) == "28000":
            return _to_sign_in(request, at)
        raise
    except Exception as failure:  # noqa: BLE001  (a fault of ours: rolled back, logged by type and place, never by value)
        answers.log_failure(failure)
        _note_failure(at)
        return answers.failed(request)


def _cannot_open(request: HttpRequest, at: At, failure: CannotOpen) -> HttpResponse:
    """A fault; or somebody inside without keys wanted what cannot be done without one, which is a refusal."""
    if isinstance(failure, NoKeys):
        return _refused(request)
    logger.error("%s: %s", _place(request), failure)
    _note_failure(at)
    return answers.failed(request)


def _refused(request: HttpRequest) -> HttpResponse:
    _note_denial(request, None)
    return answers.refused(request, status=403, signed_in=True)


def _to_sign_in(request: HttpRequest, at: At) -> HttpResponse:
    """To the sign-in page and back; fragments and polls get a bare 401. The cookie itself is left alone (B1)."""
    fragment = request.headers.get("HX-Request") or request.headers.get("X-Requested-With") == "fetch"
    if fragment or (request.method not in {"GET", "HEAD"} and request.headers.get("Sec-Fetch-Mode") == "cors"):
        return HttpResponse(status=401)
    after = {"next": request.path} if request.method == "GET" else {}
    if at.state in _TOLD | {"ended"}:
        after["why"] = at.purpose if at.purpose in _TOLD else at.state
    return redirect(f"/sign-in/?{urlencode(after)}" if after else "/sign-in/")


def _note_denial(request: HttpRequest, denied: Denied | None) -> None:
    at = gated(request).ht  # with the grant, once inside under one
    match = resolve(request.path_info) if request.path_info else None
    ids = [v for v in (match.kwargs.values() if match else []) if isinstance(v, UUID)]
    record_at_gate(
        access_events.DENIED, customer_id=at.customer_id or UUID(int=0), actor=at.user_id, session=at.id,
        on=(match.view_name if match else "", ids[0] if ids else None),
        purpose=str(denied.permission or "") if denied else "", outcome="refused",
        address=address_of(request), agent=agent_of(request), grant=at.grant_id,
    )  # fmt: skip


def _note_failure(at: At) -> None:
    if at.customer_id:
        record_at_gate(log_events.FAILED, customer_id=at.customer_id, actor=at.user_id, session=at.id, outcome="failed")


def _sqlstate(failure: BaseException) -> str:
    return getattr(failure.__cause__, "sqlstate", None) or ""


def _place(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return "no such page"

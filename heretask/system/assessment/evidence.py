"""Measured here because it needs the list of our own pages: that no browser may keep one, and how files leave."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Iterator

from django.conf import settings
from django.db import connections
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.permissions import Permission
from heretask.kernel.evidence.handshake import SECONDS, context_for, where
from heretask.kernel.evidence.measuring import INSTALLATION, Result, State, evidence
from heretask.kernel.evidence.synthetic import ROLES, alone, signed_in
from heretask.kernel.files.handing import BASES
from heretask.ui.marks import Activity, mark_of

FEWEST = 3  # pages that must have answered before anything can be said


@evidence(
    "REMOTE-3",
    scope=INSTALLATION,
    counts=_("answers that a browser may keep and files handed over unsaid, of the pages that were fetched"),
    how=_(
        "A synthetic person signs in as a carer and as an administrator, and fetches every page that they reach and "
        "that needs no further address, through our own address, as a browser would. Each answer must forbid the "
        "browser to keep it (no-store), also where something stands between us and the browser. A file leaves by being "
        "handed over alone: every such act in the database must say to whom, by what right and how. Where nobody "
        "answers, it cannot be measured."
    ),
)
def remote_3() -> Result:
    """Pages fetched over our own address, and whether a browser may keep them."""
    try:
        answers = alone(_fetch_all)
    except ssl.SSLCertVerificationError:
        return Result(State.UNKNOWN, "-", {"reason": "certificate"})
    except (OSError, http.client.HTTPException) as failure:
        return Result(State.UNKNOWN, "-", {"reason": type(failure).__name__})
    kept = [path for path, control in answers if "no-store" not in control]
    if len(answers) < FEWEST:
        return Result(State.UNKNOWN, f"- / {len(answers)}", {"pages": len(answers)})
    handed, bare, bases = _handed_over()
    state = State.BROKEN if kept or bare else State.HOLDS
    sample = {"pages": len(answers), "keepable": kept[:5]}
    sample |= {"handed_over": handed, "handed_bare": bare, **{f"handed_{one}": n for one, n in bases.items()}}
    return Result(state, f"{len(kept) + bare} / {len(answers)}", sample)


def _handed_over() -> tuple[int, int, dict[str, int]]:
    """Files handed over in 30 days, how many ever without receiver, basis or way, and how many on which basis."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select handed, bare, bases from ht.handing_facts()")
        handed, bare, bases = cursor.fetchone()
    found = json.loads(bases)
    return handed, bare, {basis: found.get(basis, 0) for basis, _label in BASES}


def _fetch_all() -> list[tuple[str, str]]:
    """(path, Cache-Control) of every page that answered the synthetic person."""
    host, port = where(str(settings.HERETASK_ADDRESS))
    found = []
    with signed_in() as (_person, token):
        asking = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context_for(host))
        try:
            for path in pages():
                asking.request(
                    "GET",
                    path,
                    headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={token}", "User-Agent": "HereTask proof"},
                )
                answer = asking.getresponse()
                answer.read()
                if answer.status == 200:
                    found.append((path, answer.getheader("Cache-Control") or ""))
        finally:
            asking.close()
    return found


def pages() -> list[str]:
    """Every address of ours that the synthetic person's roles reach, and that takes nothing further."""
    return sorted(set(_walk(get_resolver().url_patterns, "/", frozenset().union(*(role.may for role in ROLES)))))


def _walk(patterns: list[URLPattern | URLResolver], before: str, may: frozenset[Permission]) -> Iterator[str]:
    for one in patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, path, may)
            continue
        mark = mark_of(one.callback)
        if mark and mark.permission in may and mark.activity is Activity.ACTIVE and "<" not in path:
            yield path

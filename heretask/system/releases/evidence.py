"""Measured: that the employed reach the source code, that what runs was released, and that it works in browsers.

Over the installation, and published to every customer: commits, counts and versions, no names.
"""

from __future__ import annotations

import datetime as dt
import http.client
import re
from collections import Counter
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence import markup
from heretask.kernel.evidence.handshake import SECONDS, context_for, where
from heretask.kernel.evidence.measuring import INSTALLATION, Result, State, evidence
from heretask.kernel.evidence.reading import since
from heretask.kernel.evidence.synthetic import alone, signed_in
from heretask.kernel.identity.models import Session
from heretask.kernel.release.browsers import ENGINES, WIDTHS, Walked
from heretask.kernel.release.running import running

from . import policies, queries

FIRST = dt.timedelta(days=30)  # from the installation to its first approved release
INSIDE = (  # of each system; the head of a page, its scripts and its style sheet are the same on all
    "/platform/today/", "/platform/messages/", "/social/citizens/", "/admin/users/", "/system/assessment/",
)  # fmt: skip
OUTSIDE = ("/sign-in/", "/there-is-no-such-page/")
_SEEN = (  # the order matters: each later one names the ones before, too
    ("firefox", re.compile(r"Firefox/(\d+)")),
    ("chromium", re.compile(r"(?:Chrome|Chromium|CriOS)/(\d+)")),
    ("webkit", re.compile(r"AppleWebKit/.* Version/(\d+)[\d.]* .*Safari/")),
)


@evidence(
    "SOURCE-1",
    scope=INSTALLATION,
    counts=_("employed logins that may fetch the source code, of all"),
    how=_(
        "The commit that runs must be a release that somebody of Management approved. The files that run are "
        "compared with the archive of that release, which must lie there with its bill of materials. Every "
        "employed login must have the right to fetch both, and no role with that right may reach citizens. A new "
        "installation has 30 days for its first approval."
    ),
)
def source_1() -> Result:
    """Employed logins with access, and the release that runs."""
    facts = queries.facts()
    without, mixed = len(facts.employees) - facts.with_access, queries.mixed_roles()
    sample: dict[str, Any] = {
        "commit": facts.running.commit[:12] or "?", "released": facts.release is not None,
        "release_version": facts.release["version"] if facts.release else None,
        "same_code": facts.same_code, "release_kept": facts.kept,
        "components": facts.release["components"] if facts.release else 0, "mixed_roles": mixed,
    }  # fmt: skip
    state = State.HOLDS if facts.may_run and facts.kept and sample["components"] else State.BROKEN
    last = facts.since + FIRST
    if not facts.approved and timezone.now() < last:
        state = State.DUE
        sample["due_on"] = timezone.localdate(last).isoformat()
    if without or mixed:
        state = State.BROKEN
    return Result(state, f"{facts.with_access} / {len(facts.employees)}", sample)


@evidence(
    "WEB-1",
    scope=INSTALLATION,
    counts=_("browser engines in which the running release passed its tests, of three"),
    how=_(
        "Before a release a script walks through the systems in Chromium, Firefox and WebKit (the engine of Safari),"
        " at a desk's and at a phone's width, and its result is kept with the release. It counts only for exactly the"
        " files that run, when every step of every walk passed, and for 60 days: browsers get new versions all the"
        " time. Besides, pages of each of the four systems are fetched through our own address with their scripts and"
        " style sheets: none may load anything from elsewhere or ask to install anything, and the content policy must"
        " forbid it. Where no release runs (a demonstration, development), it is not measured."
    ),
)
def web_1() -> Result:
    """Engines that the code that runs passed in, and what its pages load."""
    here = running()
    released, walked = queries.browsers_here(here)
    sample: dict[str, Any] = {"browser_release": released, **_walked(walked), "browser_sign_ins": _signed_in_with()}
    try:
        pages = alone(_fetched)
    except (OSError, http.client.HTTPException) as failure:
        return Result(State.UNKNOWN, "-", sample | {"reason": type(failure).__name__})
    elsewhere = sorted(path for path, loads, _asks in pages if loads)
    installs = sorted(path for path, _loads, asks in pages if asks)
    sample |= {"pages": len(pages), "pages_elsewhere": elsewhere, "pages_installing": installs}
    passed = walked.passed if walked else ()
    figure = f"{len(passed)} / {len(ENGINES)}"
    if elsewhere or installs:
        return Result(State.BROKEN, figure, sample)
    if walked is None:  # a release without browser tests is none that we may promise; elsewhere nothing is
        return Result(State.BROKEN, figure, sample) if released else Result(State.UNKNOWN, "-", sample)
    return Result(_state(walked, sample), figure, sample)


def _state(walked: Walked, sample: dict[str, Any]) -> State:
    age = timezone.now() - walked.at
    if set(walked.passed) != set(ENGINES) or age > policies.STALE:
        return State.BROKEN
    if age > policies.CURRENT:
        sample["due_on"] = timezone.localdate(walked.at + policies.STALE).isoformat()
        return State.DUE
    return State.HOLDS


def _walked(walked: Walked | None) -> dict[str, Any]:
    if walked is None:
        return {"browser_engines": [], "browser_failed": [], "browser_widths": [], "browser_days": None}
    versions = walked.versions()
    failed = [f"{one.engine} {one.width}" for one in walked.walks if not one.passed]
    return {
        "browser_engines": [f"{one} {versions.get(one, '-')}" for one in walked.passed], "browser_failed": failed,
        "browser_widths": [w for w in WIDTHS if all(one.passed for one in walked.walks if one.width == w)],
        "browser_days": (timezone.now() - walked.at).days,
    }  # fmt: skip


def engine_of(agent: str) -> tuple[str, int] | None:
    """Which engine a browser says it has, and its version; an own description is believed as far as it goes."""
    for engine, says in _SEEN:
        if found := says.search(agent):
            return engine, int(found[1])
    return None


def _signed_in_with() -> list[str]:
    """Sessions of people in 30 days by engine, with the newest version of each: of all customers, so of nobody."""
    count: Counter[str] = Counter()
    newest: dict[str, int] = {}
    found = Session.objects.filter(kind="person", made_at__gte=since()).values("agent").annotate(n=Count("id"))
    for agent, n in found.values_list("agent", "n"):
        seen = engine_of(agent)
        count[seen[0] if seen else "?"] += n
        if seen:
            newest[seen[0]] = max(newest.get(seen[0], 0), seen[1])
    return [f"{one} {newest[one]}: {n}" if one in newest else f"{one}: {n}" for one, n in count.most_common()]


def _fetched() -> list[tuple[str, list[str], list[str]]]:
    """(path, what it loads from elsewhere, what it asks to install) of real pages and all they bring with them."""
    address = str(settings.HERETASK_ADDRESS)
    host, port = where(address)
    asking = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context_for(host))
    try:
        with signed_in() as (_person, token):
            cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={token}"}
            look = _Look(asking, address.partition("://")[2].strip("/"))
            return [look.at(path, cookie) for path in INSIDE] + [look.at(path, {}) for path in OUTSIDE]
    finally:
        asking.close()


class _Look:
    """Looks at pages; a script or style sheet that many bring is looked at once."""

    def __init__(self, asking: http.client.HTTPSConnection, host: str) -> None:
        self.asking, self.host = asking, host
        self.parts: dict[str, tuple[list[str], list[str]]] = {}

    def at(self, path: str, cookie: dict[str, str]) -> tuple[str, list[str], list[str]]:
        """A page with what it brings."""
        status, policy, html = self._got(path, cookie)
        if status not in {200, 404}:
            raise http.client.HTTPException(str(status))
        loads, installs, ours = markup.read(html, self.host)
        loads += markup.policy_elsewhere(policy)
        for part in ours:
            if part not in self.parts:
                self.parts[part] = markup.read_part(self._got(part, {})[2], self.host)
            loads, installs = loads + self.parts[part][0], installs + self.parts[part][1]
        return path, loads, installs

    def _got(self, path: str, cookie: dict[str, str]) -> tuple[int, str, str]:
        self.asking.request("GET", path, headers={"User-Agent": "HereTask proof", **cookie})
        answer = self.asking.getresponse()
        return answer.status, answer.getheader("Content-Security-Policy") or "", answer.read().decode(errors="replace")

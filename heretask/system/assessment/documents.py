"""The whole assessment as something that leaves: one structure, of which PDF, JSON and OSCAL are made."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heretask.kernel.evidence.measuring import MEASURES, code_version
from heretask.kernel.evidence.promises import PROMISES, SECTIONS
from heretask.kernel.evidence.weighing import WORDS, Weighed
from heretask.kernel.log.attesting import check
from heretask.kernel.log.notes import NotANote
from heretask.kernel.paper.making import pdf

from . import oscal, paper
from .queries import Assessment

FORMATS = ("pdf", "json", "oscal", "catalog")
ENDINGS = {"pdf": "pdf", "json": "json", "oscal": "oscal.json", "catalog": "catalog.oscal.json"}


def document(found: Assessment, *, customer: str, minutes: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Every promise of every section with what was measured, in the reader's language; customers are not told apart."""
    now = timezone.now().replace(microsecond=0)
    made: dict[str, Any] = {
        "title": _("The living assessment"), "customer": customer, "language": (get_language() or "da")[:2],
        "made_at": now.isoformat(), "code": code_version(), "everywhere": found.everywhere,
        "about": _("What we have promised, and whether it holds."),
        "plan": _("Each promise is measured on the running system, by the program itself, at least once a day."),
        "sections": [
            {"title": str(title), "promises": [_promise(found.weighed[p.id], now) for p in promises]}
            for title, promises in SECTIONS
        ],
    }  # fmt: skip
    if minutes:
        said = _("Minutes of the general meeting, signed by both managers %(day)s.") % {"day": minutes["signed_on"]}
        made["minutes"] = {**minutes, "said": said}
    return made


def _promise(one: Weighed, now: dt.datetime) -> dict[str, Any]:
    promise, measure = PROMISES[one.promise], MEASURES.get(one.promise)
    age = round((now - one.measured_at).total_seconds()) if one.measured_at else None
    return {
        "id": one.promise, "sentence": str(promise.sentence), "kinds": promise.kinds, "state": WORDS[one.state],
        "figure": one.figure or None, "sample": dict(one.sample),
        "measured_at": one.measured_at.isoformat() if one.measured_at else None, "age_seconds": age, "stale": one.stale,
        "counts": str(measure.counts) if measure else "", "how": str(measure.how) if measure else "",
        "seconds": round(one.seconds, 3), "code": one.code_version,
    }  # fmt: skip


def make(kind: str, told: Mapping[str, Any], found: Assessment, *, foot: str) -> bytes:
    """The document of that kind, as bytes."""
    if kind == "pdf":
        return pdf("assessment", paper.told(told, found, foot), at=dt.datetime.fromisoformat(told["made_at"]))
    thing: Mapping[str, Any] = told
    if kind == "oscal":
        thing = oscal.results(told)
    elif kind == "catalog":
        thing = oscal.catalog(told)
    return (json.dumps(thing, ensure_ascii=False, indent=1, sort_keys=kind == "json") + "\n").encode()


def digest_of(content: bytes) -> str:
    """SHA-256 of a document."""
    return hashlib.sha256(content).hexdigest()


def read_back(content: bytes) -> dict[str, str]:
    """State by promise, of a JSON or OSCAL assessment. Raises ValueError with what is wrong."""
    try:
        text = content.decode()
        found = json.loads(text)
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise ValueError("this is no JSON") from None
    if isinstance(found, dict) and "assessment-results" in found:
        states = oscal.read(text)
    else:
        try:
            states = {one["id"]: one["state"] for section in found["sections"] for one in section["promises"]}
        except (KeyError, TypeError):
            raise ValueError("this is no assessment") from None
    missing = sorted(PROMISES.keys() - states.keys())
    if missing or states.keys() - PROMISES.keys():
        raise ValueError(f"the promises are not all there, or others: {', '.join(missing) or 'unknown ones'}")
    wrong = sorted({state for state in states.values() if state not in WORDS.values()})
    if wrong:
        raise ValueError("a state is none that there is")
    return states


def signed_at(content: bytes, signature: str) -> str:
    """When the document was signed; raises ValueError where the signature is not of just these bytes."""
    try:
        return check(digest_of(content), signature)
    except NotANote as wrong:
        raise ValueError(str(wrong)) from wrong

"""The whole assessment as something that leaves: one structure, of which PDF, JSON and OSCAL are made."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heretask.kernel.evidence.measuring import MEASURES, code_version
from heretask.kernel.evidence.promises import PROMISES, SECTIONS
from heretask.kernel.evidence.weighing import NOT_MEASURED, WORDS, Weighed
from heretask.kernel.log.attesting import check
from heretask.kernel.log.notes import NotANote
from heretask.kernel.paper.making import pdf

from . import oscal
from .presenters import said_sample, said_state
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
        return pdf("assessment", _paper(told, found, foot), at=dt.datetime.fromisoformat(told["made_at"]))
    thing: Mapping[str, Any] = told
    if kind == "oscal":
        thing = oscal.results(told)
    elif kind == "catalog":
        thing = oscal.catalog(told)
    return (json.dumps(thing, ensure_ascii=False, indent=1, sort_keys=kind == "json") + "\n").encode()


def _paper(told: Mapping[str, Any], found: Assessment, foot: str) -> dict[str, Any]:
    """What the template asks for: everything in words."""
    at = timezone.localtime(dt.datetime.fromisoformat(told["made_at"]))
    states = [one.state for one in found.weighed.values()]
    heads = [("ok", _("Holds")), ("due", _("Due")), ("broken", _("Broken")), ("unknown", _("Not measured"))]
    return {
        "lang": told["language"], "title": told["title"], "customer": told["customer"], "foot": foot,
        "page": [_("Page"), _("of")],
        "facts": [(_("Made"), f"{date_format(at, 'j. F Y')} {at:%H.%M}"), (_("Version"), told["code"])],
        "intro": [told["about"], told["plan"]],
        "counts": [
            (str(word), str(states.count(key) + (states.count(NOT_MEASURED) if key == "unknown" else 0)))
            for key, word in heads
        ],
        "sections": [
            {"title": section["title"], "promises": [_paper_promise(one, found) for one in section["promises"]]}
            for section in told["sections"]
        ],
    }  # fmt: skip


def _paper_promise(one: Mapping[str, Any], found: Assessment) -> dict[str, Any]:
    weighed = found.weighed[one["id"]]
    facts = [(_("State"), said_state(weighed.state, stale=weighed.stale))]
    if weighed.measured_at:
        at = timezone.localtime(weighed.measured_at)
        facts += [
            (_("Figure"), f"{weighed.figure} ({one['counts']})" if one["counts"] else weighed.figure),
            (_("Measured"), f"{date_format(at, 'j. F Y')} {at:%H.%M}"),
            (_("Version"), weighed.code_version),
        ]  # fmt: skip
    return {
        "id": one["id"], "sentence": one["sentence"], "facts": facts, "how": one["how"],
        "sample": [[label, value] for label, value in said_sample(weighed.sample)],
    }  # fmt: skip


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

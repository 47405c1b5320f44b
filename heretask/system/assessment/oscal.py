"""The assessment as OSCAL 1.2 (NIST): a catalog of the promises, and assessment results. No page, no database.

Each measurement is an observation, apart from the finding that rests on it; every id is made from what it names, so
that the same assessment always has the same ids (UUID version 5, as OSCAL asks of what is exchanged again).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

VERSION = "1.2.1"
_SPACE = UUID("6f0d7c2a-7c3e-5b9e-9a53-1d4f0a8f5e62")  # of ids that are made here; never to change
_PROPS = "https://heretask.example/ns/oscal"
SATISFIED = {"holds": "satisfied"}
NOT_DONE = "not measured yet"


def id_of(*names: object) -> str:
    """The id of what those names name."""
    return str(uuid5(_SPACE, "/".join(str(name) for name in names)))


def catalog(document: Mapping[str, Any]) -> dict[str, Any]:
    """The promises as controls, in their sections."""
    groups = [
        {
            "id": f"s{number}", "title": section["title"],
            "controls": [
                {
                    "id": _control(one["id"]), "title": one["sentence"],
                    "props": [_prop("kept-by", kind) for kind in one["kinds"]],
                    "parts": [{"id": f"{_control(one['id'])}_smt", "name": "statement", "prose": one["sentence"]}],
                }
                for one in section["promises"]
            ],
        }
        for number, section in enumerate(document["sections"], 1)
    ]  # fmt: skip
    made = {
        "uuid": id_of("catalog", document["code"], document["language"]),
        "metadata": _metadata(document, document["title"]), "groups": groups,
    }  # fmt: skip
    return {"catalog": made}


def results(document: Mapping[str, Any]) -> dict[str, Any]:
    """What was measured, and what follows of it for each promise."""
    promises = [one for section in document["sections"] for one in section["promises"]]
    measured = [one for one in promises if one["state"] != NOT_DONE]
    source = (document["customer"], document["made_at"])
    result = {
        "uuid": id_of("result", *source), "title": document["title"], "description": document["about"],
        "start": min((one["measured_at"] for one in measured), default=document["made_at"]), "end": document["made_at"],
        "reviewed-controls": {
            "control-selections": [{"include-controls": [{"control-id": _control(one["id"])} for one in promises]}]
        },
        "findings": [_finding(one, source) for one in promises],
    }  # fmt: skip
    if measured:
        result["observations"] = [_observation(one, source) for one in measured]
    if document.get("minutes"):
        result["attestations"] = [_attestation(document["minutes"])]
    plan = id_of("plan")
    made = {
        "uuid": id_of("results", *source), "metadata": _metadata(document, document["title"]),
        "import-ap": {"href": f"#{plan}"}, "results": [result],
        "back-matter": {"resources": [{"uuid": plan, "title": document["title"], "description": document["plan"]}]},
    }  # fmt: skip
    return {"assessment-results": made}


def _metadata(document: Mapping[str, Any], title: str) -> dict[str, Any]:
    return {
        "title": title, "last-modified": document["made_at"], "version": document["code"], "oscal-version": VERSION,
        "props": [_prop("customer", document["customer"])],
    }  # fmt: skip


def _observation(one: Mapping[str, Any], source: Sequence[str]) -> dict[str, Any]:
    said = json.dumps({"figure": one["figure"], "sample": one["sample"]}, sort_keys=True, ensure_ascii=False)
    return {
        "uuid": id_of("observation", *source, one["id"]), "title": one["id"],
        "description": one["how"] or one["sentence"],
        "methods": ["TEST" if "M" in one["kinds"] or "E" in one["kinds"] else "EXAMINE"],
        "collected": one["measured_at"],
        "props": [
            _prop("state", one["state"]), _prop("figure", one["figure"] or "-"), _prop("code", one["code"] or "-"),
        ],
        "relevant-evidence": [{
            "href": f"{document_address(one['id'])}", "description": one["counts"] or one["sentence"],
            "props": [_prop("sha256", hashlib.sha256(said.encode()).hexdigest())], "remarks": said,
        }],
    }  # fmt: skip


def document_address(promise: str) -> str:
    """Where the evidence of a promise stands, below the address of the installation."""
    return f"/system/assessment/#{promise}"


def _finding(one: Mapping[str, Any], source: Sequence[str]) -> dict[str, Any]:
    state = SATISFIED.get(one["state"], "not-satisfied")
    made: dict[str, Any] = {
        "uuid": id_of("finding", *source, one["id"]), "title": one["id"], "description": one["sentence"],
        "target": {
            "type": "statement-id", "target-id": f"{_control(one['id'])}_smt",
            "status": {"state": state, "reason": {"holds": "pass", "broken": "fail"}.get(one["state"], "other"),
                       "remarks": one["state"]},
        },
    }  # fmt: skip
    if one["state"] != NOT_DONE:
        made["related-observations"] = [{"observation-uuid": id_of("observation", *source, one["id"])}]
    return made


def _attestation(minutes: Mapping[str, str]) -> dict[str, Any]:
    props = [_prop("sha256", minutes["digest"]), _prop("signed", minutes["signed_on"])]
    return {
        "parts": [
            {"uuid": id_of("minutes", minutes["digest"]), "name": "minutes", "prose": minutes["said"], "props": props}
        ]
    }


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": _PROPS, "value": value}


def _control(promise: str) -> str:
    return promise.lower()


def read(text: str) -> dict[str, str]:
    """State by promise, of assessment results that were written here. Raises ValueError with what is wrong."""
    try:
        found = json.loads(text)["assessment-results"]["results"]
        observed = {o["uuid"]: o for one in found for o in one.get("observations", [])}
        states = {}
        for finding in (finding for one in found for finding in one["findings"]):
            states[str(finding["title"])] = str(finding["target"]["status"]["remarks"])
            if any(o["observation-uuid"] not in observed for o in finding.get("related-observations", [])):
                raise ValueError("a finding rests on an observation that is not there")
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError("these are no assessment results") from wrong
    return states

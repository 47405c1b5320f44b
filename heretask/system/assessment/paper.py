"""The assessment on paper: everything that the template asks for, in words of the reader's language."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heretask.kernel.evidence.weighing import NOT_MEASURED

from .queries import Assessment
from .words import said_sample, said_state

GROUPS = ("ok", "due", "broken", "unknown")


def told(found_as: Mapping[str, Any], found: Assessment, foot: str) -> dict[str, Any]:
    """What the template `assessment` prints, of the document as it is told to programs."""
    sections = [_section(one, found) for one in found_as["sections"]]
    promises = [one for section in sections for one in section["promises"]]
    return {
        "lang": found_as["language"], "title": found_as["title"], "customer": found_as["customer"], "foot": foot,
        "page": [_("Page"), _("of")], "cover": True, "facts": _facts(found_as, found),
        "intro": [found_as["about"], found_as["plan"]], "counts": _counts(promises),
        "of": _("of %(all)d promises in %(sections)d sections") % {"all": len(promises), "sections": len(sections)},
        "now": sorted((one for one in promises if _group(one["key"]) in {"broken", "unknown"}), key=_most_urgent),
        "overview": {
            "head": [_("Section"), _("Promises"), *_heads().values()],
            "rows": [[one["title"], str(len(one["promises"])), *_in_groups(one["promises"])] for one in sections],
        },
        "states": _states(), "sections": sections, "verify": _verify(),
        "command": _COMMAND.format(day=found_as["made_at"][:10]),
        "proofs": _proofs(found_as, foot),
        "words": {
            "contents": _("Contents"), "now": _("Does not hold, or is not known"),
            "overview": _("How it stands, section by section"),
            "states": _("What the words mean"), "sample": [_("What was counted"), _("Found")],
            "verify": _("How to verify this document"),
        },
    }  # fmt: skip


_COMMAND = "python3 verify.py assessment heretask-assessment-{day}.pdf heretask-assessment-{day}.pdf.sig"


def _heads() -> dict[str, str]:
    return {"ok": _("Holds"), "due": _("Due"), "broken": _("Broken"), "unknown": _("Not measured")}


def _group(key: str) -> str:
    return "unknown" if key == NOT_MEASURED else key


def _most_urgent(one: Mapping[str, Any]) -> int:
    return ("broken", "unknown", NOT_MEASURED).index(one["key"])


def _counts(promises: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    count = Counter(_group(one["key"]) for one in promises)
    return [{"key": key, "word": word, "number": str(count[key])} for key, word in _heads().items()]


def _in_groups(promises: Iterable[Mapping[str, Any]]) -> list[str]:
    return [one["number"] for one in _counts(promises)]


def _facts(found_as: Mapping[str, Any], found: Assessment) -> list[tuple[str, str]]:
    """Whose it is, when it was made, and between which moments its figures were measured."""
    measured = [one.measured_at for one in found.weighed.values() if one.measured_at]
    facts = [(_("Made"), _moment(dt.datetime.fromisoformat(found_as["made_at"])))]
    if measured:
        facts += [(_("Oldest figure"), _moment(min(measured))), (_("Newest figure"), _moment(max(measured)))]
    whose = _("all customers: the worst of them counts") if found.everywhere else found_as["customer"]
    return [*facts, (_("Measured at"), whose), (_("Version"), found_as["code"])]


def _moment(at: dt.datetime) -> str:
    local = timezone.localtime(at)
    if get_language() == "da":
        return f"{date_format(local, 'j. F Y')} {local:%H.%M}"
    return f"{date_format(local, 'j F Y')} {local:%H:%M}"


def _section(section: Mapping[str, Any], found: Assessment) -> dict[str, Any]:
    promises = [_promise(one, found) for one in section["promises"]]
    holding = sum(one["key"] == "ok" for one in promises)
    said = _("%(holding)d of %(all)d hold.") % {"holding": holding, "all": len(promises)}
    return {"title": section["title"], "said": said, "promises": promises}


def _promise(one: Mapping[str, Any], found: Assessment) -> dict[str, Any]:
    weighed = found.weighed[one["id"]]
    measured = ""
    if weighed.measured_at:
        said = {"moment": _moment(weighed.measured_at), "version": weighed.code_version}
        measured = _("Measured %(moment)s by version %(version)s") % said
    return {
        "id": one["id"], "sentence": one["sentence"], "key": weighed.state,
        "word": said_state(weighed.state, stale=weighed.stale), "figure": weighed.figure.strip("-"),
        "counts": one["counts"],
        "measured": measured, "how": one["how"],
        "sample": [[capfirst(label), value] for label, value in said_sample(weighed.sample)],
    }  # fmt: skip


def _states() -> list[dict[str, str]]:
    meanings = {
        "ok": _("Measured, and as promised."),
        "due": _(
            "Holds still, but somebody must do something before a day; or the system is new and its first time is "
            "still to come."
        ),
        "broken": _("Measured, and not as promised."),
        "unknown": _(
            "The measurement could not be made, or its result is older than 26 hours and therefore worth nothing; or "
            "nobody has measured yet."
        ),
    }  # fmt: skip
    return [{"key": key, "word": word, "meaning": meanings[key]} for key, word in _heads().items()]


def _verify() -> list[str]:
    return [
        _(
            "This document is signed by the keys of the customer's log. Keep it beside its signature, the file that is "
            "named like it and ends in .sig, and fetch verify.py under The log in HereTask. It is one file, needs only "
            "Python, and no network."
        ),
        _(
            "The command below says whether a single byte was changed since, when it was signed and by which key. "
            "Whoever has noted a checkpoint or a key of the log before gives it with --since: then nobody can have "
            "exchanged the key either."
        ),
        _(
            "The line at the foot of each page is the newest checkpoint of the log when this was made: how many "
            "entries it had, the beginning of its root, and the time. A log that is shortened or rewritten later no "
            "longer fits it."
        ),
    ]


def _proofs(found_as: Mapping[str, Any], foot: str) -> list[tuple[str, str]]:
    proofs = [(_("Checkpoint"), foot)] if foot else []
    if "minutes" in found_as:
        proofs += [(_("Minutes"), found_as["minutes"]["said"]), ("SHA-256", found_as["minutes"]["digest"])]
    return proofs

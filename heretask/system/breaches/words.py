"""What the system itself writes into a draft, in both languages, for Management to make better."""

from __future__ import annotations

from typing import Any

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import StepKind
from .policies import LANGUAGES
from .queries import Found, Opened

PART_LABELS = {
    "nature": gettext_lazy("What happened"), "consequences": gettext_lazy("Likely consequences"),
    "measures": gettext_lazy("What we have done"),
    "advice": gettext_lazy("What they can do"), "contact": gettext_lazy("Whom they can ask"),
}  # fmt: skip

WAYS: dict[str, Any] = {
    "phone": gettext_lazy("By telephone"), "letter": gettext_lazy("By letter"),
    "post": gettext_lazy("By Digital Post or secure mail"), "visit": gettext_lazy("Face to face"),
}  # fmt: skip


def first_parts(one: Opened, found: Found, contact: str = "") -> dict[str, dict[str, str]]:
    """The free parts as they begin: from the case, what was computed and what was done."""
    parts = {}
    for language in LANGUAGES:
        with translation.override(language):
            parts[language] = {
                "nature": _nature(one, found), "consequences": _consequences(found), "measures": _measures(one),
                "advice": _advice(), "contact": contact or _("HereTask's Management"),
            }  # fmt: skip
    return parts


def _nature(one: Opened, found: Found) -> str:
    said = {
        "at": moment(one.reported_at),  "what": one.title,
        "since": moment(found.since), "until": moment(found.until),
    }  # fmt: skip
    return _("On %(at)s this was reported to us: %(what)s. It concerns the time from %(since)s to %(until)s.") % said


def _consequences(found: Found) -> str:
    if any(row.touched for row in found.rows):
        return _(
            "Somebody without a right to it may have seen personal data. We do not know of anything it was used for."
        )
    return _("The log shows no personal data that was seen or changed. We expect no consequences for citizens.")


def _measures(one: Opened) -> str:
    lines = [f"- {moment(s.at)}: {contained(s.words)}" for s in one.steps if s.kind == StepKind.CONTAINED]
    return "\n".join([_("We have stopped it and looked through the log of every customer."), *lines])


def contained(words: dict[str, object]) -> str:
    """A step of containment as a sentence, without a name."""
    sentences = {
        "suspended": _("a login was suspended"), "lifted": _("a suspension was lifted"),
        "sessions": _("sessions were ended"), "grants": _("our own access to customers was ended"),
    }  # fmt: skip
    return sentences[str(words["what"])]


def _advice() -> str:
    return _(
        "Look through the list of citizens below, if there is one, and judge the risk for each. Decide within 72 hours"
        " of this notice whether you report to Datatilsynet; below stands a draft that you can copy."
    )


def moment(at: object) -> str:
    """A day and a time that stay true when they are read later."""
    pattern = "j. F Y H.i" if (translation.get_language() or "da").startswith("da") else "j F Y H:i"
    return formats.date_format(timezone.localtime(at), pattern)  # type: ignore[arg-type]

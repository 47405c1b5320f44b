"""Who has opened a citizen: as rows by person, and as the letter that tells them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access import reasons
from heretask.kernel.log import witness
from heretask.kernel.log.openings import Opener, Place, Sight
from heretask.kernel.log.queries import moment
from heretask.kernel.log.registry import Category
from heretask.kernel.log.sentences import Teller

from .actions import PERIODS, Answer
from .exporting import Letter
from .queries import roles_between

HEAD = (_("Day"), _("Time"), _("Who"), _("What"), _("Why"), _("Times"))
ROWS_SHOWN = 200  # of a letter, on the page on which it is read first
_COUNTED = (Category.OPENED, Category.SEARCHED, Category.CHANGED, Category.HANDED)


@dataclass(frozen=True, slots=True)
class Row:
    """One person (or the operator, or the software itself) and what they did."""

    name: str
    url: str
    places: list[str]
    whys: list[str]
    times: int
    did: str
    first: dt.datetime
    last: dt.datetime


def answer_context(answer: Answer) -> dict[str, Any]:
    """The page that answers who has opened a citizen."""
    openers = answer.openers.openers
    teller = Teller()
    teller.learn_users(o.actor for o in openers if o.actor)
    teller.learn_units(purpose for o in openers for purpose in o.purposes)
    unsaid = {o.actor: (moment(o.first), moment(o.last)) for o in openers if o.actor and not _reasons(o)}
    then = roles_between(unsaid) if unsaid else {}
    base = reverse("admin.openings_citizen", args=[answer.citizen])
    rest = answer.openers.rest
    return {
        "citizen": answer.citizen, "name": answer.name, "events": answer.openers.events, "since": answer.since,
        "rows": [_row(o, answer.citizen, teller, then) for o in openers],
        "people": sum(o.actor is not None for o in openers),
        "periods": [(n, _days(n), f"{base}?days={n}", n == answer.days) for n in PERIODS],
        "reaches": moment(rest[0]) if rest else None,
        "rest_url": f"{base}?days={answer.days}&before={_as_text(rest)}" if rest else "",
    }  # fmt: skip


def _row(one: Opener, citizen: UUID, teller: Teller, then: dict[UUID, list[str]]) -> Row:
    told = _reasons(one)
    places = [r.place(teller.units) for r in told if r.role]
    whys = [r.why(teller.units) for r in told if r.kind != reasons.OPERATOR]
    url = reverse("admin.log_citizen_person", args=[citizen, one.actor]) if one.actor else ""
    return Row(
        name=_name(one, teller), url=url, whys=list(dict.fromkeys(whys)), times=one.times, did=_did(one),
        places=list(dict.fromkeys(places)) or (then.get(one.actor, []) if one.actor else []),
        first=moment(one.first), last=moment(one.last),
    )  # fmt: skip


def _reasons(one: Opener) -> list[reasons.Reason]:
    """By what rights, the most frequent first."""
    return [found for purpose, _count in one.purposes.most_common() if (found := reasons.read(purpose))]


def _name(one: Opener, teller: Teller) -> str:
    if one.actor:
        return teller.users.get(one.actor) or gettext("a user who is gone")
    if one.agent == "operator":
        return gettext("The operator at the server")
    return gettext("HereTask itself") if one.agent == "job" else gettext("Somebody unknown")


def _did(one: Opener) -> str:
    """'Opened 12, Searched 3; 5 of them in lists'."""
    said = ", ".join(f"{kind.label} {one.kinds[kind]}" for kind in _COUNTED if one.kinds[kind])
    others = one.times - sum(one.kinds[kind] for kind in _COUNTED)
    parts = [said] if said else []
    if others:
        parts.append(ngettext("%(count)d other event", "%(count)d other events", others) % {"count": others})
    if one.among:
        among = ngettext(
            "%(count)d of them in a list among others", "%(count)d of them in lists among others", one.among
        )
        parts.append(among % {"count": one.among})
    return "; ".join(parts)


def _days(days: int) -> str:
    if days == PERIODS[-1]:
        return gettext("13 months")
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def _as_text(place: Place) -> str:
    return f"{place[0]}.{place[1].hex}"


def letter_told(letter: Letter) -> dict[str, Any]:
    """A letter as its paper is given it: every word in the language that was chosen."""
    wanted = letter.wanted
    with override(wanted.language):
        rows = _letter_rows(letter)
        words = {
            "customer": letter.customer.name, "since": _day(wanted.since), "until": _day(wanted.until),
        }  # fmt: skip
        return {
            "lang": wanted.language, "title": gettext("Who has opened your data"), "customer": letter.customer.name,
            "page": [gettext("Page"), gettext("of")], "foot": witness.newest_line(),
            "facts": _facts(letter), "intro": _intro(letter, words), "sections": _sections(rows),
            "head": [str(word) for word in HEAD],
            "nothing": gettext("Nobody has opened your data in this period."),
            "outro": _outro(letter, words),
        }  # fmt: skip


def letter_page(told: dict[str, Any], kept: UUID) -> dict[str, Any]:
    """The page on which a letter is read first: its first lines, and how many there are."""
    left, sections = ROWS_SHOWN, []
    for section in told["sections"]:
        if left > 0:
            rows = [list(zip(told["head"], row, strict=True)) for row in section["rows"][:left]]
            sections.append({"title": section["title"], "rows": rows})
        left -= len(section["rows"])
    lines = sum(len(section["rows"]) for section in told["sections"])
    return {"letter": {**told, "sections": sections}, "kept": kept, "lines": lines, "cut": left < 0, "most": ROWS_SHOWN}


def _facts(letter: Letter) -> list[tuple[str, str]]:
    wanted, today = letter.wanted, timezone.localdate()
    return [
        (gettext("About:"), letter.name),
        (gettext("Period:"), f"{_day(wanted.since)} - {_day(wanted.until)}"),
        (gettext("For:"), wanted.recipient), (gettext("Occasion:"), wanted.why),
        (gettext("Made:"), gettext("%(day)s by %(customer)s") % {"day": _day(today), "customer": letter.customer.name}),
        (gettext("Number of accesses:"), str(len(letter.sights))),
    ]  # fmt: skip


def _intro(letter: Letter, words: dict[str, str]) -> list[str]:
    if letter.customer.letter_names:
        staff = gettext("Staff stand by name, role and unit.")
    else:
        staff = gettext(
            "Staff stand by role and unit, not by name. %(customer)s knows the names, and tells them where you cannot "
            "use your rights without them."
        )
    return [
        gettext(
            "This letter tells who has opened your data at %(customer)s from %(since)s to %(until)s, and why they had "
            "access. It is made from the log, in which each access is written when it happens."
        )
        % words,
        staff % words,
        gettext("Equal accesses of one day stand as one line, with the times of the first and the last."),
    ]


def _outro(letter: Letter, words: dict[str, str]) -> list[str]:
    said = []
    if any(sight.unseen for sight in letter.sights):
        said.append(gettext("What stands as done by the software itself was work that showed your data to nobody."))
    said.append(
        gettext(
            "Ask %(customer)s if something here surprises you. You can complain to Datatilsynet, the Danish Data "
            "Protection Agency."
        )
        % words
    )
    return said


def _sections(rows: list[tuple[dt.date, list[str]]]) -> list[dict[str, Any]]:
    """By month, the newest first."""
    found: list[dict[str, Any]] = []
    for day, row in rows:
        title = date_format(day, "F Y")
        if not found or found[-1]["title"] != title:
            found.append({"title": title, "rows": []})
        found[-1]["rows"].append(row)
    return found


def _letter_rows(letter: Letter) -> list[tuple[dt.date, list[str]]]:
    """One line for each day, person (or role), kind of access and reason."""
    teller = Teller()
    people = {s.actor for s in letter.sights if s.actor}
    if letter.customer.letter_names:
        teller.learn_users(people)
    teller.learn_units(s.purpose for s in letter.sights)
    unsaid = {s.actor for s in letter.sights if s.actor and not reasons.read(s.purpose)}
    spans = {
        i: (moment(min(at)), moment(max(at))) for i in unsaid if (at := [s.at for s in letter.sights if s.actor == i])
    }
    then = roles_between(spans) if spans else {}
    lines: dict[tuple[dt.date, str, str, str], list[int]] = {}
    for sight in letter.sights:
        day = timezone.localtime(moment(sight.at)).date()
        lines.setdefault((day, _who(sight, teller, then), _what(sight), _why(sight, teller)), []).append(sight.at)
    return [(key[0], [_day(key[0]), _times(at), *key[1:], str(len(at))]) for key, at in lines.items()]


def _who(sight: Sight, teller: Teller, then: dict[UUID, list[str]]) -> str:
    if sight.unseen:
        return gettext("The software itself")
    if sight.actor is None:
        return gettext("The operator at the server") if sight.agent.startswith("operator") else gettext("Unknown")
    found = reasons.read(sight.purpose)
    place = found.place(teller.units) if found and found.role else "; ".join(then.get(sight.actor, []))
    name = teller.users.get(sight.actor, "")
    return ", ".join(part for part in (name, place) if part) or gettext("An employee")


def _what(sight: Sight) -> str:
    """What was done, by its kind alone: search words and the like could be about somebody else."""
    if sight.unseen:
        return gettext("Handled by the software")
    if sight.action.startswith(("log.", "admin.")):
        return gettext("Looked in the log of who has opened your data")
    journal = sight.action.startswith(("social.journal", "social.note"))
    if sight.category is Category.OPENED and sight.alone:
        return gettext("Read your journal") if journal else gettext("Opened your data")
    if sight.category is Category.OPENED:
        return gettext("Saw you in a list with others")
    if sight.category is Category.SEARCHED:
        return gettext("Searched your journal") if sight.alone else gettext("Saw you in the answer to a search")
    if sight.category is Category.CHANGED:
        return gettext("Wrote in your journal") if journal else gettext("Changed your data")
    if sight.category is Category.HANDED:
        return gettext("Printed or handed over your data")
    return gettext("Other work with your data")


def _why(sight: Sight, teller: Teller) -> str:
    found = None if sight.unseen else reasons.read(sight.purpose)
    if found is None or found.kind == reasons.OPERATOR:
        return ""
    return found.why(teller.units)


def _times(at: list[int]) -> str:
    first, last = (f"{timezone.localtime(moment(one)):%H.%M}" for one in (min(at), max(at)))
    return first if first == last else f"{first}-{last}"


def _day(day: dt.date) -> str:
    return f"{day:%d-%m-%Y}"

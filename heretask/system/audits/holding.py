"""What Management does with minutes of a general meeting: begun from facts, filled in, signed by both (REVIEW-2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.log import record
from heretask.kernel.periods import months_after
from heretask.system.records import actions as records
from heretask.system.records.agenda import AGENDA, Item
from heretask.system.records.models import Signature, Version
from heretask.system.staff import queries as staff

from . import events, minutes, policies, proving, queries
from .actions import RUN, Mend, add_finding, close_meeting, close_year
from .declarations import FROM_MINUTES, MEETING, MEETING_HELD, MINUTES
from .languages import LANGUAGES, each, in_each
from .minutes import Content, Decision, Fact, Kept, Point
from .policies import Refused

YEAR = 12  # months back, where there are no minutes before


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody has filled in on the page of minutes: by item of the agenda, remarks and decisions."""

    participants: list[str]
    remarks: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, list[Mend]] = field(default_factory=dict)


def see(document_id: UUID, *, by: Actor) -> Kept:
    """Read minutes; raises Document.DoesNotExist."""
    check(by, RUN)
    found = minutes.one(document_id)
    record(events.MINUTES_READ, on=("minutes", document_id))
    return found


def hand_out(document_id: UUID, language: str, *, by: Actor) -> Kept:
    """Take out minutes as a document in a language; raises Document.DoesNotExist."""
    check(by, RUN)
    found = minutes.one(document_id)
    record(
        events.MINUTES_HANDED,
        on=("minutes", document_id),
        variables={"version": found.version.number, "language": language},
    )
    return found


def begin(*, meeting_on: dt.date, by: Actor) -> Version:
    """Begin minutes: each item of the agenda says what the time since the last meeting brought, and it is frozen."""
    check(by, RUN)
    before = minutes.all_minutes()
    if any(not one.signed for one in before):
        raise Refused(_("Other minutes are not signed by both yet. Finish those first."))
    if meeting_on > timezone.localdate():
        raise Refused(_("Minutes are begun on the day of the meeting or later, from what was measured until then."))
    since = before[0].content().held_on if before else months_after(meeting_on, -YEAR)
    points = [Point(item.key, in_each(item.title), _frozen(item, since, meeting_on)) for item in AGENDA]
    people, today = queries.people(), timezone.localdate()
    carried = [
        {
            "what": f.item.values["what"], "promise": f.item.values["promise"],
            "responsible": people.get(UUID(f.item.values["responsible"]), ""),
            "due_on": f.standing.duty.due_on.isoformat() if f.standing else today.isoformat(),
        }
        for f in queries.open_findings()
    ]  # fmt: skip
    made = Content(meeting_on.isoformat(), since.isoformat(), list(queries.managers().values()), points, carried)
    version = _publish(f"minutes-{uuid4().hex}", made, by)
    record(events.MINUTES_BEGUN, on=("minutes", version.document_id), variables={"digest": version.digest})
    return version


def _frozen(item: Item, since: dt.date, until: dt.date) -> list[Fact]:
    """What an item says, in each language of the same: what comes in between is said again. Raises Refused."""
    for _try in range(3):
        said = dict(each(lambda: item.facts(since, until)))
        first = said[LANGUAGES[0]]
        with translation.override(LANGUAGES[0]):
            if item.facts(since, until) == first:  # nothing was measured or done while the others were said
                return [
                    Fact({language: lines[number].text for language, lines in said.items()}, one.promise, one.state)
                    for number, one in enumerate(first)
                ]
    raise Refused(_("Something that is looked at changes just now. Try again in a moment."))


def save(document_id: UUID, filled: Filled, *, base: UUID, by: Actor) -> Version:
    """Save what was filled in as another version; the facts stay as they were, and both sign anew."""
    check(by, RUN)
    found = minutes.one(document_id)
    policies.check_not_locked(signed=found.signed)
    policies.check_same_version(found.version.id, base)
    content = filled_in(found, filled)
    made = _publish(found.version.document.key, content, by)
    record(events.MINUTES_SAVED, on=("minutes", document_id), variables={"digest": made.digest, "version": made.number})
    return made


def filled_in(found: Kept, filled: Filled) -> Content:
    """What the newest version would say with that; its facts stay as they are. Raises Refused."""
    content, people = found.content(), queries.people()
    content.participants = [name.strip() for name in filled.participants if name.strip()]
    if len(content.participants) < 2:
        raise Refused(_("Write who took part, at least two."))
    for point in content.items:
        point.remark = filled.remarks.get(point.key, "").replace("\r\n", "\n").strip()  # as browsers send lines
        point.decisions = []
        for given in filled.decisions.get(point.key, []):
            policies.check_mending(given.what, given.responsible, given.due_on, people.keys(), content.held_on)
            due_on = given.due_on.isoformat() if given.due_on else ""
            point.decisions.append(Decision(given.what.strip()[:400], str(given.responsible), due_on))
    return content


def check_saved(found: Kept, filled: Filled) -> None:
    """Raise Refused where something was filled in that the newest version does not say."""
    if filled_in(found, filled) != found.content():
        raise Refused(_("You have changed something that is not saved. Save it first, then sign that version."))


def sign(document_id: UUID, *, version_id: UUID, by: Actor) -> Signature:
    """Sign exactly the version that was read; by the second signature they are locked and the year's duties closed."""
    check(by, RUN)
    found = minutes.one(document_id)
    policies.check_not_locked(signed=found.signed)
    policies.check_same_version(found.version.id, version_id)
    if by.user_id in found.signers:
        raise Refused(_("You have signed this version already. The other manager signs it too."))
    person = staff.own(by.person_id)
    if person is None:
        raise Refused(_("You are not on the staff register yet; a signature stands there under your name."))
    try:
        with transaction.atomic():
            made = records.sign(
                found.version, entry_id=person.item.id, how=proving.how(), signed_on=timezone.localdate(),
                on_paper=False, by=by, permission=RUN, kind="staff", event=events.MINUTES_SIGNED,
            )  # fmt: skip
    except DatabaseError:
        raise Refused(_("Somebody else has just changed this. Look at it again first.")) from None
    if len({*found.signers, by.user_id}) > 1:
        _decided(found, by)
    return made


def _decided(found: Kept, by: Actor) -> None:
    """What follows from minutes that both have signed: decisions become duties, and the year's are closed."""
    for point in found.content().items:
        for one in point.decisions:
            decided = Mend(one.what, UUID(one.responsible), dt.date.fromisoformat(one.due_on))
            add_finding(decided, origin=FROM_MINUTES, source=found.document, by=by)
    close_year(MEETING_HELD, f"minutes:{found.document}", by=by)
    close_meeting(MEETING, f"minutes:{found.document}", by=by)


def _publish(key: str, content: Content, by: Actor) -> Version:
    review_on = months_after(timezone.localdate(), YEAR)
    try:
        with transaction.atomic():
            return records.publish(MINUTES, key, content.text(), review_on=review_on, by=by, permission=RUN)
    except DatabaseError:
        raise Refused(_("Both managers have signed these minutes; they are locked.")) from None

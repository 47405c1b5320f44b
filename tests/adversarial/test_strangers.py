"""Every URL that names something, asked for by those who have no business there: refused, logged, not a word shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from heretask.admin.logs.models import Extract, FetchRight
from heretask.admin.logs.presenters import place_as_text
from heretask.admin.reviews.models import Campaign, Item
from heretask.admin.samples.models import Draw, Drawn
from heretask.kernel.access.models import Assignment, Guest, OwnRole
from heretask.kernel.files.models import KeptFile
from heretask.kernel.grants.models import Grant, PreApproval
from heretask.kernel.identity.models import SharedBrowser
from heretask.kernel.jobs.models import Job
from heretask.kernel.log.models import Event, StoredSearch
from heretask.kernel.retention.models import Retention
from heretask.kernel.tenancy.models import Unit
from heretask.kernel.undo.models import Undoable
from heretask.platform.calendar.models import Appointment
from heretask.platform.handing.models import Handing
from heretask.platform.incidents.models import Incident
from heretask.platform.messages.models import Message, Thread
from heretask.platform.notices.models import Notice
from heretask.platform.printing.models import Paper
from heretask.platform.tasks.models import Series, Task
from heretask.social.citizens.models import EmergencyOpening, ImportFile, Relation
from heretask.social.journal.models import Note
from heretask.system.assessment.models import Sample, Taken
from heretask.system.breaches.models import Notice as BreachNotice
from tests import database
from tests.architecture.test_urls import patterns
from tests.cast import Cast
from tests.filled import fill

HIDDEN = (
    "Birthe",
    "Holm",
    "Giv tabletterne",
    "Tog dem",
    "Sov roligt",
    "Sov uroligt",
    "Forkert ord",
    "Halvt",
    "Anna Skov",
    "Bo Friis",
    "Eva Lund",
)
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[A-Za-z0-9]{64}"')
NAMED = {str(p.name): p.pattern.converters.keys() for p in patterns() if p.pattern.converters}
SUPPLIERS = dict.fromkeys(("approval_id", "suspension_id", "customer_id"), uuid4())  # refused before it is looked for
OWN = {
    "platform.account_end_session",
    "platform.account_passkey_name",
    "platform.account_passkey_remove",
    "platform.mailing_confirm",
    "calendar_feed",
    "wheel_feed",  # without a session: any other secret is not found, and nobody is refused (tests/platform)
}  # of one's own: another's id ends nothing (tests/platform)


def things(cast: Cast) -> dict[str, object]:
    """One real thing of Solsikken for each name that a URL may carry."""
    citizen = fill(cast)[cast.solsikken.slug]
    with cast.eva.inside():
        newest = Event.objects.order_by("-at")[0]
        return {
            "citizen_id": citizen.id, "note_id": Note.objects.all()[0].id, "user_id": cast.anna.user.id,
            "assignment_id": Assignment.objects.get(user_id=cast.anna.user.id).id, "job_id": Job.objects.all()[0].id,
            "search_id": StoredSearch.objects.all()[0].id, "file_id": ImportFile.objects.all()[0].id, "kept_id": KeptFile.objects.all()[0].id,
            "extract_id": Extract.objects.all()[0].id, "right_id": FetchRight.objects.all()[0].id,
            "place": place_as_text((newest.at, newest.id)), "session_id": uuid4(),
            "number": newest.at // 3_600_000_000, "month_id": Retention.objects.all()[0].id,
            "guest_id": Guest.objects.all()[0].id, "relation_id": Relation.objects.all()[0].id, "opening_id": EmergencyOpening.objects.all()[0].id,
            "role_id": OwnRole.objects.all()[0].id, "undo_id": Undoable.objects.all()[0].id, "key": "carer",
            "unit_id": Unit.objects.all()[0].id, "shared_id": SharedBrowser.objects.all()[0].id, "factor_id": uuid4(),
            "grant_id": Grant.objects.all()[0].id, "standing_id": PreApproval.objects.all()[0].id,
            "campaign_id": Campaign.objects.all()[0].id, "item_id": Item.objects.all()[0].id, "group": "all",
            "thread_id": Thread.objects.all()[0].id, "message_id": Message.objects.all()[0].id, "confirm": uuid4(),
            "draw_id": Draw.objects.all()[0].id, "drawn_id": Drawn.objects.all()[0].id,
            "paper_id": Paper.objects.all()[0].id, "handing_id": Handing.objects.all()[0].id, "kind": "journal", "about": citizen.id,
            "task_id": Task.objects.all()[0].id, "series_id": Series.objects.all()[0].id, "line": 0,
            "appointment_id": Appointment.objects.all()[0].id, "secret": "x" * 43,
            "notice_id": Notice.objects.all()[0].id, "announcement_id": uuid4(),
            "incident_id": Incident.objects.all()[0].id,
            **SUPPLIERS,
            # the supplier's own: a customer has none of them
            "visit_id": uuid4(), "account_id": uuid4(), "log_id": uuid4(), "release_id": uuid4(), "person_id": uuid4(), "act": "sign",
            "alarm_id": uuid4(), "signal": "disk",
            "case_id": uuid4(), "told_id": BreachNotice.objects.all()[0].id,
            "sample_id": Sample.objects.all()[0].id,
            "taken_id": Taken.objects.all()[0].id, "part": "file", "audit_id": uuid4(), "minutes_id": uuid4(), "finding_id": uuid4(),
            "duty_id": uuid4(),
            "exercise_id": uuid4(), "action_id": uuid4(),
            "register": "risks", "entry_id": uuid4(), "promise": "CONF-1",
        }  # fmt: skip


def hidden_in(page: str, words: Sequence[str] = HIDDEN) -> list[str]:
    """Which of the words stand in a page. A token of 64 random letters has a short one in it by chance, so it is left out."""
    said = _TOKEN.sub("", page)
    return [word for word in words if word in said]


def denials(user_id: UUID) -> int:
    """How many refusals of this person the log holds."""
    with database.superuser() as admin:
        row = admin.execute(
            "select count(*) from kernel_event where actor = %s and action = 'access.denied'", [user_id]
        ).fetchone()
    assert row is not None
    return int(str(row[0]))


@pytest.mark.parametrize("who", ["clara", "dan"])
def test_no_url_leads_a_stranger_to_anything(cast: Cast, who: str) -> None:
    """Clara works in another unit, Dan at another customer; both are carers and know every id."""
    known = things(cast)
    stranger = getattr(cast, who)
    client = stranger.client()
    assert len(NAMED) >= 30
    for name, places in NAMED.items():
        if name in OWN:
            continue
        url = reverse(name, kwargs={place: known[place] for place in places})
        for method in ("get", "post"):
            before = denials(stranger.user.id)
            answer = getattr(client, method)(
                url, {"q": "Holgersen", "text": "x", "reason": "x", "act": "sign", "kind": "diary"}
            )
            page = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
            assert answer.status_code in {403, 404, 405}, (name, method, answer.status_code)
            assert hidden_in(page) == [], (name, method)
            if answer.status_code != 405:
                assert denials(stranger.user.id) == before + 1, (name, method)


def test_administrator_of_one_customer_is_a_stranger_at_another(cast: Cast) -> None:
    """Eva runs Solsikken; at Fyrtårnet the same rights reach nothing."""
    fill(cast)
    with cast.dan.inside():
        newest = Event.objects.order_by("-at")[0]
        theirs = {
            "user_id": cast.dan.user.id, "assignment_id": Assignment.objects.get(user_id=cast.dan.user.id).id,
            "note_id": Note.objects.all()[0].id, "citizen_id": Note.objects.all()[0].citizen_id,
            "job_id": Job.objects.all()[0].id, "search_id": StoredSearch.objects.all()[0].id,
            "file_id": ImportFile.objects.all()[0].id, "kept_id": KeptFile.objects.all()[0].id, "extract_id": Extract.objects.all()[0].id,
            "right_id": FetchRight.objects.all()[0].id, "place": place_as_text((newest.at, newest.id)), "session_id": uuid4(),
            "number": newest.at // 3_600_000_000, "month_id": Retention.objects.all()[0].id,
            "guest_id": Guest.objects.all()[0].id, "relation_id": Relation.objects.all()[0].id, "opening_id": EmergencyOpening.objects.all()[0].id,
            "role_id": OwnRole.objects.all()[0].id, "undo_id": Undoable.objects.all()[0].id, "key": "carer",
            "unit_id": Unit.objects.all()[0].id, "shared_id": SharedBrowser.objects.all()[0].id, "factor_id": uuid4(),
            "grant_id": Grant.objects.all()[0].id, "standing_id": PreApproval.objects.all()[0].id,
            "campaign_id": Campaign.objects.all()[0].id, "item_id": Item.objects.all()[0].id, "group": "all",
            "thread_id": Thread.objects.all()[0].id, "message_id": Message.objects.all()[0].id, "confirm": uuid4(),
            "draw_id": Draw.objects.all()[0].id, "drawn_id": Drawn.objects.all()[0].id,
            "paper_id": Paper.objects.all()[0].id, "handing_id": Handing.objects.all()[0].id, "kind": "journal", "about": Note.objects.all()[0].citizen_id,
            "task_id": Task.objects.all()[0].id, "series_id": Series.objects.all()[0].id, "line": 0,
            "appointment_id": Appointment.objects.all()[0].id, "secret": "x" * 43,
            "notice_id": Notice.objects.all()[0].id, "announcement_id": uuid4(),
            "incident_id": Incident.objects.all()[0].id,
            **SUPPLIERS,
            "visit_id": uuid4(), "account_id": uuid4(), "log_id": uuid4(), "release_id": uuid4(), "person_id": uuid4(), "act": "sign",
            "case_id": uuid4(), "told_id": BreachNotice.objects.all()[0].id,
            "alarm_id": uuid4(), "signal": "disk",
            "duty_id": uuid4(),
            "register": "risks", "entry_id": uuid4(), "promise": "CONF-1",
            "sample_id": Sample.objects.all()[0].id,
            "taken_id": Taken.objects.all()[0].id, "part": "file", "audit_id": uuid4(), "minutes_id": uuid4(), "finding_id": uuid4(),
            "exercise_id": uuid4(), "action_id": uuid4(),
        }  # fmt: skip
    client = cast.eva.client()
    for name, places in NAMED.items():
        if name in OWN:
            continue
        url = reverse(name, kwargs={place: theirs[place] for place in places})
        for method in ("get", "post"):
            answer = getattr(client, method)(url, {"name": "X Y", "user_name": "x", "role": "carer"})
            page = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
            assert answer.status_code < 500, (name, method)
            assert "Dan Birk" not in page, (name, method)
            assert "Birthe" not in page, (name, method)
    with cast.dan.inside():
        assert Assignment.objects.filter(user_id=cast.dan.user.id, ended_at=None).count() == 1

"""Something in every table of two customers, made by the real actions, so that a check over all tables meets rows."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from heretask.admin.logs.models import Extract, FetchRight
from heretask.admin.reviews.models import Campaign, Decision, Item, Showing
from heretask.admin.samples.models import Draw, Drawn, Explanation, Judgment, KnownPerson
from heretask.admin.users.models import UsersFile
from heretask.kernel.access.addressed import To
from heretask.kernel.access.decide import Actor
from heretask.kernel.access.models import GUEST_LASTS, Guest, OwnRole
from heretask.kernel.evidence.models import Evidence, Proof
from heretask.kernel.files.models import HandedOver, KeptFile
from heretask.kernel.grants.models import Grant
from heretask.kernel.identity.models import User
from heretask.kernel.jobs.models import Job
from heretask.kernel.jobs.queue import defer
from heretask.kernel.outbox import addresses
from heretask.kernel.outbox.models import PhoneNumber
from heretask.kernel.rhythm import Rule, moment
from heretask.kernel.secrets.files import SealedFileWriter
from heretask.kernel.secrets.models import Erasure, Rotation
from heretask.kernel.secrets.opening import key_of, seal
from heretask.kernel.supplier.models import Suspension
from heretask.kernel.tenancy.base import current, uuid7
from heretask.kernel.tenancy.models import GuidelineChange
from heretask.kernel.undo.models import Undoable
from heretask.platform.announcements.models import Announcement, Heard, Withdrawal
from heretask.platform.calendar import actions as calendar
from heretask.platform.calendar import feeds
from heretask.platform.calendar.feed import CALENDAR
from heretask.platform.calendar.policies import Span
from heretask.platform.calendar.policies import Words as Meeting
from heretask.platform.drafts import actions as drafts
from heretask.platform.handing.models import Handing
from heretask.platform.incidents import actions as incidents
from heretask.platform.messages.models import Destination, Message, Participant, Receipt, Thread
from heretask.platform.notices import actions as notices
from heretask.platform.notices.models import Notice
from heretask.platform.printing import actions as printing
from heretask.platform.printing.policies import Handed
from heretask.platform.tasks import actions as tasks
from heretask.platform.tasks.policies import Words
from heretask.social.citizens import actions as citizens
from heretask.social.citizens.models import EMERGENCY_LASTS, Citizen, EmergencyOpening, ImportFile, RelationKind
from heretask.social.handover import actions as handover
from heretask.social.journal import actions as journal
from heretask.social.journal.models import Note
from heretask.social.people import actions as people
from heretask.system.assessment.models import Sample, Taken
from heretask.system.assessment.models import Showing as AssessmentShowing
from heretask.system.audits.canonical import digest_of
from heretask.system.audits.models import Audit
from heretask.system.backups.models import Backup, Drill, ProviderReport
from heretask.system.monitoring import models as watching
from heretask.system.policies.models import Item as PolicyItem
from heretask.system.records.models import Closing, Document, Duty, Entry, Signature, Value, Version
from heretask.system.releases.models import Release
from heretask.system.servers import models as servers
from heretask.system.staff.models import Override
from heretask.system.wheel import models as wheel
from tests import database, sealing
from tests.cast import Cast, Member
from tests.system import breaches


def fill(cast: Cast) -> dict[str, Citizen]:
    """A citizen, a note with a correction, a draft, a search, a job and a measurement at both customers."""
    from heretask.config import provision
    from heretask.kernel.identity.sessions import operator

    made = {}
    for member, customer, unit in ((cast.anna, cast.solsikken, cast.nord), (cast.dan, cast.fyrtaarnet, cast.fyr)):
        with operator(customer, "fill"):
            by = provision.operator_of(customer)
            citizen = citizens.create_citizen(
                unit_id=unit.id, name="Birthe Holm", cpr="010150-0000", facts={"room": "1"}, by=by
            )
            people.give_relation(citizen_id=citizen.id, user_id=member.user.id, kind=RelationKind.KEY_WORKER, by=by)
            _rest(member, citizen)
        made[customer.slug] = citizen
        _live(member, citizen)
        _tasked(member, citizen)
        _planned(member, citizen)
        _noticed(member)
        breaches.fill(member)
        _printed(member, citizen)
        _handed_on(member, citizen)
    for customer in (cast.solsikken, cast.fyrtaarnet):
        sealing.write(customer.id, 256)  # as many as make up a node of the tree
    sealing.seal()
    return made


def _rest(member: Member, citizen: Citizen) -> None:
    """Rows that live for minutes only (files being read in, an extract, a proof), or elsewhere at the supplier only."""
    extract = Extract(user_id=member.user.id, customer_id=member.customer.id)
    seal(extract, asked="{}")
    extract.save(force_insert=True)
    job = Job.objects.create(task="admin.log_export", user=member.user.id)
    FetchRight.objects.create(user_id=member.user.id, job=job, until=timezone.now())
    for kind in (ImportFile, UsersFile):
        kept = kind(user_id=member.user.id, customer_id=member.customer.id)
        seal(kept, name="borgere.csv", content="Tm8=")
        kept.save(force_insert=True)
    erasure = Erasure(subject=uuid7(), at=timezone.now(), customer_id=member.customer.id)
    seal(erasure, why="prøve")
    erasure.save(force_insert=True)
    other = User(user_name="anden", customer_id=member.customer.id)
    seal(other, name="Anden")
    other.save(force_insert=True)
    Rotation.objects.create(what="customers", asked_by_id=member.user.id, approved_by=other, ended_at=timezone.now())
    GuidelineChange.objects.create(setting="idle_seconds", before="300", after="300", user_id=member.user.id)
    done = Undoable(user_id=member.user.id, about_kind="user", customer_id=member.customer.id)
    seal(done, steps="[]")
    done.save(force_insert=True)
    _protocol(member)
    opening = EmergencyOpening(citizen_id=citizen.id, user=other, until=Now() + EMERGENCY_LASTS)
    seal(opening, reason="Faldt i gangen, ambulancen spurgte")
    opening.save(force_insert=True)
    OwnRole.objects.create(label="Egen", permissions=[])
    guest = Guest(user=other, ends_at=Now() + GUEST_LASTS, customer_id=member.customer.id)
    seal(guest, sender="Tilsynet", why="prøve")
    guest.save(force_insert=True)
    _managed(member)
    _announced(member)
    _reviewed(member, other, citizen)
    proof = Proof(subject=citizen.id, customer_id=member.customer.id)
    seal(proof, text="bevis")
    proof.save(force_insert=True)
    Backup.objects.create(name="n", kind="dump", outcome="good")
    Drill.objects.create(backup="n", outcome="pass")
    ProviderReport.objects.create(reported_on="2026-11-01", good=True, site="X")
    _filed(member, citizen)
    _records(member, other)
    _servers(member)
    _watched()


def _watched() -> None:
    """What watching keeps."""
    watching.Round.objects.create(figures={})
    watching.Limit.objects.create(signal="disk", figure=80)
    exercise = watching.Exercise.objects.create()
    watching.Planted.objects.create(exercise=exercise, signal="disk", how="limit", limit=1)
    watching.ExerciseEnd.objects.create(exercise=exercise, found=1, planted=1)
    alarm = watching.Alarm.objects.create(signal="disk", figure=99, limit=85)
    watching.AlarmStep.objects.create(alarm=alarm, kind="over")
    watching.Look.objects.create(watcher=watching.Watcher.objects.create(token=b"x"))


def _filed(member: Member, citizen: Citizen) -> None:
    """A file that waits, and that something was handed over."""
    waiting = KeptFile(author_id=member.user.id, citizen=citizen.id, kind="pdf", size=1, customer_id=member.customer.id)
    seal(waiting, name="Brev.pdf", digest="0" * 64)
    with SealedFileWriter(key_of(waiting, "name"), member.customer.id, waiting.id, kept=True) as file:
        file.write(b"%PDF-1.7")
    waiting.save(force_insert=True)
    given = HandedOver(
        file=waiting.id,
        user_id=member.user.id,
        citizen=citizen.id,
        basis="care",
        way="paper",
        customer_id=member.customer.id,
    )
    seal(given, receiver="Lægehuset")
    given.save(force_insert=True)


def _servers(member: Member) -> None:
    """What is known of servers and releases: only the supplier has any."""
    now, day = timezone.now(), timezone.localdate()
    release = Release.objects.create(
        version="1.0", commit="0" * 40, code="0" * 64, archive_sha256="0" * 64, archive_size=1, bill_sha256="0" * 64,
        bill_size=1, components=1,
    )  # fmt: skip
    Release.objects.get(id=release.id).approvals.create(approved_by_id=member.user.id)
    release.browser_tests.create(code="0" * 64, walked_at=now, result={})
    servers.Account.objects.create(kind="server", name="filled", user_id=member.user.id, until=now)
    servers.Announcement.objects.create(user_id=member.user.id, starts=now, ends=now, made_by=member.user.id)
    visit = servers.Visit.objects.create(
        mark=b"filled", kind="server", host="web1", pid=1, opened_at=now, closed_at=now, matched="act"
    )
    servers.Command.objects.create(mark=b"filled", visit=visit, name="ls", target="root", at=now)
    servers.Explanation.objects.create(visit=visit, made_by=member.user.id)
    servers.Reading.objects.create(source="filled")
    servers.Report.objects.create(host="web1", accounts=0, strangers=0)
    servers.PortalLog.objects.create(
        since=day, until=day, looked_by=member.user.id, only_ours=True, size=0, ending="csv", received_on=day
    )


def _records(member: Member, other: User) -> None:
    """Records that only the supplier keeps; of no register that means anything."""
    day = timezone.localdate()
    entry = Entry.objects.create(register="filled")
    Value.objects.create(entry=entry, field="x", number=1, plain="x")
    document = Document.objects.create(kind="filled", key="filled")
    version = Version.objects.create(document=document, number=1, digest="", review_on=day)
    signature = Signature.objects.create(version=version, entry=entry, how="signed", on_paper=True, signed_on=day)
    duty = Duty.objects.create(rule="filled", entry=entry, opens_on=day, due_on=day)
    Closing.objects.create(duty=duty, done_on=day, signature=signature)
    taken = Taken(kind="json", language="da", digest="0" * 64, size=2, customer_id=member.customer.id)
    seal(taken, content="{}")
    taken.save(force_insert=True)
    AssessmentShowing.objects.create(shown=False)
    drawn = Sample(
        population="openings", since=timezone.now() - dt.timedelta(days=1), until=timezone.now(), wanted=1, size=1,
        digest="0" * 64, drawn=[uuid7()], customer_id=member.customer.id,
    )  # fmt: skip
    seal(drawn, seed="filled")
    drawn.save(force_insert=True)
    audit = Audit.objects.create(snapshot='{"promises":[{"id":"x"}]}', digest=digest_of('{"promises":[{"id":"x"}]}'))
    audit.showings.create(section=0)
    audit.conclusions.create(promise="x", number=1, verdict="keeps", seconds=1, batch=1)
    wheel.Assigned.objects.create(duty=duty, person=entry)
    PolicyItem.objects.create(version=version, key="police")
    Override.objects.create(entry=entry, what="check", until=day, asked_by_id=member.user.id, approved_by=other)


def _reviewed(member: Member, other: User, citizen: Citizen) -> None:
    """A review of one right, decided, and a draw of one opening, explained and judged."""
    now = timezone.now()
    campaign = Campaign.objects.create(kind="change", due_at=now, rights=1, people=1)
    item = Item.objects.create(campaign=campaign, user=member.user, source="role", right=uuid7(), label="x", since=now)
    Showing.objects.create(campaign=campaign, user=other, what="x", items=[item.id])
    Decision.objects.create(item=item, about=member.user.id, by=other, what="keep")
    draw = Draw.objects.create(since=now, until=now, seed="0" * 64, size=0, pool=[])
    drawn = Drawn.objects.create(
        draw=draw, place=1, event=uuid7(), at=now, user=member.user, citizen=citizen.id, weight=1
    )
    said = Explanation(drawn=drawn, by=member.user, choice="close", customer_id=member.customer.id)
    seal(said, words="prøve")
    said.save(force_insert=True)
    judged = Judgment(drawn=drawn, about=member.user.id, by=other, verdict="justified", customer_id=member.customer.id)
    seal(judged, words="prøve")
    judged.save(force_insert=True)
    known = KnownPerson(customer_id=member.customer.id)
    seal(known, name="Karla Kendt")
    known.save(force_insert=True)


def _protocol(member: Member) -> None:
    """A month whose content has gone: the web may not write it, and a real one would have to be a year old."""
    with database.superuser() as admin:
        month = admin.execute(
            """insert into kernel_retention (id, customer_id, since, before, months, events, counts, evidence, checkpoint)
               values (gen_random_uuid(), %s, 0, 1, 13, 0, '{}', '{}', %s) returning id""",
            [member.customer.id, '{"size": 0, "root": "", "at": "2024-01-01T00:00:00Z", "note": ""}'],
        ).fetchone()
        assert month
        admin.execute(
            "insert into kernel_retentionpart (id, customer_id, retention_id, kind, rows, counts)"
            " values (gen_random_uuid(), %s, %s, 'end', 0, '{}')",
            [member.customer.id, month[0]],
        )


def _managed(member: Member) -> None:
    """What no page may write by itself, all of it over: a request of two people, a suspension, a shared browser, a vouching."""
    lifted = Suspension(customer_id=member.customer.id)
    seal(lifted, words='{"why": "prøve", "by": "Grethe Lund"}')
    asked = Grant(customer_id=member.customer.id)
    seal(asked, purpose="prøve")
    request = f'{{"act":"keys.rotate","words":"{hashlib.sha256(b"").hexdigest()}"}}'
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            """insert into kernel_approval (id, customer_id, act, request, digest, words, asked_by_id, asked_at, ends_at)
               values (%s, %s, 'keys.rotate', %s, %s, '', %s, now() - interval '2 days', now() - interval '1 day')""",
            [uuid7(), member.customer.id, request, hashlib.sha256(request.encode()).digest(), member.user.id],
        )
        admin.execute(
            """insert into kernel_sharedbrowser (id, customer_id, browser, unit_id, label, marked_by, until, ended_at)
               select %s, customer_id, %s, id, 'Vagtstue', %s, now(), now() from kernel_unit where customer_id = %s limit 1""",
            [uuid7(), uuid7(), member.user.id, member.customer.id],
        )
        admin.execute(
            """insert into kernel_preapproval (id, customer_id, scope, minutes, until, made_by_id, made_at)
               values (%s, %s, 'structure', 60, now(), %s, now() - interval '2 days')""",
            [uuid7(), member.customer.id, member.user.id],
        )
        admin.execute(
            """insert into kernel_grant (id, customer_id, asked_user, asked_name, scope, citizens, purpose, case_number, minutes,
                 asked_at, answer_until, broken_glass, judgement)
               values (%s, %s, gen_random_uuid(), 'finn@heretask', 'structure', '{}', %s, 'SAG-1', 60, now() - interval '2 days',
                 now() - interval '47 hours', false, '')""",
            [asked.id, member.customer.id, asked.purpose],
        )
        admin.execute(
            """insert into kernel_recovery (id, customer_id, code_hash, made_at, replaced_at, words)
               values (%s, %s, '', now() - interval '2 days', now(), '')""",
            [uuid7(), member.customer.id],
        )
        admin.execute(
            """insert into kernel_vouching (id, customer_id, user_id, browser, code_hash, until)
               values (%s, %s, %s, %s, '', now())""",
            [uuid7(), member.customer.id, member.user.id, uuid7()],
        )
        admin.execute(
            """insert into kernel_suspension (id, customer_id, "user", words, was_open, by, at, lifted_by, lifted_at)
               values (%s, %s, %s, %s, true, %s, now(), %s, now())""",
            [lifted.id, member.customer.id, member.user.id, lifted.words, *[member.user.id] * 2],
        )


def _live(member: Member, citizen: Citizen) -> None:
    with member.inside() as by:
        note = write(by, citizen, "Sov roligt.")
        journal.correct_note(note_id=note, text="Sov uroligt.", reason="Forkert ord", by=by)
        for audit in Audit.objects.filter(steps=None):  # finished by a person alone
            audit.steps.create(what="finished", how="password", digest=audit.digest)
    with member.inside() as by:
        drafts.save_draft(
            place=f"social.journal/{citizen.id}",
            citizen_id=citizen.id,
            fields={"text": "Halvt"},
            cursor=5,
            cursor_field="text",
            by=by,
        )
        citizens.begin_search("Birthe", by)
        addresses.set_address("post@example.dk", by=by)
        telephone = PhoneNumber(user_id=by.person_id, customer_id=current().customer_id)
        seal(telephone, number="4520000000", code="123456")
        telephone.save(force_insert=True)
        _written_to(member, citizen)
        _handed(member, citizen)
        incident = incidents.report(what="En telefon er væk", noticed="I går", page="", by=by)
        defer("evidence.measure")
        Evidence.objects.create(
            promise="LOG-1",
            scope="customer",
            state="ok",
            figure="0 / 0",
            measured_at="2026-11-23T00:00Z",
            seconds=0,
            code_version="x",
        )
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            """insert into platform_incidents_incidentstep (id, customer_id, incident_id, kind, words)
               values (%s, %s, %s, 'opened', '')""",
            [uuid7(), member.customer.id, incident.id],
        )


def _handed_on(member: Member, citizen: Citizen) -> None:
    """A note that is marked for the next shift, and a shift that was taken over with it on the screen."""
    with member.inside() as by:
        handover.mark_note(Note.objects.filter(citizen_id=citizen.id).exclude(signed_at=None)[0].id, by=by)
    with member.inside() as by:
        screen = handover.see_unit(citizen.unit_id, by=by)
    with member.inside() as by:
        handover.take_over(citizen.unit_id, screen.showing, by=by)


def _tasked(member: Member, citizen: Citizen) -> None:
    """One that recurs once, and a task about the citizen with a comment."""
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with member.inside() as by:
        to, words = To.person(by.person_id), Words("Giv tabletterne", "Med vand.", ("Morgen", "Aften"))
        rule = Rule("daily", (dt.time(8),), tomorrow, count=1)
        tasks.make_series(words=words, to=to, rule=rule, citizen_id=citizen.id, by=by)
        made = tasks.make_task(
            words=words, to=to, due_at=moment(tomorrow, dt.time(12)), timed=True, citizen_id=citizen.id, by=by
        )
        tasks.comment(made.id, "Tog dem med saft.", by=by)


def _planned(member: Member, citizen: Citizen) -> None:
    """An appointment about the citizen, one that recurs once, and the address of a calendar."""
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    span = Span(moment(tomorrow, dt.time(10)), moment(tomorrow, dt.time(11)))
    with member.inside() as by:
        given: dict[str, Any] = {"words": Meeting("Statusmøde", "Torvet"), "span": span, "people": [by.person_id]}
        calendar.make(citizen_id=citizen.id, by=by, **given)
        calendar.make_recurring(
            rule=Rule("daily", (dt.time(10),), tomorrow, count=1), citizen_id=citizen.id, by=by, **given
        )
        feeds.make(CALENDAR, by=by)


def _announced(member: Member) -> None:
    """A notice such as the supplier writes to customers, withdrawn, and that the member has acknowledged one."""
    day, said = timezone.localdate(), {"title_da": "x", "text_da": "x", "title_en": "x", "text_en": "x"}
    made = Announcement.objects.create(starts=day, ends=day, **said)
    Withdrawal.objects.create(announcement=made)
    Heard.objects.create(announcement=made.id, user_id=member.user.id)


def _noticed(member: Member) -> None:
    """A notice for the member's unit, acknowledged by them: as their leader would put it up, whom Fyrtårnet has not."""
    day = timezone.localdate()
    with member.inside() as by:
        notice = Notice(
            to_unit_id=by.units[0], starts=day, ends=day, must=True, made_by_id=by.person_id, customer_id=by.customer_id
        )
        seal(notice, words='{"title": "Vandet er lukket", "text": "Fra klokken ti."}')
        notice.save(force_insert=True)
        notices.acknowledge(notice.id, by=by)


def _printed(member: Member, citizen: Citizen) -> None:
    """A paper about the citizen that was handed over."""
    with member.inside() as by:
        made = printing.print_sheet(
            key="journal", about=citizen.id, form=printing.new_form(), reason="health", words="Med til vagtlægen",
            days=7, by=by,
        )  # fmt: skip
        printing.hand(made.paper.id, Handed("Tove Bro", "datter", "Skal med til lægen"), by=by)


def _handed(member: Member, citizen: Citizen) -> None:
    """A document that was handed over by a link, as if a leader had; at Fyrtårnet there is none."""
    row = Handing(
        giver_id=member.user.id, kind="journal", about=citizen.id, subject=citizen.id, number="K7F3-9Q2M", lines=3,
        basis="treatment", ends_at=timezone.now() + dt.timedelta(days=7), link_hash=os.urandom(32), salt=os.urandom(16),
        check_hash=os.urandom(32), customer_id=current().customer_id,
    )  # fmt: skip
    seal(row, to='{"name": "Tove Bro", "relation": "datter", "why": "Til lægen"}')
    row.save(force_insert=True)


def _written_to(member: Member, citizen: Citizen) -> None:
    """A message about the citizen, as if somebody had sent one; at Fyrtårnet there is nobody else."""
    now = timezone.now()
    thread = Thread(author_id=member.user.id, citizen=citizen.id, customer_id=current().customer_id)
    seal(thread, subject="Om i nat")
    thread.save(force_insert=True)
    Destination.objects.create(thread=thread, to_kind="person", to_user_id=member.user.id)
    Participant.objects.create(thread=thread, user_id=member.user.id, newest_at=now)
    message = Message(thread=thread, author_id=member.user.id, citizen=citizen.id, customer_id=current().customer_id)
    seal(message, text="Sov roligt til morgen.")
    message.save(force_insert=True)
    Receipt.objects.create(thread=thread, message=message, user_id=member.user.id)


def write(by: Actor, citizen: Citizen, text: str) -> UUID:
    """A signed note; its id."""
    note = journal.write_and_sign(citizen_id=citizen.id, kind="diary", text=text, happened_at=timezone.now(), by=by)
    return note.id

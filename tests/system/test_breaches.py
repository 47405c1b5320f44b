"""Cases of breaches: the clock, who is touched, approval by the other, every customer told once, receipts, alarms."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, ProgrammingError, connections, transaction
from django.utils import timezone

from heretask.config import cli, provision
from heretask.kernel.approvals.managing import Refused as Late
from heretask.kernel.approvals.managing import managing
from heretask.kernel.identity.sessions import operator
from heretask.kernel.tenancy.models import Unit
from heretask.platform.incidents import actions as incidents
from heretask.social.citizens import actions as citizens
from heretask.system.breaches import actions, counting, own, queries
from heretask.system.breaches.declarations import BREACHES
from heretask.system.breaches.models import Case, CaseReport, Step
from heretask.system.breaches.policies import Refused
from heretask.system.continuity import queries as tried
from heretask.system.records.figures import figures
from tests.cast import Cast, make_member
from tests.management import Two, two_managers
from tests.system.breaches import PARTS, approved, begun, moved, suspected
from tests.system.world import sql
from tests.work import work

HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    with two_managers() as both:
        yield both


def test_the_clock_runs_from_the_report_and_nobody_stops_it(two: Two, cast: Cast) -> None:
    with cast.anna.inside() as by:
        report = incidents.report(what="En fremmed så skærmen", noticed="i dag", page="", by=by)
    sql("update platform_incidents_incident set made_at = made_at - interval '3 hours' where id = %s", report.id)
    with two.grethe.inside() as by:
        one = actions.begin(title="En fremmed så skærmen", exercise=False, report=report.id, by=by)
    with two.grethe.inside() as by:
        found = queries.case(one.id)
        assert timezone.now() - found.reported_at > 2.9 * HOUR
        assert queries.case_of_report(report.id) == one.id
        with pytest.raises(Refused):
            actions.begin(title="Igen", exercise=False, report=report.id, by=by)
        with pytest.raises(Refused):
            actions.begin(title="I morgen", exercise=False, reported_at=timezone.now() + HOUR, by=by)
    for statement in (
        "update system_breaches_case set reported_at = now()", "delete from system_breaches_case",
        "update system_breaches_casereport set reported_at = now()", "delete from system_breaches_step",
        "truncate system_breaches_case cascade",
    ):  # fmt: skip
        with two.grethe.inside(), pytest.raises(DatabaseError), transaction.atomic():
            connections["default"].cursor().execute(statement)
    with two.grethe.inside():  # a later time is written over by the database
        late = Case(exercise=True, reported_at=timezone.now() + HOUR)
        late.save(force_insert=True)
        late.refresh_from_db()
        assert late.reported_at <= timezone.now()
        assert late.done_by == two.grethe.user.id
    for member in (two.finn, cast.eva):
        with member.inside(), pytest.raises(DatabaseError), transaction.atomic():
            Case.objects.create(exercise=False)


def test_who_is_touched_is_what_the_log_says(two: Two, cast: Cast) -> None:
    with cast.eva.inside() as by:
        mine = [citizens.create_citizen(unit_id=cast.nord.id, name=name, by=by) for name in ("Ib Dam", "Eli Bach")]
    before = timezone.now()
    with cast.anna.inside() as by:
        citizens.open_citizen(mine[0].id, by)
    case = begun(two.grethe)
    found = suspected(two.grethe, case, "user", cast.anna.user_name, since=before)
    touched = {row.about: row for row in found.touched}
    assert touched.keys() == {cast.solsikken.id}
    assert touched[cast.solsikken.id].citizens == 1
    assert found.digest
    again = suspected(two.grethe, case, "customer", cast.solsikken.slug, since=before)
    assert {row.about: row.citizens for row in again.touched} == {cast.solsikken.id: 1}
    assert again.number == 2
    everything = suspected(two.grethe, case, "everything", "")
    assert len(everything.touched) == len(everything.rows)
    assert next(r for r in everything.rows if r.about == cast.solsikken.id).citizens == 2
    with two.grethe.inside() as by:
        one = queries.case(case)
        for scope, given, since, until in (
            ("user", "nobody@nowhere", before, timezone.now()), ("session", "abc", before, timezone.now()),
            ("address", "300.1.1.1", before, timezone.now()), ("everything", "", timezone.now(), before),
        ):  # fmt: skip
            with pytest.raises(Refused):
                actions.suspect(one, scope=scope, given=given, since=since, until=until, by=by)


def test_nothing_is_sent_before_the_other_has_approved_exactly_it(two: Two, cast: Cast) -> None:
    case = begun(two.grethe)
    found = suspected(two.grethe, case, "user", cast.anna.user_name)
    with two.grethe.inside() as by:
        one = queries.case(case)
        with pytest.raises(Refused):
            actions.send(one, by=by)
        made = actions.draft(one, found, PARTS, by=by)
    with two.grethe.inside() as by:
        one = queries.case(case)
        with pytest.raises(Refused):
            actions.approve(one, made.digest, "Henrik er på ferie og svarer ikke", by=by)
        with pytest.raises(DatabaseError), transaction.atomic():  # nor past the policy
            Step.objects.create(case_id=case, kind="approved", about=made.id, digest=made.digest, words=b"x" * 200)
        with pytest.raises(DatabaseError), transaction.atomic():
            Step.objects.create(case_id=case, kind="sent")
    with two.henrik.inside() as by, pytest.raises(Refused):
        actions.approve(queries.case(case), "0" * 64, "", by=by)
    with two.henrik.inside() as by:
        actions.approve(queries.case(case), made.digest, "", by=by)
    with two.grethe.inside() as by:  # a new text has to be approved anew
        other = {lang: {**parts, "advice": "Noget andet"} for lang, parts in PARTS.items()}
        actions.draft(queries.case(case), found, other, by=by)
    with two.grethe.inside() as by, pytest.raises(Refused):
        actions.send(queries.case(case), by=by)


def test_alone_after_two_hours_with_a_reason(two: Two) -> None:
    case = begun(two.grethe)
    found = suspected(two.grethe, case, "everything", "")
    with two.grethe.inside() as by:
        made = actions.draft(queries.case(case), found, PARTS, by=by)
    sql("update system_breaches_draft set done_at = done_at - interval '3 hours' where id = %s", made.id)
    with two.grethe.inside() as by:
        with pytest.raises(Refused):
            actions.approve(queries.case(case), made.digest, "", by=by)
        actions.approve(queries.case(case), made.digest, "Henrik er i luften til i morgen", by=by)


def test_every_customer_is_told_once_and_reads_for_itself(two: Two, cast: Cast) -> None:
    with cast.eva.inside() as by:
        seen = citizens.create_citizen(unit_id=cast.nord.id, name="Ib Dam", by=by)
    with cast.anna.inside() as by:
        citizens.open_citizen(seen.id, by)
    case, _found = approved(two, "user", cast.anna.user_name)
    with two.grethe.inside() as by:
        actions.send(queries.case(case), by=by)
    work()
    work()
    with two.grethe.inside():
        one, rows = queries.case(case), queries.told(case)
    assert "sent" in one.kinds
    assert not queries.untold(rows)
    mine = next(r for r in rows if r.customer == cast.solsikken.id)
    assert mine.posted_at
    assert mine.opened_at is None
    with cast.eva.inside():
        notices = [n for n in queries.notices() if n.of_case == case]
        assert [(n.touched, n.citizens) for n in notices] == [(True, [seen.id])]
    with cast.dan.inside():
        theirs = [n for n in queries.notices() if n.of_case == case]
        assert [(n.touched, n.citizens) for n in theirs] == [(False, [])]
    with two.grethe.inside() as by, pytest.raises(Refused):
        actions.send(queries.case(case), by=by)


def test_who_comes_after_the_approval_is_looked_at_before_it_is_told(two: Two, cast: Cast) -> None:
    """Told by what is true of it, not by what was computed when it was not there; what was approved stays as it was."""
    case, found = approved(two, "everything", "")
    late = provision.create_customer(f"{cast.solsikken.slug}-ny", "Ny kunde")
    with operator(late, "test"):
        by = provision.operator_of(late)
        eva = make_member(late, "eva", "Eva Ny", "administrator", None, by)
        unit = Unit.objects.create(name="Nord")
        seen = citizens.create_citizen(unit_id=unit.id, name="Ib Dam", by=by)
    with two.grethe.inside() as by:
        actions.send(queries.case(case), by=by)
        newest = queries.newest_draft(case)
        assert newest is not None
    with two.grethe.inside(), pytest.raises(Late) as refused, managing() as here:  # nothing of whom nobody looked at
        here.call("put_breach_notice", uuid4(), late.id, case, newest[0].id, b"intet", queries.acts())
    assert isinstance(refused.value.__cause__, ProgrammingError)
    work()
    with eva.inside() as by:
        row = next(n for n in queries.notices() if n.of_case == case)
        told = own.read(row.id, by=by).told
    assert (row.touched, row.citizens, told["facts"]["citizens"]) == (True, [seen.id], 1)
    with two.grethe.inside():
        now = queries.finding(case, found.id)
        one = queries.case(case)
    assert [r.about for r in now.afterwards] == [late.id]
    assert now.digest == found.digest == counting.digest_of(now)
    assert {r.about for r in found.rows} == {r.about for r in now.rows} - {late.id}
    assert "sent" in one.kinds
    client = two.grethe.client()
    assert "1 kunde kom til bagefter" in client.get(f"/system/breaches/{case}/").content.decode()
    assert "Ny kunde" in client.get(f"/system/breaches/{case}/customers/?show=afterwards").content.decode()


def test_what_is_still_to_come_is_not_said_to_be_looked_at(two: Two) -> None:
    case = begun(two.grethe)
    with two.grethe.inside() as by:
        made, _job = actions.suspect(
            queries.case(case), scope="everything", given="", since=timezone.now() - HOUR,
            until=timezone.now() + 24 * HOUR, by=by,
        )  # fmt: skip
        assert queries.finding(case, made.id).until <= timezone.now()


def test_a_closed_customer_is_told_by_hand(two: Two, cast: Cast) -> None:
    """It counts as told when somebody told it, and as received once it is said who got it; both stay."""
    sql("update kernel_customer set active = false where id = %s", cast.fyrtaarnet.id)
    case, _found = approved(two, "everything", "", exercise=True)
    with two.grethe.inside() as by:
        actions.send(queries.case(case), by=by)
    work()
    with two.grethe.inside() as by:
        one = queries.case(case)
        assert [row.customer for row in queries.untold(queries.told(case))] == [cast.fyrtaarnet.id]
        assert "sent" not in one.kinds
    for act in (lambda by: actions.close(one, "Alle fik besked", by=by), lambda by: actions.send(one, by=by)):
        with two.grethe.inside() as by, pytest.raises(Refused):
            act(by)
    client, page = two.grethe.client(), f"/system/breaches/{case}/customers/{cast.fyrtaarnet.id}/"
    assert "Giv de lukkede kunder besked" in client.get(f"/system/breaches/{case}/").content.decode()
    now = timezone.localtime()
    letter = {"how": "letter", "at": f"{now:%Y-%m-%dT%H:%M}", "who": "Grethe Vang", "heard": "", "text": "Anbefalet"}
    for wrong in ({"at": f"{now + HOUR:%Y-%m-%dT%H:%M}"}, {"at": "2020-01-01T10:00"}, {"who": ""}, {"how": "due"}):
        answer = client.post(page, letter | wrong)
        assert answer.status_code == 422
        assert "Anbefalet" in answer.content.decode(), "nothing is lost"
    assert client.post(page, letter).status_code == 302
    with two.grethe.inside():
        row = next(r for r in queries.told(case) if r.customer == cast.fyrtaarnet.id)
        assert "sent" in queries.case(case).kinds
    assert (row.made_at, row.received_at) == (None, None), "a letter is no receipt"
    assert client.post(page, letter | {"how": "phone", "heard": "Ida Holm, bestyrer"}).status_code == 302
    assert client.post(page, letter | {"heard": "En anden"}).status_code == 422
    with two.grethe.inside():
        row = next(r for r in queries.told(case) if r.customer == cast.fyrtaarnet.id)
        assert row.received_at == row.heard_at
    shown = client.get(page).content.decode()
    assert "Ida Holm, bestyrer" in shown
    assert "Uden kvittering" in shown
    assert "Ida Holm" in client.get(f"/system/breaches/{case}/").content.decode()
    assert client.get(f"/system/breaches/{case}/customers/{two.own.id}/").status_code == 404
    for kind, about in (("reached", two.own.id), ("heard", uuid4())):  # the database knows whom one can tell
        with two.grethe.inside(), pytest.raises(DatabaseError), transaction.atomic():
            Step.objects.create(case_id=case, kind=kind, about=about)
    for statement in ("update system_breaches_step set words = ''", "delete from system_breaches_step"):
        with two.grethe.inside(), pytest.raises(DatabaseError), transaction.atomic():
            connections["default"].cursor().execute(statement)
    sql("update kernel_customer set active = true where id = %s", cast.fyrtaarnet.id)


def test_two_reports_of_the_same_thing_are_one_case(two: Two, cast: Cast) -> None:
    """The clock begins with the earliest, whichever was tied last; nothing sets it later."""
    reports = []
    for hours in (2, 5, 1):
        with cast.anna.inside() as by:
            reports.append(incidents.report(what="En fremmed så skærmen", noticed="i dag", page="", by=by).id)
        sql(
            "update platform_incidents_incident set made_at = made_at - make_interval(hours => %s) where id = %s",
            hours, reports[-1],
        )  # fmt: skip
    with two.grethe.inside() as by:
        case = actions.begin(title="En fremmed så skærmen", exercise=False, report=reports[0], by=by).id
    client = two.grethe.client()
    offered = client.get(f"/system/breaches/new/?report={reports[1]}").content.decode()
    assert f"/system/breaches/{case}/link/" in offered
    assert str(reports[1]) in client.get(f"/system/breaches/{case}/").content.decode()
    clock = []
    for report in reports[1:]:
        assert client.post(f"/system/breaches/{case}/link/", {"report": report}).status_code == 302
        with two.grethe.inside():
            clock.append(round((timezone.now() - queries.case(case).reported_at) / HOUR))
    assert clock == [5, 5]
    for wrong in (reports[1], uuid4()):  # tied already; not there
        assert client.post(f"/system/breaches/{case}/link/", {"report": wrong}).status_code == 422
    with two.grethe.inside() as by, pytest.raises(Refused):
        actions.link_report(queries.case(begun(two.grethe, exercise=True)), reports[1], by=by)
    with two.grethe.inside():
        assert queries.case(case).reports == reports
    with two.grethe.inside(), pytest.raises(DatabaseError), transaction.atomic():
        CaseReport.objects.create(case_id=case, report=uuid4(), reported_at=timezone.now())


def test_a_case_is_worked_by_the_plan(two: Two) -> None:
    case = begun(two.grethe, title="En bærbar er stjålet")
    client = two.grethe.client()
    assert "En bærbar er stjålet" in client.get(f"/system/breaches/{case}/").content.decode()
    with two.grethe.inside():
        person = tried.people()[0].id
    assert client.post(f"/system/breaches/{case}/handle/", {"scenario": "Stjålet", "people": []}).status_code == 422
    answer = client.post(f"/system/breaches/{case}/handle/", {"scenario": "Stjålet i toget", "people": [person]})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert f"/system/breaches/{case}/" in page
    assert "I alvor" in page
    with two.grethe.inside():
        (run,) = tried.exercises_of(case)
    assert (run.item.values["plan"], run.item.values["earnest"]) == ("breach", "yes")
    again = client.post(f"/system/breaches/{case}/handle/", {"scenario": "Igen", "people": [person]})
    assert again.status_code == 422
    assert f"/exercises/{run.item.id}/" in client.get(f"/system/breaches/{case}/").content.decode()


def test_alarms_at_four_twelve_and_twenty_hours(two: Two) -> None:
    case = begun(two.grethe)
    hours: list[list[int]] = []
    for back in (3, 2, 8, 8, 5):
        moved(case, back)
        watched()
        with two.grethe.inside():
            hours.append([alarm.hours for alarm in queries.case(case).alarms])
    assert hours == [[], [4], [4, 12], [4, 12, 20], [4, 12, 20]]


def watched() -> None:
    """The supplier's work of a minute."""
    with connections["clock"].cursor() as cursor:
        cursor.execute("select ht.tick_breaches(clock_timestamp())")
    work()


def test_a_customer_reads_acknowledges_and_decides_for_itself(two: Two, cast: Cast) -> None:
    with cast.eva.inside() as by:
        seen = citizens.create_citizen(unit_id=cast.nord.id, name="Birthe Holm", by=by)
    with cast.anna.inside() as by:
        citizens.open_citizen(seen.id, by)
    case, _found = approved(two, "user", cast.anna.user_name)
    with two.grethe.inside() as by:
        actions.send(queries.case(case), by=by)
    work()
    with cast.eva.inside():
        row = next(n for n in queries.notices() if n.of_case == case)
    client, today = cast.eva.client(), timezone.localdate().isoformat()
    page = client.get(f"/system/breaches/notices/{row.id}/").content.decode()
    assert "Birthe Holm" in page
    assert client.post(f"/system/breaches/notices/{row.id}/acknowledge/").status_code == 302
    for sent, status in (
        ({"decision": "not_reported", "decided_on": today, "why": ""}, 422),
        ({"decision": "reported", "decided_on": ""}, 422),
        ({"decision": "reported", "decided_on": "2999-01-01"}, 422),
        ({"decision": "reported", "decided_on": "2020-01-01"}, 422),
        ({"decision": "not_reported", "decided_on": today, "why": "Risikoen er lille"}, 302),
        ({"decision": "reported", "decided_on": today, "number": "2026-1"}, 302),
    ):
        assert client.post(f"/system/breaches/notices/{row.id}/decide/", sent).status_code == status
    table = client.post("/system/breaches/notices/register/").content.decode()
    assert "2026-1" in table
    assert two.grethe.client().get(f"/system/breaches/notices/{row.id}/").status_code == 403
    with two.grethe.inside():
        mine = next(r for r in queries.told(case) if r.customer == cast.solsikken.id)
        pages = str(queries.findings(case))
    assert (mine.opened_by, mine.acknowledged_by) == ("eva", "eva")
    assert "Birthe" not in pages
    with cast.dan.inside():
        assert row.id not in {n.id for n in queries.notices()}


def test_what_is_contained_stands_in_the_case(two: Two, cast: Cast) -> None:
    case = begun(two.grethe)
    client = two.grethe.client()
    inside = cast.anna.client()
    assert inside.get("/platform/today/").status_code == 200
    base = f"/system/breaches/{case}/do"
    assert client.post(f"{base}/sessions/", {"of": cast.anna.user_name}).status_code == 302
    assert inside.get("/platform/today/").status_code == 302
    assert client.post(f"{base}/suspend/", {"login": cast.bo.user_name, "why": "kort"}).status_code == 422
    why = {"login": cast.bo.user_name, "why": "En fremmed brugte login i nat"}
    assert client.post(f"{base}/suspend/", why).status_code == 302
    assert client.post(f"{base}/lift/", why).status_code == 302
    assert client.post(f"{base}/grants/", {"of": ""}).status_code == 302
    with two.grethe.inside():
        done = [step.words["what"] for step in queries.case(case).steps if step.kind == "contained"]
    assert done == ["sessions", "suspended", "lifted", "grants"]
    assert two.finn.client().get(f"/system/breaches/{case}/").status_code == 403


def test_a_case_is_closed_when_everything_is_done(two: Two, cast: Cast) -> None:
    case, _found = approved(two, "user", cast.anna.user_name)
    client, base = two.grethe.client(), f"/system/breaches/{case}"
    close = {"text": "Vi kræver kode på hver telefon."}
    assert client.post(f"{base}/close/", close).status_code == 422
    assert client.post(f"{base}/do/send/").status_code == 302
    work()
    assert client.post(f"{base}/close/", close).status_code == 422
    assert client.post(f"{base}/police/", {"reported": "yes", "on": ""}).status_code == 422
    assert client.post(f"{base}/police/", {"reported": "no", "why": "Ingen ulovlig adgang"}).status_code == 302
    today = timezone.localdate().isoformat()
    assert client.post(f"{base}/police/", {"reported": "yes", "on": today, "number": "J-1"}).status_code == 302
    assert client.post(f"{base}/close/", close).status_code == 422
    known = {"kind": "confidentiality", "facts": "En telefon", "effects": "Ingen kendte", "remedies": "Lukket"}
    assert client.post(f"{base}/register/", known).status_code == 302
    assert client.post(f"{base}/close/", close).status_code == 302
    assert client.post(f"{base}/note/", {"text": "For sent"}).status_code == 422
    assert "En telefon" in client.post("/system/breaches/register/").content.decode()
    assert figures().entries(BREACHES)[-1].values["police_on"] == today, "counted under BREACH-2"
    assert client.post(f"{base}/paper/").content.startswith(b"%PDF")
    with two.grethe.inside(), pytest.raises(DatabaseError), transaction.atomic():
        Step.objects.create(case_id=case, kind="noted")


def test_contacts_are_kept_and_written_down_sealed(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = cast.eva.client()
    assert client.post("/admin/contacts/", {"name_0": "Eva Lund", "phone_0": "nej"}).status_code == 422
    assert client.post("/admin/contacts/", {"name_0": "Vagten", "phone_0": "20 00 00 01"}).status_code == 302
    assert client.post("/admin/contacts/confirm/").status_code == 302
    out = tmp_path / "contacts"

    def told(word: str, *arguments: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{word}\n"))
        return cli.main(["breach", "contacts", *arguments])

    assert told("kort", "--out", str(out)) != 0
    assert told("fire gode lange ord", "--out", str(out)) == 0
    assert b"Vagten" not in out.read_bytes()
    assert told("fire andre lange ord", "--open", str(out)) != 0
    assert told("fire gode lange ord", "--open", str(out)) == 0
    assert told("fire gode lange ord", "--out", str(out)) != 0, "nothing is written over"

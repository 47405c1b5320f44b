"""What holds for self-audits and minutes whoever writes: rules of the database, of evidence, and who may do what."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from heretask.config import provision
from heretask.kernel.access.decide import Actor, Denied
from heretask.kernel.evidence.measuring import MEASURES, Result, State, keep, measure
from heretask.kernel.evidence.promises import SECTIONS
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.tenancy.base import uuid7
from heretask.system.audits import actions, holding, proving, queries
from heretask.system.audits.actions import Said
from heretask.system.audits.canonical import canonical, digest_of
from heretask.system.audits.declarations import FAILS, KEEPS, REMARK
from heretask.system.audits.models import Audit, Conclusion, Showing, Step
from heretask.system.audits.policies import Refused
from heretask.system.records.models import Signature
from heretask.system.staff import queries as staff
from tests.cast import Cast, Member, admit
from tests.management import Two, two_managers
from tests.system.audits import audited, begun_by, concluded, filled, forget, to_mend
from tests.system.breakers.breaking import changed, without
from tests.system.world import sql

EMPTY = '{"promises":[]}'


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    with two_managers() as found:
        yield found


@pytest.fixture(autouse=True)
def _nothing_before() -> None:
    forget()


def refused(match: str) -> AbstractContextManager[Any]:
    return pytest.raises(DatabaseError, match=match)


def test_the_database_keeps_a_self_audit_by_itself(two: Two) -> None:
    audit = begun_by(two.grethe)
    concluded(two.grethe, audit, 0)
    wrong: list[tuple[str, Callable[[], object]]] = [
        ("audit_digest", lambda: Audit.objects.create(snapshot=EMPTY, digest="0" * 64)),
        ("audit_verdict", lambda: _conclusion(audit, verdict="fine")),
        ("audit_concluded_once", lambda: _conclusion(audit, number=1)),
        ("no conclusion", lambda: _step(audit, "finished")),
        ("another person", lambda: _step(audit, "read")),
        ("another person|audit_step", lambda: _step(audit, "praised")),
    ]
    for said, write in wrong:
        with two.grethe.inside(), refused(said), transaction.atomic():
            write()
    for number in range(1, len(SECTIONS)):
        concluded(two.grethe, audit, number)
    with operator(two.own, "test"), refused("by people"), transaction.atomic():
        _step(audit, "finished")
    with two.grethe.inside() as by:
        actions.finish(audit, by=by)
        with refused("audit_step_once"), transaction.atomic():
            _step(audit, "finished")
    with two.grethe.inside():
        nothing = Audit.objects.create(snapshot=EMPTY, digest=digest_of(EMPTY))
        with refused("no conclusion"), transaction.atomic():
            _step(nothing.id, "finished")


def _conclusion(audit: UUID, **other: Any) -> Conclusion:
    given = {"promise": "ORG-1", "number": 7, "verdict": KEEPS, "seconds": 1, "batch": 1, **other}
    return Conclusion.objects.create(audit_id=audit, **given)


def _step(audit: UUID, what: str, digest: str = "0" * 64) -> Step:
    return Step.objects.create(audit_id=audit, what=what, how="x", digest=digest)


def test_who_did_it_is_whose_session_it_was_and_nothing_is_written_over(two: Two) -> None:
    other = two.henrik.user.id
    whole = begun_by(two.grethe)
    for number in range(len(SECTIONS)):
        concluded(two.grethe, whole, number)
    with two.grethe.inside():
        audit = Audit.objects.create(snapshot=EMPTY, digest=digest_of(EMPTY), done_by=other)
        Showing.objects.create(audit_id=audit.id, section=0, done_by=other)
        _conclusion(audit.id, done_by=other)
    with two.grethe.inside():
        Step.objects.create(audit_id=whole, what="finished", how="x", digest="0" * 64, done_by=other)
        for model in (Audit, Showing, Conclusion, Step):
            assert set(model.objects.values_list("done_by", flat=True)) == {two.grethe.user.id}, model.__name__
            with pytest.raises(DatabaseError), transaction.atomic():
                model.objects.update(done_by=other)
            with pytest.raises(DatabaseError), transaction.atomic():
                model.objects.all().delete()


def test_the_database_keeps_signatures_of_minutes_by_itself(two: Two) -> None:
    with two.grethe.inside() as by:
        version = holding.begin(meeting_on=timezone.localdate(), by=by)
        entry = staff.own(two.grethe.user.id)
        assert entry is not None
    given = {"version": version, "how": "x", "on_paper": False, "signed_on": timezone.localdate()}
    with operator(two.own, "test"):
        nobody = admit("Uden Login", None, provision.operator_of(two.own))
        with refused("by oneself"), transaction.atomic():
            Signature.objects.create(entry_id=nobody.id, **given)
    with two.grethe.inside():
        Signature.objects.create(entry_id=entry.item.id, **given)
        with refused("already by this person"), transaction.atomic():
            Signature.objects.create(entry_id=entry.item.id, **given)


def test_what_is_concluded_is_of_that_section_once_and_what_is_mended_is_there(two: Two) -> None:
    with two.grethe.inside():
        keep(MEASURES["ORG-1"], Result(State.HOLDS, "2 / 2", {}), 0.1)
    audit = begun_by(two.grethe)
    other = SECTIONS[3][1][0].id
    with two.grethe.inside() as by:
        actions.see_section(audit, 3, by=by)
        with pytest.raises(Refused):
            actions.conclude(audit, 0, [Said("ORG-1", KEEPS)], rest_keeps=False, by=by)  # it was another that she read
        actions.see_section(audit, 0, by=by)
        with pytest.raises(Refused):
            actions.conclude(audit, 0, [Said(other, KEEPS)], rest_keeps=False, by=by)
        with pytest.raises(ObjectDoesNotExist):
            actions.mend(uuid7(), note="Skiftet", by=by)
    concluded(two.grethe, audit, 0)
    with two.grethe.inside() as by:
        before = Conclusion.objects.filter(audit_id=audit).count()
        with pytest.raises(Refused):
            actions.conclude(audit, 0, [], rest_keeps=True, by=by)  # all of it has one
        assert Conclusion.objects.filter(audit_id=audit).count() == before
    for number in range(1, len(SECTIONS)):
        concluded(two.grethe, audit, number)
    with two.grethe.inside() as by:
        actions.finish(audit, by=by)
        shown = Showing.objects.filter(audit_id=audit).count()
        actions.see_section(audit, 0, by=by)
        assert Showing.objects.filter(audit_id=audit).count() == shown, "reading a finished one counts no seconds"
        for again in (actions.finish, actions.countersign):
            with pytest.raises(Refused):
                again(audit, by=by)


def test_what_is_broken_at_a_customer_is_in_the_snapshot(two: Two, cast: Cast) -> None:
    with operator(cast.solsikken, "test"):
        keep(MEASURES["DATA-3"], Result(State.BROKEN, "7", {}), 0.1)
    audit = begun_by(two.grethe)
    with two.grethe.inside():
        frozen = queries.audit(audit).promises["DATA-3"]
    assert frozen["state"] == "broken"
    assert cast.solsikken.slug not in json.dumps(frozen), "of customers the number alone"


@pytest.mark.parametrize("what", ["conclude", "finish"])
def test_of_two_at_once_one_is_told(two: Two, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    audit = begun_by(two.grethe)
    if what == "finish":
        for number in range(len(SECTIONS)):
            concluded(two.grethe, audit, number)
    for member in (two.grethe, two.henrik):
        with member.inside() as by:
            actions.see_section(audit, 0, by=by)
    both = Barrier(2)
    place = queries if what == "conclude" else proving
    name = "shown_at" if what == "conclude" else "how"
    real = getattr(place, name)

    def together(*given: Any) -> Any:
        both.wait(30)
        return real(*given)

    monkeypatch.setattr(place, name, together)

    def one(member: Member) -> str:
        try:
            with member.inside() as by:
                if what == "conclude":
                    actions.conclude(audit, 0, [Said("ORG-1", KEEPS)], rest_keeps=False, by=by)
                else:
                    actions.finish(audit, by=by)
            return "done"
        except Refused:
            return "told"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, (two.grethe, two.henrik))) == ["done", "told"]


ACTS: dict[str, Callable[[Actor], object]] = {
    "see_all": lambda by: actions.see_all(by=by), "see": lambda by: actions.see(uuid7(), by=by),
    "see_section": lambda by: actions.see_section(uuid7(), 0, by=by),
    "begin": lambda by: actions.begin(customer=None, by=by),  # type: ignore[arg-type]
    "conclude": lambda by: actions.conclude(uuid7(), 0, [], rest_keeps=False, by=by),
    "mend": lambda by: actions.mend(uuid7(), note="x", by=by), "finish": lambda by: actions.finish(uuid7(), by=by),
    "countersign": lambda by: actions.countersign(uuid7(), by=by),
    "minutes.see": lambda by: holding.see(uuid7(), by=by),
    "minutes.hand_out": lambda by: holding.hand_out(uuid7(), "da", by=by),
    "minutes.begin": lambda by: holding.begin(meeting_on=dt.date(2026, 1, 1), by=by),
    "minutes.save": lambda by: holding.save(uuid7(), filled(), base=uuid7(), by=by),
    "minutes.sign": lambda by: holding.sign(uuid7(), version_id=uuid7(), by=by),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_nobody_but_management_does_any_of_it(two: Two, act: str) -> None:
    with two.finn.inside() as by, pytest.raises(Denied):
        ACTS[act](by)


def test_each_act_leaves_its_event(two: Two) -> None:
    before = timezone.now()
    audited(two.grethe, two.henrik)
    for client in (two.henrik.client(),):
        with two.henrik.inside():
            audit = Audit.objects.latest("done_at").id
            minutes = Signature.objects.filter(how="unknown").latest("done_at").version.document_id
        assert client.get("/system/audits/").status_code == 200
        assert client.get(f"/system/audits/{audit}/").status_code == 200
        assert client.get(f"/system/audits/minutes/{minutes}/").status_code == 200
        assert client.post(f"/system/audits/minutes/{minutes}/paper/").status_code == 200
    with two.grethe.inside() as by:
        version = holding.begin(meeting_on=timezone.localdate(), by=by)
        given = filled(two.grethe, two.henrik, decisions={"promises": [to_mend(two.henrik)]})
        holding.save(version.document_id, given, base=version.id, by=by)
    with two.grethe.inside():
        told = set(
            Event.objects.filter(
                at__gte=int(before.timestamp() * 1_000_000), action__regex=r"^system\.(audits|minutes)\."
            ).values_list("action", flat=True)
        )
    assert told >= {
        "system.audits.listed", "system.audits.read", "system.audits.begun", "system.audits.concluded",
        "system.audits.finished", "system.audits.countersigned", "system.minutes.begun", "system.minutes.saved",
        "system.minutes.signed", "system.minutes.read", "system.minutes.handed",
    }  # fmt: skip


def state_of(promise: str) -> State:
    return measure(MEASURES[promise])[0].state


def test_what_is_measured_of_it_turns_with_each_thing_that_is_untrue(two: Two) -> None:
    with two.grethe.inside() as by:
        audit = begun_by(two.grethe)
        actions.see_section(audit, 0, by=by)
        mend = to_mend(two.henrik, days=60)
        actions.conclude(audit, 0, [Said("ORG-1", FAILS, "Tre", mend)], rest_keeps=False, by=by)
        actions.conclude(audit, 0, [Said("ORG-1", REMARK, "To igen")], rest_keeps=False, by=by)
    for number in range(len(SECTIONS)):
        concluded(two.grethe, audit, number, *([Said("ORG-1", REMARK, "To igen")] if number == 0 else []))
    with two.grethe.inside() as by:
        actions.finish(audit, by=by)
    assert state_of("REVIEW-1") == State.DUE, "finished, and nobody has countersigned"
    with two.henrik.inside() as by:
        actions.countersign(audit, by=by)
    result = measure(MEASURES["REVIEW-1"])[0]
    assert result.state == State.HOLDS
    assert result.sample["audit_fails"] == 0, "the newest conclusion counts"
    own = [two.own.id]
    steps = "customer_id = %s and what = 'read'"
    days = timezone.localdate() - dt.timedelta(days=1)
    with two.grethe.inside():
        finding = next(f for f in queries.open_findings() if f.item.values["source"] == str(audit))
        assert finding.standing is not None
        duty = finding.standing.duty.id
    for table, where, values, columns, state in (
        ("system_audits_step", steps, own, {"digest": "0" * 64}, State.DUE),
        ("system_audits_step", steps, own, {"done_by": two.grethe.user.id}, State.DUE),
        ("system_audits_step", steps, own, {"done_at": "=done_at - interval '340 days'"}, State.DUE),
        ("system_audits_step", steps, own, {"done_at": "=done_at - interval '367 days'"}, State.BROKEN),
        ("system_records_duty", "id = %s", [duty], {"due_on": days, "opens_on": days}, State.BROKEN),
        ("system_records_duty", "id = %s", [duty], {"due_on": days + dt.timedelta(days=5)}, State.DUE),
    ):
        with changed(table, where, values, **columns):
            assert state_of("REVIEW-1") == state, columns
    with (
        without("system_audits_audit", "audit_digest"),
        changed("system_audits_audit", "id = %s", [audit], snapshot="=snapshot || ' '"),
    ):
        assert state_of("REVIEW-1") == State.BROKEN, "the snapshot is not what was frozen"
    assert state_of("REVIEW-1") == State.HOLDS


def test_what_is_measured_of_minutes_turns_with_each_thing_that_is_untrue(two: Two) -> None:
    assert state_of("REVIEW-2") == State.DUE
    with two.grethe.inside() as by:
        version = holding.begin(meeting_on=timezone.localdate(), by=by)
        holding.sign(version.document_id, version_id=version.id, by=by)
    assert state_of("REVIEW-2") == State.DUE, "one signature is none"
    with two.henrik.inside() as by:
        holding.sign(version.document_id, version_id=version.id, by=by)
    assert state_of("REVIEW-2") == State.HOLDS
    first = "version_id = %s and done_by = %s"
    who = [version.id, two.grethe.user.id]
    for days, state in ((340, State.DUE), (367, State.BROKEN)):
        with changed("system_records_signature", "version_id = %s", [version.id], signed_on=f"=signed_on - {days}"):
            assert state_of("REVIEW-2") == state
    other = "=(select id from system_records_version where id <> version_id limit 1)"
    with changed("system_records_signature", first, who, version_id=other):
        assert state_of("REVIEW-2") == State.DUE, "the other signed something else"
    newer = uuid7()
    sql(
        "insert into system_records_version (id, customer_id, document_id, number, digest, review_on, text) select %s, customer_id, "
        "document_id, number + 1, digest, review_on, text from system_records_version where id = %s", newer, version.id,
    )  # fmt: skip
    try:
        assert state_of("REVIEW-2") == State.DUE, "a newer version has followed"
    finally:
        sql("delete from system_records_version where id = %s", newer)


def test_what_is_signed_is_every_word_of_every_conclusion(two: Two) -> None:
    audit = begun_by(two.grethe)
    concluded(two.grethe, audit, 0)
    with two.grethe.inside() as by:
        actions.see_section(audit, 0, by=by)
        actions.conclude(audit, 0, [Said("ORG-1", REMARK, "Se referatet")], rest_keeps=False, by=by)
    with two.grethe.inside():
        before = queries.audit(audit).digest()
    with two.grethe.inside() as by:
        actions.see_section(audit, 0, by=by)
        actions.conclude(audit, 0, [Said("ORG-1", REMARK, "Se hele referatet")], rest_keeps=False, by=by)
        assert queries.audit(audit).digest() != before
    for column, value in (
        ("words", b""),
        ("verdict", FAILS),
        ("done_by", two.henrik.user.id),
        ("done_at", "=done_at - interval '1 s'"),
    ):
        with two.grethe.inside():
            kept = queries.audit(audit).digest()
        with changed("system_audits_conclusion", "audit_id = %s", [audit], **{column: value}), two.grethe.inside():
            assert queries.audit(audit).digest() != kept, column
    text = json.dumps({"promises": []})
    given: dict[str, Any] = {"snapshot": text, "digest": digest_of(text)}
    with changed("system_audits_audit", "id = %s", [audit], **given), two.grethe.inside():
        assert queries.audit(audit).digest() != kept, "another snapshot"
    assert canonical({"b": [1, "æ"], "a": None}) == '{"a":null,"b":[1,"æ"]}', "one way to write it down"


def test_frozen_evidence_that_was_changed_says_so_wherever_it_is_read(two: Two) -> None:
    audit = begun_by(two.grethe)
    page = two.henrik.client().get(f"/system/audits/{audit}/").content.decode()
    with without("system_audits_audit", "audit_digest"):
        prettier = "=replace(snapshot, '\"none\"', '\"ok\"')"
        with changed("system_audits_audit", "id = %s", [audit], snapshot=prettier):
            with two.grethe.inside():
                assert not queries.audit(audit).intact
            worse = two.henrik.client().get(f"/system/audits/{audit}/").content.decode()
            assert state_of("REVIEW-1") == State.BROKEN
    assert 'class="error" role="alert"' not in page
    assert 'class="error" role="alert"' in worse

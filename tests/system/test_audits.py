"""Self-audits and minutes: what is refused, what follows, and that nothing once signed can be changed."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import override

from heretask.kernel.access.decide import Denied
from heretask.kernel.evidence.measuring import MEASURES, State, measure
from heretask.kernel.evidence.promises import PROMISES, SECTIONS
from heretask.kernel.log.models import Event
from heretask.kernel.tenancy.base import uuid7
from heretask.system.audits import actions, holding, minutes, queries
from heretask.system.audits.actions import Mend, Said
from heretask.system.audits.canonical import digest_of
from heretask.system.audits.declarations import AUDIT, FAILS, KEEPS, MEETING_HELD, REMARK
from heretask.system.audits.models import Audit, Conclusion, Step
from heretask.system.audits.policies import Refused
from heretask.system.audits.presenters import minutes_paper
from heretask.system.records import queries as records
from heretask.system.records.agenda import Item, Line
from heretask.system.records.figures import figures
from heretask.system.records.models import Duty, Signature, Version
from heretask.system.registers.declarations import MEETING
from tests import database
from tests.cast import Cast
from tests.management import Two, two_managers
from tests.system.audits import audited, begun_by, concluded, filled, forget, to_mend
from tests.system.breakers.breaking import changed


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    with two_managers() as found:
        yield found


@pytest.fixture(autouse=True)
def _nothing_before() -> None:
    forget()


def begun_minutes(two: Two) -> Version:
    with two.grethe.inside() as by:
        return holding.begin(meeting_on=timezone.localdate(), by=by)


def signed_by(member: object, version: Version) -> Signature:
    with member.inside() as by:  # type: ignore[attr-defined]
        return holding.sign(version.document_id, version_id=version.id, by=by)


def test_a_snapshot_holds_every_promise_and_is_what_its_digest_says(two: Two) -> None:
    audit = begun_by(two.grethe)
    with two.grethe.inside():
        seen = queries.audit(audit)
        assert list(seen.promises) == list(PROMISES)
        assert seen.intact
        assert {"state", "figure", "sample", "measured_at", "how", "code"} <= seen.promises["DATA-3"].keys()
        assert json.loads(seen.audit.snapshot)["code"]
    with two.grethe.inside() as by, pytest.raises(Refused, match=r"under way|i gang"):
        actions.begin(customer=two.own, by=by)
    for statement in ("update system_audits_audit set snapshot = '{}'", "delete from system_audits_audit"):
        with (
            two.grethe.inside(),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            transaction.get_connection().cursor() as cursor,
        ):
            cursor.execute(statement)


def test_what_was_not_opened_cannot_be_concluded_on(two: Two) -> None:
    audit = begun_by(two.grethe)
    with two.grethe.inside() as by, pytest.raises(Refused):
        actions.conclude(audit, 0, [Said("ORG-1", KEEPS)], rest_keeps=False, by=by)
    with two.grethe.inside() as by:
        actions.see_section(audit, 0, by=by)
        with pytest.raises(Refused):
            actions.conclude(audit, 0, [], rest_keeps=False, by=by)
        with pytest.raises(Refused):
            actions.conclude(audit, 0, [Said("ORG-1", REMARK)], rest_keeps=False, by=by)
        actions.conclude(audit, 0, [Said("ORG-1", REMARK, "Se referatet")], rest_keeps=False, by=by)
        one = Conclusion.objects.get(audit_id=audit)
        assert (one.done_by, one.batch) == (two.grethe.user.id, 1)
        assert one.seconds >= 0
    with two.henrik.inside() as by, pytest.raises(Refused):  # he has not opened it
        actions.conclude(audit, 0, [Said("ORG-2", KEEPS)], rest_keeps=False, by=by)


def test_the_rest_in_one_act_takes_only_what_was_measured_to_hold(two: Two) -> None:
    audit = begun_by(two.grethe)
    section = next(n for n, (_t, own) in enumerate(SECTIONS) if any(p.id == "PHYS-1" for p in own))
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        row = admin.execute("select snapshot from system_audits_audit where id = %s", [audit]).fetchone()
        assert row is not None
        said = json.loads(str(row[0]))
        for one in said["promises"]:
            one["state"] = {"PHYS-1": "none", "SOURCE-1": "ok", "WEB-1": "broken"}.get(one["id"], "none")
        text = json.dumps(said)
        admin.execute(
            "update system_audits_audit set snapshot = %s, digest = %s where id = %s", [text, digest_of(text), audit]
        )
    with two.grethe.inside() as by:
        actions.see_section(audit, section, by=by)
        assert actions.conclude(audit, section, [], rest_keeps=True, by=by) == 1
        assert set(queries.audit(audit).conclusions) == {"SOURCE-1"}


def test_what_does_not_keep_gets_somebody_and_a_day_and_stays_on_the_next_audit(two: Two) -> None:
    audit = begun_by(two.grethe)
    with two.grethe.inside() as by:
        actions.see_section(audit, 0, by=by)
        for mend in (
            None,
            Mend("x", None, None),
            Mend("x", uuid7(), timezone.localdate()),
            to_mend(two.henrik, days=-1),
            to_mend(two.henrik, days=500),
        ):
            with pytest.raises(Refused), transaction.atomic():
                actions.conclude(audit, 0, [Said("ORG-1", FAILS, "Tre", mend)], rest_keeps=False, by=by)
        actions.conclude(audit, 0, [Said("ORG-1", FAILS, "Tre", to_mend(two.henrik))], rest_keeps=False, by=by)
        actions.conclude(audit, 0, [Said("ORG-1", FAILS, "Tre igen")], rest_keeps=False, by=by)  # planned already
        found = [f for f in queries.open_findings() if f.item.values["source"] == str(audit)]
        assert [f.item.values["responsible"] for f in found] == [str(two.henrik.user.id)]
        assert found[0].standing is not None
        assert [c.verdict for c in queries.history(audit)] == [FAILS, FAILS]
    page = two.grethe.client().get(f"/system/audits/{audit}/1/").content.decode()
    assert "Skift kortlæseren ud" in page
    finding = found[0].item.id
    with two.grethe.inside() as by:
        with pytest.raises(Refused):
            actions.mend(finding, note=" ", by=by)
        actions.mend(finding, note="Skiftet", by=by)
        assert finding not in {f.item.id for f in queries.open_findings()}


def test_finished_by_one_countersigned_by_the_other_and_locked(two: Two) -> None:
    audit = begun_by(two.grethe)
    for number in range(len(SECTIONS) - 1):
        concluded(two.grethe, audit, number)
    with two.grethe.inside() as by, pytest.raises(Refused):
        actions.finish(audit, by=by)
    with two.grethe.inside(), pytest.raises(DatabaseError, match="no conclusion"), transaction.atomic():
        Step.objects.create(audit_id=audit, what="finished", how="x", digest="0" * 64)
    concluded(two.grethe, audit, len(SECTIONS) - 1)
    with two.henrik.inside() as by, pytest.raises(Refused):
        actions.countersign(audit, by=by)  # nothing is finished
    with two.grethe.inside() as by:
        finished = actions.finish(audit, by=by)
        with pytest.raises(Refused):
            actions.countersign(audit, by=by)  # her own
        with pytest.raises(DatabaseError, match="another person"), transaction.atomic():
            Step.objects.create(audit_id=audit, what="read", how="x", digest=finished.digest)
        with pytest.raises(Refused):
            actions.conclude(audit, 0, [Said("ORG-1", KEEPS)], rest_keeps=False, by=by)
        with pytest.raises(DatabaseError, match="finished"), transaction.atomic():
            Conclusion.objects.create(audit_id=audit, promise="ORG-1", number=9, verdict=KEEPS, seconds=1, batch=1)
    with two.henrik.inside(), pytest.raises(DatabaseError, match="another person"), transaction.atomic():
        Step.objects.create(audit_id=audit, what="read", how="x", digest="0" * 64)  # of something else
    with two.henrik.inside() as by:
        signed = actions.countersign(audit, by=by)
        assert signed.digest == finished.digest == queries.audit(audit).digest()
        closed = records.general_standings(timezone.localdate())
        one = next(s for s in closed if s.rule is AUDIT and s.closing)
        assert one.closing is not None
        assert one.closing.reference == f"audit:{audit}"
        assert records.open_duty(AUDIT, None) is not None  # next year's
    with two.henrik.inside():
        told = Event.objects.get(action="system.audits.countersigned", object_id=audit)
        assert told.actor == two.henrik.user.id


def test_a_duty_that_opens_later_is_not_closed_by_what_is_done_now(two: Two) -> None:
    later = timezone.localdate() + dt.timedelta(days=200)
    with two.grethe.inside() as by:
        Duty.objects.create(rule=AUDIT.key, opens_on=later - AUDIT.early, due_on=later)
        actions.close_year(AUDIT, "audit:x", by=by)
        duty = records.open_duty(AUDIT, None)
        assert duty is not None
        assert duty.due_on == later


def test_minutes_freeze_the_facts_and_both_sign_the_same_version(two: Two) -> None:
    first = begun_minutes(two)
    with two.grethe.inside() as by:
        with pytest.raises(Refused):
            holding.begin(meeting_on=timezone.localdate(), by=by)
        before = minutes.one(first.document_id).content()
        assert {"promises", "access", "backups", "people", "grants", "audit", "wheel"} <= {p.key for p in before.items}
        assert before.items[0].facts[0].said
    signed_by(two.grethe, first)
    with pytest.raises(Refused):
        signed_by(two.grethe, first)
    given = filled(
        two.grethe, two.henrik, remarks={"promises": "Et roligt år"}, decisions={"backups": [to_mend(two.henrik)]}
    )
    with two.henrik.inside() as by:
        second = holding.save(first.document_id, given, base=first.id, by=by)
        with pytest.raises(Refused):
            holding.save(first.document_id, given, base=first.id, by=by)  # she read the first
    with pytest.raises(Refused):
        signed_by(two.henrik, first)
    with two.henrik.inside(), pytest.raises(DatabaseError, match="newer version"), transaction.atomic():
        Signature.objects.create(
            version=first, entry_id=entry_of(two.henrik), how="x", on_paper=False, signed_on=timezone.localdate()
        )
    signed_by(two.henrik, second)
    with two.grethe.inside():
        kept = minutes.one(first.document_id)
        assert not kept.signed  # hers was of the first
        assert [p.facts for p in kept.content().items] == [p.facts for p in before.items]
        assert records.open_duty(MEETING_HELD, None) is None
    signed_by(two.grethe, second)
    with two.grethe.inside() as by:
        assert minutes.one(first.document_id).signed
        url = f"/system/audits/minutes/{first.document_id}/paper/"
        handed = two.henrik.client().post(url, {"language": "en"})
        assert handed.content.startswith(b"%PDF-1.")
        assert f"v{second.number}-en.pdf" in handed["Content-Disposition"]
        assert b"pdfaid:part" in handed.content, "PDF/A: to keep"
        assert b"/StructTreeRoot" in handed.content, "tagged: to be read aloud"
        assert Event.objects.filter(action="system.minutes.handed").exists()
        assert two.finn.client().post(url).status_code == 403
        for rule in (MEETING_HELD, MEETING):
            done = figures().last_done(rule)
            assert done is not None
            assert done.reference == f"minutes:{first.document_id}", "REVIEW-2, and the risks of the year (PROT-2)"
        with pytest.raises(Refused):
            holding.save(first.document_id, given, base=second.id, by=by)
        with pytest.raises(DatabaseError, match="signed by both"), transaction.atomic():
            Version.objects.create(
                document_id=first.document_id, number=9, digest="0" * 64, review_on=timezone.localdate()
            )
        decided = [f for f in queries.open_findings() if f.item.values["source"] == str(first.document_id)]
        assert [f.item.values["what"] for f in decided] == ["Skift kortlæseren ud"]
        again = holding.begin(meeting_on=timezone.localdate(), by=by)
        carried = minutes.one(again.document_id).content().carried
        assert "Skift kortlæseren ud" in {one["what"] for one in carried}


def test_each_reads_what_was_frozen_in_their_own_language_and_signs_the_same(two: Two) -> None:
    with override("en"):
        audit = begun_by(two.grethe)
        version = begun_minutes(two)
    danish, english = two.grethe.client(), two.henrik.client()
    english.cookies["__Host-language"] = "en"
    page, other = (c.get(f"/system/audits/{audit}/1/").content.decode() for c in (danish, english))
    for language, (own, foreign) in (("da", (page, other)), ("en", (other, page))):
        with override(language):
            said = [escape(str(PROMISES["ORG-1"].sentence)), escape(str(MEASURES["ORG-1"].how))]
        assert all(one in own and one not in foreign for one in said)
    page, other = (c.get(f"/system/audits/minutes/{version.document_id}/").content.decode() for c in (danish, english))
    assert "Løfterne i årets løb" in page
    assert "The promises over the year" in other
    assert re.search(r"\d+ af 54 løfter holder", page)
    assert re.search(r"\d+ of 54 promises hold", other)
    assert version.digest in page.replace(" ", "")
    with two.grethe.inside():
        content = minutes.one(version.document_id).content()
        for fact in (fact for point in content.items for fact in point.facts):
            assert isinstance(fact.text, dict)
            assert set(fact.text) == {"da", "en"}
            assert all(fact.text.values())
            assert not re.search(r"i dag|i går|today|yesterday", f"{fact.text}"), "it is read on other days"
        kept, year = minutes.one(version.document_id), str(content.held_on.year)
        for language, title in (("da", "Generalforsamling"), ("en", "General meeting")):
            with override(language):
                paper = minutes_paper(kept, {})
            assert paper["lang"] == language
            assert re.fullmatch(rf"{title} .+ {year}", paper["title"])
            firsts = [part["rows"][0][0] for part in paper["tables"] if part["rows"]]
            assert firsts == [json.loads(json.dumps(p.facts[0].text))[language] for p in content.items if p.facts]


def test_what_was_frozen_in_one_language_reads_as_it_stands() -> None:
    kept = {
        "meeting_on": "2026-01-20", "since": "2025-01-20", "language": "da", "participants": ["Grethe", "Henrik"],
        "carried": [], "items": [{"key": "promises", "title": "Løfterne", "remark": "", "decisions": [], "facts": [
            {"text": "54 af 54 løfter holder.", "promise": "", "state": "ok"},
        ]}],
    }  # fmt: skip
    with override("en"):
        read = minutes.content_of(json.dumps(kept))
        assert (read.items[0].heading, read.items[0].facts[0].said) == ("Løfterne", "54 af 54 løfter holder.")


def test_what_changes_while_it_is_frozen_is_said_again(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[int] = []

    def moving(_since: dt.date, _until: dt.date) -> list[Line]:
        said.append(1)
        return [Line(f"{min(len(said), settles)} alarmer")]

    monkeypatch.setattr("heretask.system.audits.holding.AGENDA", [Item(1, "moving", "Vagt", moving)])
    settles = 4
    with two.grethe.inside() as by:
        version = holding.begin(meeting_on=timezone.localdate(), by=by)
        (fact,) = minutes.one(version.document_id).content().items[0].facts
    assert fact.text == {"da": "4 alarmer", "en": "4 alarmer"}
    forget()
    said.clear()
    settles = 99
    with two.grethe.inside() as by, pytest.raises(Refused):
        holding.begin(meeting_on=timezone.localdate(), by=by)


def entry_of(member: object) -> UUID:
    from heretask.system.staff import queries as staff

    own = staff.own(member.user.id)  # type: ignore[attr-defined]
    assert own is not None
    return own.item.id


def test_nobody_signs_minutes_for_somebody_else(two: Two) -> None:
    version = begun_minutes(two)
    with two.grethe.inside():
        theirs = entry_of(two.henrik)
        with pytest.raises(DatabaseError, match="oneself"), transaction.atomic():
            Signature.objects.create(
                version=version, entry_id=theirs, how="x", on_paper=False, signed_on=timezone.localdate()
            )


def test_only_management_reaches_any_of_it(two: Two, cast: Cast) -> None:
    audit = begun_by(two.grethe)
    for member in (two.finn, cast.eva):
        assert member.client().get("/system/audits/").status_code == 403
        with member.inside() as by, pytest.raises(Denied):
            actions.see(audit, by=by)
    with cast.eva.inside():
        assert not Audit.objects.exists()


def test_a_new_installation_is_due_until_its_first_day_and_then_broken(two: Two) -> None:
    today = timezone.localdate()
    with two.grethe.inside():
        duty = Duty.objects.create(rule=AUDIT.key, opens_on=today, due_on=today + dt.timedelta(days=200))
    assert measure(MEASURES["REVIEW-1"])[0].state == State.DUE
    with changed("system_records_duty", "id = %s", [duty.id], opens_on="=opens_on - 300", due_on="=due_on - 201"):
        assert measure(MEASURES["REVIEW-1"])[0].state == State.BROKEN
    audited(two.grethe, two.henrik)
    assert measure(MEASURES["REVIEW-1"])[0].state == State.HOLDS
    assert measure(MEASURES["REVIEW-2"])[0].state == State.HOLDS

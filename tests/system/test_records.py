"""The records engine: a register needs a declaration alone, nothing that was kept can be lost, a duty wants its proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.utils import timezone

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.periods import months_after
from heretask.system.records import actions, queries
from heretask.system.records.figures import figures
from heretask.system.records.forms import form_for
from heretask.system.records.models import Closing, Document, Duty, Entry, Signature, Value, Version
from heretask.system.records.policies import Refused
from heretask.system.records.registers import REGISTERS, Field, Kind, Register, register
from heretask.system.records.rules import RULES, Proof, Rule, a_note, a_thing, rule
from heretask.system.staff.models import Override
from tests import database
from tests.system.test_assessment import manager

TABLES = [m._meta.db_table for m in (Entry, Value, Document, Version, Signature, Duty, Closing, Override)]


@pytest.fixture
def risks() -> Iterator[Register]:
    """All that somebody has to write who adds a register."""
    yield register(
        Register(
            "sample-risks",
            "Risks",
            (
                Field("title", "Risk", required=True),
                Field("level", "Level", Kind.CHOICE, (("low", "Low"), ("high", "High")), required=True),
                Field("review_on", "To be reviewed", Kind.DATE),
                Field("owner", "Owner", Kind.REFERENCE),
            ),
            P.SYSTEM_STAFF_SEE,
            P.SYSTEM_STAFF_CHANGE,
        )
    )
    del REGISTERS["sample-risks"]


@pytest.fixture
def yearly() -> Iterator[Rule]:
    yield rule(Rule("sample.review", "Review of risks", ("PROT-3",), 12, a_note))
    del RULES["sample.review"]


def test_a_declaration_is_all_that_a_register_needs(risks: Register) -> None:
    form = form_for(risks, ("title", "level", "review_on"))(
        {"title": "Strømmen går", "level": "high", "review_on": "2027-02-01"}
    )
    assert form.is_valid(), form.errors
    with manager().inside() as by:
        made = actions.add(risks, form.cleaned_data, by=by)
        actions.change(risks, made.id, {"level": "low", "title": "Strømmen går"}, by=by, why="Ny nødgenerator")
        item = queries.item(risks, made.id)
        assert item.values == {"title": "Strømmen går", "level": "low", "review_on": "2027-02-01", "owner": ""}
        newest = queries.history(risks, made.id)[0]
        assert (newest.field.key, newest.before, newest.after, newest.why) == (
            "level",
            "high",
            "low",
            "Ny nødgenerator",
        )
        assert newest.by == by.user_id
        assert len(queries.history(risks, made.id)) == 4


def test_words_are_sealed_and_a_wrong_value_is_refused(risks: Register) -> None:
    with manager().inside() as by:
        made = actions.add(risks, {"title": "Hemmelig risiko", "level": "low"}, by=by)
        for wrong in (
            {"level": "enormous"},
            {"review_on": "31-02-2027"},
            {"owner": "henrik"},
            {"title": " "},
            {"title": "x" * 401},
        ):
            with pytest.raises(Refused):
                actions.change(risks, made.id, wrong, by=by)
        with pytest.raises(Refused):
            actions.add(risks, {"title": "Uden niveau"}, by=by)
    with database.superuser() as admin:
        rows = admin.execute("select plain, text from system_records_value where entry_id = %s", [made.id]).fetchall()
    assert "Hemmelig" not in str(rows)
    assert len(rows) == 2


def test_nobody_without_the_permission_keeps_a_record(risks: Register) -> None:
    from heretask.kernel.access.decide import Denied

    with manager("finn", "developer").inside() as by, pytest.raises(Denied):
        actions.add(risks, {"title": "x", "level": "low"}, by=by)


def test_two_changes_at_once_do_not_write_over_each_other(risks: Register) -> None:
    with manager().inside() as by:
        made = actions.add(risks, {"title": "x", "level": "low"}, by=by)
        actions.change(risks, made.id, {"level": "high"}, by=by)
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
        ):  # who had read the value before writes the same number
            Value.objects.create(entry_id=made.id, field="level", number=2, plain="low")
        assert queries.item(risks, made.id).values["level"] == "high"


@pytest.mark.parametrize("table", TABLES)
def test_nothing_can_be_deleted_or_written_over(table: str) -> None:
    """By plain SQL as the web's role, in a session of Management."""
    with manager().inside():
        for statement in (f"delete from {table}", f"update {table} set id = id", f"truncate {table}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
                cursor.execute(statement)
    with database.superuser() as admin:  # the owner's role has the grant, and meets the triggers
        for statement in (f"delete from {table}", f"truncate {table} cascade"):
            if admin.execute(f"select count(*) from {table}").fetchone() == (0,) and statement.startswith("delete"):
                continue
            with pytest.raises(Exception, match="only ever grows"):
                admin.execute(statement)


def test_who_did_it_is_what_the_database_knows(risks: Register) -> None:
    grethe, finn = manager(), manager("finn", "developer")
    with grethe.inside():
        made = Entry.objects.create(register="sample-risks", done_by=finn.user.id)
        made.refresh_from_db()
        assert made.done_by == grethe.user.id


def test_a_duty_closes_with_a_proof_of_its_own_period_alone(yearly: Rule) -> None:
    today = timezone.localdate()
    opens, due = today - dt.timedelta(days=30), today - dt.timedelta(days=5)
    with manager().inside() as by:
        actions.plan(yearly, about=None, opens_on=opens, due_on=due)
        close = {"about": None, "by": by, "permission": P.SYSTEM_STAFF_CHANGE}
        for wrong in (
            Proof(opens - dt.timedelta(days=1), "sidste år"), Proof(today + dt.timedelta(days=1), "i morgen"), Proof(today, "  "),
        ):  # fmt: skip
            with pytest.raises(Refused):
                actions.close(yearly, wrong, **close)  # type: ignore[arg-type]
        closing = actions.close(yearly, Proof(today, "Gennemgået"), **close)  # type: ignore[arg-type]
        standing = queries.Standing(closing.duty, yearly, closing, today)
        assert (standing.state, standing.missed_by) == ("ok", 5)  # done, and late for ever
        following = queries.open_duty(yearly, None)
        assert following is not None
        assert following.due_on == months_after(today, 12)
        with pytest.raises(Refused):  # the next period has not opened
            actions.close(yearly, Proof(today, "en gang til"), **close)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "state", "warning"),
    [
        (31, "ok", None),
        (30, "due", 30),
        (15, "due", 30),
        (14, "due", 14),
        (4, "due", 14),
        (3, "due", 3),
        (0, "due", 3),
        (-1, "broken", None),
    ],
)
def test_warnings_come_30_14_and_3_days_before(yearly: Rule, days: int, state: str, warning: int | None) -> None:
    today = dt.date(2026, 11, 26)
    duty = Duty(rule=yearly.key, opens_on=today, due_on=today + dt.timedelta(days=days), customer_id=None)
    standing = queries.Standing(duty, yearly, None, today)
    assert (standing.state, standing.warning) == (state, warning)


def test_publishing_leaves_every_signature_and_version_as_it_was() -> None:
    with manager().inside() as by:
        entry = Entry.objects.create(register="sample-risks")
        args = {"review_on": months_after(timezone.localdate(), 12), "by": by, "permission": P.SYSTEM_STAFF_CHANGE}
        first = actions.publish("policy", "test-policy", "Lås døren.", **args)  # type: ignore[arg-type]
        actions.sign(
            first, entry_id=entry.id, how="acknowledged", signed_on=timezone.localdate(), on_paper=False, by=by,
            permission=P.SYSTEM_STAFF_CHANGE,
        )  # fmt: skip
        with pytest.raises(Refused):
            actions.publish("policy", "test-policy", "Lås døren.\r\n", **args)  # type: ignore[arg-type]
        second = actions.publish("policy", "test-policy", "Lås døren, og luk vinduet.", **args)  # type: ignore[arg-type]
        assert second.number == first.number + 1
        assert [s.version_id for s in queries.signatures([entry.id])] == [first.id]
        assert queries.text_of(queries.versions("test-policy")[1]) == "Lås døren."


def test_everybodys_evidence_is_given_days_and_choices_and_no_word(risks: Register, yearly: Rule) -> None:
    with manager().inside() as by:
        made = actions.add(risks, {"title": "Strømmen går", "level": "high", "review_on": "2027-02-01"}, by=by)
        today = timezone.localdate()
        actions.plan(yearly, about=None, opens_on=today, due_on=today)
        actions.close(
            yearly, Proof(today, "Gennemgået", reference="minutes:1"), about=None, by=by, permission=risks.change
        )
    found = figures()
    kept = next(e for e in found.entries(risks) if e.id == made.id)
    assert kept.values == {"level": "high", "review_on": "2027-02-01"}
    assert kept.day("review_on") == dt.date(2027, 2, 1)
    done = found.last_done(yearly)
    assert done is not None
    assert (done.done_on, done.reference, done.missed_by(today)) == (today, "minutes:1", 0)
    assert found.duties[yearly.key][-1].done_on is None, "the next one is planned"
    assert "Strømmen" not in repr(found)
    assert "Gennemgået" not in repr(found)


def test_what_closes_with_a_thing_closes_with_nothing_else() -> None:
    a_thing("minutes")(Proof(timezone.localdate(), reference="minutes:1"))
    for other in ("", "audit:1"):
        with pytest.raises(Refused):
            a_thing("minutes")(Proof(timezone.localdate(), "ord", reference=other))

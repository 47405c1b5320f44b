"""The staff gates: who gets in, what Management records, what people do themselves, and that the database holds it."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.utils import timezone

from heretask.config import cli, provision
from heretask.kernel.approvals import asking, managing
from heretask.kernel.approvals import queries as approvals
from heretask.kernel.evidence.measuring import MEASURES, Result, State, measure
from heretask.kernel.identity import codes, factors, signing_in
from heretask.kernel.identity.models import Factor, Session, User
from heretask.kernel.identity.sessions import NOWHERE, begin, operator, touch
from heretask.kernel.identity.whence import From
from heretask.kernel.log.models import Event
from heretask.kernel.periods import months_after
from heretask.kernel.staff.eligibility import Facts, Scope, decide
from heretask.kernel.staff.gate import NotEligible, check_eligible
from heretask.system.records.models import Closing, Entry, Value
from heretask.system.staff import actions, queries, two_people
from heretask.system.staff.models import Override
from heretask.system.staff.policies import Refused
from tests import database
from tests.cast import PASSWORD, SECRET, Member, _hashed, admit, make_member, supplier
from tests.kernel.test_eligibility import histories
from tests.management import two_managers
from tests.system.breakers.breaking import changed
from tests.system.equipment import stated
from tests.system.test_assessment import manager
from tests.system.world import sign_in, sql

LIST = "/system/staff/"
MINE = "/system/staff/mine/"
_numbers = itertools.count(1)


def newcomer(*, admitted: bool = True, role: str = "developer") -> Member:
    """Somebody of the supplier whom no other test knows, with a second factor."""
    own = supplier()
    with operator(own, "test"):
        by, name = provision.operator_of(own), f"ny{next(_numbers)}"
        if admitted:
            made = make_member(own, name, "Nik Ny", role, None, by)
        else:
            from heretask.admin.users import actions as users

            user = users.create_user(user_name=name, name="Nik Ny", by=by, hashed=_hashed())
            users.give_role(user=user, role=role, unit=None, by=by)
            made = Member(user, own, "Nik Ny")
    return with_factor(made)


def with_factor(member: Member) -> Member:
    """The same, with the tests' one-time codes."""
    with transaction.atomic(using="gate"):
        known = User.objects.using("gate").select_related("customer").get(id=member.user.id)
        if not Factor.objects.filter(user_id=known.id).exists():
            factors.add_factor(known, SECRET, confirmed=True)
    return member


def person_of(member: Member) -> queries.Member:
    with operator(supplier(), "test"):
        found = queries.own(member.user.id)
    assert found is not None
    return found


def tried(member: Member) -> str:
    """What comes of signing in with the right password and code."""
    Factor.objects.filter(user_id=member.user.id).update(last_step=0)
    whence = From("192.0.2.9", "tests")
    asked = signing_in.by_password(member.user_name, PASSWORD, at=NOWHERE, whence=whence)
    if asked.kind != "code":
        return asked.kind
    return signing_in.by_code(codes.code_now(SECRET), at=touch(asked.token, acted=True), whence=whence).kind


@contextmanager
def moved(member: Member, field: str, day: dt.date) -> Iterator[None]:
    """A date of the register moved by the superuser, and back."""
    where = "entry_id = %s and field = %s and number = (select max(number) from system_records_value x where x.entry_id = %s and x.field = %s)"
    entry = person_of(member).item.id
    with changed("system_records_value", where, [entry, field, entry, field], plain=day.isoformat()):
        yield


def test_a_sign_in_is_refused_the_day_after_a_check_expired() -> None:
    finn, today = newcomer(), timezone.localdate()
    assert tried(finn) == "in"
    expires_today = next(
        day for back in range(380) if months_after(day := today - dt.timedelta(days=back), 12) == today
    )
    with moved(finn, "hired_on", expires_today), moved(finn, "cleared_on", expires_today):
        assert tried(finn) == "in"
    expired = expires_today - dt.timedelta(days=1)
    with moved(finn, "hired_on", expired), moved(finn, "cleared_on", expired):
        assert tried(finn) == "stopped"
        with pytest.raises(NotEligible, match="Straffeattest"):
            check_eligible(finn.user.id, Scope.CONTENT)
    assert tried(finn) == "in"


def test_the_page_says_why_and_the_log_that_it_happened() -> None:
    finn = newcomer(admitted=False)
    client = Client(headers={"host": "localhost"})
    client.defaults["wsgi.url_scheme"] = "https"
    client.post("/sign-in/", {"username": finn.user_name, "password": PASSWORD})
    answer = client.post("/sign-in/code/", {"code": codes.code_now(SECRET)})
    assert answer.status_code == 403
    assert "Står ikke i personaleregistret." in answer.content.decode()
    assert "__Host-ht" not in answer.cookies
    with operator(supplier(), "test"):
        assert Event.objects.filter(action="identity.sign_in.stopped", object_id=finn.user.id).count() == 1
    wrong = client.post("/sign-in/", {"username": finn.user_name, "password": "Forkert-7"})
    assert "personaleregistret" not in wrong.content.decode()


def test_who_has_no_second_factor_yet_is_stopped_before_setting_one_up() -> None:
    finn = newcomer(admitted=False)
    Factor.objects.filter(user_id=finn.user.id).delete()
    assert signing_in.by_password(finn.user_name, PASSWORD, at=NOWHERE, whence=From("192.0.2.9", "t")).kind == "stopped"


def test_the_database_refuses_the_session_where_the_program_forgets_to_ask() -> None:
    stranger = newcomer(admitted=False)
    with pytest.raises(DatabaseError, match="staff register"), transaction.atomic(using="gate"):
        begin("person", customer_id=stranger.customer.id, user_id=stranger.user.id)
    assert not Session.objects.filter(user_id=stranger.user.id, kind="person").exists()
    with operator(supplier(), "test"):
        admit("Nik Ny", stranger.user.id, provision.operator_of(supplier()))
    stranger.token()


def test_customers_have_no_staff_gate(cast: Any) -> None:
    assert sign_in(cast.anna)


def test_management_of_a_new_installation_gets_in_for_thirty_days() -> None:
    with database.superuser() as admin:  # two managers are all there may be: the one is put aside
        admin.execute("set session_replication_role = replica")
        held = admin.execute(
            "update kernel_assignment set role = 'aside' where role = 'management' and ended_at is null returning id"
        ).fetchall()
    try:
        first = newcomer(admitted=False, role="management")
        stranger = newcomer(admitted=False)
        with changed("kernel_customer", "kind = 'supplier'", [], gates_from="=now() - interval '30 days'"):
            assert (tried(first), tried(stranger)) == ("in", "stopped")
        with changed("kernel_customer", "kind = 'supplier'", [], gates_from="=now() - interval '31 days'"):
            assert (tried(first), tried(stranger)) == ("stopped", "stopped")
    finally:
        sql("delete from kernel_assignment where user_id = %s", first.user.id)
        sql("update kernel_assignment set role = 'management' where id = any(%s)", [row[0] for row in held])


def test_the_database_decides_as_the_program_does_over_random_histories() -> None:
    """The lock stands in SQL, the decision in Python: the same answer to the same facts, or one of them is wrong."""
    own = supplier().id
    wrong = []
    with database.superuser() as admin:
        admin.autocommit = False
        admin.execute("set session_replication_role = replica")
        document, version = uuid4(), uuid4()
        admin.execute("delete from system_records_document where key = 'confidentiality'")
        admin.execute(
            "insert into system_records_document (id, customer_id, kind, key) values (%s, %s, 'staff', 'confidentiality')",
            [document, own],
        )
        admin.execute(
            "insert into system_records_version (id, customer_id, document_id, number, text, digest, review_on) values (%s, %s, %s, 1, '', '', now())",
            [version, own, document],
        )
        for facts, today in histories(300, 3):
            login = _plant(admin, own, version, facts)
            admin.execute(
                "update kernel_customer set gates_from = (%s::date + time '12:00') at time zone 'Europe/Copenhagen' where id = %s",
                [facts.gates_from, own],
            )
            said = admin.execute("select ht.staff_may_sign_in(%s, %s, %s)", [own, login, today]).fetchone()
            if said != (decide(facts, today).sign_in.allowed,):
                wrong.append((facts, today, said))
        admin.rollback()
    assert wrong == []


def _plant(admin: Any, own: UUID, version: UUID, facts: Facts) -> UUID:
    """Rows that say just these facts of a login of its own."""
    entry, login = uuid4(), uuid4()
    if facts.manager:
        admin.execute(
            "insert into kernel_assignment (id, customer_id, user_id, role) values (%s, %s, %s, 'management')",
            [uuid4(), own, login],
        )
    if facts.state is None:
        # a login that is open, and on no register
        admin.execute(
            "insert into kernel_user (id, customer_id, user_name, name, active, language, theme) values (%s, %s, %s, '', true, 'da', '')",
            [login, own, login.hex[:20]],
        )
        return login
    admin.execute("insert into system_records_entry (id, customer_id, register) values (%s, %s, 'staff')", [entry, own])
    values = {"login": login, "state": facts.state, "hired_on": facts.hired_on, "cleared_on": facts.cleared_on}
    for field, value in values.items():
        admin.execute(
            "insert into system_records_value (id, customer_id, entry_id, field, number, plain, text, why) values (%s, %s, %s, %s, 1, %s, '', '')",
            [uuid4(), own, entry, field, "" if value is None else str(value)],
        )
    if facts.signed_on:
        admin.execute(
            "insert into system_records_signature (id, customer_id, version_id, entry_id, how, on_paper, signed_on) values (%s, %s, %s, %s, 'signed', true, %s)",
            [uuid4(), own, version, entry, facts.signed_on],
        )
    for what in ("check", "training"):
        until = getattr(facts, f"{what}_lifted")
        if until:
            admin.execute(
                "insert into system_staff_override (id, customer_id, entry_id, what, until, why, asked_by_id, approved_by_id) values (%s, %s, %s, %s, %s, '', %s, %s)",
                [uuid4(), own, entry, what, until, uuid4(), uuid4()],
            )
    return login


def test_who_leaves_is_out_at_the_next_request() -> None:
    finn, grethe = newcomer(), manager()
    client = finn.client()
    assert client.get(MINE).status_code == 200
    person = person_of(finn).item
    with grethe.inside() as by:
        actions.leave(person, left_on=timezone.localdate(), by=by)
    assert client.get(MINE).status_code == 302
    assert tried(finn) == "stopped"
    with grethe.inside() as by:
        actions.rehire(queries.member(person.id).item, hired_on=timezone.localdate() + dt.timedelta(days=1), by=by)
        back = queries.member(person.id)
    assert back.facts.state == "probation"
    assert tried(finn) == "stopped"  # not begun yet, and everything begins anew


def test_a_check_with_something_on_it_shuts_out_at_once_and_the_duty_stays_open() -> None:
    finn, grethe = newcomer(), manager()
    client, person = finn.client(), person_of(finn).item
    with grethe.inside() as by:
        actions.record_check(person, checked_on=timezone.localdate(), clear=False, by=by)
    assert client.get(MINE).status_code == 302
    assert tried(finn) == "stopped"
    with database.superuser() as admin:  # what a check found stands nowhere in the clear
        rows = admin.execute(
            "select plain from system_records_value where entry_id = %s and field = 'outcome'", [person.id]
        ).fetchall()
    assert {row[0] for row in rows} == {""}
    with grethe.inside() as by:
        actions.record_check(queries.member(person.id).item, checked_on=timezone.localdate(), clear=True, by=by)
    assert tried(finn) == "in"


def test_only_management_hires_whatever_way_is_tried() -> None:
    finn, grethe = manager("finn", "developer"), manager()
    own, hers = person_of(finn).item, person_of(grethe).item
    assert finn.client().get(LIST).status_code == 403
    assert finn.client().post(LIST + "new/", {"name": "Nul", "hired_on": "2026-11-01"}).status_code == 403
    with finn.inside():
        for statement in (
            "insert into system_records_entry (id, customer_id, register) values (gen_random_uuid(), ht.customer(), 'staff')",
            f"insert into system_records_value (id, customer_id, entry_id, field, number, plain, text, why) values (gen_random_uuid(), ht.customer(), '{own.id}', 'cleared_on', 99, '2026-11-25', '', '')",
        ):
            with (
                pytest.raises(DatabaseError, match="Management"),
                transaction.atomic(),
                connections["default"].cursor() as cursor,
            ):
                cursor.execute(statement)
    with grethe.inside() as by, pytest.raises(Refused):  # and nobody decides about themselves
        actions.record_check(hers, checked_on=timezone.localdate(), clear=True, by=by)


def test_a_person_from_hiring_to_leaving_by_the_pages() -> None:
    client, today = manager().client(), timezone.localdate()
    hired = today - dt.timedelta(days=40)
    sent = client.post(LIST + "new/", {"name": "Vita Vest", "hired_on": hired.isoformat(), "login": ""})
    assert sent.status_code == 302, sent.content.decode()
    page = sent.headers["Location"].partition("?")[0]
    assert "40 dage for sent" in client.get(page).content.decode()
    day = hired.isoformat()
    assert client.post(page + "check/", {"day": day}).status_code == 422
    for act, given in (
        ("check", {"day": day, "outcome": "clear"}), ("sign", {"day": day}), ("training", {"day": today.isoformat(), "what": "Kursus"}),
        ("equip", {"what": "Telefon", "number": "T-7", "encrypted": "yes", "handed_on": day}),
        ("consultation", {"day": today.isoformat(), "remarks": "Intet at tilføje"}),
    ):  # fmt: skip
        answer = client.post(f"{page}{act}/", given)
        assert answer.status_code == 302, (
            act,
            re.findall(r'role="alert".*?</div>', answer.content.decode(), re.DOTALL),
        )
    shown = client.get(page).content.decode()
    assert "10 dage for sent" in shown  # the training: due within 30 days, done after 40
    assert "Telefon" in shown
    refused = client.post(page + "employ/")
    assert refused.status_code == 422
    assert "Prøvetiden varer tre måneder" in refused.content.decode()
    device = re.search(r'name="device" value="([0-9a-f-]+)"', shown)
    assert device is not None
    assert client.post(page + "return/", {"device": device[1], "day": today.isoformat()}).status_code == 302
    assert client.post(page + "return/", {"device": device[1], "day": today.isoformat()}).status_code == 422
    assert client.post(page + "leave/", {"day": today.isoformat()}).status_code == 302
    assert client.post(page + "closing/", {"day": today.isoformat()}).status_code == 302
    shown = client.get(LIST + "?show=left").content.decode()
    assert "Vita Vest" in shown
    assert client.post(page + "nothing/").status_code == 404


def test_nobody_is_employed_before_three_months_and_then_by_a_decision() -> None:
    with operator(supplier(), "test"):
        by, today = provision.operator_of(supplier()), timezone.localdate()
        begun = next(day for back in range(100) if months_after(day := today - dt.timedelta(days=back), 3) == today)
        person = actions.admit(name="Trine Tre", login=None, hired_on=begun, checked_on=begun, signed_on=begun, by=by)
        assert queries.member(person.id).facts.state == "probation"
        actions.employ(person, by=by)
        early = begun + dt.timedelta(days=1)
        person = actions.admit(name="Tove To", login=None, hired_on=early, checked_on=early, signed_on=early, by=by)
        if months_after(early, 3) > today:
            with pytest.raises(Refused):
                actions.employ(person, by=by)


def test_my_duties_each_with_what_does_it() -> None:
    finn, grethe, today = newcomer(), manager(), timezone.localdate()
    client, person = finn.client(), person_of(finn).item
    with grethe.inside() as by:
        actions.hand_out(person, what="Bærbar", number="B-1", encrypted="yes", handed_on=today, by=by)
        version = actions.publish(
            "confidentiality", f"Tavshed, udgave {next(_numbers)}", review_on=months_after(today, 12), by=by
        )
    page = client.get(MINE).content.decode()
    assert "Tavshed, udgave" in page
    assert "14 dage" in page
    assert client.post(MINE + "sign/", {"version": str(version.id)}).status_code == 422  # not ticked
    assert (
        client.post(MINE + "sign/", {"version": str(uuid4()), "sure": "on"}).status_code == 422
    )  # not the one that was read
    assert client.post(MINE + "sign/", {"version": str(version.id), "sure": "on"}).status_code == 302
    assert stated(client).status_code == 302
    assert client.post(MINE + "consultation/", {"remarks": "For mange koder"}).status_code == 302
    assert client.post(MINE + "consultation/", {"remarks": "igen"}).status_code == 422  # the next period has not opened
    with grethe.inside():
        kept = {
            c.duty.rule
            for c in Closing.objects.filter(duty__entry_id=person.id, done_by=finn.user.id).select_related("duty")
        }
    assert kept == {"staff.confidentiality", "staff.equipment", "staff.consultation"}
    assert "For mange koder" in grethe.client().get(f"{LIST}{person.id}/").content.decode()


def test_who_is_not_on_the_register_is_told_so() -> None:
    finn = newcomer()
    client = finn.client()
    with changed("system_records_value", "field = 'login' and plain = %s", [str(finn.user.id)], plain=str(uuid4())):
        assert "Du står ikke i personaleregistret endnu" in client.get(MINE).content.decode()
        assert client.post(MINE + "training/", {"day": "2026-11-25", "what": "x"}).status_code == 422


def test_an_override_takes_two_managers_a_reason_and_an_end(capsys: pytest.CaptureFixture[str]) -> None:
    with two_managers() as two:
        _overridden(two.grethe, two.henrik.user)


def _overridden(grethe: Member, other: User) -> None:
    finn, today = newcomer(), timezone.localdate()
    person = person_of(finn).item
    expired = today - dt.timedelta(days=380)
    until = today + dt.timedelta(days=7)
    call = ["staff", "override", finn.user.user_name, "--what", "check", "--why", "Attesten er bestilt", "--until"]
    with moved(finn, "hired_on", expired), moved(finn, "cleared_on", expired):
        assert tried(finn) == "stopped"
        one = [*call, until.isoformat(), "--asked-by", grethe.user.user_name, "--approved-by"]
        assert cli.main([*one, grethe.user.user_name]) == 1
        assert cli.main([*one, finn.user.user_name]) == 1  # not of Management
        assert cli.main([*call, (today + dt.timedelta(days=31)).isoformat(), *one[-3:], other.user_name]) == 1
        assert cli.main([*one, other.user_name]) == 0
        assert tried(finn) == "in"
        with changed("system_staff_override", "until = %s", [until], until=today - dt.timedelta(days=1)):
            assert tried(finn) == "stopped"
    with grethe.inside() as by, pytest.raises(Refused):  # not by one manager at a page
        actions.override(person, what="check", until=until, why="x", asked_by=grethe.user, approved_by=other, by=by)
    with pytest.raises(DatabaseError, match="override_two_people"), operator(supplier(), "test"):
        Override.objects.create(entry_id=person.id, what="check", until=until, asked_by=other, approved_by=other)


def test_going_on_although_overdue_is_asked_approved_and_carried_out() -> None:
    expired = timezone.localdate() - dt.timedelta(days=380)
    until = (timezone.localdate() + dt.timedelta(days=7)).isoformat()
    with two_managers() as two:
        finn = newcomer()
        page = f"{LIST}{person_of(finn).item.id}/"
        grethe, henrik = two.grethe.client(), two.henrik.client()
        assert "Lad personen fortsætte" in grethe.get(page).content.decode()
        given = {"what": "check", "until": until, "why": "Attesten er bestilt hos politiet"}
        late = given | {"until": (timezone.localdate() + dt.timedelta(days=40)).isoformat()}
        assert grethe.post(f"{page}override/", late).status_code == 422
        assert grethe.post(f"{page}override/", given | {"why": "kort"}).status_code == 422
        with moved(finn, "hired_on", expired), moved(finn, "cleared_on", expired):
            assert tried(finn) == "stopped"
            assert grethe.post(f"{page}override/", given).status_code == 302
            with two.henrik.inside() as by:
                (made,) = [one for one in approvals.waiting_for(by.person_id) if one.act == "staff.override"]
            url, digest = f"/admin/approvals/{made.id}/", bytes(made.digest).hex()
            assert grethe.post(url + "approve/", {"digest": digest}).status_code == 409  # not by who asked
            assert grethe.post(url + "carry-out/").status_code == 409
            assert tried(finn) == "stopped"
            read = henrik.get(url).content.decode()
            assert finn.user.user_name in read
            assert "Straffeattest" in read
            assert henrik.post(url + "approve/", {"digest": digest}).status_code == 302
            assert tried(finn) == "stopped"
            assert henrik.post(url + "carry-out/").status_code == 302
            assert tried(finn) == "in"
            assert grethe.post(url + "carry-out/").status_code == 409  # once
        said = grethe.get(page).content.decode()
        assert "Attesten er bestilt hos politiet" in said


def test_the_database_lets_nobody_go_on_for_longer_than_thirty_days() -> None:
    until = (timezone.localdate() + dt.timedelta(days=31)).isoformat()
    with two_managers() as two:
        entry = person_of(newcomer()).item.id
        asked = {"entry": str(entry), "login": "finn", "what": "check", "until": until}
        with two.grethe.inside():  # past the rule of the page
            made = asking.ask("staff.override", asked, "Attesten er bestilt hos politiet")
        with two.henrik.inside():
            asking.approve(made, bytes(made.digest).hex())
        with two.grethe.inside(), pytest.raises(managing.Refused):
            two_people.carry_out(approvals.get(made.id))
        with operator(two.own, "test"):
            assert not Override.objects.filter(entry_id=entry).exists()


def test_no_path_but_both_managers_writes_that_somebody_goes_on() -> None:
    with two_managers() as two:
        finn = newcomer()
        entry, until = person_of(finn).item.id, timezone.localdate()
        both = {"asked_by": two.grethe.user, "approved_by": two.henrik.user}
        with pytest.raises(DatabaseError, match="both managers"), two.grethe.inside():
            Override.objects.create(entry_id=entry, what="check", until=until, **both)
        with database.superuser() as admin:  # from now on both sign in, and the server is no way around them
            admin.execute(
                "update kernel_credential set first_used_at = now() where user_id = any(%s)",
                [[two.grethe.user.id, two.henrik.user.id]],
            )
        with pytest.raises(DatabaseError, match="both managers"), operator(two.own, "test"):
            Override.objects.create(entry_id=entry, what="check", until=until, **both)
        call = ["staff", "override", finn.user.user_name, "--what", "check", "--until", until.isoformat()]
        assert cli.main([*call, "--asked-by", two.grethe.user.user_name, "--approved-by", two.henrik.user.user_name, "--why", "x"]) == 1  # fmt: skip


def test_the_operator_admits_at_the_server(capsys: pytest.CaptureFixture[str]) -> None:
    finn, day = newcomer(admitted=False), "2026-11-02"
    dates = ["--hired", day, "--checked", day, "--signed", day]
    assert cli.main(["staff", "admit", "nobody-here", *dates]) == 1
    assert cli.main(["staff", "admit", finn.user.user_name, *dates]) == 0
    assert tried(finn) == "in"
    assert cli.main(["staff", "admit", finn.user.user_name, *dates]) == 1  # is there already


def test_reading_the_register_is_in_the_log() -> None:
    grethe, finn = manager(), newcomer()
    person = person_of(finn).item
    grethe.client().get(LIST)
    grethe.client().get(f"{LIST}{person.id}/")
    finn.client().get(MINE)
    with grethe.inside():
        said = set(Event.objects.filter(action__startswith="system.staff").values_list("action", "object_id"))
    assert {("system.staff.read", person.id), ("system.staff.own_read", person.id)} <= said
    assert any(action == "system.staff.listed" for action, _id in said)


def test_other_customers_see_no_row_of_staff(cast: Any) -> None:
    newcomer()
    with cast.eva.inside():
        assert not Entry.objects.exists()
        assert not Value.objects.exists()
        assert queries.rows() == []


def found(promise: str) -> Result:
    return measure(MEASURES[promise])[0]


def test_an_empty_register_is_due_for_thirty_days_and_then_broken() -> None:
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update system_records_entry set register = 'aside' where register = 'staff'")
    promises = ("STAFF-1", "STAFF-2", "STAFF-3", "STAFF-4", "STAFF-5", "STAFF-6", "CONF-1")
    try:
        with changed("kernel_session", "kind = 'person'", [], kind="aside"):
            for days, state in ((0, State.DUE), (30, State.DUE), (31, State.BROKEN)):
                with changed("kernel_customer", "kind = 'supplier'", [], gates_from=f"=now() - interval '{days} days'"):
                    assert {p: found(p).state for p in promises} == dict.fromkeys(promises, state)
    finally:
        sql("update system_records_entry set register = 'staff' where register = 'aside'")


def test_each_device_is_stated_and_a_no_keeps_the_duty_open() -> None:
    finn, grethe, today = newcomer(), manager(), timezone.localdate()
    client, person = finn.client(), person_of(finn).item
    with grethe.inside() as by:
        first = actions.hand_out(person, what="Bærbar", number="B-1", encrypted="yes", handed_on=today, by=by)
    wrong = {f"{key}-{first.id}": "yes" for key in ("encrypted", "locks", "locked_away")}
    assert client.post(MINE + "statement/", wrong).status_code == 422  # no place is said
    answer = stated(client, locks="no")
    assert answer.status_code == 302
    with grethe.inside():
        assert queries.device(first.id).values["locks"] == "no"
        assert not Closing.objects.filter(duty__entry_id=person.id, duty__rule="staff.equipment").exists()
    page = f"{LIST}{person.id}/"
    assert "Ikke sådan: Låser efter 5 minutter" in grethe.client().get(page).content.decode()
    assert stated(client).status_code == 302
    with grethe.inside() as by:
        assert Closing.objects.filter(duty__entry_id=person.id, duty__rule="staff.equipment").count() == 1
        assert not queries.own(finn.user.id).restates  # type: ignore[union-attr]
        second = actions.hand_out(person, what="Telefon", number="T-1", encrypted="yes", handed_on=today, by=by)
        assert queries.own(finn.user.id).restates  # type: ignore[union-attr]
    assert "Ikke bekræftet" in client.get(MINE).content.decode()
    assert "Ikke bekræftet" in client.get("/platform/today/").content.decode()
    only = {f"{key}-{first.id}": "yes" for key in ("encrypted", "locks", "locked_away")} | {f"place-{first.id}": "Skab"}
    assert client.post(MINE + "statement/", only).status_code == 422  # one is left out
    with finn.inside() as by, pytest.raises(Refused):
        actions.state_own(
            answers={first.id: dict.fromkeys(("encrypted", "locks", "locked_away", "place"), "yes")}, by=by
        )
    assert stated(client).status_code == 302
    with grethe.inside():
        assert queries.device(second.id).values["place"] == "Låst skab"
    with database.superuser() as admin:
        rows = admin.execute(
            "select plain, text from system_records_value where entry_id = %s and field = 'place'", [second.id]
        )
        assert "skab" not in str(rows.fetchall())


def test_no_device_at_all_is_due_for_thirty_days_and_then_broken() -> None:
    sql("update system_records_entry set register = 'aside' where register = 'equipment'")
    try:
        for days, state in ((0, State.DUE), (30, State.DUE), (31, State.BROKEN)):
            with changed("kernel_customer", "kind = 'supplier'", [], gates_from=f"=now() - interval '{days} days'"):
                assert {found(p).state for p in ("DATA-4", "EQUIP-1")} == {state}
    finally:
        sql("update system_records_entry set register = 'equipment' where register = 'aside'")

"""Telephones: sealed, proven by a code, and told in the way that was chosen, where the house lets SMS go."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import override_settings
from django.utils import translation

from heretask.admin.mail import actions as mail
from heretask.config import health
from heretask.kernel.access.decide import Denied
from heretask.kernel.log.models import Event
from heretask.kernel.outbox import addresses, letters, posting, sending, telephones
from heretask.kernel.outbox.models import MailState, OutgoingMail, PhoneNumber
from heretask.kernel.secrets.opening import open_text
from heretask.platform.messages import actions as messages
from tests import database
from tests.cast import Cast
from tests.kernel.test_outbox import hurry, reachable
from tests.kernel.texting import PRESSING, TEST, again, new_number, sent, with_telephone
from tests.mailbox import post
from tests.telephones import TELEPHONES, status


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """As everywhere, and Solsikken lets SMS go."""
    with cast.eva.inside() as by:
        mail.let_sms_go(True, by=by)
    return cast


# a telephone and its code


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("20 00 00 01", "4520000001"), ("+45 20000001", "4520000001"), ("0045-2000 0001", "4520000001"),
        ("+44 7700 900123", "447700900123"), ("(+45) 20.00.00.01", "4520000001"),
    ],
)  # fmt: skip
def test_a_number_is_kept_with_its_country(written: str, kept: str) -> None:
    assert telephones.check_number(written) == kept


@pytest.mark.parametrize(
    "wrong",
    ["", "12345678", "2000000", "200000011", "010150-0000", "+45 1234", "+1", "abc", "+", "٢٠٠٠٠٠٠١", "+0123456789"],
)
def test_what_is_no_number_is_refused(wrong: str) -> None:
    with pytest.raises(addresses.Refused):
        telephones.check_number(wrong)


def test_a_number_is_sealed_and_proven_by_the_code_alone(cast: Cast) -> None:
    given = new_number()
    client = cast.anna.client()
    assert client.post("/platform/mailing/number/", {"telephone": given}).status_code == 302
    post()
    (got,) = TELEPHONES.to(f"45{given}")
    code = got.body[:6]
    assert got.body.startswith(f"{code} er din kode til HereTask.")
    with database.superuser() as admin:
        row = admin.execute(
            "select n.number, n.code, m.parameters::text from kernel_phonenumber n join kernel_outgoingmail m using (user_id)"
            " where user_id = %s", [cast.anna.user.id],
        ).fetchone()  # fmt: skip
    assert row is not None
    number, sealed_code, parameters = bytes(row[0]), bytes(row[1]), str(row[2])  # type: ignore[call-overload]
    assert given.encode() not in number
    assert code.encode() not in sealed_code
    assert code not in parameters  # it left, and is nowhere but sealed
    with cast.anna.inside():
        assert posting.tell(PRESSING, [cast.anna.user.id]) == 0  # it is nobody's yet
    wrong = client.post("/platform/mailing/number/prove/", {"code": "000000"})
    assert wrong.status_code == 422
    assert "Det er ikke koden" in wrong.content.decode()
    assert client.post("/platform/mailing/number/prove/", {"code": f" {code[:3]} {code[3:]} "}).status_code == 302
    with cast.anna.inside():
        assert posting.tell(PRESSING, [cast.anna.user.id]) == 1
        names = set(Event.objects.filter(actor=cast.anna.user.id).values_list("action", flat=True))
    assert {"outbox.number.set", "outbox.number.not_proven", "outbox.number.proven"} <= names
    shown = client.get("/platform/mailing/").content.decode()
    assert f"+45 {given[:2]} {given[2:4]} {given[4:6]} {given[6:]}" in shown
    assert client.post("/platform/mailing/number/", {"telephone": given}).status_code == 422  # it is proven already


def test_a_code_has_five_tries_and_ten_minutes(cast: Cast) -> None:
    client = cast.anna.client()
    client.post("/platform/mailing/number/", {"telephone": new_number()})
    for _try in range(telephones.TRIES):
        assert client.post("/platform/mailing/number/prove/", {"code": "000000"}).status_code == 422
    with cast.anna.inside() as by, translation.override("en"):
        row = PhoneNumber.objects.get(user_id=cast.anna.user.id)
        assert row.tries == telephones.TRIES
        with pytest.raises(addresses.Refused, match="does not count"):
            telephones.prove(open_text(row, "code"), by=by)
        row = telephones.set_number(new_number(), by=by)
        PhoneNumber.objects.update(code_until=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
        with pytest.raises(addresses.Refused, match="does not count"):
            telephones.prove(open_text(row, "code"), by=by)
    with cast.bo.inside() as by, pytest.raises(addresses.Refused):
        telephones.prove("123456", by=by)  # he gave no number


def test_a_code_that_waited_too_long_is_not_sent(cast: Cast) -> None:
    given = new_number()
    with cast.anna.inside() as by:
        telephones.set_number(given, by=by)
        telephones.set_number(given, by=by)  # the first code counts no more
    post()
    assert len(TELEPHONES.to(f"45{given}")) == 1
    with cast.anna.inside() as by:
        telephones.set_number(given, by=by)
        PhoneNumber.objects.update(code_until=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
    post()
    assert len(TELEPHONES.to(f"45{given}")) == 1


def test_codes_are_few(cast: Cast) -> None:
    with cast.anna.inside() as by, translation.override("en"):
        for _time in range(telephones.CODES[0][1]):
            telephones.set_number(new_number(), by=by)
            telephones.remove(by=by)  # that makes no new ones
        with pytest.raises(addresses.Refused, match="several codes"):
            telephones.set_number(new_number(), by=by)
    with cast.bo.inside() as by, translation.override("en"), pytest.MonkeyPatch.context() as patch:
        telephones.set_number(new_number(), by=by)
        patch.setattr(telephones, "OF_ALL", 4)
        with pytest.raises(addresses.Refused, match="Many codes"):
            telephones.set_number(new_number(), by=by)


def test_somebody_elses_number_is_out_of_reach(cast: Cast) -> None:
    with_telephone(cast.anna)
    with cast.bo.inside() as by:
        assert telephones.own(by) is None
        telephones.remove(by=by)
        with pytest.raises(addresses.Refused):
            telephones.choose(notices=True, urgent=True, by=by)
    with cast.anna.inside() as by:
        assert telephones.own(by) is not None


def test_a_removed_number_gets_nothing_that_waits(cast: Cast) -> None:
    to = with_telephone(cast.anna)
    text = sent(cast.anna)
    assert cast.anna.client().post("/platform/mailing/number/remove/").status_code == 302
    post()
    assert again(text, cast.bo).state == MailState.DROPPED
    assert TELEPHONES.to(to) == []


def test_the_number_of_who_left_goes_with_thirty_days(cast: Cast) -> None:
    with_telephone(cast.anna)
    with cast.bo.inside():
        assert sending._clean_numbers(10) == 0
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update kernel_user set active = false, deactivated_at = now() - interval '31 days' where id = %s",
            [cast.anna.user.id],
        )
    with cast.bo.inside():
        assert sending._clean_numbers(10) == 1


# who is told, how


def test_each_kind_comes_the_way_it_was_chosen(cast: Cast) -> None:
    reachable(cast.anna)
    with_telephone(cast.anna)
    client = cast.anna.client()

    def told(letter: letters.Letter, **given: Any) -> set[str]:
        with cast.anna.inside():
            posting.tell(letter, [cast.anna.user.id], **given)
            ways = set(OutgoingMail.objects.filter(letter=letter.key).values_list("way", flat=True))
            OutgoingMail.objects.all().delete()
        return ways

    for notices, urgent in (([], ["sms"]), (["mail"], ["mail", "sms"]), (["mail", "sms"], []), (["sms"], ["mail"])):
        chosen = client.post("/platform/mailing/choose/", {"notices": notices, "urgent": urgent})
        assert chosen.status_code == 302
        assert told(TEST, count=1) == set(notices)
        assert told(PRESSING) == set(urgent)
    assert client.post("/platform/mailing/choose/", {"notices": ["pigeon"]}).status_code == 422
    page = client.get("/platform/mailing/").content.decode()
    assert re.search(r'name="notices" value="sms"[^>]*checked', page)
    assert not re.search(r'name="notices" value="mail"[^>]*checked', page)


def test_an_urgent_message_comes_at_once_and_another_waits(cast: Cast) -> None:
    from heretask.kernel.access.addressed import Kind, To

    to = with_telephone(cast.anna)
    reachable(cast.anna)
    with cast.bo.inside() as by:
        messages.send(to=[To(Kind.PERSON, user_id=cast.anna.user.id)], subject="Nu", text="Ring", by=by, urgent=True)
        messages.send(to=[To(Kind.PERSON, user_id=cast.anna.user.id)], subject="Senere", text="Hej med dig", by=by)
    post()
    (got,) = TELEPHONES.to(to)
    assert got.body.startswith("En hastebesked venter på dig. Læs og bekræft den: https://")
    with cast.anna.inside():
        waiting = set(OutgoingMail.objects.filter(state="waiting").values_list("letter", "way"))
    assert waiting == {
        ("platform.messages.urgent", "mail"), ("platform.messages", "mail"), ("platform.messages", "sms")
    }  # fmt: skip
    hurry()
    post()
    assert len(TELEPHONES.to(to)) == 2


def test_one_sms_tells_of_all_for_half_an_hour(cast: Cast) -> None:
    with_telephone(cast.anna)
    with cast.anna.inside():
        assert posting.tell(TEST, [cast.anna.user.id], count=1) == 1
    post()
    with cast.anna.inside():
        posting.tell(TEST, [cast.anna.user.id], count=2)
        left = OutgoingMail.objects.get(state="waiting").next_try_at - dt.datetime.now(dt.UTC)
        assert posting.PAUSE - dt.timedelta(minutes=1) < left <= posting.PAUSE
        posting.tell(PRESSING, [cast.anna.user.id])
        pressing = OutgoingMail.objects.get(letter=PRESSING.key)
        assert pressing.next_try_at <= dt.datetime.now(dt.UTC)


def test_telling_many_takes_as_many_queries_as_telling_none_and_one_for_each(cast: Cast) -> None:
    from django.test.utils import CaptureQueriesContext

    counts = []
    for member in (cast.anna, cast.bo):
        with_telephone(member)
        with cast.eva.inside(), CaptureQueriesContext(connections["default"]) as seen:
            told = posting.tell(TEST, [m.user.id for m in cast.everybody], count=1)
        counts.append(len(seen) - told)
        with cast.eva.inside():
            OutgoingMail.objects.all().delete()
    assert counts[0] == counts[1]


# the house's choice


def test_nothing_goes_by_sms_until_the_house_has_chosen_it(cast: Cast) -> None:
    to = with_telephone(cast.anna)
    text = sent(cast.anna)
    client = cast.eva.client()
    assert client.post("/admin/mail/sms/").status_code == 302  # off again
    post()
    assert again(text, cast.anna).state == MailState.DROPPED
    assert TELEPHONES.to(to) == []
    with cast.anna.inside() as by, translation.override("en"):
        assert posting.tell(TEST, [cast.anna.user.id], count=1) == 0
        with pytest.raises(addresses.Refused, match="sends no SMS"):
            telephones.set_number(new_number(), by=by)
        row = telephones.own(by)
        assert row is not None
        with pytest.raises(DatabaseError, match="nothing go by SMS"), transaction.atomic():
            posting.put(TEST, row, count=1)  # the database itself
    assert client.post("/admin/mail/sms/").status_code == 409
    assert client.post("/admin/mail/sms/", {"sms": "on"}).status_code == 302
    with cast.eva.inside():
        names = list(Event.objects.filter(action__startswith="admin.mail.sms").values_list("action", flat=True))
    assert sorted(names) == ["admin.mail.sms_let_go", "admin.mail.sms_let_go", "admin.mail.sms_stopped"]


def test_who_does_not_govern_cannot_choose_it(cast: Cast) -> None:
    assert cast.anna.client().post("/admin/mail/sms/").status_code == 403
    with cast.anna.inside() as by, pytest.raises(Denied):
        mail.let_sms_go(False, by=by)
    with cast.anna.inside(), pytest.raises(DatabaseError), connections["default"].cursor() as cursor:
        cursor.execute("select ht.let_sms_go(false)")
    with cast.anna.inside():
        assert posting.goes_by_sms()
    with cast.dan.inside():
        assert not posting.goes_by_sms()  # nobody chose it there


def test_the_administrator_sees_who_has_a_number_and_whether_it_works(cast: Cast) -> None:
    number = with_telephone(cast.anna)
    with cast.bo.inside() as by:
        telephones.set_number(new_number(), by=by)
    page = cast.eva.client().get("/admin/mail/").content.decode()
    assert re.search(r'Standset af vagten</span><span class="stat-figure">0<', page)
    listed = page[page.index('id="by-sms"') :]
    assert re.search(r"Anna Skov.*?Virker.*?Bo Friis.*?Ikke bekræftet endnu", listed, re.DOTALL)
    assert number[2:] not in re.sub(r"\s", "", page)


# what is asked of the installation


def test_doctor_asks_both_servers() -> None:
    assert health.outside() == {"mail": True, "sms": True}
    with TELEPHONES.answering(status(401)):
        assert health.outside() == {"mail": True, "sms": False}
    with override_settings(HERETASK_SMTP="smtp://127.0.0.1:9", HERETASK_SMS="http://x"):
        assert health.outside() == {"mail": False, "sms": False}
    with override_settings(HERETASK_SMTP="", HERETASK_SMS=""):
        assert health.outside() == {}
    assert not {"mail", "sms"} & set(health.examine())  # the open page asks nobody else

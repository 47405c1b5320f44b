"""SMS over a real HTTPS server: one sentence that fits, the way to the provider, telephones and their codes, choices."""

from __future__ import annotations

import datetime as dt
import logging
import re
import ssl
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.test import override_settings
from django.utils import translation
from django.utils.translation import gettext_noop

from heretask.admin.mail import actions as mail
from heretask.config import health
from heretask.kernel.access.decide import Denied
from heretask.kernel.log.models import Event
from heretask.kernel.outbox import addresses, letters, posting, sending, sms, smtp, telephones
from heretask.kernel.outbox.letters import LETTERS, Finished
from heretask.kernel.outbox.models import MailState, OutgoingMail, PhoneNumber, Way
from heretask.kernel.secrets.opening import open_text
from heretask.platform.messages import actions as messages
from tests import database
from tests.cast import Cast, Member
from tests.kernel.test_outbox import hurry, reachable
from tests.mailbox import post
from tests.social.people import make_citizen
from tests.telephones import TELEPHONES, status

TEST = letters.letter(
    "tests.texted", gettext_noop("Something waits in HereTask"), gettext_noop("Look: %(link)s\n"),  # type: ignore[arg-type]
    route="platform.mailing", sms=gettext_noop("Something waits: %(link)s"), count=int,  # type: ignore[arg-type]
)  # fmt: skip
PRESSING = letters.letter(
    "tests.pressing", gettext_noop("Something waits in HereTask"), gettext_noop("Look: %(link)s\n"),  # type: ignore[arg-type]
    route="platform.mailing", sms=gettext_noop("Something waits: %(link)s"), urgent=True,  # type: ignore[arg-type]
)  # fmt: skip
LONG = "https://heretask.en-ret-lang-kommune.example.dk"  # an address as long as one of these may become


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """As everywhere, and Solsikken lets SMS go."""
    with cast.eva.inside() as by:
        mail.let_sms_go(True, by=by)
    return cast


def new_number() -> str:
    """Eight figures that no other test has."""
    return f"20{uuid4().int % 10**6:06}"


def with_telephone(member: Member, *, notices: bool = True, urgent: bool = True) -> str:
    """The member with a telephone that is proven; its number as the provider is given it."""
    given = new_number()
    with member.inside() as by:
        row = telephones.set_number(given, by=by)
        telephones.prove(open_text(row, "code"), by=by)
        telephones.choose(notices=notices, urgent=urgent, by=by)
        OutgoingMail.objects.all().delete()
    return f"45{given}"


def sent(member: Member) -> OutgoingMail:
    """An SMS to the member in the outbox."""
    with member.inside() as by:
        row = telephones.own(by)
        assert row is not None
        return posting.put(TEST, row, count=3)


def again(text: OutgoingMail, member: Member) -> OutgoingMail:
    """The row as it is now."""
    with member.inside():
        return OutgoingMail.objects.get(id=text.id)


def asking() -> None:
    """Let it be time to ask of every SMS whether it arrived."""
    with database.superuser() as admin:
        admin.execute("update kernel_outgoingmail set ask_at = now() - interval '1 second' where ask_at is not null")


# what an SMS is


@pytest.mark.parametrize("language", ["da", "en"])
def test_each_letter_that_goes_by_sms_is_one_sms_in_both_languages(language: str) -> None:
    texts = [one for key, one in LETTERS.items() if one.sms is not None and not key.startswith("tests.")]
    assert {"outbox.code", "platform.messages", "platform.messages.urgent"} <= {one.key for one in texts}
    with override_settings(HERETASK_ADDRESS=LONG):
        for one in texts:
            given = {name: "999999" if kind is int else str(uuid4()) for name, kind in one.fields.items()}
            finished = one.finished(given, language, Way.SMS)
            assert finished.subject == ""
            assert letters.fits(finished.text), (one.key, len(finished.text), set(finished.text) - letters.GSM)
            assert finished.text.endswith("/")  # a link nobody cuts
            if one.parts:
                assert given[one.parts[0]] in finished.text  # it fits whole: the link is to what waits
    with translation.override("da"):
        assert (
            str(LETTERS["outbox.code"].sms) == "%(code)s er din kode til HereTask. Skriv den under Min konto: %(link)s"
        )


def test_where_the_link_is_too_long_it_is_the_first_page() -> None:
    with override_settings(HERETASK_ADDRESS="https://" + "a" * 100 + ".example.dk"):
        finished = messages.NOTICE.finished({"thread_id": str(uuid4())}, "da", Way.SMS)
    assert finished.text == f"En besked venter på dig: https://{'a' * 100}.example.dk/"
    assert letters.fits(finished.text)


def test_one_sms_is_a_hundred_and_sixty_signs_of_gsm() -> None:
    assert letters.fits("æ" * 160)
    assert not letters.fits("a" * 161)
    assert not letters.fits("–")
    assert not letters.fits("€")  # counts twice
    assert 1 <= len(sms.SENDER) <= 11


def test_it_says_that_something_waits_and_nothing_else(cast: Cast) -> None:
    to = with_telephone(cast.anna)
    text = sent(cast.anna)
    post()
    (got,) = TELEPHONES.to(to)
    assert (got.sender, got.reference) == ("HereTask", str(text.id))
    assert re.fullmatch(r"Something waits: https://\S+/platform/mailing/", got.body)
    kept = again(text, cast.anna)
    assert (kept.way, kept.state, kept.tries, bool(kept.known_as)) == ("sms", MailState.SENT, 1, True)
    with cast.anna.inside():
        assert open_text(kept, "text") == got.body
        assert Event.objects.get(action="outbox.sms.sent").object_id == cast.anna.user.id


def test_a_letter_without_a_text_for_sms_goes_by_mail_alone(cast: Cast) -> None:
    with_telephone(cast.anna)
    with cast.anna.inside() as by:
        row = telephones.own(by)
        assert row is not None
        with pytest.raises(TypeError):
            posting.put(addresses.CONFIRM, row, confirm=uuid4())


# the way to the provider


@pytest.mark.parametrize(
    "url",
    [
        "http://token@sms.example.dk", "https://sms.example.dk", "https://token@sms.example.dk/rest/x", "sms.example.dk",
        "https://token@sms.example.dk?x=1", "https://token@sms.example.dk:x",
    ],
)  # fmt: skip
def test_no_provider_is_reached_without_encryption_and_token(url: str) -> None:
    with override_settings(HERETASK_SMS=url), pytest.raises(smtp.NoServer):
        sms.gateway()


def test_the_setting_names_the_provider_and_its_token_is_not_shown() -> None:
    with override_settings(HERETASK_SMS="https://a%40b@sms.example.dk"):
        assert sms.gateway() == sms.Gateway("sms.example.dk", 443, "a@b")
        assert "a@b" not in repr(sms.gateway())
    with override_settings(HERETASK_SMS=""):
        assert sms.gateway() is None


def gateway() -> sms.Gateway:
    found = sms.gateway()
    assert found is not None
    return found


def a_text() -> sms.Text:
    return sms.Text(uuid4(), "4520000000", "Something waits")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long."""
    monkeypatch.setattr(sms, "TIMEOUT", 0.3)
    monkeypatch.setattr(sms, "WHOLE", 0.5)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (status(401), "not let in"), (status(403), "not let in"), (status(429), "429"), (status(500), "500"),
        (status(503, b"<html>"), "503"), (status(404), "404"), (status(200, b"<html>hello</html>"), "no sense"),
        (status(200, b""), "no sense"), (status(200, b'{"ids": []}'), "no sense"), (status(200, b"[" * 60_000), "no sense"),
        (status(200, b'{"ids": ["7"]}'), "no sense"), (status(200, b'{"ids": [%d]}' % 2**63), "no sense"),
        (status(200, b"\xff\xfe"), "no sense"), (status(200, b'{"ids": [7]}' + b" " * 10_000_000), "no sense"),
        (status(201, b'{"ids": [7]}'), "201"),
    ],
    ids=[
        "401", "403", "429", "500", "503", "404", "a page", "nothing", "no id", "deep", "a word", "too large an id", "no text",
        "ten megabytes", "201",
    ],
)  # fmt: skip
def test_what_may_go_later_waits(answer: Any, why: str) -> None:
    with TELEPHONES.answering(answer), pytest.raises(smtp.Later) as later:
        sms.send(gateway(), a_text())
    assert str(later.value) == why


@pytest.mark.parametrize("code", [400, 422])
def test_what_will_never_go_is_refused(code: int) -> None:
    with TELEPHONES.answering(status(code)), pytest.raises(smtp.Bounced, match=str(code)):
        sms.send(gateway(), a_text())


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_no_redirect_is_followed(code: int) -> None:
    TELEPHONES.asked.clear()
    with TELEPHONES.answering(status(code, Location="/rest/me")), pytest.raises(smtp.Later, match=str(code)):
        sms.send(gateway(), a_text())
    assert TELEPHONES.asked == [("POST", "/rest/mtsms")]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("how", ["hang", "drip"])
def test_a_server_that_does_not_come_to_an_end_is_left(how: str) -> None:
    with TELEPHONES.answering(getattr(TELEPHONES, how)), pytest.raises(smtp.Later, match="no connection"):
        sms.send(gateway(), a_text())


def test_an_answer_without_an_end_is_read_to_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms, "WHOLE", 5)  # so that reading on would end as no connection
    with TELEPHONES.answering(TELEPHONES.flood), pytest.raises(smtp.Later, match="no sense"):
        sms.send(gateway(), a_text())


@pytest.mark.usefixtures("impatient")
def test_a_server_that_never_shakes_hands_is_left() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        to = sms.Gateway("localhost", silent.getsockname()[1], "token")
        with pytest.raises(smtp.Later, match="no connection"):
            sms.send(to, a_text())
    with pytest.raises(smtp.Later, match="no connection"):
        sms.send(to, a_text())  # by now nobody listens


def test_a_certificate_that_nobody_vouches_for_is_not_believed() -> None:
    before = len(TELEPHONES.texts)
    with override_settings(HERETASK_SMS_CA=""), pytest.raises(smtp.Later, match="no encryption"):
        sms.send(gateway(), a_text())
    other = settings.HERETASK_SMS.replace("localhost", "127.1")  # the same server; the certificate is another's
    with override_settings(HERETASK_SMS=other), pytest.raises(smtp.Later, match="no encryption"):
        sms.send(gateway(), a_text())
    assert len(TELEPHONES.texts) == before


def test_weak_encryption_is_not_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms, "SUITES", "ECDHE-ECDSA-AES128-GCM-SHA256")
    real = ssl.create_default_context

    def older() -> Any:
        context = real()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        return context

    monkeypatch.setattr(ssl, "create_default_context", older)
    with pytest.raises(smtp.Later, match="no encryption"):
        sms.send(gateway(), a_text())


def test_the_token_is_asked_for_and_a_wrong_one_is_not_let_in() -> None:
    sms.sign_in(gateway())
    wrong = sms.Gateway(gateway().host, gateway().port, "other")
    with pytest.raises(smtp.Later, match="not let in"):
        sms.sign_in(wrong)
    with pytest.raises(smtp.Later, match="no connection"):
        sms.send(sms.Gateway(gateway().host, gateway().port, "a\r\nX: b"), a_text())  # it would be another header


# on its way


def test_a_provider_that_is_gone_is_asked_again_with_growing_waits_and_given_up(cast: Cast) -> None:
    with_telephone(cast.anna)
    text = sent(cast.anna)
    last = len(sending.WAITS) - 1
    with override_settings(HERETASK_SMS="https://demo@localhost:9"):
        for before, wait in ((0, sending.WAITS[0]), (last, sending.WAITS[last]), (last + 1, None)):
            with cast.anna.inside():
                OutgoingMail.objects.filter(id=text.id).update(tries=before)
            hurry()
            post()
            now = again(text, cast.anna)
            assert (now.tries, now.reason) == (before + 1, "no connection")
            if wait is not None:
                assert wait - dt.timedelta(minutes=1) < now.next_try_at - dt.datetime.now(dt.UTC) <= wait
    assert again(text, cast.anna).state == MailState.FAILED
    with cast.anna.inside():
        assert Event.objects.filter(action="outbox.sms.failed", object_id=cast.anna.user.id).count() == 1


def test_where_nobody_answers_the_rest_is_not_asked_one_by_one(cast: Cast) -> None:
    with_telephone(cast.anna)
    with_telephone(cast.bo)
    texts = [sent(cast.anna), sent(cast.bo)]
    TELEPHONES.asked.clear()
    with TELEPHONES.answering(status(401)):
        post()
    assert len(TELEPHONES.asked) == 1
    assert [again(one, cast.anna).reason for one in texts] == ["not let in"] * 2
    admin = cast.eva.client().get("/admin/mail/").content.decode()
    assert "lukkede os ikke ind" in admin


def test_what_waits_goes_when_the_provider_takes_it_again(cast: Cast) -> None:
    to = with_telephone(cast.anna)
    text = sent(cast.anna)
    with TELEPHONES.answering(status(500)):
        post()
    assert (again(text, cast.anna).state, again(text, cast.anna).reason) == (MailState.WAITING, "500")
    hurry()
    post()
    assert again(text, cast.anna).state == MailState.SENT
    assert len(TELEPHONES.to(to)) == 1


def test_a_refused_number_is_told_to_its_owner_and_gets_no_more(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    to = with_telephone(cast.anna)
    text = sent(cast.anna)
    with TELEPHONES.answering(status(422)):
        post()
    assert (again(text, cast.anna).state, again(text, cast.anna).reason) == (MailState.BOUNCED, "422")
    with cast.anna.inside():
        assert PhoneNumber.objects.get(user_id=cast.anna.user.id).bounce == "422"
        assert posting.tell(TEST, [cast.anna.user.id], count=1) == 0
        assert Event.objects.filter(action="outbox.sms.bounced").count() == 1
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "an SMS ended as bounced 422" in said
    assert to not in said
    assert "422" in cast.anna.client().get("/platform/mailing/").content.decode()
    page = cast.eva.client().get("/admin/mail/").content.decode()
    assert "Anna Skov" in page
    assert "Nummer afvist" in page
    assert to[2:] not in re.sub(r"\s", "", page)


# whether it arrived


def test_the_provider_is_asked_whether_it_arrived(cast: Cast) -> None:
    with_telephone(cast.anna)
    text = sent(cast.anna)
    post()
    TELEPHONES.arrives("ENROUTE")
    asking()
    post()
    now = again(text, cast.anna)
    assert (now.arrived_at, now.asked) == (None, 1)
    assert now.ask_at is not None
    assert sending.ASKS[1] - dt.timedelta(minutes=1) < now.ask_at - dt.datetime.now(dt.UTC) <= sending.ASKS[1]
    TELEPHONES.arrives("DELIVERED")
    asking()
    post()
    now = again(text, cast.anna)
    assert (now.state, now.arrived_at is not None, now.ask_at) == (MailState.SENT, True, None)
    page = cast.eva.client().get("/admin/mail/").content.decode()
    assert "1 af dem er nået frem" in page


@pytest.mark.parametrize(
    ("said", "state", "refused"),
    [("UNDELIVERABLE", "bounced", True), ("REJECTED", "bounced", True), ("EXPIRED", "failed", False), ("SKIPPED", "failed", False)],
)  # fmt: skip
def test_what_did_not_arrive_is_told(cast: Cast, said: str, state: str, refused: bool) -> None:
    with_telephone(cast.anna)
    text = sent(cast.anna)
    post()
    TELEPHONES.arrives(said)
    asking()
    post()
    assert (again(text, cast.anna).state, again(text, cast.anna).ask_at) == (state, None)
    with cast.anna.inside():
        assert bool(PhoneNumber.objects.get(user_id=cast.anna.user.id).bounced_at) is refused


def test_nobody_asks_for_ever(cast: Cast) -> None:
    with_telephone(cast.anna)
    text = sent(cast.anna)
    post()
    for _time in range(len(sending.ASKS) + 1):
        asking()
        with cast.anna.inside():
            batch = sending.to_ask()
            with TELEPHONES.answering(status(500)):
                sending.note_reports(sending.ask(gateway(), batch))
    assert again(text, cast.anna).asked == len(sending.ASKS)
    assert (again(text, cast.anna).state, again(text, cast.anna).ask_at) == (MailState.SENT, None)


# the guard


def test_what_the_guard_stops_never_reaches_the_provider(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    to = with_telephone(cast.anna)
    make_citizen(cast, "Birthe Holm")
    text = sent(cast.anna)
    real = letters.Letter.finished

    def careless(self: letters.Letter, parameters: dict[str, str], language: str, way: str = "mail") -> Finished:
        made = real(self, parameters, language, way)
        return Finished(made.subject, made.body + " Birthe Holm", made.fixed, made.ours)

    monkeypatch.setattr(letters.Letter, "finished", careless)
    post()
    monkeypatch.undo()
    assert TELEPHONES.to(to) == []
    assert (again(text, cast.anna).state, again(text, cast.anna).reason) == (MailState.REFUSED, "name")


def test_the_look_through_a_run_reads_sms_too(cast: Cast) -> None:
    from tests.mailbox import Mailbox, look_through
    from tests.telephones import Text

    make_citizen(cast, "Birthe Holm")
    with_telephone(cast.anna)
    sent(cast.anna)
    post()
    for body, wanted in (("Hej Birthe", 1), ("010150-0000", 1), ("Something waits", 0)):
        assert len(look_through(Mailbox(), [Text("4520000000", "HereTask", body, "")])) == wanted, body


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

"""SMS over a real HTTPS server: one sentence that fits, the way to the provider, and whether it arrived."""

from __future__ import annotations

import datetime as dt
import logging
import re
import ssl
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import translation

from heretask.admin.mail import actions as mail
from heretask.kernel.log.models import Event
from heretask.kernel.outbox import addresses, letters, posting, sending, sms, smtp, telephones
from heretask.kernel.outbox.letters import LETTERS, Finished
from heretask.kernel.outbox.models import MailState, OutgoingMail, PhoneNumber, Way
from heretask.kernel.secrets.opening import open_text
from heretask.platform.messages import actions as messages
from tests.cast import Cast
from tests.kernel.test_outbox import hurry
from tests.kernel.texting import LONG, TEST, again, asking, sent, with_telephone
from tests.mailbox import post
from tests.social.people import make_citizen
from tests.telephones import TELEPHONES, status


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """As everywhere, and Solsikken lets SMS go."""
    with cast.eva.inside() as by:
        mail.let_sms_go(True, by=by)
    return cast


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

"""The outbox over a real mail server: what a letter may be made of, the guard, retries, bounces, and what is kept."""

from __future__ import annotations

import datetime as dt
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.test import override_settings
from django.utils import translation
from django.utils.translation import gettext_noop

from heretask.config import certificate
from heretask.kernel.log.models import Event
from heretask.kernel.outbox import addresses, guard, letters, posting, sending, smtp
from heretask.kernel.outbox.letters import Finished, Hash
from heretask.kernel.outbox.models import MailAddress, MailState, OutgoingMail
from heretask.kernel.secrets.opening import open_text
from tests import database
from tests.cast import Cast, Member
from tests.mailbox import MAILBOX, Letter, post, secure
from tests.social.people import make_citizen

TEST = letters.letter(
    "tests.letter", gettext_noop("Something waits in HereTask"),  # type: ignore[arg-type]
    gettext_noop("Since %(day)s there are %(count)s. Look: %(link)s\n"),  # type: ignore[arg-type]
    route="platform.mailing_confirm", parts=("confirm",), confirm=UUID, day=dt.date, count=int,
)  # fmt: skip
GOOD: dict[str, Any] = {"confirm": UUID(int=7), "day": dt.date(2026, 11, 26), "count": 3}


def reachable(member: Member, address: str = "") -> str:
    """The member with a confirmed address; the address."""
    given = address or f"post{uuid4().hex[:8]}@example.dk".replace("0", "a")
    with member.inside() as by:
        row = addresses.set_address(given, by=by)
        addresses.confirm(row.confirm, by=by)
        OutgoingMail.objects.all().delete()
    return given


def sent(member: Member) -> OutgoingMail:
    with member.inside() as by:
        row = addresses.own(by)
        assert row is not None
        return posting.put(TEST, row, **GOOD)


def again(mail: OutgoingMail, member: Member) -> OutgoingMail:
    with member.inside():
        return OutgoingMail.objects.get(id=mail.id)


def hurry() -> None:
    """Let every wait be over."""
    with database.superuser() as admin:
        admin.execute(
            "update kernel_outgoingmail set next_try_at = now() - interval '1 second' where state = 'waiting'"
        )


# what a letter may be made of


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "Birthe Holm"}, {"count": "0101500000"}, {"count": 1_015_000_000}, {"count": -1}, {"count": True},
        {"confirm": "x"}, {"day": dt.datetime(2026, 11, 26, tzinfo=dt.UTC)}, {"more": 1},
    ],
)  # fmt: skip
def test_a_letter_takes_no_words(wrong: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        TEST.plain(GOOD | wrong)


def test_a_letter_needs_all_its_parts() -> None:
    with pytest.raises(TypeError):
        TEST.plain({"day": dt.date(2026, 11, 26)})


@pytest.mark.parametrize("value", ["Birthe Holm", "010150-0000", "0101500000", "birthe", "", "https://x"])
def test_the_database_refuses_words_in_what_a_mail_is_made_of(cast: Cast, value: str) -> None:
    with cast.anna.inside(), pytest.raises(IntegrityError, match="outgoingmail_plain"), transaction.atomic():
        OutgoingMail.objects.create(user_id=cast.anna.user.id, letter="tests.letter", parameters={"day": value})


def test_a_hash_has_thirty_two_bytes() -> None:
    assert Hash(bytes(32)) == "0" * 64
    with pytest.raises(TypeError):
        Hash(b"Birthe Holm")
    assert Hash(bytes(8)) == "0" * 16


# on its way


def test_a_mail_says_that_something_waits_and_nothing_else(cast: Cast) -> None:
    to = reachable(cast.anna)
    mail = sent(cast.anna)
    post()
    (got,) = MAILBOX.to(to)
    assert got.subject == "Something waits in HereTask"
    assert got.body.replace("\r\n", "\n").startswith("Since 26. november 2026 there are 3. Look: https://")
    assert f"/platform/mailing/confirm/{UUID(int=7)}/" in got.body
    assert got.headers["Auto-Submitted"] == "auto-generated"
    assert got.headers["Message-ID"].startswith(f"<{mail.id}@")
    for word in ("anna", "skov", "solsikken", "nord"):
        assert word not in got.text.casefold()
    with cast.anna.inside():
        kept = OutgoingMail.objects.get(id=mail.id)
        assert (kept.state, kept.tries) == (MailState.SENT, 1)
        assert open_text(kept, "text").startswith("Something waits in HereTask\n\nSince 26. november")
        told = Event.objects.get(action="outbox.sent")
        assert (told.object_id, told.detail) == (cast.anna.user.id, None)


def test_it_is_written_in_the_language_of_whom_it_is_for(cast: Cast) -> None:
    with cast.anna.inside() as by:
        row = addresses.set_address("sprog@example.dk", by=by)
        da = addresses.CONFIRM.finished({"confirm": str(row.confirm)}, "da")
        en = addresses.CONFIRM.finished({"confirm": str(row.confirm)}, "en")
    assert da.subject != en.subject
    post()
    (got,) = MAILBOX.to("sprog@example.dk")
    assert got.subject == da.subject
    assert got.headers["Content-Language"] == "da"


def test_a_server_that_is_gone_is_asked_again_with_growing_waits_and_given_up(cast: Cast) -> None:
    reachable(cast.anna)
    mail = sent(cast.anna)
    waits = []
    with override_settings(HERETASK_SMTP="smtp://127.0.0.1:9"):
        for tried in range(1, len(sending.WAITS) + 2):
            hurry()
            post()
            now = again(mail, cast.anna)
            assert (now.tries, now.reason) == (tried, "no connection")
            waits.append(now.next_try_at)
            if tried <= len(sending.WAITS):
                assert now.state == MailState.WAITING
                left = now.next_try_at - dt.datetime.now(dt.UTC)
                assert sending.WAITS[tried - 1] - dt.timedelta(minutes=1) < left <= sending.WAITS[tried - 1]
        hurry()
        post()
    ended = again(mail, cast.anna)
    assert (ended.state, ended.tries) == (MailState.FAILED, len(sending.WAITS) + 1)
    with cast.anna.inside():
        assert Event.objects.filter(action="outbox.failed", object_id=cast.anna.user.id).count() == 1


def test_what_waits_goes_when_the_server_takes_it_again(cast: Cast) -> None:
    to = reachable(cast.anna)
    mail = sent(cast.anna)
    MAILBOX.full.add(to)
    post()
    assert (again(mail, cast.anna).state, again(mail, cast.anna).reason) == (MailState.WAITING, "451")
    MAILBOX.full.discard(to)
    post()
    assert MAILBOX.to(to) == []  # it is not due yet
    hurry()
    post()
    assert again(mail, cast.anna).state == MailState.SENT
    assert len(MAILBOX.to(to)) == 1


@pytest.mark.parametrize(("name", "code"), [("gone", "550"), ("spam", "554")])
def test_a_refused_address_is_told_to_its_owner_and_gets_no_more(
    cast: Cast, name: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    to = reachable(cast.anna, f"{name}{cast.anna.user.id.hex[:6]}@example.dk".replace("0", "a"))
    mail = sent(cast.anna)
    post()
    kept = again(mail, cast.anna)
    assert (kept.state, kept.reason) == (MailState.BOUNCED, code)
    with cast.anna.inside():
        row = MailAddress.objects.get(user_id=cast.anna.user.id)
        assert (row.bounce, row.bounced_at is not None) == (code, True)
        assert posting.tell(TEST, [cast.anna.user.id], **GOOD) == 0
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name != "mail.log")  # that is the server's own
    assert f"a mail ended as bounced {code}" in ours
    assert "example.dk" not in ours  # no address in the log on disk
    page = cast.anna.client().get("/platform/mailing/").content.decode()
    assert f"(kode {code})" in page or f"(code {code})" in page
    admin = cast.eva.client().get("/admin/mail/").content.decode()
    assert "Anna Skov" in admin
    assert code in admin
    assert to not in admin


def test_nobody_is_told_twice_of_what_waits_and_only_those_who_wish(cast: Cast) -> None:
    reachable(cast.anna)
    reachable(cast.bo)
    with cast.bo.inside() as by:
        addresses.choose(notices=False, checkpoints=False, by=by)
    everybody = [cast.anna.user.id, cast.bo.user.id, cast.clara.user.id]
    with cast.anna.inside():
        assert posting.tell(TEST, everybody, **GOOD) == 1
        assert posting.tell(TEST, everybody, **GOOD) == 0
        assert list(OutgoingMail.objects.values_list("user_id", flat=True)) == [cast.anna.user.id]


def test_what_nobody_wants_any_more_is_dropped(cast: Cast) -> None:
    to = reachable(cast.anna)
    mail = sent(cast.anna)
    with cast.anna.inside() as by:
        addresses.remove(by=by)
    post()
    assert again(mail, cast.bo).state == MailState.DROPPED
    assert MAILBOX.to(to) == []


def test_what_is_put_in_is_gone_with_the_transaction(cast: Cast) -> None:
    reachable(cast.anna)
    with pytest.raises(ZeroDivisionError), cast.anna.inside() as by:
        row = addresses.own(by)
        assert row is not None
        posting.put(TEST, row, **GOOD)
        raise ZeroDivisionError
    with cast.anna.inside():
        assert OutgoingMail.objects.count() == 0


def test_a_claim_that_runs_out_is_taken_again(cast: Cast) -> None:
    reachable(cast.anna)
    mail = sent(cast.anna)
    with cast.anna.inside():
        assert [one.id for one in sending.claim()] == [mail.id]
        assert sending.claim() == []  # another worker has it
        OutgoingMail.objects.update(claimed_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        assert [one.id for one in sending.claim()] == [mail.id]


# the guard


def finished(text: str, **more: object) -> Finished:
    return Finished("Emne", text, frozenset({"emne", "hej"}), tuple(more.get("ours", ())))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["hej 010150-0000", "hej 0101500000", "hej 01 01 50 - 0000", "x0101500000y"])
def test_the_guard_stops_numbers(cast: Cast, text: str) -> None:
    with cast.anna.inside(), pytest.raises(guard.Stopped, match="number"):
        guard.check(finished(text))


def test_the_guard_stops_names_of_users_and_of_citizens_without_opening_one(cast: Cast) -> None:
    make_citizen(cast, "Birthe Holm", cpr="010150-0000")
    for name in ("Skov", "skov", "BO", "Birthe", "HOLM"):
        with cast.anna.inside(), pytest.raises(guard.Stopped, match="name"):
            guard.check(finished(f"hej {name}"))
    with cast.anna.inside():
        guard.check(finished("hej verden"))
    with cast.dan.inside():
        guard.check(finished("hej Birthe"))  # nobody of that name at this customer


def test_the_guard_passes_what_is_ours() -> None:
    link = "https://localhost/x/a010150-0000/"
    assert not guard.has_number(f"se {link}", [link])
    assert guard.has_number(f"se {link}")
    assert guard.foreign_words("Hej Maj, 26. november", {"hej"}, ["26. november"]) == {"maj"}


def test_what_the_guard_stops_never_reaches_the_server(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    to = reachable(cast.anna)
    make_citizen(cast, "Birthe Holm")
    mail = sent(cast.anna)
    real = letters.Letter.finished

    def careless(self: letters.Letter, parameters: dict[str, str], language: str, way: str = "mail") -> Finished:
        made = real(self, parameters, language, way)
        return Finished(made.subject, made.body + "Birthe Holm", made.fixed, made.ours)

    monkeypatch.setattr(letters.Letter, "finished", careless)
    post()
    monkeypatch.undo()
    assert MAILBOX.to(to) == []
    kept = again(mail, cast.anna)
    assert (kept.state, kept.reason) == (MailState.REFUSED, "name")
    with cast.anna.inside():
        assert Event.objects.get(action="outbox.refused").outcome == "refused"
    assert "Anna Skov" in cast.eva.client().get("/admin/mail/").content.decode()


# the way to the server


@pytest.mark.parametrize("url", ["smtp://mail.example.dk", "http://localhost", "smtps://", "mail.example.dk"])
def test_no_server_is_reached_without_encryption(url: str) -> None:
    with override_settings(HERETASK_SMTP=url), pytest.raises(smtp.NoServer):
        smtp.server()


def test_the_setting_names_the_server() -> None:
    with override_settings(HERETASK_SMTP="smtp+starttls://post%40x:p%3Aw@mail.example.dk"):
        assert smtp.server() == smtp.Server("smtp+starttls", "mail.example.dk", 587, "post@x", "p:w")
    with override_settings(HERETASK_SMTP="smtps://mail.example.dk:4465"):
        found = smtp.server()
        assert found is not None
        assert (found.port, "p:w" in repr(found)) == (4465, False)
    with override_settings(HERETASK_SMTP=""):
        assert smtp.server() is None


@contextmanager
def encrypted(scheme: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *, known: bool = True) -> Iterator[None]:
    chain, key = certificate.ensure(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    server = secure(context, at_once=scheme == "smtps")
    server.start()
    try:
        with override_settings(HERETASK_SMTP=f"{scheme}://localhost:{server.port}"):
            yield
    finally:
        server.stop()


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_it_goes_encrypted(cast: Cast, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    to = reachable(cast.anna)
    mail = sent(cast.anna)
    with encrypted(scheme, tmp_path, monkeypatch):
        post()
    assert again(mail, cast.anna).state == MailState.SENT
    assert len(MAILBOX.to(to)) == 1


def test_a_server_that_nobody_vouches_for_gets_nothing(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = reachable(cast.anna)
    mail = sent(cast.anna)
    with encrypted("smtp+starttls", tmp_path, monkeypatch, known=False):
        post()
    assert (again(mail, cast.anna).state, again(mail, cast.anna).reason) == (MailState.WAITING, "no encryption")
    assert MAILBOX.to(to) == []


def test_where_encryption_is_asked_for_and_not_offered_nothing_goes(cast: Cast) -> None:
    to = reachable(cast.anna)
    sent(cast.anna)
    with override_settings(HERETASK_SMTP=settings.HERETASK_SMTP.replace("smtp://", "smtp+starttls://")):
        post()
    assert MAILBOX.to(to) == []


# who may


def test_the_queue_asks_states_and_times_alone() -> None:
    with database.superuser() as admin:
        rows = admin.execute(
            "select column_name from information_schema.column_privileges where table_name = 'kernel_outgoingmail'"
            " and grantee = 'ht_queue'"
        ).fetchall()
    assert {name for (name,) in rows} == {"customer_id", "state", "next_try_at", "claimed_until", "way", "ask_at"}


def test_an_address_is_sealed_and_never_a_cpr_number(cast: Cast) -> None:
    to = reachable(cast.anna)
    with database.superuser() as admin:
        row = admin.execute("select address from kernel_mailaddress where user_id = %s", [cast.anna.user.id]).fetchone()
    assert row is not None
    assert isinstance(row[0], bytes)
    assert to.encode() not in row[0]
    with cast.anna.inside() as by, translation.override("en"):
        for wrong in ("0101500000@example.dk", "010150-0000@example.dk"):
            with pytest.raises(addresses.Refused, match="CPR"):
                addresses.set_address(wrong, by=by)
        for wrong in ("anna", "a@b", "a@x.dk\r\nBcc: b@x.dk", "å@x.dk", "a" * 200 + "@x.dk"):
            with pytest.raises(addresses.Refused, match="e-mail address"):
                addresses.set_address(wrong, by=by)


def test_a_link_confirms_for_its_own_person_alone(cast: Cast) -> None:
    with cast.anna.inside() as by:
        row = addresses.set_address("en@example.dk", by=by)
    url = f"/platform/mailing/confirm/{row.confirm}/"
    assert cast.bo.client().post(url).status_code == 409
    client = cast.anna.client()
    assert client.get(url).status_code == 200
    with cast.anna.inside() as by:
        assert MailAddress.objects.get(user_id=cast.anna.user.id).confirmed_at is None  # looking confirms nothing
    assert client.post(url).status_code == 302
    with cast.anna.inside():
        assert MailAddress.objects.get(user_id=cast.anna.user.id).confirmed_at is not None


def test_the_page_gives_an_address_chooses_and_removes_it(cast: Cast) -> None:
    client = cast.eva.client()
    assert client.post("/platform/mailing/", {"email": "ingen"}).status_code == 422
    assert client.post("/platform/mailing/", {"email": "eva@example.dk"}).status_code == 302
    assert "eva@example.dk" in client.get("/platform/mailing/").content.decode()
    assert client.post("/platform/mailing/choose/", {"checkpoints": "on"}).status_code == 302
    with cast.eva.inside():
        row = MailAddress.objects.get(user_id=cast.eva.user.id)
        assert (row.notices, row.checkpoints) == (False, True)
    anna = cast.anna.client()
    assert anna.post("/platform/mailing/choose/", {"notices": "mail"}).status_code == 409  # she gave no address
    anna.post("/platform/mailing/", {"email": "anden@example.dk"})
    anna.post("/platform/mailing/choose/", {"notices": "mail", "checkpoints": "on"})
    with cast.anna.inside():
        assert MailAddress.objects.get(user_id=cast.anna.user.id).checkpoints is False  # the log is not hers to read
    assert client.post("/platform/mailing/remove/").status_code == 302
    with cast.eva.inside():
        assert MailAddress.objects.filter(user_id=cast.eva.user.id).count() == 0


def test_the_look_through_a_run_finds_what_it_is_for(cast: Cast) -> None:
    from tests.mailbox import Mailbox, look_through

    make_citizen(cast, "Birthe Holm")
    reachable(cast.anna)
    sent(cast.anna)
    post()
    for body, wanted in (("Hej Birthe", 1), ("010150-0000", 1), ("Anna", 1), ("Something waits", 0)):
        box = Mailbox(letters=[Letter("x@example.dk", "", body, {}, b"")])
        assert len(look_through(box)) == wanted, body


def test_a_mail_goes_with_ninety_days(cast: Cast) -> None:
    reachable(cast.anna)
    mail = sent(cast.anna)
    with database.superuser() as admin:
        admin.execute("update kernel_outgoingmail set made_at = now() - interval '91 days' where id = %s", [mail.id])
    with cast.anna.inside():
        assert sending._clean(10) == 1
        assert sending._clean(10) == 0


def test_the_address_of_who_left_goes_with_thirty_days(cast: Cast) -> None:
    reachable(cast.anna)
    with cast.bo.inside():
        assert sending._clean_addresses(10) == 0
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update kernel_user set active = false, deactivated_at = now() - interval '31 days' where id = %s",
            [cast.anna.user.id],
        )
    with cast.bo.inside():
        assert sending._clean_addresses(10) == 1


def test_the_newest_checkpoint_goes_weekly_to_those_who_wish_it_and_may_read_the_log(cast: Cast) -> None:
    from heretask.kernel.log import tree, verify
    from tests import sealing
    from tests.work import work

    to, other = reachable(cast.eva), reachable(cast.anna)
    with cast.eva.inside() as by:
        addresses.choose(notices=False, checkpoints=True, by=by)
    with cast.anna.inside():
        MailAddress.objects.filter(user_id=cast.anna.user.id).update(checkpoints=True)  # the log is not hers to read
    sealing.seal()
    with cast.eva.inside():
        newest = tree.newest_checkpoint()
    assert newest is not None
    with connections["clock"].cursor() as cursor:
        cursor.execute("select ht.tick('admin.logs.checkpoint', %s, 15)", [uuid_time()])
    work(sealed=False)
    post()
    (mail,) = MAILBOX.to(to)
    assert MAILBOX.to(other) == []
    (noted,) = verify.notes_from(mail.body)
    assert (noted.size, noted.root) == (newest.size, bytes(newest.root)[:8])


def uuid_time() -> dt.datetime:
    """A slot that no other test has."""
    return dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=uuid4().int % 10**7)

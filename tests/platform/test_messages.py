"""Messages: to whom, about whom, read, confirmed, called back, kept and gone; and the notice that leaves."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from heretask.config import provision
from heretask.kernel.access.addressed import To
from heretask.kernel.access.decide import Denied
from heretask.kernel.identity.sessions import operator, touch
from heretask.kernel.log.models import Event
from heretask.kernel.outbox.models import OutgoingMail
from heretask.kernel.secrets import erasing
from heretask.kernel.secrets.opening import open_text
from heretask.platform.drafts import actions as drafts
from heretask.platform.messages import actions, jobs, queries
from heretask.platform.messages.models import Destination, Message, Participant, Receipt, Thread
from heretask.platform.messages.policies import Refused
from heretask.platform.messages.queries import Filters
from heretask.social.citizens.models import Citizen
from tests import database
from tests.cast import Cast, Member, make_member
from tests.kernel.test_outbox import hurry, reachable
from tests.mailbox import MAILBOX, post
from tests.social.people import make_citizen


def say(sender: Member, *to: To, text: str = "Husk nøglerne", **more: object) -> Thread:
    with sender.inside() as by:
        return actions.send(to=list(to), subject="Om i aften", text=text, by=by, **more)  # type: ignore[arg-type]


def person(member: Member) -> To:
    return To.person(member.user.id)


def listed(member: Member, **filters: object) -> list[str]:
    with member.inside() as by:
        return [line.subject for line in actions.see_list(by, Filters(**filters)).lines.lines]  # type: ignore[arg-type]


def shown(member: Member, thread: Thread) -> list[str]:
    with member.inside() as by:
        return [m.text for m in actions.read(thread.id, by).conversation.messages]


def waiting(member: Member) -> tuple[int, int]:
    with member.inside() as by:
        found = actions.count_waiting(by)
    return found.unread, found.urgent


# to whom


@pytest.mark.parametrize(
    ("to", "gets"),
    [
        (lambda c: To.unit(c.nord.id), {"bo"}),
        (lambda c: To.unit(c.syd.id), {"clara"}),
        (lambda _c: To.having("carer"), {"clara"}),
        (lambda c: To.having("team_leader", c.nord.id), {"bo"}),
        (lambda _c: To.having("administrator"), {"eva"}),
        (lambda c: person(c.clara), {"clara"}),
    ],
)
def test_a_message_reaches_those_it_is_to_and_nobody_else(cast: Cast, to: Callable[[Cast], To], gets: set[str]) -> None:
    thread = say(cast.anna, to(cast))
    for name in ("bo", "clara", "eva"):
        member = getattr(cast, name)
        assert (listed(member) == ["Om i aften"]) is (name in gets), name
        if name in gets:
            assert shown(member, thread) == ["Husk nøglerne"]
        else:
            with pytest.raises(Denied):
                shown(member, thread)
    assert listed(cast.anna) == ["Om i aften"]
    assert listed(cast.dan) == []


def test_one_person_addressed_twice_gets_it_once(cast: Cast) -> None:
    thread = say(cast.anna, To.unit(cast.nord.id), person(cast.bo))
    with cast.anna.inside():
        assert Receipt.objects.filter(thread_id=thread.id).count() == 1


def test_a_message_to_who_has_left_says_so_and_loses_nothing(cast: Cast) -> None:
    say(cast.anna, person(cast.clara))
    client = cast.anna.client()
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update kernel_user set active = false where id = %s", [cast.clara.user.id])
    with cast.anna.inside() as by, override("en"), pytest.raises(Refused, match="no login here any more") as refused:
        actions.send(to=[person(cast.clara)], subject="Hej", text="Hej", by=by)
    assert refused.value.field == "to"
    answer = client.post(
        "/platform/messages/new/",
        {"to": person(cast.clara).code, "subject": "Om nøgler", "text": "En lang tekst, der ikke må gå tabt"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "En lang tekst, der ikke må gå tabt" in page
    assert "Om nøgler" in page
    with cast.anna.inside():
        assert Thread.objects.count() == 1


def test_an_answer_where_everybody_has_left_says_so_and_keeps_the_text(cast: Cast) -> None:
    thread = say(cast.anna, person(cast.clara))
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update kernel_user set active = false where id = %s", [cast.clara.user.id])
    answer = cast.anna.client().post(f"/platform/messages/{thread.id}/reply/", {"text": "Er du der endnu?"})
    assert answer.status_code == 422
    assert "Er du der endnu?" in answer.content.decode()
    with cast.anna.inside() as by:
        assert actions.read(thread.id, by).conversation.gone == ("Clara Holst",)


def test_an_answer_goes_to_those_who_take_part_and_to_who_has_come_since(cast: Cast) -> None:
    thread = say(cast.anna, To.unit(cast.nord.id))
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        new = make_member(cast.solsikken, "ny", "Ny Vikar", "carer", cast.nord, by)
    assert listed(new) == []
    with cast.bo.inside() as by:
        actions.reply(thread.id, text="Det gør jeg", by=by)
    assert shown(new, thread) == ["Det gør jeg"]  # not what was written before they came
    assert shown(cast.anna, thread) == ["Husk nøglerne", "Det gør jeg"]


def test_nobody_writes_to_oneself_alone(cast: Cast) -> None:
    for to in (person(cast.anna), To.unit(cast.nord.id)):
        if to.kind == "unit":
            with database.superuser() as admin:
                admin.execute("set session_replication_role = replica")
                admin.execute("update kernel_user set active = false where id = %s", [cast.bo.user.id])
        with cast.anna.inside() as by, pytest.raises(Refused):
            actions.send(to=[to], subject="Hej", text="Hej", by=by)


@pytest.mark.parametrize(
    ("subject", "text"), [("", "x"), ("x", ""), ("x", " \n"), ("x", "a\x00b"), ("x" * 121, "x"), ("x", "x" * 10_001)]
)
def test_what_cannot_be_sent_is_refused_with_a_sentence(cast: Cast, subject: str, text: str) -> None:
    with cast.anna.inside() as by, pytest.raises(Refused):
        actions.send(to=[person(cast.bo)], subject=subject, text=text, by=by)


# about a citizen


def test_about_a_citizen_only_those_who_reach_them_are_written_to(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    with cast.anna.inside() as by:
        offered = {one.to.user_id for one in actions.begin(by, citizen.id).found.people}
        assert offered == {cast.bo.user.id}
        with pytest.raises(Refused, match="Clara Holst") as refused:
            actions.send(to=[person(cast.clara)], subject="Hej", text="Hej", by=by, citizen_id=citizen.id)
        assert refused.value.field == "to"
    thread = say(cast.anna, To.having("carer"), To.unit(cast.nord.id), citizen_id=citizen.id)
    assert listed(cast.clara) == []  # a carer, but of another unit
    assert shown(cast.bo, thread) == ["Husk nøglerne"]
    for stranger in (cast.clara, cast.eva):
        with stranger.inside() as by, pytest.raises(Denied):
            actions.send(to=[person(cast.bo)], subject="Hej", text="Hej", by=by, citizen_id=citizen.id)


def test_who_does_not_reach_the_citizen_any_more_reads_nothing(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    thread = say(cast.anna, person(cast.bo), citizen_id=citizen.id)
    assert shown(cast.bo, thread) == ["Husk nøglerne"]
    with operator(cast.solsikken, "test"):
        Citizen.objects.filter(id=citizen.id).update(unit_id=cast.syd.id)
    with pytest.raises(Denied):
        shown(cast.bo, thread)
    page = cast.bo.client().get("/platform/messages/").content.decode()
    assert "Om i aften" not in page
    assert "Birthe" not in page
    today = cast.bo.client().get("/platform/today/").content.decode()
    assert "Om i aften" not in today
    assert cast.bo.client().get(f"/platform/messages/{thread.id}/").status_code == 403


def test_it_is_sealed_under_the_citizens_key_and_else_the_customers(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    about = say(cast.anna, person(cast.bo), citizen_id=citizen.id)
    other = say(cast.anna, person(cast.bo))
    with operator(cast.solsikken, "test"):
        erasing.erase(citizen.id, "prøve")
    with cast.anna.inside():
        assert Thread.objects.filter(id=about.id).count() == 0  # it went with its citizen
        assert Message.objects.filter(citizen=citizen.id).count() == 0
        assert open_text(Thread.objects.get(id=other.id), "subject") == "Om i aften"
    with database.superuser() as admin:
        rows = admin.execute("select text from platform_messages_message").fetchall()
    assert not [1 for (text,) in rows if b"Husk" in bytes(text)]  # type: ignore[call-overload]


def test_reading_about_a_citizen_is_in_the_log_as_an_opening(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    thread = say(cast.anna, person(cast.bo), citizen_id=citizen.id)
    shown(cast.bo, thread)
    with cast.eva.inside():
        read = Event.objects.get(action="platform.messages.read", actor=cast.bo.user.id)
        assert (read.citizen, read.object_id, read.hits) == (citizen.id, thread.id, 1)
        sent = Event.objects.get(action="platform.message.sent")
        assert (sent.hits, sent.detail) == (1, None)


# read, confirmed, called back


def test_the_sender_sees_who_has_read_and_who_has_not(cast: Cast) -> None:
    thread = say(cast.anna, person(cast.bo), person(cast.clara))
    assert waiting(cast.bo) == (1, 0)
    shown(cast.bo, thread)
    assert waiting(cast.bo) == (0, 0)
    with cast.anna.inside() as by:
        (message,) = actions.read(thread.id, by).conversation.messages
    assert [(r.name, r.read_at is not None) for r in message.readers] == [("Clara Holst", False), ("Bo Friis", True)]
    with cast.clara.inside() as by:
        (theirs,) = actions.read(thread.id, by).conversation.messages
    assert theirs.readers == ()  # who else has read is the sender's to know


def test_an_urgent_one_is_confirmed(cast: Cast) -> None:
    thread = say(cast.anna, person(cast.bo), urgent=True)
    assert waiting(cast.bo) == (1, 1)
    shown(cast.bo, thread)
    assert waiting(cast.bo) == (0, 1)  # read is not confirmed
    assert "Haste" in cast.bo.client().get("/platform/today/").content.decode()
    with cast.bo.inside() as by:
        (message,) = Message.objects.all()
        assert actions.confirm(message.id, by) == thread.id
    assert waiting(cast.bo) == (0, 0)
    with cast.bo.inside() as by:
        actions.confirm(message.id, by)  # once more changes nothing
        assert Event.objects.filter(action="platform.message.confirmed").count() == 1
    with cast.clara.inside() as by, pytest.raises(Denied):
        actions.confirm(message.id, by)


def test_what_is_called_back_is_gone_for_those_who_had_not_read_it(cast: Cast) -> None:
    thread = say(cast.anna, person(cast.bo), person(cast.clara), urgent=True)
    shown(cast.bo, thread)
    with cast.anna.inside() as by:
        (message,) = Message.objects.all()
        assert actions.recall(message.id, by) == (thread.id, 1)
    assert shown(cast.bo, thread) == ["Husk nøglerne"]
    assert listed(cast.clara) == []
    assert waiting(cast.clara) == (0, 0)
    with pytest.raises(Denied):
        shown(cast.clara, thread)
    with cast.clara.inside() as by, pytest.raises(Denied):
        actions.confirm(message.id, by)
    with cast.anna.inside() as by, pytest.raises(Refused):
        actions.recall(message.id, by)  # nobody is left who has not read it
    with cast.bo.inside() as by, pytest.raises(Denied):
        actions.recall(message.id, by)  # it is not his


def test_of_a_conversation_one_goes_on_reading_only_the_part_called_back_is_gone(cast: Cast) -> None:
    thread = say(cast.anna, person(cast.clara))
    shown(cast.clara, thread)
    with cast.anna.inside() as by:
        second = actions.reply(thread.id, text="Forkert", by=by)
        actions.recall(second.id, by)
    assert shown(cast.clara, thread) == ["Husk nøglerne"]
    with cast.clara.inside() as by, pytest.raises(Denied):
        actions.confirm(second.id, by)


def test_the_database_keeps_read_and_called_back_apart(cast: Cast) -> None:
    from django.db import IntegrityError

    thread = say(cast.anna, person(cast.bo))
    shown(cast.bo, thread)
    with pytest.raises(IntegrityError, match="receipt_read_or_recalled"), cast.anna.inside():
        Receipt.objects.update(recalled_at=timezone.now())


# the list


def test_the_list_is_narrowed_down(cast: Cast) -> None:
    first = say(cast.anna, person(cast.bo))
    say(cast.clara, person(cast.bo), urgent=True)
    shown(cast.bo, first)
    assert len(listed(cast.bo)) == 2
    assert len(listed(cast.bo, show="unread")) == 1
    assert len(listed(cast.bo, show="urgent")) == 1
    assert len(listed(cast.bo, person=cast.anna.user.id)) == 1
    assert len(listed(cast.bo, days=7)) == 2
    with cast.bo.inside():
        Participant.objects.filter(thread_id=first.id, user_id=cast.bo.user.id).update(
            newest_at=timezone.now() - dt.timedelta(days=8)
        )
    assert len(listed(cast.bo, days=7)) == 1


def test_pages_of_the_list_follow_one_another(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr(queries.lines_for, "__defaults__", (None, 2))
    for _n in range(3):
        say(cast.anna, person(cast.bo))
    with cast.bo.inside() as by:
        first = actions.see_list(by, Filters()).lines
        second = actions.see_list(by, Filters(), first.older).lines
    assert (len(first.lines), len(second.lines), second.older) == (2, 1, None)
    assert not {line.id for line in first.lines} & {line.id for line in second.lines}


def test_the_pages_take_as_many_queries_with_two_hundred_as_with_five(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")

    def fill(count: int) -> None:
        for number in range(count):
            say(cast.anna, person(cast.bo), To.unit(cast.nord.id), citizen_id=citizen.id if number % 2 else None)

    def count(work: Callable[[], object]) -> int:
        with CaptureQueriesContext(connections["default"]) as taken:
            work()
        return len(taken)

    def pages() -> tuple[int, ...]:
        with cast.bo.inside() as by:
            listing = count(lambda: actions.see_list(by, Filters()))
        with cast.bo.inside() as by:
            today = count(lambda: actions.see_waiting(by, 5))
        with cast.anna.inside() as by:
            reading = count(lambda: actions.read(thread.id, by))
        return listing, today, reading

    fill(5)
    with cast.anna.inside():
        thread = Thread.objects.order_by("made_at")[0]  # those put in below bear its time, too
    few = pages()
    fill(20)
    with cast.anna.inside() as by:
        for _n in range(20):
            actions.reply(thread.id, text="Ja", by=by)
    with database.superuser() as admin:  # two hundred on the list, without two hundred acts
        admin.execute("set session_replication_role = replica")
        for number in range(175):
            admin.execute(
                """with t as (insert into platform_messages_thread (id, customer_id, author_id, citizen, subject, made_at)
                     select gen_random_uuid(), customer_id, author_id, %s, '', made_at from platform_messages_thread
                      where id = %s returning id, customer_id),
                     d as (insert into platform_messages_destination (id, customer_id, thread_id, to_kind, to_user_id, to_unit_id, to_role)
                     select gen_random_uuid(), t.customer_id, t.id, x.to_kind, x.to_user_id, x.to_unit_id, x.to_role
                       from t, platform_messages_destination x where x.thread_id = %s)
                   insert into platform_messages_participant (id, customer_id, thread_id, user_id, newest_at)
                     select gen_random_uuid(), customer_id, id, %s, now() from t""",
                [citizen.id if number % 2 else None, thread.id, thread.id, cast.bo.user.id],
            )
    assert pages() == few
    assert max(few) <= 20


# pages, drafts, polls


def test_the_pages_work_without_scripts(cast: Cast) -> None:
    client = cast.anna.client()
    assert "Skriv til en kollega" in client.get("/platform/messages/").content.decode()
    assert client.get("/platform/messages/new/").status_code == 200
    assert client.post("/platform/messages/new/", {}).status_code == 422
    sent = client.post(
        "/platform/messages/new/",
        {"to": person(cast.bo).code, "subject": "Nøgler", "text": "De <b>ligger</b> i skuffen", "urgent": "on"},
    )
    assert sent.status_code == 302
    page = client.get(sent["Location"]).content.decode()
    assert "De &lt;b&gt;ligger&lt;/b&gt; i skuffen" in page
    assert "Læst af 0 af 1" in page
    bo = cast.bo.client()
    assert "Nøgler" in bo.get("/platform/today/").content.decode()
    thread = bo.get(sent["Location"].split("?")[0]).content.decode()
    confirm = re.search(r"/platform/messages/message/[0-9a-f-]+/confirm/", thread)
    assert confirm
    assert bo.post(confirm[0]).status_code == 302
    assert "bekræftet af 1" in client.get(sent["Location"]).content.decode()
    recall = re.search(r"/platform/messages/message/[0-9a-f-]+/recall/", page)
    assert recall
    assert "message_too_late" in client.post(recall[0])["Location"]


def test_about_a_citizen_by_the_pages(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    client = cast.anna.client()
    assert f"/platform/messages/about/{citizen.id}/" in client.get("/platform/messages/about/").content.decode()
    page = client.get(f"/platform/messages/about/{citizen.id}/").content.decode()
    assert "Birthe Holm" in page
    assert "Clara Holst" not in page
    sent = client.post(
        f"/platform/messages/about/{citizen.id}/", {"to": person(cast.bo).code, "subject": "I nat", "text": "Urolig"}
    )
    assert sent.status_code == 302
    assert "Birthe Holm" in client.get(sent["Location"]).content.decode()
    page = cast.eva.client().get("/platform/messages/about/").content.decode()
    assert "Birthe Holm" not in page  # she reaches no citizen


def test_what_is_being_written_is_kept_and_put_away_when_it_is_sent(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    client = cast.anna.client()
    for place, url in (
        (actions.new_place(None), "/platform/messages/new/"),
        (actions.new_place(citizen.id), f"/platform/messages/about/{citizen.id}/"),
    ):
        saved = client.post(
            "/platform/drafts/",
            {
                "place": place,
                "content": '{"text": "Halvt skrevet", "urgent": ["on"], "to": "%s"}' % person(cast.bo).code,
            },
        )
        assert saved.json()["saved"], place
        page = client.get(url).content.decode()
        assert "Halvt skrevet" in page
        assert f'value="{person(cast.bo).code}" selected' in page
        assert re.search(r'name="urgent"[^>]*checked', page)
        client.post(url, {"to": person(cast.bo).code, "subject": "x", "text": "Halvt skrevet"})
        assert "Halvt skrevet" not in client.get(url).content.decode()


def test_a_draft_about_nobody_is_this_features_alone(cast: Cast) -> None:
    with cast.anna.inside() as by, pytest.raises(Denied):
        drafts.save_draft(
            place=f"social.journal/{UUID(int=0)}", citizen_id=None, fields={}, cursor=0, cursor_field="", by=by
        )
    citizen = make_citizen(cast, "Birthe Holm")
    with cast.clara.inside() as by, pytest.raises(Denied):
        drafts.save_draft(
            place=actions.new_place(citizen.id), citizen_id=citizen.id, fields={}, cursor=0, cursor_field="", by=by
        )


def test_the_polls_tell_of_news_read_nothing_and_prolong_no_session(cast: Cast) -> None:
    thread = say(cast.anna, person(cast.bo))
    token = cast.bo.token()
    client = cast.bo.client()
    client.cookies["__Host-ht"] = token
    client.get(f"/platform/messages/{thread.id}/")
    with cast.anna.inside() as by:
        newest = actions.reply(thread.id, text="Og lyset", by=by)
    with database.superuser() as admin:
        admin.execute(
            "update kernel_session set last_act = now() - interval '100 seconds' where user_id = %s", [cast.bo.user.id]
        )
    poll = client.get("/platform/messages/state/?seen=0").content.decode()
    assert "1 ny besked" in poll
    news = client.get(f"/platform/messages/{thread.id}/state/?newest=").content.decode()
    assert "Nogen har skrevet" in news
    assert "Og lyset" not in news
    assert "Nogen har skrevet" not in client.get(
        f"/platform/messages/{thread.id}/state/?newest={newest.id}"
    ).content.decode()  # fmt: skip
    assert waiting(cast.bo) == (1, 0)
    with database.superuser() as admin:
        row = admin.execute(
            "select max(last_act) < now() - interval '90 seconds' from kernel_session where user_id = %s and kind = 'person'"
            " and id = %s", [cast.bo.user.id, touch(token, acted=False).id],
        ).fetchone()  # fmt: skip
    assert row == (True,)


# the notice, and how long


def test_the_notice_says_that_a_message_waits_and_nothing_else(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    to = reachable(cast.bo)
    thread = say(cast.anna, person(cast.bo), text="Birthe faldt, 010150-0000", citizen_id=citizen.id)
    post()
    assert MAILBOX.to(to) == []  # two minutes for those who are here
    hurry()
    post()
    (mail,) = MAILBOX.to(to)
    assert mail.subject == "Du har en besked i HereTask"
    assert f"/platform/messages/{thread.id}/" in mail.body
    for word in ("Birthe", "Holm", "010150", "Anna", "Skov", "aften", "faldt", "Nord", "Solsikken"):
        assert word not in mail.raw.decode()


def test_no_notice_of_what_is_read_by_then_and_one_of_several(cast: Cast) -> None:
    to = reachable(cast.bo)
    thread = say(cast.anna, person(cast.bo))
    say(cast.anna, person(cast.bo))
    with cast.bo.inside():
        assert OutgoingMail.objects.count() == 1
    shown(cast.bo, thread)
    hurry()
    post()
    assert MAILBOX.to(to) == []
    with cast.bo.inside():
        assert OutgoingMail.objects.get().state == "dropped"


def test_messages_go_when_they_are_as_old_as_their_customer_keeps_them(cast: Cast) -> None:
    old, kept = say(cast.anna, person(cast.bo)), say(cast.anna, person(cast.bo))
    with cast.anna.inside():
        Message.objects.filter(thread_id=old.id).update(sent_at=timezone.now() - dt.timedelta(days=31 * 25))
        assert jobs.clean(100) == 1
        assert [t.id for t in Thread.objects.all()] == [kept.id]
        for model in (Destination, Participant, Receipt):
            assert not model.objects.filter(thread_id=old.id).exists()
        assert jobs.clean(100) == 0


def test_guests_have_no_messages(cast: Cast) -> None:
    from heretask.kernel.access.permissions import Permission
    from heretask.kernel.access.roles import ROLES

    assert {key for key, role in ROLES.items() if Permission.PLATFORM_MESSAGES_USE not in role.may} == {
        "inspector", "auditor",
    }  # fmt: skip

"""Notices: for whom, from when until when, who has acknowledged, and that nothing is deleted."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from heretask.config import provision
from heretask.kernel.access.addressed import To
from heretask.kernel.access.decide import Denied
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.platform.notices import actions, presenters
from heretask.platform.notices.models import Acknowledgement, Notice
from heretask.platform.notices.policies import Refused, Words, today
from tests.cast import Cast, Member, make_member
from tests.database import superuser
from tests.social.people import new_events

DAY = dt.timedelta(days=1)


def put_up(by: Member, to: str = "all", title: str = "Vandet er lukket", **more: Any) -> Notice:
    given: dict[str, Any] = {"words": Words(title, "Fra klokken ti."), "starts": today(), "ends": today() + DAY} | more
    with by.inside() as actor:
        return actions.put_up(to=to, by=actor, **given)


def moved(notice: Notice, days: int) -> None:
    """Let it have been put up for other days."""
    with superuser() as admin:
        admin.execute(
            "update platform_notices_notice set starts = starts + %s, ends = ends + %s where id = %s",
            [days, days, notice.id],
        )


def board(member: Member) -> list[str]:
    with member.inside() as by:
        return [line.words.title for line in actions.see_board(by=by).lines]


def waiting(member: Member) -> list[str]:
    with member.inside() as by:
        return [line.words.title for line in actions.see_waiting(by=by)]


def sees(member: Member, notice: Notice) -> bool:
    try:
        with member.inside() as by:
            actions.see(notice.id, by=by)
    except Denied:
        return False
    return True


# For whom -> on whose board it stands, and who sees its page. Eva put each up, and rules the house. By hand.
WHOSE = {
    "all": ({"anna", "bo", "clara", "eva"}, {"anna", "bo", "clara", "eva"}),
    "nord": ({"anna", "bo"}, {"anna", "bo", "eva"}),
    "carers": ({"anna", "clara"}, {"anna", "clara", "eva"}),
    "carers of nord": ({"anna"}, {"anna", "bo", "eva"}),
    "administrators": ({"eva"}, {"eva"}),
}


def code(cast: Cast, name: str) -> str:
    return {
        "all": "all", "nord": To.unit(cast.nord.id).code, "carers": To.having("carer").code,
        "carers of nord": To.having("carer", cast.nord.id).code, "administrators": To.having("administrator").code,
    }[name]  # fmt: skip


@pytest.mark.parametrize("name", WHOSE)
def test_for_whom_a_notice_is(cast: Cast, name: str) -> None:
    notice = put_up(cast.eva, code(cast, name), must=True)
    everybody = {"anna": cast.anna, "bo": cast.bo, "clara": cast.clara, "eva": cast.eva}
    assert {who for who, member in everybody.items() if board(member)} == WHOSE[name][0]
    assert {who for who, member in everybody.items() if waiting(member)} == WHOSE[name][0] - {"eva"}  # it is hers
    assert {who for who, member in everybody.items() if sees(member, notice)} == WHOSE[name][1]
    assert not sees(cast.dan, notice)
    assert board(cast.dan) == []


def test_who_may_put_up_what(cast: Cast) -> None:
    with pytest.raises(Denied):
        put_up(cast.anna, To.unit(cast.nord.id).code)
    put_up(cast.bo, To.unit(cast.nord.id).code)
    put_up(cast.bo, To.having("carer", cast.nord.id).code)
    for to in ("all", To.unit(cast.syd.id).code, To.having("carer").code, "x"):
        with override("en"), pytest.raises(Refused, match="cannot put up notices there"):
            put_up(cast.bo, to)
    with override("en"), pytest.raises(Refused, match="cannot put up notices there"):
        put_up(cast.eva, To.person(cast.anna.user.id).code)


def test_it_holds_from_a_day_until_a_day(cast: Cast) -> None:
    ahead = put_up(cast.bo, To.unit(cast.nord.id).code, "I morgen", starts=today() + DAY, must=True)
    over = put_up(cast.bo, To.unit(cast.nord.id).code, "I går", must=True)
    moved(over, -2)
    assert board(cast.anna) == []
    assert waiting(cast.anna) == []
    assert not sees(cast.anna, ahead)
    with cast.bo.inside() as by:
        assert [line.words.title for line in actions.see_board(by=by).coming] == ["I morgen"]
    with cast.anna.inside() as by:
        assert [line.words.title for line in actions.see_earlier(by=by)] == ["I går"]
    with cast.anna.inside() as by, override("en"), pytest.raises(Refused, match="not hold any more"):
        actions.acknowledge(over.id, by=by)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"words": Words(" ", "x")}, "a heading"), ({"words": Words("x", " ")}, "Write the notice"),
        ({"words": Words("x" * 121, "x")}, "120 characters"), ({"words": Words("x", "x" * 4001)}, "4000 characters"),
        ({"starts": dt.date(2020, 1, 1)}, "today at the earliest"), ({"ends": dt.date(2020, 1, 1)}, "before the first"),
        ({"ends": dt.date(2120, 1, 1)}, "a year at most"),
    ],
)  # fmt: skip
def test_what_a_notice_cannot_be(cast: Cast, given: dict[str, Any], sentence: str) -> None:
    with override("en"), pytest.raises(Refused, match=sentence):
        put_up(cast.eva, **given)


def test_acknowledging_and_who_has_and_who_has_not(cast: Cast) -> None:
    notice = put_up(cast.bo, To.unit(cast.nord.id).code, must=True)
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        for _tap in range(2):
            with cast.anna.inside() as by:
                actions.acknowledge(notice.id, by=by)
    assert [e.action for e in events if "acknowledged" in e.action] == ["platform.notice.acknowledged"]
    assert waiting(cast.anna) == []
    assert board(cast.anna) == ["Vandet er lukket"]
    with cast.bo.inside() as by:
        watch = actions.see(notice.id, by=by).watch
    assert watch is not None
    assert ([name for name, _at in watch.have], watch.have_not) == (["Anna Skov"], [])
    with cast.anna.inside() as by:
        assert actions.see(notice.id, by=by).watch is None  # who has not is for leaders
    with pytest.raises(Denied), cast.clara.inside() as by:
        actions.acknowledge(notice.id, by=by)
    with operator(cast.solsikken, "test"):
        made_by = provision.operator_of(cast.solsikken)
        new = make_member(cast.solsikken, "lis", "Lis Vang", "carer", cast.nord, made_by)
    assert waiting(new) == ["Vandet er lukket"]  # who comes later sees what still holds
    with cast.bo.inside() as by:
        watch = actions.see(notice.id, by=by).watch
    assert watch is not None
    assert watch.have_not == ["Lis Vang"]


def test_one_that_need_not_be_acknowledged_cannot_be(cast: Cast) -> None:
    notice = put_up(cast.eva)
    assert waiting(cast.anna) == []
    answer = cast.anna.client().post(reverse("platform.notice_acknowledge", args=[notice.id]))
    assert answer.status_code == 422


def test_an_acknowledgement_can_be_neither_changed_nor_removed(cast: Cast) -> None:
    notice = put_up(cast.eva, must=True)
    with cast.anna.inside() as by:
        actions.acknowledge(notice.id, by=by)
    for act in (lambda: Acknowledgement.objects.update(user_id=cast.bo.user.id), Acknowledgement.objects.all().delete):
        with pytest.raises(DatabaseError), cast.anna.inside():
            act()


def test_what_is_withdrawn_is_kept(cast: Cast) -> None:
    notice = put_up(cast.bo, To.unit(cast.nord.id).code, must=True)
    with cast.anna.inside() as by:
        actions.acknowledge(notice.id, by=by)
    assert cast.anna.client().post(reverse("platform.notice_withdraw", args=[notice.id])).status_code == 403
    assert cast.bo.client().post(reverse("platform.notice_withdraw", args=[notice.id])).status_code == 302
    assert cast.bo.client().post(reverse("platform.notice_withdraw", args=[notice.id])).status_code == 422
    assert board(cast.anna) == []
    page = cast.anna.client().get(reverse("platform.notices_earlier")).content.decode()
    assert "Vandet er lukket" in page
    page = cast.bo.client().get(reverse("platform.notice", args=[notice.id])).content.decode()
    assert "Bo Friis trak det tilbage" in page
    assert "Anna Skov" in page


def test_a_leader_of_another_unit_can_neither_see_nor_withdraw(cast: Cast) -> None:
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        other = make_member(cast.solsikken, "per", "Per Juhl", "team_leader", cast.syd, by)
    notice = put_up(cast.bo, To.unit(cast.nord.id).code)
    assert not sees(other, notice)
    assert other.client().post(reverse("platform.notice_withdraw", args=[notice.id])).status_code == 403


def test_words_are_sealed(cast: Cast) -> None:
    put_up(cast.eva)
    with superuser() as admin:
        rows: list[Any] = admin.execute("select words from platform_notices_notice").fetchall()
    assert not [row for row in rows if b"Vandet" in bytes(row[0])]


def test_pinned_ones_stand_first(cast: Cast) -> None:
    put_up(cast.eva, title="Fast", pinned=True)
    put_up(cast.eva, title="Ny")
    assert board(cast.anna) == ["Fast", "Ny"]


def test_plain_text_has_paragraphs_and_points_and_nothing_else(cast: Cast) -> None:
    text = "Hej alle\nder er nyt\n\nHusk:\n- nøgler\n- <b>alarm</b>\nTak"
    found = [(block.points, block.lines) for block in presenters.blocks_of(text)]
    assert found == [
        (False, ["Hej alle", "der er nyt"]), (False, ["Husk:"]), (True, ["nøgler", "<b>alarm</b>"]), (False, ["Tak"]),
    ]  # fmt: skip
    notice = put_up(cast.eva, words=Words("Nyt", text))
    page = cast.anna.client().get(reverse("platform.notice", args=[notice.id])).content.decode()
    assert "&lt;b&gt;alarm" in page


def test_the_form_and_one_tap_from_the_start_page(cast: Cast) -> None:
    client = cast.bo.client()
    form = {
        "title": "Brandøvelse", "text": "Mød op i haven.", "to": To.unit(cast.nord.id).code, "must": "on",
        "starts": today().isoformat(), "ends": (today() + DAY).isoformat(),
    }  # fmt: skip
    wrong = client.post(reverse("platform.notices_new"), form | {"to": "all"})
    assert wrong.status_code == 422
    answer = client.post(reverse("platform.notices_new"), form)
    assert answer.status_code == 302
    with cast.bo.inside():
        notice = Notice.objects.get()
    client = cast.anna.client()
    page = client.get("/platform/today/").content.decode()
    assert "Brandøvelse" in page
    assert f'data-poll-url="{reverse("platform.notices_waiting")}"' in page
    assert client.get(reverse("platform.notices_waiting")).content.decode().strip() == "1 at kvittere for"
    answer = client.post(reverse("platform.notice_acknowledge", args=[notice.id]), {"back": "today"})
    assert answer["Location"].startswith("/platform/today/")
    assert "Brandøvelse" not in client.get("/platform/today/").content.decode()


def test_looking_at_the_count_is_no_act_of_a_person() -> None:
    from heretask.platform.notices import views
    from heretask.ui.marks import Activity, mark_of

    mark = mark_of(views.waiting)
    assert mark is not None
    assert mark.activity == Activity.PASSIVE


def _count(member: Member, url: str) -> int:
    client = member.client()
    client.get(url)
    with CaptureQueriesContext(connections["default"]) as taken:
        assert client.get(url).status_code == 200
    return len(taken)


def test_queries_do_not_grow_with_notices_or_readers(cast: Cast) -> None:
    urls = [
        "/platform/today/",
        reverse("platform.notices"),
        reverse("platform.notices_waiting"),
        reverse("platform.notices_earlier"),
    ]

    def fill(count: int) -> None:
        with cast.eva.inside() as by:
            for number in range(count):
                to = (code(cast, "all"), code(cast, "nord"), code(cast, "carers"), code(cast, "carers of nord"))[
                    number % 4
                ]
                made = actions.put_up(
                    words=Words(f"Nr. {number}", "x"), to=to, starts=today(), ends=today(), must=True, by=by
                )
                if number % 5 == 0:
                    actions.withdraw(made.id, by=by)

    def counted() -> dict[tuple[str, UUID], int]:
        return {(url, m.user.id): _count(m, url) for url in urls for m in (cast.anna, cast.bo)}

    fill(8)
    few = counted()
    fill(192)
    assert counted() == few
    assert max(few.values()) <= 45

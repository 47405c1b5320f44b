"""The supplier's notices to customers: who reads them, who writes them, and that nothing is changed or deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.urls import reverse

from heretask.kernel.access.decide import Denied
from heretask.kernel.log.models import Event
from heretask.platform.announcements import actions, queries
from heretask.platform.announcements.models import Announcement, Withdrawal
from heretask.platform.announcements.policies import Refused, Words, today
from tests.cast import Cast, Member
from tests.database import superuser
from tests.management import Two, two_managers
from tests.social.people import new_events

DAY = dt.timedelta(days=1)
WORDS = Words("Lukket lørdag nat", "Fra kl. 23 til 24.", "Closed on Saturday night", "From 23:00 to 24:00.")
TODAY = "/platform/today/"


@pytest.fixture
def two() -> Iterator[Two]:
    """Management; what they put up is taken down again, for it is shown to every customer of every test."""
    with two_managers() as found:
        yield found
        with found.grethe.inside() as by:
            for one in queries.written():
                if one.withdrawn_at is None and one.row.ends >= today():
                    actions.withdraw(one.row.id, by=by)


def publish(member: Member, words: Words = WORDS, **more: Any) -> Announcement:
    given: dict[str, Any] = {"admins": False, "must": True, "starts": today(), "ends": today() + DAY} | more
    with member.inside() as by:
        return actions.publish(words, by=by, **given)


def told(member: Member) -> list[str]:
    with member.inside() as by:
        return [one.title_da for one in actions.see_told(by=by)]


@contextmanager
def refused_by_the_database() -> Iterator[None]:
    with pytest.raises(DatabaseError), transaction.atomic():
        yield


def test_everybody_of_every_customer_reads_it_in_their_language_until_they_have_said_so(cast: Cast, two: Two) -> None:
    made = publish(two.grethe)
    for member in (cast.anna, cast.eva, cast.dan):
        page = member.client().get(TODAY).content.decode()
        assert "Fra HereTask" in page
        assert "Lukket lørdag nat" in page
    client = cast.anna.client()
    client.cookies["__Host-language"] = "en"
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        address = reverse("platform.announcement_acknowledge", args=[made.id])
        assert client.post(address).status_code == 302
        assert client.post(address).status_code == 302
    assert [e.action for e in events if e.object_id == made.id] == ["platform.announcement.acknowledged"]
    assert told(cast.anna) == []
    assert told(cast.dan) == ["Lukket lørdag nat"]
    with two.henrik.inside() as by:
        (one,) = [w for w in actions.see_written(by=by) if w.row.id == made.id]
        assert (one.people, one.customers) == (1, 1)


def test_administrators_alone_and_only_while_it_holds(cast: Cast, two: Two) -> None:
    publish(two.grethe, admins=True)
    assert (told(cast.eva), told(cast.anna), told(cast.dan)) == (["Lukket lørdag nat"], [], [])
    later = publish(two.grethe, Words("Senere", "x", "Later", "x"), starts=today() + DAY, ends=today() + DAY)
    assert told(cast.anna) == []
    with cast.anna.inside() as by, pytest.raises(Denied):
        actions.acknowledge(later.id, by=by)
    with superuser() as admin:
        admin.execute("set session_replication_role = replica")  # past what lets nothing be changed
        admin.execute("update platform_announcements_announcement set starts = starts - 3, ends = ends - 3")
    assert told(cast.eva) == []


def test_withdrawn_it_is_shown_to_nobody_and_kept(cast: Cast, two: Two) -> None:
    made = publish(two.grethe, must=False)
    assert "Lukket" in cast.anna.client().get(TODAY).content.decode()
    with cast.anna.inside() as by, pytest.raises(Refused):
        actions.acknowledge(made.id, by=by)  # nobody has to
    client = two.henrik.client()
    address = reverse("platform.announcement_withdraw", args=[made.id])
    assert client.post(address).status_code == 302
    assert told(cast.anna) == []
    assert client.post(address).status_code == 422
    with two.grethe.inside():
        assert Withdrawal.objects.get(announcement=made).done_by == two.henrik.user.id
        assert Announcement.objects.get(id=made.id).done_by == two.grethe.user.id


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": Words("Dansk", "Dansk", "", "")}, {"starts": today() - DAY}, {"ends": today() - DAY},
        {"ends": today() + 93 * DAY},
    ],
    ids=["one language", "yesterday", "backwards", "long"],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(two: Two, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        publish(two.grethe, **wrong)


def test_nothing_written_is_lost_in_the_form(two: Two) -> None:
    page = two.grethe.client().post(
        reverse("platform.announcements_new"), {"title_da": "Lukket nat", "text_da": "Fra kl. 23", "admins": "all"}
    )
    assert page.status_code == 422
    assert "Lukket nat" in page.content.decode()


def test_management_alone_writes_and_reads_numbers(cast: Cast, two: Two) -> None:
    made = publish(two.grethe)
    for member in (cast.eva, two.finn):
        with pytest.raises(Denied):
            publish(member)
        with member.inside() as by:
            with pytest.raises(Denied):
                actions.withdraw(made.id, by=by)
            with refused_by_the_database():
                row = {"title_da": "x", "text_da": "x", "title_en": "x", "text_en": "x"}
                Announcement.objects.create(starts=today(), ends=today(), **row)
            with refused_by_the_database(), connections["default"].cursor() as cursor:
                cursor.execute("select * from ht.announcements_heard()")
    with cast.eva.inside():
        assert not Announcement.objects.exists()  # at a customer there is no row of it
    with two.finn.inside(), refused_by_the_database():
        Withdrawal.objects.create(announcement_id=made.id)


def test_the_database_changes_and_deletes_none(cast: Cast, two: Two) -> None:
    made = publish(two.grethe)
    with two.grethe.inside():
        for change in (
            lambda: Announcement.objects.filter(id=made.id).update(title_da="Andet"),
            lambda: Announcement.objects.filter(id=made.id).delete(),
        ):
            with refused_by_the_database():
                change()

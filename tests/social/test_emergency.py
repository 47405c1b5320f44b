"""Opening in an emergency: who is found, for how long, what the log keeps, and how the leader answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from heretask.config import provision
from heretask.kernel.access.decide import Denied
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.social.citizens import actions as citizens
from heretask.social.citizens.models import Citizen, EmergencyOpening
from heretask.social.emergency import actions
from heretask.social.emergency.policies import Refused
from heretask.social.people import actions as people
from tests.cast import Cast, Member, make_member
from tests.database import superuser
from tests.filled import write
from tests.social.people import make_citizen, new_events, opened_by, relate

CPR, WHY = "010150-0000", "Faldt på gangen, ambulancen spørger til medicin"


@pytest.fixture
def birthe(cast: Cast) -> Citizen:
    citizen = make_citizen(cast, "Birthe Holm", cpr=CPR, room="4", warning="Penicillin")
    relate(cast, citizen, cast.anna)
    return citizen


@pytest.fixture
def ole(cast: Cast) -> Member:
    """Another leader of Nord."""
    with operator(cast.solsikken, "test"):
        return make_member(
            cast.solsikken, "ole", "Ole Krag", "team_leader", cast.nord, provision.operator_of(cast.solsikken)
        )


def find(member: Member, words: str) -> list[str]:
    with member.inside() as by:
        search_id = actions.begin_search(words, by=by)
    with member.inside() as by:
        return [hit.name for hit in actions.resume_search(search_id, by=by).hits]


def open_now(member: Member, citizen: Citizen, reason: str = WHY, words: str = CPR) -> UUID:
    with member.inside() as by:
        search_id = actions.begin_search(words, by=by)
    with member.inside() as by:
        return actions.open_in_emergency(actions.resume_search(search_id, by=by), citizen.id, reason=reason, by=by).id


def reaches(member: Member, citizen: Citizen) -> bool:
    try:
        with member.inside() as by:
            citizens.open_citizen(citizen.id, by)
    except Denied:
        return False
    return True


def moved(opening: UUID, hours: float) -> None:
    """As if the opening had been made so many hours ago: tests never wait."""
    with superuser() as admin:
        admin.execute(
            "update social_citizens_emergencyopening set made_at = made_at - make_interval(secs => %s),"
            " until = until - make_interval(secs => %s) where id = %s",
            [hours * 3600, hours * 3600, opening],
        )


# finding


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (CPR, True), ("0101500000", True), ("Birthe Holm", True), ("  birthe   HOLM ", True), ("Birthe", False),
        ("Birthe Hol", False), ("Birthe Holms", False), ("Holm Birthe", False), ("010150-0001", False),
        ("010150", False), ("%", False), ("", False),
    ],
)  # fmt: skip
def test_only_a_whole_number_or_the_exact_name_finds_somebody(
    cast: Cast, birthe: Citizen, words: str, found: bool
) -> None:
    make_citizen(cast, "Birthe Holmegård")
    assert find(cast.clara, words) == (["Birthe Holm"] if found else [])


def test_looking_is_itself_an_event_with_words_and_who_was_shown(cast: Cast, birthe: Citizen) -> None:
    found: list[Event] = []
    with new_events(cast.solsikken, found):
        find(cast.clara, "Birthe Holm")
        find(cast.clara, "Ingen Sådan")
    assert [(e.action, e.hits, e.shown) for e in found] == [
        ("social.emergency.sought", 1, [birthe.id]), ("social.emergency.sought", 0, []),
    ]  # fmt: skip
    assert opened_by(cast.eva, found[0]) == {"q": "Birthe Holm"}


def test_the_answer_shows_name_and_unit_and_no_more(cast: Cast, birthe: Citizen) -> None:
    client = cast.clara.client()
    sent = client.post(reverse("social.emergency"), {"q": CPR})
    assert CPR not in sent["Location"]
    page = client.get(sent["Location"]).content.decode()
    assert "Birthe Holm, Nord" in page
    for hidden in ("Penicillin", "Anna Skov", "værelse", "Værelse"):
        assert hidden not in page
    assert client.post(reverse("social.emergency"), {"q": "Birthe"}).status_code == 422


@pytest.mark.parametrize("how", ["sealed", "moved out", "erased", "elsewhere"])
def test_some_are_not_even_found(cast: Cast, birthe: Citizen, how: str) -> None:
    if how == "sealed":
        with cast.eva.inside() as by:
            people.seal_citizen(birthe.id, reason="Trusler fra en pårørende", by=by)
    elif how == "moved out":
        with operator(cast.solsikken, "test"):
            Citizen.objects.filter(id=birthe.id).update(active=False)
    elif how == "erased":
        with cast.eva.inside() as by:
            citizens.erase_citizen(birthe.id, typed="Birthe Holm", reason="Efter ønske", by=by)
    words = [CPR, "Birthe Holm"]
    who = cast.dan if how == "elsewhere" else cast.clara
    assert [find(who, one) for one in words] == [[], []]


@pytest.mark.parametrize("who", ["eva"])
def test_those_without_the_permission_do_not_open(cast: Cast, birthe: Citizen, who: str) -> None:
    assert getattr(cast, who).client().get(reverse("social.emergency")).status_code == 403
    with pytest.raises(Denied):
        open_now(getattr(cast, who), birthe)


def test_anothers_search_opens_nothing(cast: Cast, birthe: Citizen) -> None:
    with cast.clara.inside() as by:
        search_id = actions.begin_search(CPR, by=by)
    url = reverse("social.emergency_found", args=[search_id])
    sent = {"citizen": str(birthe.id), "reason": WHY}
    assert cast.bo.client().post(url, sent).status_code == 403
    assert cast.dan.client().post(url, sent).status_code == 403
    other = make_citizen(cast, "Karl Bæk")
    assert cast.clara.client().post(url, {**sent, "citizen": str(other.id)}).status_code == 422
    with pytest.raises(Denied), cast.clara.inside() as by:
        actions.open_in_emergency(actions.resume_search(search_id, by=by), other.id, reason=WHY, by=by)
    with operator(cast.solsikken, "test"):
        assert not EmergencyOpening.objects.exists()


# opening


@pytest.mark.parametrize(
    "reason", ["", "fald", "hjælp mig", "a b c", "  x  ", "Ringer om 010150-0000 nu og her", "x" * 600]
)
def test_a_reason_that_says_nothing_or_too_much_opens_nothing(cast: Cast, birthe: Citizen, reason: str) -> None:
    with pytest.raises(Refused):
        open_now(cast.clara, birthe, reason)
    assert not reaches(cast.clara, birthe)


def test_three_hours_by_the_clock_of_the_database(cast: Cast, birthe: Citizen) -> None:
    assert not reaches(cast.clara, birthe)
    opening = open_now(cast.clara, birthe)
    assert reaches(cast.clara, birthe)
    with cast.clara.inside():
        row = EmergencyOpening.objects.get(id=opening)
    assert (row.until - row.made_at).total_seconds() == 3 * 3600
    moved(opening, 2.99)
    assert reaches(cast.clara, birthe)
    moved(opening, 0.02)
    assert not reaches(cast.clara, birthe)


def test_the_database_refuses_more_than_three_hours(cast: Cast, birthe: Citizen) -> None:
    opening = open_now(cast.clara, birthe)
    with cast.clara.inside(), pytest.raises(IntegrityError, match="emergency_three_hours"), transaction.atomic():
        EmergencyOpening.objects.filter(id=opening).update(until="2099-01-01T00:00Z")


def test_the_log_says_by_what_right_and_never_the_reason(cast: Cast, birthe: Citizen) -> None:
    found: list[Event] = []
    with new_events(cast.solsikken, found):
        open_now(cast.clara, birthe)
        reaches(cast.clara, birthe)
    assert [(e.action, e.purpose) for e in found if e.action != "social.emergency.sought"] == [
        ("social.emergency.opened", "emergency:carer"), ("social.citizen.opened", "emergency:carer"),
    ]  # fmt: skip
    opened = next(e for e in found if e.action == "social.emergency.opened")
    assert opened_by(cast.eva, opened).keys() == {"until"}
    with superuser() as admin:
        row = admin.execute("select reason from social_citizens_emergencyopening").fetchone()
    assert row is not None
    assert b"ambulancen" not in bytes(row[0])  # type: ignore[call-overload]


def test_the_banner_stands_on_every_page_of_that_citizen_and_ends_it(cast: Cast, birthe: Citizen) -> None:
    with cast.anna.inside() as by:
        note = write(by, birthe, "Sov roligt.")
    client = cast.clara.client()
    sent = client.post(reverse("social.emergency"), {"q": CPR})
    into = client.post(sent["Location"], {"citizen": str(birthe.id), "reason": WHY})
    assert into["Location"].startswith(reverse("social.journal", args=[birthe.id]))
    search = client.post(reverse("social.journal_search", args=[birthe.id]), {"q": "roligt", "kind": "", "period": ""})
    with cast.clara.inside():
        opening = EmergencyOpening.objects.get().id
    end_url = reverse("social.emergency_end", args=[opening])
    for url in (into["Location"], search["Location"], reverse("social.journal_correct", args=[note])):
        page = client.get(url)
        assert page.status_code == 200
        assert end_url in page.content.decode(), url
        assert "om 2 t." in page.content.decode()
    assert end_url not in cast.anna.client().get(into["Location"]).content.decode()
    assert cast.anna.client().post(end_url).status_code == 403
    assert reaches(cast.clara, birthe)
    assert client.post(end_url).status_code == 302
    assert not reaches(cast.clara, birthe)
    assert client.get(into["Location"]).status_code == 403


def test_who_reaches_them_already_needs_no_emergency(cast: Cast, birthe: Citizen) -> None:
    with pytest.raises(Refused):
        open_now(cast.anna, birthe)
    client = cast.anna.client()
    page = client.get(client.post(reverse("social.emergency"), {"q": CPR})["Location"]).content.decode()
    assert reverse("social.journal", args=[birthe.id]) in page


def test_sealing_ends_an_opening_that_still_lasts(cast: Cast, birthe: Citizen) -> None:
    open_now(cast.clara, birthe)
    with cast.bo.inside() as by:
        assert people.look_at_sealing(birthe.id, by=by).names == ["Bo Friis", "Clara Holst"]
        people.seal_citizen(birthe.id, reason="Trusler fra en pårørende", by=by)
    assert not reaches(cast.clara, birthe)
    assert cast.clara.client().get(reverse("social.citizens")).content.decode().count("Birthe") == 0


def test_an_opening_lets_nobody_say_who_works_with_them(cast: Cast, birthe: Citizen) -> None:
    with operator(cast.solsikken, "test"):
        lis = make_member(
            cast.solsikken, "lis", "Lis Vang", "team_leader", cast.syd, provision.operator_of(cast.solsikken)
        )
    open_now(lis, birthe)
    assert reaches(lis, birthe)
    with pytest.raises(Denied), lis.inside() as by:
        people.give_relation(citizen_id=birthe.id, user_id=cast.clara.user.id, kind="key_worker", by=by)


# following up


def test_the_leader_sees_who_why_and_what_and_the_opener_is_answered(cast: Cast, birthe: Citizen) -> None:
    opening = open_now(cast.clara, birthe)
    reaches(cast.clara, birthe)
    bo, clara = cast.bo.client(), cast.clara.client()
    today = bo.get(reverse("platform.today")).content.decode()
    assert "Nødåbninger, der venter på dig" in today
    assert "Clara Holst" in today
    url = reverse("social.emergency_judge", args=[opening])
    assert url in today
    page = bo.get(url).content.decode()
    assert "Clara Holst åbnede Birthe Holm" in page
    assert WHY in page
    done = page[page.index('id="done"') : page.index('id="answer"')]
    assert done.count("<li>") == 2  # the opening itself, and the one page
    assert bo.post(url, {"justified": "no", "remark": ""}).status_code == 422
    assert bo.post(url, {"justified": "yes", "remark": "Godt set."}).status_code == 302
    assert bo.post(url, {"justified": "no", "remark": "Nej, jeg mener noget andet."}).status_code == 422
    assert "Nødåbninger, der venter" not in bo.get(reverse("platform.today")).content.decode()
    mine = clara.get(reverse("platform.today")).content.decode()
    assert "Dine nødåbninger er besvaret" in mine
    assert "Birthe" not in mine[mine.index("Dine nødåbninger") :][:800]
    own = clara.get(reverse("social.emergency")).content.decode()
    assert "Godt set." in own
    assert "Berettiget" in own


@pytest.mark.parametrize(
    ("who", "may"), [("anna", False), ("bo", True), ("clara", False), ("eva", False), ("dan", False)]
)
def test_leaders_of_the_citizens_unit_follow_up_and_nobody_else(
    cast: Cast, birthe: Citizen, who: str, may: bool
) -> None:
    opening = open_now(cast.clara, birthe)
    url = reverse("social.emergency_judge", args=[opening])
    client = getattr(cast, who).client()
    assert (client.get(url).status_code, client.post(url, {"justified": "yes"}).status_code) == (
        (200, 302) if may else (403, 403)
    )


def test_nobody_follows_up_on_their_own(cast: Cast, birthe: Citizen, ole: Member) -> None:
    with operator(cast.solsikken, "test"):
        lis = make_member(
            cast.solsikken, "lis", "Lis Vang", "team_leader", cast.syd, provision.operator_of(cast.solsikken)
        )
    sara = make_citizen(cast, "Sara Syd", unit=cast.syd)
    with superuser() as admin:  # she moves to Nord's leadership after having opened: it is her own all the same
        opening = open_now(lis, birthe)
        admin.execute("update kernel_assignment set unit_id = %s where user_id = %s", [cast.nord.id, lis.user.id])
    url = reverse("social.emergency_judge", args=[opening])
    assert lis.client().post(url, {"justified": "yes"}).status_code == 403
    with lis.inside() as by:
        assert actions.waiting_for(by) == []
    with operator(cast.solsikken, "test"), pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        EmergencyOpening.objects.filter(id=opening).update(followed_by_id=lis.user.id)
    assert ole.client().post(url, {"justified": "yes"}).status_code == 302
    assert sara.unit_id == cast.syd.id


def test_where_no_leader_is_there_an_administrator_answers(cast: Cast) -> None:
    sara = make_citizen(cast, "Sara Syd", unit=cast.syd, cpr=CPR)
    opening = open_now(cast.anna, sara)
    url = reverse("social.emergency_judge", args=[opening])
    assert cast.bo.client().get(url).status_code == 403
    eva = cast.eva.client()
    assert url in eva.get(reverse("platform.today")).content.decode()
    assert eva.post(url, {"justified": "yes", "remark": ""}).status_code == 302


def test_what_waits_for_more_than_three_days_is_red(cast: Cast, birthe: Citizen) -> None:
    opening = open_now(cast.clara, birthe)
    bo, url = cast.bo.client(), reverse("social.emergency_follow_up")
    assert "Ikke besvaret i 3 dage" not in bo.get(url).content.decode()
    moved(opening, 73)
    page = bo.get(url).content.decode()
    assert 'data-state="broken"' in page
    assert "Ikke besvaret i 3 dage" in page
    assert "Ikke besvaret i 3 dage" in bo.get(reverse("platform.today")).content.decode()


def test_of_somebody_sealed_since_the_leader_sees_no_words(cast: Cast, birthe: Citizen) -> None:
    opening = open_now(cast.clara, birthe)
    with cast.bo.inside() as by:
        people.seal_citizen(birthe.id, reason="Trusler fra en pårørende", by=by)
    url = reverse("social.emergency_judge", args=[opening])
    page = cast.bo.client().get(url)
    assert page.status_code == 200
    assert "Birthe" not in page.content.decode()
    assert WHY not in page.content.decode()
    assert cast.bo.client().post(url, {"justified": "yes", "remark": ""}).status_code == 302
    own = cast.clara.client().get(reverse("social.emergency")).content.decode()
    assert WHY not in own
    assert "Berettiget" in own


def test_an_unknown_opening_is_refused_like_anothers(cast: Cast) -> None:
    for name in ("social.emergency_judge", "social.emergency_end"):
        answer: Any = cast.bo.client().post(reverse(name, args=[uuid4()]), {"justified": "yes"})
        assert answer.status_code == 403

"""Relations, the overview of a unit, and sealing: who may, what it means, when it ends, and what the log keeps."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from heretask.config import provision
from heretask.kernel.access.decide import Denied
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log import naming
from heretask.kernel.log.models import Event
from heretask.social.citizens import actions as citizens
from heretask.social.citizens.models import Citizen, Relation, RelationKind
from heretask.social.journal import actions as journal
from heretask.social.people import actions
from heretask.social.people.policies import Refused
from heretask.social.search import actions as across
from tests.cast import Cast, Member, make_member
from tests.database import superuser
from tests.filled import write
from tests.social.people import make_citizen, new_events, opened_by, relate

WHY = "Trusler fra en pårørende"


@pytest.fixture
def birthe(cast: Cast) -> Citizen:
    return make_citizen(cast, "Birthe Holm", room="4")


@pytest.fixture
def lis(cast: Cast) -> Member:
    """The leader of Syd."""
    with operator(cast.solsikken, "test"):
        return make_member(
            cast.solsikken, "lis", "Lis Vang", "team_leader", cast.syd, provision.operator_of(cast.solsikken)
        )


def give(by: Member, citizen: Citizen, member: Member, kind: str = "key_worker", **more: Any) -> Relation:
    with by.inside() as actor:
        return actions.give_relation(citizen_id=citizen.id, user_id=member.user.id, kind=kind, by=actor, **more)


def end(by: Member, relation: Relation) -> None:
    with by.inside() as actor:
        actions.end_relation(relation.id, by=actor)


def seal(by: Member, citizen: Citizen, reason: str = WHY) -> None:
    with by.inside() as actor:
        actions.seal_citizen(citizen.id, reason=reason, by=actor)


def reaches(member: Member, citizen: Citizen) -> bool:
    try:
        with member.inside() as by:
            citizens.open_citizen(citizen.id, by)
    except Denied:
        return False
    return True


def moved(relation: Relation, **columns: str) -> None:
    """The row's time as if the clock had gone on: tests never wait."""
    sets = ", ".join(f"{column} = {value}" for column, value in columns.items())
    with superuser() as admin:
        admin.execute(f"update social_citizens_relation set {sets} where id = %s", [relation.id])


# who may


@pytest.mark.parametrize(("who", "may"), [("anna", False), ("bo", True), ("clara", False), ("eva", True)])
def test_leaders_of_the_unit_and_administrators_say_who_works_with_whom(
    cast: Cast, birthe: Citizen, who: str, may: bool
) -> None:
    member: Member = getattr(cast, who)
    if may:
        give(member, birthe, cast.clara)
        assert reaches(cast.clara, birthe)
        return
    with pytest.raises(Denied):
        give(member, birthe, cast.clara)
    assert not reaches(cast.clara, birthe)


def test_a_leader_of_another_unit_says_nothing_here_even_with_a_relation(
    cast: Cast, birthe: Citizen, lis: Member
) -> None:
    with pytest.raises(Denied):
        give(lis, birthe, cast.clara)
    relate(cast, birthe, lis)
    assert reaches(lis, birthe)
    with pytest.raises(Denied):
        give(lis, birthe, cast.clara)
    with pytest.raises(Denied), lis.inside() as by:
        actions.see_people(birthe.id, by=by)


def test_nothing_is_given_across_customers(cast: Cast, birthe: Citizen) -> None:
    with pytest.raises(Refused):
        give(cast.bo, birthe, cast.dan)
    fie = make_citizen(cast, "Fie Fyrmann", unit=cast.fyr)
    with pytest.raises(Denied):
        give(cast.bo, fie, cast.anna)


def test_nobody_gives_access_to_themselves(cast: Cast, birthe: Citizen) -> None:
    karl = make_citizen(cast, "Karl Syd", unit=cast.syd)
    both = _carer_and_administrator(cast)
    with pytest.raises(Refused, match=r"themselves|sig selv"):
        give(both, karl, both)
    give(cast.bo, birthe, cast.bo)  # whom he reaches by his unit anyway


def _carer_and_administrator(cast: Cast) -> Member:
    from heretask.admin.users import actions as users

    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        both = make_member(cast.solsikken, f"ida{uuid4().hex[:6]}", "Ida Both", "carer", cast.nord, by)
        users.give_role(user=both.user, role="administrator", unit=None, by=by)
    return both


def test_somebody_without_a_role_for_citizens_is_not_named(cast: Cast, birthe: Citizen) -> None:
    with pytest.raises(Refused):
        give(cast.bo, birthe, cast.eva)
    with superuser() as admin:
        admin.execute("update kernel_user set active = false where id = %s", [cast.clara.user.id])
    with pytest.raises(Refused):
        give(cast.bo, birthe, cast.clara)


# until when


def test_a_substitute_ends_by_the_clock(cast: Cast, birthe: Citizen) -> None:
    made = give(cast.bo, birthe, cast.clara, "substitute", until=timezone.localdate())
    assert reaches(cast.clara, birthe)
    moved(made, until="until - 1", made_at="made_at - interval '7 days'")
    assert not reaches(cast.clara, birthe)


def test_a_shift_ends_by_the_clock_of_the_database(cast: Cast, birthe: Citizen) -> None:
    made = give(cast.bo, birthe, cast.clara, "shift", hours=8)
    assert reaches(cast.clara, birthe)
    moved(made, ends_at="clock_timestamp() + interval '1 minute'")
    assert reaches(cast.clara, birthe)
    moved(made, ends_at="clock_timestamp() - interval '1 second'")
    assert not reaches(cast.clara, birthe)


def test_an_open_session_loses_it_at_the_next_request(cast: Cast, birthe: Citizen) -> None:
    made = give(cast.bo, birthe, cast.clara, "substitute", until=timezone.localdate())
    client, url = cast.clara.client(), reverse("social.journal", args=[birthe.id])
    assert client.get(url).status_code == 200
    moved(made, until="until - 1")
    assert client.get(url).status_code == 403


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("shift", {}), ("shift", {"hours": 0}), ("shift", {"hours": 25}), ("substitute", {}),
        ("substitute", {"until": -1}), ("substitute", {"until": 400}), ("guest", {}), ("friend", {}),
    ],
)  # fmt: skip
def test_what_would_have_no_end_or_no_sense_is_refused(
    cast: Cast, birthe: Citizen, kind: str, more: dict[str, int]
) -> None:
    given: dict[str, Any] = dict(more)
    if "until" in given:
        given["until"] = timezone.localdate() + dt.timedelta(days=given["until"])
    with pytest.raises(Refused):
        give(cast.bo, birthe, cast.clara, kind, **given)
    assert not reaches(cast.clara, birthe)


def test_changes_are_events_with_before_and_after_and_the_history_stays(cast: Cast, birthe: Citizen) -> None:
    today, found = timezone.localdate(), list[Event]()
    with new_events(cast.solsikken, found):
        first = give(cast.bo, birthe, cast.clara, "substitute", until=today + dt.timedelta(days=3))
        again = give(cast.bo, birthe, cast.clara, "substitute", until=today + dt.timedelta(days=5))
        end(cast.bo, again)
    assert first.id == again.id
    assert [e.action.rpartition(".")[2] for e in found] == ["relation_given", "relation_changed", "relation_ended"]
    assert {(e.actor, e.citizen, e.object_id) for e in found} == {(cast.bo.user.id, birthe.id, cast.clara.user.id)}
    changed = opened_by(cast.eva, found[1])
    assert changed["before"].endswith(str(today + dt.timedelta(days=3)))
    assert changed["after"].endswith(str(today + dt.timedelta(days=5)))
    assert not reaches(cast.clara, birthe)
    give(cast.bo, birthe, cast.clara, "substitute", until=today)
    with cast.bo.inside() as by:
        shown = actions.see_people(birthe.id, by=by)
    assert [line.name for line in shown.now] == ["Clara Holst"]
    assert [(line.name, line.kind) for line in shown.past] == [("Clara Holst", "substitute")]


def test_one_that_is_over_by_the_clock_begins_anew_beside_its_history(cast: Cast, birthe: Citizen) -> None:
    old = give(cast.bo, birthe, cast.clara, "substitute", until=timezone.localdate())
    moved(old, until="until - 5", made_at="made_at - interval '12 days'")
    new = give(cast.bo, birthe, cast.clara, "substitute", until=timezone.localdate())
    assert new.id != old.id
    with cast.bo.inside() as by, override("da"):
        page = cast.bo.client().get(reverse("social.people_citizen", args=[birthe.id])).content.decode()
        shown = actions.see_people(birthe.id, by=by)
    assert len(shown.past) == 1
    ended = shown.past[0].ended
    assert ended is not None
    assert timezone.localdate(ended) == timezone.localdate() - dt.timedelta(days=4)  # the midnight after its last day
    assert "Vikar" in page


def test_the_database_keeps_one_running_relation_of_a_kind(cast: Cast, birthe: Citizen) -> None:
    relate(cast, birthe, cast.clara)
    with operator(cast.solsikken, "test"), pytest.raises(IntegrityError), transaction.atomic():
        Relation.objects.create(citizen_id=birthe.id, user_id=cast.clara.user.id, kind=RelationKind.KEY_WORKER)


def test_the_page_says_why_one_has_access(cast: Cast, birthe: Citizen) -> None:
    give(cast.bo, birthe, cast.clara, "shift", hours=2)
    page = cast.clara.client().get(reverse("social.journal", args=[birthe.id])).content.decode()
    assert "fordi du er på vagt her" in page


# pages


def test_a_leader_finds_a_colleague_and_names_them(cast: Cast, birthe: Citizen) -> None:
    client, found = cast.bo.client(), list[Event]()
    with new_events(cast.solsikken, found):
        sent = client.post(reverse("social.people_search", args=[birthe.id]), {"q": "clara"})
        page = client.get(sent["Location"])
    assert "Clara Holst" in page.content.decode()
    assert "clara" not in sent["Location"]
    assert [e.action for e in found] == ["social.people.sought"]
    assert opened_by(cast.eva, found[0]) == {"q": "clara"}
    wrong = client.post(sent["Location"], {"person": str(cast.clara.user.id), "kind": "substitute", "until": ""})
    assert wrong.status_code == 422
    named = client.post(sent["Location"], {"person": str(cast.clara.user.id), "kind": "shift", "hours": "8"})
    assert named.status_code == 302
    assert reaches(cast.clara, birthe)
    assert client.post(sent["Location"], {"person": str(cast.eva.user.id), "kind": "key_worker"}).status_code == 422


def test_the_overview_shows_who_has_no_key_worker_and_who_ends_soon(cast: Cast, birthe: Citizen) -> None:
    make_citizen(cast, "Karl Bæk")
    make_citizen(cast, "Sara Syd", unit=cast.syd)
    relate(cast, birthe, cast.anna)
    give(cast.bo, birthe, cast.clara, "substitute", until=timezone.localdate() + dt.timedelta(days=2))
    page = cast.bo.client().get(reverse("social.people"))
    words = page.content.decode()
    assert "Sara Syd" not in words
    without = words[words.index('id="without"') : words.index('id="ending"')]
    assert "Karl Bæk" in without
    assert "Birthe" not in without
    assert "Clara Holst" in words[words.index('id="ending"') : words.index('id="all"')]
    assert cast.bo.client().get(reverse("social.people") + f"?unit={cast.syd.id}").status_code == 403
    assert "Sara Syd" in cast.eva.client().get(reverse("social.people") + f"?unit={cast.syd.id}").content.decode()


# sealing


@pytest.mark.parametrize("who", ["bo", "eva"])
def test_a_sealed_citizen_is_reached_by_those_who_are_named_alone(cast: Cast, birthe: Citizen, who: str) -> None:
    relate(cast, birthe, cast.anna)
    with cast.anna.inside() as by:
        note = write(by, birthe, "Talte om gyngestolen.")
    seal(getattr(cast, who), birthe)
    assert reaches(cast.anna, birthe)
    assert not reaches(cast.bo, birthe)
    with cast.bo.inside() as by:
        assert citizens.list_citizens(by) == []
        assert citizens.search_citizens("birthe", by).rows == []
        assert across.search_journals("gyngestolen", by).notes == ()
        assert journal.see_day(by).citizens == 0
        assert actions.see_unit(cast.nord.id, by=by).rows == []
    for name, args in (
        ("social.journal", [birthe.id]), ("social.people_citizen", [birthe.id]), ("social.people_seal", [birthe.id]),
        ("social.journal_correct", [note]),
    ):  # fmt: skip
        assert cast.bo.client().get(reverse(name, args=args)).status_code == 403, name
    with cast.anna.inside() as by:
        assert [row.sealed for row in citizens.list_citizens(by)] == [True]
        assert len(across.search_journals("gyngestolen", by).notes) == 1
    page = cast.anna.client().get(reverse("social.journal", args=[birthe.id])).content.decode()
    assert "Skærmet" in page
    assert WHY in page


def test_sealing_warns_first_who_loses_access(cast: Cast, birthe: Citizen) -> None:
    relate(cast, birthe, cast.anna)
    with cast.bo.inside() as by:
        losing = actions.look_at_sealing(birthe.id, by=by)
    assert losing.names == ["Bo Friis"]
    assert losing.keeping == ["Anna Skov"]
    page = cast.bo.client().get(reverse("social.people_seal", args=[birthe.id])).content.decode()
    assert "Bo Friis" in page
    with cast.bo.inside():
        assert not Citizen.objects.get(id=birthe.id).sealed


def test_sealing_takes_a_reason_and_somebody_who_stays(cast: Cast, birthe: Citizen) -> None:
    with pytest.raises(Refused):
        seal(cast.bo, birthe)
    relate(cast, birthe, cast.anna, RelationKind.SUBSTITUTE, until=timezone.localdate())
    with pytest.raises(Refused):  # who ends by themselves does not stay
        seal(cast.bo, birthe)
    relate(cast, birthe, cast.anna)
    with pytest.raises(Refused):
        seal(cast.bo, birthe, "fordi")
    seal(cast.bo, birthe)
    with pytest.raises(Refused):
        seal(cast.eva, birthe)


def test_the_last_who_reaches_a_sealed_citizen_is_not_taken_away(cast: Cast, birthe: Citizen) -> None:
    own = give(cast.bo, birthe, cast.anna)
    seal(cast.bo, birthe)
    with pytest.raises(Refused):
        end(cast.eva, own)
    answer = cast.eva.client().post(reverse("social.people_end", args=[own.id]))
    assert answer.status_code == 409
    give(cast.eva, birthe, cast.clara)
    end(cast.eva, own)
    assert not reaches(cast.anna, birthe)
    assert reaches(cast.clara, birthe)


def test_to_an_administrator_somebody_sealed_is_an_opaque_line(cast: Cast, birthe: Citizen) -> None:
    relate(cast, birthe, cast.anna)
    seal(cast.bo, birthe)
    eva, found = cast.eva.client(), list[Event]()
    with new_events(cast.solsikken, found):
        overview = eva.get(reverse("social.people") + f"?unit={cast.nord.id}").content.decode()
        own = eva.get(reverse("social.people_citizen", args=[birthe.id])).content.decode()
        erase = eva.get(reverse("social.citizens_erase_one", args=[birthe.id]))
        begun = eva.post(reverse("social.citizens_erase_search"), {"q": "Birthe"})
        none = eva.get(begun["Location"]).content.decode()
        log = eva.get(reverse("admin.log_citizen", args=[birthe.id])).content.decode()
        asked = eva.post(reverse("admin.openings"), {"q": "Birthe"})
        openings = eva.get(asked["Location"]).content.decode()
        who = eva.get(reverse("admin.openings_citizen", args=[birthe.id])).content.decode()
    for words in (overview, own, log, who):
        assert "Birthe Holm" not in words
        assert WHY not in words or words is log  # the log says why it was sealed, and not who it is
    assert "En skærmet borger" in overview
    assert "Anna Skov" in own
    assert erase.status_code == 403
    assert str(birthe.id) not in none
    assert str(birthe.id) not in openings
    assert "en skærmet borger" in log
    opens = [e for e in found if e.actor == cast.eva.user.id and birthe.id in (e.shown or []) and e.citizen is None]
    assert [e.action for e in opens if not e.action.startswith("social.people")] == []


def test_names_of_the_sealed_are_not_opened_for_the_log(cast: Cast, birthe: Citizen) -> None:
    relate(cast, birthe, cast.anna)
    seal(cast.bo, birthe)
    with cast.eva.inside():
        assert naming.names("citizen", [birthe.id]) == {}
        assert birthe.id not in naming.everybody("citizen")
        assert naming.sealed("citizen", [birthe.id, uuid4()]) == {birthe.id}


def test_unsealing_lets_the_unit_in_again(cast: Cast, birthe: Citizen) -> None:
    relate(cast, birthe, cast.anna)
    seal(cast.bo, birthe)
    with pytest.raises(Denied), cast.bo.inside() as by:
        actions.unseal_citizen(birthe.id, reason="Ikke længere nødvendigt", by=by)
    with cast.eva.inside() as by:
        actions.unseal_citizen(birthe.id, reason="Ikke længere nødvendigt", by=by)
    assert reaches(cast.bo, birthe)


def test_sealing_cannot_be_undone_by_ending_a_relation_in_the_same_moment(cast: Cast, birthe: Citizen) -> None:
    """The row is held while somebody is sealed or a relation ended, so that one of the two waits and then sees."""
    relate(cast, birthe, cast.anna)
    with superuser() as admin, transaction.atomic():
        admin.autocommit = False
        admin.execute("select 1 from social_citizens_citizen where id = %s for update", [birthe.id])
        with pytest.raises(Exception, match=r"lock|timeout"), cast.bo.inside() as by:
            from django.db import connections

            with connections["default"].cursor() as cursor:
                cursor.execute("set local lock_timeout = '200ms'")
            actions.seal_citizen(birthe.id, reason=WHY, by=by)
        admin.rollback()

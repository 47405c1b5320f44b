"""Access reviews: what is odd is found and nothing else, what is taken away is proven gone, nobody decides on their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from heretask.admin.reviews import actions, policies, queries
from heretask.admin.reviews.models import Campaign, Decision, Item
from heretask.admin.reviews.policies import Refused
from heretask.admin.users import actions as users
from heretask.config import provision
from heretask.kernel.access import events as access_events
from heretask.kernel.access import reasons
from heretask.kernel.access.decide import Actor, Denied
from heretask.kernel.access.models import GUEST_LASTS, Assignment, Guest, OwnRole
from heretask.kernel.identity import factors
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.trace import make, trace
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.models import Unit
from heretask.social.journal import events as journal_events
from tests.cast import SECRET, Cast, Member
from tests.database import superuser
from tests.management import two_managers

DAY = dt.timedelta(days=1)


def aged(days: int, **where: object) -> None:
    """As if rows had been given that long ago."""
    (column, values), *_ = where.items()
    with superuser() as admin:
        admin.execute(
            f"update kernel_assignment set made_at = made_at - make_interval(days => %s) where {column} = any(%s)",
            [days, values],
        )


def used(user: UUID, purpose: str, days: int = 3) -> None:
    """That somebody acted by that right, inside the operator's session."""
    here = trace()
    at = int((timezone.now() - days * DAY).timestamp() * 1_000_000)
    here.pending.append(
        make(
            journal_events.READ,
            customer_id=here.customer_id, customer_key=here.customer_key, actor=user, session=None, purpose=purpose, at=at,
        )
    )  # fmt: skip


def purpose_of(row: Assignment) -> str:
    """The reason of an act by this right."""
    return reasons.by_unit(row.role_key, row.unit_id) if row.unit_id else reasons.by_role(row.role_key)


@contextmanager
def at_server(cast: Cast) -> Iterator[Actor]:
    with operator(cast.solsikken, "test"):
        yield provision.operator_of(cast.solsikken)


def begin(cast: Cast, *, ends_care: bool = False) -> Campaign:
    with cast.eva.inside() as by:
        return actions.start(by=by, ends_care=ends_care)


def item_of(cast: Cast, campaign: Campaign, member: Member) -> Item:
    with cast.eva.inside():
        found: Item = Item.objects.get(campaign_id=campaign.id, user_id=member.user.id)
    return found


def second_administrator(cast: Cast, name: str = "ella") -> Member:
    from tests.cast import make_member

    with at_server(cast) as by:
        made = make_member(cast.solsikken, name, "Ella Krog", "administrator", None, by)
    with transaction.atomic(using="gate"):
        factors.add_factor(
            User.objects.using("gate").select_related("customer").get(id=made.user.id), SECRET, confirmed=True
        )
    return made


# what is found


def a_house(cast: Cast) -> tuple[list[UUID], list[Unit], OwnRole]:
    """60 users with 400 rights, all used, with second factors and known givers."""
    ids = []
    with at_server(cast) as by:
        units = [Unit.objects.create(name=f"Hus {n}") for n in range(4)]
        own = OwnRole.objects.create(label="Aktivitet", permissions=["social.citizens:see"])
        for n in range(60):
            user = users.create_user(user_name=f"p{n}", name=f"Person {n}", by=by)
            ids.append(user.id)
            for role in ("carer", "team_leader"):
                for unit in units[:3]:
                    users.give_role(user=user, role=role, unit=unit, by=by)
            if n < 40:
                users.give_role(user=user, role=own.key, unit=units[n % 3], by=by)
    with transaction.atomic(using="gate"):
        for user in User.objects.using("gate").select_related("customer").filter(id__in=ids[:59]):
            factors.add_factor(user, SECRET, confirmed=True)
    return ids, units, own


def test_twelve_flaws_among_400_rights_are_all_found_and_nothing_else(cast: Cast) -> None:
    ids, units, _own = a_house(cast)
    aged(100, user_id=ids)
    expected: dict[UUID, set[str]] = {}

    def rows(n: int) -> list[Assignment]:
        return list(Assignment.objects.filter(user_id=ids[n]).order_by("made_at"))

    with at_server(cast) as by:
        people = {u.id: u for u in User.objects.select_related("customer").filter(id__in=ids)}
        idle = {rows(0)[0].id, rows(1)[4].id, rows(2)[6].id}  # three rights nobody has used
        stale = rows(3)[2].id  # and one used too long ago
        for row in Assignment.objects.filter(user_id__in=ids).select_related("own"):
            if row.id not in idle:
                used(row.user_id, purpose_of(row), days=95 if row.id == stale else 3)
        expected |= {one: {policies.UNUSED} for one in idle | {stale}}
        for n in (4, 5):  # leavers: closed logins that still hold roles
            users.deactivate_user(user=people[ids[n]], by=by)
            expected |= {row.id: {policies.LEAVER} for row in rows(n)}
        wide = users.give_role(user=people[ids[6]], role="administrator", unit=None, by=by)
        expected[wide.id] = {policies.WIDE, policies.CONFLICT}
        expected |= {row.id: {policies.CONFLICT} for row in rows(6) if row.role == "team_leader"}
        users.give_role(user=people[ids[7]], role="carer", unit=units[3], by=by)
        expected |= {row.id: {policies.WIDE} for row in rows(7) if row.role == "carer"}
        expected |= {row.id: {policies.FACTOR} for row in rows(59)}
        own = Assignment.objects.create(user_id=ids[8], role="carer", unit=cast.nord)
        trace().pending.append(
            make(
                access_events.ROLE_GIVEN, customer_id=trace().customer_id, customer_key=trace().customer_key,
                actor=ids[8], session=None, on=("user", ids[8]), variables={"assignment": str(own.id)},
            )
        )  # fmt: skip
        Assignment.objects.filter(id=rows(8)[0].id).update(ended_at=timezone.now())  # still three houses
        expected[own.id] = {policies.OWN}
        nobody = Assignment.objects.create(user_id=ids[9], role="carer", unit=cast.syd)
        Assignment.objects.filter(id=rows(9)[0].id).update(ended_at=timezone.now())
        expected[nobody.id] = {policies.UNKNOWN}
        guest = users.create_user(user_name="gast", name="Ida Tilsyn", by=by)
        made = Guest(user=guest, ends_at=timezone.now() + GUEST_LASTS - DAY, customer_id=cast.solsikken.id)
        seal(made, sender="x", why="x")
        made.save(force_insert=True)
        past = Assignment.objects.create(user_id=guest.id, role="inspector")
    with transaction.atomic(using="gate"):
        factors.add_factor(
            User.objects.using("gate").select_related("customer").get(id=guest.id), SECRET, confirmed=True
        )
    aged(200, id=[past.id])
    with superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update kernel_guest set made_at = made_at - interval '60 days', ends_at = ends_at - interval '60 days' where id = %s",
            [made.id],
        )
    expected[past.id] = {policies.PAST, policies.UNUSED}

    campaign = begin(cast)
    with cast.eva.inside():
        items = list(Item.objects.filter(campaign_id=campaign.id))
    ours = [i for i in items if i.user_id in {*ids, guest.id}]
    assert len(ours) >= 400
    assert {i.right: set(i.flags) for i in ours if i.flags} == expected
    assert not [i for i in items if i.user_id == cast.anna.user.id and i.flags]


def test_the_snapshot_takes_the_same_queries_for_sixty_as_for_six(cast: Cast) -> None:
    def asked() -> int:
        own = queries.customer()
        with CaptureQueriesContext(connections["default"]) as web, CaptureQueriesContext(connections["gate"]) as gate:
            queries.snapshot(Campaign(), own)
            return len(web) + len(gate)

    with cast.eva.inside():
        few = asked()
    a_house(cast)
    with cast.eva.inside():
        assert asked() == few


def test_the_last_use_is_that_of_this_role_in_this_unit(cast: Cast) -> None:
    with at_server(cast) as by:
        users.give_role(user=User.objects.get(id=cast.anna.user.id), role="carer", unit=cast.syd, by=by)
        nord, syd = Assignment.objects.filter(user_id=cast.anna.user.id).order_by("made_at")
        used(cast.anna.user.id, reasons.by_unit("carer", cast.nord.id), days=2)
        used(cast.anna.user.id, reasons.by_role("carer"), days=1)  # says not where
    campaign = begin(cast)
    with cast.eva.inside():
        found = {i.right: i.used_at for i in Item.objects.filter(campaign_id=campaign.id, user_id=cast.anna.user.id)}
    assert found[syd.id] is None
    assert found[nord.id] is not None


# deciding


def test_removal_is_proven_within_the_same_request(cast: Cast) -> None:
    campaign, annas = begin(cast), cast.anna.client()
    item, client = item_of(cast, campaign, cast.anna), cast.eva.client()
    assert annas.get(reverse("social.citizens")).status_code == 200
    url = reverse("admin.reviews_right", args=[item.id])
    assert client.get(url).status_code == 200
    answer = client.post(url, {"act": "remove", "reason": "Arbejder her ikke"})
    assert answer.status_code == 302
    assert annas.get(reverse("social.citizens")).status_code in {302, 401}
    assert cast.anna.client().get(reverse("social.citizens")).status_code == 403
    with cast.eva.inside():
        made = Decision.objects.get(item_id=item.id)
    assert made.proof["holds"] is True
    assert made.proof["refused"] == made.proof["asked"] > 5
    assert made.proof["ended"] >= 1
    assert made.proof["living"] == 0
    assert made.seconds > 0


def test_a_removal_that_leaves_anything_is_not_a_removal(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    item = item_of(cast, begin(cast), cast.anna)
    monkeypatch.setattr(users, "end_role", lambda **_: None)
    with pytest.raises(RuntimeError, match="still gives access"), cast.eva.inside() as by:
        actions.see_item(item, by=by)
        actions.remove(item, "", by=by)
    with cast.eva.inside():
        assert not Decision.objects.filter(item_id=item.id).exists()


def test_nobody_decides_on_their_own(cast: Cast) -> None:
    second_administrator(cast)
    campaign = begin(cast)
    item = item_of(cast, campaign, cast.eva)
    for act in (actions.keep, actions.remove):
        with pytest.raises(Refused), cast.eva.inside() as by:
            act(item, "fordi", by=by)
    answer = cast.eva.client().post(reverse("admin.reviews_right", args=[item.id]), {"act": "keep", "reason": "fordi"})
    assert answer.status_code == 409
    with pytest.raises(IntegrityError), cast.eva.inside():
        decision = Decision(item=item, about=cast.eva.user.id, by_id=cast.eva.user.id, what="keep")
        decision.customer_id = cast.solsikken.id
        decision.save(force_insert=True)
    with cast.eva.inside() as by:
        assert item.id in {i.id for i in actions.see(campaign, by=by).own}


def test_a_unit_is_kept_together_and_only_what_was_shown_and_is_not_odd(cast: Cast) -> None:
    campaign, key = begin(cast), str(cast.nord.id)
    with pytest.raises(Refused), cast.eva.inside() as by:
        actions.keep_group(campaign, key, by=by)  # never shown
    client = cast.eva.client()
    url = reverse("admin.reviews_group", args=[campaign.id, key])
    assert "Anna Skov" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    with cast.eva.inside():
        made = list(Decision.objects.filter(item__campaign_id=campaign.id))
        assert {d.about for d in made} == {cast.anna.user.id, cast.bo.user.id}
        assert {d.batch for d in made} == {2}
    assert client.post(url).status_code == 409


def test_what_is_odd_stays_with_a_reason_only(cast: Cast) -> None:
    aged(100, user_id=[cast.anna.user.id])
    campaign = begin(cast)
    item = item_of(cast, campaign, cast.anna)
    assert item.flags == [policies.UNUSED]
    with cast.eva.inside() as by:
        actions.see_item(item, by=by)
        with pytest.raises(Refused):
            actions.keep(item, "", by=by)
        assert actions.keep(item, "Kommer tilbage fra barsel", by=by).what == "keep"
        with pytest.raises(Refused):
            actions.remove(item, "", by=by)


def test_nothing_of_a_review_can_be_changed_or_removed(cast: Cast) -> None:
    campaign = begin(cast)
    rows = Item.objects.filter(campaign_id=campaign.id)
    for act in (rows.delete, lambda: rows.update(flags=[]), lambda: Campaign.objects.update(people=1)):
        with pytest.raises((InternalError, ProgrammingError)), cast.eva.inside():
            act()


@pytest.mark.parametrize("who", ["anna", "bo", "dan"])
def test_only_administrators_review(cast: Cast, who: str) -> None:
    campaign, member = begin(cast), getattr(cast, who)
    with pytest.raises(Denied), member.inside() as by:
        actions.see(campaign, by=by)


# the deadline


def late(campaign: Campaign) -> None:
    with superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update admin_reviews_campaign set due_at = now() - interval '1 minute' where id = %s", [campaign.id]
        )


def runs(cast: Cast, member: Member) -> bool:
    with cast.eva.inside():
        return Assignment.objects.filter(user_id=member.user.id, ended_at=None).exists()


def test_at_the_deadline_unused_rights_end_others_turn_red_and_the_last_administrator_stays(cast: Cast) -> None:
    from heretask.kernel.jobs.queue import defer
    from tests.work import work

    aged(100, user_id=[cast.anna.user.id, cast.eva.user.id])
    campaign = begin(cast)
    late(campaign)
    with cast.eva.inside():
        defer("admin.reviews.run")
    work()
    assert not runs(cast, cast.anna)
    assert runs(cast, cast.clara)
    assert runs(cast, cast.eva)
    with cast.eva.inside():
        made = Decision.objects.get(item__campaign_id=campaign.id)
        assert (made.what, made.by_id, made.proof["holds"]) == ("deadline", None, True)
    page = cast.eva.client().get(reverse("platform.today")).content.decode()
    assert 'data-state="broken"' in page


def test_care_staffs_rights_end_where_the_customer_chose_so(cast: Cast) -> None:
    campaign = begin(cast, ends_care=True)
    late(campaign)
    with at_server(cast):
        assert actions.meet_deadlines(timezone.now())["ended"] == 3
    assert not runs(cast, cast.clara)
    assert runs(cast, cast.eva)


def test_the_whole_review_begins_by_itself_once_a_year(cast: Cast) -> None:
    now = timezone.now()
    with at_server(cast):
        assert actions.start_by_the_clock(now) is None
        begun = actions.start_by_the_clock(now + dt.timedelta(days=366))
        assert begun is not None
        assert begun.started_by is None
        assert actions.start_by_the_clock(now + dt.timedelta(days=366)) is None


# after a change of job


def test_what_somebody_keeps_is_asked_about_when_their_job_changes(cast: Cast) -> None:
    anna = User.objects.using("owner").select_related("customer").get(id=cast.anna.user.id)
    with cast.eva.inside() as by:
        users.give_role(user=anna, role="carer", unit=cast.syd, by=by)
        campaign = Campaign.objects.get()
        items = list(Item.objects.select_related("unit"))
        assert (campaign.kind, [i.unit_id for i in items]) == ("change", [cast.nord.id])
        users.give_role(user=anna, role="team_leader", unit=cast.syd, by=by)
        assert {i.unit_id for i in Item.objects.all()} == {cast.nord.id, cast.syd.id}  # Nord is not asked twice
        assert Item.objects.count() == 2
    assert (
        reverse("admin.reviews_one", args=[campaign.id])
        in cast.eva.client().get(reverse("platform.today")).content.decode()
    )


def test_a_first_role_asks_nothing(cast: Cast) -> None:
    with cast.eva.inside() as by:
        user = users.create_user(user_name="ny", name="Ny Person", by=by)
        users.give_role(user=user, role="carer", unit=cast.syd, by=by)
        assert not Campaign.objects.exists()


# the supplier


def test_management_reviews_its_staff_and_leaves_managers_to_two_people() -> None:
    with two_managers() as two:
        with two.grethe.inside() as by:
            running = queries.newest_yearly()
            campaign = running or actions.start(by=by)
            items = {i.user_id: i for i in Item.objects.filter(campaign_id=campaign.id)}
            finn = items[two.finn.user.id]
            actions.see_item(finn, by=by)
            assert actions.remove(finn, "", by=by).proof["holds"]
        henrik = reverse("admin.reviews_right", args=[items[two.henrik.user.id].id])
        client = two.grethe.client()
        assert client.get(henrik).status_code == 200
        assert client.post(henrik, {"act": "remove", "reason": ""}).status_code == 409


# pages


def test_the_pages_and_the_minutes(cast: Cast) -> None:
    aged(100, user_id=[cast.anna.user.id])
    client = cast.eva.client()
    assert client.post(reverse("admin.reviews"), {}).status_code == 302
    assert client.post(reverse("admin.reviews"), {}).status_code == 409  # one at a time
    with cast.eva.inside():
        campaign = Campaign.objects.get()
    page = client.get(reverse("admin.reviews_one", args=[campaign.id])).content.decode()
    assert "Anna Skov" in page
    paper = client.post(reverse("admin.reviews_minutes", args=[campaign.id]))
    assert paper.content.startswith(b"%PDF")
    assert client.get(reverse("admin.reviews")).status_code == 200

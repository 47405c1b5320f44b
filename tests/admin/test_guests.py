"""Guests: invited for 30 days at most, reading alone, with a second factor and a mark on every page."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from heretask.admin.guests import actions
from heretask.admin.guests.policies import Refused
from heretask.admin.users import actions as users
from heretask.admin.users.policies import Refused as UserRefused
from heretask.config import provision
from heretask.kernel.access.decide import Denied
from heretask.kernel.access.models import Assignment, Guest
from heretask.kernel.identity import factors
from heretask.kernel.identity.models import Credential, User
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.social.citizens.models import Citizen
from heretask.social.people import actions as people
from heretask.ui.marks import mark_of
from tests.architecture.test_urls import patterns
from tests.cast import Cast, Member
from tests.database import superuser
from tests.filled import write
from tests.social.people import make_citizen, new_events, opened_by, relate

MAY_SEND = {  # a guest's forms: questions, and their own login; by hand
    "social.citizens_search", "social.journal_search", "social.search", "admin.log", "admin.log_people", "admin.log_hours", "admin.openings",
    "platform.account_password", "platform.account_factor", "platform.account_recovery", "platform.account_end_session",
    "platform.account_factor_remove", "platform.account_passkey", "platform.account_passkey_begin", "platform.account_passkey_name",
    "platform.account_passkey_remove", "platform.proof_begin", "admin.log_checkpoint_file", "admin.log_verifier", "admin.samples_explain",
    "platform.mailing", "platform.mailing_choose", "platform.mailing_remove", "platform.mailing_confirm",
    "platform.mailing_number", "platform.mailing_prove", "platform.mailing_number_remove",
    "platform.incidents_report", "platform.announcement_acknowledge", "platform.search", "platform.search_forget",
    "system.assessment_samples", "system.assessment_sample_list",
}  # fmt: skip


@pytest.fixture
def birthe(cast: Cast) -> Citizen:
    return make_citizen(cast, "Birthe Holm", cpr="010150-0000", room="4")


def invite(
    cast: Cast, role: str = "inspector", days: int = 13, name: str = "Ida Tilsyn", by: Member | None = None
) -> tuple[UUID, Member]:
    """A guest of Solsikken, and their login."""
    wanted = actions.Wanted(
        name, f"gast{uuid4().hex[:8]}", role, "Socialtilsyn Øst", "Anmeldt tilsyn",
        timezone.localdate() + dt.timedelta(days=days),
    )  # fmt: skip
    with (by or cast.eva).inside() as actor:
        guest, start = actions.invite(wanted, by=actor)
    return guest.id, Member(start.user, cast.solsikken, name)


def put(cast: Cast, guest: UUID, *citizens: Citizen) -> None:
    with cast.eva.inside() as by:
        actions.put_on_list(guest, [one.id for one in citizens], by=by)


def sees(client: Client, citizen: Citizen) -> int:
    status: int = client.get(reverse("social.journal", args=[citizen.id])).status_code
    return status


def over(guest: UUID) -> None:
    """As if the invitation had come to its end: tests never wait."""
    with superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update kernel_guest set made_at = made_at - interval '30 days', ends_at = clock_timestamp() - interval '1 second'"
            " where id = %s",
            [guest],
        )


# inviting


@pytest.mark.parametrize(("who", "may"), [("anna", False), ("bo", False), ("eva", True), ("dan", False)])
def test_administrators_invite(cast: Cast, who: str, may: bool) -> None:
    if may:
        assert invite(cast, by=getattr(cast, who))
        return
    with pytest.raises(Denied):
        invite(cast, by=getattr(cast, who))
    assert getattr(cast, who).client().get(reverse("admin.guests")).status_code == 403


@pytest.mark.parametrize("days", [-1, 30, 31, 400])
def test_thirty_days_at_most(cast: Cast, days: int) -> None:
    with pytest.raises(Refused):
        invite(cast, days=days)
    guest, _member = invite(cast, days=29)
    with operator(cast.solsikken, "test"):
        row = Guest.objects.get(id=guest)
        assert row.ends_at - row.made_at <= dt.timedelta(days=30)


def test_the_database_refuses_more_than_thirty_days_and_every_change(cast: Cast) -> None:
    guest, _member = invite(cast)
    with operator(cast.solsikken, "test"):
        with pytest.raises(IntegrityError, match="guest_thirty_days"), transaction.atomic():
            Guest.objects.create(user_id=cast.anna.user.id, ends_at=timezone.now() + dt.timedelta(days=31))
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            Guest.objects.filter(id=guest).update(ends_at=timezone.now() + dt.timedelta(days=5))


@pytest.mark.parametrize("role", ["carer", "administrator", "management", "none"])
def test_only_a_guests_role_is_invited(cast: Cast, role: str) -> None:
    with pytest.raises(Refused):
        invite(cast, role=role)


def test_a_guests_role_is_never_simply_given_and_a_guest_gets_no_other(cast: Cast) -> None:
    _guest, member = invite(cast)
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        for user, role in ((cast.anna.user, "inspector"), (cast.anna.user, "auditor"), (member.user, "carer")):
            known = User.objects.select_related("customer").get(id=user.id)
            with pytest.raises(UserRefused):
                users.give_role(user=known, role=role, unit=cast.nord, by=by)


def test_a_guests_role_without_an_invitation_is_no_right(cast: Cast, birthe: Citizen) -> None:
    with operator(cast.solsikken, "test"):
        Assignment.objects.filter(user_id=cast.clara.user.id).update(role="inspector", unit=None)
    relate(cast, birthe, cast.clara)
    assert sees(cast.clara.client(), birthe) == 403


def test_a_second_factor_is_asked_of_guests_whatever_the_customer_chose(cast: Cast) -> None:
    _guest, member = invite(cast)
    with superuser() as admin:
        admin.execute("update kernel_customer set second_factor = false where id = %s", [cast.solsikken.id])
    user = User.objects.using("gate").select_related("customer").get(id=member.user.id)
    assert not user.customer.second_factor
    assert factors.needs_second_factor(user, user.customer)
    assert not factors.needs_second_factor(User.objects.using("gate").get(id=cast.anna.user.id), user.customer)
    assert Credential.objects.get(user_id=member.user.id).link_hash


# reading


def test_a_name_on_the_list_gives_that_citizen_and_no_more(cast: Cast, birthe: Citizen) -> None:
    other = make_citizen(cast, "Karl Bæk")
    guest, member = invite(cast)
    client = member.client()
    assert sees(client, birthe) == 403
    put(cast, guest, birthe)
    with cast.anna.inside() as by:
        write(by, birthe, "Sov roligt.")
        write(by, other, "Sov også roligt.")
    assert (sees(client, birthe), sees(client, other)) == (200, 403)
    listed = client.get(reverse("social.citizens")).content.decode()
    assert "Birthe Holm" in listed
    assert "Karl Bæk" not in listed
    found = client.post(reverse("social.search"), {"q": "roligt"})
    words = client.get(found["Location"]).content.decode()
    assert "Birthe Holm" in words
    assert "Karl Bæk" not in words
    for name in ("social.people", "social.emergency", "admin.log", "admin.users", "system.assessment"):
        assert client.get(reverse(name)).status_code == 403, name
    with cast.eva.inside() as by:
        assert actions.take_off_list(guest, birthe.id, by=by) == 1
    assert sees(client, birthe) == 403


def test_the_auditor_reads_the_log_and_no_citizen(cast: Cast, birthe: Citizen) -> None:
    guest, member = invite(cast, role="auditor")
    client = member.client()
    for name in ("admin.log", "admin.openings", "admin.retention", "system.assessment", "platform.seen"):
        assert client.get(reverse(name)).status_code == 200, name
    assert client.post(reverse("admin.log"), {"q": "anna"}).status_code == 302
    relate(cast, birthe, member)
    assert sees(client, birthe) == 403
    assert client.get(reverse("social.citizens")).status_code == 403
    with pytest.raises(Refused):
        put(cast, guest, birthe)


def test_sealed_citizens_stand_on_no_guests_list(cast: Cast, birthe: Citizen) -> None:
    relate(cast, birthe, cast.anna)
    guest, member = invite(cast)
    put(cast, guest, birthe)
    client = member.client()
    assert sees(client, birthe) == 200
    with cast.bo.inside() as by:
        losing = people.look_at_sealing(birthe.id, by=by)
        assert "Ida Tilsyn" in losing.names
        people.seal_citizen(birthe.id, reason="Trusler fra en pårørende", by=by)
    assert sees(client, birthe) == 403
    assert "Birthe" not in client.get(reverse("social.citizens")).content.decode()
    page = cast.eva.client().get(reverse("admin.guests_one", args=[guest])).content.decode()
    assert "Birthe" not in page
    again, _member = invite(cast, name="Per Tilsyn")
    put(cast, again, birthe)
    found = cast.eva.client().post(reverse("admin.guests_search", args=[again]), {"q": "Birthe"})
    assert str(birthe.id) not in cast.eva.client().get(found["Location"]).content.decode()


def test_every_form_but_questions_and_their_own_login_is_refused(cast: Cast, birthe: Citizen) -> None:
    """Walks the URL configuration, so that a new form is refused until somebody decides otherwise."""
    assert {str(p.name) for p in patterns() if getattr(mark_of(p.callback), "guests", False)} == MAY_SEND
    guest, member = invite(cast)
    put(cast, guest, birthe)
    with cast.anna.inside() as by:
        note = write(by, birthe, "Sov roligt.")
    everything: Any = {
        "citizen_id": birthe.id,
        "note_id": note,
        "number": 1,
        "place": "1.1",
        "register": "risks",
        "promise": "CONF-1",
    }
    asked = 0
    for role in ("inspector", "auditor"):
        with superuser() as admin:
            admin.execute("update kernel_assignment set role = %s where user_id = %s", [role, member.user.id])
        client = member.client()
        for pattern in patterns():
            mark = mark_of(pattern.callback)
            if mark is None or mark.permission is None or pattern.name in MAY_SEND:
                continue
            places = {
                place: everything.get(place, 0 if place == "line" else uuid4()) for place in pattern.pattern.converters
            }
            answer = client.post(
                reverse(str(pattern.name), kwargs=places), {"text": "x", "act": "sign", "kind": "diary"}
            )
            assert answer.status_code == 403, (role, pattern.name, answer.status_code)
            asked += 1
    assert asked > 80
    with operator(cast.solsikken, "test"):
        refused = Event.objects.filter(actor=member.user.id, action="access.denied").count()
        assert refused == asked
        changed = Event.objects.filter(actor=member.user.id).exclude(
            action__in=["access.denied", "platform.today.seen"]
        )
        assert not changed.exists()


def test_a_guest_takes_no_file_away(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program that checks extracts is a file without personal data, and open to guests; without that it is not."""
    _guest, member = invite(cast, role="auditor")
    client, url = member.client(), reverse("admin.log_verifier")
    assert client.get(url).status_code == 200
    view = resolve(url).func
    monkeypatch.setattr(view, "heretask_mark", replace(view.heretask_mark, guests=False))  # type: ignore[attr-defined]
    assert client.get(url).status_code == 403
    assert cast.eva.client().get(url).status_code == 200


def test_their_name_lies_over_every_page(cast: Cast, birthe: Citizen) -> None:
    guest, member = invite(cast)
    put(cast, guest, birthe)
    client = member.client()
    for url in (
        reverse("platform.today"), reverse("platform.account"), reverse("platform.seen"), reverse("social.citizens"),
        reverse("social.journal", args=[birthe.id]),
    ):  # fmt: skip
        page = client.get(url).content.decode()
        assert "guest-mark" in page, url
        assert "Ida Tilsyn · " in page, url
        assert "· gæst</text>" in page, url
        assert "style=" not in page, url
    assert "guest-mark" not in cast.anna.client().get(reverse("platform.today")).content.decode()


def test_what_they_have_seen_is_told_to_both(cast: Cast, birthe: Citizen) -> None:
    karl = make_citizen(cast, "Karl Bæk")
    guest, member = invite(cast)
    put(cast, guest, birthe, karl)
    client = member.client()
    assert (sees(client, birthe), sees(client, karl)) == (200, 200)
    with cast.eva.inside() as by:
        actions.take_off_list(guest, karl.id, by=by)
    own = client.get(reverse("platform.seen")).content.decode()
    assert "Birthe Holm" in own
    assert "Karl" not in own
    assert "en borger, der ikke står på din liste" in own
    page = cast.eva.client().get(reverse("admin.guests_one", args=[guest])).content.decode()
    assert page.count("Birthe Holm") >= 2
    assert "Karl Bæk" in page
    listed = cast.eva.client().get(reverse("admin.guests")).content.decode()
    assert "Socialtilsyn Øst" in listed
    assert "Ida Tilsyn" in listed
    assert cast.anna.client().get(reverse("platform.seen")).status_code == 403


# ending


def test_it_ends_by_itself_by_the_clock_of_the_database(cast: Cast, birthe: Citizen) -> None:
    guest, member = invite(cast)
    put(cast, guest, birthe)
    client = member.client()
    assert sees(client, birthe) == 200
    over(guest)
    assert sees(client, birthe) == 403
    assert client.get(reverse("platform.today")).status_code == 403
    page = cast.eva.client().get(reverse("admin.guests")).content.decode()
    assert "Ida Tilsyn" in page[page.index('id="past"') :]


def test_it_ends_at_once_by_ending_it(cast: Cast, birthe: Citizen) -> None:
    guest, member = invite(cast)
    put(cast, guest, birthe)
    client, found = member.client(), list[Event]()
    assert sees(client, birthe) == 200
    with new_events(cast.solsikken, found):
        assert cast.eva.client().post(reverse("admin.guests_end", args=[guest])).status_code == 302
    assert sees(client, birthe) == 302  # to the door
    names = [event.action for event in found]
    assert {
        "access.role.ended",
        "social.citizen.relation_ended",
        "admin.user.deactivated",
        "admin.guests.ended",
    } <= set(names)
    ended = next(event for event in found if event.action == "admin.guests.ended")
    assert opened_by(cast.eva, ended)["after"] == str(timezone.localdate())
    again = cast.eva.client().post(reverse("admin.guests_end", args=[guest]))
    assert again.status_code == 409
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        users.reactivate_user(user=User.objects.get(id=member.user.id), by=by)
    assert sees(member.client(), birthe) == 403  # the login alone is worth nothing


def test_an_administrator_invites_on_the_pages(cast: Cast, birthe: Citizen) -> None:
    eva = cast.eva.client()
    sent = {
        "name": "Ida Tilsyn", "sender": "Socialtilsyn Øst", "why": "Anmeldt tilsyn", "role": "inspector",
        "until": (timezone.localdate() + dt.timedelta(days=40)).isoformat(),
    }  # fmt: skip
    wrong = eva.post(reverse("admin.guests_new"), sent)
    assert wrong.status_code == 422
    assert "30 dage" in wrong.content.decode()
    made = eva.post(reverse("admin.guests_new"), {**sent, "until": timezone.localdate().isoformat()})
    assert made.status_code == 200
    assert "/sign-in/link/#" in made.content.decode()
    with operator(cast.solsikken, "test"):
        guest = Guest.objects.get()
    found = eva.post(reverse("admin.guests_search", args=[guest.id]), {"q": "nord"})
    assert "Birthe Holm, Nord" in eva.get(found["Location"]).content.decode()
    assert eva.post(found["Location"], {"citizens": [str(birthe.id)]}).status_code == 302
    page = eva.get(reverse("admin.guests_one", args=[guest.id])).content.decode()
    assert "Birthe Holm" in page
    assert eva.post(reverse("admin.guests_remove", args=[guest.id]), {"citizen": str(birthe.id)}).status_code == 302
    assert eva.post(reverse("admin.guests_remove", args=[guest.id]), {"citizen": "x"}).status_code == 404

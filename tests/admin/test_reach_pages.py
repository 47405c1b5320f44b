"""What somebody reaches, and why: the engine's own answers, counts without names, and who may ask about whom."""

from __future__ import annotations

import datetime as dt
import re
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from heretask.config import provision
from heretask.kernel.access import reach
from heretask.kernel.access.decide import decide
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actor_for
from heretask.kernel.identity.sessions import operator
from heretask.social.citizens import actions as citizens
from heretask.social.citizens.models import Citizen, RelationKind
from heretask.social.citizens.queries import citizens as loaded
from heretask.social.people import actions as people
from tests import database
from tests.admin.test_users_pages import users_events
from tests.cast import Cast


def filled(cast: Cast) -> dict[str, UUID]:
    """Two in Nord, one in Syd with Anna as key worker, one more in Syd, one sealed in Nord."""
    made = {}
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        for name, unit in (
            ("Birthe", cast.nord),
            ("Carl", cast.nord),
            ("Dorte", cast.syd),
            ("Erik", cast.syd),
            ("Fie", cast.nord),
        ):
            made[name] = citizens.create_citizen(unit_id=unit.id, name=f"{name} Holm", by=by).id
        people.give_relation(citizen_id=made["Dorte"], user_id=cast.anna.user.id, kind=RelationKind.KEY_WORKER, by=by)
        Citizen.objects.filter(id=made["Fie"]).update(sealed=True)
    return made


def asked(client: Client, user: UUID, permission: P, citizen: UUID | None = None) -> str:
    answer = client.post(
        f"/admin/users/{user}/reach/ask/", {"permission": permission.value, "citizen": str(citizen or "")}
    )
    assert answer.status_code == 302, answer.content.decode()
    assert str(citizen) not in answer["Location"]
    told = client.get(answer["Location"])
    return told.content.decode() if told.status_code == 200 else str(told.status_code)


def test_counts_by_reason_and_no_names(cast: Cast) -> None:
    filled(cast)
    page = cast.eva.client().get(f"/admin/users/{cast.anna.user.id}/reach/").content.decode()
    assert "Holm" not in page
    counts = re.findall(
        r'<strong>([^<]+)</strong><span class="row-sub">([^<]+)</span></span><span class="row-end num">(\d+)', page
    )
    assert [int(count) for _why, _place, count in counts] == [2, 1]  # by unit, by relation
    assert re.search(r"3 (of|af) 5", page)
    told = users_events(cast.solsikken, "admin.reach.seen")[-1]
    assert (told.event.object_id, told.event.hits) == (cast.anna.user.id, 3)


def test_every_right_stands_with_the_role_and_unit_that_give_it(cast: Cast) -> None:
    page = cast.eva.client().get(f"/admin/users/{cast.bo.user.id}/reach/").content.decode()
    with override("da"):
        assert re.search(re.escape(str(P.ADMIN_USERS_SEE.sentence)) + r'<span class="row-sub">Teamleder, Nord', page)
        rights = page.split('id="rights"')[1].split("</section>")[0]
        assert str(P.ADMIN_LOG_READ.sentence) not in rights


@pytest.mark.parametrize("permission", [P.SOCIAL_JOURNAL_READ, P.ADMIN_LOG_READ, P.SOCIAL_JOURNAL_SIGN])
def test_the_sentence_is_the_engines_own(cast: Cast, permission: P) -> None:
    made = filled(cast)
    eva = cast.eva.client()
    with operator(cast.solsikken, "test"):
        person = actor_for(User.objects.select_related("customer").get(id=cast.anna.user.id))
        subjects = {one.id: one for one in loaded()}
    for name in ("Birthe", "Dorte", "Erik"):
        with override("da"):
            expected = decide(person, permission, subjects[made[name]])
        page = asked(eva, cast.anna.user.id, permission, made[name])
        assert expected.why in page
        assert f"{name} Holm" in page
    with override("da"):
        assert decide(person, permission).why in asked(eva, cast.anna.user.id, permission)


def test_asking_is_an_event_about_that_citizen(cast: Cast) -> None:
    made = filled(cast)
    asked(cast.eva.client(), cast.anna.user.id, P.SOCIAL_JOURNAL_READ, made["Erik"])
    told = users_events(cast.solsikken, "admin.reach.asked_of")[-1]
    assert (told.event.citizen, told.event.object_id) == (made["Erik"], cast.anna.user.id)
    assert told.variables == {"right": "social.journal:read"}


def test_whom_somebody_may_ask_about(cast: Cast) -> None:
    """An administrator, who reads the log, about all but the sealed; a team leader about those they work with."""
    made = filled(cast)
    bo, eva, anna = cast.bo.client(), cast.eva.client(), cast.anna.user.id

    def found(client: Client, words: str) -> str:
        answer = client.post(f"/admin/users/{anna}/reach/find/", {"q": words})
        return client.get(answer["Location"]).content.decode()

    everybody = found(eva, "holm")
    assert all(f"{name} Holm" in everybody for name in ("Birthe", "Carl", "Dorte", "Erik"))
    assert "Fie Holm" not in everybody
    own = found(bo, "holm")
    assert all((f"{name} Holm" in own) == (name in {"Birthe", "Carl"}) for name in made)
    assert users_events(cast.solsikken, "admin.reach.sought")[-1].variables == {"q": "holm"}
    assert asked(bo, anna, P.SOCIAL_JOURNAL_READ, made["Erik"]) == "403"
    assert asked(eva, anna, P.SOCIAL_JOURNAL_READ, made["Fie"]) == "403"
    assert asked(eva, anna, P.SOCIAL_JOURNAL_READ, UUID(int=5)) == "403"
    assert "403" not in asked(bo, anna, P.SOCIAL_JOURNAL_READ, made["Carl"])[:3]


def test_a_closed_login_reaches_nothing(cast: Cast) -> None:
    filled(cast)
    eva = cast.eva.client()
    assert eva.post(f"/admin/users/{cast.anna.user.id}/close/").status_code == 302
    page = eva.get(f"/admin/users/{cast.anna.user.id}/reach/").content.decode()
    assert re.search(r"0 (of|af) 5", page)


def test_others_do_not_reach_it(cast: Cast) -> None:
    assert cast.anna.client().get(f"/admin/users/{cast.bo.user.id}/reach/").status_code == 403
    assert cast.eva.client().get(f"/admin/users/{cast.dan.user.id}/reach/").status_code == 404


def test_a_hundred_citizens_are_decided_with_one_query(cast: Cast) -> None:
    """Loading a hundred subjects and deciding each is one statement, whatever relations and openings they have."""
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        for number in range(100):
            one = citizens.create_citizen(unit_id=(cast.nord, cast.syd)[number % 2].id, name=f"Nr {number}", by=by)
            if number % 10 == 1:
                people.give_relation(
                    citizen_id=one.id,
                    user_id=cast.anna.user.id,
                    kind=RelationKind.SUBSTITUTE,
                    by=by,
                    until=timezone.localdate() + dt.timedelta(days=7),
                )
    with cast.anna.inside() as anna, CaptureQueriesContext(connections["default"]) as captured:
        found, total = reach.reached(anna, P.SOCIAL_CITIZENS_SEE)
        assert len(captured) == 1
    assert (sum(one.count for one in found), total) == (60, 100)
    with database.superuser() as admin:
        admin.execute("update social_citizens_citizen set sealed = true where customer_id = %s", [cast.solsikken.id])
    with cast.anna.inside() as anna, CaptureQueriesContext(connections["default"]) as captured:
        assert reach.reached(anna, P.SOCIAL_CITIZENS_SEE)[0][0].count == 10
        assert len(captured) == 1

"""Somebody has lost telephone and codes: an administrator lets them begin anew, and nobody else's factors can be removed."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse

from heretask.admin.users import actions
from heretask.admin.users.policies import Refused
from heretask.kernel.identity import signing_in
from heretask.kernel.identity.models import BrowserPerson, Factor, User
from heretask.kernel.identity.sessions import NOWHERE
from tests import database
from tests.admin.test_users_pages import FROM, shown_value, users_events
from tests.cast import PASSWORD, Cast
from tests.management import two_managers

HOME = reverse("platform.today")


def factors_of(user_id: UUID) -> int:
    return Factor.objects.using("gate").filter(user_id=user_id).count()


def test_codes_and_password_go_and_a_link_lets_them_begin_anew(cast: Cast) -> None:
    anna, browser = cast.anna.client(), cast.anna.user.id
    assert anna.get(HOME).status_code == 200
    with database.superuser() as admin:
        admin.execute("update kernel_browserperson set second_factor_at = now() where user_id = %s", [browser])
    page = cast.eva.client().post(f"/admin/users/{cast.anna.user.id}/start-over/").content.decode()
    code = shown_value(page, "way-code")
    assert factors_of(cast.anna.user.id) == 0
    assert not BrowserPerson.objects.using("gate").filter(user_id=browser).exclude(second_factor_at=None).exists()
    assert anna.get(HOME).status_code == 302  # signed out
    assert signing_in.by_password(cast.anna.user_name, PASSWORD, at=NOWHERE, whence=FROM).kind == "refused"
    assert signing_in.by_link(code, at=NOWHERE, whence=FROM).kind == "password"
    (told,) = users_events(cast.solsikken, "admin.user.factors_removed")
    assert (told.event.object_id, told.event.hits) == (cast.anna.user.id, 1)


def test_without_a_proof_of_oneself_nothing_is_removed(cast: Cast) -> None:
    client = cast.eva.client()
    with database.superuser() as admin:
        admin.execute(
            "update kernel_session set proved_at = now() - interval '1 day' where user_id = %s", [cast.eva.user.id]
        )
    client.post(f"/admin/users/{cast.anna.user.id}/start-over/")
    assert factors_of(cast.anna.user.id)


def test_nobody_removes_their_own_or_those_of_another_customers(cast: Cast) -> None:
    with cast.eva.inside() as by, pytest.raises(Refused):
        actions.start_over(user=User.objects.select_related("customer").get(id=cast.eva.user.id), by=by)
    for victim in (cast.eva, cast.dan):
        before = factors_of(victim.user.id)
        assert before
        with pytest.raises(DatabaseError, match="stay"), cast.eva.inside(), connection.cursor() as cursor:
            cursor.execute("select ht.forget_factors(%s)", [victim.user.id])
        assert factors_of(victim.user.id) == before


def test_one_manager_cannot_remove_the_others() -> None:
    with two_managers() as two:
        answer = two.grethe.client().post(f"/admin/users/{two.henrik.user.id}/start-over/")
        assert 'id="way-code"' not in answer.content.decode()
        with pytest.raises(DatabaseError, match="stay"), two.grethe.inside(), connection.cursor() as cursor:
            cursor.execute("select ht.forget_factors(%s)", [two.henrik.user.id])
        assert factors_of(two.henrik.user.id) == 1

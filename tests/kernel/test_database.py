"""The backend that sends events with COMMIT, and the log that fails closed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connections

from heretask.kernel.db.base import DatabaseWrapper
from heretask.kernel.identity.models import User
from heretask.kernel.log import trace as tracing_module
from heretask.kernel.log.registry import ACTIONS
from heretask.kernel.log.trace import NotLogged, record, send
from heretask.kernel.secrets import keys
from heretask.kernel.secrets.opening import open_text, seal
from heretask.kernel.tenancy.base import entered
from heretask.kernel.tenancy.models import Unit
from tests import database
from tests.cast import Cast

ANY = "admin.user.created"


def stored(cast: Cast) -> int:
    with database.superuser() as admin:
        row = admin.execute("select count(*) from kernel_event where customer_id = %s", [cast.solsikken.id]).fetchone()
    assert row is not None
    return int(str(row[0]))


def test_event_and_change_travel_with_commit(cast: Cast) -> None:
    before = stored(cast)
    with cast.eva.inside():
        Unit.objects.create(name="Øst")
        record(ACTIONS[ANY])
        send(tracing_module.trace())
        connection = connections["default"]
        assert isinstance(connection, DatabaseWrapper)
        assert connection.in_flight
    assert stored(cast) == before + 1
    with cast.eva.inside():
        assert Unit.objects.filter(name="Øst").exists()


def test_no_query_while_the_answer_is_outstanding(cast: Cast) -> None:
    with pytest.raises(DatabaseError, match="after the event was sent"), cast.eva.inside():
        record(ACTIONS[ANY])
        send(tracing_module.trace())
        list(Unit.objects.all())
    with cast.eva.inside():
        assert Unit.objects.count() == 2


def test_refused_event_takes_the_change_with_it(cast: Cast) -> None:
    before = stored(cast)
    with database.superuser() as admin:
        admin.execute(
            "create function ht.refuse_one() returns trigger language plpgsql as $$ begin if new.customer_id = '%s' then raise exception 'no'; end if; return new; end $$"
            % cast.solsikken.id
        )
        admin.execute(
            "create trigger refuse_one before insert on kernel_event for each row execute function ht.refuse_one()"
        )
    try:
        for early in (True, False):
            with pytest.raises(DatabaseError), cast.eva.inside():
                Unit.objects.create(name="Vest")
                record(ACTIONS[ANY])
                if early:
                    send(tracing_module.trace())
    finally:
        with database.superuser() as admin:
            admin.execute("drop trigger refuse_one on kernel_event")
            admin.execute("drop function ht.refuse_one()")
    assert stored(cast) == before
    with cast.eva.inside():
        assert not Unit.objects.filter(name="Vest").exists()


def test_event_that_silently_vanishes_is_an_error_too(cast: Cast) -> None:
    with database.superuser() as admin:
        admin.execute(
            "create function ht.swallow() returns trigger language plpgsql as $$ begin if new.customer_id = '%s' then return null; end if; return new; end $$"
            % cast.solsikken.id
        )
        admin.execute("create trigger swallow before insert on kernel_event for each row execute function ht.swallow()")
    try:
        for early in (True, False):
            with pytest.raises((DatabaseError, NotLogged)), cast.eva.inside():
                record(ACTIONS[ANY])
                if early:
                    send(tracing_module.trace())
    finally:
        with database.superuser() as admin:
            admin.execute("drop trigger swallow on kernel_event")
            admin.execute("drop function ht.swallow()")


def test_session_that_ended_raises_as_the_first_statement(cast: Cast) -> None:
    for h1 in ("", "00" * 32, "x", cast.anna.token()):
        with pytest.raises(DatabaseError) as caught, entered(h1):
            pass
        assert getattr(caught.value.__cause__, "sqlstate", "") == "28000"


def test_sealed_text_belongs_to_its_row_and_column(cast: Cast) -> None:
    with cast.eva.inside():
        anna = User.objects.get(id=cast.anna.user.id)
        clara = User.objects.get(id=cast.clara.user.id)
        assert open_text(anna, "name") == "Anna Skov"
        clara.name = anna.name
        with pytest.raises(keys.CannotOpen):
            open_text(clara, "name")
        for place in (0, 5, -1):
            bent = bytearray(anna.name)
            bent[place] ^= 1
            anna.name = bytes(bent)
            with pytest.raises(keys.CannotOpen):
                open_text(anna, "name")
            bent[place] ^= 1


def test_another_customers_key_opens_nothing(cast: Cast) -> None:
    with cast.dan.inside():
        dan = User.objects.get(id=cast.dan.user.id)
    with cast.eva.inside(), pytest.raises(keys.CannotOpen):
        open_text(dan, "name")


def test_sealing_uses_a_fresh_nonce(cast: Cast) -> None:
    with cast.eva.inside():
        anna = User.objects.get(id=cast.anna.user.id)
        seal(anna, name="Anna")
        one = anna.name
        seal(anna, name="Anna")
        assert one != anna.name

"""A customer in whose data every promise that is measured holds, made by real sign-ins and real acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.test import override_settings
from django.utils import timezone

from heretask.admin.logs import exporting
from heretask.admin.users import actions as users
from heretask.config import provision
from heretask.kernel.access.decide import Actor
from heretask.kernel.evidence import running
from heretask.kernel.evidence.measuring import CUSTOMER, MEASURES, Result, State, measure
from heretask.kernel.identity import codes, passwords, signing_in
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actor_for
from heretask.kernel.identity.sessions import NOWHERE, h1_of, operator, touch
from heretask.kernel.identity.signing_in import From
from heretask.kernel.log.queries import Filters
from heretask.kernel.log.trace import tracing
from heretask.kernel.secrets.keys import unwrap_customer_key
from heretask.kernel.tenancy.base import entered
from heretask.social.citizens import actions as citizens
from heretask.system.backups import actions as backups
from heretask.system.staff import queries as staff
from tests import database
from tests.backups import Shelf
from tests.cast import PASSWORD, SECRET, Cast, Member, admit, make_member
from tests.sealing import seal
from tests.work import work as run_jobs

WHENCE = From("192.0.2.7", "Mozilla/5.0 (tests)")


def sign_in(member: Member) -> str:
    """As a person does: password, then one-time code; the token of the session."""
    asked = signing_in.by_password(member.user_name, PASSWORD, at=NOWHERE, whence=WHENCE)
    if asked.kind == "in":
        return asked.token
    assert asked.kind == "code", asked.kind
    let_in = signing_in.by_code(codes.code_now(SECRET), at=touch(asked.token, acted=True), whence=WHENCE)
    assert let_in.kind == "in", let_in.kind
    return let_in.token


@contextmanager
def acting(member: Member, token: str) -> Iterator[Actor]:
    """The main transaction of a request in that session."""
    key = unwrap_customer_key(member.customer.id, bytes(member.customer.wrapped_key))
    with entered(h1_of(token)), tracing(key, address=WHENCE.address, agent=WHENCE.agent):
        yield actor_for(User.objects.select_related("customer").get(id=member.user.id))


@dataclass
class World:
    """Whom a breaker may act upon."""

    cast: Cast
    citizen: UUID
    session: UUID
    starter: Member
    good: str
    shelf: Shelf
    sealer_works: bool = True  # as long as no breaker has stopped it
    samples: dict[str, Any] = field(default_factory=dict)  # of what did not hold, the last time

    def let_the_sealer_work(self) -> None:
        """As it would within the second."""
        if self.sealer_works:
            seal()

    def result(self, promise: str) -> Result:
        """Measure one promise now."""
        self.let_the_sealer_work()
        found = MEASURES[promise]
        if found.scope != CUSTOMER:
            return measure(found)[0]
        with operator(self.cast.solsikken, "test"):
            return measure(found)[0]

    def states(self) -> dict[str, str]:
        """Measure everything now."""
        self.let_the_sealer_work()
        found = {m.promise: measure(m)[0] for m in running.of_scope("installation")}
        with operator(self.cast.solsikken, "test"):
            found |= {m.promise: measure(m)[0] for m in running.of_scope(CUSTOMER)}
        self.samples = {id_: one.sample for id_, one in found.items() if one.state != State.HOLDS}
        return {id_: str(one.state) for id_, one in found.items()}


def make_world(cast: Cast, good: str, shelf: Shelf) -> World:
    """Anna searches for and opens a citizen; Clara's login is closed; somebody waits with a start password."""
    customer = cast.solsikken
    _proven(shelf)
    _staffed()
    with operator(customer, "test"):
        by = provision.operator_of(customer)
        citizen = citizens.create_citizen(unit_id=cast.nord.id, name="Birthe Holm", by=by)
        starter = make_member(customer, "gry", "Gry Dam", "carer", cast.nord, by)
        start = passwords.start_password()
        users.give_start_password(user=starter.user, by=by, hashed=(start, passwords.hash_of(start)))
    clara, anna, eva = sign_in(cast.clara), sign_in(cast.anna), sign_in(cast.eva)
    with acting(cast.clara, clara) as actor:
        citizens.list_citizens(actor)
    with acting(cast.eva, eva) as actor:
        users.deactivate_user(user=User.objects.select_related("customer").get(id=cast.clara.user.id), by=actor)
    with acting(cast.anna, anna) as actor:
        search_id = citizens.begin_search("birthe", actor)
    with acting(cast.eva, eva) as actor:
        exporting.ask(exporting.keep(Filters(kind="session"), by=actor), "for the tests", by=actor)
    run_jobs()
    with acting(cast.anna, anna) as actor:
        assert citizens.resume_search(search_id, actor).rows
    with acting(cast.anna, anna) as actor:
        citizens.open_citizen(citizen.id, actor)
    with database.superuser() as admin:  # all of this happened a while ago
        admin.execute(
            "update kernel_storedsearch set made_at = made_at - interval '10 minutes' where id = %s", [search_id]
        )
        for table, column in (
            ("kernel_user", "made_at"),
            ("kernel_credential", "set_at"),
            ("kernel_credential", "start_until"),
        ):
            admin.execute(
                f"update {table} set {column} = {column} - interval '1 day' where customer_id = %s", [customer.id]
            )
    return World(cast, citizen.id, touch(anna, acted=True).id or UUID(int=0), starter, good, shelf)


def _proven(shelf: Shelf) -> None:
    """The supplier has a good backup, a drill that passed and a report of its provider."""
    own = provision.customer_called(provision.SUPPLIER)
    with operator(own, "test"):
        by = provision.operator_of(own)
        backups.keep_backup(shelf.made, by=by)
        backups.keep_drill({"outcome": "pass", "name": shelf.name, "steps": [], "seconds": 9.5}, by=by)
        backups.report(reported_on=timezone.localdate(), good=True, site="Ballerup 2", by=by)


def _staffed() -> None:
    """Everything holds of the supplier's staff, whatever other tests have left: else all are put aside and admitted anew."""
    promises = [m for m in running.of_scope("installation") if m.promise.startswith(("STAFF", "CONF"))]
    if all(measure(m)[0].state == State.HOLDS for m in promises):
        return
    sql("update system_records_entry set register = 'aside' where register = 'staff'")
    sql(
        "update kernel_session set kind = 'aside' where kind = 'person' "
        "and customer_id = (select id from kernel_customer where kind = 'supplier')"
    )
    own = provision.customer_called(provision.SUPPLIER)
    with operator(own, "test"):
        by = provision.operator_of(own)
        admit("Gunnar Gran", None, by)
        for login, name in staff.register().strangers:
            admit(name, login, by)


@contextmanager
def at_address(address: str) -> Iterator[None]:
    """Our own address, for as long as it lasts."""
    with override_settings(HERETASK_ADDRESS=address):
        yield


def sql(statement: str, *params: Any) -> None:
    """A statement of the superuser, past policies and triggers."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(statement, params)

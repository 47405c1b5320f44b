"""A customer in whose data every promise that is measured holds, made by real sign-ins and real acts."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.test import override_settings
from django.utils import timezone

from heretask.admin.logs import exporting
from heretask.admin.reviews import actions as reviews
from heretask.admin.roles import actions as roles
from heretask.admin.roles.actions import Wanted
from heretask.admin.users import actions as users
from heretask.config import provision
from heretask.kernel.access.decide import Actor
from heretask.kernel.evidence import running
from heretask.kernel.evidence.measuring import CUSTOMER, MEASURES, Result, State, measure
from heretask.kernel.host.checking import check
from heretask.kernel.host.sources import LogFile
from heretask.kernel.identity import codes, passwords, signing_in
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actor_for
from heretask.kernel.identity.sessions import NOWHERE, h1_of, operator, touch
from heretask.kernel.identity.whence import From
from heretask.kernel.log.queries import Filters
from heretask.kernel.log.trace import tracing
from heretask.kernel.secrets.keys import unwrap_customer_key
from heretask.kernel.tenancy.base import entered
from heretask.kernel.tenancy.models import Customer
from heretask.social.citizens import actions as citizens
from heretask.system.backups import actions as backups
from heretask.system.servers import actions as servers
from heretask.system.servers import queries
from heretask.system.staff import queries as staff
from tests import database
from tests.backups import Shelf
from tests.cast import PASSWORD, SECRET, Cast, Member, admit, make_member
from tests.machines import PASSWD, machine
from tests.releases import released
from tests.sealing import seal
from tests.system import breaches
from tests.system.audits import audited
from tests.system.continuity import plans_hold
from tests.system.equipment import equipped
from tests.system.monitoring import watched
from tests.system.policies import policies_hold
from tests.system.registers import registers_in_order
from tests.work import work as run_jobs

FETCHING = ("REMOTE-3", "WEB-1")
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
    fetched: dict[str, Result] = field(default_factory=dict)  # of those that fetch every page

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

    def states(self, about: Collection[str] = ()) -> dict[str, str]:
        """Measure everything now; what fetches every page of the real server, once, and where it is what this is about."""
        self.let_the_sealer_work()
        known = {id_: one for id_, one in self.fetched.items() if id_ not in about}
        found = {m.promise: known.get(m.promise) or measure(m)[0] for m in running.of_scope("installation")}
        self.fetched |= {id_: found[id_] for id_ in FETCHING if found[id_].state == State.HOLDS}
        with operator(self.cast.solsikken, "test"):
            found |= {m.promise: measure(m)[0] for m in running.of_scope(CUSTOMER)}
        self.samples = {id_: one.sample for id_, one in found.items() if one.state != State.HOLDS}
        return {id_: str(one.state) for id_, one in found.items()}


def make_world(cast: Cast, good: str, shelf: Shelf) -> World:
    """Anna searches for and opens a citizen; Clara's login is closed; somebody waits with a start password."""
    customer = cast.solsikken
    _proven(shelf)
    _staffed()
    audited(in_management("grethe"), in_management("henrik"))
    equipped()
    plans_hold()
    policies_hold()
    with operator(customer, "test"):
        by = provision.operator_of(customer)
        citizen = citizens.create_citizen(unit_id=cast.nord.id, name="Birthe Holm", by=by)
        starter = make_member(customer, "gry", "Gry Dam", "carer", cast.nord, by)
        role = roles.make_role(Wanted("Nattevagt", "", True, ("social.citizens:see", "social.journal:read")), by=by)
        extra = users.give_role(user=cast.bo.user, role=role.key, unit=cast.syd, by=by)
        users.end_role(assignment=extra, by=by)
        start = passwords.start_password()
        users.give_start_password(user=starter.user, by=by, hashed=(start, passwords.hash_of(start)))
    clara, anna, eva = sign_in(cast.clara), sign_in(cast.anna), sign_in(cast.eva)
    with acting(cast.clara, clara) as actor:
        citizens.list_citizens(actor)
    with acting(cast.eva, eva) as actor:
        users.deactivate_user(user=User.objects.select_related("customer").get(id=cast.clara.user.id), by=actor)
    _reviewed(cast, eva)
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


def _reviewed(cast: Cast, eva: str) -> None:
    """Eva has begun a review, keeps the people of Nord, and takes away what Clara has left."""
    with acting(cast.eva, eva) as actor:
        campaign = reviews.start(by=actor)
        reviews.see_group(campaign, str(cast.nord.id), by=actor)
        right = next(i for i in reviews.see(campaign, by=actor).flagged if i.user_id == cast.clara.user.id)
        reviews.see_item(right, by=actor)
        reviews.remove(right, "", by=actor)


def _proven(shelf: Shelf) -> None:
    """The supplier has a good backup, a drill that passed and a report of its provider."""
    own = provision.customer_called(provision.SUPPLIER)
    with operator(own, "test"):
        by = provision.operator_of(own)
        backups.keep_backup(shelf.made, by=by)
        backups.keep_drill({"outcome": "pass", "name": shelf.name, "steps": [], "seconds": 9.5}, by=by)
        backups.report(reported_on=timezone.localdate(), good=True, site="Ballerup 2", by=by)
    _servers_in_order(own)
    watched(in_management("grethe"))
    registers_in_order()
    released(in_management("grethe"))
    breaches.all_told_in_an_exercise(in_management("grethe"))


def _servers_in_order(own: Customer) -> None:
    """Grethe announced work, came and left; the server was checked; the portal's log is there. Nothing else is."""
    forget_servers()
    grethe = in_management("grethe")
    with operator(own, "test"):
        by = provision.operator_of(own)
        servers.add_account(kind="server", name="grethe", user=grethe.user.id, by=by)
        now = timezone.now() + dt.timedelta(minutes=5)
        servers.announce(user=grethe.user.id, starts=now, ends=now + dt.timedelta(hours=2), why="updates", by=by)
    sql("update system_servers_account set since = since - interval '3 days'")
    for column in ("starts", "ends", "made_at"):
        sql(f"update system_servers_announcement set {column} = {column} - interval '1 day'")
    came = timezone.now() - dt.timedelta(days=1) + dt.timedelta(minutes=10)
    taken_in(sign_in_line(came), sign_out_line(came + dt.timedelta(minutes=30)))
    checked()
    with grethe.inside() as by:
        servers.keep_portal_log(
            since=timezone.localdate() - dt.timedelta(days=30), until=timezone.localdate(), only_ours=True,
            findings="", content=b"day;who", name="portal.csv", by=by,
        )  # fmt: skip


def forget_servers() -> None:
    """As before anything was known of the servers."""
    for table in ("command", "explanation", "visit", "announcement", "account", "reading", "report", "portallog"):
        sql(f"delete from system_servers_{table}")


def in_management(name: str) -> Member:
    """Grethe or Henrik, who are Management."""
    own = provision.customer_called(provision.SUPPLIER)
    with operator(own, "test"):
        there = User.objects.filter(user_name=name).first()
        if there is None:
            return make_member(own, name, f"{name.title()} Lund", "management", None, provision.operator_of(own))
    return Member(there, own, f"{name.title()} Lund")


def sign_in_line(at: dt.datetime, account: str = "grethe", pid: int = 71, port: int = 50620) -> str:
    """As sshd and rsyslog write it."""
    return (
        f"{at.isoformat()} web1 sshd[{pid}]: Accepted publickey for {account} from 192.0.2.7 port {port} "
        f"ssh2: ED25519 SHA256:{'A' * 43}"
    )


def sign_out_line(at: dt.datetime, account: str = "grethe", pid: int = 71, port: int = 50620) -> str:
    """As the above, at the end."""
    return f"{at.isoformat()} web1 sshd[{pid}]: Disconnected from user {account} 192.0.2.7 port {port}"


def taken_in(*lines: str) -> servers.Taken:
    """What the servers' log says, collected from a file."""
    own = provision.customer_called(provision.SUPPLIER)
    sql("delete from system_servers_reading where source = 'auth.log'")  # all of it is read
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "auth.log"
        path.write_text("".join(f"{one}\n" for one in lines))
        return servers.collect([OneName(path)], lambda: operator(own, "test"), by=provision.operator_of(own))


class OneName(LogFile):
    """A log file whose place is kept under the same name wherever it lies."""

    @property
    def name(self) -> str:
        """Always the same."""
        return "auth.log"


def checked(passwd: str = PASSWD, register: dict[str, UUID] | None = None, **answers: str | None) -> None:
    """A check of a server is run and its report kept."""
    own = provision.customer_called(provision.SUPPLIER)
    with tempfile.TemporaryDirectory() as folder, operator(own, "test"):
        found = check(machine(Path(folder), passwd, **answers), register or queries.register())
        servers.keep_report("web1", found, by=provision.operator_of(own))


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

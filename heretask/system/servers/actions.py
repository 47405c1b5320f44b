"""What is done about the servers: their log is taken in, work announced, findings explained, reports and logs kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.host.checking import Checks
from heretask.kernel.host.lines import SSH, SUDO, Reader, Said, What
from heretask.kernel.host.matching import Seen, match
from heretask.kernel.host.sources import Source
from heretask.kernel.identity.models import User
from heretask.kernel.log import record
from heretask.kernel.log.trace import trace
from heretask.kernel.secrets.files import SealedFileReader, SealedFileWriter
from heretask.kernel.secrets.opening import seal

from . import events, policies, queries
from .models import Account, Announcement, Command, Explanation, PortalLog, Reading, Report, Visit
from .policies import Refused

PART = 500  # lines of one transaction


@dataclass(slots=True)
class Taken:
    """What a reading brought."""

    lines: int = 0
    opened: int = 0
    closed: int = 0
    commands: int = 0
    findings: int = 0
    program: Counter[str] = field(default_factory=Counter)

    def add(self, other: Taken) -> None:
        """Add up."""
        for name in ("lines", "opened", "closed", "commands", "findings"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.program += other.program


def collect(sources: Iterable[Source], enter: Callable[[], AbstractContextManager[Any]], *, by: Actor) -> Taken:
    """Read every source from where the last reading ended, part by part, each in a transaction of its own.

    What a part says and the place behind it are kept together: killed anywhere, the next run goes on from there.
    Raises sources.CannotRead.
    """
    total = Taken()
    with enter():
        places = queries.places()
    for source in sources:
        reader, said, lines, place = Reader(), [], 0, places.get(source.name, "")
        for piece in source.read(place):
            lines, place = lines + 1, piece.place
            if piece.line is not None and (one := reader.read(piece.line)) is not None:
                said.append(one)
            if lines == PART:
                with enter():
                    total.add(take_in(said, lines, source.name, place, by=by))
                said, lines = [], 0
        with enter():
            total.add(take_in(said, lines, source.name, place, by=by))
    with enter():
        total.findings += look_again(by=by)
    return total


def take_in(said: Sequence[Said], lines: int, source: str, place: str, *, by: Actor) -> Taken:
    """Keep what some lines said, as visits and as events, and the place behind them. The same lines change nothing."""
    check(by, P.SYSTEM_SERVERS_RUN)
    taken = Taken(lines)
    for one in said:
        if one.what == What.OPENED:
            _open(one, taken)
        elif one.what == What.CLOSED:
            _close(one, taken)
        elif one.what == What.COMMAND:
            _command(one, taken)
        else:
            taken.program[one.account] += 1
    if taken.program:
        record(events.COUNTED, variables={"roles": dict(taken.program)}, hits=taken.program.total())
    Reading.objects.update_or_create(source=source, defaults={"place": place, "read_at": timezone.now()})
    return taken


def look_again(*, by: Actor) -> int:
    """Ask for sessions that still last whether their act still covers them; how many it no longer does."""
    check(by, P.SYSTEM_SERVERS_RUN)
    lasting = Visit.objects.filter(closed_at=None).exclude(matched="")
    return sum(_match_anew(one, timezone.now()) for one in lasting)


def _open(one: Said, taken: Taken) -> Visit:
    """A visit, unless it is known; one of the same process that has not ended has ended by now."""
    mark = _mark(one)
    known = Visit.objects.filter(mark=mark).first()
    if known is not None:
        return known
    if one.pid and one.kind != SUDO:
        for stale in Visit.objects.filter(
            kind=one.kind, host=one.host, pid=one.pid, closed_at=None, opened_at__lt=one.at
        ):
            _end(stale, one.at, taken)
    account = queries.account_at(one.kind, one.account, one.at) if one.account else None
    known_key = account is None or not account.key or account.key == one.key or one.kind != SSH
    visit = Visit(
        mark=mark, kind=one.kind, host=one.host, account=one.account, user=account.user_id if account else None,
        pid=one.pid, address=one.address, port=one.port, how=one.how, key=one.key, database=one.database,
        opened_at=one.at, closed_at=one.at if one.kind == SUDO else None,
    )  # fmt: skip
    allowed = match(_seen(visit, one.at)) if known_key else None  # with another key than theirs it may be anybody
    if allowed:
        visit.matched, visit.act = allowed.by, allowed.act
    visit.save(force_insert=True)
    taken.opened += 1
    record(events.OPENED, on=("visit", visit.id), variables=_told(one))
    if not allowed:
        taken.findings += 1
        record(events.UNMATCHED, on=("visit", visit.id), variables=_told(one), outcome="finding")
    return visit


def _close(one: Said, taken: Taken) -> None:
    """The end of the newest visit of that process or of that way in."""
    lasting = Visit.objects.filter(kind=one.kind, host=one.host, closed_at=None, opened_at__lte=one.at)
    by_way = lasting.filter(address=one.address, port=one.port) if one.address and one.port else lasting.none()
    by_process = lasting.filter(pid=one.pid) if one.pid else lasting.none()
    visit = (by_way.order_by("-opened_at").first()) or by_process.order_by("-opened_at").first()
    if visit is not None:
        _end(visit, one.at, taken)


def _end(visit: Visit, at: dt.datetime, taken: Taken) -> None:
    visit.closed_at = at
    visit.save(update_fields=["closed_at"])
    taken.closed += 1
    record(events.CLOSED, on=("visit", visit.id), variables={"at": at.isoformat()})
    taken.findings += _match_anew(visit, at)


def _match_anew(visit: Visit, until: dt.datetime) -> bool:
    """Whether what allowed a visit no longer does: it went on for longer than was announced."""
    if not visit.matched or match(_seen(visit, until)) is not None:
        return False
    visit.matched, visit.act = "", None
    visit.save(update_fields=["matched", "act"])
    record(events.UNMATCHED, on=("visit", visit.id), variables={"until": until.isoformat()}, outcome="overrun")
    return True


def _command(one: Said, taken: Taken) -> None:
    """A use of sudo, in the newest visit of that account; without one it is a visit by itself."""
    mark = _mark(one)
    if Command.objects.filter(mark=mark).exists():
        return
    during = Visit.objects.filter(kind=SSH, host=one.host, account=one.account, opened_at__lte=one.at).exclude(
        account=""
    )
    visit = during.filter(closed_at=None).order_by("-opened_at").first()
    visit = visit or during.filter(closed_at__gte=one.at).order_by("-opened_at").first() or _open(one, taken)
    Command.objects.create(
        mark=mark, visit=visit, name=one.command, target=one.target or "?", refused=one.refused, at=one.at
    )
    taken.commands += 1
    event = events.COMMAND_REFUSED if one.refused else events.COMMAND
    record(event, on=("visit", visit.id), variables=_told(one), outcome="refused" if one.refused else "done")


def _seen(visit: Visit, until: dt.datetime) -> Seen:
    return Seen(visit.kind, visit.host, visit.account, visit.user, visit.opened_at, until)


def _mark(one: Said) -> bytes:
    """What makes a line the same line."""
    told = (one.kind, one.host, one.at.astimezone(dt.UTC).isoformat(), one.pid, one.account, one.address, one.port,
            one.command, one.target, one.database)  # fmt: skip
    return hashlib.sha256(json.dumps(told).encode()).digest()


def _told(one: Said) -> dict[str, Any]:
    """What the log keeps of a line, sealed."""
    told = {
        "at": one.at.isoformat(), "kind": one.kind, "account": one.account or "?", "from": one.address, "how": one.how,
        "key": one.key, "database": one.database, "command": one.command, "as": one.target,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def read_visits(*, by: Actor) -> queries.Found:
    """Who was on the servers, and what nobody has explained yet."""
    check(by, P.SYSTEM_SERVERS_SEE)
    found = queries.found()
    record(events.READ, hits=len(found.visits))
    return found


def read_visit(visit_id: UUID, *, by: Actor) -> Visit:
    """One session on a server; raises Visit.DoesNotExist."""
    check(by, P.SYSTEM_SERVERS_SEE)
    found = Visit.objects.prefetch_related("commands").get(id=visit_id)
    record(events.READ, on=("visit", visit_id), hits=1)
    return found


def read_accounts(*, by: Actor) -> list[Account]:
    """The register of accounts."""
    check(by, P.SYSTEM_SERVERS_SEE)
    found = queries.accounts()
    record(events.ACCOUNTS_READ, hits=len(found))
    return found


def read_reports(*, by: Actor) -> list[Report]:
    """How the servers are set up."""
    check(by, P.SYSTEM_SERVERS_SEE)
    found = queries.reports()
    record(events.REPORTS_READ, hits=len(found))
    return found


def read_portal_logs(*, by: Actor) -> list[PortalLog]:
    """Which logs of the hosting portal were received."""
    check(by, P.SYSTEM_SERVERS_SEE)
    found = queries.portal_logs()
    record(events.PORTAL_READ, hits=len(found))
    return found


def announce(*, user: UUID, starts: dt.datetime, ends: dt.datetime, why: str, by: Actor) -> Announcement:
    """Announce that somebody of the supplier will work on a server; raises Refused."""
    check(by, P.SYSTEM_SERVERS_RUN)
    policies.check_announcement(starts, ends, why, timezone.now())
    if not Account.objects.filter(user_id=user, until=None, user__active=True).exists():
        raise Refused(_("This person has no account on the servers. Write it down under Accounts first."))
    made = Announcement(user_id=user, starts=starts, ends=ends, made_by=by.user_id, customer_id=by.customer_id)
    seal(made, why=why.strip())
    made.save(force_insert=True)
    record(
        events.ANNOUNCED, on=("user", user),
        variables={"from": starts.isoformat(), "until": ends.isoformat(), "why": why.strip()},
    )  # fmt: skip
    return made


def explain(visit_id: UUID, *, why: str, by: Actor) -> Explanation:
    """Explain a finding; raises Refused, and Visit.DoesNotExist."""
    check(by, P.SYSTEM_SERVERS_RUN)
    visit = Visit.objects.select_for_update().get(id=visit_id)
    settled = bool(visit.matched) or Explanation.objects.filter(visit=visit).exists()
    policies.check_explanation(visit.user, by.person_id, why, settled=settled)
    made = Explanation(visit=visit, made_by=by.person_id, customer_id=by.customer_id)
    seal(made, why=why.strip())
    made.save(force_insert=True)
    record(events.EXPLAINED, on=("visit", visit.id), variables={"why": why.strip()})
    return made


def add_account(*, kind: str, name: str, user: UUID, key: str = "", by: Actor) -> Account:
    """Write down whose an account is; raises Refused."""
    check(by, P.SYSTEM_SERVERS_RUN)
    policies.check_account(kind, name, key)
    held = Account.objects.filter(kind=kind, until=None)
    if held.filter(name=name).exists():
        raise Refused(_("This account stands in the register already."))
    if held.filter(user_id=user).exists():
        raise Refused(_("This person has an account already: one account per person."))
    made = Account.objects.create(kind=kind, name=name, user=User.objects.get(id=user, active=True), key=key)
    record(
        events.ACCOUNT_ADDED, on=("user", user), changed=["account"],
        variables={"kind": kind, "account": name, **({"key": key} if key else {})},
    )  # fmt: skip
    return made


def end_account(account_id: UUID, *, by: Actor) -> None:
    """An account is nobody's from now on; raises Account.DoesNotExist. It must be closed on the servers as well."""
    check(by, P.SYSTEM_SERVERS_RUN)
    account = Account.objects.select_for_update().get(id=account_id, until=None)
    account.until = timezone.now()
    account.save(update_fields=["until"])
    record(
        events.ACCOUNT_ENDED, on=("user", account.user_id), changed=["until"],
        variables={"kind": account.kind, "account": account.name},
    )  # fmt: skip


def keep_report(host: str, checks: Checks, *, by: Actor) -> Report:
    """Keep what a check of a server found."""
    check(by, P.SYSTEM_SERVERS_RUN)
    made = Report(
        host=host, answers={one.name: str(one.answer) for one in checks.found}, accounts=checks.accounts,
        strangers=checks.strangers, customer_id=by.customer_id,
    )  # fmt: skip
    seal(made, details=json.dumps({one.name: [one.how, one.found] for one in checks.found}))
    made.save(force_insert=True)
    record(
        events.CHECKED if checks.hold else events.CHECKED_WRONG, on=("server_report", made.id),
        variables={"host": host, "answers": made.answers}, outcome="good" if checks.hold else "bad",
    )  # fmt: skip
    return made


def keep_portal_log(
    *, since: dt.date, until: dt.date, only_ours: bool, findings: str, content: bytes, name: str, by: Actor
) -> PortalLog:
    """Keep a log of the hosting portal as it was received, and what somebody saw in it; raises Refused."""
    check(by, P.SYSTEM_SERVERS_RUN)
    policies.check_portal_log(since, until, timezone.localdate(), content)
    if not only_ours and len(findings.strip()) < 5:
        raise Refused(_("Write what was found."))
    ending = name.rpartition(".")[2].lower()
    made = PortalLog(
        since=since, until=until, looked_by=by.person_id, only_ours=only_ours,
        sha256=hashlib.sha256(content).hexdigest(), size=len(content),
        ending=ending if ending.isascii() and ending.isalnum() and len(ending) <= 5 else "bin",
        received_on=timezone.localdate(), customer_id=by.customer_id,
    )  # fmt: skip
    seal(made, findings=findings.strip())
    made.save(force_insert=True)
    record(
        events.PORTAL_KEPT, on=("portal_log", made.id), outcome="clean" if only_ours else "findings",
        variables={"from": since.isoformat(), "until": until.isoformat(), "sha256": made.sha256},
    )  # fmt: skip
    with SealedFileWriter(trace().customer_key, by.customer_id, made.id, kept=True) as file:
        file.write(content)
    return made


def fetch_portal_log(log_id: UUID, *, by: Actor) -> tuple[PortalLog, Callable[[], bytes]]:
    """The file as it was received, to be opened once its event is written; raises PortalLog.DoesNotExist, Refused."""
    check(by, P.SYSTEM_SERVERS_SEE)
    found = PortalLog.objects.get(id=log_id)
    try:
        reader = SealedFileReader(trace().customer_key, by.customer_id, found.id, kept=True)
    except FileNotFoundError:
        raise Refused(_("The file is not there any more.")) from None
    record(events.PORTAL_HANDED, on=("portal_log", found.id), variables={"sha256": found.sha256})
    return found, lambda: b"".join(reader)

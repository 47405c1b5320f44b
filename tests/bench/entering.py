"""G11: how many can sign in each second, against the bare hasher; and what a hundred at once cost in memory."""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

from django.db import connections, transaction
from django.utils import timezone

from heretask.kernel.identity import passwords, signing_in
from heretask.kernel.identity.models import Browser, BrowserPerson, Credential
from heretask.kernel.identity.sessions import NOWHERE
from heretask.kernel.identity.whence import From
from tests.cast import PASSWORD, Cast, make_cast

from .crew import crew
from .figures import Figure, Goal, Row, in_turns, of_rounds

AT_ONCE = (1, 2, 4)
BOUND = 96.0  # MiB: two hashes of 19 MiB, their threads, and room
_addresses = itertools.count(1)


def measure(*, quick: bool) -> list[Row]:
    """Sign-ins a second, each with its event and its session; and how much a fresh process grows."""
    rounds, tries = (2, 4) if quick else (7, 40)
    cast = make_cast()
    marks = {member.user.id: _known(member.user.id) for member in cast.everybody}
    encoded = Credential.objects.get(user_id=cast.anna.user.id).password
    figures = []
    for count in AT_ONCE:
        ours, theirs = in_turns(
            rounds, partial(_rate, count, tries, partial(_enter, cast, marks)),
            partial(_rate, count, tries, lambda _n: _verify(encoded)),
        )  # fmt: skip
        figures.append(of_rounds(str(count), ours, theirs))
    what = "sign-ins/s with password, session and events, against verifies/s of the bare hasher"
    memory = [_grown(count, encoded) for count in (10, 50, 100)]
    return [
        Row("G11", what, Goal(0.85, at_least=True), "at once", figures),
        Row("G11 memory", f"growth of a fresh process, of {BOUND:g} MiB", Goal(1, at_least=False), "at once", memory),
    ]


def doer(_number: int) -> Callable[[tuple[int, str]], float]:
    """For a process of its own: how many MiB its memory grew while so many passwords were checked at once."""

    def check(asked: tuple[int, str]) -> float:
        count, encoded = asked
        before = _peak()
        _rate(count, 1, lambda _n: _verify(encoded))
        return _peak() - before

    return check


def _known(user_id: UUID) -> str:
    """A browser in which this person has given the second factor lately, so that the password is the last step."""
    mark = f"bench {user_id}"
    with transaction.atomic(using="gate"):
        browser = Browser.objects.create(mark=hashlib.sha256(mark.encode()).digest())
        BrowserPerson.objects.create(browser_id=browser.id, user_id=user_id, second_factor_at=timezone.now())
    return mark


def _enter(cast: Cast, marks: dict[UUID, str], number: int) -> None:
    member = cast.everybody[number % len(cast.everybody)]
    whence = From(f"bench {next(_addresses)}", "bench", marks[member.user.id])
    outcome = signing_in.by_password(member.user_name, PASSWORD, at=NOWHERE, whence=whence)
    if outcome.kind != "in":
        raise RuntimeError(f"not let in: {outcome.kind}")


def _verify(encoded: str) -> None:
    if not passwords.Argon2id().verify(PASSWORD, encoded):
        raise RuntimeError("the password does not fit")


def _rate(count: int, tries: int, do: Callable[[int], None]) -> float:
    """How often `do` was done each second by so many threads."""
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for _ in range(tries):
                do(number)
        except BaseException as failure:  # noqa: BLE001  (told to the one who measures)
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return count * tries / (time.perf_counter() - began)


def _grown(count: int, encoded: str) -> Figure:
    with crew(1, "tests.bench.entering:doer") as one:
        grown: float = one.ask((count, encoded))[0]
    ratio = max(grown, 0.1) / BOUND
    return Figure(str(count), ratio, ratio, ratio, {"grown_mib": round(grown, 1)})


def _peak() -> float:
    """The most memory this process has had, in MiB."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
